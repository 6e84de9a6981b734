"""Number formats: the text a person sees in a formatted cell (ECMA-376, part 1, 18.8.30 and 18.8.31)."""

import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import lru_cache

from babel import Locale
from babel.dates import format_date

from batchsend.contacts.contact import Cell

GENERAL = "General"
READERS_DATE = "the reader's own short date"
BUILT_IN: Mapping[int, str] = {
    1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%",
    15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 18: "h:mm AM/PM", 19: "h:mm:ss AM/PM", 20: "h:mm", 21: "h:mm:ss",
    14: READERS_DATE, 22: READERS_DATE,
    37: "#,##0", 38: "#,##0", 39: "#,##0.00", 40: "#,##0.00", 45: "mm:ss", 46: "[h]:mm:ss", 47: "mm:ss",
}  # fmt: skip
"""By id (18.8.30). What 14 and 22 look like is the reader's own setting, which the file does not say."""

_MARK = re.compile(
    r'"[^"]*"|\\.|_.|\*.|\[\$[^\]]*\]|\[[hms]+\]|\[[^\]]*\]|AM/PM|A/P|\.0+(?=\D|$)|y+|m+|d+|h+|s+|e+|.',
    re.IGNORECASE | re.DOTALL,
)
_LANGUAGES = {
    0x07: "de", 0x09: "en", 0x0A: "es", 0x0C: "fr", 0x0E: "hu", 0x10: "it", 0x13: "nl", 0x15: "pl", 0x16: "pt",
    0x18: "ro", 0x1F: "tr", 0x02: "bg", 0x05: "cs", 0x1B: "sk", 0x1A: "hr", 0x08: "el", 0x19: "ru", 0x22: "uk",
}  # fmt: skip
"""Primary language ids of Windows ([MS-LCID]), for the names of months and days."""


def render(value: Cell, code: str, locale: str | None = None) -> str | None:
    """The text of a number or date under a format code; None when the code is beyond us.

    locale: of the person, for the reader's own short date; without it that date is ISO 8601.
    """
    if code == READERS_DATE:
        return _short_date(value, locale)
    section = _section(code, value)
    match value:
        case bool() | str() | None:
            return None
        case timedelta():
            return _duration(section, value)
        case date() | time():
            return _dated(section, value)
        case int() | float():
            try:
                return _number(section, value)
            except (InvalidOperation, OverflowError, ValueError):  # more digits than a cell has
                return None


def _short_date(value: Cell, locale: str | None) -> str | None:
    if not isinstance(value, date):
        return None
    day = value.date() if isinstance(value, datetime) else value
    text = day.isoformat() if locale is None else format_date(day, _numeric(locale), locale)
    moment = value.time() if isinstance(value, datetime) else time()
    return text if moment == time() else f"{text} {moment:%H:%M}"


@lru_cache(maxsize=16)
def _numeric(locale: str) -> str:
    """The locale's short date, with a year of four digits as spreadsheet programs show it."""
    return re.sub("y+", "y", Locale.parse(locale).date_formats["short"].pattern)


@lru_cache(maxsize=256)
def _sections(code: str) -> tuple[str, ...]:
    return tuple(re.split(r';(?=(?:[^"]*"[^"]*")*[^"]*$)', code))


def _section(code: str, value: Cell) -> str:
    sections = _sections(code)
    if isinstance(value, int | float) and not isinstance(value, bool):
        if value < 0 and len(sections) > 1:
            return sections[1]
        if value == 0 and len(sections) > 2:
            return sections[2]
    return sections[0]


@lru_cache(maxsize=256)
def _marks(section: str) -> tuple[str, ...]:
    return tuple(_MARK.findall(section))


def _dated(section: str, value: date | time) -> str | None:
    marks = _marks(section)
    twelve = any(mark.upper() in {"AM/PM", "A/P"} for mark in marks)
    language = _language(marks)
    text: list[str] = []
    for place, mark in enumerate(marks):
        piece = mark if mark in {".", ","} else _literal(mark)
        if piece is None:
            kind = mark[0].lower()
            if kind == "m" and _means_minutes(marks, place):
                kind = "minute"
            piece = _moment(kind, mark, value, language, twelve=twelve)
        if piece is None:
            return None
        text.append(piece)
    return "".join(text).strip()


def _means_minutes(marks: tuple[str, ...], place: int) -> bool:
    """`m` is minutes right after hours or right before seconds, months everywhere else."""
    before = next((t for t in reversed(marks[:place]) if t[0].lower() in "ymdhs"), "")
    after = next((t for t in marks[place + 1 :] if t[0].lower() in "ymdhs"), "")
    return before[:1].lower() == "h" or after[:1].lower() == "s"


def _moment(kind: str, mark: str, value: date | time, language: str, *, twelve: bool) -> str | None:
    width = len(mark)
    if kind in "ymd" and isinstance(value, date):
        if kind == "y":
            return f"{value.year:04}" if width > 2 else f"{value.year % 100:02}"
        number = value.month if kind == "m" else value.day
        if width <= 2:
            return f"{number:0{width}}"
        pattern = {"m": "MMM" if width == 3 else "MMMM", "d": "EEE" if width == 3 else "EEEE"}[kind]
        name = format_date(value, pattern, locale=language)
        return name[0] if width == 5 else name
    clock = value if isinstance(value, time) else value.time() if isinstance(value, datetime) else time()
    if kind == "h":
        return f"{(clock.hour + 11) % 12 + 1 if twelve else clock.hour:0{min(width, 2)}}"
    if kind in {"minute", "s"}:
        return f"{clock.minute if kind == 'minute' else clock.second:0{min(width, 2)}}"
    if kind == "a":
        return ("AM" if clock.hour < 12 else "PM")[: 2 if width > 3 else 1]
    if kind == "." and set(mark[1:]) == {"0"}:
        return f".{clock.microsecond:06}"[:width]
    return None


def _duration(section: str, value: timedelta) -> str | None:
    seconds = round(value.total_seconds())
    hours, minutes = divmod(abs(seconds) // 60, 60)
    text = re.sub(r"\[h+\]", str(hours), section.lower())
    text = re.sub(r"h+", lambda m: f"{hours % 24:0{len(m[0])}}", text)
    text = re.sub(r"m+", lambda m: f"{minutes:0{len(m[0])}}", text)
    text = re.sub(r"s+", lambda m: f"{abs(seconds) % 60:0{len(m[0])}}", text)
    return f"{'-' if seconds < 0 else ''}{text}" if re.fullmatch(r"[\d:]+", text) else None


def _number(section: str, value: float) -> str | None:
    """Prefix, digits, suffix. Point and comma as the format writes them, as the reader's own are not in the file."""
    before, pattern, after, percent = "", "", "", 0
    for mark in _marks(section):
        literal = "%" if mark == "%" else _literal(mark)
        percent += mark == "%"
        if mark[0] in "0#?.," and not after:
            pattern += mark
        elif literal is None:
            return None
        elif pattern:
            after += literal
        else:
            before += literal
    if not pattern:
        return None
    sign = "-" if value < 0 and len(_sections(section)) == 1 and before.strip()[:1] not in {"-", "("} else ""
    return f"{sign}{before}{_digits(pattern, abs(value) * 100**percent)}{after}".strip()


def _digits(pattern: str, value: float) -> str:
    """A number under `#,##0.0#` and the like: 0 is always shown, # only when needed; a last comma divides by 1000."""
    bare = pattern.rstrip(",")
    value /= 1000 ** (len(pattern) - len(bare))
    whole, _, fraction = bare.partition(".")
    # a spreadsheet rounds the decimal number a person sees, half away from zero: 2.5 is 3, 1.005 is 1.01
    exact = Decimal(f"{value:.15g}").quantize(Decimal(1).scaleb(-len(fraction)), ROUND_HALF_UP)
    text = f"{exact:{',' if ',' in whole else ''}f}"
    integer, _, decimals = text.partition(".")
    needed = len(fraction.rstrip("#?"))
    decimals = decimals[:needed] + decimals[needed:].rstrip("0")
    integer = integer.rjust(whole.count("0"), "0")
    return f"{integer}.{decimals}" if decimals else integer


def _literal(mark: str) -> str | None:
    """The text a mark stands for; None when it is a placeholder."""
    match mark[0]:
        case '"':
            return mark.strip('"')
        case "\\":
            return mark[1:]
        case "_":
            return " "
        case "*":
            return ""
        case "[" if mark.startswith("[$"):
            return mark[2:-1].partition("-")[0]
        case "[" if not re.fullmatch(r"\[[hms]+\]", mark, re.IGNORECASE):
            return ""
    return mark if len(mark) == 1 and not mark.isalnum() and mark not in "#?.,%@[" else None


def _language(marks: tuple[str, ...]) -> str:
    for mark in marks:
        if match := re.fullmatch(r"\[\$[^-\]]*-(?:.*,)?([0-9A-Fa-f]+)\]", mark):
            return _LANGUAGES.get(int(match[1], 16) & 0x3FF, "en")
    return "en"

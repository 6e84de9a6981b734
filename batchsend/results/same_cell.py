"""Whether a cell that came back is the one that went out, or a person's correction.

A spreadsheet program changes cells by opening and saving them, most of all as CSV: a date is written in another order,
a phone number loses its + or its digits. That is no correction, and is not taken for one.
"""

import re
from datetime import date, datetime, time, timedelta
from enum import Enum

from batchsend.contacts.contact import Cell, display, is_empty
from batchsend.results.cells import storable


class Likeness(Enum):
    """DAMAGED: the same, less what a program takes away (a + or leading zeros, digits beyond what it shows)."""

    SAME = 1
    DAMAGED = 2
    OTHER = 3


_SCIENTIFIC = re.compile(r"[+-]?(\d)(?:[.,](\d+))?E\+?(\d{1,2})", re.IGNORECASE)
_GROUPED = re.compile(r"[+-]?\d{1,3}((,\d{3})+(\.\d+)?|(\.\d{3})+(,\d+)?)")
_GUARDED = re.compile(r"''*(\s*[=+\-@＝＋－＠]|[\t\r\n])")
_MOMENT_SLACK = timedelta(seconds=1)
_EXACT = 1e-9


def likeness(sent: Cell, back: Cell) -> Likeness:
    """sent: the original cell; back: what stands in its place in the file that came back."""
    if sent == back and type(sent) is type(back):
        return Likeness.SAME
    if any(_text(it) == _text(back) for it in (sent, storable(sent))):
        return Likeness.SAME
    if is_empty(sent) or is_empty(back):
        return Likeness.OTHER
    if _same_value(sent, back):
        return Likeness.SAME
    return Likeness.DAMAGED if _is_damage(display(sent), display(back)) else Likeness.OTHER


def without_guard(cell: Cell) -> Cell:
    """A text file guards a text that a program would take for a formula with an apostrophe; a workbook needs none."""
    return cell[1:] if isinstance(cell, str) and _GUARDED.match(cell) else cell


def _text(cell: Cell) -> str:
    return " ".join(display(without_guard(cell)).split())


def _same_value(sent: Cell, back: Cell) -> bool:
    match sent:
        case bool():
            return display(back).upper() in (("TRUE", "1") if sent else ("FALSE", "0"))
        case int() | float():
            return _same_number(float(sent), back)
        case datetime() | date():
            return _same_day(sent, back)
        case time() | timedelta():
            return _same_time(sent, back)
        case _:
            return False


def _same_number(sent: float, back: Cell) -> bool:
    if isinstance(back, bool):
        return False
    if isinstance(back, int | float):
        return abs(back - sent) <= _EXACT * max(abs(sent), 1)
    text = re.sub(r"[\s']", "", display(back))
    readings = {text, text.replace(",", ".")}
    if _GROUPED.fullmatch(text):
        readings |= {text.replace(",", ""), text.replace(".", "").replace(",", ".")}
    return any(abs(number - sent) <= _EXACT * max(abs(sent), 1) for number in _floats(readings))


def _floats(texts: set[str]) -> list[float]:
    return [float(text) for text in texts if re.fullmatch(r"[+-]?\d+(\.\d+)?(E[+-]?\d{1,3})?", text, re.IGNORECASE)]


def _same_day(sent: datetime | date, back: Cell) -> bool:
    """A text has the same numbers in it, in whatever order they are written where it was saved."""
    moment = sent if isinstance(sent, datetime) else datetime.combine(sent, time())
    if isinstance(back, datetime):
        return abs(back.replace(tzinfo=None) - moment.replace(tzinfo=None)) <= _MOMENT_SLACK
    if isinstance(back, date):
        return moment.date() == back and moment.time() == time()
    if not isinstance(back, str):
        return False
    numbers = [int(digits) for digits in re.findall(r"\d{1,4}", back)]
    day = sorted(numbers[:3])
    wanted = [moment.month, moment.day]
    return day in (sorted([*wanted, moment.year]), sorted([*wanted, moment.year % 100])) and (
        len(numbers) == 3 or _is_clock(moment.time(), numbers[3:], back)
    )


def _same_time(sent: time | timedelta, back: Cell) -> bool:
    since = sent if isinstance(sent, timedelta) else _since_midnight(sent)
    match back:
        case timedelta():
            return abs(back - since) <= _MOMENT_SLACK
        case time():
            return abs(_since_midnight(back) - since) <= _MOMENT_SLACK
        case str() if since < timedelta(days=1):
            numbers = [int(found) for found in re.findall(r"\d{1,2}", back)]
            return _is_clock((datetime.combine(date.min, time()) + since).time(), numbers, back)
    return False


def _since_midnight(moment: time) -> timedelta:
    return timedelta(hours=moment.hour, minutes=moment.minute, seconds=moment.second)


def _is_clock(moment: time, numbers: list[int], text: str) -> bool:
    if not 2 <= len(numbers) <= 3:
        return False
    hour = numbers[0] % 12 + 12 * ("p" in text.lower()) if re.search(r"[ap]\.?m", text, re.IGNORECASE) else numbers[0]
    return [hour, *numbers[1:]] == [moment.hour, moment.minute, moment.second][: len(numbers)]


def _is_damage(sent: str, back: str) -> bool:
    digits = re.sub(r"\D", "", sent)
    if back.isascii() and back.isdecimal() and sent[:1] in ("+", "0"):
        return back[0] != "0" and back == sent.lstrip("+0")
    found = _SCIENTIFIC.fullmatch(back)
    if found is None or not digits:
        return False
    exponent = int(found[3])
    shown = found[1] + (found[2] or "")
    number = digits.lstrip("0")
    return len(number) == exponent + 1 and abs(int(shown.ljust(exponent + 1, "0")) - int(number)) <= 10 ** max(
        exponent + 1 - len(shown), 0
    )

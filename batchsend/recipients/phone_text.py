"""A phone cell -> the digits somebody meant, with or without a +, before any country is asked."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, time, timedelta

from batchsend.contacts.contact import Cell
from batchsend.contacts.look import EXCEL_ERRORS, CellProblem
from batchsend.recipients.phone import PhoneProblem, Repair


@dataclass(frozen=True, slots=True)
class PhoneText:
    """original: as a person reads the cell. digits: ASCII digits only. plus: they begin with a country prefix.

    trunk: where in digits a bracketed trunk 0 stands, as in +44 (0)20; -1 for none. bracketed: an area code in
    brackets comes first, so that it is no country prefix.
    """

    original: str
    digits: str
    plus: bool
    trunk: int = -1
    bracketed: bool = False
    repairs: tuple[Repair, ...] = ()


_LABELS = re.compile(
    r"(?<![^\W\d_])(?:tel|telephone|telefon|telefono|teléfono|telefone|téléphone|tél|tlf|phone|mobile|mobil|mobilnummer|"
    r"movil|móvil|mob|cell|cel|cellular|celular|handy|handynr|handynummer|gsm|portable|nr|no|m|whatsapp)(?![^\W\d_])"
    r"[\s.:]*",
    re.IGNORECASE,
)
_URI = re.compile(r"^\s*(?:tel|sms|callto):", re.IGNORECASE)
_CONTEXT = re.compile(r";phone-context=(\+\d{1,3})$", re.IGNORECASE)
_SCIENTIFIC = re.compile(r"^\+?(\d)(?:[.,](\d+))?\s*e\s*\+?\s*(\d{1,2})$", re.IGNORECASE)
_FLOAT = re.compile(r"^(\d{6,15})[.,]0+$")
_EXTENSION = re.compile(
    r"\d[\s,;(]*(?:ext|extn|extension|x|#|int|interior|poste|anexo|durchwahl|;ext=|p|w)[\s.:#=]*\d{1,7}\)?\s*$",
    re.IGNORECASE,
)
_DATE = re.compile(
    r"(?:0?[1-9]|[12]\d|3[01])[./-](?:0?[1-9]|1[0-2])[./-](?:19|20)\d\d"
    r"|(?:19|20)\d\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])"
    r"|\d{1,2}[ -](?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*(?:[ -](?:\d\d)?\d\d)?",
    re.IGNORECASE,
)
_TAIL = re.compile(
    r"(?:\d\D*){4,}(?:[\n\r]\s*\d{1,2}|\(\s*\d{1,3}\s*\)|(?<!/)/\s*\d{1,2}|\s-\s*\d{1,2})$|\d{5}\s*-\s*\d{1,2}$"
)
_NUMBERED = re.compile(r"^(?:[1-9]\d?\.\s|\d+\))")
_SEPARATORS = re.compile(r"[/,;|\n\r&\\]|\s(?:or|and|sau|si|și|und|oder|ou|et|y|o|e|i|lub)\s", re.IGNORECASE)
_WRITTEN = re.compile(r"[0-9()\-./\s·_]+")
_BRACKETED_TRUNK = re.compile(r"\(\s*0\s*\)")
_A_NUMBER = 6  # digits from which on a part of a cell may be a number of its own
_MOST_DIGITS = 17  # E.164 allows 15; an international prefix may stand before them
_SAME = 8
_SURE_DIGITS = 15  # what a spreadsheet keeps of a number (IEEE 754)


def read_phone(cell: Cell) -> PhoneText | PhoneProblem:
    """Never raises: whatever a cell holds is a text of digits or a problem."""
    match cell:
        case None:
            return PhoneProblem.EMPTY
        case bool():
            return PhoneProblem.NOT_A_NUMBER
        case int():
            return _counted(cell, str(cell))
        case float():
            return _counted(int(cell), f"{cell:.15g}") if cell.is_integer() else PhoneProblem.NOT_A_NUMBER
        case date() | time() | timedelta():
            return PhoneProblem.A_DATE
        case CellProblem.NO_RESULT:
            return PhoneProblem.NO_RESULT
        case str():
            return PhoneProblem.EXCEL_ERROR if cell.strip() in EXCEL_ERRORS else _written(cell)


def _counted(number: int, original: str) -> PhoneText | PhoneProblem:
    """A cell that holds a number: its digits are exact up to 15, and Excel may have rounded it before."""
    digits = str(number)
    if number < 0 or len(digits) < _A_NUMBER:
        return PhoneProblem.NOT_A_NUMBER
    if len(digits) > _SURE_DIGITS or _looks_rounded(digits):
        return PhoneProblem.ROUNDED
    return PhoneText(original if "e" not in original else digits, digits, plus=False, repairs=(Repair.FLOAT_CELL,))


def _looks_rounded(digits: str) -> bool:
    """Six significant digits and nothing but zeros after them, as Excel shows and then saves long numbers."""
    return len(digits) >= 9 and len(digits.rstrip("0")) <= 6


def _written(cell: str) -> PhoneText | PhoneProblem:
    original = " ".join(cell.split())
    text, repairs = _visible(cell)
    if not text:
        return PhoneProblem.EMPTY
    if match := _SCIENTIFIC.match(text):
        return _scientific(original, match)
    if match := _FLOAT.match(text):
        number = _counted(int(match[1]), match[1])
        return PhoneText(original, match[1], plus=False, repairs=(Repair.FLOAT_CELL,)) if _is_text(number) else number
    text, plain = _without_words(text)
    repairs += plain
    return _unreadable(text) or _digits(original, text, repairs)


def _is_text(read: PhoneText | PhoneProblem) -> bool:
    return isinstance(read, PhoneText)


def _visible(cell: str) -> tuple[str, tuple[Repair, ...]]:
    """The text without what cannot be seen or only surrounds it, with ASCII digits and hyphens."""
    shown = "".join(c for c in cell if unicodedata.category(c) not in {"Cf", "Cc"} or c in "\n\r\t")
    folded = "".join(map(_plain, shown)).strip()
    bare = re.sub(r"^\+{2,}", "+", folded.strip(_AROUND)).rstrip(",;").strip()
    repairs = []
    if shown != cell:
        repairs.append(Repair.INVISIBLE)
    if any(character.isdecimal() and character not in "0123456789" for character in shown):
        repairs.append(Repair.FULL_WIDTH_DIGITS)
    if bare != folded:
        repairs.append(Repair.APOSTROPHE)
    return bare, tuple(repairs)


_AROUND = "'\u2018\u2019\u02bc`´\"\u201c\u201d\u201e\u00ab\u00bb= \u260e\ufe0f\u260f\U0001f4de\U0001f4f1\u2706"


def _plain(character: str) -> str:
    category = unicodedata.category(character)
    if category == "Nd":
        return str(unicodedata.decimal(character))
    if category == "Pd" or character in "\u2212\u00ad":
        return "-"
    # ² and ① are no digits of a number, whatever compatibility makes of them
    return character if category == "No" else unicodedata.normalize("NFKC", character)


def _scientific(original: str, match: re.Match[str]) -> PhoneText | PhoneProblem:
    """4.0722123456E+10 has every digit of its number; 4.07221E+10 has lost some for good."""
    fraction = match[2] or ""
    if len(fraction) != int(match[3]) or _looks_rounded(match[1] + fraction):
        return PhoneProblem.ROUNDED
    return PhoneText(original, match[1] + fraction, plus=False, repairs=(Repair.SCIENTIFIC,))


def _without_words(text: str) -> tuple[str, tuple[Repair, ...]]:
    """Labels such as `Mob.` and the forms of a tel: link (RFC 3966) removed."""
    bare = _URI.sub("", text)
    if match := _CONTEXT.search(bare):
        bare = match[1] + bare[: match.start()]
    without = _LABELS.sub(" ", bare).strip()
    return (without, (Repair.LABEL,)) if without != text else (text, ())


def _unreadable(text: str) -> PhoneProblem | None:
    """What makes a text certainly not one number. In this order: an extension is two numbers of a kind, too."""
    if not any(map(str.isdecimal, text)) or _NUMBERED.match(text):
        return PhoneProblem.NOT_A_NUMBER
    if _DATE.fullmatch(text):
        return PhoneProblem.A_DATE
    if _EXTENSION.search(text):
        return PhoneProblem.EXTENSION
    several = [part for part in _SEPARATORS.split(text) if sum(map(str.isdigit, part)) >= _A_NUMBER]
    if len(several) > 1 or text.count("+") > 1:
        return PhoneProblem.TWO_NUMBERS
    if _TAIL.search(text):
        return PhoneProblem.EXTENSION
    if any(map(str.isalpha, text)):
        return PhoneProblem.LETTERS
    return None if _WRITTEN.fullmatch(text.replace("+", "", 1)) else PhoneProblem.NOT_A_NUMBER


def _digits(original: str, text: str, repairs: tuple[Repair, ...]) -> PhoneText | PhoneProblem:
    before, plus, after = text.partition("+")
    lead = re.sub(r"\D", "", before)
    digits = re.sub(r"\D", "", after if plus else text)
    if plus and lead.strip("0"):
        return PhoneProblem.NOT_A_NUMBER  # digits before a +, as in 5+40723...
    if not plus and text == digits and _looks_rounded(digits) and not digits.startswith("0"):
        return PhoneProblem.ROUNDED
    if len(digits) > _MOST_DIGITS:
        return PhoneProblem.TOO_LONG
    if len(digits) >= _SAME and len(set(digits[-_SAME:])) == 1:
        return PhoneProblem.NOT_A_NUMBER  # 0777777777, as people fill a field that must not be empty
    if plus and lead:
        repairs += (Repair.MISPLACED_PLUS,)
    international = bool(plus)
    if plus and digits.startswith("0"):  # +0722... or +0040...: no country prefix begins with 0
        international = False
        repairs += (Repair.MISPLACED_PLUS,)
    bracket = _BRACKETED_TRUNK.search(after if plus else text)
    trunk = sum(map(str.isdigit, (after if plus else text)[: bracket.start()])) if bracket else -1
    return PhoneText(original, digits, international, trunk, text.startswith("("), repairs)

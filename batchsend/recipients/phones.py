"""A phone cell -> E.164, or the reason why not. A wrong number is worse than none: what is not certain is refused."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time, timedelta
from enum import StrEnum

import phonenumbers
from phonenumbers import PhoneNumberType

from batchsend.contacts.contact import Cell


class PhoneProblem(StrEnum):
    """Why a phone cell is not a number that can be written to."""

    EMPTY = "no_phone"
    NOT_A_NUMBER = "not_a_number"
    A_DATE = "date_in_phone"
    ROUNDED = "rounded_number"
    LETTERS = "letters_in_number"
    EXTENSION = "extension"
    TWO_NUMBERS = "two_numbers"
    NO_COUNTRY = "no_country"
    UNKNOWN_COUNTRY = "unknown_country"
    AMBIGUOUS = "ambiguous_number"
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    NOT_VALID = "not_valid"
    LANDLINE = "landline"
    PREMIUM = "premium_number"
    TOLL_FREE = "toll_free_number"
    SPECIAL = "special_number"

    @property
    def sentence(self) -> str:
        return _SENTENCES[self]


_SENTENCES = {
    PhoneProblem.EMPTY: "no phone number",
    PhoneProblem.NOT_A_NUMBER: "this is not a phone number",
    PhoneProblem.A_DATE: "a date or time, not a phone number; Excel may have changed it",
    PhoneProblem.ROUNDED: "Excel rounded this number before it was saved; export it again with the column as Text",
    PhoneProblem.LETTERS: "letters in the number",
    PhoneProblem.EXTENSION: "an extension cannot receive a text message",
    PhoneProblem.TWO_NUMBERS: "more than one number in the cell",
    PhoneProblem.NO_COUNTRY: "no country prefix and no country given",
    PhoneProblem.UNKNOWN_COUNTRY: "the country is not known",
    PhoneProblem.AMBIGUOUS: "could be two different numbers; write it with + and the country prefix",
    PhoneProblem.TOO_SHORT: "too short for a phone number",
    PhoneProblem.TOO_LONG: "too long for a phone number",
    PhoneProblem.NOT_VALID: "not a valid number for its country",
    PhoneProblem.LANDLINE: "a landline, which cannot receive text messages",
    PhoneProblem.PREMIUM: "a premium-rate number",
    PhoneProblem.TOLL_FREE: "a toll-free number, which cannot receive text messages",
    PhoneProblem.SPECIAL: "a service number, not a person's mobile",
}


@dataclass(frozen=True, slots=True)
class PhoneNumber:
    """e164: "+40723555666". region: ISO alpha-2 of the number itself. original: the cell as a person reads it."""

    e164: str
    region: str
    original: str


_LABELS = re.compile(r"^\s*(?:tel|telephone|telefon|phone|mobile|mobil|mob|cell|gsm)\b\s*[.:]?\s*", re.IGNORECASE)
_ROUNDED = re.compile(r"^[+\s]*\d+[.,]\d+\s*e\s*\+?\s*\d+$", re.IGNORECASE)
_EXTENSION = re.compile(r"\d\s*(?:ext\.?|extension|x|#|;\s*ext=|p)\s*\d{1,7}\s*$", re.IGNORECASE)
_WRITTEN = re.compile(r"[0-9+()\-./\s]+")
_SEPARATORS = re.compile(r"[/,;|\n\r&]|\s(?:or|and|sau|und|oder|ou|y|o)\s", re.IGNORECASE)
_SENDABLE = {PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE}
_UNSENDABLE = {
    PhoneNumberType.FIXED_LINE: PhoneProblem.LANDLINE,
    PhoneNumberType.PREMIUM_RATE: PhoneProblem.PREMIUM,
    PhoneNumberType.TOLL_FREE: PhoneProblem.TOLL_FREE,
}
_MOST_DIGITS = 15  # ITU-T E.164


def normalize(cell: Cell, region: str | None) -> PhoneNumber | PhoneProblem:
    """The number in a cell, read under a region (ISO alpha-2) when it has no country prefix of its own."""
    text = _text(cell)
    if isinstance(text, PhoneProblem):
        return text
    if problem := _unreadable(text):
        return problem
    digits = re.sub(r"\D", "", text)
    if len(digits) > _MOST_DIGITS + 2:
        return PhoneProblem.TOO_LONG
    if text.startswith("+"):
        return _international(f"+{digits}", text)
    return _national(digits, region, text)


def normalize_batch(cells: Iterable[Cell], regions: Iterable[str | None]) -> list[PhoneNumber | PhoneProblem]:
    return [normalize(cell, region) for cell, region in zip(cells, regions, strict=True)]


def _text(cell: Cell) -> str | PhoneProblem:
    match cell:
        case None:
            return PhoneProblem.EMPTY
        case bool():
            return PhoneProblem.NOT_A_NUMBER
        case int():
            text = str(cell)
        case float():
            if not cell.is_integer():
                return PhoneProblem.NOT_A_NUMBER
            text = str(int(cell))
        case date() | time() | timedelta():
            return PhoneProblem.A_DATE
        case str():
            folded = unicodedata.normalize("NFKC", cell)
            text = "".join(_plain(c) for c in folded).strip().strip("'\u2018\u2019`").strip()
            text = _LABELS.sub("", text)
    return text or PhoneProblem.EMPTY


def _plain(character: str) -> str:
    category = unicodedata.category(character)
    if category == "Nd":
        return str(unicodedata.digit(character))
    if category == "Pd":
        return "-"
    if category == "Cf":
        return ""
    return character


def _unreadable(text: str) -> PhoneProblem | None:
    if _ROUNDED.match(text):
        return PhoneProblem.ROUNDED
    several = [part for part in _SEPARATORS.split(text) if sum(map(str.isdigit, part)) >= 6]
    if len(several) > 1 or text.count("+") > 1:
        return PhoneProblem.TWO_NUMBERS
    if _EXTENSION.search(text):
        return PhoneProblem.EXTENSION
    if not any(map(str.isdigit, text)):
        return PhoneProblem.NOT_A_NUMBER
    if any(map(str.isalpha, text)):
        return PhoneProblem.LETTERS
    if not _WRITTEN.fullmatch(text) or "+" in text[1:]:
        return PhoneProblem.NOT_A_NUMBER
    return None


def _international(number: str, original: str) -> PhoneNumber | PhoneProblem:
    return _checked(number, None, original)


def _national(digits: str, region: str | None, original: str) -> PhoneNumber | PhoneProblem:
    if digits.startswith("00"):
        return _international(f"+{digits[2:]}", original)
    if region is None:
        return PhoneProblem.NO_COUNTRY
    here = _checked(digits, region, original)
    abroad = _checked(f"+{digits}", None, original)
    if isinstance(abroad, PhoneProblem):
        return here
    if isinstance(here, PhoneProblem):
        return abroad if abroad.region == region else here
    return here if here.e164 == abroad.e164 else PhoneProblem.AMBIGUOUS


def _checked(number: str, region: str | None, original: str) -> PhoneNumber | PhoneProblem:
    try:
        parsed = phonenumbers.parse(number, region)
    except phonenumbers.NumberParseException as error:
        return _PARSE_PROBLEMS.get(error.error_type, PhoneProblem.NOT_VALID)
    if not phonenumbers.is_valid_number(parsed):
        return _POSSIBILITY.get(phonenumbers.is_possible_number_with_reason(parsed), PhoneProblem.NOT_VALID)
    kind = phonenumbers.number_type(parsed)
    if kind not in _SENDABLE:
        return _UNSENDABLE.get(kind, PhoneProblem.SPECIAL)
    e164 = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
    return PhoneNumber(e164, phonenumbers.region_code_for_number(parsed) or "", original)


_PARSE_PROBLEMS = {
    phonenumbers.NumberParseException.TOO_SHORT_NSN: PhoneProblem.TOO_SHORT,
    phonenumbers.NumberParseException.TOO_SHORT_AFTER_IDD: PhoneProblem.TOO_SHORT,
    phonenumbers.NumberParseException.TOO_LONG: PhoneProblem.TOO_LONG,
}
_POSSIBILITY = {
    phonenumbers.ValidationResult.TOO_SHORT: PhoneProblem.TOO_SHORT,
    phonenumbers.ValidationResult.TOO_LONG: PhoneProblem.TOO_LONG,
}

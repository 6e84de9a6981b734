"""What a phone cell turns out to be: a number, with the repairs that were made, or the reason why there is none."""

from dataclasses import dataclass
from enum import StrEnum


class PhoneKind(StrEnum):
    """mobile_or_landline: the country's plan does not tell the two apart (as in North America)."""

    MOBILE = "mobile"
    MOBILE_OR_LANDLINE = "mobile_or_landline"
    LANDLINE = "landline"


class Repair(StrEnum):
    """What was changed so that the cell could be read as a number; the sentence says it to the person who wrote it."""

    FLOAT_CELL = "float_cell"
    SCIENTIFIC = "scientific"
    FULL_WIDTH_DIGITS = "full_width_digits"
    INVISIBLE = "invisible_characters"
    APOSTROPHE = "apostrophe"
    LABEL = "label"
    TRUNK_IN_PARENS = "trunk_in_parens"
    TRUNK_AFTER_PREFIX = "trunk_after_prefix"
    IDD_PREFIX = "idd_prefix"
    MISPLACED_PLUS = "misplaced_plus"
    ADDED_PLUS = "added_plus"
    LOST_ZERO = "lost_zero"
    REWRITTEN = "rewritten"

    @property
    def sentence(self) -> str:
        return _REPAIRS[self]


_REPAIRS = {
    Repair.FLOAT_CELL: "Excel kept it as a number",
    Repair.SCIENTIFIC: "Excel wrote it in scientific notation, with all its digits",
    Repair.FULL_WIDTH_DIGITS: "digits of another script",
    Repair.INVISIBLE: "invisible characters removed",
    Repair.APOSTROPHE: "apostrophe removed",
    Repair.LABEL: "words around the number removed",
    Repair.TRUNK_IN_PARENS: "(0) removed after the country prefix",
    Repair.TRUNK_AFTER_PREFIX: "0 removed after the country prefix",
    Repair.IDD_PREFIX: "international prefix written as +",
    Repair.MISPLACED_PLUS: "the + was misplaced",
    Repair.ADDED_PLUS: "+ added before the country prefix",
    Repair.LOST_ZERO: "the leading 0 was lost",
    Repair.REWRITTEN: "an older or local way of writing it, in the form that is dialled from abroad",
}


class PhoneProblem(StrEnum):
    """Why a phone cell is not a number that can be written to."""

    EMPTY = "no_phone"
    NOT_A_NUMBER = "not_a_number"
    A_DATE = "date_in_phone"
    EXCEL_ERROR = "excel_error"
    NO_RESULT = "formula_without_result"
    ROUNDED = "rounded_number"
    LETTERS = "letters_in_number"
    EXTENSION = "extension"
    TWO_NUMBERS = "two_numbers"
    NO_COUNTRY = "no_country"
    UNKNOWN_COUNTRY = "unknown_country"
    AMBIGUOUS_COUNTRY = "ambiguous_country"
    AMBIGUOUS = "ambiguous_number"
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    NOT_VALID = "not_valid"
    LANDLINE = "landline"
    PREMIUM = "premium_number"
    TOLL_FREE = "toll_free_number"
    SATELLITE = "satellite_number"
    SPECIAL = "special_number"

    @property
    def sentence(self) -> str:
        return _PROBLEMS[self]


_PROBLEMS = {
    PhoneProblem.EMPTY: "no phone number",
    PhoneProblem.NOT_A_NUMBER: "this is not a phone number",
    PhoneProblem.A_DATE: "a date or time, not a phone number; Excel may have changed it",
    PhoneProblem.EXCEL_ERROR: "an Excel error, not a phone number",
    PhoneProblem.NO_RESULT: "the formula has no saved result; open the workbook in Excel and save it",
    PhoneProblem.ROUNDED: "Excel rounded this number before it was saved; export it again with the column as Text",
    PhoneProblem.LETTERS: "letters in the number",
    PhoneProblem.EXTENSION: "an extension cannot receive a text message",
    PhoneProblem.TWO_NUMBERS: "more than one number in the cell",
    PhoneProblem.NO_COUNTRY: "no country prefix and no country given",
    PhoneProblem.UNKNOWN_COUNTRY: "the country is not known",
    PhoneProblem.AMBIGUOUS_COUNTRY: "the country could be more than one",
    PhoneProblem.AMBIGUOUS: "could be two different numbers; write it with + and the country prefix",
    PhoneProblem.TOO_SHORT: "too short for a phone number",
    PhoneProblem.TOO_LONG: "too long for a phone number",
    PhoneProblem.NOT_VALID: "not a valid number for its country",
    PhoneProblem.LANDLINE: "a landline, which cannot receive text messages (--allow-landline sends all the same)",
    PhoneProblem.PREMIUM: "a premium-rate number",
    PhoneProblem.TOLL_FREE: "a toll-free number, which cannot receive text messages",
    PhoneProblem.SATELLITE: "a satellite or universal number, not a person's mobile",
    PhoneProblem.SPECIAL: "a service number, not a person's mobile",
}


@dataclass(frozen=True, slots=True)
class PhoneNumber:
    """e164: "+40723555666". region: ISO alpha-2 of the number itself. original: the cell as a person reads it.

    repairs: what had to be changed, in the order it was; plain punctuation and a trunk 0 are no repair.
    """

    e164: str
    region: str
    kind: PhoneKind
    original: str
    repairs: tuple[Repair, ...] = ()

    @property
    def change(self) -> str:
        """From and to, and why, for a number that was repaired; "" for one that stood as it should."""
        if not self.repairs:
            return ""
        return f"{self.original} -> {self.e164}: {'; '.join(repair.sentence for repair in self.repairs)}"

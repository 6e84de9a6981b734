"""A phone cell -> E.164, or the reason why not. A wrong number is worse than none: what is not certain is refused."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat, PhoneNumberType, ValidationResult

from batchsend.contacts.contact import Cell
from batchsend.recipients.phone import PhoneKind, PhoneNumber, PhoneProblem, Repair
from batchsend.recipients.phone_text import PhoneText, read_phone


def normalize(cell: Cell, region: str | None, *, allow_landline: bool = False) -> PhoneNumber | PhoneProblem:
    """The number in a cell, read under a region (ISO alpha-2) when it has no country prefix of its own.

    A number is only returned when every way to read the cell that gives a number somebody can be texted at gives the
    same one.
    """
    read = read_phone(cell)
    if isinstance(read, PhoneProblem):
        return read
    readings = [_settled(reading, allow_landline=allow_landline) for reading in _readings(read, region)]
    if readings and readings[0].as_written_at_home and isinstance(readings[0].verdict, PhoneNumber):
        return readings[0].verdict
    if len({settled.e164 for settled in readings if settled.rivals}) > 1:
        return PhoneProblem.AMBIGUOUS
    for settled in readings:
        if isinstance(settled.verdict, PhoneNumber):
            return settled.verdict
    if region is None and not read.plus and not read.digits.startswith("00"):
        return PhoneProblem.NO_COUNTRY
    problems = [settled.verdict for settled in readings if isinstance(settled.verdict, PhoneProblem)]
    return problems[0] if problems else PhoneProblem.NOT_VALID


def normalize_batch(
    cells: Iterable[Cell], regions: Iterable[str | None], *, allow_landline: bool = False
) -> list[PhoneNumber | PhoneProblem]:
    """One answer for each cell, in order."""
    return [normalize(cell, region, allow_landline=allow_landline) for cell, region in zip(cells, regions, strict=True)]


@dataclass(frozen=True, slots=True)
class _Reading:
    """One way to read a cell: a number for phonenumbers, the region it is read under, and what that takes."""

    number: str
    region: str | None
    read: PhoneText
    repair: Repair | None = None
    only_in: str | None = None


@dataclass(frozen=True, slots=True)
class _Settled:
    """What a reading comes to. e164: of the number it is, "" when it is none. rivals: another number beside it makes
    the cell ambiguous. as_written_at_home: grouped just as numbers of that country are, which settles it.
    """

    verdict: PhoneNumber | PhoneProblem
    e164: str = ""
    rivals: bool = False
    as_written_at_home: bool = False


def _readings(read: PhoneText, region: str | None) -> list[_Reading]:
    digits = read.digits
    if read.plus:
        return _with_prefix(read)
    readings = []
    if region is not None:
        readings.append(_Reading(digits, region, read))
        if not digits.startswith("0") and not read.bracketed:
            # a country prefix without its +: believed only for the row's own country, a doubt for any other
            readings.append(_Reading(f"+{digits}", None, read, Repair.ADDED_PLUS, only_in=region))
    if digits.startswith("00") and not digits.startswith("000"):
        abroad = replace(read, digits=digits[2:], trunk=read.trunk - 2)
        prefix = _Reading(f"+{digits[2:]}", None, read, Repair.IDD_PREFIX)
        readings += [prefix, *_with_prefix(abroad)[1:]]
    return readings


def _with_prefix(read: PhoneText) -> list[_Reading]:
    """As it stands; and where a trunk 0 stands in brackets, without it: in Italy the 0 belongs to the number."""
    readings = [_Reading(f"+{read.digits}", None, read)]
    if read.trunk > 0:
        without = read.digits[: read.trunk] + read.digits[read.trunk + 1 :]
        readings.append(_Reading(f"+{without}", None, read, Repair.TRUNK_IN_PARENS))
    return readings


def _settled(reading: _Reading, *, allow_landline: bool) -> _Settled:
    try:
        parsed = phonenumbers.parse(reading.number, reading.region)
    except NumberParseException as error:
        return _Settled(_PARSE_PROBLEMS.get(error.error_type, PhoneProblem.NOT_VALID))
    if not phonenumbers.is_valid_number(parsed):
        possible = phonenumbers.is_possible_number_with_reason(parsed)
        return _Settled(_POSSIBILITY.get(possible, PhoneProblem.NOT_VALID))
    e164 = phonenumbers.format_number(parsed, PhoneNumberFormat.E164)
    foreign = bool(reading.only_in) and parsed.country_code != country_code(reading.only_in)
    kind = _kind(parsed, allow_landline=allow_landline)
    if isinstance(kind, PhoneProblem):
        usual = len(e164) - 1 - len(str(parsed.country_code)) <= _USUAL_DIGITS
        return _Settled(kind, e164, rivals=not foreign and usual)
    repairs = _repairs(reading, e164[1:])
    if foreign or (parsed.country_code == _GABON and len(e164) == _GABON_OLD):
        return _Settled(PhoneProblem.NOT_VALID, e164, rivals=True)
    region = phonenumbers.region_code_for_number(parsed) or ""
    number = PhoneNumber(e164, region, kind, reading.read.original, (*reading.read.repairs, *repairs))
    written = phonenumbers.format_number(parsed, PhoneNumberFormat.NATIONAL)
    at_home = reading.region is not None and written == reading.read.original and not written.isdecimal()
    return _Settled(number, e164, rivals=True, as_written_at_home=at_home)


def _kind(parsed: phonenumbers.PhoneNumber, *, allow_landline: bool) -> PhoneKind | PhoneProblem:
    if phonenumbers.region_code_for_number(parsed) == _NO_COUNTRY_REGION:
        return PhoneProblem.SATELLITE
    kind = _KINDS.get(phonenumbers.number_type(parsed), PhoneProblem.SPECIAL)
    return PhoneProblem.LANDLINE if kind is PhoneKind.LANDLINE and not allow_landline else kind


def country_code(region: str | None) -> int:
    """The calling code of a region, 0 for none."""
    return phonenumbers.country_code_for_region(region or "")


def _repairs(reading: _Reading, e164_digits: str) -> list[Repair]:
    """What reading it this way took, beyond a trunk prefix, which is no repair."""
    repairs = [reading.repair] if reading.repair else []
    digits = reading.number.removeprefix("+")
    if reading.region is None:
        if digits != e164_digits and reading.repair is not Repair.TRUNK_IN_PARENS:
            bracketed = reading.read.trunk > 0
            trunk = Repair.TRUNK_IN_PARENS if bracketed else Repair.TRUNK_AFTER_PREFIX
            repairs.append(trunk if _without_a_zero(digits, e164_digits) else Repair.REWRITTEN)
        return repairs
    national = e164_digits.removeprefix(str(country_code(reading.region)))
    trunk_prefix = phonenumbers.ndd_prefix_for_region(reading.region, _DIGITS_ONLY) or ""
    if digits == national:
        return [*repairs, Repair.LOST_ZERO] if trunk_prefix == "0" else repairs
    if digits == trunk_prefix + national:
        return repairs
    if digits.removesuffix(e164_digits) in _IDD_PREFIXES:
        return [*repairs, Repair.IDD_PREFIX]
    return [*repairs, Repair.ADDED_PLUS if digits == e164_digits else Repair.REWRITTEN]


def _without_a_zero(digits: str, shorter: str) -> bool:
    return any(digits[:i] + digits[i + 1 :] == shorter for i, digit in enumerate(digits[:6]) if digit == "0")


_DIGITS_ONLY = True
_IDD_PREFIXES = frozenset({"00", "011", "0011", "010", "001", "810"})
_USUAL_DIGITS = 11
"""National digits of a landline that people have; plans allow longer ones, which are switchboards' own."""
_GABON, _GABON_OLD = 241, 1 + 3 + 7
"""Gabon put a digit before its numbers of 7 digits: what looks like an old one may be a new one that lost its 0."""
_NO_COUNTRY_REGION = "001"
_KINDS: dict[int, PhoneKind | PhoneProblem] = {
    PhoneNumberType.MOBILE: PhoneKind.MOBILE,
    PhoneNumberType.FIXED_LINE_OR_MOBILE: PhoneKind.MOBILE_OR_LANDLINE,
    PhoneNumberType.FIXED_LINE: PhoneKind.LANDLINE,
    PhoneNumberType.PREMIUM_RATE: PhoneProblem.PREMIUM,
    PhoneNumberType.TOLL_FREE: PhoneProblem.TOLL_FREE,
}
_PARSE_PROBLEMS = {
    NumberParseException.TOO_SHORT_NSN: PhoneProblem.TOO_SHORT,
    NumberParseException.TOO_SHORT_AFTER_IDD: PhoneProblem.TOO_SHORT,
    NumberParseException.TOO_LONG: PhoneProblem.TOO_LONG,
}
_POSSIBILITY = {
    ValidationResult.TOO_SHORT: PhoneProblem.TOO_SHORT,
    ValidationResult.TOO_LONG: PhoneProblem.TOO_LONG,
}

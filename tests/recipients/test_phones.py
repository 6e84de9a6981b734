"""What normalize says about a number that it found or repaired, and what holds whatever stands in a cell."""

import unicodedata

import phonenumbers
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from batchsend.contacts import Cell
from batchsend.recipients import PhoneKind, PhoneNumber, PhoneProblem, Repair, normalize, normalize_batch


def found(cell: Cell, region: str | None = "RO", *, allow_landline: bool = False) -> PhoneNumber:
    phone = normalize(cell, region, allow_landline=allow_landline)
    assert isinstance(phone, PhoneNumber), phone
    return phone


def test_a_number_knows_its_own_region_and_kind_and_the_cell_it_came_from() -> None:
    phone = found(" +44 7400\u00a0123456\n", "DE")
    assert phone == PhoneNumber("+447400123456", "GB", PhoneKind.MOBILE, "+44 7400 123456")


@pytest.mark.parametrize(
    ("cell", "region", "kind"),
    [
        ("0722 123 456", "RO", PhoneKind.MOBILE),
        ("(212) 555-0123", "US", PhoneKind.MOBILE_OR_LANDLINE),
        ("021 312 3456", "RO", PhoneKind.LANDLINE),
    ],
)
def test_the_kinds_of_number(cell: Cell, region: str, kind: PhoneKind) -> None:
    assert found(cell, region, allow_landline=True).kind is kind


@pytest.mark.parametrize(
    ("cell", "region"),
    [
        ("0722123456", "RO"),
        ("0722 123 456", "RO"),
        ("(0722) 123-456", "RO"),
        ("+40722123456", None),
        ("+40 722 123 456", "DE"),
        ("612 345 678", "ES"),
        ("(212) 555-0123", "US"),
        ("1 212 555 0123", "US"),
        ("06 20 123 4567", "HU"),
        ("8 (912) 345-67-89", "RU"),
        ("0722\u00a0123\u00a0456", "RO"),
    ],
)
def test_a_number_as_it_should_be_is_not_repaired(cell: Cell, region: str | None) -> None:
    phone = found(cell, region)
    assert phone.repairs == ()
    assert phone.change == ""


@pytest.mark.parametrize(
    ("cell", "region", "repairs"),
    [
        ("722123456", "RO", {Repair.LOST_ZERO}),
        (722123456.0, "RO", {Repair.FLOAT_CELL, Repair.LOST_ZERO}),
        (40722123456, "RO", {Repair.FLOAT_CELL, Repair.ADDED_PLUS}),
        ("40722123456.0", "RO", {Repair.FLOAT_CELL, Repair.ADDED_PLUS}),
        ("4.0722123456E+10", "RO", {Repair.SCIENTIFIC, Repair.ADDED_PLUS}),
        ("0040722123456", None, {Repair.IDD_PREFIX}),
        ("0040722123456", "RO", {Repair.IDD_PREFIX}),
        ("0040722123456", "US", {Repair.IDD_PREFIX}),
        ("01140722123456", "US", {Repair.IDD_PREFIX}),
        ("+40 (0)722 123 456", None, {Repair.TRUNK_IN_PARENS}),
        ("0040 (0)722 123 456", None, {Repair.IDD_PREFIX, Repair.TRUNK_IN_PARENS}),
        ("+40 0722 123 456", None, {Repair.TRUNK_AFTER_PREFIX}),
        ("0+40722123456", None, {Repair.MISPLACED_PLUS}),
        ("+0722123456", "RO", {Repair.MISPLACED_PLUS}),
        ("40722123456", "RO", {Repair.ADDED_PLUS}),
        ("０７２２１２３４５６", "RO", {Repair.FULL_WIDTH_DIGITS}),
        ("0722\u200b123456", "RO", {Repair.INVISIBLE}),
        ("'0722123456", "RO", {Repair.APOSTROPHE}),
        ("Tel. 0722123456", "RO", {Repair.LABEL}),
        ("tel:+40722123456", None, {Repair.LABEL}),
        ("011 15-2345-6789", "AR", {Repair.REWRITTEN}),
        ("8 612 34567", "LT", {Repair.REWRITTEN}),
    ],
)
def test_what_was_repaired_is_said(cell: Cell, region: str | None, repairs: set[Repair]) -> None:
    assert set(found(cell, region).repairs) == repairs


@pytest.mark.parametrize("repair", Repair)
def test_every_repair_is_a_plain_sentence(repair: Repair) -> None:
    assert repair.sentence[-1] not in ".!"
    assert "_" not in repair.sentence


def test_a_change_reads_from_to_and_why() -> None:
    assert found("722123456").change == "722123456 -> +40722123456: the leading 0 was lost"
    assert found(722123456.0).change == "722123456 -> +40722123456: Excel kept it as a number; the leading 0 was lost"
    assert found("Tel. 0722 123 456").change == "Tel. 0722 123 456 -> +40722123456: words around the number removed"


def test_a_batch_answers_cell_by_cell() -> None:
    cells: list[Cell] = ["0722123456", None, "07400 123456", "021 312 3456"]
    regions = ["RO", "RO", "GB", "RO"]
    assert normalize_batch(cells, regions) == [normalize(*row) for row in zip(cells, regions, strict=True)]
    assert normalize_batch(cells, regions, allow_landline=True)[3] == found("021 312 3456", allow_landline=True)
    with pytest.raises(ValueError, match="zip"):
        normalize_batch(cells, ["RO"])


REGIONS = st.sampled_from([None, "ZZ", "AQ", *sorted(phonenumbers.SUPPORTED_REGIONS)])
CELLS = st.one_of(
    st.text(),
    st.text("0123456789+() -./xe;,'\u200b\n٠٥９#", max_size=24),
    st.from_regex(r"\A(\+|00|0)?[1-9][0-9]{6,13}\Z"),
    st.integers(),
    st.integers(10**6, 10**13),
    st.floats(),
    st.integers(10**6, 10**13).map(float),
    st.none(),
    st.booleans(),
    st.dates(),
    st.datetimes(),
    st.times(),
    st.timedeltas(),
)


def digits(text: str) -> str:
    return "".join(str(unicodedata.decimal(character)) for character in text if character.isdecimal())


@given(CELLS, REGIONS, st.booleans())
def test_any_cell_gives_a_valid_number_or_a_problem(cell: Cell, region: str | None, allow_landline: bool) -> None:
    phone = normalize(cell, region, allow_landline=allow_landline)
    if isinstance(phone, PhoneProblem):
        return
    parsed = phonenumbers.parse(phone.e164)
    assert phonenumbers.is_valid_number_for_region(parsed, phone.region)
    assert phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164) == phone.e164
    textable = {phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE}
    landline = {phonenumbers.PhoneNumberType.FIXED_LINE} if allow_landline else set()
    assert phonenumbers.number_type(parsed) in textable | landline


@given(st.from_regex(r"\A(\+|00|0)?[1-9][0-9 ().-]{6,16}\Z") | st.integers(10**6, 10**13), REGIONS)
def test_a_number_ends_in_the_digits_that_were_typed(cell: str | int, region: str | None) -> None:
    phone = normalize(cell, region)
    typed = digits(str(cell).removesuffix(".0").removesuffix(".00"))
    if isinstance(phone, PhoneNumber):
        assert phone.e164.endswith(typed[-6:])


@given(
    st.sampled_from([
        ("+40722123456", None), ("0722123456", "RO"), ("07400123456", "GB"), ("2125550123", "US"), ("20123456", "DK"),
        ("0664123456", "AT"), ("81234567", "SG"), ("5491123456789", "AR"), ("3931234567", "IT"), ("0412345678", "FI"),
    ]),
    st.lists(st.tuples(st.integers(0, 14), st.characters() | st.sampled_from("+()-./ ,;x\u00a0\u200b\n")), max_size=4),
)  # fmt: skip
def test_whatever_else_stands_among_the_digits_it_is_this_number_or_none(
    written: tuple[str, str | None], strewn: list[tuple[int, str]]
) -> None:
    text, region = written
    right = found(text, region).e164
    for place, character in strewn:
        assume(not any(map(str.isdigit, unicodedata.normalize("NFKC", character))))
        text = text[:place] + character + text[place:]
    phone = normalize(text, region)
    assert isinstance(phone, PhoneProblem) or phone.e164 == right

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batchsend.contacts import Cell
from batchsend.recipients import PhoneNumber, PhoneProblem, normalize


@pytest.mark.parametrize(
    ("cell", "region", "e164"),
    [
        ("0723555666", "RO", "+40723555666"),
        ("+40740123456", None, "+40740123456"),  # the prefix is enough
        ("+40740123456", "DE", "+40740123456"),  # a + beats the country
        ("0040740123456", None, "+40740123456"),
        ("40740123456", "RO", "+40740123456"),
        (723555666.0, "RO", "+40723555666"),  # Excel's number: the zero is gone
        (40740123456.0, "RO", "+40740123456"),
        ("(0723) 555-666", "RO", "+40723555666"),
        ("+40 (0)723 555 666", None, "+40723555666"),
        ("'0723555666", "RO", "+40723555666"),
        ("0723\u00a0555\u200b666", "RO", "+40723555666"),
        ("\u202a+40\u202c 723 555 666", None, "+40723555666"),
        ("０７２３５５５６６６", "RO", "+40723555666"),  # full width
        ("tel:+40723555666", None, "+40723555666"),
        ("Mob. 0723 555 666", "RO", "+40723555666"),
        ("(212) 555-0123", "US", "+12125550123"),
    ],
)
def test_what_people_write_becomes_e164(cell: Cell, region: str | None, e164: str) -> None:
    phone = normalize(cell, region)
    assert isinstance(phone, PhoneNumber), phone
    assert phone.e164 == e164


@pytest.mark.parametrize(
    ("cell", "region", "problem"),
    [
        (None, "RO", PhoneProblem.EMPTY),
        (" \u200b", "RO", PhoneProblem.EMPTY),
        ("0723555666", None, PhoneProblem.NO_COUNTRY),
        ("N/A", "RO", PhoneProblem.NOT_A_NUMBER),
        (True, "RO", PhoneProblem.NOT_A_NUMBER),
        (0.5, "RO", PhoneProblem.NOT_A_NUMBER),
        (float("nan"), "RO", PhoneProblem.NOT_A_NUMBER),
        (date(2026, 3, 12), "RO", PhoneProblem.A_DATE),
        ("4.07221E+10", "RO", PhoneProblem.ROUNDED),
        ("+40721eeasd0", "RO", PhoneProblem.LETTERS),  # phonenumbers alone reads +40721332730, a stranger
        ("O723555666", "RO", PhoneProblem.LETTERS),
        ("0723555666 ext 12", "RO", PhoneProblem.EXTENSION),
        ("0723555666x12", "RO", PhoneProblem.EXTENSION),
        ("0723555666; 0723555667", "RO", PhoneProblem.TWO_NUMBERS),
        ("0723555666 / 0723555667", "RO", PhoneProblem.TWO_NUMBERS),
        ("+40723555666+40723555667", None, PhoneProblem.TWO_NUMBERS),
        ("021 000 0117", "RO", PhoneProblem.LANDLINE),
        ("0900 000 130", "RO", PhoneProblem.PREMIUM),
        ("07235556661234567", "RO", PhoneProblem.TOO_LONG),
        ("0723", "RO", PhoneProblem.TOO_SHORT),
        ("+999123456789", None, PhoneProblem.NOT_VALID),
        ("0723555666", "GB", PhoneProblem.NOT_VALID),
    ],
)
def test_what_is_not_certain_is_refused_with_its_reason(cell: Cell, region: str | None, problem: PhoneProblem) -> None:
    assert normalize(cell, region) is problem
    assert problem.sentence


@given(
    st.one_of(st.text(), st.text("0123456789+() -./xe", max_size=20), st.integers(), st.floats(), st.none(),
              st.booleans(), st.dates(), st.timedeltas()),
    st.sampled_from([None, "RO", "US", "DE", "GB"]),
)  # fmt: skip
def test_any_cell_gives_a_number_or_a_problem(cell: Cell, region: str | None) -> None:
    phone = normalize(cell, region)
    assert isinstance(phone, PhoneProblem) or (phone.e164[0] == "+" and phone.e164[1:].isdigit())

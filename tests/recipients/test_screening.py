from pathlib import Path

import pytest

from batchsend.contacts import Cell, Contact, open_contacts
from batchsend.contacts.contact import RowProblem
from batchsend.contacts.headers import Columns
from batchsend.recipients import Policy, Recipient, Rejection, Screening, read_suppression
from tests.lists import write_csv

COLUMNS = Columns(phone=(0,), country=1, name=2)
HEADERS = ("Phone", "Country", "Name")


def screened(*rows: tuple[Cell, Cell, Cell], policy: Policy | None = None) -> list[Recipient | Rejection]:
    contacts = [Contact(number, cells) for number, cells in enumerate(rows, start=2)]
    return Screening(COLUMNS, HEADERS, policy or Policy()).screen(contacts)


def test_a_national_number_is_read_under_the_country_of_its_row_and_else_under_the_default() -> None:
    found = screened(("0723555666", "RO", "Ana"), ("0723555667", "", "Ion"), policy=Policy("RO"))
    assert [(item.to, item.name) for item in found if isinstance(item, Recipient)] == [
        ("+40723555666", "Ana"),
        ("+40723555667", "Ion"),
    ]


def test_a_national_number_without_any_country_is_invalid() -> None:
    (item,) = screened(("0723555666", None, "Ana"))
    assert isinstance(item, Rejection)
    assert (item.skipped, item.reason) == (False, "no country prefix and no country given")


@pytest.mark.parametrize("phone", ["0723555666", "+40723555666"])
def test_an_unknown_country_never_falls_back_to_the_default(phone: str) -> None:
    (item,) = screened((phone, "Freedonia", "Ana"), policy=Policy("RO"))
    assert isinstance(item, Rejection)
    assert (item.code, item.reason) == ("unknown_country", "the country is not known: Freedonia")


def test_a_later_row_with_the_same_number_is_skipped_and_names_the_first() -> None:
    _, second, third = screened(("0723555666", "RO", ""), ("+40 723 555 666", "", ""), ("40723555666", "RO", ""))
    assert isinstance(second, Rejection)
    assert isinstance(third, Rejection)
    assert (second.skipped, second.reason, third.reason) == (True, "same number as row 2", "same number as row 2")


def test_duplicates_can_be_kept_each_as_a_message_of_its_own() -> None:
    found = screened(*[("0723555666", "RO", "")] * 3, policy=Policy(keep_duplicates=True))
    assert [item.copy for item in found if isinstance(item, Recipient)] == [0, 1, 2]


def test_duplicates_are_found_across_batches() -> None:
    screening = Screening(COLUMNS, HEADERS, Policy("RO"))
    (_,) = screening.screen([Contact(2, ("0723555666", "", ""))])
    (later,) = screening.screen([Contact(9, ("0723555666", "", ""))])
    assert isinstance(later, Rejection)
    assert later.reason == "same number as row 2"


def test_an_opt_out_is_skipped_and_says_where_it_stands(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "stop.csv", [["Phone"], ["0040 723 555 666"], ["see notes"], [""], [" "]])
    suppression = read_suppression([open_contacts(path)], "RO")
    assert suppression.unreadable == [("stop.csv", 3, "see notes")]
    (item,) = screened(("0723555666", "RO", "Ana"), policy=Policy(suppressed=suppression.numbers))
    assert isinstance(item, Rejection)
    assert (item.skipped, item.code, item.reason) == (True, "opted_out", "opted out (stop.csv row 2)")


def test_an_opt_out_is_not_the_first_row_of_a_duplicate() -> None:
    policy = Policy("RO", suppressed={"+40723555666": "(stop.csv row 2)"})
    found = screened(("0723555666", "", ""), ("0723555666", "", ""), policy=policy)
    assert [item.code for item in found if isinstance(item, Rejection)] == ["opted_out", "opted_out"]


def test_a_row_that_was_read_with_a_problem_is_invalid_whatever_its_number() -> None:
    contact = Contact(2, ("0723555666", "RO", "Ana", "Pop"), RowProblem.EXTRA_CELLS)
    (item,) = Screening(COLUMNS, HEADERS, Policy()).screen([contact])
    assert isinstance(item, Rejection)
    assert item.code == "extra_cells"


def test_a_word_for_several_countries_is_settled_by_the_number_or_refused_with_the_alternatives() -> None:
    settled, refused = screened(("010-2345-6789", "Korea", ""), ("12", "Korea", ""))
    assert isinstance(settled, Recipient)
    assert settled.to == "+821023456789"
    assert isinstance(refused, Rejection)
    (both,) = screened(("+40723555666", "Congo", ""))  # a + needs no country
    assert isinstance(both, Recipient)


def test_a_plus_beats_the_country_of_the_row_and_says_so() -> None:
    (item,) = screened(("+447400123456", "RO", ""))
    assert isinstance(item, Recipient)
    assert (item.to, item.note) == ("+447400123456", "a United Kingdom number, while the list says RO")


def test_a_repair_is_noted() -> None:
    (item,) = screened((723555666.0, "RO", ""))
    assert isinstance(item, Recipient)
    assert item.note == "Excel kept it as a number; the leading 0 was lost"
    assert item.phone
    assert item.phone.change.startswith("723555666 -> +40723555666: ")


TWO = Columns(phone=(0, 1), country=None, name=None)


def of_two(*rows: tuple[Cell, Cell], policy: Policy | None = None) -> list[Recipient | Rejection]:
    contacts = [Contact(number, cells) for number, cells in enumerate(rows, start=2)]
    return Screening(TWO, ("Mobile", "Home"), policy or Policy("RO")).screen(contacts)


def test_the_first_usable_of_several_phone_columns_wins_and_is_named() -> None:
    first, second, none, empty = of_two(
        ("0723555666", "0723555667"), ("021 310 1234", "0723555668"), ("x", "021 310 1234"), (None, "")
    )
    assert isinstance(first, Recipient)
    assert isinstance(second, Recipient)
    assert isinstance(none, Rejection)
    assert isinstance(empty, Rejection)
    assert (first.to, first.note) == ("+40723555666", "from the column Mobile")
    assert (second.to, second.note) == ("+40723555668", "from the column Home")
    assert none.reason.startswith("Mobile: this is not a phone number; Home: a landline")
    assert (empty.code, empty.reason) == ("no_phone", "no phone number")


def test_who_opted_out_with_one_of_several_numbers_has_opted_out() -> None:
    (item,) = of_two(("0723555666", "0723555667"), policy=Policy("RO", {"+40723555667": "stop.csv row 2"}))
    assert isinstance(item, Rejection)
    assert item.code == "opted_out"


def test_a_number_that_stands_in_another_column_of_an_earlier_row_is_the_same_number() -> None:
    _, later = of_two(("x", "0723555666"), ("0723555666", ""))
    assert isinstance(later, Rejection)
    assert later.reason == "same number as row 2"


def test_landlines_are_written_to_only_on_purpose() -> None:
    (refused,) = screened(("021 310 1234", "RO", ""))
    (sent,) = screened(("021 310 1234", "RO", ""), policy=Policy(allow_landline=True))
    (premium,) = screened(("0900 123 456", "RO", ""), policy=Policy(allow_landline=True))
    assert isinstance(refused, Rejection)
    assert isinstance(sent, Recipient)
    assert isinstance(premium, Rejection)
    assert (refused.code, premium.code) == ("landline", "premium_number")


def identified(*rows: tuple[Cell, Cell], policy: Policy | None = None) -> list[tuple[str, str]]:
    """(whom it is for, reason) of rows with an id and a phone."""
    columns = Columns(phone=(1,), id=0)
    contacts = [Contact(number, cells) for number, cells in enumerate(rows, start=2)]
    found = Screening(columns, ("Member", "Phone"), policy or Policy("RO")).screen(contacts)
    return [(item.to, item.reason if isinstance(item, Rejection) else "") for item in found]


def test_a_list_that_goes_by_an_id_needs_no_phone() -> None:
    assert identified((" A1 ", "0723555666"), ("A2", None), (7, "not a number"), ("a1", "0723555666")) == [
        ("A1", ""),
        ("A2", ""),
        ("7", ""),
        ("a1", ""),
    ]
    assert identified(("A1", None), (" ", "0723555666"), ("A1", "0723555667")) == [
        ("A1", ""),
        ("", "nothing stands in the column Member"),
        ("A1", "same id as row 2"),
    ]


def test_who_opted_out_by_phone_has_opted_out_by_id() -> None:
    policy = Policy("RO", {"+40723555666": "(stop.csv row 2)"})
    assert identified(("A1", "0723 555 666"), ("A2", ""), policy=policy) == [
        ("A1", "opted out (stop.csv row 2)"),
        ("A2", ""),
    ]

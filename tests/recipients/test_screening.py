from pathlib import Path

import pytest

from batchsend.contacts import Cell, Contact, open_contacts
from batchsend.contacts.contact import RowProblem
from batchsend.contacts.headers import Columns
from batchsend.recipients import Policy, Recipient, Rejection, Screening, find_region, read_suppression
from tests.lists import write_csv

COLUMNS = Columns(phone=(0,), country=1, name=2)
HEADERS = ("Phone", "Country", "Name")


def screened(*rows: tuple[Cell, Cell, Cell], policy: Policy | None = None) -> list[Recipient | Rejection]:
    contacts = [Contact(number, cells) for number, cells in enumerate(rows, start=2)]
    return Screening(COLUMNS, HEADERS, policy or Policy()).screen(contacts)


def test_a_national_number_is_read_under_the_country_of_its_row_and_else_under_the_default() -> None:
    found = screened(("0723555666", "RO", "Ana"), ("0723555667", "", "Ion"), policy=Policy("RO"))
    assert [(item.phone.e164, item.name) for item in found if isinstance(item, Recipient)] == [
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
    policy = Policy("RO", suppressed={"+40723555666": "stop.csv row 2"})
    found = screened(("0723555666", "", ""), ("0723555666", "", ""), policy=policy)
    assert [item.code for item in found if isinstance(item, Rejection)] == ["opted_out", "opted_out"]


def test_a_row_that_was_read_with_a_problem_is_invalid_whatever_its_number() -> None:
    contact = Contact(2, ("0723555666", "RO", "Ana", "Pop"), RowProblem.EXTRA_CELLS)
    (item,) = Screening(COLUMNS, HEADERS, Policy()).screen([contact])
    assert isinstance(item, Rejection)
    assert item.code == "extra_cells"


@pytest.mark.parametrize(
    ("cell", "region"),
    [
        ("RO", "RO"), (" ro ", "RO"), ("ROU", "RO"), ("Romania", "RO"), ("românia", "RO"), ("40", "RO"),
        (40.0, "RO"),  # Excel's number; a bare number is a dial code, never ISO numeric (040 is Austria)
        ("+40", "RO"), ("0040", "RO"), ("UK", "GB"), ("U.K.", "GB"), ("England", "GB"), ("USA", "US"),
        ("United States", "US"), ("Deutschland", "DE"), ("España", "ES"), ("Holland", "NL"), ("Türkiye", "TR"),
        ("Freedonia", None), ("Korea", None), ("Congo", None), ("", None), ("999", None),
        ("800", None),  # a dial code without a country (freephone)
    ],
)  # fmt: skip
def test_country_cells(cell: Cell, region: str | None) -> None:
    assert find_region(cell) == region

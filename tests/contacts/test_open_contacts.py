from datetime import date
from pathlib import Path

import openpyxl
import pytest

from batchsend.contacts import Cell, Contact, ContactList, ReadOptions, open_contacts
from batchsend.contacts.contact import RowProblem
from batchsend.errors import ContactsRefused, UsageError
from tests.lists import write_csv, write_xlsx


def contacts_of(contacts: ContactList, size: int = 1000) -> list[Contact]:
    return [contact for batch in contacts.batches(size) for contact in batch]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_a_csv_with_or_without_byte_order_mark_keeps_every_cell(tmp_path: Path, encoding: str) -> None:
    path = write_csv(tmp_path / "list.csv", [["Phone", "Name"], ["0723", "Ștefan"], ["007", ""]], encoding)
    contacts = open_contacts(path)
    assert contacts.headers == ("Phone", "Name")
    assert [contact.cells for contact in contacts_of(contacts)] == [("0723", "Ștefan"), ("007", "")]


def test_csv_row_numbers_are_those_a_spreadsheet_shows(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text('Phone,Note\n\n1,"two\nlines"\n,\n2,x\n', encoding="utf-8")
    assert [(contact.row, contact.cells[0]) for contact in contacts_of(open_contacts(path))] == [(3, "1"), (5, "2")]


def test_xlsx_row_numbers_and_types_are_those_of_the_sheet(tmp_path: Path) -> None:
    rows: list[list[Cell]] = [[], ["", "Phone", "Since"], ["", 40723555666, date(2026, 12, 24)], [], ["", "x", None]]
    contacts = open_contacts(write_xlsx(tmp_path / "list.xlsx", rows))
    assert contacts.header_row == 2
    assert [(contact.row, contact.cells) for contact in contacts_of(contacts)] == [
        (3, (None, 40723555666.0, date(2026, 12, 24))),
        (5, (None, "x", None)),
    ]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found_by_parsing(tmp_path: Path, delimiter: str) -> None:
    rows = [["Phone", "Note"], ["1", "a, b; c | d"], ["2", "3,5"]]
    contacts = open_contacts(write_csv(tmp_path / "list.csv", rows, delimiter=delimiter))
    assert contacts.source.delimiter == delimiter
    assert [contact.cells for contact in contacts_of(contacts)] == [tuple(row) for row in rows[1:]]


def test_a_list_of_one_column_needs_no_delimiter(tmp_path: Path) -> None:
    contacts = open_contacts(write_csv(tmp_path / "list.csv", [["Phone"], ["1"], ["2"]]))
    assert [contact.cells for contact in contacts_of(contacts)] == [("1",), ("2",)]


def test_a_row_with_more_cells_than_columns_is_a_problem_and_keeps_them(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "list.csv", [["Phone", "Name"], ["1", "Ion", "Popescu"], ["2"], ["3", "Ana", ""]])
    assert contacts_of(open_contacts(path)) == [
        Contact(2, ("1", "Ion", "Popescu"), RowProblem.EXTRA_CELLS),
        Contact(3, ("2", None)),
        Contact(4, ("3", "Ana")),
    ]


def test_batches_have_the_size_asked_for_and_can_be_read_twice(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "list.csv", [["Phone"], *([str(n)] for n in range(7))])
    contacts = open_contacts(path)
    assert [len(batch) for batch in contacts.batches(3)] == [3, 3, 1]
    assert contacts_of(contacts, 3) == contacts_of(contacts, 100)


def test_the_header_is_found_under_a_title(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "list.xlsx", [["Our customers"], [], ["Name", "Mobile"], ["Ana", "1"]])
    assert open_contacts(path).header_row == 3


def test_the_header_row_can_be_named(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "list.csv", [["Phone"], ["Handy"], ["1"]])
    contacts = open_contacts(path, ReadOptions(header_row=2))
    assert (contacts.headers, contacts_of(contacts)) == (("Handy",), [Contact(3, ("1",))])


def test_several_sheets_with_data_are_asked_about(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for name in ("May", "June"):
        book.create_sheet(name).append(["Phone"])
        book[name].append([f"{name} number"])
    path = tmp_path / "list.xlsx"
    book.save(path)
    with pytest.raises(ContactsRefused, match="May, June") as refused:
        open_contacts(path)
    assert '--sheet "May"' in refused.value.hint
    assert contacts_of(open_contacts(path, ReadOptions(sheet="June")))[0].cells == ("June number",)
    with pytest.raises(UsageError, match="no sheet 'July'"):
        open_contacts(path, ReadOptions(sheet="July"))


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("empty.csv", b"", "is empty"),
        ("blank.csv", b"\n\n , \n", "has nothing in it"),
        ("header.csv", b"Phone,Name\n", "no contacts below it"),
        ("really.xlsx", b"%PDF-1.7\n%\xe2\xe3", "is a PDF"),
        ("broken.xlsx", b"PK\x03\x04 and then the download broke", "is damaged"),
        ("image.csv", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "is a picture"),
    ],
)
def test_a_file_that_is_no_list_is_refused_in_one_sentence(
    tmp_path: Path, name: str, content: bytes, says: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(ContactsRefused, match=says) as refused:
        contacts_of(open_contacts(path))
    assert "\n" not in refused.value.message


def test_a_folder_and_a_missing_file_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ContactsRefused, match="is a folder"):
        open_contacts(tmp_path)
    with pytest.raises(ContactsRefused, match="does not exist"):
        open_contacts(tmp_path / "none.csv")


@pytest.mark.parametrize(
    ("first", "phone", "total"),
    [
        ("Total", "", True), ("Total: 41", "41", True), ("TOTAL 1,245", "1,245", True), ("Grand total", "", True),
        ("Summe", "", True), ("Sub-total", None, True), ("Total", "0723555666", False),  # a person may be called so
        ("Totally Ana", "", False), ("Countess Ana", "", False), ("Ana", "", False),
    ],
)  # fmt: skip
def test_a_total_below_the_list_is_no_person(tmp_path: Path, first: str, phone: str, total: bool) -> None:
    path = write_csv(tmp_path / "list.csv", [["Name", "Phone"], ["Ana", "0723555666"], [first, phone or ""]])
    problems = [contact.problem for contact in contacts_of(open_contacts(path))]
    assert problems == [None, RowProblem.TOTAL if total else None]


def test_a_list_that_ends_where_spreadsheets_stop_is_warned_about(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "list.csv", [["Phone"], *([str(n)] for n in range(65_535))])
    contacts = open_contacts(path)
    assert contacts.warnings == []
    assert len(contacts_of(contacts)) == 65_535
    assert ["65,536" in warning for warning in contacts.warnings] == [True]

"""What an .xlsb sheet says beside its values. The workbooks are written record by record: tests/data/workbooks."""

import struct
import zipfile
from datetime import date, timedelta
from pathlib import Path

import pytest

from batchsend.contacts.xlsb_look import xlsb_looks
from batchsend.contacts.xlsb_records import records
from batchsend.errors import ContactsRefused
from tests.contacts.fuzz import WORKBOOKS, read_all, rows_of, versions
from tests.data.workbooks.make_xlsb import (
    ROWS,
    STYLES,
    cell,
    error,
    hidden_columns,
    inline,
    real,
    record,
    rk,
    row,
    sheet,
    styles,
    text,
    workbook,
)

HEADER = row(0, inline(0, "Phone"), inline(1, "Since"))


def write(path: Path, rows: bytes, columns: bytes = b"", tail: bytes = b"", style_part: bytes = STYLES) -> Path:
    path.write_bytes(workbook({"List": sheet(rows, columns, tail)}, style_part))
    return path


def test_hidden_rows_and_columns_are_found_where_the_values_are() -> None:
    path = WORKBOOKS / "contacts.xlsb"
    rows = rows_of(path, xlsb_looks, "Contacts")
    assert [(row.number, row.cells[2]) for row in rows if row.hidden and row.cells[2]] == [(5, "Ion"), (9, "Mia")]
    facts = xlsb_looks(path)("Contacts").facts
    assert (facts.hidden_rows, facts.first_hidden_row, facts.hidden_columns) == (2, 5, (4,))


def test_dates_numbers_and_errors_are_what_a_person_sees() -> None:
    rows = {row.number: row for row in rows_of(WORKBOOKS / "contacts.xlsb", xlsb_looks, "Contacts")}
    assert dict(rows[3].shown) == {3: "24.12.2026", 4: "50%", 5: "12.50 lei"}
    assert rows[6].cells[2:5] == ("#N/A", date(2026, 12, 24), "#DIV/0!")


@pytest.mark.parametrize(
    ("code", "value", "cell"),
    [
        ("dd.mm.yyyy", 46380, date(2026, 12, 24)),  # the reader of the values gives the bare number
        ("yyyy-mm-dd", 59, date(1900, 2, 28)),
        ("yyyy-mm-dd", 61, date(1900, 3, 1)),  # 60 is the 29 February that there was not
        ("[h]:mm", 2, timedelta(days=2)),
        ('0 "days"', 46380, 46380),  # the letters are in quotes
        ("[Red]0", 46380, 46380),
        ("General", 46380, 46380),
        ("dd.mm.yyyy", -1, -1),
        ("dd.mm.yyyy", 0, 0),
    ],
)
def test_a_whole_number_under_a_format_of_dates_is_a_date(tmp_path: Path, code: str, value: int, cell: object) -> None:
    path = write(tmp_path / "list.xlsb", HEADER + row(1, rk(1, value, 1)), style_part=styles(0, 164, codes={164: code}))
    assert rows_of(path, xlsb_looks, "List")[1].cells[1] == cell


def test_days_may_count_from_1904(tmp_path: Path) -> None:
    path = write(tmp_path / "list.xlsb", HEADER + row(1, rk(1, 46380 - 1462, 3)))
    with zipfile.ZipFile(path) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    parts["xl/workbook.bin"] = parts["xl/workbook.bin"].replace(record(153, bytes(12)), record(153, b"\1" + bytes(11)))
    with zipfile.ZipFile(path, "w") as package:
        for name, content in parts.items():
            package.writestr(name, content)
    assert rows_of(path, xlsb_looks, "List")[1].cells[1] == date(2026, 12, 24)


def test_rows_hidden_and_empty_do_not_count_and_merged_cells_do(tmp_path: Path) -> None:
    rows = HEADER + row(1, cell(1, 0, b""), hidden=True) + row(4, inline(0, "1"), hidden=True)
    path = write(tmp_path / "list.xlsb", rows, hidden_columns(1, 2), record(177) + record(176, bytes(16)) + record(178))
    facts = xlsb_looks(path)("List").facts
    assert (facts.hidden_rows, facts.first_hidden_row, facts.hidden_columns) == (1, 5, (1, 2))
    assert facts.warnings == ("1 merged areas: only the first cell of each has the value",)


def test_a_sheet_with_nothing_to_say_is_not_read_again(tmp_path: Path) -> None:
    look = xlsb_looks(write(tmp_path / "list.xlsb", HEADER + row(1, real(0, 40723555661))))("List")
    assert list(look.rows()) == []


@pytest.mark.parametrize("size", [1, 2, 7, 100])
def test_the_pieces_in_which_the_records_come_make_no_difference(size: int) -> None:
    content = sheet(ROWS + row(20, inline(0, "x" * 200)))  # a length of two bytes
    pieces = [content[at : at + size] for at in range(0, len(content), size)]
    assert list(records(pieces)) == list(records([content]))


REFUSED = {
    "cells with rich text, which would be lost": (row(1, cell(62, 1, b"\0" + text("rich"))), "only Excel reads"),
    "cells without a column, which would be lost": (row(1, record(17, struct.pack("<I", 0) + text("x"))), "only Excel"),
    "a row that no sheet has": (row(2_000_000, inline(0, "1")), "not in order"),
    "rows out of order": (row(5, inline(0, "1")) + row(2, inline(0, "2")), "not in order"),
    "one row twice": (row(5, inline(0, "1")) + row(5, inline(0, "2")), "not in order"),
    "a column that no sheet has": (row(1, inline(1 << 30, "1")), "outside of the sheet"),
    "a cell far away": (row(1_048_575, inline(16_383, "1")), "in column XFD of its 1,048,576 rows"),
    "a cell that is cut off": (row(1, record(3, b"\0\0")), "cut off"),
    "a record of 100 MB": (b"\x06\xff\xff\xff\x2f", "larger than any"),
}


@pytest.mark.parametrize(("rows", "why"), REFUSED.values(), ids=REFUSED.keys())
def test_what_would_fill_the_memory_or_lose_a_value_is_refused(tmp_path: Path, rows: bytes, why: str) -> None:
    with pytest.raises(ContactsRefused, match=why):
        xlsb_looks(write(tmp_path / "list.xlsb", HEADER + rows))("List")


def test_cells_before_the_first_row_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ContactsRefused, match="outside of rows"):
        xlsb_looks(write(tmp_path / "list.xlsb", error(0, 0x2A)))("List")


def test_a_sheet_that_ends_in_the_middle_is_refused(tmp_path: Path) -> None:
    (tmp_path / "list.xlsb").write_bytes(workbook({"List": sheet(HEADER)[:-10]}))
    with pytest.raises(ContactsRefused, match="ends in the middle"):
        xlsb_looks(tmp_path / "list.xlsb")("List")


def test_damaged_workbooks_are_read_or_refused(tmp_path: Path) -> None:
    parts = ("xl/worksheets/sheet1.bin", "xl/workbook.bin", "xl/styles.bin")
    for content in versions("contacts.xlsb", range(100), *parts):
        (tmp_path / "list.xlsb").write_bytes(content)
        read_all(tmp_path / "list.xlsb", xlsb_looks)

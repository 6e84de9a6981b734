"""What an .xls sheet says beside its values. LibreOffice wrote libreoffice.xls; the rest is made by make_xls.py."""

import struct
from datetime import date
from pathlib import Path

import pytest

from batchsend.contacts.look import CellProblem
from batchsend.contacts.xls_look import xls_looks
from batchsend.errors import ContactsRefused
from tests.contacts.fuzz import WORKBOOKS, read_all, rows_of, versions
from tests.data.workbooks.make_xls import (
    compound,
    contacts,
    formula,
    hidden_columns,
    label,
    number,
    number_format,
    record,
    row,
    style,
    workbook,
)


def write(path: Path, body: bytes, extra: bytes = b"", **header: tuple[int, int]) -> Path:
    """header: other numbers for the compound file, each with its place."""
    content = bytearray(compound(workbook({"List": body}, extra)))
    for place, value in header.values():
        struct.pack_into("<I", content, place, value)
    path.write_bytes(content)
    return path


def test_rows_and_columns_hidden_in_libreoffice_are_found_where_the_values_are() -> None:
    path = WORKBOOKS / "libreoffice.xls"
    rows = {row.number: row for row in rows_of(path, xls_looks, "Contacts")}
    assert [row.cells[2] for row in rows.values() if row.hidden] == ["Ana 5", "Ana 9", "Ana 10"]
    facts = xls_looks(path)("Contacts").facts
    assert (facts.hidden_rows, facts.first_hidden_row, facts.hidden_columns) == (3, 5, (4,))
    assert facts.warnings == ("1 merged areas: only the first cell of each has the value",)


def test_dates_numbers_and_errors_are_what_libreoffice_shows() -> None:
    rows = {row.number: row for row in rows_of(WORKBOOKS / "libreoffice.xls", xls_looks, "Contacts")}
    assert dict(rows[4].shown) == {3: "04.12.2026", 4: "10.0%", 5: "50.00 lei"}
    remarks = {number: row.cells[6] for number, row in rows.items() if number > 2 and row.cells[6] is not None}
    assert remarks == {4: "#N/A", 5: "#DIV/0!", 6: "xy", 9: "same", 11: "same"}


def test_a_workbook_of_excel_95_is_looked_at_like_the_others() -> None:
    rows = rows_of(WORKBOOKS / "excel_95.xls", xls_looks, "Contacts")
    assert [(row.number, row.cells[1]) for row in rows if row.hidden] == [(4, "Ana 3")]


def test_errors_stand_in_their_cells() -> None:
    rows = rows_of(WORKBOOKS / "errors.xls", xls_looks, "Contacts")
    assert [row.cells[2] for row in rows] == [None, "#N/A", "#DIV/0!", "x", None]


def test_a_formula_whose_text_is_missing_is_seen() -> None:
    rows = rows_of(WORKBOOKS / "formula_without_its_text.xls", xls_looks, "Contacts")
    assert [row.cells[2] for row in rows] == [None, CellProblem.NO_RESULT, "Mia", None, None]


def test_the_text_of_the_next_formula_is_not_taken_for_it(tmp_path: Path) -> None:
    no_text = b"\0\0\0\0\0\0\xff\xff"
    formulas = formula(1, 0, no_text) + formula(2, 0, no_text) + record(0x207, b"\2\0\0xy")
    rows = rows_of(write(tmp_path / "list.xls", label(0, 0, "Phone") + formulas), xls_looks, "List")
    assert [row.cells[0] for row in rows] == ["Phone", CellProblem.NO_RESULT, "xy"]


@pytest.mark.parametrize(
    ("result", "text", "cell"),
    [
        (b"\0\0\0\0\0\0\xff\xff", record(0x207, b"\2\0\0xy"), "xy"),
        (b"\0\0\0\0\0\0\xff\xff", record(0x4BC, b"\0" * 8) + record(0x207, b"\2\0\0xy"), "xy"),  # a shared formula's
        (b"\3\0\0\0\0\0\xff\xff", b"", None),  # its result is an empty text
        (b"\2\0\x17\0\0\0\xff\xff", b"", "#REF!"),
        (struct.pack("<d", 12.5), b"", 12.5),
    ],
)
def test_a_formula_is_its_result(tmp_path: Path, result: bytes, text: bytes, cell: object) -> None:
    path = write(tmp_path / "list.xls", label(0, 0, "Phone") + formula(1, 0, result) + text + label(1, 1, "x"))
    assert rows_of(path, xls_looks, "List")[1].cells[0] == cell


def test_number_formats_are_built_in_or_of_the_workbook(tmp_path: Path) -> None:
    extra = number_format(164, "dd.mm.yyyy") + number_format(165, "GENERAL") + b"".join(map(style, (0, 9, 164, 165)))
    several = record(0xBD, struct.pack("<HHHIHIH", 1, 0, 1, 2, 2, 46380 << 2 | 2, 1))  # 0% and a date, in one record
    path = write(tmp_path / "list.xls", label(0, 0, "x") + several + number(2, 0, 7, 3) + number(2, 1, 7, 99), extra)
    first, second, third = rows_of(path, xls_looks, "List")
    assert dict(second.shown) == {0: "0%", 1: "24.12.2026"}
    assert second.cells[1] == date(2026, 12, 24)
    assert not first.shown
    assert not third.shown


def test_records_may_come_in_any_order(tmp_path: Path) -> None:
    body = number(5, 0, 5) + row(5, hidden=True) + number(1, 0, 1) + row(1, hidden=True) + number(3, 0, 3)
    path = write(tmp_path / "list.xls", row(4, hidden=True) + body + hidden_columns(1, 300))
    assert [row.number for row in rows_of(path, xls_looks, "List") if row.hidden] == [2, 6]
    facts = xls_looks(path)("List").facts
    assert (facts.hidden_rows, facts.first_hidden_row) == (2, 2)  # row 5 is hidden and empty
    assert facts.hidden_columns == tuple(range(1, 301))


def test_records_lie_across_sectors_in_any_order(tmp_path: Path) -> None:
    people = b"".join(row(n, hidden=n % 7 == 3) + label(n, 0, f"Ana {n}" * (n % 9 + 1)) for n in range(1_000))
    (tmp_path / "list.xls").write_bytes(compound(workbook({"List": people}), backwards=True))
    rows = rows_of(tmp_path / "list.xls", xls_looks, "List")
    assert [row.cells[0] for row in rows] == [f"Ana {n}" * (n % 9 + 1) for n in range(1_000)]
    assert [row.number for row in rows if row.hidden] == list(range(4, 1_001, 7))


@pytest.mark.parametrize("name", ["password.xls", "password_of_excel_95.xls"])
def test_a_password_protected_workbook_says_so(name: str) -> None:
    with pytest.raises(ContactsRefused, match="password protected") as refused:
        xls_looks(WORKBOOKS / name)
    assert "remove the password" in refused.value.hint


def test_a_far_cell_is_refused_before_anybody_makes_room_for_it() -> None:
    with pytest.raises(ContactsRefused, match="in column IV of its 65,536 rows"):
        xls_looks(WORKBOOKS / "far_cell.xls")


def dimensions(*numbers: int) -> bytes:
    return record(0x200, struct.pack("<IIHHH", *numbers, 0))


BROKEN = {
    "a sheet of a billion rows": dimensions(0, 1 << 30, 0, 256),
    "a sheet that ends before it begins": dimensions(5, 1, 0, 2),
    "a record that is too short": record(0x204, b"\1\0\2\0"),
    "a rich text of Excel 95, which would be lost": record(0xD6, struct.pack("<HHHHB", 1, 2, 0, 2, 0) + b"ab\0\0"),
    "a record longer than the file": struct.pack("<HH", 0x204, 0xFFFF),
}


@pytest.mark.parametrize("body", BROKEN.values(), ids=BROKEN.keys())
def test_broken_records_are_refused(tmp_path: Path, body: bytes) -> None:
    with pytest.raises(ContactsRefused, match=r"^list\.xls is (damaged|not read)"):
        xls_looks(write(tmp_path / "list.xls", contacts() + body))


def test_sheets_in_one_place_are_refused(tmp_path: Path) -> None:
    again = record(0x85, struct.pack("<IBBB", 10, 0, 0, 1) + b"\0a") + record(
        0x85, struct.pack("<IBBB", 10, 0, 0, 1) + b"\0b"
    )
    with pytest.raises(ContactsRefused, match="more sheets than fit"):
        xls_looks(write(tmp_path / "list.xls", contacts(), style(0) + again))


_TABLE = len(compound(workbook({"List": contacts()}))) - 512
CIRCLES = {
    "the chain of the stream": (_TABLE + 8, 1),
    "the chain of the stream, out of the file": (_TABLE + 8, 0x0FFFFFFF),
    "the chain of the tables": (68, 0),
    "the tables, out of the file": (68, 0x7FFFFFFF),
    "the directory, out of the file": (48, 0x0FFFFFFF),
    "a stream longer than the file": (512 + 128 + 120, 0xFFFFFFF0),
    "more tables than the file has room for": (44, 0xFFFFFFFF),
    "a sector size that there is not": (30, 0x00060020),
}


@pytest.mark.parametrize("header", CIRCLES.values(), ids=CIRCLES.keys())
def test_chains_that_lead_nowhere_are_refused(tmp_path: Path, header: tuple[int, int]) -> None:
    with pytest.raises(ContactsRefused, match="damaged"):
        xls_looks(write(tmp_path / "list.xls", contacts(), header=header))


def test_a_document_without_a_workbook_is_refused(tmp_path: Path) -> None:
    (tmp_path / "letter.xls").write_bytes(compound(b"", "WordDocument"))
    with pytest.raises(ContactsRefused, match="without a workbook"):
        xls_looks(tmp_path / "letter.xls")


@pytest.mark.parametrize("name", ["libreoffice.xls", "errors.xls", "excel_95.xls"])
def test_damaged_workbooks_are_read_or_refused(tmp_path: Path, name: str) -> None:
    for content in versions(name, range(60)):
        (tmp_path / "list.xls").write_bytes(content)
        read_all(tmp_path / "list.xls", xls_looks)

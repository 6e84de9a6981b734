"""A cell of the list looks in the workbook as it looked in the list, and is of the same type."""

from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from batchsend.contacts.number_formats import READERS_DATE
from batchsend.results.workbook import write_workbook
from batchsend.runs.cell_json import dump_cells, load, load_cells
from batchsend.runs.status import Status
from tests.acceptance.conftest import Shell

from .sample import facts, row

CELLS: list[tuple[Any, str]] = [
    (0.15, "0%"),
    (0.0825, "0.00%"),
    (1234.5, '#,##0.00 "lei"'),
    (99.9, '"€"#,##0.00'),
    (1234.5, "[$€-407] #,##0.00"),
    (722000001, "0000000000"),
    (datetime(1980, 1, 2), "dd.mm.yyyy"),  # noqa: DTZ001
    (datetime(1980, 1, 2, 9, 30), "d mmmm yyyy h:mm"),  # noqa: DTZ001
    (time(9, 30), "h:mm"),
    (5, "General"),
    ("007", "@"),
    ("=1+1", "@"),
]


def test_values_types_and_formats_of_a_list_come_through(batchsend: Shell) -> None:
    book = openpyxl.Workbook()
    sheet = book["Sheet"]
    sheet.append(["Phone", *(f"c{number}" for number in range(len(CELLS)))])
    sheet.append(["+40722000001", *(value for value, _ in CELLS)])
    for column, (value, code) in enumerate(CELLS, 2):
        cell = sheet.cell(2, column)
        cell.number_format = code
        if isinstance(value, str):
            cell.data_type = "s"
    book.save(batchsend.folder / "list.xlsx")
    assert batchsend("estimate", "list.xlsx", "-m", "Hi", "-o", "out.xlsx").returncode == 0
    found = openpyxl.load_workbook(batchsend.folder / "out.xlsx")["Results"]
    cells = [found.cell(2, column) for column in range(2, len(CELLS) + 2)]
    assert [(cell.value, cell.data_type) for cell in cells] == [
        (value, "s" if isinstance(value, str) else "d" if isinstance(value, date | time) else "n") for value, _ in CELLS
    ]
    assert [cell.number_format for cell in cells[:10]] == [code for _, code in CELLS[:10]]


@pytest.mark.parametrize(
    ("value", "code", "kept"),
    [
        (date(2026, 5, 8), READERS_DATE, "mm-dd-yy"),  # number 14: each program's own short date
        (datetime(2026, 5, 8), READERS_DATE, "mm-dd-yy"),  # noqa: DTZ001
        (datetime(2026, 5, 8, 9, 30), READERS_DATE, "m/d/yy h:mm"),  # noqa: DTZ001
        (0.5, "0%" + " " * 300, "General"),  # longer than a workbook takes
        (0.5, "0%\x07", "General"),
    ],
)
def test_a_format_is_one_that_a_workbook_takes(tmp_path: Path, value: Any, code: str, kept: str) -> None:
    given = row(2, Status.ACCEPTED, ("Ana", value), formats={1: code})
    path = write_workbook(tmp_path / "r.xlsx", facts(1, phone_columns=(0,)), [given])
    assert openpyxl.load_workbook(path)["Results"]["B2"].number_format == kept


def test_formats_without_end_do_not_make_a_workbook_that_cannot_be_opened(tmp_path: Path) -> None:
    rows = [row(n, Status.ACCEPTED, ("Ana", 0.5), formats={1: f'0.0"{n}"'}) for n in range(2, 500)]
    path = write_workbook(tmp_path / "r.xlsx", facts(len(rows), phone_columns=(0,)), rows)
    sheet = openpyxl.load_workbook(path)["Results"]
    assert 100 < len({sheet.cell(n, 2).number_format for n in range(2, 500)}) <= 201


def test_the_ledger_keeps_cells_with_their_formats() -> None:
    cells = ("a", 0.15, date(2026, 5, 8), timedelta(hours=1), None, "\ud83d")
    text = dump_cells(cells, {1: "0%", 2: "dd.mm.yyyy"})
    assert load(text) == (cells, {1: "0%", 2: "dd.mm.yyyy"})
    assert load_cells(text) == cells
    assert load(dump_cells(cells)) == (cells, {})


def test_a_formatted_date_has_room_enough_not_to_be_shown_as_hashes(tmp_path: Path) -> None:
    long = "dddd, d mmmm yyyy"  # Wednesday, 30 September 2026
    rows = [row(n, Status.ACCEPTED, ("Ana", date(2026, 9, 30)), formats={1: long} if n == 3 else {}) for n in (2, 3, 4)]
    path = write_workbook(tmp_path / "r.xlsx", facts(3, phone_columns=(0,)), rows)
    assert openpyxl.load_workbook(path)["Results"].column_dimensions["B"].width >= len("Wednesday, 30 September 2026")

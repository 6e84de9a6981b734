"""LibreOffice opens what we write without repair, and finds in it what we wrote."""

from datetime import date, datetime, time, timedelta
from pathlib import Path

import openpyxl

from batchsend.contacts.contact import Cell
from batchsend.results.workbook import write_workbook
from batchsend.runs.status import Status
from tests.libreoffice import differences, needs_libreoffice, resaved

from .golden import write_golden
from .sample import facts, one_of_each, row

HOSTILE: list[Cell] = [
    "=1+1", "+1-1", "-1+1", "@SUM(A1)", '=HYPERLINK("http://example.com","y")', "=cmd|' /C calc'!A0", "{=1}", "\t=1",
    "http://example.com", "mailto:a@example.com", "#N/A", "TRUE", "007", "1e5", "3-12", "12:30", "50%", "€ 5", "1,5",
    "_x0041_", "_x000D_", "a\nb", "  spaces  ", "<b>&amp;</b>", "]]>", "a\x00b\x1fc", "\ud83d half", "\ufffe\uffff",
    "x" * 40_000, "🌸" * 20_000, "'0722", "Ștefan", "שלום", "\u200e\u202e",
    True, False, 5, -5.25, 1e300, 10**15, 0.1 + 0.2, None, "",
    date(2026, 5, 8), datetime(2026, 5, 8, 9, 30, 15), time(9, 30), timedelta(hours=30),  # noqa: DTZ001
]  # fmt: skip


@needs_libreoffice
def test_every_kind_of_workbook_is_opened_and_holds_the_same(tmp_path: Path) -> None:
    hostile = [
        row(n, Status.INVALID, (cell, cell), reason=str(cell), text=str(cell)) for n, cell in enumerate(HOSTILE, 2)
    ]
    headers = ("=1+1", "@" * 300)
    ours = [
        write_golden(tmp_path / "golden.xlsx"),
        write_workbook(tmp_path / "one.xlsx", facts(7), one_of_each()),
        write_workbook(tmp_path / "none.xlsx", facts(0), []),
        write_workbook(tmp_path / "full.xlsx", facts(70), one_of_each() * 10, max_rows=12),
        write_workbook(tmp_path / "hostile.xlsx", facts(len(hostile), headers=headers, list_name="=1+1"), hostile),
    ]
    out = tmp_path / "out"
    out.mkdir()
    found = {path.name: differences(path, theirs) for path, theirs in zip(ours, resaved(ours, out), strict=True)}
    assert found == {path.name: [] for path in ours}


def test_the_check_sees_formulas_and_links_and_other_values(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book["Sheet"]["A1"] = "=1+1"
    book["Sheet"]["A2"] = True
    book.save(tmp_path / "ours.xlsx")
    book["Sheet"]["A2"].hyperlink = "http://example.com"
    book["Sheet"]["A3"] = "more"
    book.save(tmp_path / "theirs.xlsx")
    found = differences(tmp_path / "ours.xlsx", tmp_path / "theirs.xlsx")
    assert found[:3] == [
        "xl/worksheets/sheet1.xml: 1+1",
        "xl/worksheets/sheet1.xml: a link",
        "Sheet: 3 rows instead of 2",
    ]
    assert differences(tmp_path / "ours.xlsx", tmp_path / "nothing.xlsx") == ["it cannot be opened"]

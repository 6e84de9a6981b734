"""What a program makes of a cell is no correction; what a person makes of it is."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batchsend.contacts.contact import Cell
from batchsend.results.cells import storable
from batchsend.results.same_cell import Likeness, likeness, without_guard

SAME, DAMAGED, OTHER = Likeness
NOON = datetime(2026, 5, 8, 12, 30)  # noqa: DTZ001  as a workbook has it


@pytest.mark.parametrize(
    ("sent", "back", "expected"),
    [
        (None, "", SAME),
        ("", None, SAME),
        ("x", None, OTHER),
        (None, "x", OTHER),
        ("Ana  Pop\r\n", "Ana Pop", SAME),
        ("Ana", "ana", OTHER),
        ("=1+1", "'=1+1", SAME),  # as a text file guards it
        ("+40723555666", "'+40723555666", SAME),
        ("a\x00b", "a\ufffdb", SAME),
        (True, "TRUE", SAME),
        (True, 1.0, SAME),
        (True, "FALSE", OTHER),
        (40.0, "40", SAME),
        (1234.5, "1.234,50", SAME),
        (1234.5, "1,234.50", SAME),
        (1234.5, "1 234,5", SAME),
        (1234.5, 1234.5000000001, SAME),
        (12.5, "13", OTHER),
        (125.0, "12,5", OTHER),
        (1250.0, "12,50", OTHER),
        (12.5, True, OTHER),
        (10**16, "10000000000000000", SAME),
        (date(2026, 5, 8), "08.05.2026", SAME),
        (date(2026, 5, 8), "5/8/26", SAME),
        (date(2026, 5, 8), "2026-05-09", OTHER),
        (date(2026, 5, 8), datetime(2026, 5, 8), SAME),  # noqa: DTZ001
        (date(2026, 5, 8), date(2026, 5, 8), SAME),
        (date(2026, 5, 8), 46150.0, OTHER),
        (NOON, "8/5/2026 12:30", SAME),
        (NOON, "8/5/2026 12:30:00 PM", SAME),
        (NOON, "8/5/2026 12:31", OTHER),
        (NOON, NOON + timedelta(microseconds=3), SAME),
        (time(9, 5), "09:05:00", SAME),
        (time(21, 5), "9:05 PM", SAME),
        (time(9, 5), timedelta(hours=9, minutes=5), SAME),
        (timedelta(hours=30), timedelta(hours=30), SAME),
        (timedelta(hours=30), "30:00", OTHER),
        ("+40723555666", 40723555666.0, DAMAGED),
        ("+40723555666", "40723555666", DAMAGED),
        ("0723555666", "723555666", DAMAGED),
        ("0723555666", "0723555667", OTHER),
        ("+0723555666", "0723555666", OTHER),  # a person took the + away
        ("00723555666", "0723555666", OTHER),
        ("+40723555666", "4.07236E+10", DAMAGED),
        ("+40723555666", "4,07236E+10", DAMAGED),
        ("+40723555666", "4.07235E+10", DAMAGED),  # cut, not rounded
        ("+40723555666", "4.07246E+10", OTHER),
        ("+40723555666", "4.07236E+11", OTHER),
        ("Ana", "4.07236E+10", OTHER),
        ("723555666", "0723555666", OTHER),
    ],
)
def test_what_counts_as_a_correction(sent: Cell, back: Cell, expected: Likeness) -> None:
    assert likeness(sent, back) is expected


_CELLS = st.one_of(
    st.none(), st.text(), st.booleans(), st.integers(), st.floats(), st.datetimes(), st.dates(), st.times(),
    st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=40)),
)  # fmt: skip


@given(_CELLS)
def test_a_cell_that_was_only_written_is_the_same(cell: Cell) -> None:
    assert likeness(cell, cell) is SAME
    assert likeness(cell, storable(cell)) is SAME


@given(_CELLS, _CELLS)
def test_any_two_cells_can_be_compared(sent: Cell, back: Cell) -> None:
    assert likeness(sent, back) in Likeness


@pytest.mark.parametrize(("cell", "bare"), [("'=x", "=x"), ("'+4", "+4"), ("'t", "'t"), ("it's", "it's"), (4, 4)])
def test_only_the_guard_of_a_text_file_goes(cell: Cell, bare: Cell) -> None:
    assert without_guard(cell) == bare

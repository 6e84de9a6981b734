"""Every row of the list is in the workbook, untouched, once in `Results` and where a person looks for it."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

import openpyxl
import pytest

from batchsend.contacts.contact import Cell
from batchsend.results.landing import CannotWriteError
from batchsend.results.row import SEND_COLUMNS, ResultRow
from batchsend.results.workbook import UnbalancedError, write_workbook
from batchsend.runs.status import Status

from .sample import facts, one_of_each, read, records, row, sheet_names


def test_sheets_come_in_the_order_of_the_contract(tmp_path: Path) -> None:
    path = write_workbook(tmp_path / "r.xlsx", facts(7), one_of_each())
    assert sheet_names(path) == [
        "Summary", "Results", "To fix", "Unknown", "Changed numbers", "Skipped", "_batchsend",
    ]  # fmt: skip
    assert openpyxl.load_workbook(path)["_batchsend"].sheet_state == "hidden"


def test_results_holds_the_list_untouched_and_then_our_columns(tmp_path: Path) -> None:
    cells: tuple[Cell, ...] = ("=Ana", "007", date(1980, 1, 2), 39.5, True, None)
    headers = ("  Nume ", "Telefon", "Născut", "Sold", "Vip", "")
    accepted = row(
        2, Status.ACCEPTED, cells, to="+40722000000", country="RO", text="Bună", characters=4, credits=1, parts=1,
        encoding="UCS-2", provider="robo_sms", reference="0042", attempts=1, http_status=200,
        time_utc=datetime(2026, 5, 8, 12, tzinfo=timezone(timedelta(hours=3))), run="run-1",
    )  # fmt: skip
    path = write_workbook(tmp_path / "r.xlsx", facts(1, headers=headers), [accepted])
    header, values = read(path)
    assert header == [*headers, *SEND_COLUMNS]
    assert values[:6] == ["=Ana", "007", date(1980, 1, 2), 39.5, True, ""]
    assert isinstance(values[4], bool)
    assert values[6:] == [
        2, "accepted", "", "", accepted.action, "+40722000000", "RO", "Bună", 4, 1, 1, "UCS-2", "robo_sms", "0042", 1,
        200, datetime(2026, 5, 8, 9),  # noqa: DTZ001  UTC, which a cell cannot say
        "run-1",
    ]  # fmt: skip


def test_each_sheet_holds_the_rows_of_its_statuses(tmp_path: Path) -> None:
    path = write_workbook(tmp_path / "r.xlsx", facts(7), one_of_each())

    def statuses(sheet: str) -> set[Status]:
        by_row = {each.row: each.status for each in one_of_each()}
        return {by_row[int(record["send_row"])] for record in records(path, sheet)}

    assert statuses("Results") == set(Status)
    assert statuses("To fix") == {Status.INVALID, Status.REJECTED}
    assert statuses("Unknown") == {Status.UNKNOWN}
    assert statuses("Skipped") == {Status.SKIPPED}


def test_to_fix_says_what_is_wrong_beside_the_cells_to_correct(tmp_path: Path) -> None:
    wrong = row(9, Status.INVALID, ("Ion", "0722"), reason="too short", code="too_short")
    path = write_workbook(tmp_path / "r.xlsx", facts(1), [wrong])
    assert records(path, "To fix") == [
        {"Nume": "Ion", "Telefon": "0722", "send_row": 9, "send_reason": "too short",
         "send_action": wrong.action, "send_code": "too_short", "send_run": ""}
    ]  # fmt: skip


def test_unknown_offers_the_two_verdicts_on_each_of_its_rows(tmp_path: Path) -> None:
    path = write_workbook(tmp_path / "r.xlsx", facts(2), [row(n, Status.UNKNOWN) for n in (2, 3)])
    header, *_ = read(path, "Unknown")
    assert header[2:] == ["send_row", "send_to", "send_text", "send_time_utc", "send_reason", "send_run", "verdict"]
    [validation] = openpyxl.load_workbook(path)["Unknown"].data_validations.dataValidation
    assert validation.formula1 == '"delivered,not delivered"'
    assert str(validation.sqref) == "I2:I3"


@pytest.mark.parametrize(
    ("cells", "to", "changed_from"),
    [
        (("Ana", "0722 000 000"), "+40722000000", "0722 000 000"),
        (("Ana", " +40722000000 "), "+40722000000", None),  # only the space around it went
        (("Ana", 40722000000.0), "+40722000000", "40722000000"),
        (("Ana", "", "0722000000"), "+40722000000", "0722000000"),
        (("Ana", "0213 111 111", "0722000000"), "+40722000000", "0722000000"),  # the mobile was taken
        (("Ana", "0213111111", "+40722000000"), "+40722000000", None),  # taken as typed
        (("Ana", "07x"), "", None),  # sent to nobody
        (("Ana",), "+40722000000", None),  # no cell there to have changed
    ],
)
def test_changed_numbers_lists_what_was_typed_differently(
    tmp_path: Path, cells: tuple[Cell, ...], to: str, changed_from: str | None
) -> None:
    given = facts(1, headers=("Nume", "Telefon", "Mobil"), phone_columns=(1, 2))
    path = write_workbook(tmp_path / "r.xlsx", given, [row(2, Status.ACCEPTED, cells, to=to)])
    why = "written with its country prefix"
    expected = [] if changed_from is None else [{"row": 2, "from": changed_from, "to": to, "why": why}]
    assert records(path, "Changed numbers") == expected


def test_surplus_cells_have_columns_of_their_own_and_shift_nothing(tmp_path: Path) -> None:
    rows = [row(2, Status.INVALID, ("Ana", "07", "x", "y")), row(3, Status.ACCEPTED, ("Ion",))]
    path = write_workbook(tmp_path / "r.xlsx", facts(2, extra_columns=2), rows)
    for sheet in ("Results", "To fix"):
        header, first, *_ = read(path, sheet)
        assert header[:5] == ["Nume", "Telefon", "(no header) 1", "(no header) 2", "send_row"]
        assert first[:5] == ["Ana", "07", "x", "y", 2]
    assert read(path)[2][:5] == ["Ion", "", "", "", 3]


def test_surplus_cells_that_nobody_announced_are_not_lost(tmp_path: Path) -> None:
    path = write_workbook(tmp_path / "r.xlsx", facts(1), [row(2, Status.ACCEPTED, ("Ana", "07", "lost?"))])
    header, values = read(path)
    assert header[2] == "send_row"
    assert values[2] == 2
    assert values[2 + len(SEND_COLUMNS)] == "lost?"


@pytest.mark.parametrize(
    ("count", "sizes"),
    [
        (0, [0]),
        (9, [9]),  # with its header, exactly full
        (10, [9, 1]),
        (18, [9, 9]),
        (19, [9, 9, 1]),
    ],
)
def test_a_full_sheet_is_followed_by_the_next(tmp_path: Path, count: int, sizes: list[int]) -> None:
    rows = [row(number, Status.INVALID, (f"n{number}", "07")) for number in range(2, count + 2)]
    path = write_workbook(tmp_path / "r.xlsx", facts(count), rows, max_rows=10)
    for title in ("Results", "To fix"):
        titles = [title, *(f"{title} {number}" for number in range(2, len(sizes) + 1))]
        assert [name for name in sheet_names(path) if name.startswith(title)] == titles
        assert [len(records(path, each)) for each in titles] == sizes
        assert [record["Nume"] for each in titles for record in records(path, each)] == [r.cells[0] for r in rows]
    names = sheet_names(path)
    assert names[0] == "Summary"
    assert names[-1] == "_batchsend"
    assert names[1 : len(sizes) + 1] == ["Results", *(f"Results {n}" for n in range(2, len(sizes) + 1))]


def test_the_sheets_can_be_read_filtered_and_printed(tmp_path: Path) -> None:
    path = write_workbook(tmp_path / "r.xlsx", facts(7), one_of_each())
    sheet = openpyxl.load_workbook(path)["Results"]
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:T8"
    assert sheet.dimensions == "A1:T8"
    assert sheet.page_setup.orientation == "landscape"
    assert sheet["A1"].font.b
    assert sheet["B2"].number_format == "@"
    assert sheet["H2"].number_format == "@"
    fills = {sheet.cell(number, 4).value: sheet.cell(number, 4).fill.start_color.rgb for number in range(2, 9)}
    assert set(fills) == set(Status)
    assert len(set(fills.values())) == len(Status), "a colour for each status"


def test_a_reader_that_trusts_the_dimension_sees_every_row(tmp_path: Path) -> None:
    path = write_workbook(tmp_path / "r.xlsx", facts(7), one_of_each())
    book = openpyxl.load_workbook(path, read_only=True)
    try:
        assert len(list(book["Results"].iter_rows())) == 8
    finally:
        book.close()


def test_the_hidden_sheet_identifies_the_run(tmp_path: Path) -> None:
    headers = ("_x000D_", "a\rb", *(f"coloană {number} 🌸" for number in range(900)))
    given = facts(0, headers=headers, list_name="x" * 9_000)
    path = write_workbook(tmp_path / "r.xlsx", given, [])
    identity = {line[0]: "".join(line[1:]) for line in read(path, "_batchsend")}
    assert json.loads(identity["headers"]) == list(headers)
    assert identity["list_name"] == "x" * 9_000
    assert {key: identity[key] for key in ("schema", "run", "sheet", "provider", "account", "created")} == {
        "schema": "1", "run": "run-1", "sheet": "Foaie1", "provider": "robo_sms", "account": "acct-1",
        "created": "2026-05-08T09:00:00+00:00",
    }  # fmt: skip


@pytest.mark.parametrize("claimed", [6, 8])
def test_books_that_do_not_balance_are_an_error_and_leave_no_file(tmp_path: Path, claimed: int) -> None:
    with pytest.raises(UnbalancedError, match=f"{claimed} rows but the results have 7"):
        write_workbook(tmp_path / "r.xlsx", facts(claimed), one_of_each())
    assert list(tmp_path.iterdir()) == []


def test_more_columns_than_a_sheet_has_are_refused_before_a_row_is_read(tmp_path: Path) -> None:
    def untouched() -> Iterator[ResultRow]:
        yield pytest.fail("read")

    headers = tuple(f"c{number}" for number in range(16_368))
    with pytest.raises(CannotWriteError, match="16,386 columns"):
        write_workbook(tmp_path / "r.xlsx", facts(0, headers=headers), untouched())


def test_rows_are_taken_one_by_one(tmp_path: Path) -> None:
    """Memory does not grow with the list: once the sample is drawn, no row is kept."""
    alive: list[int] = []

    class Watched(str):
        __slots__ = ()

        def __del__(self) -> None:
            alive.pop()

    most = 0

    def stream() -> Iterator[ResultRow]:
        nonlocal most
        template = row(1, Status.ACCEPTED)
        for number in range(2, 3_002):
            alive.append(number)
            most = max(most, len(alive))
            yield replace(template, row=number, cells=(Watched("Ana"), "07"))

    write_workbook(tmp_path / "r.xlsx", facts(3_000), stream())
    assert most < 300

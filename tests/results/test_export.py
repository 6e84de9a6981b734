"""CSV and JSON lines: every row, whole, and safe to open."""

import csv
import io
import json
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batchsend.contacts.contact import Cell
from batchsend.results.export import csv_lines, json_lines, original, protected, unique
from batchsend.results.row import SEND_COLUMNS, ResultRow
from batchsend.runs.status import Status

from .sample import facts, one_of_each, row
from .test_cells import any_cell, any_text


def as_csv(rows: list[ResultRow], **values: Any) -> list[list[str]]:
    data = b"".join(csv_lines(facts(len(rows), **values), rows))
    assert data.startswith(b"\xef\xbb\xbf"), "Excel takes it for another encoding without"
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True))


def as_json(rows: list[ResultRow], **values: Any) -> list[dict[str, Any]]:
    return [json.loads(line) for line in b"".join(json_lines(facts(len(rows), **values), rows)).splitlines()]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("=1+1", "'=1+1"),
        ("+1-1", "'+1-1"),
        ("-1+1", "'-1+1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ("\n=1", "'\n=1"),
        ("＝1+1", "'＝1+1"),
        ("'=1+1", "''=1+1"),  # so that it can be told from a protected one
        ("'", "'"),
        ("'Ana", "'Ana"),
        ("+40722123456", "+40722123456"),
        ("+407221234561234", "+407221234561234"),
        ("+4072212345612345", "'+4072212345612345"),  # longer than any number
        ("+0722123456", "'+0722123456"),  # no country begins with 0
        ("+40 722 123 456", "'+40 722 123 456"),
        ("+40722123456\n", "'+40722123456\n"),
        ("+4072212345٦", "'+4072212345٦"),
        ("-5", "-5"),
        ("-5,25", "-5,25"),
        ("--5", "'--5"),
        ("007", "007"),
        (" =1+1", "' =1+1"),  # programs differ on whether that is text
        (" Ana", " Ana"),
        ("a=1", "a=1"),
        ("", ""),
    ],
)
def test_what_begins_like_a_formula_is_protected_and_a_number_is_not(typed: str, kept: str) -> None:
    assert protected(typed) == kept
    assert original(kept) == typed


@given(any_text | st.text("'=+-@1\t"))
def test_protection_is_taken_back_exactly(text: str) -> None:
    assert original(protected(text)) == text
    assert protected(text)[:1] not in {"=", "@", "\t", "\r", "\n"}


def test_csv_holds_every_row_with_the_columns_of_the_sheet_results() -> None:
    header, *lines = as_csv(one_of_each())
    assert header == ["Nume", "Telefon", *SEND_COLUMNS]
    assert [line[3] for line in lines] == list(Status)
    assert {line[7] for line in lines} == {"+40722000000"}


def test_csv_shows_values_as_a_person_reads_them_and_cuts_nothing() -> None:
    cells: tuple[Cell, ...] = (40.0, date(2026, 5, 8), datetime(2026, 5, 8, 9, 5, 1), True, None, "x" * 40_000, -5)  # noqa: DTZ001
    moment = datetime(2026, 5, 8, 9, tzinfo=UTC)
    [header, line] = as_csv(
        [row(2, Status.ACCEPTED, cells, to="+40722000000", time_utc=moment)], headers=("=a", *"bcdefg"), extra_columns=0
    )
    assert line[:7] == ["40", "2026-05-08", "2026-05-08 09:05:01", "TRUE", "", "x" * 40_000, "-5"]
    assert line[header.index("send_time_utc")] == "2026-05-08 09:00:00"


def test_csv_protects_the_names_of_columns_too() -> None:
    [header] = as_csv([], headers=("=a", "b"))
    assert header[0] == "'=a"


def test_json_lines_keep_types() -> None:
    cells: tuple[Cell, ...] = (
        "007", 40.0, 0.5, True, None, "", date(2026, 5, 8), time(9, 30), timedelta(hours=30), float("nan"), "=1+1",
    )  # fmt: skip
    moment = datetime(2026, 5, 8, 9, tzinfo=UTC)
    headers = tuple("abcdefghijk")
    [record] = as_json([row(2, Status.ACCEPTED, cells, credits=1, time_utc=moment)], headers=headers)
    assert list(record["cells"].values()) == [
        "007", 40, 0.5, True, None, None, "2026-05-08", "09:30:00", 108_000.0, "nan", "=1+1",
    ]  # fmt: skip
    assert record["send_row"] == 2
    assert record["send_credits"] == 1
    assert record["send_http_status"] is None
    assert record["send_time_utc"] == "2026-05-08T09:00:00+00:00"
    assert set(record) == {"cells", *SEND_COLUMNS}


@given(st.lists(any_cell, max_size=6))
def test_any_row_is_one_line_of_each(cells: list[Cell]) -> None:
    rows = [row(2, Status.INVALID, tuple(cells))]
    [record] = as_json(rows)
    assert len(record["cells"]) == len(cells)
    _, line = as_csv(rows)
    assert len(line) == max(2, len(cells)) + len(SEND_COLUMNS)
    assert line[2] == "2"


@given(st.lists(st.sampled_from(["", "a", "a (2)", "a (3)", "(column 1)", "(column 2)"])))
def test_every_column_has_a_name_of_its_own(names: list[str]) -> None:
    found = unique(names)
    assert len(set(found)) == len(found) == len(names)
    firsts = [name for i, name in enumerate(names) if name and names.index(name) == i]
    assert all(name in found for name in firsts)

"""What a person typed comes back as typed, or as its documented replacement; and never as a formula."""

import re
from datetime import UTC, date, datetime, time, timedelta
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import load_workbook

from batchsend.contacts.contact import Cell
from batchsend.results.cells import CUT, MAX_UNITS, encode, storable
from batchsend.results.looks import TEXT, Look
from batchsend.results.package import Package

from .sample import CREATED


def written(*values: Cell, look: Look | None = None) -> BytesIO:
    stream = BytesIO()
    with Package("list", CREATED) as package:
        grid = package.add("Sheet")
        grid.write(values, dict.fromkeys(range(len(values)), look) if look else {})
        package.save(stream)
    return stream


def back(*values: Cell, look: Look | None = None) -> list[Any]:
    stream = written(*values, look=look)
    stream.seek(0)
    return load_workbook(stream).get_sheet_by_name("Sheet").to_python(skip_empty_area=False)[0]


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        ("007", "007"),
        ("", ""),
        ("  two spaces  ", "  two spaces  "),
        ("   ", "   "),  # not "empty" to the person who compares two files
        ("a\tb\nc", "a\tb\nc"),
        ("line\r\nline", "line\r\nline"),  # XML alone would drop the carriage return
        ("\r", "\r"),
        ("_x000D_", "_x000D_"),  # looks like an escape and is not one
        ("_x005F_x0041_", "_x005F_x0041_"),
        ("_x0041_x0042_", "_x0041_x0042_"),  # two that share an underscore
        ("_X0041_", "_X0041_"),  # not an escape: capital X
        ("Ștefan Țîrlea 🌸", "Ștefan Țîrlea 🌸"),
        ("<b>&amp;</b>", "<b>&amp;</b>"),
        ("]]>", "]]>"),
        ("a\x00b\x1fc", "a�b�c"),
        ("half \ud83d pair", "half � pair"),
        ("\ufffe\uffff", "��"),
        (True, True),
        (False, False),
        (40722123456, 40722123456),
        (10**15 - 1, 10**15 - 1),  # 15 digits: the last that a workbook keeps
        (10**15, "1000000000000000"),
        (-(10**15), "-1000000000000000"),
        (0.1 + 0.2, 0.1 + 0.2),  # needs 17 digits
        (40722123456.0, 40722123456.0),
        (float("nan"), "nan"),
        (float("-inf"), "-inf"),
        (1.7e308, "1.7e+308"),  # a double, but more than a workbook takes
        (date(2026, 5, 8), date(2026, 5, 8)),
        (date(1900, 3, 1), date(1900, 3, 1)),
        (date(1900, 2, 28), "1900-02-28"),  # programs disagree by a day before March 1900
        (date(1, 1, 1), "0001-01-01"),
        (datetime(2026, 5, 8, 9, 30, 15), datetime(2026, 5, 8, 9, 30, 15)),  # noqa: DTZ001
        (datetime(1899, 12, 31, 1), "1899-12-31T01:00:00"),  # noqa: DTZ001
        (datetime(2026, 5, 8, 9, tzinfo=UTC), "2026-05-08T09:00:00+00:00"),
        (time(9, 30, 15), time(9, 30, 15)),
        (time(9, 30, tzinfo=UTC), "09:30:00+00:00"),
        (timedelta(hours=30), timedelta(hours=30)),
        (timedelta(hours=-1), "-1 day, 23:00:00"),  # a workbook would show ####
    ],
)
@pytest.mark.parametrize("look", [None, TEXT], ids=["plain", "as text"])
def test_a_cell_comes_back_as_it_was_or_as_its_replacement(value: Cell, kept: object, look: Look | None) -> None:
    [found, _] = back(value, "end", look=look)
    assert found == kept
    assert isinstance(found, bool) == isinstance(kept, bool)


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        '=HYPERLINK("http://x","y")',
        "=cmd|' /C calc'!A0",
        "+40722123456",
        "-1",
        "@SUM(A1)",
        "\t=1+1",
        "{=1}",
        "#N/A",  # openpyxl would make an error value of it
        "http://example.com",
        "mailto:a@b.c",
    ],
)
def test_no_text_becomes_a_formula_an_error_or_a_link(text: str) -> None:
    stream = written(text)
    cell = openpyxl.load_workbook(stream)["Sheet"]["A1"]
    assert (cell.value, cell.data_type, cell.hyperlink) == (text, "s", None)


def test_long_text_is_cut_and_says_so() -> None:
    [found] = back("x" * 40_000)
    assert found == "x" * (MAX_UNITS - len(CUT)) + CUT
    assert storable("x" * MAX_UNITS) == "x" * MAX_UNITS


@pytest.mark.parametrize("piece", ["🌸", "a🌸", "_x0041_", "\r", "é"])
def test_a_cut_keeps_as_much_as_fits_and_splits_nothing(piece: str) -> None:
    kept = storable(piece * 40_000)
    assert isinstance(kept, str)
    assert kept.endswith(CUT)
    assert (piece * 40_000).startswith(kept.removesuffix(CUT))
    slack = MAX_UNITS - units(encode(kept))
    assert 0 <= slack <= 7, "one more character, escaped, would not have fitted"
    assert back(kept) == [kept]


def test_a_whole_number_of_any_length_is_text() -> None:
    assert storable(10**400) == "1" + "0" * 400
    kept = storable(10**50_000)
    assert isinstance(kept, str)
    assert units(kept) <= MAX_UNITS


def test_an_exact_cell_keeps_its_type_in_a_phone_column() -> None:
    assert back(40722123456.0, look=TEXT) == [40722123456.0]
    assert back(date(2026, 5, 8), look=TEXT) == [date(2026, 5, 8)]


any_text = st.text(st.characters(exclude_categories=())) | st.text("_x005FA=\r\n &<", max_size=40)
any_number = st.integers() | st.floats() | st.booleans()
any_moment = (
    st.dates()
    | st.datetimes()
    | st.datetimes(timezones=st.just(UTC))
    | st.times()
    | st.timedeltas(max_value=timedelta(days=2_000_000))
)
any_cell: st.SearchStrategy[Any] = any_text | any_number | any_moment


def same(found: object, value: object) -> bool:
    """Equal, but for a time of day or duration, which readers round to a millisecond."""
    match value, found:
        case datetime(), datetime():
            return abs(value - found) <= timedelta(milliseconds=1)
        case datetime(), date():  # calamine: midnight is a date
            return abs(value - datetime.combine(found, time())) <= timedelta(milliseconds=1)
        case time(), time():
            some_day = date(2000, 1, 1)
            return same(datetime.combine(some_day, found), datetime.combine(some_day, value))
        case timedelta(), timedelta():
            return abs(value - found) <= timedelta(milliseconds=1)
        case _:
            return found == value


@settings(max_examples=400, deadline=None)
@given(st.lists(any_cell, min_size=1, max_size=12))
def test_any_cell_comes_back_equal_or_as_its_replacement(values: list[Cell]) -> None:
    kept = [storable(value) for value in values]
    found = back(*values, "end")
    assert found[-1] == "end"
    for one, value in zip(found, kept, strict=False):
        if isinstance(value, (datetime, time)) and value.microsecond > 999_000:
            continue  # readers disagree on where the last millisecond of a second goes
        assert same(one, value), (one, value)


@settings(max_examples=300, deadline=None)
@given(any_text)
def test_text_is_only_changed_where_a_workbook_cannot_hold_it(text: str) -> None:
    expected = re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]", "�", text)
    assert storable(text) == expected


@settings(max_examples=300, deadline=None)
@given(st.lists(any_cell, min_size=1, max_size=12))
def test_the_file_never_holds_a_formula_a_link_or_an_error(values: list[Cell]) -> None:
    with ZipFile(written(*values)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
    assert set(re.findall(r"<(\w+)", sheet)).isdisjoint({"f", "hyperlink", "hyperlinks"})
    assert set(re.findall(r'<c [^>]*t="(\w+)"', sheet)) <= {"inlineStr", "b"}

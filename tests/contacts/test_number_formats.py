from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batchsend.contacts import Cell
from batchsend.contacts.number_formats import READERS_DATE, render

CHRISTMAS = date(2026, 12, 24)
EVENING = datetime(2026, 12, 24, 15, 5, 9)  # noqa: DTZ001 - a cell has no zone


@pytest.mark.parametrize(
    ("value", "code", "text"),
    [
        (CHRISTMAS, "dd.mm.yyyy", "24.12.2026"),
        (CHRISTMAS, "d/m/yy", "24/12/26"),
        (CHRISTMAS, "[$-418]d mmmm yyyy", "24 decembrie 2026"),  # the format names its language
        (CHRISTMAS, "[$-409]mmmm\\ d\\,\\ yyyy;@", "December 24, 2026"),
        (CHRISTMAS, "dddd, dd mmm", "Thursday, 24 Dec"),
        (CHRISTMAS, "mmmmm", "D"),
        (EVENING, "dd.mm.yyyy hh:mm", "24.12.2026 15:05"),
        (EVENING, "h:mm AM/PM", "3:05 PM"),
        (EVENING, "mm:ss", "05:09"),  # m before seconds is minutes
        (time(9, 5), "h:mm", "9:05"),
        (timedelta(hours=30, minutes=5), "[h]:mm", "30:05"),
        (12.5, "0.00", "12.50"),
        (12.5000001, "0.0", "12.5"),
        (1234567.891, "#,##0.00", "1,234,567.89"),
        (0.25, "0%", "25%"),
        (2.5, "0", "3"),  # half away from zero, as spreadsheets round
        (1.005, "0.00", "1.01"),
        (-0.125, "0.00", "-0.13"),
        (1234.5, '#,##0.00 "lei"', "1,234.50 lei"),
        (1234.5, "[$€-407] #,##0.00", "€ 1,234.50"),
        (-5, "0.00", "-5.00"),
        (-5, "0.00;(0.00)", "(5.00)"),
        (7, "000", "007"),
        (12.0, "0.##", "12"),
        (1500000, '0.0,,"M"', "1.5M"),
        (12.5, "General", None),
        (12, "0.00E+00", None),  # beyond us: the plain number is shown instead
        (12.5, "# ?/?", None),
        ("text", "0.00", None),
        (True, "0.00", None),
    ],
)
def test_a_formatted_cell_reads_as_in_the_spreadsheet(value: Cell, code: str, text: str | None) -> None:
    assert render(value, code) == text


@pytest.mark.parametrize(
    ("locale", "text"),
    [
        ("ro_RO", "24.12.2026"),
        ("en_US", "12/24/2026"),
        ("en_GB", "24/12/2026"),
        ("de_DE", "24.12.2026"),
        (None, "2026-12-24"),
    ],
)
def test_the_readers_own_date_is_that_of_the_country_of_the_list(locale: str | None, text: str) -> None:
    assert render(CHRISTMAS, READERS_DATE, locale) == text
    assert render(EVENING, READERS_DATE, locale) == f"{text} 15:05"


CODES = st.text('0#?.,%;"\\_*[]$-ymdhsAMP/: @e+E€(', max_size=20)


@given(st.one_of(st.floats(), st.integers(), st.dates(), st.datetimes(), st.times(), st.timedeltas(), st.none()), CODES)
def test_no_format_code_is_an_error(value: Cell, code: str) -> None:
    assert isinstance(render(value, code), str | None)

"""The filters a template may use: Jinja's own that are safe and useful, and ours for dates, money and plurals."""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from babel.numbers import format_currency, format_decimal
from jinja2 import Undefined
from jinja2.filters import FILTERS as JINJA_FILTERS

from batchsend.messages.cell_text import CellText

_OF_JINJA = (
    "abs", "capitalize", "count", "d", "default", "first", "join", "last", "length", "lower",
    "replace", "round", "string", "title", "trim", "truncate", "upper", "wordcount",
)  # fmt: skip
_DATES = ("%Y-%m-%d", "%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S", "%d.%m.%Y", "%d.%m.%Y %H:%M", "%d.%m.%y")
"""Dates in text that can mean one day only: 03/04/2026 is March in one country and April in another."""


def to_date(value: Any, pattern: str = "%d %b") -> str:
    """`{{ visit_date | date("%d %b") }}`: 24 Dec. Raises ValueError for what is no date for certain."""
    if isinstance(value, Undefined):
        return str(value)
    cell = value.cell if isinstance(value, CellText) else value
    if isinstance(cell, date):
        return cell.strftime(pattern)
    text = str(value).strip()
    for known in _DATES:
        try:
            return datetime.strptime(text, known).strftime(pattern)  # noqa: DTZ007 - a day in a letter has no zone
        except ValueError:
            continue
    raise ValueError(f"{text!r} is not a date that can be read in one way only")


def money(value: Any, currency: str = "", locale: str = "en") -> str:
    """`{{ amount | money("EUR", "de") }}`: 1.234,50 €. Raises ValueError for what is no number."""
    if isinstance(value, Undefined):
        return str(value)
    amount = _number(value)
    if currency:
        return format_currency(amount, currency, locale=locale)
    return format_decimal(amount, "#,##0.00", locale=locale)


def plural(value: Any, one: str, many: str = "") -> str:
    """`{{ vouchers | plural("voucher") }}`: 1 voucher, 2 vouchers. Raises ValueError for what is no number."""
    if isinstance(value, Undefined):
        return str(value)
    number = _number(value)
    shown = f"{number:g}" if not isinstance(value, str) else value
    return f"{shown} {one if number == 1 else many or one + 's'}"


def _number(value: Any) -> float:
    cell = value.cell if isinstance(value, CellText) else value
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return float(cell)
    text = re.sub(r"[\s\u00a0']", "", str(value))
    if re.fullmatch(r"-?[1-9]\d{0,2}[.,]\d{3}", text):
        raise ValueError(f"{value!r} can be read in two ways, as thousands and as a fraction")
    if re.fullmatch(r"-?\d+(\.\d+)?", text):
        return float(text)
    if re.fullmatch(r"-?[1-9]\d{0,2}(,\d{3})+(\.\d+)?", text):
        return float(text.replace(",", ""))
    if re.fullmatch(r"-?\d{1,3}(\.\d{3})*,\d+|-?\d+,\d+", text):
        return float(text.replace(".", "").replace(",", "."))
    raise ValueError(f"{value!r} is not a number")


def to_int(value: Any) -> Any:
    """A whole number, cut off at the point. Raises ValueError for what is no number."""
    return value if isinstance(value, Undefined) else int(_number(value))


def to_float(value: Any) -> Any:
    """Raises ValueError for what is no number."""
    return value if isinstance(value, Undefined) else _number(value)


FILTERS: Mapping[str, Callable[..., Any]] = {
    **{name: JINJA_FILTERS[name] for name in _OF_JINJA},
    "date": to_date,
    "int": to_int,
    "float": to_float,
    "money": money,
    "plural": plural,
}

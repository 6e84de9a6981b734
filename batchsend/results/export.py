"""The sheet `Results` for other programs: CSV and JSON lines. Nothing is cut here, unlike in a workbook."""

import csv
import io
import json
import math
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from batchsend.contacts.contact import Cell, display
from batchsend.results.cells import clean
from batchsend.results.kinds import RESULTS
from batchsend.results.row import ResultRow, RunFacts
from batchsend.results.sheets import headers_of

_BOM = b"\xef\xbb\xbf"
_RISKY = re.compile(r"'*(\s*[=+\-@＝＋－＠]|[\t\r\n])")
_PLAIN_NUMBER = re.compile(r"\+[1-9][0-9]{6,14}|-[0-9]{1,15}([.,][0-9]{1,15})?")
_QUOTED = re.compile(rf"'(?={_RISKY.pattern})")


def csv_lines(facts: RunFacts, rows: Iterable[ResultRow]) -> Iterator[bytes]:
    """A header and a line for each row: UTF-8 with a byte order mark, commas, CRLF (RFC 4180)."""
    yield _BOM + _csv([*headers_of(facts), *(column.name for column in RESULTS.columns)])
    width = len(facts.headers) + facts.extra_columns
    for row in rows:
        ours = [column.value(row) for column in RESULTS.columns]
        cells = [*row.cells[:width], *([None] * (width - len(row.cells)))]
        yield _csv([*cells, *ours, *row.cells[width:]])


def json_lines(facts: RunFacts, rows: Iterable[ResultRow]) -> Iterator[bytes]:
    """An object for each row: `cells` by column name, then our columns.

    Dates and times are ISO 8601, durations are seconds, an empty cell is null. A column name that is there twice
    gets a number: `Phone (2)`.
    """
    names = unique(headers_of(facts))
    for row in rows:
        surplus = [f"(no header) {number}" for number in range(len(names) + 1, len(row.cells) + 1)]
        cells = dict(zip([*names, *surplus], map(_typed, row.cells), strict=False))
        ours = {column.name: _typed(column.value(row)) for column in RESULTS.columns}
        ours["send_time_utc"] = row.time_utc.isoformat() if row.time_utc else None
        yield _encoded({"cells": cells, **ours})


def protected(text: str) -> str:
    """The text for a CSV cell that no spreadsheet program takes for a formula (OWASP, CSV injection).

    A leading ' is put before what begins with = + - @ (after spaces, too), a tab or a line break. A phone number
    such as +40722123456 and a negative number are left alone: they compute nothing, and every other program needs
    them as they are.
    `original` takes it back.
    """
    return f"'{text}" if _RISKY.match(text) and not _PLAIN_NUMBER.fullmatch(text) else text


def original(text: str) -> str:
    """What `protected` was given."""
    return text[1:] if _QUOTED.match(text) else text


def unique(names: Sequence[str]) -> list[str]:
    """Each name once: the second of the same gets a number, and one without a name its position."""
    given, found = set(names), dict[str, None]()
    for position, name in enumerate(names, 1):
        free = base = name or f"(column {position})"
        number = 1
        while free in found or (number > 1 and free in given):
            number += 1
            free = f"{base} ({number})"
        found[free] = None
    return list(found)


def _csv(values: Sequence[Cell]) -> bytes:
    line = io.StringIO()
    csv.writer(line).writerow([_plain(value) for value in values])
    return line.getvalue().encode()


def _plain(cell: Cell) -> str:
    match cell:
        case str():
            return protected(clean(cell))
        case datetime() if cell.time() != time():
            return cell.isoformat(sep=" ", timespec="seconds")
        case _:
            return display(cell)


def _typed(cell: Cell) -> Any:
    match cell:
        case "":
            return None
        case float() if not math.isfinite(cell):
            return str(cell)
        case float() if cell.is_integer() and abs(cell) < 1e15:
            return int(cell)
        case datetime() | date() | time():
            return cell.isoformat()
        case timedelta():
            return cell.total_seconds()
        case _:
            return cell


def _encoded(record: dict[str, Any]) -> bytes:
    try:
        return json.dumps(record, ensure_ascii=False).encode() + b"\n"
    except UnicodeEncodeError:  # half a character, which only an escape can keep
        return json.dumps(record).encode() + b"\n"

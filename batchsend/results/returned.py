"""A results workbook as a person gives it back: sorted, filtered, shortened, renamed, re-saved, or as a text file."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from batchsend.contacts.contact import Cell, display, is_empty
from batchsend.contacts.file_kind import open_table, sheet_names
from batchsend.contacts.headers import fold
from batchsend.contacts.source import ReadOptions, Table
from batchsend.errors import InputRefused
from batchsend.results.kinds import RESULTS, SKIPPED, TO_FIX, UNKNOWN, VERDICT
from batchsend.results.row import SEND_COLUMNS
from batchsend.results.workbook import IDENTITY, SCHEMA

_ROW = "send_row"
_RUN = "send_run"
_OURS = frozenset({*SEND_COLUMNS, VERDICT})
_WITHIN = 50
_TITLES = (RESULTS.title, TO_FIX.title, UNKNOWN.title, SKIPPED.title)


@dataclass(frozen=True, slots=True)
class ReturnedRow:
    """place: its row in the sheet as it is now. row: its number in the list, None when it has none that can be read.

    cells, shown: see contacts.Row.
    """

    place: int
    row: int | None
    run: str
    cells: tuple[Cell, ...]
    shown: Mapping[int, str]
    hidden: bool

    def cell(self, column: int | None) -> Cell:
        return self.cells[column] if column is not None and column < len(self.cells) else None


@dataclass(frozen=True, slots=True)
class ReturnedSheet:
    """kind: the title of the sheet of ours that it is. headers: of all its columns. ours: position of our columns by
    name; where a name stands twice the list itself had it, and the last is ours.
    """

    title: str
    kind: str
    headers: tuple[str, ...]
    ours: Mapping[str, int]
    header_row: int
    table: Table = field(repr=False)

    def rows(self) -> Iterator[ReturnedRow]:
        place, run = self.ours[_ROW], self.ours.get(_RUN)
        for row in self.table.rows():
            if row.number <= self.header_row or all(map(is_empty, row.cells)):
                continue
            cells = row.cells
            number = _number(cells[place] if place < len(cells) else None)
            name = display(cells[run]) if run is not None and run < len(cells) else ""
            yield ReturnedRow(row.number, number, name, cells, row.shown, row.hidden)


@dataclass(frozen=True, slots=True)
class Returned:
    """identity: what the hidden sheet says, empty when it is gone."""

    path: Path
    identity: Mapping[str, str]
    sheets: tuple[ReturnedSheet, ...]

    def of_kind(self, *titles: str) -> list[ReturnedSheet]:
        return [sheet for sheet in self.sheets if sheet.kind in titles]

    def run_names(self) -> set[str]:
        """The runs that its rows or its hidden sheet name."""
        named = {row.run for sheet in self.sheets for row in sheet.rows() if row.run}
        return named or ({self.identity["run"]} if self.identity.get("run") else set())


def open_returned(path: Path) -> Returned:
    """Raises InputRefused for a file that is no results workbook, or part of one, any more."""
    names = sheet_names(path)
    found = (_sheet(path, name) for name in names if name != IDENTITY) if names else iter([_sheet(path, None)])
    sheets = tuple(sheet for sheet in found if sheet is not None)
    if not sheets:
        what = "no sheet" if names else "it"
        raise InputRefused(
            f"{path.name} is not a results workbook any more: {what} has {'a' if names else 'no'} column {_ROW}.",
            "That column says which row is which. Take the sheet Results or To fix of the workbook again (a text file "
            "holds one sheet only), or write it anew: batchsend report",
        )
    return Returned(path, _identity(path, names), sheets)


def _sheet(path: Path, name: str | None) -> ReturnedSheet | None:
    table = open_table(path, ReadOptions(sheet=name))
    for row in islice((row for row in table.rows() if not all(map(is_empty, row.cells))), _WITHIN):
        headers = tuple(map(display, row.cells))
        ours = {fold(header): column for column, header in enumerate(headers) if fold(header) in _OURS}
        if _ROW in ours:
            title = name or path.name
            return ReturnedSheet(title, _kind(name or "", ours), headers, ours, row.number, table)
    return None


def _kind(title: str, ours: Mapping[str, int]) -> str:
    for kind in _TITLES:
        if re.fullmatch(rf"{re.escape(kind)}( \d+)?", title, re.IGNORECASE):
            return kind
    if VERDICT in ours:
        return UNKNOWN.title
    if "send_status" in ours:
        return RESULTS.title
    return SKIPPED.title if "send_to" in ours and "send_action" not in ours else TO_FIX.title


def _number(cell: Cell) -> int | None:
    text = display(cell)
    return int(text) if re.fullmatch(r"\d{1,7}", text) else None


def _identity(path: Path, names: tuple[str, ...]) -> dict[str, str]:
    if IDENTITY not in names:
        return {}
    rows = open_table(path, ReadOptions(sheet=IDENTITY)).rows()
    found = {display(row.cells[0]): "".join(_raw(cell) for cell in row.cells[1:]) for row in rows if row.cells}
    if int(found.get("schema") or 0) > SCHEMA:
        raise InputRefused(f"{path.name} was written by a newer batchsend.", "Install that one to read it.")
    if json.loads(found.get("dry_run") or "false"):
        raise InputRefused(
            f"{path.name} is of a dry run: nothing was sent, so there is nothing to retry.",
            "Correct the list itself, then: batchsend send",
        )
    return found


def _raw(cell: Cell) -> str:
    """Not stripped: a long text goes on in the next cell."""
    return cell if isinstance(cell, str) else display(cell)

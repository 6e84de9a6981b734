"""The row of column names: found under titles and blank rows, or named by the person."""

import re
from dataclasses import dataclass
from itertools import islice

from batchsend.contacts.contact import display, is_empty
from batchsend.contacts.headers import Role, fold, plays
from batchsend.contacts.source import ReadOptions, Row, Table
from batchsend.errors import ContactsRefused


@dataclass(frozen=True, slots=True)
class Header:
    """row: as a person counts, 0 when the list has none; its cells are then the letters of the columns."""

    row: int
    cells: tuple[str, ...]
    warnings: tuple[str, ...] = ()


_WITHIN = 50
_TITLE_ROWS = 5
_LIKE_A_PHONE = re.compile(r"[+(]?\d[\d\s()./-]{6,}")


def find_header(table: Table, options: ReadOptions) -> Header:
    """The row of column names: the one that was named, else the first with a phone column in it, else the first filled.

    Raises ContactsRefused when there is no such row, or the list seems to have no column names at all.
    """
    filled = (row for row in table.rows() if not all(map(is_empty, row.cells)))
    name = table.source.name
    if options.header_row == 0:
        first = next(filled, None)
        return Header(0, tuple(map(column_letters, range(len(first.cells) if first else 0))))
    if options.header_row is not None:
        for row in filled:
            if row.number == options.header_row:
                return _header(row, table)
        raise ContactsRefused(f"Row {options.header_row} of {name} is empty or does not exist.")
    first_rows = list(islice(filled, _WITHIN))
    if not first_rows:
        raise ContactsRefused(f"{name} has nothing in it.")
    wanted = {fold(column) for column in (*options.mapping.get(Role.PHONE, ()), *options.mapping.get(Role.ID, ()))}
    for place, row in enumerate(first_rows):
        named = any(fold(cell) in wanted for cell in row.cells)
        if named or (any(plays(Role.PHONE, cell) for cell in row.cells) and not _is_data(row, first_rows[:place])):
            return _header(row, table)
    _refuse_without_header(first_rows[0], name)
    return _header(max(first_rows[:_TITLE_ROWS], key=_filled), table)


def _is_data(row: Row, before: list[Row]) -> bool:
    """A cell that says `SMS` or `Mobile` below a header is no header: a row as full as this one stands above it."""
    return any(_filled(other) >= max(2, _filled(row)) for other in before)


def _filled(row: Row) -> int:
    return sum(not is_empty(cell) for cell in row.cells)


def _refuse_without_header(first: Row, name: str) -> None:
    for column, cell in enumerate(first.cells):
        if _LIKE_A_PHONE.fullmatch(display(cell)):
            raise ContactsRefused(
                f"{name} seems to have no row of column names: row {first.number} already holds a phone number.",
                f"Add one at the top, or call the columns A, B, C: --header-row 0 --map phone={column_letters(column)}",
            )


def _header(row: Row, table: Table) -> Header:
    """The names in a row; a merged cell names all the columns it covers."""
    cells = [display(cell) for cell in row.cells]
    for (top, left), (_, right) in table.merged:
        if top + 1 == row.number and left < len(cells):
            cells[left : right + 1] = [cells[left]] * (min(right + 1, len(cells)) - left)
    return Header(row.number, tuple(cells))


def column_letters(column: int) -> str:
    """The letters of a column, which counts from 0: 0 is A, 26 is AA."""
    letters = ""
    while column >= 0:
        column, rest = divmod(column, 26)
        letters, column = chr(65 + rest) + letters, column - 1
    return letters

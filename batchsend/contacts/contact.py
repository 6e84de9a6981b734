"""One row of the list, as it came."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from types import MappingProxyType

Cell = str | int | float | bool | datetime | date | time | timedelta | None
"""What a spreadsheet cell can hold. None and "" are both an empty cell."""


class RowProblem(StrEnum):
    """Why a row of the file is no contact to write to."""

    EXTRA_CELLS = "extra_cells"
    TOTAL = "total_row"
    MERGED = "merged_cell"
    HIDDEN = "hidden"

    @property
    def sentence(self) -> str:
        return _SENTENCES[self]

    @property
    def on_purpose(self) -> bool:
        """The person left the row out; it is not faulty."""
        return self is RowProblem.HIDDEN


_SENTENCES = {
    RowProblem.EXTRA_CELLS: "the row has more cells than there are columns, so its cells may have shifted",
    RowProblem.TOTAL: "a total or footer row, not a person",
    RowProblem.MERGED: "its phone or country cell is merged with the one above; give the row a cell of its own",
    RowProblem.HIDDEN: "the row is hidden in the spreadsheet",
}


_NOTHING: Mapping[int, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Contact:
    """row: the number a person sees beside the row in a spreadsheet (1 is the first line of the file).

    cells: one per column of the list's header, in the file's order; surplus cells of a ragged row follow.
    shown: the text a person sees in a formatted cell, by its position. formats: the number format behind it, where the
    file tells it (number_formats.READERS_DATE among them).
    """

    row: int
    cells: tuple[Cell, ...]
    problem: RowProblem | None = None
    shown: Mapping[int, str] = field(default_factory=lambda: _NOTHING)
    formats: Mapping[int, str] = field(default_factory=lambda: _NOTHING)

    def text(self, column: int) -> str:
        """A cell as the person sees it in the spreadsheet."""
        return self.shown.get(column) or display(self.cells[column])


def is_empty(cell: Cell) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())


def display(cell: Cell) -> str:
    """The cell as a person reads it: 40.0 is "40", a date is ISO 8601, an empty cell is ""."""
    match cell:
        case None:
            return ""
        case str():
            return cell.strip()
        case bool():
            return "TRUE" if cell else "FALSE"
        case float() if cell.is_integer() and abs(cell) < 1e15:
            return str(int(cell))
        case float():
            return f"{cell:.15g}"  # as many digits as a spreadsheet keeps: 0.1 + 0.2 is 0.3
        case datetime() if cell.time() == time():
            return cell.date().isoformat()
        case datetime():
            return cell.isoformat(sep=" ", timespec="minutes")
        case date() | time():
            return cell.isoformat()
        case _:
            return str(cell)

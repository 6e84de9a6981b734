"""One row of the list, as it came."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

Cell = str | int | float | bool | datetime | date | time | timedelta | None
"""What a spreadsheet cell can hold. None and "" are both an empty cell."""


class RowProblem(StrEnum):
    """Why a row of the file cannot be read as a contact."""

    EXTRA_CELLS = "extra_cells"

    @property
    def sentence(self) -> str:
        return _SENTENCES[self]


_SENTENCES = {
    RowProblem.EXTRA_CELLS: "the row has more cells than there are columns, so its cells may have shifted",
}


@dataclass(frozen=True, slots=True)
class Contact:
    """row: the number a person sees beside the row in a spreadsheet (1 is the first line of the file).

    cells: one per column of the list's header, in the file's order; surplus cells of a ragged row follow.
    """

    row: int
    cells: tuple[Cell, ...]
    problem: RowProblem | None = None


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
        case datetime() if cell.time() == time():
            return cell.date().isoformat()
        case datetime():
            return cell.isoformat(sep=" ", timespec="minutes")
        case date() | time():
            return cell.isoformat()
        case _:
            return str(cell)

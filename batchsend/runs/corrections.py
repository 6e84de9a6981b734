"""What a person changed in the rows of a run."""

from dataclasses import dataclass, field

from batchsend.contacts.contact import Cell, Contact, RowProblem, is_empty
from batchsend.runs.standing import Kept

Edits = dict[int, tuple[Cell, str | None]]
"""Column of the list -> the new cell, and the text a person sees in it when it is formatted."""


@dataclass(frozen=True, slots=True)
class Correction:
    """doubtful: cells that may be a correction, or what a program made of the old ones by saving them."""

    edits: Edits = field(default_factory=dict)
    doubtful: Edits = field(default_factory=dict)


@dataclass(slots=True)
class Corrections:
    """seen: rows that came back; hidden: those among them that nobody saw. conflicts: row -> why it is not certain what
    is meant.
    """

    seen: set[int] = field(default_factory=set)
    hidden: set[int] = field(default_factory=set)
    changed: dict[int, Correction] = field(default_factory=dict)
    conflicts: dict[int, str] = field(default_factory=dict)


def corrected_contact(kept: Kept, edits: Edits, width: int) -> Contact:
    """The row with its corrections. width: columns of the list's header."""
    cells, shown, formats = list(kept.contact.cells), dict(kept.contact.shown), dict(kept.contact.formats)
    for column, (cell, seen) in edits.items():
        cells += [None] * (column + 1 - len(cells))
        if type(cell) is not type(cells[column]):
            formats.pop(column, None)
        cells[column] = cell
        shown.pop(column, None)
        if seen is not None:
            shown[column] = seen
    return Contact(kept.row, tuple(cells), _problem(kept, cells[width:], edited=bool(edits)), shown, formats)


def _problem(kept: Kept, surplus: list[Cell], *, edited: bool) -> RowProblem | None:
    """A row that is no contact stays none until that was corrected; what was hidden was meant to be."""
    if kept.code not in set(RowProblem):
        return None
    problem = RowProblem(kept.code)
    if problem is RowProblem.EXTRA_CELLS:
        return None if all(map(is_empty, surplus)) else problem
    return problem if problem is RowProblem.HIDDEN or not edited else None

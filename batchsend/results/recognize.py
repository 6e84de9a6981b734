"""Which run a file belongs to when it does not say so any more: by what its rows hold, never by their position."""

from collections.abc import Mapping, Sequence
from itertools import islice

from batchsend.contacts.contact import Cell, display, is_empty
from batchsend.results.column_match import match_columns
from batchsend.results.returned import Returned, ReturnedRow, ReturnedSheet
from batchsend.results.same_cell import Likeness, likeness
from batchsend.runs.ledger import Ledger
from batchsend.runs.run import Run
from batchsend.runs.standing import Kept

_LOOKED_AT = 100
_ENOUGH = 0.8
_MOST_CELLS = 0.5
_WITNESSES = ("send_reference", "send_text", "send_to")


def recognize(ledger: Ledger, returned: Returned) -> list[Run]:
    """The runs whose rows these may be, the newest first: nearly every row must be one of theirs."""
    samples = [(sheet, list(islice((row for row in sheet.rows() if row.row), _LOOKED_AT))) for sheet in returned.sheets]
    return [run for run in ledger.runs() if _belongs(ledger, run, samples)]


def _belongs(ledger: Ledger, run: Run, samples: Sequence[tuple[ReturnedSheet, list[ReturnedRow]]]) -> bool:
    total, agreed = 0, 0
    for sheet, rows in samples:
        kept = ledger.standing(run).kept([row.row for row in rows if row.row is not None])
        places = match_columns(run.details.headers, sheet, ()).places
        total += len(rows)
        agreed += sum(row.row in kept and _agrees(sheet, row, kept[row.row], places) for row in rows)
    return total > 0 and agreed >= _ENOUGH * total


def _agrees(sheet: ReturnedSheet, row: ReturnedRow, kept: Kept, places: Mapping[int, int]) -> bool:
    """By the words of ours that the file has left, all of them; else by most of its cells."""
    text = kept.message.text if kept.message else ""
    ours: dict[str, Cell] = {"send_reference": kept.reference, "send_text": text, "send_to": kept.number}
    said = {name: row.cell(sheet.ours.get(name)) for name in _WITNESSES}
    witnesses = [(ours[name], cell) for name, cell in said.items() if display(ours[name]) and not is_empty(cell)]
    if witnesses:
        return all(likeness(known, cell) is not Likeness.OTHER for known, cell in witnesses)
    cells = [(kept.contact.cells[old], row.cell(new)) for old, new in places.items() if old < len(kept.contact.cells)]
    filled = [pair for pair in cells if not is_empty(pair[0])]
    same = sum(likeness(sent, back) is not Likeness.OTHER for sent, back in filled)
    return bool(filled) and same >= _MOST_CELLS * len(filled)

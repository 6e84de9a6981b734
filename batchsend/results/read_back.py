"""The rows of a file that came back, held against the ledger: what was corrected, and what cannot be."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

from batchsend.contacts.contact import Cell, display, is_empty
from batchsend.contacts.contact_list import BATCH
from batchsend.results.column_match import Matched, match_columns
from batchsend.results.kinds import RESULTS, TO_FIX
from batchsend.results.returned import Returned, ReturnedRow, ReturnedSheet
from batchsend.results.same_cell import Likeness, likeness, without_guard
from batchsend.runs.corrections import Correction, Corrections, Edits
from batchsend.runs.standing import Kept, Standing
from batchsend.runs.status import Status

_SAMPLE = 200


@dataclass(frozen=True, slots=True)
class Retyped:
    """A status cell that is not what the ledger says."""

    row: int
    said: str
    stands: Status


@dataclass(frozen=True, slots=True)
class Stranger:
    """A row of a sheet that is none of the run's. place: its row in the sheet."""

    sheet: str
    place: int
    why: str


@dataclass(slots=True)
class ReadBack:
    """columns: by sheet, what became of the list's columns."""

    corrections: Corrections = field(default_factory=Corrections)
    retyped: list[Retyped] = field(default_factory=list)
    strangers: list[Stranger] = field(default_factory=list)
    columns: dict[str, Matched] = field(default_factory=dict)


class Reader:
    """headers: of the list, those of surplus cells among them. named: columns a person gave a new name for."""

    def __init__(
        self, run: str, headers: Sequence[str], standing: Standing, named: Mapping[int, str] | None = None
    ) -> None:
        self._run = run
        self._headers = headers
        self._standing = standing
        self._named = named or {}
        self._found = ReadBack()
        self._visible: set[int] = set()

    def read(self, returned: Returned) -> ReadBack:
        """Corrections from the sheets Results and To fix. Raises UsageError for a name of `named` that is not there."""
        for sheet in returned.of_kind(RESULTS.title, TO_FIX.title):
            self._read_sheet(sheet)
        self._found.corrections.hidden -= self._visible
        return self._found

    def _read_sheet(self, sheet: ReturnedSheet) -> None:
        first = list(islice(sheet.rows(), _SAMPLE))
        kept = self._standing.kept({row.row for row in first if row.row is not None})
        pairs = [(kept[row.row].contact.cells, row.cells) for row in first if row.row in kept]
        matched = match_columns(self._headers, sheet, pairs, self._named)
        self._found.columns[sheet.title] = matched
        for batch in _batches(sheet.rows()):
            self._read_batch(sheet, matched, batch)

    def _read_batch(self, sheet: ReturnedSheet, matched: Matched, batch: list[ReturnedRow]) -> None:
        numbers = {row.row for row in batch if row.row is not None}
        kept, states = self._standing.kept(numbers), self._standing.earlier_states(numbers)
        cells = self._standing.earlier_cells(numbers)
        for row in batch:
            if row.row is None or (row.run and row.run != self._run) or row.row not in kept:
                self._found.strangers.append(Stranger(sheet.title, row.place, self._why_strange(row)))
                continue
            stands = kept[row.row]
            self._see(row.row, hidden=row.hidden)
            earlier = states.get(row.row, set())
            if sheet.kind == RESULTS.title:
                self._compare_status(sheet, row, stands, {status for status, _ in earlier})
            if trouble := self._misplaced(sheet, row, stands, {number for _, number in earlier}):
                self._found.corrections.conflicts.setdefault(row.row, trouble)
            self._merge(row.row, _correction(row, stands, matched, cells.get(row.row, [])))

    def _why_strange(self, row: ReturnedRow) -> str:
        if row.row is None:
            return "it has no number in send_row: it was added"
        if row.run and row.run != self._run:
            return f"it is of run {row.run}"
        return f"the run has no row {row.row}"

    def _see(self, row: int, *, hidden: bool) -> None:
        corrections = self._found.corrections
        corrections.seen.add(row)
        (corrections.hidden if hidden else self._visible).add(row)

    def _compare_status(self, sheet: ReturnedSheet, row: ReturnedRow, kept: Kept, earlier: set[Status]) -> None:
        said = display(row.cell(sheet.ours.get("send_status")))
        usual = Status.NOT_SENT if kept.status is Status.PLANNED else kept.status
        if said and said.casefold().replace(" ", "_") not in {usual, *earlier}:
            self._found.retyped.append(Retyped(kept.row, said, usual))

    def _misplaced(self, sheet: ReturnedSheet, row: ReturnedRow, kept: Kept, earlier: set[str]) -> str:
        """What is wrong when the number that the workbook names for the row is not its own; "" when nothing is."""
        back = row.cell(sheet.ours.get("send_to"))
        if is_empty(back) or kept.status is Status.ACCEPTED:
            return ""
        if any(likeness(number, back) is not Likeness.OTHER for number in {kept.number, *earlier} if number):
            return ""
        return (
            f"send_to says {display(back)}, which is not this row's number: correct the phone column instead, or take "
            "the workbook again if only a part of its columns was sorted"
        )

    def _merge(self, row: int, correction: Correction) -> None:
        corrections = self._found.corrections
        if not correction.edits and not correction.doubtful:
            return
        had = corrections.changed.setdefault(row, Correction())
        for column, edit in correction.edits.items():
            other = had.edits.setdefault(column, edit)
            if likeness(other[0], edit[0]) is Likeness.OTHER:
                where = self._headers[column] or "a cell"
                both = f"{_quoted(other[0])} and {_quoted(edit[0])}"
                corrections.conflicts[row] = f"{where} was corrected in two ways: {both}"
        for column, edit in correction.doubtful.items():
            had.doubtful.setdefault(column, edit)


def _correction(row: ReturnedRow, kept: Kept, matched: Matched, earlier: list[tuple[Cell, ...]]) -> Correction:
    edits: Edits = {}
    doubtful: Edits = {}
    for old, new in matched.places.items():
        back = without_guard(row.cell(new))
        like = likeness(_at(kept.contact.cells, old), back)
        if like is Likeness.SAME:
            continue
        if any(likeness(_at(cells, old), back) is not Likeness.OTHER for cells in earlier):
            continue  # the file is older than a correction
        (edits if like is Likeness.OTHER else doubtful)[old] = back, row.shown.get(new)
    return Correction(edits, doubtful)


def _at(cells: Sequence[Cell], column: int) -> Cell:
    return cells[column] if column < len(cells) else None


def _quoted(cell: Cell) -> str:
    return repr(display(cell)) if not is_empty(cell) else "nothing"


def _batches(rows: Iterator[ReturnedRow]) -> Iterator[list[ReturnedRow]]:
    while batch := list(islice(rows, BATCH)):
        yield batch

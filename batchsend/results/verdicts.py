"""What a person says became of the unknown rows, from a sheet with the column `verdict`."""

from dataclasses import dataclass, field

from batchsend.contacts.contact import display, is_empty
from batchsend.results.kinds import VERDICT
from batchsend.results.returned import Returned, ReturnedRow, ReturnedSheet
from batchsend.results.same_cell import Likeness, likeness
from batchsend.results.sheets import VERDICTS
from batchsend.runs.run import Outcome
from batchsend.runs.standing import Kept, Standing
from batchsend.runs.status import Status

_DELIVERED, _NOT_DELIVERED = VERDICTS
_MEANS = {
    _DELIVERED: (Status.ACCEPTED, "a person says it was delivered"),
    _NOT_DELIVERED: (Status.NOT_SENT, "a person says it was not delivered"),
}
CODE = "verdict"


@dataclass(slots=True)
class Verdicts:
    """outcomes: of rows that are unknown. ignored: rows and why their verdict is not taken."""

    outcomes: dict[int, Outcome] = field(default_factory=dict)
    ignored: list[tuple[int, str]] = field(default_factory=list)


def read_verdicts(run: str, returned: Returned, standing: Standing) -> Verdicts:
    found = Verdicts()
    said: dict[int, str] = {}
    for sheet in returned.sheets:
        if VERDICT not in sheet.ours:
            continue
        filled = [row for row in sheet.rows() if not is_empty(row.cell(sheet.ours[VERDICT]))]
        kept = standing.kept({row.row for row in filled if row.row is not None})
        for row in filled:
            _take(found, said, run, sheet, row, kept)
    return found


def _take(
    found: Verdicts, said: dict[int, str], run: str, sheet: ReturnedSheet, row: ReturnedRow, kept: dict[int, Kept]
) -> None:
    word = " ".join(display(row.cell(sheet.ours[VERDICT])).casefold().replace("_", " ").split())
    stands = kept.get(row.row) if row.row is not None else None
    if stands is None or (row.run and row.run != run):
        found.ignored.append((row.row or row.place, "it is no row of this run"))
    elif stands.status is not Status.UNKNOWN:
        found.ignored.append((stands.row, f"it is {_shown(stands.status)}, not unknown any more"))
    elif _is_misplaced(sheet, row, stands):
        found.ignored.append((stands.row, "its send_to is another row's: was only a part of the columns sorted?"))
    elif word not in _MEANS:
        found.ignored.append((stands.row, f"{word!r} is neither {_DELIVERED!r} nor {_NOT_DELIVERED!r}"))
    elif said.setdefault(stands.row, word) != word:
        found.outcomes.pop(stands.row, None)
        found.ignored.append((stands.row, "two verdicts that differ"))
    elif not any(number == stands.row for number, _ in found.ignored):
        status, reason = _MEANS[word]
        found.outcomes[stands.row] = Outcome(stands.row, status, CODE, reason, stands.reference)


def _is_misplaced(sheet: ReturnedSheet, row: ReturnedRow, kept: Kept) -> bool:
    back = row.cell(sheet.ours.get("send_to"))
    return not is_empty(back) and likeness(kept.number, back) is Likeness.OTHER


def _shown(status: Status) -> Status:
    return Status.NOT_SENT if status is Status.PLANNED else status

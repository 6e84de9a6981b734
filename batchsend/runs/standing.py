"""How the rows of a run stand, and how they stood before: what a retry looks at."""

import sqlite3
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from batchsend.contacts.contact import Cell, Contact
from batchsend.messages.message import Message
from batchsend.messages.sizes import Encoding, Size
from batchsend.runs.cell_json import load, load_cells, load_shown
from batchsend.runs.run import Run
from batchsend.runs.status import Status

_CLAIMED = "claimed"
_MOST = 500
_KEPT = """
    SELECT row, status, cells, shown, code, reason, number, country, name, text, characters, credits, parts, encoding,
           copy, note, attempts, reference, http_status, changed_at, claimed_at, revision
    FROM rows WHERE run = ?
"""


@dataclass(frozen=True, slots=True)
class Kept:
    """A row as the ledger has it. status: NOT_SENT is a row that was held back; a claim is UNKNOWN. message: what it
    was meant to get, None for a row that gets none. revision: how often its message was corrected.
    """

    contact: Contact
    status: Status
    code: str
    reason: str
    number: str
    message: Message | None
    attempts: int
    reference: str
    http_status: int | None
    changed_at: datetime | None
    claimed_at: datetime | None
    revision: int

    @property
    def row(self) -> int:
        return self.contact.row


@dataclass(frozen=True, slots=True)
class Past:
    """What became of a row at one attempt. attempt: 0 when nothing was tried."""

    row: int
    attempt: int
    status: Status
    code: str
    reason: str
    number: str
    text: str
    credits: int
    parts: int
    reference: str
    changed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Holder:
    """A row of the run that a number belongs to. past: the row has moved on, but its message may have got there."""

    row: int
    status: Status
    copy: int
    past: bool = False


class Standing:
    """Reads only."""

    def __init__(self, connection: sqlite3.Connection, run: Run) -> None:
        self._db = connection
        self._run = run.id

    def kept(self, rows: Collection[int]) -> dict[int, Kept]:
        """These rows, as far as the run has them."""
        found: dict[int, Kept] = {}
        for some in _batched(rows):
            where = f" AND row IN ({','.join('?' * len(some))})"
            found |= {kept.row: kept for kept in map(_kept, self._db.execute(_KEPT + where, (self._run, *some)))}
        return found

    def batches(self, size: int) -> Iterator[list[Kept]]:
        """All rows in the order of the list."""
        last = -1
        while True:
            query = _KEPT + " AND row > ? ORDER BY row LIMIT ?"
            batch = list(map(_kept, self._db.execute(query, (self._run, last, size))))
            if not batch:
                return
            last = batch[-1].row
            yield batch

    def earlier_cells(self, rows: Collection[int]) -> dict[int, list[tuple[Cell, ...]]]:
        """The cells that rows had before they were corrected."""
        found: dict[int, list[tuple[Cell, ...]]] = {}
        for some in _batched(rows):
            query = f"SELECT row, cells FROM history WHERE run = ? AND row IN ({','.join('?' * len(some))})"  # noqa: S608
            for row, cells in self._db.execute(query, (self._run, *some)):
                found.setdefault(row, []).append(load_cells(cells))
        return found

    def earlier_states(self, rows: Collection[int]) -> dict[int, set[tuple[Status, str]]]:
        """The statuses and numbers that rows had before."""
        found: dict[int, set[tuple[Status, str]]] = {}
        for some in _batched(rows):
            query = f"SELECT row, status, number FROM history WHERE run = ? AND row IN ({','.join('?' * len(some))})"  # noqa: S608
            for row, status, number in self._db.execute(query, (self._run, *some)):
                found.setdefault(row, set()).add((Status(status), number))
        return found

    def holders(self, numbers: Collection[str]) -> dict[str, list[Holder]]:
        """Whose a number is in this run: rows with a message to it, and rows that may have sent one there before."""
        found: dict[str, list[Holder]] = {}
        for some in _batched(numbers):
            within = f"number IN ({','.join('?' * len(some))})"
            query = f"""
                SELECT number, row, status, copy, 0 FROM rows WHERE run = ? AND copy IS NOT NULL AND {within}
                UNION ALL
                SELECT number, row, status, 0, 1 FROM history WHERE run = ? AND status = ? AND NOT settled AND {within}
            """  # noqa: S608 - marks only
            rows = self._db.execute(query, (self._run, *some, self._run, Status.UNKNOWN, *some))
            for number, row, status, copy, past in rows:
                found.setdefault(number, []).append(Holder(row, _status(status), copy, bool(past)))
        return found

    def history(self) -> Iterator[Past]:
        """All attempts of the rows that have more than one outcome, the newest last, in the order of the list."""
        query = """
            SELECT row, attempt, status, code, reason, number, text, credits, parts, reference, changed_at, id
            FROM history WHERE run = :run
            UNION ALL
            SELECT row, attempts, CASE status WHEN 'planned' THEN 'not_sent' ELSE status END, code, reason, number,
                   text, CASE WHEN copy IS NULL THEN 0 ELSE credits END, parts, reference, changed_at, 1 << 62
            FROM rows WHERE run = :run AND row IN (SELECT row FROM history WHERE run = :run)
            ORDER BY row, id
        """
        for row, attempt, status, *plain, changed, _ in self._db.execute(query, {"run": self._run}):
            values: list[Any] = [row, attempt, _status(status), *plain, _moment(changed)]
            yield Past(*values)

    def unsettled(self) -> dict[int, tuple[int, int]]:
        """Credits and parts of earlier messages that may have gone out, by row."""
        query = """
            SELECT row, sum(credits), sum(parts) FROM history WHERE run = ? AND status = ? AND NOT settled GROUP BY row
        """
        found = self._db.execute(query, (self._run, Status.UNKNOWN))
        return {row: (credits_, parts) for row, credits_, parts in found}

    def unknown(self) -> list[Kept]:
        """The rows of which it is not known whether their message went out, in the order of the list."""
        query = _KEPT + " AND status IN (?, ?) ORDER BY row"
        return list(map(_kept, self._db.execute(query, (self._run, Status.UNKNOWN, _CLAIMED))))

    def references(self) -> set[str]:
        """What the gateway called the messages whose outcome is known."""
        query = "SELECT reference FROM rows WHERE run = ? AND reference != '' AND status != ?"
        return {reference for (reference,) in self._db.execute(query, (self._run, Status.UNKNOWN))}

    def suppressed(self) -> dict[str, str]:
        return dict(self._db.execute("SELECT number, place FROM suppressed WHERE run = ?", (self._run,)))


def _status(status: str) -> Status:
    return Status.UNKNOWN if status == _CLAIMED else Status(status)


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _kept(columns: Sequence[Any]) -> Kept:
    (row, status, cells, shown, code, reason, number, country, name, text, characters, credits_, parts, encoding,
     copy, note, attempts, reference, http_status, changed, claimed, revision) = columns  # fmt: skip
    message = None
    if copy is not None:
        size = Size(characters, credits_, parts, Encoding(encoding))
        message = Message(row, number, country, text, size, name, copy, note)
    values, formats = load(cells)
    contact = Contact(row, values, shown=load_shown(shown), formats=formats)
    times = _moment(changed), _moment(claimed)
    return Kept(
        contact, _status(status), code, reason, number, message, attempts, reference, http_status, *times, revision
    )


def _batched(items: Collection[Any]) -> Iterator[tuple[Any, ...]]:
    rest = iter(items)
    while some := tuple(islice(rest, _MOST)):
        yield some

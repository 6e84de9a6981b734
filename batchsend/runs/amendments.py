"""What a person changes about a run that was sent: rows corrected or planned again, rows held back, verdicts.

A settled row keeps what became of it before: each change puts its old outcome into the history, in the transaction of
the change. What the gateway accepted is never changed here.
"""

import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from batchsend.contacts.contact import Contact
from batchsend.errors import LedgerError
from batchsend.messages.message import Message
from batchsend.messages.writing import Written
from batchsend.recipients.recipient import Rejection
from batchsend.runs.cell_json import dump_cells, dump_shown
from batchsend.runs.plan import status_of
from batchsend.runs.run import Outcome, Run
from batchsend.runs.status import Status
from batchsend.runs.transaction import transaction

_REMEMBER = """
    INSERT INTO history (run, row, attempt, status, code, reason, cells, number, text, credits, parts, reference,
                         http_status, changed_at, revision, settled)
    SELECT run, row, attempts, CASE status WHEN 'planned' THEN 'not_sent' ELSE status END, code, reason, cells, number,
           text, CASE WHEN copy IS NULL THEN 0 ELSE credits END, parts, reference, http_status, changed_at, revision, ?
    FROM rows WHERE run = ? AND row = ? AND status NOT IN ('accepted', 'claimed')
"""
_ENTER = """
    INSERT INTO rows (run, row, status, code, reason, cells, number, country, name, text, characters, credits, parts,
                      encoding, copy, note, attempts, reference, http_status, changed_at)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
HELD_BACK = "held_back"
_HELD_BACK_REASON = "left out of a retry: the row was not in the workbook that came back"


@dataclass(frozen=True, slots=True)
class Entry:
    """A row as a workbook tells of it. number: E.164, where it gets no message. at: UTC."""

    contact: Contact
    outcome: Outcome
    message: Message | None
    number: str
    attempts: int
    at: datetime | None


class Amendments:
    """Every method that changes something is one durable transaction."""

    def __init__(self, connection: sqlite3.Connection, run: Run, now: Callable[[], datetime]) -> None:
        self._db = connection
        self._run = run.id
        self._now = now

    def amend(self, corrected: Iterable[Written], again: Iterable[int], held_back: Iterable[int]) -> None:
        """A retry is decided. corrected: rows with their new cells and what they come to; again: rows to be planned as
        they are; held_back: planned rows that must not be sent now.

        Raises LedgerError, and changes nothing, when a row has been accepted or is on its way.
        """
        with transaction(self._db):
            corrected, again = list(corrected), list(again)
            self._remember([*(contact.row for contact, _ in corrected), *again])
            rows = [(self._run, contact.row) for contact, _ in corrected]
            self._db.executemany("UPDATE rows SET copy = NULL WHERE run = ? AND row = ?", rows)
            for contact, item in corrected:
                self._correct(contact, item)
            self._db.executemany(
                "UPDATE rows SET status = ?, code = '', reason = '', reference = '', http_status = NULL "
                "WHERE run = ? AND row = ?",
                [(Status.PLANNED, self._run, row) for row in again],
            )
            self._db.executemany(
                "UPDATE rows SET status = ?, code = ?, reason = ? WHERE run = ? AND row = ? AND status = ?",
                [
                    (Status.NOT_SENT, HELD_BACK, _HELD_BACK_REASON, self._run, row, Status.PLANNED)
                    for row in held_back
                ],
            )  # fmt: skip

    def settle(self, verdicts: Iterable[Outcome]) -> int:
        """Unknown rows of which it is proven, or said by a person, what became of them; NOT_SENT: to be sent again.

        A row that is no longer unknown is passed over. Returns how many were settled.
        """
        settled = 0
        with transaction(self._db):
            for verdict in verdicts:
                where = (self._run, verdict.row, Status.UNKNOWN)
                is_unknown = "SELECT 1 FROM rows WHERE run = ? AND row = ? AND status = ?"
                if self._db.execute(is_unknown, where).fetchone() is None:
                    continue
                self._remember([verdict.row], settled=True)
                status = Status.PLANNED if verdict.status is Status.NOT_SENT else verdict.status
                self._db.execute(
                    "UPDATE rows SET status = ?, code = ?, reason = ?, reference = ?, http_status = ?, changed_at = ? "
                    "WHERE run = ? AND row = ? AND status = ?",
                    (
                        status,
                        verdict.code,
                        verdict.reason,
                        verdict.reference,
                        verdict.http_status,
                        self._stamp(),
                        *where,
                    ),
                )
                settled += 1
        return settled

    def suppress(self, numbers: Mapping[str, str]) -> None:
        """Notes who had opted out: E.164 -> where that stands."""
        entries = [(self._run, number, place) for number, place in numbers.items()]
        with transaction(self._db):
            self._db.executemany("INSERT OR IGNORE INTO suppressed (run, number, place) VALUES (?, ?, ?)", entries)

    def enter(self, entries: Iterable[Entry]) -> None:
        """Rows of a run that was sent from another ledger."""
        with transaction(self._db):
            self._db.executemany(_ENTER, [self._entered(entry) for entry in entries])

    def _entered(self, entry: Entry) -> tuple[Any, ...]:
        contact, outcome, message = entry.contact, entry.outcome, entry.message
        stands = Status.PLANNED if outcome.status is Status.NOT_SENT else outcome.status
        size = message.size if message else None
        return (
            self._run, contact.row, stands, outcome.code, outcome.reason, dump_cells(contact.cells, contact.formats),
            message.to if message else entry.number, message.region if message else "", message.name if message else "",
            message.text if message else "", size.characters if size else 0, size.credits if size else 0,
            size.parts if size else 0, size.encoding if size else "", message.copy if message else None,
            message.note if message else "", entry.attempts, outcome.reference, outcome.http_status,
            entry.at.isoformat() if entry.at else None,
        )  # fmt: skip

    def _remember(self, rows: Sequence[int], *, settled: bool = False) -> None:
        done = self._db.executemany(_REMEMBER, [(settled, self._run, row) for row in rows]).rowcount if rows else 0
        if done != len(rows):
            raise LedgerError(
                f"{len(rows) - done} rows were sent by another process in the meantime: nothing was changed.",
                "Give the command again; it looks anew.",
            )

    def _correct(self, contact: Contact, item: Message | Rejection) -> None:
        cells, shown = dump_cells(contact.cells, contact.formats), dump_shown(contact.shown)
        values: tuple[Any, ...]
        if isinstance(item, Message):
            size = item.size
            values = (
                Status.PLANNED, "", "", cells, shown, item.to, item.region, item.name, item.text, size.characters,
                size.credits, size.parts, size.encoding, item.copy, item.note,
            )  # fmt: skip
        else:
            values = (
                status_of(item), item.code, item.reason, cells, shown, item.to, item.region, "", "", 0, 0, 0, "",
                None, "",
            )  # fmt: skip
        self._db.execute(
            """
            UPDATE rows SET status = ?, code = ?, reason = ?, cells = ?, shown = ?, number = ?, country = ?, name = ?,
                            text = ?, characters = ?, credits = ?, parts = ?, encoding = ?, copy = ?, note = ?,
                            reference = '', http_status = NULL, revision = revision + 1
            WHERE run = ? AND row = ?
            """,
            (*values, self._run, contact.row),
        )

    def _stamp(self) -> str:
        return self._now().isoformat(timespec="milliseconds")

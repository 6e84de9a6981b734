"""The rows of one run in the ledger: planned -> claimed -> an outcome. The order claim, send, record is the promise."""

import sqlite3
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import datetime
from typing import Any

from batchsend.errors import LedgerError
from batchsend.messages.message import Message
from batchsend.messages.sizes import Encoding, Size
from batchsend.messages.writing import Written
from batchsend.runs.cell_json import dump_cells, dump_shown, load
from batchsend.runs.message_keys import key_of
from batchsend.runs.opt_outs import OptOuts
from batchsend.runs.pace_book import PaceBook
from batchsend.runs.plan import status_of
from batchsend.runs.run import Claim, LedgerRow, Outcome, Run
from batchsend.runs.status import Status
from batchsend.runs.transaction import transaction

_CLAIMED = "claimed"
_ABANDONED = "abandoned"
_SETTLE = """
    UPDATE rows SET status = ?, code = ?, reason = ?, reference = ?, http_status = ?, changed_at = ?
    WHERE run = ? AND row = ?
"""
_INSERT = """
    INSERT INTO rows (run, row, status, code, reason, cells, number, country, name, text,
                      characters, credits, parts, encoding, copy, note, shown)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
_MESSAGE = (
    "SELECT row, number, country, text, characters, credits, parts, encoding, name, copy, note, attempts, "
    "revision FROM rows "
)
_ROW = """
    SELECT row, cells, status, code, reason, number, country, text, characters, credits, parts, encoding,
           attempts, reference, http_status, note, changed_at
    FROM rows WHERE run = ? ORDER BY row
"""


class Book:
    """One run's rows, and the pace of its account. Every method that changes something is one durable transaction.

    All of them raise LedgerUnwritable when the disk fails.
    """

    def __init__(self, connection: sqlite3.Connection, run: Run, now: Callable[[], datetime]) -> None:
        self._db = connection
        self._run = run.id
        self._secret = bytes.fromhex(run.secret)
        self.pace = PaceBook(connection, run.details.provider, run.details.account, now)
        self._now = now

    def add(self, batch: Iterable[Written]) -> None:
        """Enters rows of the plan, in the order of the list."""
        with transaction(self._db):
            self._db.executemany(_INSERT, list(map(self._entry, batch)))

    def claim_next(self, limit: int, after: int) -> list[Claim]:
        """Claims up to `limit` planned messages whose row is greater than `after`, in the order of the list."""
        where = "WHERE run = ? AND status = ? AND row > ? ORDER BY row LIMIT ?"
        with transaction(self._db):
            return self._claim(self._db.execute(_MESSAGE + where, (self._run, Status.PLANNED, after, limit)))

    def claim_rows(self, rows: Collection[int]) -> list[Claim]:
        """Claims the messages of these rows, as far as they are planned and nobody opted out since the last try."""
        where = f"WHERE run = ? AND status = ? AND row IN ({','.join('?' * len(rows))}) ORDER BY row"
        with transaction(self._db):
            OptOuts(self._db, self._now).apply_to(self._run, rows)
            return self._claim(self._db.execute(_MESSAGE + where, (self._run, Status.PLANNED, *rows)))

    def record(self, outcomes: Collection[Outcome]) -> None:
        """Settles claims. A claim that was not sent goes back to planned: it may be claimed again.

        It may be said twice: after a failure nobody knows what reached the disk. Raises LedgerError, after recording
        the others, when a row is no claim any more and has another outcome.
        """
        entries = [(*self._settled(outcome), self._run, outcome.row, _CLAIMED) for outcome in outcomes]
        with transaction(self._db):
            settled = self._db.executemany(_SETTLE + "AND status = ?", entries).rowcount
        if settled != len(entries) and (others := [entry for entry in entries if not self._stands(*entry)]):
            raise LedgerError(
                f"{len(others)} messages were settled by somebody else while they were on their way: "
                "another process works on this run."
            )

    def record_late(self, outcomes: Collection[Outcome]) -> int:
        """Settles claims of which it is learnt afterwards what became of them. Returns how many it was news of."""
        entries = [
            (*self._settled(outcome), self._run, outcome.row, outcome.attempt, _CLAIMED, Status.UNKNOWN, _ABANDONED)
            for outcome in outcomes
        ]
        where = "AND attempts = ? AND (status = ? OR status = ? AND code = ?)"
        with transaction(self._db):
            return self._db.executemany(_SETTLE + where, entries).rowcount

    def release(self, but: Collection[int]) -> None:
        """Claims that never left, for whoever holds the run and knows the others (`but`): planned again."""
        with transaction(self._db):
            claimed = self._db.execute("SELECT row FROM rows WHERE run = ? AND status = ?", (self._run, _CLAIMED))
            self._db.executemany(
                "UPDATE rows SET status = ?, attempts = attempts - 1 WHERE run = ? AND row = ?",
                [(Status.PLANNED, self._run, row) for (row,) in claimed.fetchall() if row not in but],
            )

    def settle_abandoned(self) -> int:
        """Makes every claim without an outcome `unknown`; for a run whose process is gone. Returns how many."""
        with transaction(self._db):
            return self._db.execute(
                "UPDATE rows SET status = ?, code = ?, reason = ?, changed_at = ? WHERE run = ? AND status = ?",
                (Status.UNKNOWN, _ABANDONED, "the program ended while this message was on its way", self._stamp(),
                 self._run, _CLAIMED),
            ).rowcount  # fmt: skip

    def counts(self) -> Counter[Status]:
        """Rows by status; a claim counts as unknown, which is what it is until its outcome is known."""
        query = (
            "SELECT status, count(*) FROM rows WHERE run = ? GROUP BY status "
            "UNION ALL SELECT status, rows FROM purged WHERE run = ?"
        )
        found = self._db.execute(query, (self._run, self._run))
        counts: Counter[Status] = Counter()
        for status, count in found:
            counts[_status(status)] += count
        return counts

    def credits(self, status: Status) -> int:
        query = (
            "SELECT (SELECT coalesce(sum(credits), 0) FROM rows WHERE run = :run AND status = :status)"
            " + (SELECT coalesce(sum(credits), 0) FROM purged WHERE run = :run AND status = :status)"
        )
        (total,) = self._db.execute(query, {"run": self._run, "status": status}).fetchone()
        return int(total)

    def widest(self) -> int:
        """Cells in the widest row."""
        query = "SELECT coalesce(max(json_array_length(cells)), 0) FROM rows WHERE run = ?"
        (width,) = self._db.execute(query, (self._run,)).fetchone()
        return int(width)

    def rows(self) -> Iterator[LedgerRow]:
        """All rows in the order of the list, streamed."""
        for row in self._db.execute(_ROW, (self._run,)):
            yield _ledger_row(*row)

    def _entry(self, written: Written) -> tuple[Any, ...]:
        contact, item = written
        row, kept = contact.row, dump_cells(contact.cells, contact.formats)
        if isinstance(item, Message):
            size = item.size
            return (
                self._run, row, Status.PLANNED, "", "", kept, item.to, item.region, item.name, item.text,
                size.characters, size.credits, size.parts, size.encoding, item.copy, item.note,
                dump_shown(contact.shown),
            )  # fmt: skip
        return (
            self._run, row, status_of(item), item.code, item.reason, kept, item.to, item.region, "", "",
            0, 0, 0, "", None, "", dump_shown(contact.shown),
        )  # fmt: skip

    def _settled(self, outcome: Outcome) -> tuple[Any, ...]:
        status = Status.PLANNED if outcome.status is Status.NOT_SENT else outcome.status
        return status, outcome.code, outcome.reason, outcome.reference, outcome.http_status, self._stamp()

    def _stands(self, status: Status, code: str, reason: str, reference: str, *rest: Any) -> bool:
        """Whether a row already has this outcome."""
        *_, row, _ = rest
        query = "SELECT status, code, reason, reference FROM rows WHERE run = ? AND row = ?"
        found = self._db.execute(query, (self._run, row)).fetchone()
        return bool(found == (status, code, reason, reference))

    def _claim(self, found: Iterable[tuple[Any, ...]]) -> list[Claim]:
        claims = [self._claimed(*columns) for columns in found]
        self._db.executemany(
            "UPDATE rows SET status = ?1, attempts = attempts + 1, changed_at = ?2, claimed_at = ?2 "
            "WHERE run = ?3 AND row = ?4",
            [(_CLAIMED, self._stamp(), self._run, claim.message.row) for claim in claims],
        )
        return claims

    def _claimed(
        self, row: int, to: str, region: str, text: str, characters: int, credits_: int, parts: int, encoding: str,
        name: str, copy: int, note: str, attempts: int, revision: int,
    ) -> Claim:  # fmt: skip
        size = Size(characters, credits_, parts, Encoding(encoding))
        return Claim(Message(row, to, region, text, size, name, copy, note, key=self.key(row, revision)), attempts + 1)

    def key(self, row: int, revision: int = 0) -> str:
        """What names the message of a row towards its provider: 32 hex digits, see Message."""
        return key_of(self._secret, row, revision)

    def _stamp(self) -> str:
        return self._now().isoformat(timespec="milliseconds")


def _status(status: str) -> Status:
    return Status.UNKNOWN if status == _CLAIMED else Status(status)


def _ledger_row(row: int, cells: str, status: str, *columns: Any) -> LedgerRow:
    *plain, changed = columns
    changed_at = datetime.fromisoformat(changed) if changed else None
    values_of_cells, formats = load(cells)
    values: list[Any] = [row, values_of_cells, _status(status), status == _CLAIMED, *plain, changed_at, formats]
    return LedgerRow(*values)

"""Who got the very same text a short while ago, through another run: nobody gets it twice unless a person says so."""

import json
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from batchsend.messages.message import Message
from batchsend.runs.status import Status

SENT_RECENTLY = "sent_recently"
RECENT = timedelta(hours=24)
# what may have gone out since then, and what another process is about to send now
_GONE_OR_GOING = """
    other.copy IS NOT NULL AND NOT runs.practice AND (
        other.status IN ('accepted', 'unknown', 'claimed') AND other.changed_at >= :since
        OR other.status = 'planned' AND runs.state = 'sending'
    )
"""


_SKIP = f"""
    UPDATE rows SET status = :skipped, code = :code, copy = NULL, credits = 0, parts = 0,
        reason = 'the same text went to this number within the last 24 hours'
    WHERE run = :run AND status = 'planned' AND EXISTS (
        SELECT 1 FROM rows AS other JOIN runs ON runs.id = other.run
        WHERE other.number = rows.number AND other.text = rows.text AND other.run != rows.run AND {_GONE_OR_GOING}
    )
"""  # noqa: S608 - our own condition
_FIND = f"""
    SELECT other.number, other.text, other.changed_at, runs.name FROM rows AS other JOIN runs ON runs.id = other.run
    WHERE other.number IN (SELECT value FROM json_each(:numbers)) AND {_GONE_OR_GOING} ORDER BY other.changed_at
"""  # noqa: S608 - our own condition


class Repeats:
    """connection: a ledger's."""

    def __init__(self, connection: sqlite3.Connection, now: Callable[[], datetime]) -> None:
        self._db = connection
        self._now = now

    def of(self, messages: Sequence[Message]) -> Mapping[int, str]:
        """The messages that repeat one of another run, by row, each with the sentence that says which."""
        gone = self._gone(sorted({message.to for message in messages}))
        return {m.row: gone[m.to, m.text] for m in messages if (m.to, m.text) in gone}

    def skip(self, run: int, began: datetime | None = None) -> int:
        """Leaves out the planned messages of a run that repeat another run's. Returns how many.

        began: of a run that goes on, when it did: what other runs had sent before then was known and wanted. For use
        within a transaction.
        """
        since = max(self._since(), began.isoformat(timespec="milliseconds")) if began else self._since()
        values = {"skipped": Status.SKIPPED, "code": SENT_RECENTLY, "run": run, "since": since}
        return self._db.execute(_SKIP, values).rowcount

    def _gone(self, numbers: Sequence[str]) -> dict[tuple[str, str], str]:
        found = self._db.execute(_FIND, {"since": self._since(), "numbers": json.dumps(numbers)})
        return {(number, text): _sentence(changed_at, run) for number, text, changed_at, run in found}

    def _since(self) -> str:
        return (self._now() - RECENT).isoformat(timespec="milliseconds")


def _sentence(changed_at: str | None, run: str) -> str:
    if changed_at is None:
        return f"run {run} is sending the same text to this number right now"
    return f"the same text went to this number on {datetime.fromisoformat(changed_at):%d %b %Y, %H:%M} UTC (run {run})"

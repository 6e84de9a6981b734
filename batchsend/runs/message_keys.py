"""Which message a key names: see Message.key. Keys are made, not stored; this remembers them for who comes back."""

import hmac
import sqlite3
from itertools import islice

from batchsend.runs.run import RunState
from batchsend.runs.transaction import transaction

_BATCH = 5_000


def key_of(secret: bytes, row: int) -> str:
    """32 hex digits, the same each time, that nobody can guess who does not know the run's secret."""
    return hmac.digest(secret, str(row).encode(), "sha256").hex()[:32]


class MessageKeys:
    """Finds the message of a key, through a table that is filled run by run, once somebody asks."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def find(self, key: str) -> tuple[int, int] | None:
        """Run and row, of the runs that were learnt."""
        found: tuple[int, int] | None
        found = self._db.execute("SELECT run, row FROM message_keys WHERE key = ?", (key,)).fetchone()
        return found

    def learn(self, provider: str) -> None:
        """The runs of a provider that have begun since. About 4 seconds for a million messages, once."""
        new = self._db.execute(
            "SELECT id, secret FROM runs WHERE provider = ? AND state != ? AND practice = 0 AND secret != '' "
            "AND id NOT IN (SELECT run FROM keyed_runs)",
            (provider, RunState.DRAFT),
        ).fetchall()
        for run, secret in new:
            self._learn(run, bytes.fromhex(secret))

    def _learn(self, run: int, secret: bytes) -> None:
        rows = self._db.execute("SELECT row FROM rows WHERE run = ? AND copy IS NOT NULL", (run,))
        numbers = iter([row for (row,) in rows])
        while batch := list(islice(numbers, _BATCH)):  # in pieces: a sender may wait for its turn
            entries = [(key_of(secret, row), run, row) for row in batch]
            with transaction(self._db):
                self._db.executemany("INSERT OR IGNORE INTO message_keys (key, run, row) VALUES (?, ?, ?)", entries)
        with transaction(self._db):
            self._db.execute("INSERT OR IGNORE INTO keyed_runs (run) VALUES (?)", (run,))

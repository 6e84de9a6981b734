"""Which message a key names: see Message.key. Keys are made, not stored; this remembers them for who comes back."""

import hmac
import sqlite3
from itertools import islice

from batchsend.runs.run import RunState
from batchsend.runs.transaction import transaction

_BATCH = 5_000


def key_of(secret: bytes, row: int, revision: int = 0) -> str:
    """32 hex digits, the same each time, that nobody can guess who does not know the run's secret.

    revision: a corrected message is another one, which a gateway must not take for the one it refused.
    """
    name = f"{row}.{revision}" if revision else str(row)
    return hmac.digest(secret, name.encode(), "sha256").hex()[:32]


class MessageKeys:
    """Finds the message of a key, through a table that is filled run by run, once somebody asks."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection

    def find(self, key: str) -> tuple[int, int] | None:
        """Run and row, of the runs that were learnt."""
        found: tuple[int, int] | None
        found = self._db.execute("SELECT run, row FROM message_keys WHERE key = ?", (key,)).fetchone()
        return found

    def number(self, key: str) -> str:
        """To whom the message of a key went: the row may have been corrected since. "" when that is not known."""
        query = """
            SELECT CASE WHEN rows.revision = keys.revision THEN rows.number ELSE coalesce(
                (SELECT history.number FROM history WHERE history.run = keys.run AND history.row = keys.row
                 AND history.revision = keys.revision ORDER BY history.id LIMIT 1), '') END
            FROM message_keys AS keys JOIN rows ON rows.run = keys.run AND rows.row = keys.row WHERE keys.key = ?
        """
        found = self._db.execute(query, (key,)).fetchone()
        return str(found[0]) if found else ""

    def learn(self, provider: str) -> None:
        """The runs of a provider that have begun since. About 4 seconds for a million messages, once."""
        self._learn_corrected(provider)
        new = self._db.execute(
            "SELECT id, secret FROM runs WHERE provider = ? AND state != ? AND practice = 0 AND secret != '' "
            "AND id NOT IN (SELECT run FROM keyed_runs)",
            (provider, RunState.DRAFT),
        ).fetchall()
        for run, secret in new:
            self._learn(run, bytes.fromhex(secret))

    def _learn_corrected(self, provider: str) -> None:
        """Few, and they may come whenever somebody retries."""
        corrected = self._db.execute(
            "SELECT runs.secret, rows.run, rows.row, rows.revision FROM rows JOIN runs ON runs.id = rows.run "
            "WHERE rows.revision > 0 AND runs.provider = ? AND runs.practice = 0 AND runs.secret != ''",
            (provider,),
        ).fetchall()
        entries = [
            (key_of(bytes.fromhex(secret), row, revision), run, row, revision)
            for secret, run, row, newest in corrected
            for revision in range(newest + 1)
        ]
        with transaction(self._db):
            self._db.executemany(
                "INSERT OR IGNORE INTO message_keys (key, run, row, revision) VALUES (?, ?, ?, ?)", entries
            )

    def _learn(self, run: int, secret: bytes) -> None:
        rows = self._db.execute("SELECT row FROM rows WHERE run = ? AND copy IS NOT NULL", (run,))
        numbers = iter([row for (row,) in rows])
        while batch := list(islice(numbers, _BATCH)):  # in pieces: a sender may wait for its turn
            entries = [(key_of(secret, row), run, row) for row in batch]
            with transaction(self._db):
                self._db.executemany("INSERT OR IGNORE INTO message_keys (key, run, row) VALUES (?, ?, ?)", entries)
        with transaction(self._db):
            self._db.execute("INSERT OR IGNORE INTO keyed_runs (run) VALUES (?)", (run,))

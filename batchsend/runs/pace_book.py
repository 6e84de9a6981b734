"""How much of its pace an account has used up, for every process that sends through it on this ledger."""

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from batchsend.runs.transaction import transaction

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class PaceState:
    """full_at: when all that was used will be there again. closed_until: nothing leaves before. Microseconds of UTC."""

    full_at: int = 0
    closed_until: int = 0


class PaceBook:
    def __init__(
        self, connection: sqlite3.Connection, provider: str, account: str, now: Callable[[], datetime]
    ) -> None:
        self._db = connection
        self._key = (provider, account)
        self._now = now

    def now(self) -> int:
        """Microseconds since 1970, UTC: the one clock that processes share over a restart of the computer."""
        return (self._now() - _EPOCH) // timedelta(microseconds=1)

    def read(self) -> PaceState:
        query = "SELECT full_at, closed_until FROM pace WHERE provider = ? AND account = ?"
        found = self._db.execute(query, self._key).fetchone()
        return PaceState(*found) if found else PaceState()

    def change(self, to: Callable[[PaceState], PaceState]) -> PaceState:
        """One transaction: nobody else's change comes between what `to` is given and what it returns."""
        with transaction(self._db):
            state = to(self.read())
            self._db.execute(
                "INSERT INTO pace VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET "
                "full_at = excluded.full_at, closed_until = excluded.closed_until",
                (*self._key, state.full_at, state.closed_until),
            )
        return state

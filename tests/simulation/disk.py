"""The disk under a ledger: real SQLite on a real file, which fails, or dies with its process, where it is told to."""

import random
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from shutil import copyfile
from typing import Any
from unittest.mock import patch

_FULL = 2  # PRAGMA synchronous
_connect = sqlite3.connect
Perform = Callable[[], sqlite3.Cursor]


class Crash(SystemExit):
    """The process is gone; nothing that is still in memory may have an effect."""


class Failing(StrEnum):
    """When a statement fails, what has become of it."""

    BEFORE = "disk, before"
    ROLLED_BACK = "disk, rolled back"
    HALF = "disk, half"
    AFTER = "disk, after"
    STAYS_FULL = "disk, stays full"


@dataclass(frozen=True, slots=True)
class DiskPlan:
    """Statements count from 1. power: the crash takes with it what was never synced."""

    fail_at: int | None = None
    failing: Failing = Failing.BEFORE
    crash_at: int | None = None
    crash_after: bool = False
    power: bool = False


class Disk:
    """The disk of one process. The database is at `path`; after a crash `survivor` is what the next one finds."""

    def __init__(self, path: Path, plan: DiskPlan, chance: random.Random, survivor: Path) -> None:
        self.path = path
        self.plan = plan
        self.survivor = survivor
        self.alive = True
        self.faults: Counter[str] = Counter()
        self.level = _FULL
        self._chance = chance
        self._quiet = 0
        self._statements = 0
        self._full = False
        self._open: list[sqlite3.Connection] = []
        self._wal = Path(f"{path}-wal")
        self._marks = [self._wal_size()]

    @contextmanager
    def quiet(self) -> Iterator[None]:
        """What the simulation itself looks up does not count, and does not fail."""
        self._quiet += 1
        try:
            yield
        finally:
            self._quiet -= 1

    @contextmanager
    def mounted(self) -> Iterator[None]:
        """Connections that are opened meanwhile are on this disk; they are closed afterwards."""

        def connect(*args: Any, **named: Any) -> sqlite3.Connection:
            connection: _Connection = _connect(*args, **named, factory=_Connection)
            connection.execute("PRAGMA synchronous = OFF")  # what is synced is decided here, and costs no time
            connection.disk = self
            self._open.append(connection)
            return connection

        with patch.object(sqlite3, "connect", connect):
            try:
                yield
            finally:
                for connection in self._open:
                    connection.close()

    def die(self, *, torn: int | None = None) -> None:
        """Leaves the files as a process that ends now leaves them. torn: where the WAL was before this COMMIT."""
        self.alive = False
        self.survivor.parent.mkdir()
        for kept in (self.path, *self.path.parent.glob("*.jsonl")):
            copyfile(kept, self.survivor.parent / kept.name)
        if self._wal.exists():
            wal = Path(f"{self.survivor}-wal")
            copyfile(self._wal, wal)
            with wal.open("r+b") as file:
                file.truncate(self._surviving(torn))
        self.faults["power loss" if self.plan.power else "crash"] += 1
        raise Crash

    def carry_out(self, connection: "_Connection", sql: str, perform: Perform, half: Perform | None) -> sqlite3.Cursor:
        """A statement, with all that may happen before and after it."""
        if not self.alive:
            raise Crash
        if self._quiet:
            return perform()
        self._statements += 1
        crash = self._statements == self.plan.crash_at
        if crash and not self.plan.crash_after:
            self.die()
        failing = self._failing(sql)
        if failing and failing is not Failing.AFTER:
            self._fail(connection, failing, half)
        before = self._wal_size()
        cursor = perform()
        if sql.startswith("PRAGMA synchronous"):
            (self.level,) = sqlite3.Connection.execute(connection, "PRAGMA synchronous").fetchone()
            sqlite3.Connection.execute(connection, "PRAGMA synchronous = OFF")
        if crash:
            self.die(torn=before if sql == "COMMIT" else None)
        if self._wal_size() > before:
            self._marks.append(self._wal_size())
        if failing:
            self._fail(connection, failing, None)
        return cursor

    def _failing(self, sql: str) -> Failing | None:
        if self._statements == self.plan.fail_at:
            self._full = self.plan.failing is Failing.STAYS_FULL
            return self.plan.failing
        return (
            Failing.STAYS_FULL
            if self._full and sql.lstrip().split()[0] not in {"SELECT", "BEGIN", "ROLLBACK"}
            else None
        )

    def _fail(self, connection: "_Connection", failing: Failing, half: Perform | None) -> None:
        self.faults[failing] += 1
        if failing is Failing.HALF and half:
            half()
        if failing is Failing.ROLLED_BACK and connection.in_transaction:  # as SQLite does of itself when it must
            sqlite3.Connection.execute(connection, "ROLLBACK")
        raise sqlite3.OperationalError(self._chance.choice(("database or disk is full", "disk I/O error")))

    def _surviving(self, torn: int | None) -> int:
        """Bytes of the WAL that the next process finds."""
        size = self._wal_size()
        if torn is not None and torn < size and self._chance.random() < 0.5:
            return self._chance.randrange(torn, size)
        if self.plan.power and self.level < _FULL:
            return self._chance.choice(self._marks)
        return size

    def _wal_size(self) -> int:
        return self._wal.stat().st_size if self._wal.exists() else 0


class _Connection(sqlite3.Connection):
    disk: Disk | None = None

    def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:
        def perform() -> sqlite3.Cursor:
            return sqlite3.Connection.execute(self, sql, parameters)

        return self.disk.carry_out(self, sql, perform, None) if self.disk else perform()

    def executemany(self, sql: str, parameters: Any, /) -> sqlite3.Cursor:
        rows: Sequence[Any] = list(parameters)

        def perform(most: int | None = None) -> sqlite3.Cursor:
            return sqlite3.Connection.executemany(self, sql, rows[:most])

        return self.disk.carry_out(self, sql, perform, lambda: perform(len(rows) // 2)) if self.disk else perform()

"""Removing data so that its bytes are gone from the ledger's files, not only its rows from the tables."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from batchsend.runs.transaction import transaction


@contextmanager
def removing(connection: sqlite3.Connection) -> Iterator[None]:
    """A transaction whose deleted content is overwritten with zeros (sqlite.org/pragma.html#pragma_secure_delete)."""
    connection.execute("PRAGMA secure_delete = ON")
    try:
        with transaction(connection):
            yield
    finally:
        connection.execute("PRAGMA secure_delete = OFF")


def wipe(connection: sqlite3.Connection) -> bool:
    """Writes the ledger anew, without what was ever removed from it, and empties its log (the WAL).

    False when that could not be finished because another process was using the ledger or the disk is full: old bytes
    may be in the files until the next wipe.
    """
    try:
        connection.execute("VACUUM")
        busy, *_ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    except sqlite3.OperationalError:
        return False
    return not busy

"""One SQLite transaction that is durable when the block ends."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from batchsend.errors import LedgerUnwritable


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """IMMEDIATE, so that two processes never both read before either writes. Rolls back on any exception.

    Raises LedgerUnwritable for what SQLite raises. It may come after a COMMIT that did reach the disk.
    """
    try:
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                with suppress(sqlite3.Error):  # a disk that fails may fail this, too; SQLite then rolls back by itself
                    connection.execute("ROLLBACK")
            raise
    except sqlite3.IntegrityError:
        raise
    except sqlite3.Error as error:
        raise LedgerUnwritable(_sentence(error), "Make room, or name another ledger with --ledger FILE.") from error


def _sentence(error: sqlite3.Error) -> str:
    match getattr(error, "sqlite_errorcode", None):
        case sqlite3.SQLITE_FULL:
            return "The ledger cannot be written: the disk is full."
        case sqlite3.SQLITE_BUSY:
            return "The ledger cannot be written: another process keeps it locked."
        case sqlite3.SQLITE_READONLY:
            return "The ledger cannot be written: it is read-only."
    return f"The ledger cannot be written: {error}."

"""The ledger's tables, as numbered migrations. Append only: a migration that was released is never edited."""

import sqlite3

from batchsend.runs.transaction import transaction

MIGRATIONS = (
    """
    CREATE TABLE runs (
        id INTEGER PRIMARY KEY,
        name TEXT NOT NULL UNIQUE,
        state TEXT NOT NULL,
        created_at TEXT NOT NULL,
        ended_at TEXT,
        ended_because TEXT NOT NULL DEFAULT '',
        list_name TEXT NOT NULL,
        sheet TEXT NOT NULL,
        headers TEXT NOT NULL,
        phone_columns TEXT NOT NULL,
        template_name TEXT NOT NULL,
        template_text TEXT NOT NULL,
        provider TEXT NOT NULL,
        account TEXT NOT NULL,
        fingerprint TEXT NOT NULL DEFAULT '',
        version TEXT NOT NULL,
        phonenumbers_version TEXT NOT NULL,
        practice INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX runs_by_fingerprint ON runs (fingerprint);
    CREATE TABLE rows (
        run INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
        row INTEGER NOT NULL,
        status TEXT NOT NULL,
        code TEXT NOT NULL DEFAULT '',
        reason TEXT NOT NULL DEFAULT '',
        cells TEXT NOT NULL,
        number TEXT NOT NULL DEFAULT '',
        country TEXT NOT NULL DEFAULT '',
        name TEXT NOT NULL DEFAULT '',
        text TEXT NOT NULL DEFAULT '',
        characters INTEGER NOT NULL DEFAULT 0,
        credits INTEGER NOT NULL DEFAULT 0,
        parts INTEGER NOT NULL DEFAULT 0,
        encoding TEXT NOT NULL DEFAULT '',
        copy INTEGER,
        note TEXT NOT NULL DEFAULT '',
        attempts INTEGER NOT NULL DEFAULT 0,
        reference TEXT NOT NULL DEFAULT '',
        http_status INTEGER,
        changed_at TEXT,
        PRIMARY KEY (run, row)
    ) STRICT, WITHOUT ROWID;
    -- copy is NULL for a row that gets no message, and NULLs do not collide
    CREATE UNIQUE INDEX one_message_per_number ON rows (run, number, copy) WHERE copy IS NOT NULL;
    """,
    """
    ALTER TABLE runs ADD COLUMN secret TEXT NOT NULL DEFAULT '';
    -- who else got this text: asked for every message before it is sent
    CREATE INDEX messages_by_number ON rows (number) WHERE copy IS NOT NULL;
    -- times are microseconds since 1970
    CREATE TABLE pace (
        provider TEXT NOT NULL,
        account TEXT NOT NULL,
        full_at INTEGER NOT NULL,
        closed_until INTEGER NOT NULL,
        PRIMARY KEY (provider, account)
    ) STRICT, WITHOUT ROWID;
    """,
    """
    -- key, number: which conversation it came in, see Reply. run and row are found later (settled)
    CREATE TABLE replies (
        provider TEXT NOT NULL,
        id TEXT NOT NULL,
        conversation TEXT NOT NULL,
        key TEXT NOT NULL,
        number TEXT NOT NULL,
        sender TEXT NOT NULL,
        text TEXT NOT NULL,
        wish TEXT NOT NULL,
        written_at TEXT NOT NULL,
        received_at TEXT NOT NULL,
        settled INTEGER NOT NULL DEFAULT 0,
        run INTEGER REFERENCES runs (id) ON DELETE SET NULL,
        row INTEGER,
        PRIMARY KEY (provider, id)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX replies_to_settle ON replies (provider) WHERE settled = 0;
    CREATE INDEX replies_by_run ON replies (run, row);
    -- the newest decision about a number: out is 0 when it may be written to again
    CREATE TABLE opt_outs (
        number TEXT PRIMARY KEY,
        out INTEGER NOT NULL,
        since TEXT NOT NULL,
        source TEXT NOT NULL,
        text TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;
    -- the keys of the messages of a run, made when the first reply asks for them
    CREATE TABLE message_keys (
        key TEXT PRIMARY KEY,
        run INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
        row INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE keyed_runs (
        run INTEGER PRIMARY KEY REFERENCES runs (id) ON DELETE CASCADE
    ) STRICT;
    """,
    """
    -- what is left of the rows of a run whose state is purged
    CREATE TABLE purged (
        run INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
        status TEXT NOT NULL,
        rows INTEGER NOT NULL,
        credits INTEGER NOT NULL,
        PRIMARY KEY (run, status)
    ) STRICT, WITHOUT ROWID;
    """,
    """
    ALTER TABLE runs ADD COLUMN terms TEXT NOT NULL DEFAULT '{}';
    ALTER TABLE rows ADD COLUMN shown TEXT NOT NULL DEFAULT '';
    ALTER TABLE rows ADD COLUMN claimed_at TEXT;
    ALTER TABLE rows ADD COLUMN revision INTEGER NOT NULL DEFAULT 0;
    CREATE INDEX rows_corrected ON rows (run, row) WHERE revision > 0;
    ALTER TABLE message_keys ADD COLUMN revision INTEGER NOT NULL DEFAULT 0;
    -- what became of a row before it was planned again, with the cells it had then. settled: it was unknown, and is not
    -- any more
    CREATE TABLE history (
        id INTEGER PRIMARY KEY,
        run INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
        row INTEGER NOT NULL,
        attempt INTEGER NOT NULL,
        status TEXT NOT NULL,
        code TEXT NOT NULL,
        reason TEXT NOT NULL,
        cells TEXT NOT NULL,
        number TEXT NOT NULL,
        text TEXT NOT NULL,
        credits INTEGER NOT NULL,
        parts INTEGER NOT NULL,
        reference TEXT NOT NULL,
        http_status INTEGER,
        changed_at TEXT,
        revision INTEGER NOT NULL,
        settled INTEGER NOT NULL DEFAULT 0
    ) STRICT;
    CREATE INDEX history_by_row ON history (run, row);
    -- who had opted out when the run was planned
    CREATE TABLE suppressed (
        run INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
        number TEXT NOT NULL,
        place TEXT NOT NULL,
        PRIMARY KEY (run, number)
    ) STRICT, WITHOUT ROWID;
    """,
)


def migrate(connection: sqlite3.Connection) -> None:
    """Brings an empty or older ledger to the newest schema, in one transaction.

    Raises ValueError when the ledger was written by a newer batchsend.
    """
    with transaction(connection):  # the version is read inside: another process may be migrating, too
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if version > len(MIGRATIONS):
            raise ValueError(f"schema {version} is newer than {len(MIGRATIONS)}")
        for script in MIGRATIONS[version:]:
            for statement in script.split(";"):
                connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")

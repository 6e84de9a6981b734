"""Old runs go, with everything personal in them; what keeps a list from being sent twice stays."""

import sqlite3
from collections.abc import Collection
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime

from batchsend.errors import RunHeld
from batchsend.runs.ledger import Ledger
from batchsend.runs.run import Run, RunState
from batchsend.runs.status import Status
from batchsend.runs.wipe import removing, wipe

_KEEP_COUNTS = """
    INSERT INTO purged (run, status, rows, credits)
    SELECT run, CASE status WHEN 'planned' THEN 'not_sent' WHEN 'claimed' THEN 'unknown' ELSE status END AS final,
           count(*), sum(credits)
    FROM rows WHERE run = ? GROUP BY final
"""
_FORGET_RUN = """
    UPDATE runs SET state = ?, ended_because = ?, list_name = '', sheet = '', headers = '[]', phone_columns = '[]',
                    template_name = '', template_text = '', secret = ''
    WHERE id = ?
"""


@dataclass(frozen=True, slots=True)
class OldRuns:
    """to_purge: runs whose last change is before a moment, oldest first, with how many rows. unfinished: those left
    alone because they have something left to send. held: those a process is working on.
    """

    to_purge: tuple[tuple[Run, int], ...]
    unfinished: tuple[Run, ...]
    held: tuple[Run, ...]


def old_runs(ledger: Ledger, before: datetime, *, unfinished: bool = False) -> OldRuns:
    """unfinished: runs that have something left to send are purged, too."""
    to_purge, left, held = [], [], []
    for run in reversed(ledger.runs()):
        if run.state is RunState.PURGED or (run.ended_at or run.created_at) >= before:
            continue
        counts = ledger.book(run).counts()
        if ledger.is_held(run):
            held.append(run)
        elif counts[Status.PLANNED] and not run.details.practice and not unfinished:
            left.append(run)
        else:
            to_purge.append((run, counts.total()))
    return OldRuns(tuple(to_purge), tuple(left), tuple(held))


def purge(ledger: Ledger, runs: Collection[Run], today: datetime) -> bool:
    """Removes the rows of these runs, and all that could name a person, in one transaction.

    Kept are name, state, times, provider, counts by status with their credits, and the fingerprint, so that the same
    list is still refused; practice keeps nothing, as it is never refused. False when old bytes may still be in the
    file (see `wipe`). Raises RunHeld, and purges nothing, when a process works on one of the runs.
    """
    because = f"purged on {today:%Y-%m-%d}"
    db = ledger.connection
    ledger.replies().settle()  # who asked for STOP in an answer nobody has looked at is noted before it goes
    with ExitStack() as holds:
        for run in runs:
            holds.enter_context(ledger.holding(run))
        with removing(db):
            states = {run.id: run.state for run in ledger.runs()}
            tables = _tables_of_runs(db)
            for run in runs:
                if states.get(run.id) is not run.state:
                    raise RunHeld(f"Run {run.name} has changed meanwhile. Nothing was purged.", "Try again.")
                db.execute(_KEEP_COUNTS, (run.id,))
                for table in tables:
                    db.execute(f"DELETE FROM {table} WHERE run = ?", (run.id,))  # noqa: S608 - our own names
                if run.details.practice:
                    db.execute("DELETE FROM runs WHERE id = ?", (run.id,))
                else:
                    db.execute(_FORGET_RUN, (RunState.PURGED, because, run.id))
        return wipe(db)


def _tables_of_runs(db: sqlite3.Connection) -> list[str]:
    """Every table that says something about a run, but the one that keeps its counts."""
    query = """
        SELECT tables.name FROM pragma_table_list AS tables, pragma_foreign_key_list(tables.name) AS link
        WHERE tables.schema = 'main' AND link."table" = 'runs' AND tables.name != 'purged'
    """
    return [name for (name,) in db.execute(query)]

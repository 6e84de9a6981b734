"""One person's data is taken out of every run; the counts stay as they are."""

import re
import sqlite3
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path

import phonenumbers

from batchsend.contacts.contact import Cell, display
from batchsend.errors import RunHeld
from batchsend.runs.cell_json import dump_cells, load_cells
from batchsend.runs.hold import is_held
from batchsend.runs.ledger import Ledger
from batchsend.runs.run import RunState
from batchsend.runs.status import Status
from batchsend.runs.wipe import removing, wipe

CODE = "forgotten"
REASON = "the data of this person was removed on request"

_MENTIONS = "SELECT row, number, cells FROM rows WHERE run = ? AND (number = ? OR mentions(cells))"
_BLANK = """
    UPDATE rows SET number = '', name = '', text = '', note = '', reference = '', reason = ?, cells = ?, copy = NULL,
                    status = CASE status WHEN 'planned' THEN ? ELSE status END,
                    code = CASE status WHEN 'planned' THEN ? ELSE code END
    WHERE run = ? AND row = ?
"""
_BLANK_PAST = """
    UPDATE history SET number = '', text = '', reason = '', reference = '',
                       cells = (SELECT json_group_array(NULL) FROM json_each(history.cells)) WHERE
"""
_BLANK_REPLY = "UPDATE replies SET conversation = '', key = '', number = '', sender = '', text = '' WHERE "
_ALSO = (_BLANK_PAST + "run = ? AND row = ?", _BLANK_REPLY + "run = ? AND row = ?")
"""What else holds data of a row (run, row) and goes with it."""
_MENTIONED_PAST = "SELECT id, number, cells FROM history WHERE number = ? OR mentions(cells)"
_PROTECTED = """
    SELECT EXISTS (SELECT 1 FROM opt_outs WHERE number = :number AND out = 1)
        OR EXISTS (SELECT 1 FROM suppressed WHERE number = :number)
"""
_SHORTEST = 6
_DIGITS = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Forgotten:
    """rows: of the person, blanked. cells: in rows of other people, where the number stood as well. planned: rows
    that will not be sent any more. runs: where anything was found. replies: blanked. earlier: attempts of rows that
    have another number since, blanked. protected: the number alone stays, as the person must not be written to.
    wiped: see `wipe`.
    """

    rows: int
    cells: int
    planned: int
    runs: tuple[str, ...]
    replies: int
    earlier: int
    protected: bool
    wiped: bool


class _Trace:
    """Finds a number in a cell however it is spelled: its digits without country prefix and trunk zero."""

    def __init__(self, e164: str) -> None:
        self.e164 = e164
        self._digits = e164.removeprefix("+")
        with suppress(phonenumbers.NumberParseException):
            national = str(phonenumbers.parse(e164).national_number)
            self._digits = national if len(national) >= _SHORTEST else self._digits

    def __call__(self, text: str) -> bool:
        digits = "".join(_DIGITS.findall(text))
        return self._digits in (digits if digits.isascii() else "".join(str(int(digit)) for digit in digits))

    def in_cell(self, cell: Cell) -> bool:
        return cell is not None and self(display(cell))


def forget(ledger: Ledger, e164: str) -> Forgotten:
    """Blanks cells, text, name and number of every row with this number (E.164), in all runs, in one transaction.

    A row whose number could not be read is the person's when a cell of it holds the digits; in the row of somebody
    else that cell alone is blanked. Status, credits, parts and times stay, so that every Summary still adds up; what
    was planned is skipped. What a person answered and what became of a row before goes, too; that the number opted out
    stays, without what was written. Raises RunHeld, and changes nothing, when a process works on one of the runs.
    """
    db, trace = ledger.connection, _Trace(e164)
    db.create_function("mentions", 1, trace, deterministic=True)
    ledger.replies().settle()  # who asked for STOP in an answer nobody has looked at is noted before it goes
    affected = [run for run in ledger.runs() if run.state is not RunState.PURGED and _found(db, run.id, trace)]
    rows = cells = planned = 0
    with ExitStack() as holds:
        for run in affected:
            holds.enter_context(ledger.holding(run))
            ledger.book(run).settle_abandoned()
        with removing(db):
            _discard_drafts(ledger, trace)
            silent = _silent(db)
            for run in affected:
                for row, number, kept in _found(db, run.id, trace):
                    if number in {e164, ""}:
                        planned += _blank(db, run.id, row, len(kept))
                        rows += 1
                    else:
                        cells += _blank_mentions(db, run.id, row, kept, trace)
            earlier = _blank_past(db, trace)
            db.execute(_BLANK_REPLY + "number = ? OR mentions(text) OR mentions(sender)", (e164,))
            replies = _silent(db) - silent
            db.execute("UPDATE opt_outs SET text = '' WHERE number = ?", (e164,))
            (protected,) = db.execute(_PROTECTED, {"number": e164}).fetchone()
        wiped = wipe(db)
    return Forgotten(
        rows, cells, planned, tuple(run.name for run in affected), replies, earlier, bool(protected), wiped
    )


def _found(db: sqlite3.Connection, run: int, trace: _Trace) -> list[tuple[int, str, tuple[Cell, ...]]]:
    """Rows of the person, and rows of others with the number in a cell."""
    found = [(row, number, load_cells(cells)) for row, number, cells in db.execute(_MENTIONS, (run, trace.e164))]
    # the digits of a cell may touch its neighbour's
    return [each for each in found if each[1] == trace.e164 or any(map(trace.in_cell, each[2]))]


def _discard_drafts(ledger: Ledger, trace: _Trace) -> None:
    """Plans that nobody confirmed. Raises RunHeld when somebody is about to, and the person is in it."""
    db = ledger.connection
    for run, name in db.execute("SELECT id, name FROM runs WHERE state = ?", (RunState.DRAFT,)).fetchall():
        if not isinstance(ledger.path, Path) or not is_held(ledger.path, name):
            db.execute("DELETE FROM runs WHERE id = ?", (run,))
        elif _found(db, run, trace):
            raise RunHeld(
                f"Another process is planning to send to {trace.e164} (run {name}). Nothing was forgotten.",
                "Answer it or end it, then type this again.",
            )


def _blank(db: sqlite3.Connection, run: int, row: int, width: int) -> int:
    """1 when the row was still to be sent."""
    query = "SELECT status = 'planned' FROM rows WHERE run = ? AND row = ?"
    (was_planned,) = db.execute(query, (run, row)).fetchone()
    db.execute(_BLANK, (REASON, dump_cells([None] * width), Status.SKIPPED, CODE, run, row))
    for statement in _ALSO:
        db.execute(statement, (run, row))
    return int(was_planned)


def _blank_mentions(db: sqlite3.Connection, run: int, row: int, cells: tuple[Cell, ...], trace: _Trace) -> int:
    """How many cells of somebody else's row held the number."""
    kept = [None if trace.in_cell(cell) else cell for cell in cells]
    db.execute("UPDATE rows SET cells = ? WHERE run = ? AND row = ?", (dump_cells(kept), run, row))
    return sum(trace.in_cell(cell) for cell in cells)


def _blank_past(db: sqlite3.Connection, trace: _Trace) -> int:
    """Attempts of rows that were the person's once. How many."""
    earlier = 0
    for id_, number, text in db.execute(_MENTIONED_PAST, (trace.e164,)).fetchall():
        cells = load_cells(text)
        if number == trace.e164 or (not number and any(map(trace.in_cell, cells))):
            db.execute(_BLANK_PAST + "id = ?", (id_,))
            earlier += 1
        else:
            kept = [None if trace.in_cell(cell) else cell for cell in cells]
            db.execute("UPDATE history SET cells = ? WHERE id = ?", (dump_cells(kept), id_))
    return earlier


def _silent(db: sqlite3.Connection) -> int:
    """Replies without anything in them."""
    (count,) = db.execute("SELECT count(*) FROM replies WHERE number = '' AND text = '' AND sender = ''").fetchone()
    return int(count)

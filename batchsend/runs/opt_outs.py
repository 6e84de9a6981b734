"""The people who must not be written to, by number: since when, and why."""

import sqlite3
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from batchsend.runs.status import Status
from batchsend.runs.transaction import transaction

OPTED_OUT = "opted_out"
_SHOWN = 40


class Source(StrEnum):
    """Who said so: the person in a reply, or somebody who keeps the list."""

    REPLY = "reply"
    HAND = "hand"


@dataclass(frozen=True, slots=True)
class OptOut:
    """number: E.164. since: UTC. text: what the person wrote, or the note of who entered it."""

    number: str
    since: datetime
    source: Source
    text: str

    @property
    def sentence(self) -> str:
        """Goes on after "opted out"."""
        text = " ".join(self.text.split())
        shown = text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"
        how = f" by replying {shown}".rstrip() if self.source is Source.REPLY else ", entered by hand"
        return f"on {self.since:%d %b %Y}{how}"


class OptOuts:
    """The opt-out list of the ledger. The newest decision about a number counts, whenever it is learnt of."""

    def __init__(self, connection: sqlite3.Connection, now: Callable[[], datetime]) -> None:
        self._db = connection
        self._now = now

    def stop(self, number: str) -> None:
        """Somebody who keeps the list says so."""
        with transaction(self._db):
            self.note(OptOut(number, self._now(), Source.HAND, ""), out=True)

    def allow(self, number: str) -> bool:
        """The number may be written to again. Whether it stood on the list."""
        with transaction(self._db):
            listed = number in self.numbers()
            if listed:
                self.note(OptOut(number, self._now(), Source.HAND, ""), out=False)
        return listed

    def note(self, decision: OptOut, *, out: bool) -> None:
        """Inside a transaction: the decision counts unless there is a newer one; of two at once, the opt-out.

        Messages to the number that are planned, in whatever run, become skipped.
        """
        newer = self._db.execute(
            "INSERT INTO opt_outs (number, out, since, source, text) VALUES (?, ?, ?, ?, ?) "
            "ON CONFLICT (number) DO UPDATE SET "
            "out = excluded.out, since = excluded.since, source = excluded.source, text = excluded.text "
            "WHERE (excluded.since, excluded.out) > (since, out)",
            (decision.number, int(out), _stamp(decision.since), decision.source, decision.text),
        ).rowcount
        if newer and out:
            self._skip("number = ?", decision, decision.number)

    def apply(self, run: int) -> None:
        """Inside a transaction: planned messages of this run to people who opted out become skipped."""
        query = (
            "SELECT number, since, source, text FROM opt_outs WHERE out = 1 AND EXISTS (SELECT 1 FROM rows "
            "WHERE rows.number = opt_outs.number AND copy IS NOT NULL AND run = ? AND status = ?)"
        )
        for found in self._db.execute(query, (run, Status.PLANNED)).fetchall():
            opt_out = _opt_out(*found)
            self._skip("run = ? AND number = ?", opt_out, run, opt_out.number)

    def apply_to(self, run: int, rows: Collection[int]) -> None:
        """Inside a transaction: the same for a few rows, which are about to be tried again."""
        query = (
            "SELECT opt_outs.number, since, source, opt_outs.text FROM rows JOIN opt_outs USING (number) "  # noqa: S608 - question marks
            f"WHERE run = ? AND row IN ({','.join('?' * len(rows))}) AND status = ? AND out = 1"
        )
        for found in self._db.execute(query, (run, *rows, Status.PLANNED)).fetchall():
            opt_out = _opt_out(*found)
            self._skip("run = ? AND number = ?", opt_out, run, opt_out.number)

    def all(self) -> list[OptOut]:
        """Who is on the list, the newest first."""
        query = "SELECT number, since, source, text FROM opt_outs WHERE out = 1 ORDER BY since DESC, number"
        return [_opt_out(*found) for found in self._db.execute(query)]

    def numbers(self) -> dict[str, str]:
        """Number -> sentence, as the screening takes them."""
        return {opt_out.number: opt_out.sentence for opt_out in self.all()}

    def _skip(self, where: str, opt_out: OptOut, *values: object) -> None:
        """As if the row had been screened again: it has no message any more, and costs nothing."""
        self._db.execute(
            "UPDATE rows SET status = ?, code = ?, reason = ?, changed_at = ?, copy = NULL, text = '', characters = 0, "  # noqa: S608 - our own words
            f"credits = 0, parts = 0, encoding = '' WHERE copy IS NOT NULL AND status = ? AND {where}",
            (Status.SKIPPED, OPTED_OUT, f"opted out {opt_out.sentence}", _stamp(self._now()), Status.PLANNED, *values),
        )


def _opt_out(number: str, since: str, source: str, text: str) -> OptOut:
    return OptOut(number, datetime.fromisoformat(since), Source(source), text)


def _stamp(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds")

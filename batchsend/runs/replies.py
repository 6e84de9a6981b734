"""The answers people gave, in the ledger: stored as they come, then joined to the rows they answer."""

import re
import sqlite3
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

from batchsend.recipients.stop_words import Wish, wish_of
from batchsend.runs.message_keys import MessageKeys
from batchsend.runs.opt_outs import OptOut, OptOuts, Source
from batchsend.runs.reply import KeptReply, Reply
from batchsend.runs.run import Run
from batchsend.runs.status import Status
from batchsend.runs.transaction import transaction

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")  # neither SQLite's tools nor UTF-8 take them
_NEVER_SENT = (Status.PLANNED, Status.NOT_SENT, Status.REJECTED)
_KEPT = (
    "SELECT replies.provider, replies.id, runs.name, replies.row, replies.number, "
    "coalesce(nullif(rows.name, ''), replies.sender), replies.text, replies.wish, replies.written_at, "
    "replies.received_at FROM replies LEFT JOIN runs ON runs.id = replies.run "
    "LEFT JOIN rows ON rows.run = replies.run AND rows.row = replies.row "
)


class Replies:
    """Every method that changes something is durable when it returns."""

    def __init__(self, connection: sqlite3.Connection, now: Callable[[], datetime]) -> None:
        self._db = connection
        self._now = now
        self._keys = MessageKeys(connection)
        self._opt_outs = OptOuts(connection, now)

    def add(self, reply: Reply) -> bool:
        """Stores a reply; False when it was there already. What it means is found out by `settle`."""
        received = self._now()
        # a clock that is ahead must not make a decision that nobody can take back
        written = min(reply.written_at or received, received).astimezone(UTC)
        texts = (reply.provider, reply.id, reply.conversation, reply.key, reply.number, reply.sender, reply.text)
        with transaction(self._db):
            return bool(
                self._db.execute(
                    "INSERT INTO replies (provider, id, conversation, key, number, sender, text, wish, written_at, "
                    "received_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
                    (*map(_storable, texts), wish_of(reply.text), _stamp(written), _stamp(received)),
                ).rowcount
            )

    def settle(self) -> list[KeptReply]:
        """Joins the replies that are new to their rows, and does what they ask for. Returns them, oldest first."""
        waiting = self._db.execute("SELECT DISTINCT provider FROM replies WHERE settled = 0 AND key != ''").fetchall()
        for (provider,) in waiting:
            self._keys.learn(provider)
        with transaction(self._db):
            new = self._db.execute(
                "SELECT provider, id, key, number, text, wish, written_at FROM replies WHERE settled = 0 "
                "ORDER BY written_at, id"
            ).fetchall()
            for reply in new:
                self._settle(*reply)
        return [_kept(*self._one(provider, id_)) for provider, id_, *_ in new]

    def of_run(self, run: Run) -> Iterator[KeptReply]:
        """In the order of the list, and of time."""
        query = _KEPT + "WHERE replies.run = ? ORDER BY replies.row, replies.written_at, replies.id"
        for found in self._db.execute(query, (run.id,)):
            yield _kept(*found)

    def all(self) -> Iterator[KeptReply]:
        """The newest first."""
        for found in self._db.execute(_KEPT + "ORDER BY replies.written_at DESC, replies.id DESC"):
            yield _kept(*found)

    def count(self) -> int:
        (count,) = self._db.execute("SELECT count(*) FROM replies").fetchone()
        return int(count)

    def _settle(self, provider: str, id_: str, key: str, number: str, text: str, wish: str, written: str) -> None:
        found = self._keys.find(key) if key else self._last_written_to(provider, number, written)
        if found and not number:
            number = self._keys.number(key)
        run, row = found or (None, None)
        self._db.execute(
            "UPDATE replies SET settled = 1, run = ?, row = ?, number = ? WHERE provider = ? AND id = ?",
            (run, row, number, provider, id_),
        )
        if wish and number:
            decision = OptOut(number, datetime.fromisoformat(written), Source.REPLY, text)
            self._opt_outs.note(decision, out=wish == Wish.STOP)

    def _last_written_to(self, provider: str, number: str, before: str) -> tuple[int, int] | None:
        """The newest message to a number that may have gone out before its answer was written."""
        found: tuple[int, int] | None
        found = self._db.execute(
            "SELECT rows.run, rows.row FROM rows JOIN runs ON runs.id = rows.run WHERE rows.number = ? "
            "AND rows.copy IS NOT NULL AND rows.status NOT IN (?, ?, ?) AND runs.provider = ? AND runs.practice = 0 "
            "AND runs.created_at <= ? ORDER BY rows.run DESC, rows.row DESC LIMIT 1",
            (number, *_NEVER_SENT, provider, before),
        ).fetchone()
        return found

    def _one(self, provider: str, id_: str) -> tuple[str, ...]:
        query = _KEPT + "WHERE replies.provider = ? AND replies.id = ?"
        found: tuple[str, ...] = self._db.execute(query, (provider, id_)).fetchone()
        return found


def _kept(*columns: Any) -> KeptReply:
    *plain, wish, written, received = columns
    values: list[Any] = [*plain, Wish(wish), datetime.fromisoformat(written), datetime.fromisoformat(received)]
    return KeptReply(*values)


def _storable(text: str) -> str:
    return _UNSTORABLE.sub("\ufffd", text)


def _stamp(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds")

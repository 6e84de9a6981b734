"""The durable record of all runs: one SQLite file."""

import json
import os
import secrets
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Self

import phonenumbers
from filelock import FileLock

from batchsend import __version__
from batchsend.errors import AlreadySent, LedgerError, LedgerUnwritable, RunHeld, UsageError
from batchsend.runs.amendments import Amendments
from batchsend.runs.book import Book
from batchsend.runs.hold import holding, is_held, lock_folder
from batchsend.runs.leftovers import Leftovers
from batchsend.runs.opt_outs import OptOuts
from batchsend.runs.repeats import Repeats
from batchsend.runs.replies import Replies
from batchsend.runs.run import Run, RunDetails, RunState
from batchsend.runs.schema import migrate
from batchsend.runs.standing import Standing
from batchsend.runs.status import Status
from batchsend.runs.terms import Terms
from batchsend.runs.transaction import transaction

_BUSY_SECONDS = 30
_DRAFTS_LIVE = timedelta(days=1)
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # no l, o, 0, 1, i: a run's name is read aloud and typed
_COLUMNS = (
    "id, name, state, created_at, ended_at, ended_because, fingerprint, version, phonenumbers_version, secret, "
    "list_name, sheet, headers, phone_columns, template_name, template_text, provider, account, practice, terms"
)


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Dead:
    """A run that was found without its program. abandoned: messages that became unknown; left: not sent yet."""

    run: str
    abandoned: int
    left: int


class Ledger:
    """Opens or creates the ledger at `path` (":memory:" for one that is gone with the object).

    The file is readable by its owner only. Raises LedgerError when it cannot be used.
    """

    def __init__(self, path: Path | str, now: Callable[[], datetime] = _utc_now) -> None:
        self.path = path
        self.dead: list[Dead] = []
        self._now = now
        try:
            with _one_at_a_time(path):
                self._db = sqlite3.connect(path, timeout=_BUSY_SECONDS, isolation_level=None)
                self._db.execute("PRAGMA journal_mode = WAL")
                self._db.execute("PRAGMA synchronous = FULL")  # NORMAL may lose committed claims when the power fails
                self._db.execute("PRAGMA foreign_keys = ON")
                migrate(self._db)
                self._forget_old_drafts()
        except (sqlite3.Error, OSError, ValueError) as error:
            raise LedgerError(
                f"The ledger {path} cannot be used: {error}.", "Name another one with --ledger FILE."
            ) from None

    @classmethod
    @contextmanager
    def opened(cls, path: Path | str) -> Iterator[Self]:
        """The ledger, with the runs settled whose programs are gone."""
        with closing(cls(path)) as ledger:
            with suppress(LedgerUnwritable):  # a full disk must not keep anybody from reading
                ledger.settle_dead()
            yield ledger

    def close(self) -> None:
        with _one_at_a_time(self.path):  # the last one to close folds the WAL in, and locks out who opens meanwhile
            self._db.close()

    def settle_dead(self) -> None:
        """Ends the runs that are being sent by nobody: what was on its way is unknown. `dead` names them.

        Whoever sends a run holds it, so a run that can be held has lost its program.
        """
        for run in self.runs():
            if run.state is RunState.SENDING:
                with suppress(RunHeld), self.holding(run):
                    self._settle_dead(self.find(run.name))

    def _settle_dead(self, run: Run) -> None:
        if run.state is not RunState.SENDING:
            return  # it came to its end between two looks
        book = self.book(run)
        self.leftovers(run).take_up(book)
        abandoned = book.settle_abandoned()
        left = book.counts()[Status.PLANNED]
        self.dead.append(Dead(run.name, abandoned, left))
        self.end(run, RunState.STOPPED if left else RunState.FINISHED, "its program ended without a word")

    def leftovers(self, run: Run) -> Leftovers:
        return Leftovers(Path(self.path), run)

    @property
    def connection(self) -> sqlite3.Connection:
        """For the other modules of this room."""
        return self._db

    def repeats(self) -> Repeats:
        return Repeats(self._db, self._now)

    def book(self, run: Run) -> Book:
        return Book(self._db, run, self._now)

    def replies(self) -> Replies:
        return Replies(self._db, self._now)

    def opt_outs(self) -> OptOuts:
        """With what the stored replies ask for."""
        self.replies().settle()
        return OptOuts(self._db, self._now)

    def amendments(self, run: Run) -> Amendments:
        return Amendments(self._db, run, self._now)

    def standing(self, run: Run) -> Standing:
        return Standing(self._db, run)

    def draft(self, details: RunDetails, name: str = "") -> Run:
        """Enters a run that is planned but not confirmed. name: of a run that comes from another ledger."""
        created = self._now()
        name = name or f"{created:%Y-%m-%d}-{''.join(secrets.choice(_LETTERS) for _ in range(4))}"
        values = asdict(details) | {
            "name": name,
            "state": RunState.DRAFT,
            "created_at": created.isoformat(timespec="milliseconds"),
            "headers": json.dumps(details.headers, ensure_ascii=False),
            "phone_columns": json.dumps(details.phone_columns),
            "terms": details.terms.dump(),
            "secret": secrets.token_hex(16),
            "version": __version__,
            "phonenumbers_version": phonenumbers.__version__,
        }
        with transaction(self._db):
            self._db.execute("DELETE FROM runs WHERE name = ? AND state = ?", (name, RunState.DRAFT))
            self._db.execute(
                f"INSERT INTO runs ({', '.join(values)}) VALUES ({', '.join('?' * len(values))})",  # noqa: S608 - our own names
                tuple(values.values()),
            )
        (draft,) = self._db.execute(f"SELECT {_COLUMNS} FROM runs WHERE name = ?", (name,))  # noqa: S608 - our own names
        return _run(*draft)

    def begin(self, run: Run, fingerprint: str, *, again: bool = False) -> Run:
        """The plan is confirmed: from here on messages may be claimed.

        Raises AlreadySent when a run with the same fingerprint has begun before, unless `again`; messages that repeat
        another run's of the last day become skipped. Practice is never refused.
        """
        opt_outs = self.opt_outs()
        with transaction(self._db):  # looked up and entered in one step, as another terminal may be confirming, too
            if not again and not run.details.practice:
                self.refuse_repetition(fingerprint)
            if not again and not run.details.practice:
                self.repeats().skip(run.id)
            self._change(run, RunState.DRAFT, state=RunState.SENDING, fingerprint=fingerprint)
            opt_outs.apply(run.id)  # who opted out since the list was screened
        return self.find(run.name)

    def refuse_repetition(self, fingerprint: str) -> None:
        """Raises AlreadySent, with when and how many, when a run with this fingerprint has begun before."""
        same = [run for run in self.runs() if run.fingerprint == fingerprint and not run.details.practice]
        if not same:
            return
        counts = sum((self.book(run).counts() for run in same), Counter[Status]())
        newest = same[0]
        gone = f"{counts[Status.ACCEPTED]:,} accepted"
        if counts[Status.UNKNOWN]:
            gone += f", {counts[Status.UNKNOWN]:,} unknown"
        raise AlreadySent(
            f"These very messages belong to run {newest.name} of {newest.created_at:%d %b %Y, %H:%M} UTC ({gone}). "
            "Nothing was sent now.",
            f"To finish that run: batchsend resume {newest.name}. To send everything once more: --again",
        )

    def resume(self, run: Run) -> Run:
        """A run that ended early goes on, without who opted out since. Its abandoned claims must be settled before."""
        opt_outs = self.opt_outs()
        with transaction(self._db):
            if not run.details.practice:
                self.repeats().skip(run.id, run.created_at)
            self._change(run, run.state, state=RunState.SENDING, ended_at=None, ended_because="")
            opt_outs.apply(run.id)
        return self.find(run.name)

    def end(self, run: Run, state: RunState, because: str) -> Run:
        with transaction(self._db):
            ended_at = self._now().isoformat(timespec="milliseconds")
            self._change(run, RunState.SENDING, state=state, ended_because=because, ended_at=ended_at)
        return self.find(run.name)

    def holding(self, run: Run) -> AbstractContextManager[None]:
        """Holds the run for this process. Raises RunHeld when another process holds it."""
        return holding(self.path, run.name) if isinstance(self.path, Path) else nullcontext()

    def is_held(self, run: Run) -> bool:
        """Whether a process is working on the run."""
        return isinstance(self.path, Path) and is_held(self.path, run.name)

    def discard(self, run: Run) -> None:
        """Removes a draft that was not confirmed, with its rows."""
        with transaction(self._db):
            self._db.execute("DELETE FROM runs WHERE id = ? AND state = ?", (run.id, RunState.DRAFT))

    def find(self, name: str) -> Run:
        """Raises UsageError when there is no such run, or only a draft, or only its counts are left."""
        found = next((run for run in self.runs() if run.name == name), None)
        if found is None:
            raise UsageError(f"There is no run {name!r} in {self.path}.", "List the runs: batchsend runs")
        if found.state is RunState.PURGED:
            raise UsageError(
                f"The rows of run {name} are gone: {found.ended_because}.", "Its counts are left: batchsend runs"
            )
        return found

    def runs(self) -> list[Run]:
        """All runs but drafts, newest first."""
        query = f"SELECT {_COLUMNS} FROM runs WHERE state != ? ORDER BY id DESC"  # noqa: S608 - our own names
        return [_run(*columns) for columns in self._db.execute(query, (RunState.DRAFT,))]

    def unfinished(self) -> Run | None:
        """The newest run that has something left to send; practice does not count."""
        left = (r for r in self.runs() if not r.details.practice and self.book(r).counts()[Status.PLANNED])
        return next(left, None)

    def _change(self, run: Run, expected: RunState, **values: str | None) -> None:
        changes = ", ".join(f"{column} = ?" for column in values)
        update = f"UPDATE runs SET {changes} WHERE id = ? AND state = ?"  # noqa: S608 - our own names
        if self._db.execute(update, (*values.values(), run.id, expected)).rowcount != 1:
            raise LedgerError(f"Run {run.name} is not {expected} any more: another process has changed it.")

    def _forget_old_drafts(self) -> None:
        """Plans that nobody confirmed hold people's data and serve nothing."""
        before = (self._now() - _DRAFTS_LIVE).isoformat(timespec="milliseconds")
        with transaction(self._db):
            self._db.execute("DELETE FROM runs WHERE state = ? AND created_at < ?", (RunState.DRAFT, before))


@contextmanager
def _one_at_a_time(path: Path | str) -> Iterator[None]:
    """For opening and closing: SQLite does not wait for its turn where one switches a file to WAL or back."""
    if not isinstance(path, Path):
        yield
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = lock_folder(path) / "opening.lock"
    with FileLock(lock, timeout=_BUSY_SECONDS, mode=0o600, poll_interval=0.005):
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        yield


def _run(id_: int, name: str, state: str, created_at: str, ended_at: str | None, *rest: Any) -> Run:
    (because, fingerprint, version, phonenumbers_version, secret, list_name, sheet, headers, phone_columns, *others) = (
        rest
    )
    *texts, practice, terms = others
    columns = tuple(json.loads(headers)), tuple(json.loads(phone_columns))
    details: list[Any] = [list_name, sheet, *columns, *texts, bool(practice), Terms.load(terms, columns[0])]
    return Run(
        id_,
        name,
        RunState(state),
        datetime.fromisoformat(created_at),
        datetime.fromisoformat(ended_at) if ended_at else None,
        because,
        fingerprint,
        version,
        phonenumbers_version,
        secret,
        RunDetails(*details),
    )

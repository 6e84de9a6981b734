"""What is purged is gone from the bytes of the files, and the same list is still refused."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from batchsend.errors import AlreadySent, RunHeld, UsageError
from batchsend.runs import Ledger, Outcome, Run, RunState, Status
from batchsend.runs.purge import old_runs, purge
from batchsend.runs.reply import Reply

from .plans import DETAILS, begun, message, rejection

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
OLD = NOW - timedelta(days=100)
PRIVATE = ("40723000002", "Hi 2", "Name 2", "list.csv", "Hi {{ name }}", "a reason")


class Clock:
    def __init__(self) -> None:
        self.now = OLD

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def ledger(tmp_path: Path, clock: Clock) -> Iterator[Ledger]:
    ledger = Ledger(tmp_path / "ledger.sqlite", clock)
    yield ledger
    ledger.close()


def in_the_files(folder: Path, *texts: str) -> set[str]:
    """Which of the texts stand in any file of the folder, byte by byte."""
    data = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
    return {text for text in texts if text.encode() in data}


def finished(ledger: Ledger, *, left: bool = False) -> Run:
    """A run with one accepted, one unknown, one invalid, and one planned row if `left`."""
    rows = [message(2), message(3), rejection(4), *([message(5)] if left else [])]
    run, book = begun(ledger, *rows)
    book.claim_next(2, 0)
    book.record([Outcome(2, Status.ACCEPTED, reference="ref-2"), Outcome(3, Status.UNKNOWN)])
    return ledger.end(run, RunState.STOPPED if left else RunState.FINISHED, "done")


def test_the_bytes_are_gone_from_every_file(ledger: Ledger, tmp_path: Path) -> None:
    run = finished(ledger)
    assert in_the_files(tmp_path, *PRIVATE, "ref-2", run.secret) == {*PRIVATE, "ref-2", run.secret}
    assert purge(ledger, [run], NOW)
    assert in_the_files(tmp_path, *PRIVATE, "ref-2", run.secret) == set()


def test_what_was_deleted_before_goes_with_it(ledger: Ledger, tmp_path: Path) -> None:
    """Such as a plan that nobody confirmed, which leaves its bytes in free pages."""
    draft = ledger.draft(DETAILS)
    ledger.book(draft).add([message(9, text="a draft nobody wanted " * 200)])
    ledger.discard(draft)
    run = finished(ledger)
    assert in_the_files(tmp_path, "a draft nobody wanted")
    purge(ledger, [run], NOW)
    assert not in_the_files(tmp_path, "a draft nobody wanted")


def test_counts_credits_and_the_refusal_stay(ledger: Ledger) -> None:
    run = finished(ledger)
    book = ledger.book(run)
    before, spent = book.counts(), book.credits(Status.ACCEPTED)
    purge(ledger, [run], NOW)
    [kept] = ledger.runs()
    assert (kept.name, kept.state, kept.ended_because) == (run.name, RunState.PURGED, "purged on 2026-11-21")
    assert ledger.book(kept).counts() == before
    assert ledger.book(kept).credits(Status.ACCEPTED) == spent == 1
    assert list(ledger.book(kept).rows()) == []
    with pytest.raises(AlreadySent, match=r"1 accepted, 1 unknown"):
        begun(ledger, message(2), message(3))


def test_a_purged_run_is_not_found_and_not_unfinished(ledger: Ledger) -> None:
    run = finished(ledger, left=True)
    purge(ledger, [run], NOW)
    with pytest.raises(UsageError, match="purged on 2026-11-21"):
        ledger.find(run.name)
    assert ledger.unfinished() is None
    [kept] = ledger.runs()
    assert ledger.book(kept).counts()[Status.NOT_SENT] == 1, "it never left, and now never will"


@pytest.mark.parametrize(
    ("days", "chosen"),
    [(100, False), (99, True), (1, True), (101, False)],  # exactly as old is not older
)
def test_a_run_is_as_old_as_its_last_change(ledger: Ledger, days: int, chosen: bool) -> None:
    finished(ledger)
    found = old_runs(ledger, NOW - timedelta(days=days))
    assert len(found.to_purge) == chosen


def test_a_run_that_went_on_lately_is_not_old(ledger: Ledger, clock: Clock) -> None:
    run = finished(ledger, left=True)
    run = ledger.resume(run)
    clock.now = NOW - timedelta(days=1)
    ledger.end(run, RunState.FINISHED, "done")
    assert old_runs(ledger, NOW - timedelta(days=2)).to_purge == ()


def test_what_has_something_left_stays_unless_told(ledger: Ledger) -> None:
    run = finished(ledger, left=True)
    found = old_runs(ledger, NOW)
    assert (found.to_purge, [each.name for each in found.unfinished]) == ((), [run.name])
    [(chosen, rows)] = old_runs(ledger, NOW, unfinished=True).to_purge
    assert (chosen.name, rows) == (run.name, 4)


def test_a_held_run_stays_and_cannot_be_purged(tmp_path: Path, ledger: Ledger) -> None:
    run = finished(ledger)
    with ledger.holding(run):
        assert [each.name for each in old_runs(ledger, NOW).held] == [run.name]
        other = Ledger(tmp_path / "ledger.sqlite")
        with pytest.raises(RunHeld):
            purge(other, [run], NOW)
        other.close()
    assert len(list(ledger.book(run).rows())) == 3


def test_a_run_that_changed_meanwhile_is_not_purged_nor_is_any_other(ledger: Ledger) -> None:
    run = finished(ledger, left=True)
    seen = [each for each, _ in old_runs(ledger, NOW, unfinished=True).to_purge]
    ledger.resume(run)
    with pytest.raises(RunHeld, match="changed meanwhile"):
        purge(ledger, seen, NOW)
    assert ledger.book(run).counts().total() == 4


def test_an_answer_that_nobody_looked_at_still_counts(ledger: Ledger, tmp_path: Path) -> None:
    run = finished(ledger)
    ledger.replies().add(Reply("robo-sms", "1", "chat", "Sender", "stop", None, key=ledger.book(run).key(2)))
    assert purge(ledger, [run], NOW)
    assert in_the_files(tmp_path, "Sender", "Hi 2") == set()
    assert ledger.opt_outs().numbers().keys() == {"+40723000002"}


def test_practice_leaves_nothing(ledger: Ledger) -> None:
    run = ledger.draft(replace(DETAILS, practice=True))
    ledger.book(run).add([message(2)])
    run = ledger.begin(run, "f")
    assert [each for each, _ in old_runs(ledger, NOW).to_purge] == [run], "practice has nothing left to send to anybody"
    purge(ledger, [run], NOW)
    assert ledger.runs() == []


def test_a_reader_in_the_way_is_said(tmp_path: Path, ledger: Ledger) -> None:
    run = finished(ledger)
    ledger.connection.execute("PRAGMA busy_timeout = 100")
    other = Ledger(tmp_path / "ledger.sqlite")
    reading = other.connection.execute("SELECT * FROM rows")
    reading.fetchone()
    assert not purge(ledger, [run], NOW)
    reading.close()
    other.close()
    assert ledger.runs()[0].state is RunState.PURGED

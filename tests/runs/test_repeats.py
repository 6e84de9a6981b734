"""The same text to the same number through another run: who is left out, and who is not."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from batchsend.messages import Message
from batchsend.runs import Book, Ledger, Outcome, Run, RunState, Status
from batchsend.runs.repeats import Repeats
from tests.runs.plans import DETAILS, message


class Clock:
    def __init__(self) -> None:
        self.at = datetime(2026, 11, 21, 6, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def ledger(clock: Clock) -> Iterator[Ledger]:
    with closing(Ledger(":memory:", clock)) as ledger:
        yield ledger


@pytest.fixture
def repeats(ledger: Ledger, clock: Clock) -> Repeats:
    return Repeats(ledger._db, clock)


def begin(ledger: Ledger, fingerprint: str, *rows: int, practice: bool = False) -> tuple[Run, Book]:
    run = ledger.draft(replace(DETAILS, practice=practice))
    book = ledger.book(run)
    book.add(message(row) for row in rows)
    return ledger.begin(run, fingerprint, again=True), book


def planned(*rows: int) -> list[Message]:
    return [item for _, item in (message(row) for row in rows) if isinstance(item, Message)]


@pytest.mark.parametrize(
    ("status", "repeated"),
    [
        (Status.ACCEPTED, True),
        (Status.UNKNOWN, True),  # it may have gone out
        (None, True),  # on its way
        (Status.REJECTED, False),
        (Status.NOT_SENT, False),
    ],
)
def test_what_may_have_gone_out_is_not_sent_again(
    ledger: Ledger, repeats: Repeats, status: Status | None, repeated: bool
) -> None:
    run, book = begin(ledger, "a", 2)
    book.claim_next(1, after=0)
    if status:
        book.record([Outcome(2, status)])
        ledger.end(run, RunState.STOPPED, "interrupted")
    assert set(repeats.of(planned(2, 3))) == ({2} if repeated else set())


def test_it_says_when_and_in_which_run(ledger: Ledger, repeats: Repeats) -> None:
    run, book = begin(ledger, "a", 2)
    book.claim_next(1, after=0)
    book.record([Outcome(2, Status.ACCEPTED)])
    assert repeats.of(planned(2)) == {
        2: f"the same text went to this number on 21 Nov 2026, 06:12 UTC (run {run.name})"
    }


@pytest.mark.parametrize(("hours", "repeated"), [(0, True), (24, True), (24.001, False), (100, False)])
def test_it_looks_back_a_day(ledger: Ledger, repeats: Repeats, clock: Clock, hours: float, repeated: bool) -> None:
    _, book = begin(ledger, "a", 2)
    book.claim_next(1, after=0)
    book.record([Outcome(2, Status.ACCEPTED)])
    clock.at += timedelta(hours=hours)
    assert bool(repeats.of(planned(2))) is repeated


def test_another_text_another_number_and_practice_are_no_repetition(ledger: Ledger, repeats: Repeats) -> None:
    _, book = begin(ledger, "a", 2)
    book.claim_next(1, after=0)
    book.record([Outcome(2, Status.ACCEPTED)])
    _, practice = begin(ledger, "b", 5, practice=True)
    practice.claim_next(1, after=0)
    practice.record([Outcome(5, Status.ACCEPTED)])
    (first,) = planned(2)
    assert repeats.of([replace(first, text="another"), replace(first, to="+40723999999"), *planned(5)]) == {}


def test_what_another_process_is_sending_now_counts_and_what_a_stopped_run_has_left_does_not(
    ledger: Ledger, repeats: Repeats
) -> None:
    run, _ = begin(ledger, "a", 2)
    assert repeats.of(planned(2)) == {2: f"run {run.name} is sending the same text to this number right now"}
    ledger.end(run, RunState.STOPPED, "interrupted")
    assert repeats.of(planned(2)) == {}


def test_a_run_that_goes_on_leaves_out_what_others_have_sent_since(ledger: Ledger, clock: Clock) -> None:
    before, book = begin(ledger, "a", 2)
    book.claim_next(1, after=0)
    book.record([Outcome(2, Status.ACCEPTED)])
    ledger.end(before, RunState.FINISHED, "")
    clock.at += timedelta(minutes=1)
    stopped, mine = begin(ledger, "b", 2, 3, 4)  # --again: what went before was known
    stopped = ledger.end(stopped, RunState.STOPPED, "interrupted")
    clock.at += timedelta(minutes=1)
    _, other = begin(ledger, "c", 4)
    other.claim_next(1, after=0)
    other.record([Outcome(4, Status.ACCEPTED)])
    ledger.resume(stopped)
    rows = {row.row: row for row in mine.rows()}
    assert [rows[row].status for row in (2, 3, 4)] == [Status.PLANNED, Status.PLANNED, Status.SKIPPED]
    assert (rows[4].code, rows[4].credits) == ("sent_recently", 0)


def test_two_that_begin_at_the_same_time_do_not_both_send(ledger: Ledger) -> None:
    drafts = [ledger.draft(DETAILS) for _ in range(2)]
    for draft, rows in zip(drafts, ((2, 3), (3, 4)), strict=True):
        ledger.book(draft).add(message(row) for row in rows)
    for draft in drafts:
        ledger.begin(draft, f"fingerprint {draft.id}")
    counts = [ledger.book(draft).counts() for draft in drafts]
    assert counts == [{Status.PLANNED: 2}, {Status.PLANNED: 1, Status.SKIPPED: 1}]

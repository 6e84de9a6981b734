"""Replies and opt-outs in the ledger: joined to rows, in whatever order they come."""

import itertools
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batchsend.recipients.stop_words import Wish
from batchsend.runs import Book, Ledger, Outcome, Run, Status
from batchsend.runs.opt_outs import OptOut, Source
from batchsend.runs.reply import Reply
from batchsend.runs.schema import MIGRATIONS
from tests.runs.plans import DETAILS, message

NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
SMARTIFY = replace(DETAILS, provider="smartify")
ANA = "+40723000002"


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def ledger(clock: Clock) -> Iterator[Ledger]:
    ledger = Ledger(":memory:", clock)
    yield ledger
    ledger.close()


def sent(ledger: Ledger, *rows: int, practice: bool = False) -> tuple[Run, Book]:
    """A run of these rows, all of them accepted."""
    run, book = planned(ledger, *rows, practice=practice)
    book.record([Outcome(claim.message.row, Status.ACCEPTED) for claim in book.claim_next(100, after=0)])
    return run, book


def planned(ledger: Ledger, *rows: int, practice: bool = False) -> tuple[Run, Book]:
    run = ledger.draft(replace(SMARTIFY, practice=practice))
    book = ledger.book(run)
    book.add([message(row) for row in rows])
    return ledger.begin(run, "fingerprint", again=True), book


def reply(text: str = "Thanks!", *, key: str = "", number: str = "", id_: str = "1", minutes: float = 5) -> Reply:
    written = NOW + timedelta(minutes=minutes)
    return Reply("smartify", id_, f"support-group-{key or number}", "Ana", text, written, key, number)


def later(clock: Clock, **delta: float) -> None:
    clock.now += timedelta(**delta)


def test_a_reply_to_the_message_before_a_correction_is_of_the_number_before(ledger: Ledger, clock: Clock) -> None:
    run, book = planned(ledger, 2)
    book.claim_next(9, after=0)
    book.record([Outcome(2, Status.UNKNOWN)])
    first = book.key(2)
    ledger.replies().add(reply("Who is this?", key=first))
    assert [kept.number for kept in ledger.replies().settle()] == [ANA]
    ledger.amendments(run).amend([message(2, to="+40799000000")], [], [])
    later(clock, hours=1)
    ledger.replies().add(reply("stop", key=first, id_="2"))
    assert [(kept.row, kept.number) for kept in ledger.replies().settle()] == [(2, ANA)]
    ledger.replies().add(reply("Fine", key=book.key(2, 1), id_="3"))
    assert [(kept.row, kept.number) for kept in ledger.replies().settle()] == [(2, "+40799000000")]
    assert ledger.opt_outs().numbers().keys() == {ANA}


def test_a_reply_in_the_conversation_of_a_message_belongs_to_its_row(ledger: Ledger, clock: Clock) -> None:
    sent(ledger, 2, 3)
    run, book = sent(ledger, 2, 3)
    later(clock, hours=1)
    assert ledger.replies().add(reply("At six?", key=book.key(3)))
    (kept,) = ledger.replies().settle()
    assert (kept.run, kept.row, kept.number, kept.name) == (run.name, 3, "+40723000003", "Name 3")
    assert (kept.text, kept.wish) == ("At six?", Wish.NONE)
    assert list(ledger.replies().of_run(run)) == [kept] == list(ledger.replies().all())
    assert ledger.replies().settle() == []


def test_a_run_that_begins_later_is_learnt_too(ledger: Ledger, clock: Clock) -> None:
    _, first = sent(ledger, 2)
    later(clock, hours=1)
    ledger.replies().add(reply(key=first.key(2)))
    ledger.replies().settle()
    run, second = sent(ledger, 2)
    ledger.replies().add(reply(key=second.key(2), id_="2"))
    assert [kept.run for kept in ledger.replies().settle()] == [run.name]


def test_a_reply_by_number_belongs_to_the_newest_message_before_it(ledger: Ledger, clock: Clock) -> None:
    first, _ = sent(ledger, 2)
    later(clock, hours=1)
    sent(ledger, 3)
    planned(ledger, 2)
    later(clock, hours=1)
    second, _ = sent(ledger, 2)
    ledger.replies().add(reply(number=ANA, id_="1", minutes=5))
    ledger.replies().add(reply(number=ANA, id_="2", minutes=65))
    ledger.replies().add(reply(number=ANA, id_="3", minutes=120))
    assert [kept.run for kept in ledger.replies().settle()] == [first.name, first.name, second.name]


def test_a_wish_in_a_conversation_of_nobody_is_shown_as_not_carried_out(ledger: Ledger) -> None:
    ledger.replies().add(reply("STOP", key="ab" * 16))
    (kept,) = ledger.replies().settle()
    assert (kept.wish, kept.outcome) == (Wish.STOP, "asks for stop, but whose number it is, is not known")
    assert ledger.opt_outs().all() == []


@pytest.mark.parametrize("came", [reply(key="ab" * 16), reply(number="+40799999999")])
def test_a_reply_to_nothing_we_sent_is_kept_all_the_same(ledger: Ledger, came: Reply) -> None:
    sent(ledger, 2)
    ledger.replies().add(came)
    (kept,) = ledger.replies().settle()
    assert (kept.run, kept.row, kept.name) == (None, None, "Ana")


def test_practice_is_answered_by_nobody(ledger: Ledger, clock: Clock) -> None:
    _, book = sent(ledger, 2, practice=True)
    later(clock, hours=1)
    ledger.replies().add(reply("STOP", key=book.key(2)))
    assert [kept.run for kept in ledger.replies().settle()] == [None]
    assert ledger.opt_outs().all() == []


def test_the_same_delivery_twice_is_one_reply(ledger: Ledger) -> None:
    assert [ledger.replies().add(reply("Hi", number=ANA)) for _ in range(3)] == [True, False, False]
    ledger.replies().settle()
    assert ledger.replies().add(reply("Hi", number=ANA)) is False
    assert ledger.replies().count() == 1


def test_stop_goes_to_the_opt_out_list_with_when_and_why(ledger: Ledger, clock: Clock) -> None:
    _, book = sent(ledger, 2)
    later(clock, days=1)
    ledger.replies().add(reply("Stop!", key=book.key(2)))
    assert ledger.opt_outs().numbers() == {ANA: "on 21 Nov 2026 by replying Stop!"}
    ledger.replies().add(reply("please do not stop", key=book.key(2), id_="2"))
    ledger.replies().add(reply("START", number="+40799999999", id_="3"))
    assert [opt_out.number for opt_out in ledger.opt_outs().all()] == [ANA]


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_the_newest_wish_counts_in_whatever_order_they_come(ledger: Ledger, clock: Clock, order: list[int]) -> None:
    later(clock, days=1)
    wishes = [("STOP", 1), ("START", 2), ("STOP", 3)]
    for index in order:
        text, minutes = wishes[index]
        ledger.replies().add(reply(text, number=ANA, id_=str(index), minutes=minutes))
        ledger.opt_outs()
    assert [opt_out.since for opt_out in ledger.opt_outs().all()] == [NOW + timedelta(minutes=3)]


@given(st.lists(st.tuples(st.sampled_from(["STOP", "START"]), st.integers(0, 4)), max_size=6), st.randoms())
def test_any_order_and_any_batches_end_the_same(wishes: list[tuple[str, int]], chance: object) -> None:
    newest = max(((minute, text == "STOP") for text, minute in wishes), default=(0, False))
    clock = Clock()
    later(clock, days=1)
    ledger = Ledger(":memory:", clock)
    shuffled = list(enumerate(wishes))
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    for index, (text, minute) in shuffled:
        ledger.replies().add(reply(text, number=ANA, id_=str(index), minutes=minute))
        if minute % 2:
            ledger.replies().settle()
    assert bool(ledger.opt_outs().all()) is newest[1]
    ledger.close()


def test_a_clock_that_is_ahead_does_not_lock_a_number_for_ever(ledger: Ledger, clock: Clock) -> None:
    ledger.replies().add(reply("STOP", number=ANA, minutes=60 * 24 * 365 * 50))
    assert [opt_out.since for opt_out in ledger.opt_outs().all()] == [NOW]
    later(clock, seconds=1)
    assert ledger.opt_outs().allow(ANA)
    assert ledger.opt_outs().all() == []
    assert not ledger.opt_outs().allow(ANA)


def test_a_hand_entry_says_so(ledger: Ledger) -> None:
    ledger.opt_outs().stop(ANA)
    assert ledger.opt_outs().numbers() == {ANA: "on 21 Nov 2026, entered by hand"}


def test_a_long_or_broken_text_stays_one_line() -> None:
    assert OptOut(ANA, NOW, Source.REPLY, "Stop\n" * 20).sentence.endswith("…")
    assert "\n" not in OptOut(ANA, NOW, Source.REPLY, "Stop\n").sentence


def test_planned_messages_to_who_opts_out_are_skipped_and_cost_nothing(ledger: Ledger) -> None:
    _, book = planned(ledger, 2, 3)
    ledger.opt_outs().stop(ANA)
    first, second = book.rows()
    assert (first.status, first.code, first.credits, first.text) == (Status.SKIPPED, "opted_out", 0, "")
    assert first.reason == "opted out on 21 Nov 2026, entered by hand"
    assert second.status is Status.PLANNED
    assert [claim.message.row for claim in book.claim_next(10, after=0)] == [3]


def test_what_left_or_is_leaving_keeps_its_outcome(ledger: Ledger) -> None:
    _, book = sent(ledger, 2)
    _, other = planned(ledger, 2)
    other.claim_next(1, after=0)
    ledger.opt_outs().stop(ANA)
    assert [row.status for row in (*book.rows(), *other.rows())] == [Status.ACCEPTED, Status.UNKNOWN]


def test_a_claim_that_came_back_unsent_is_skipped_when_the_run_goes_on(ledger: Ledger) -> None:
    run, book = planned(ledger, 2, 3)
    book.claim_next(2, after=0)
    ledger.opt_outs().stop(ANA)
    book.record([Outcome(2, Status.NOT_SENT), Outcome(3, Status.NOT_SENT)])
    ledger.resume(run)
    assert [row.status for row in book.rows()] == [Status.SKIPPED, Status.PLANNED]


def test_a_claim_that_came_back_unsent_is_not_tried_again(ledger: Ledger) -> None:
    _, book = planned(ledger, 2, 3)
    book.claim_next(2, after=0)
    ledger.opt_outs().stop(ANA)
    book.record([Outcome(2, Status.NOT_SENT), Outcome(3, Status.NOT_SENT)])
    assert [claim.message.row for claim in book.claim_rows([2, 3])] == [3]
    assert [row.status for row in book.rows()] == [Status.SKIPPED, Status.UNKNOWN]


def test_a_reply_that_was_only_stored_is_heard_when_a_run_begins(ledger: Ledger) -> None:
    run = ledger.draft(SMARTIFY)
    book = ledger.book(run)
    book.add([message(2), message(3)])
    ledger.replies().add(reply("STOP", number=ANA, minutes=-5))  # and the listener died before it was settled
    ledger.begin(run, "fingerprint")
    assert [row.status for row in book.rows()] == [Status.SKIPPED, Status.PLANNED]


def test_texts_that_cannot_be_stored_are_replaced(ledger: Ledger) -> None:
    ledger.replies().add(reply("a\x00b\ud800c", number=ANA))
    assert [kept.text for kept in ledger.replies().settle()] == ["a\ufffdb\ufffdc"]


def test_a_ledger_of_before_gets_the_tables(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    before = next(index for index, script in enumerate(MIGRATIONS) if "CREATE TABLE replies" in script)
    with closing(sqlite3.connect(path)) as db:
        db.executescript("".join(MIGRATIONS[:before]) + f"PRAGMA user_version = {before};")
    with Ledger.opened(path) as ledger:
        ledger.opt_outs().stop(ANA)
        assert [opt_out.number for opt_out in ledger.opt_outs().all()] == [ANA]

import sqlite3
import stat
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batchsend.contacts import Cell, Contact
from batchsend.errors import AlreadySent, LedgerError, UsageError
from batchsend.messages import Message
from batchsend.runs import Ledger, Outcome, RunState, Status
from batchsend.runs.cell_json import dump_cells, load_cells
from batchsend.runs.schema import MIGRATIONS
from tests.runs.plans import DETAILS, begun, message, rejection


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with closing(Ledger(tmp_path / "ledger.sqlite")) as ledger:
        yield ledger


def test_the_ledger_is_readable_by_its_owner_only(ledger: Ledger, tmp_path: Path) -> None:
    begun(ledger, message(2))
    with ledger.holding(ledger.runs()[0]):
        for file in tmp_path.rglob("*"):
            assert stat.S_IMODE(file.stat().st_mode) == (0o700 if file.is_dir() else 0o600), file.name


def test_every_commit_is_on_the_disk_before_it_returns(ledger: Ledger) -> None:
    assert ledger._db.execute("PRAGMA synchronous").fetchone() == (2,)  # FULL
    assert ledger._db.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_a_run_keeps_what_was_planned(ledger: Ledger) -> None:
    run, book = begun(ledger, message(2), rejection(3), rejection(4, skipped=True))
    assert ledger.find(run.name) == run
    assert (run.state, run.details, run.fingerprint) == (RunState.SENDING, DETAILS, "fingerprint")
    assert book.counts() == {Status.PLANNED: 1, Status.INVALID: 1, Status.SKIPPED: 1}
    planned, invalid, _ = book.rows()
    assert (planned.number, planned.text, planned.credits, planned.cells) == (
        "+40723000002", "Hi 2", 1, ("+40723000002", "Name 2"),
    )  # fmt: skip
    assert (invalid.status, invalid.reason, invalid.credits) == (Status.INVALID, "a reason", 0)


def test_claims_come_in_the_order_of_the_list_and_only_once(ledger: Ledger) -> None:
    _, book = begun(ledger, message(2), rejection(3), message(4), message(5))
    first = book.claim_next(2, after=0)
    assert [(claim.message.row, claim.attempt) for claim in first] == [(2, 1), (4, 1)]
    assert [claim.message.row for claim in book.claim_next(9, after=0)] == [5]
    assert book.claim_next(9, after=0) == []
    assert book.claim_rows([2, 4, 5]) == []


def test_a_claim_gives_back_the_message_that_was_planned(ledger: Ledger) -> None:
    contact, planned = message(2, text="Bună 🎉")
    _, book = begun(ledger, (contact, planned))
    (claim,) = book.claim_next(1, after=0)
    assert isinstance(planned, Message)
    assert claim.message == replace(planned, key=book.key(2))


def test_a_message_keeps_its_key_over_its_tries_and_shares_it_with_no_other_run(ledger: Ledger) -> None:
    _, book = begun(ledger, message(2), message(3))
    first, second = book.claim_next(2, after=0)
    book.record([Outcome(2, Status.NOT_SENT)])
    (again,) = book.claim_rows([2])
    _, other = begun(ledger, message(2), again=True)
    assert again.message.key == first.message.key
    assert len({first.message.key, second.message.key, other.key(2)}) == 3


def test_a_claim_without_an_outcome_counts_as_unknown(ledger: Ledger) -> None:
    _, book = begun(ledger, message(2))
    book.claim_next(1, after=0)
    assert book.counts() == {Status.UNKNOWN: 1}
    (row,) = book.rows()
    assert (row.status, row.claimed) == (Status.UNKNOWN, True)


def test_an_outcome_settles_a_claim_for_good(ledger: Ledger) -> None:
    _, book = begun(ledger, message(2))
    book.claim_next(1, after=0)
    book.record([Outcome(2, Status.ACCEPTED, reference="m1", http_status=200)])
    with pytest.raises(LedgerError, match="somebody else"):
        book.record([Outcome(2, Status.NOT_SENT, "late", "a late answer changes nothing")])
    (row,) = book.rows()
    assert (row.status, row.reference, row.http_status, row.attempts) == (Status.ACCEPTED, "m1", 200, 1)


def test_a_claim_that_was_not_sent_can_be_claimed_again(ledger: Ledger) -> None:
    _, book = begun(ledger, message(2))
    book.claim_next(1, after=0)
    book.record([Outcome(2, Status.NOT_SENT, "not_connected", "no connection")])
    (claim,) = book.claim_rows([2])
    assert claim.attempt == 2


def test_an_outcome_without_a_claim_changes_nothing(ledger: Ledger) -> None:
    _, book = begun(ledger, message(2))
    with pytest.raises(LedgerError):
        book.record([Outcome(2, Status.ACCEPTED)])
    assert book.counts() == {Status.PLANNED: 1}


def test_abandoned_claims_become_unknown(ledger: Ledger) -> None:
    _, book = begun(ledger, message(2), message(3))
    book.claim_next(1, after=0)
    assert book.settle_abandoned() == 1
    assert book.settle_abandoned() == 0
    assert [(row.status, row.code) for row in book.rows()] == [(Status.UNKNOWN, "abandoned"), (Status.PLANNED, "")]


def test_one_number_cannot_stand_twice_in_a_run(ledger: Ledger) -> None:
    run = ledger.draft(DETAILS)
    with pytest.raises(sqlite3.IntegrityError):
        ledger.book(run).add([message(2, to="+1"), message(3, to="+1")])
    assert ledger.book(run).counts() == {}  # the batch is one transaction


def test_one_number_may_stand_twice_when_duplicates_are_sent_on_purpose(ledger: Ledger) -> None:
    _, book = begun(ledger, message(2, to="+1"), message(3, to="+1", copy=1))
    assert book.counts() == {Status.PLANNED: 2}


def test_a_draft_is_not_listed_and_leaves_nothing_when_discarded(ledger: Ledger) -> None:
    draft = ledger.draft(DETAILS)
    ledger.book(draft).add([message(2)])
    assert ledger.runs() == []
    ledger.discard(draft)
    with pytest.raises(UsageError):
        ledger.find(draft.name)
    assert ledger._db.execute("SELECT count(*) FROM rows").fetchone() == (0,)


def test_a_run_that_has_begun_is_not_discarded(ledger: Ledger) -> None:
    run, book = begun(ledger, message(2))
    ledger.discard(run)
    assert book.counts() == {Status.PLANNED: 1}


def test_runs_are_listed_newest_first(ledger: Ledger) -> None:
    first, _ = begun(ledger, message(2))
    second, _ = begun(ledger, message(2), again=True)
    assert [run.name for run in ledger.runs()] == [second.name, first.name]


def test_a_repetition_is_refused_with_what_went_out_in_all_runs_like_it(ledger: Ledger) -> None:
    _, book = begun(ledger, message(2), message(3))
    book.claim_next(2, after=0)
    book.record([Outcome(2, Status.ACCEPTED), Outcome(3, Status.UNKNOWN)])
    begun(ledger, message(2), message(3), again=True)
    with pytest.raises(AlreadySent, match="1 accepted, 1 unknown"):
        begun(ledger, message(2), message(3))
    assert len(ledger.runs()) == 2


def test_two_drafts_that_are_confirmed_at_the_same_time_do_not_both_begin(ledger: Ledger) -> None:
    one, other = ledger.draft(DETAILS), ledger.draft(DETAILS)
    ledger.begin(one, "same")
    with pytest.raises(AlreadySent):
        ledger.begin(other, "same")


def test_practice_is_neither_refused_nor_a_reason_to_refuse(ledger: Ledger) -> None:
    practice = replace(DETAILS, practice=True)
    ledger.begin(ledger.draft(practice), "same")
    ledger.begin(ledger.draft(practice), "same")
    ledger.begin(ledger.draft(DETAILS), "same")


def test_a_run_begins_only_once(ledger: Ledger) -> None:
    run, _ = begun(ledger, message(2))
    with pytest.raises(LedgerError, match="not draft any more"):
        ledger.begin(run, "other")


def test_a_stopped_run_goes_on_as_if_it_had_not_ended(ledger: Ledger) -> None:
    run, _ = begun(ledger, message(2))
    stopped = ledger.end(run, RunState.STOPPED, "interrupted")
    assert (stopped.state, stopped.ended_because, ledger.unfinished()) == (RunState.STOPPED, "interrupted", stopped)
    resumed = ledger.resume(stopped)
    assert (resumed.state, resumed.ended_at, resumed.ended_because) == (RunState.SENDING, None, "")


def test_an_unfinished_run_is_the_newest_with_something_left(ledger: Ledger) -> None:
    first, _ = begun(ledger, message(2))
    begun(ledger, rejection(2), again=True)
    assert ledger.unfinished() == first


def test_plans_nobody_confirmed_are_forgotten_after_a_day(tmp_path: Path) -> None:
    day = datetime(2026, 11, 21, tzinfo=UTC)
    with closing(Ledger(tmp_path / "ledger.sqlite", now=lambda: day)) as ledger:
        ledger.book(ledger.draft(DETAILS)).add([message(2)])
        begun(ledger, message(2))
    with closing(Ledger(tmp_path / "ledger.sqlite", now=lambda: day + timedelta(hours=25))) as ledger:
        assert ledger._db.execute("SELECT count(*) FROM runs").fetchone() == (1,)
        assert ledger._db.execute("SELECT count(*) FROM rows").fetchone() == (1,)


def test_many_processes_may_open_a_new_ledger_at_once(tmp_path: Path) -> None:
    for round_ in range(20):
        path = tmp_path / f"ledger{round_}.sqlite"
        with ThreadPoolExecutor(8) as pool:
            for ledger in pool.map(_opened_and_closed, [path] * 8):
                assert ledger.path == path


def _opened_and_closed(path: Path) -> Ledger:
    ledger = Ledger(path)
    ledger.close()
    return ledger


def test_the_ledger_outlives_its_process(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    with Ledger.opened(path) as ledger:
        run, book = begun(ledger, message(2))
        book.claim_next(1, after=0)
    with Ledger.opened(path) as ledger:
        assert ledger.book(ledger.find(run.name)).counts() == {Status.UNKNOWN: 1}


@pytest.mark.parametrize("content", [b"not a database, but long enough to look at", b"SQLite format 3\0"])
def test_a_file_that_is_no_ledger_is_said_so(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "ledger.sqlite"
    path.write_bytes(content * 50)
    with pytest.raises(LedgerError, match="cannot be used"):
        Ledger(path)


def test_a_ledger_from_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    Ledger(path).close()
    with closing(sqlite3.connect(path)) as db:
        db.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    with pytest.raises(LedgerError, match="newer"):
        Ledger(path)


CELLS = st.one_of(
    st.none(), st.booleans(), st.integers(-(2**53), 2**53), st.floats(allow_nan=False, allow_infinity=False),
    st.text(st.characters(exclude_categories=["Cs"])), st.dates(), st.datetimes(), st.times(),
    st.timedeltas(timedelta(days=-999), timedelta(days=999)),
)  # fmt: skip


@given(st.lists(CELLS))
def test_cells_come_back_as_they_went_in(cells: list[Cell]) -> None:
    back = load_cells(dump_cells(cells))
    assert list(back) == cells
    assert list(map(type, back)) == list(map(type, cells))


def test_dates_are_not_taken_for_datetimes() -> None:
    cells = (datetime(2026, 1, 2), date(2026, 1, 2), time(1, 2))  # noqa: DTZ001 - a cell has no zone
    assert tuple(map(type, load_cells(dump_cells(cells)))) == (datetime, date, time)


def test_contacts_with_surplus_cells_are_measured(ledger: Ledger) -> None:
    ragged, item = rejection(3)
    _, book = begun(ledger, message(2), (Contact(3, (*ragged.cells, "more")), item))
    assert book.widest() == 3

"""Rows that are planned again: nothing is forgotten, and what was accepted stays as it is."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace

import pytest

from batchsend.contacts import Contact
from batchsend.errors import LedgerError
from batchsend.messages import Message
from batchsend.runs import Book, Ledger, Outcome, Run, Status
from batchsend.runs.amendments import HELD_BACK
from batchsend.runs.terms import Terms
from tests.runs.plans import DETAILS, begun, message, rejection


@pytest.fixture
def ledger() -> Iterator[Ledger]:
    with closing(Ledger(":memory:")) as ledger:
        yield ledger


def settled(ledger: Ledger, status: Status) -> tuple[Run, Book]:
    """Row 2 ended so; row 3 is still planned, row 4 invalid."""
    run, book = begun(ledger, message(2), message(3), rejection(4))
    book.claim_rows([2])
    book.record([Outcome(2, status, "code", "because", "ref", 418)])
    return run, book


def corrected(row: int, to: str) -> tuple[Contact, Message]:
    contact, item = message(row, to=to)
    assert isinstance(item, Message)
    return replace(contact, cells=(to, "New"), shown={1: "NEW"}), item


@pytest.mark.parametrize("status", [Status.REJECTED, Status.UNKNOWN])
def test_a_corrected_row_keeps_what_became_of_it(ledger: Ledger, status: Status) -> None:
    run, book = settled(ledger, status)
    key = book.key(2)
    ledger.amendments(run).amend([corrected(2, "+40799000000")], [], [])
    (claim, _) = book.claim_next(9, after=0)
    assert (claim.message.to, claim.attempt) == ("+40799000000", 2)
    assert claim.message.key != key, "another message must not pass for the one that was refused"
    book.record([Outcome(2, Status.ACCEPTED, reference="new")])
    standing = ledger.standing(run)
    first, last = standing.history()
    assert (first.status, first.reason, first.number, first.reference) == (status, "because", "+40723000002", "ref")
    assert (last.status, last.number, last.reference) == (Status.ACCEPTED, "+40799000000", "new")
    assert standing.kept([2])[2].contact == Contact(2, ("+40799000000", "New"), shown={1: "NEW"})
    assert standing.earlier_cells([2]) == {2: [("+40723000002", "Name 2")]}
    assert standing.unsettled() == ({2: (1, 1)} if status is Status.UNKNOWN else {})
    assert [holder.past for holder in standing.holders(["+40723000002"]).get("+40723000002", [])] == (
        [True] if status is Status.UNKNOWN else []
    )


def test_a_row_that_is_sent_again_as_it_is_keeps_its_key(ledger: Ledger) -> None:
    run, book = settled(ledger, Status.REJECTED)
    ledger.amendments(run).amend([], [2], [])
    (claim, _) = book.claim_next(9, after=0)
    assert (claim.message.key, claim.attempt) == (book.key(2), 2)


@pytest.mark.parametrize("again", [[], [2]])
def test_what_was_accepted_in_the_meantime_stops_the_whole_retry(ledger: Ledger, again: list[int]) -> None:
    run, book = settled(ledger, Status.ACCEPTED)
    changes = [] if again else [corrected(2, "+40799000000")]
    with pytest.raises(LedgerError):
        ledger.amendments(run).amend([*changes, corrected(4, "+40799000001")], again, [3])
    assert book.counts() == {Status.ACCEPTED: 1, Status.PLANNED: 1, Status.INVALID: 1}
    assert list(ledger.standing(run).history()) == []


def test_what_is_on_its_way_is_not_changed(ledger: Ledger) -> None:
    run, book = settled(ledger, Status.REJECTED)
    book.claim_rows([3])
    with pytest.raises(LedgerError):
        ledger.amendments(run).amend([corrected(3, "+40799000000")], [], [])


def test_two_rows_may_change_their_numbers_at_once(ledger: Ledger) -> None:
    run, book = begun(ledger, message(2), message(3))
    ledger.amendments(run).amend([corrected(2, "+40723000003"), corrected(3, "+40723000002")], [], [])
    assert [claim.message.to for claim in book.claim_next(9, after=0)] == ["+40723000003", "+40723000002"]


def test_a_row_that_is_held_back_is_not_claimed_until_it_is_planned_again(ledger: Ledger) -> None:
    run, book = settled(ledger, Status.REJECTED)
    ledger.amendments(run).amend([], [], [2, 3])  # only what is planned can be held back
    assert book.claim_next(9, after=0) == []
    assert book.counts() == {Status.REJECTED: 1, Status.NOT_SENT: 1, Status.INVALID: 1}
    assert ledger.standing(run).kept([3])[3].code == HELD_BACK
    ledger.amendments(run).amend([], [3], [])
    assert [claim.message.row for claim in book.claim_next(9, after=0)] == [3]


def test_a_verdict_settles_an_unknown_row_once(ledger: Ledger) -> None:
    run, book = settled(ledger, Status.UNKNOWN)
    amendments = ledger.amendments(run)
    assert amendments.settle([Outcome(2, Status.NOT_SENT), Outcome(3, Status.ACCEPTED)]) == 1
    assert amendments.settle([Outcome(2, Status.ACCEPTED)]) == 0
    assert book.counts() == {Status.PLANNED: 2, Status.INVALID: 1}
    assert ledger.standing(run).unsettled() == {}


def test_opt_outs_and_terms_stay_with_the_run(ledger: Ledger) -> None:
    terms = Terms("RO", 3, None, keep_duplicates=True, transliterate=True)
    run = ledger.draft(replace(DETAILS, terms=terms))
    ledger.amendments(run).suppress({"+40723000002": "stop.csv row 2"})
    assert ledger.standing(run).suppressed() == {"+40723000002": "stop.csv row 2"}
    assert ledger.find(ledger.begin(run, "f").name).details.terms == terms


def test_a_run_without_terms_finds_its_columns_by_their_names() -> None:
    assert Terms.load("{}", ("Phone", "Country", "First Name")) == Terms(country_column=1, name_column=2)

"""A person who asks to be forgotten is gone from every run, byte by byte; everybody else and every count stay."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from batchsend.contacts import Cell, Contact
from batchsend.errors import RunHeld
from batchsend.messages import Message, Written, measure
from batchsend.recipients import Rejection
from batchsend.runs import Ledger, Outcome, RunState, Status
from batchsend.runs.forget import CODE, forget
from batchsend.runs.reply import Reply

from .plans import DETAILS, begun, message, rejection
from .test_purge import in_the_files

NUMBER = "+40723000002"


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    ledger = Ledger(tmp_path / "ledger.sqlite")
    yield ledger
    ledger.close()


def of_cells(row: int, *cells: Cell, to: str = "") -> Written:
    contact = Contact(row, cells)
    if not to:
        return contact, Rejection(contact, "two_numbers", f"cannot be read: {cells[0]}", skipped=False)
    return contact, Message(row, to, "RO", f"Hi {row}", measure(f"Hi {row}"), f"Name {row}", 0)


def test_the_person_is_gone_from_every_byte_and_the_counts_are_as_before(ledger: Ledger, tmp_path: Path) -> None:
    run, book = begun(ledger, message(2), message(3), rejection(4))
    book.claim_next(9, 0)
    book.record([Outcome(2, Status.ACCEPTED, reason="to Name 2", reference="ref-2"), Outcome(3, Status.ACCEPTED)])
    ledger.end(run, RunState.FINISHED, "done")
    counts, spent = book.counts(), book.credits(Status.ACCEPTED)
    private = ("40723000002", "Name 2", "Hi 2", "ref-2")
    assert in_the_files(tmp_path, *private) == set(private)
    done = forget(ledger, NUMBER)
    assert (done.rows, done.cells, done.planned, done.runs, done.wiped) == (1, 0, 0, (run.name,), True)
    assert in_the_files(tmp_path, *private) == set()
    assert (book.counts(), book.credits(Status.ACCEPTED)) == (counts, spent)
    first, second, _ = book.rows()
    assert (first.status, first.cells, first.number, first.text) == (Status.ACCEPTED, (None, None), "", "")
    assert (first.credits, first.parts, first.country) == (1, 1, "RO")
    assert (second.number, second.cells) == ("+40723000003", ("+40723000003", "Name 3"))


def test_every_run_is_searched(ledger: Ledger) -> None:
    for _ in range(3):
        run, _ = begun(ledger, message(2), again=True)
        ledger.end(run, RunState.STOPPED, "test")
    done = forget(ledger, NUMBER)
    assert (done.rows, len(done.runs), done.planned) == (3, 3, 3)
    assert forget(ledger, NUMBER).rows == 0


def test_what_was_planned_is_never_sent(ledger: Ledger) -> None:
    run, book = begun(ledger, message(2), message(3))
    run = ledger.end(run, RunState.STOPPED, "test")
    assert forget(ledger, NUMBER).planned == 1
    row = next(book.rows())
    assert (row.status, row.code) == (Status.SKIPPED, CODE)
    ledger.resume(run)
    assert [claim.message.to for claim in book.claim_next(9, 0)] == ["+40723000003"]


def test_two_people_of_one_run_can_be_forgotten(ledger: Ledger) -> None:
    run, book = begun(ledger, message(2), message(3), message(4, to=NUMBER, copy=1))
    ledger.end(run, RunState.STOPPED, "test")
    assert forget(ledger, NUMBER).rows == 2
    assert forget(ledger, "+40723000003").rows == 1
    assert book.counts() == {Status.SKIPPED: 3}


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        ("0723 000 002", True),
        ("0040-723-000-002", True),
        (723000002.0, True),
        (40723000002, True),
        ("٠٧٢٣٠٠٠٠٠٢", True),
        ("tel 0723000002 / 0744000000", True),
        ("0723 000 003", False),
        ("072300000", False),
        (None, False),
        (True, False),
    ],
)
def test_a_row_that_could_not_be_read_is_found_by_its_digits(ledger: Ledger, cell: Cell, found: bool) -> None:
    run, book = begun(ledger, of_cells(2, cell, "Ana"))
    ledger.end(run, RunState.FINISHED, "test")
    assert forget(ledger, NUMBER).rows == found
    [row] = book.rows()
    assert row.cells == ((None, None) if found else (cell, "Ana"))
    assert row.status is Status.INVALID
    assert ("0723" in row.reason) is (not found and "0723" in str(cell))


def test_somebody_elses_row_loses_that_cell_alone(ledger: Ledger) -> None:
    run, book = begun(ledger, of_cells(2, "0744000000", "Ion", "0723000002", to="+40744000000"))
    ledger.end(run, RunState.STOPPED, "test")
    done = forget(ledger, NUMBER)
    assert (done.rows, done.cells, done.planned) == (0, 1, 0)
    [row] = book.rows()
    assert (row.number, row.cells, row.status) == ("+40744000000", ("0744000000", "Ion", None), Status.PLANNED)


def test_digits_that_only_meet_across_two_cells_are_nobodys(ledger: Ledger) -> None:
    run, _ = begun(ledger, of_cells(2, "0723", "000002"))
    ledger.end(run, RunState.FINISHED, "test")
    assert forget(ledger, NUMBER).runs == ()


def test_a_run_at_work_is_refused_and_nothing_changes(ledger: Ledger, tmp_path: Path) -> None:
    finished, _ = begun(ledger, message(2))
    ledger.end(finished, RunState.STOPPED, "test")
    run, _ = begun(ledger, message(2), again=True)
    other = Ledger(tmp_path / "ledger.sqlite")
    with ledger.holding(run), pytest.raises(RunHeld):
        forget(other, NUMBER)
    other.close()
    assert [next(ledger.book(each).rows()).number for each in ledger.runs()] == [NUMBER, NUMBER]


def test_a_claim_whose_process_is_gone_is_unknown_and_blank(ledger: Ledger) -> None:
    _, book = begun(ledger, message(2))
    book.claim_next(1, 0)
    assert forget(ledger, NUMBER).rows == 1
    [row] = book.rows()
    assert (row.status, row.claimed, row.number, row.text) == (Status.UNKNOWN, False, "", "")


def test_a_plan_nobody_confirmed_is_forgotten_whole(ledger: Ledger, tmp_path: Path) -> None:
    ledger.book(ledger.draft(DETAILS)).add([message(2)])
    assert forget(ledger, NUMBER).wiped
    assert in_the_files(tmp_path, "40723000002") == set()


def test_a_plan_somebody_is_about_to_confirm_is_refused(ledger: Ledger, tmp_path: Path) -> None:
    draft = ledger.draft(DETAILS)
    ledger.book(draft).add([message(2)])
    other = Ledger(tmp_path / "ledger.sqlite")
    with ledger.holding(draft):
        with pytest.raises(RunHeld, match="planning to send"):
            forget(other, NUMBER)
        assert forget(other, "+40723999999").rows == 0
    other.close()


def test_what_the_person_answered_goes_and_the_opt_out_stays(ledger: Ledger, tmp_path: Path) -> None:
    run, book = begun(ledger, message(2), message(3))
    book.claim_next(9, 0)
    book.record([Outcome(2, Status.ACCEPTED), Outcome(3, Status.ACCEPTED)])
    ledger.end(run, RunState.FINISHED, "done")
    other = "+40723000003"
    for id_, number, text in (("1", NUMBER, "Stop"), ("2", other, "ask 0723 000 002"), ("3", other, "At six?")):
        ledger.replies().add(Reply("robo-sms", id_, f"chat-{number}", f"Sender {id_}", text, None, number=number))
    done = forget(ledger, NUMBER)  # the answers had not been looked at
    assert (done.rows, done.replies, done.protected) == (1, 2, True)
    assert in_the_files(tmp_path, "Sender 1", "0723 000 002", "chat-+40723000002", "Stop") == set()
    assert [reply.text for reply in ledger.replies().all() if reply.text] == ["At six?"]
    assert ledger.opt_outs().numbers().keys() == {NUMBER}
    assert ledger.opt_outs().numbers()[NUMBER].endswith("by replying")
    assert not forget(ledger, other).protected


def test_a_number_a_row_had_before_it_was_corrected_goes(ledger: Ledger, tmp_path: Path) -> None:
    run, book = begun(ledger, message(2), message(3))
    book.claim_next(9, 0)
    book.record([Outcome(2, Status.REJECTED, reason="no such number"), Outcome(3, Status.ACCEPTED)])
    ledger.end(run, RunState.FINISHED, "done")
    ledger.amendments(run).amend([message(2, to="+40799000000")], [], [])
    done = forget(ledger, NUMBER)
    assert (done.rows, done.earlier, done.protected) == (0, 1, False)
    assert in_the_files(tmp_path, "40723000002") == set()
    assert [past.status for past in ledger.standing(run).history()] == [Status.REJECTED, Status.NOT_SENT]
    assert forget(ledger, "+40799000000").rows == 1
    assert in_the_files(tmp_path, "40799000000", "Name 2", "no such number") == set()


def test_every_table_that_could_hold_a_person_is_thought_of(ledger: Ledger) -> None:
    """A new table with data of people must be blanked by `forget` (see _ALSO) and emptied by `purge`."""
    tables = {name for (name,) in ledger.connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
    assert tables == {
        "runs", "rows", "pace", "purged", "replies", "opt_outs", "message_keys", "keyed_runs", "history", "suppressed",
    }  # fmt: skip

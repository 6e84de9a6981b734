"""Outcomes beside the ledger, and runs that are found without their program."""

import os
from pathlib import Path

import pytest

from batchsend.runs import Ledger, Outcome, RunState, Status
from tests.runs.plans import begun, message


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The other folders that may take the file."""
    for name in ("cwd", "home", "tmp"):
        (tmp_path / name).mkdir()
    monkeypatch.chdir(tmp_path / "cwd")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setattr("tempfile.gettempdir", lambda: str(tmp_path / "tmp"))


def test_a_run_without_its_program_is_settled_when_the_ledger_is_opened(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    with Ledger.opened(path) as ledger:
        run, book = begun(ledger, *(message(row) for row in range(2, 6)))
        claims = book.claim_next(2, after=0)
        kept = [Outcome(2, Status.ACCEPTED, reference="r-2", attempt=claims[0].attempt)]
        assert ledger.leftovers(run).keep(kept) == tmp_path / f"batchsend-{run.name}.outcomes.jsonl"
    with Ledger.opened(path) as ledger:
        run = ledger.find(run.name)
        rows = {row.row: row for row in ledger.book(run).rows()}
        (dead,) = ledger.dead
    assert (run.state, run.ended_because) == (RunState.STOPPED, "its program ended without a word")
    assert (rows[2].status, rows[2].reference, rows[3].status) == (Status.ACCEPTED, "r-2", Status.UNKNOWN)
    assert (dead.run, dead.abandoned, dead.left) == (run.name, 1, 2)
    assert not list(tmp_path.rglob("*.jsonl"))


def test_a_run_that_is_held_is_alive(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    with Ledger.opened(path) as ledger:
        run, book = begun(ledger, message(2))
        with ledger.holding(run):
            book.claim_next(1, after=0)
            with Ledger.opened(path) as other:
                assert other.dead == []
                assert other.find(run.name).state is RunState.SENDING
            book.record([Outcome(2, Status.ACCEPTED)])


def test_a_claim_of_which_it_is_learnt_late_is_settled_once_and_only_for_its_own_try(tmp_path: Path) -> None:
    with Ledger.opened(tmp_path / "ledger.sqlite") as ledger:
        _, book = begun(ledger, message(2))
        book.claim_next(1, after=0)
        book.settle_abandoned()
        assert book.record_late([Outcome(2, Status.NOT_SENT, attempt=1)]) == 1
        book.claim_next(1, after=0)  # the second try is on its way
        assert book.record_late([Outcome(2, Status.NOT_SENT, attempt=1)]) == 0
        assert book.counts() == {Status.UNKNOWN: 1}


def test_the_first_folder_with_room_takes_it_and_half_a_line_says_nothing(tmp_path: Path) -> None:
    with Ledger.opened(tmp_path / "no" / "ledger.sqlite") as ledger:
        run, book = begun(ledger, message(2), message(3))
        book.claim_next(2, after=0)
        leftovers = ledger.leftovers(run)
        (tmp_path / "no" / f"batchsend-{run.name}.outcomes.jsonl").mkdir()  # nothing can be written there
        path = leftovers.keep([Outcome(2, Status.REJECTED, "refused", "a \u2028 reason", attempt=1)])
        assert path is not None
        assert path.parent == tmp_path / "cwd"
        assert path.stat().st_mode & 0o777 == 0o600
        with path.open("a", encoding="utf-8") as file:
            file.write('{"row": 3, "status": "acce')
        assert leftovers.take_up(book) == 1
        assert book.counts() == {Status.REJECTED: 1, Status.UNKNOWN: 1}
        assert not path.exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make a file of somebody else's")
def test_a_file_of_somebody_else_is_not_believed(tmp_path: Path) -> None:
    with Ledger.opened(tmp_path / "ledger.sqlite") as ledger:
        run, book = begun(ledger, message(2))
        book.claim_next(1, after=0)
        path = ledger.leftovers(run).keep([Outcome(2, Status.NOT_SENT, attempt=1)])
        assert path is not None
        os.chown(path, 65534, 65534)
        assert ledger.leftovers(run).take_up(book) == 0
        assert book.counts() == {Status.UNKNOWN: 1}

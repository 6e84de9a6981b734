"""What became of the unknown rows: the gateway's records, or a person's word."""

import json
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

import openpyxl
import pytest

from batchsend.providers import Provider, build_provider
from batchsend.providers.exchange import HttpRequest
from batchsend.providers.outcomes import Attempt, Event
from batchsend.providers.provider import Enquiry, Question, Unanswered
from batchsend.providers.robo_sms import RoboSms
from batchsend.runs import Ledger, Status
from batchsend.sandbox import Sandbox
from batchsend.settings import Settings
from tests.acceptance.conftest import results_of
from tests.acceptance.inside import Inside
from tests.acceptance.test_retry import FAST, edit, send, statuses

PEOPLE = [["Phone", "Name"], *([f"+4072300{n:04}", f"P{n}"] for n in range(4))]


@pytest.fixture
def batchsend(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Inside:
    return Inside.at(tmp_path, monkeypatch)


@pytest.fixture
def out(batchsend: Inside, gateway: Sandbox) -> Path:
    """The workbook of a run: row 2 accepted, the others unknown; of them only 3 went out."""
    gateway.trouble = ["drop_after_accept=@2"]
    out = send(batchsend, PEOPLE[:3])
    assert statuses(out) == {2: "accepted", 3: "unknown"}
    return out


def test_a_persons_word_settles_the_ledger_and_resume_sends_the_rest(batchsend: Inside, gateway: Sandbox) -> None:
    gateway.trouble = ["drop_before_accept"]
    back = edit(send(batchsend, PEOPLE), "Unknown", {2: {"verdict": "delivered"}, 3: {"verdict": "Not  delivered"}})
    gateway.trouble = []
    done = batchsend("reconcile", back, "-y", "-o", "settled.xlsx")
    assert done.returncode == 6, done.stderr  # two stay unknown
    assert "row 2       accepted: a person says it was delivered" in done.stdout
    settled = results_of(batchsend.folder / "settled.xlsx")
    assert [row["send_status"] for row in settled] == ["accepted", "not_sent", "unknown", "unknown"]
    assert settled[0]["send_reason"] == "a person says it was delivered"
    run = settled[0]["send_run"]
    assert batchsend("resume", run, *FAST, "-o", "new.xlsx").returncode == 6
    assert gateway.record.count_by_number() == {"+40723000001": 1}
    history = openpyxl.load_workbook(batchsend.folder / "new.xlsx")["History"].iter_rows(
        2, 99, max_col=3, values_only=True
    )
    assert [row for row in history if row[0]] == [
        (2, 1, "unknown"), (2, 2, "accepted"), (3, 1, "unknown"), (3, 2, "accepted"),
    ]  # fmt: skip


def test_a_verdict_comes_too_late_for_a_row_that_is_not_unknown_any_more(
    batchsend: Inside, gateway: Sandbox, out: Path
) -> None:
    back = edit(out, "Unknown", {3: {"verdict": "not delivered"}})
    assert (
        batchsend("reconcile", edit(out, "Unknown", {3: {"verdict": "delivered"}}, "first.xlsx"), "-y").returncode == 0
    )
    done = batchsend("reconcile", back, "-y")
    assert "The verdict of row 3 is not taken: it is accepted, not unknown any more." in done.stdout
    assert "Nothing was changed." in done.stdout
    assert gateway.record.count_by_number() == {"+40723000000": 1, "+40723000001": 1}


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"verdict": "maybe"}, "'maybe' is neither 'delivered' nor 'not delivered'"),
        ({"verdict": "not delivered", "send_to": "+40723000099"}, "its send_to is another row's"),
        ({"verdict": "not delivered", "send_run": "2026-01-01-abcd"}, "rows of several runs"),
    ],
)
def test_a_verdict_that_is_not_certain_is_not_taken(
    batchsend: Inside, gateway: Sandbox, out: Path, changes: dict[str, str], why: str
) -> None:
    done = batchsend("reconcile", edit(out, "Unknown", {3: changes}), "-y")
    assert why in done.stdout + done.stderr
    assert batchsend("resume").returncode == 2
    assert len(gateway.record.accepted()) == 2


def test_a_gateway_that_cannot_be_asked_is_said_with_what_to_do(batchsend: Inside, out: Path) -> None:
    run = results_of(out)[0]["send_run"]
    done = batchsend("reconcile", run, "-y")
    assert done.returncode == 2
    assert "robo-sms cannot be asked" in done.stderr
    assert "sheet Unknown" in done.stderr


class Asked(RoboSms):
    """Robo-SMS, had it a list of what it took: the sandbox's own."""

    base = ""

    def settle(self, questions: Sequence[Question], known: Collection[str]) -> Enquiry[Mapping[int, Attempt]]:
        assert all(len(question.key) == 32 and question.claimed_at.tzinfo for question in questions)
        assert isinstance(known, Collection)
        response = yield HttpRequest("GET", f"{self.base}/_sandbox/record")
        if response.status != 200:
            raise Unanswered("it has no records")
        taken = {(it["to"], it["text"]) for it in response.json()}
        yes, no = (Attempt.of(event) for event in (Event.ACCEPTED, Event.RATE_LIMITED))
        return {question.row: yes if (question.to, question.text) in taken else no for question in questions}


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch, gateway: Sandbox) -> None:
    def built(name: str, settings: Settings) -> Provider:
        provider = build_provider(name, settings)
        provider.__class__ = Asked
        return provider

    Asked.base = gateway.base_url
    monkeypatch.setattr("batchsend.cli.reconcile.build_provider", built)


@pytest.mark.usefixtures("asked")
def test_a_gateway_that_can_be_asked_settles_what_is_proven(batchsend: Inside, gateway: Sandbox) -> None:
    gateway.trouble = ["drop_before_accept"]
    run = results_of(send(batchsend, PEOPLE[:3]))[0]["send_run"]
    gateway.trouble = []
    gateway.record.add("robo-sms", to="+40723000000", text="Hi P0", body={})
    done = batchsend("reconcile", run, "-y", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["settled"] == {"2": "accepted", "3": "not_sent"}
    assert batchsend("resume", *FAST).returncode == 0
    assert gateway.record.count_by_number() == {"+40723000000": 1, "+40723000001": 1}


@pytest.mark.usefixtures("asked")
def test_a_gateway_that_says_nothing_changes_nothing(batchsend: Inside, gateway: Sandbox, out: Path) -> None:
    Asked.base = f"{gateway.base_url}/nowhere"
    done = batchsend("reconcile", results_of(out)[0]["send_run"], "-y")
    assert done.returncode == 5
    assert "it has no records" in done.stderr
    with Ledger.opened(batchsend.folder / "ledger.sqlite") as ledger:
        assert ledger.book(ledger.runs()[0]).counts() == {Status.ACCEPTED: 1, Status.UNKNOWN: 1}


@pytest.mark.usefixtures("asked")
def test_another_account_is_neither_asked_nor_sent_through(batchsend: Inside, out: Path) -> None:
    run = results_of(out)[0]["send_run"]
    elsewhere = {"BATCHSEND_ROBO_SMS_BASE_URL": "http://127.0.0.1:9"}
    for arguments in (("reconcile", run), ("retry", out, "--include-unknown")):
        done = batchsend(*arguments, "-y", **elsewhere)
        assert done.returncode == 2, done.stdout
        assert "the settings say 127.0.0.1:9" in done.stderr
    assert batchsend("report", run, "-o", "after.xlsx").returncode == 0
    assert statuses(batchsend.folder / "after.xlsx") == {2: "accepted", 3: "unknown"}

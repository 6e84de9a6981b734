"""Who opted out is left out of everything, and what people answered is in the workbook."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from batchsend.cli import cli
from batchsend.runs import Ledger
from batchsend.runs.reply import Reply
from batchsend.sandbox import Sandbox
from tests.acceptance.conftest import ROOT, Shell, results_of, stop_politely, wait_for_accepted
from tests.acceptance.listening import SET_UP, listening, sent_run
from tests.inbox.deliveries import PROJECT, SECRET, chat, delivery, post
from tests.inbox.project import Project, running
from tests.lists import write_csv

ANA, BOB = "+40710000001", "+40710000002"
MESSAGE = ("-m", "Hi {{ name }}", "-p", "robo-sms", "-y", "--rate", "1000")


@pytest.fixture
def people(batchsend: Shell) -> Path:
    return write_csv(batchsend.folder / "list.csv", [["Phone", "Name"], [ANA, "Ana"], [BOB, "Bob"]])


def opts_out(batchsend: Shell, number: str, text: str = "STOP") -> None:
    """A reply that the listener stored."""
    with Ledger.opened(batchsend.folder / "ledger.sqlite") as ledger:
        ledger.replies().add(Reply("smartify", f"{number} {text}", "sms", "", text, None, number=number))


def reasons(rows: list[dict[str, Any]]) -> dict[str, str]:
    return {row["send_to"]: row["send_reason"] or "" for row in rows if row["send_status"] == "skipped"}


def test_check_estimate_and_send_leave_out_who_replied_stop_and_say_why(
    batchsend: Shell, gateway: Sandbox, people: Path
) -> None:
    opts_out(batchsend, ANA)
    checked = batchsend("check", people)
    assert "by replying STOP" in checked.stdout
    assert "1 of 2 rows can be sent" in checked.stdout
    estimated = json.loads(batchsend("estimate", people, "-m", "Hi", "--json").stdout)
    assert estimated["suppressed"] == 1
    (problem,) = estimated["problems"]
    assert problem["code"] == "opted_out"
    assert problem["reason"].startswith("opted out on ")
    done = batchsend("send", people, *MESSAGE, "-o", "out.xlsx")
    assert done.returncode == 0, done.stderr
    assert [item.to for item in gateway.record.accepted()] == [BOB]
    assert list(reasons(results_of(batchsend.folder / "out.xlsx"))) == [ANA]


def test_looking_at_a_list_makes_no_ledger(batchsend: Shell, people: Path) -> None:
    assert batchsend("check", people).returncode == 0
    assert not (batchsend.folder / "ledger.sqlite").exists()


def test_who_comes_back_gets_messages_again(batchsend: Shell, gateway: Sandbox, people: Path) -> None:
    assert batchsend("replies", "stop", ANA).returncode == 0
    assert batchsend("replies", "stop", "0710 000 002", "-c", "RO").returncode == 0
    assert ", entered by hand" in batchsend("replies", "opt-outs").stdout
    assert "0 of 2 rows can be sent" in batchsend("check", people).stdout
    opts_out(batchsend, ANA, "START")
    assert batchsend("replies", "allow", BOB).stdout == f"{BOB} may get messages again.\n"
    assert batchsend("replies", "allow", BOB).stdout == f"{BOB} is not on the opt-out list.\n"
    assert batchsend("send", people, *MESSAGE).returncode == 0
    assert Counter(gateway.record.count_by_number()) == {ANA: 1, BOB: 1}


@pytest.mark.parametrize("number", ["0710000001", "hello", "+407", ""])
def test_a_number_that_is_none_changes_nothing(tmp_path: Path, number: str) -> None:
    run, ledger = CliRunner(), ["--ledger", str(tmp_path / "ledger.sqlite")]
    assert run.invoke(cli, [*ledger, "replies", "stop", number]).exit_code == 2
    assert "Nobody has opted out" in run.invoke(cli, [*ledger, "replies", "opt-outs"]).stdout


def test_resume_leaves_out_who_opted_out_meanwhile(batchsend: Shell, gateway: Sandbox) -> None:
    numbers = [f"+4071000{n:04}" for n in range(200)]
    listed = write_csv(batchsend.folder / "list.csv", [["Phone"], *([number] for number in numbers)])
    process = batchsend.start("send", listed, "-m", "Hi", "-p", "robo-sms", "-y", "--rate", "50", "-o", "out.xlsx")
    wait_for_accepted(gateway, 5)
    output = stop_politely(process)
    assert process.returncode == 130, output
    opts_out(batchsend, numbers[-1])
    batchsend("replies", "stop", numbers[-2])
    assert batchsend("resume", "--rate", "1000", "-o", "rest.xlsx").returncode == 0
    assert set(gateway.record.count_by_number()) == set(numbers[:-2])
    rows = results_of(batchsend.folder / "rest.xlsx")
    assert set(reasons(rows)) == set(numbers[-2:])
    assert Counter(row["send_status"] for row in rows) == {"accepted": 198, "skipped": 2}


def test_a_run_that_is_under_way_does_not_come_to_who_opts_out(batchsend: Shell, gateway: Sandbox) -> None:
    numbers = [f"+4071000{n:04}" for n in range(300)]
    listed = write_csv(batchsend.folder / "list.csv", [["Phone"], *([number] for number in numbers)])
    process = batchsend.start("send", listed, "-m", "Hi", "-p", "robo-sms", "-y", "--rate", "60", "-o", "out.xlsx")
    wait_for_accepted(gateway, 5)
    assert batchsend("replies", "stop", numbers[-1]).returncode == 0
    process.communicate(timeout=60)
    assert process.returncode == 0
    assert set(gateway.record.count_by_number()) == set(numbers[:-1])
    counts = Counter(row["send_status"] for row in results_of(batchsend.folder / "out.xlsx"))
    assert counts == {"accepted": 299, "skipped": 1}


def test_when_everybody_left_has_opted_out_resume_ends_the_run(batchsend: Shell, gateway: Sandbox) -> None:
    gateway.trouble = ["no_credits=@1"]
    listed = write_csv(batchsend.folder / "list.csv", [["Phone"], [ANA]])
    assert batchsend("send", listed, "-m", "Hi", "-p", "robo-sms", "-y").returncode == 4
    opts_out(batchsend, ANA)
    done = batchsend("resume", "-o", "rest.xlsx")
    assert done.returncode == 0, done.stdout + done.stderr
    assert reasons(results_of(batchsend.folder / "rest.xlsx")).keys() == {ANA}
    assert gateway.record.accepted() == []


def test_the_workbook_of_a_run_holds_its_replies(batchsend: Shell) -> None:
    run = sent_run(batchsend, 2, 3)
    assert batchsend("report", run.name, "-o", "before.xlsx").returncode == 0
    with Ledger.opened(batchsend.folder / "ledger.sqlite") as ledger:
        for row, text in ((3, "=1+1"), (2, "Stop")):
            reply = Reply("smartify", text, chat(run.keys[row]), "", text, None, key=run.keys[row])
            ledger.replies().add(reply)
    assert batchsend("report", run.name, "-o", "after.xlsx").returncode == 0
    rows = results_of(batchsend.folder / "after.xlsx", "Replies")
    assert [(row["row"], row["name"], row["text"], row["opt_out"]) for row in rows] == [
        (2, "Name 2", "Stop", "opted out"),
        (3, "Name 3", "=1+1", None),
    ]
    with pytest.raises(KeyError):
        results_of(batchsend.folder / "before.xlsx", "Replies")
    listed = json.loads(batchsend("replies", "list", run.name, "--json").stdout)
    assert {reply["run"] for reply in listed} == {run.name}
    documented = (ROOT / "docs" / "replies.md").read_text(encoding="utf-8")
    for key in (*listed[0], *rows[0]):
        assert f"`{key}`" in documented, key


def test_subscribing_with_the_installed_command(batchsend: Shell) -> None:
    with running(Project()) as project:
        batchsend.environment |= {
            "BATCHSEND_TILEDESK_PROJECT_ID": PROJECT,
            "BATCHSEND_TILEDESK_BASE_URL": project.base_url,
            "BATCHSEND_TILEDESK_EMAIL": "admin@example.org",
            "BATCHSEND_TILEDESK_PASSWORD": "fake-password",
        }
        done = batchsend("replies", "subscribe", "--target", "https://example.org")
        assert done.returncode == 0, done.stderr
        (made,) = project.subscriptions
        assert made["target"].startswith("https://example.org/replies/")
        assert made["target"] in done.stdout
        assert made["target"] in batchsend("replies", "subscriptions").stdout
        refused = batchsend("replies", "subscribe", "--target", "https://example.org/other", "-p", "tiledesk")
        assert refused.returncode == 2
        assert "--replace" in refused.stderr
        wrong = batchsend("replies", "subscriptions", BATCHSEND_TILEDESK_PASSWORD="wrong-fake")
        assert wrong.returncode == 5
        for output in (done, refused, wrong):
            for secret in (SECRET, "fake-password", "wrong-fake", "YWRtaW5A"):
                assert secret not in output.stdout + output.stderr
        assert batchsend("replies", "subscriptions", "--remove", made["_id"]).returncode == 0
        assert project.subscriptions == []


def test_which_gateway_is_asked_when_it_is_not_clear(batchsend: Shell) -> None:
    done = batchsend("replies", "listen")
    assert done.returncode == 2
    assert "BATCHSEND_SMARTIFY_PROJECT_ID" in done.stderr


def test_from_the_message_to_the_stop_and_the_next_message(batchsend: Shell) -> None:
    """A conversation in the helpdesk, its echo and its answer, and a list that goes by an id."""
    listed = write_csv(batchsend.folder / "list.csv", [["Member", "Name"], ["m-17", "Ana"], ["m-18", "Bob"]])
    sending = ("-p", "smartify", "-y", "--rate", "1000", "--map", "id=Member")
    with Sandbox() as gateway:
        batchsend.environment |= SET_UP | {"BATCHSEND_SMARTIFY_BASE_URL": gateway.base_url}
        assert batchsend("send", listed, "-m", "Hi {{ name }}", *sending).returncode == 0
        sent: Any = {item.to: item.body["attributes"] for item in gateway.record.accepted()}
        conversation = chat(sent["m-17"]["client_ref"])
        with listening(batchsend) as listener:
            echo = delivery(conversation, "Hi Ana", "own", attributes=sent["m-17"])
            assert post(listener.address, echo).text == "Nothing to keep."
            assert post(listener.address, delivery(conversation, "STOP", "theirs")).text == "Stored."
            assert listener.stop() == 0
        assert "Ana, m-17 (row 2 of" in listener.output
        done = batchsend("send", listed, "-m", "Hello again {{ name }}", *sending, "-o", "second.xlsx")
        assert done.returncode == 0, done.stderr
        assert gateway.record.count_by_number() == {"m-17": 1, "m-18": 2}
        assert "by replying STOP" in batchsend("check", listed, "--map", "id=Member").stdout
        assert batchsend("replies", "allow", "m-17").stdout == "m-17 may get messages again.\n"

import json
import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest

from batchsend.sandbox import Sandbox
from tests.acceptance.conftest import ROOT, Shell, results_of, stop_politely, wait_for_accepted
from tests.lists import write_csv

CONTACTS = ROOT / "samples" / "contacts.xlsx"
OFFER = ROOT / "templates" / "offer.txt"


def people(path: Path, count: int) -> Path:
    return write_csv(path, [["Phone", "Name"], *([f"+4071000{n:04}", f"P{n}"] for n in range(count))])


def test_the_main_job_balances(batchsend: Shell, gateway: Sandbox) -> None:
    done = batchsend("send", CONTACTS, "-t", OFFER, "-p", "robo-sms", "-y", "-o", "out.xlsx", "--rate", "500")
    assert done.returncode == 0, done.stderr
    rows = results_of(batchsend.folder / "out.xlsx")
    assert len(rows) == 72
    sent = {row["send_to"]: row["send_text"] for row in rows if row["send_status"] == "accepted"}
    assert sent == {item.to: item.text for item in gateway.record.accepted()}
    assert len(gateway.record.accepted()) == 72


def test_practice_with_trouble_balances_row_by_row(batchsend: Shell) -> None:
    done = batchsend(
        "send", CONTACTS, "-t", OFFER, "-p", "robo-sms", "-y", "--sandbox", "-o", "out.xlsx", "--json",
        BATCHSEND_SANDBOX_TROUBLE="reject=0.2,error=0.1,drop_after_accept=0.1",
    )  # fmt: skip
    assert done.returncode == 6, done.stderr  # some outcomes are unknown
    rows = results_of(batchsend.folder / "out.xlsx")
    said = json.loads(done.stdout)["rows"]
    assert Counter(row["send_status"] for row in rows) == {k: v for k, v in said.items() if v}
    record = Counter(
        json.loads(line)["to"]
        for line in (batchsend.folder / "out.sandbox.jsonl").read_text(encoding="utf-8").splitlines()
    )
    assert max(record.values()) == 1
    got = {status: {row["send_to"] for row in rows if row["send_status"] == status} for status in said}
    assert got["accepted"] <= set(record)
    assert set(record) <= got["accepted"] | got["unknown"]
    assert not got["rejected"] & set(record)


def test_without_a_token_nothing_happens_and_the_variable_is_named(batchsend: Shell) -> None:
    done = batchsend("send", CONTACTS, "-t", OFFER, "-p", "robo-sms", "-y")
    assert done.returncode == 2
    assert "BATCHSEND_ROBO_SMS_TOKEN" in done.stderr
    assert list(batchsend.folder.glob("*.xlsx")) == []


def test_a_host_that_does_not_exist_sends_nothing_and_says_so(batchsend: Shell) -> None:
    done = batchsend(
        "send", CONTACTS, "-t", OFFER, "-p", "robo-sms", "-y", "-o", "out.xlsx",
        BATCHSEND_ROBO_SMS_TOKEN="fake", BATCHSEND_ROBO_SMS_BASE_URL="http://no-such-host.invalid",
    )  # fmt: skip
    assert done.returncode == 5, done.stderr
    assert {row["send_status"] for row in results_of(batchsend.folder / "out.xlsx")} == {"not_sent"}
    assert "batchsend resume" in done.stdout


@pytest.mark.parametrize(("trouble", "code"), [("bad_token", 4), ("no_credits", 4)])
def test_credentials_and_credits_stop_the_run(batchsend: Shell, gateway: Sandbox, trouble: str, code: int) -> None:
    gateway.trouble = [f"{trouble}=@11"]
    listed = people(batchsend.folder / "list.csv", 100)
    done = batchsend("send", listed, "-m", "Hi", "-p", "robo-sms", "-y", "--rate", "1000", "--concurrency", "4")
    assert done.returncode == code
    assert len(gateway.record.accepted()) == 10
    assert gateway.requests <= 10 + 4
    gateway.trouble = []
    renewed = {"BATCHSEND_ROBO_SMS_TOKEN": "a-new-fake-token"}  # the cure for refused credentials
    assert batchsend("send", listed, "-m", "Hi", "-p", "robo-sms", "-y", **renewed).returncode == 7
    again = batchsend("resume", "--rate", "1000", "-o", "rest.xlsx", **renewed)
    assert again.returncode == 0, again.stderr
    assert Counter(gateway.record.count_by_number().values()) == {1: 100}


def test_the_same_messages_are_not_sent_a_second_time_unless_asked(batchsend: Shell, gateway: Sandbox) -> None:
    listed = people(batchsend.folder / "list.csv", 3)
    arguments = ("send", listed, "-m", "Hi {{ name }}", "-p", "robo-sms", "-y", "--rate", "1000")
    assert batchsend(*arguments).returncode == 0
    renamed = listed.rename(batchsend.folder / "other.csv")
    refused = batchsend("send", renamed, *arguments[2:])
    assert refused.returncode == 7
    assert "3 accepted" in refused.stderr
    assert len(gateway.record.accepted()) == 3
    assert batchsend("send", renamed, *arguments[2:], "--again").returncode == 0
    assert len(gateway.record.accepted()) == 6


def test_opt_outs_that_cannot_be_read_stop_a_send(batchsend: Shell, gateway: Sandbox) -> None:
    listed = people(batchsend.folder / "list.csv", 3)
    stop = write_csv(batchsend.folder / "stop.csv", [["Phone"], ["0710000001"]])
    arguments = ("send", listed, "-m", "Hi", "-p", "robo-sms", "-y", "--json", "--suppress", stop)
    done = batchsend(*arguments)
    assert done.returncode == 3
    assert "stop.csv row 2" in done.stderr
    assert gateway.requests == 0
    assert batchsend(*arguments, "-c", "RO").returncode == 0
    assert len(gateway.record.accepted()) == 2


def test_a_reader_that_goes_away_does_not_end_a_send(batchsend: Shell, gateway: Sandbox) -> None:
    listed = people(batchsend.folder / "list.csv", 50)
    process = batchsend.start("send", listed, "-m", "Hi", "-p", "robo-sms", "-y", "--rate", "1000")
    assert process.stdout is not None
    process.stdout.close()
    assert process.wait(timeout=60) == 0
    assert len(gateway.record.accepted()) == 50


@pytest.mark.parametrize(
    ("arguments", "environment"),
    [
        (("-p", "pigeon", "--sandbox"), {}),
        (("-p", "robo-sms", "--sandbox"), {"BATCHSEND_SANDBOX_TROUBLE": "rain"}),
        (("-p", "robo-sms", "--sandbox", "-o", "nowhere/x.xlsx"), {}),
    ],
)
def test_what_cannot_begin_leaves_no_run_behind(
    batchsend: Shell, arguments: tuple[str, ...], environment: dict[str, str]
) -> None:
    listed = people(batchsend.folder / "list.csv", 3)
    assert batchsend("send", listed, "-m", "Hi", "-y", *arguments, **environment).returncode == 2
    assert batchsend("runs").stdout.startswith("No runs yet.")


def test_a_fault_after_the_beginning_ends_the_run_with_its_workbook(batchsend: Shell, gateway: Sandbox) -> None:
    listed = people(batchsend.folder / "list.csv", 3)
    arguments = ("send", listed, "-m", "Hi", "-p", "robo-sms", "-y", "-o", "out.xlsx")
    done = batchsend(*arguments, HTTPS_PROXY="socks5://127.0.0.1:1", HTTP_PROXY="socks5://127.0.0.1:1")
    assert done.returncode == 5, done.stderr
    assert {row["send_status"] for row in results_of(batchsend.folder / "out.xlsx")} == {"not_sent"}
    assert batchsend("resume").returncode == 0
    assert Counter(gateway.record.count_by_number().values()) == {1: 3}


def test_resume_after_a_crash_with_nothing_left_settles_and_reports(batchsend: Shell, gateway: Sandbox) -> None:
    gateway.trouble = ["slow"]
    listed = people(batchsend.folder / "list.csv", 2)
    process = batchsend.start("send", listed, "-m", "Hi", "-p", "robo-sms", "-y", "--rate", "1000")
    wait_for_accepted(gateway, 2)
    process.kill()
    process.communicate(timeout=60)
    done = batchsend("resume", "-o", "out.xlsx")
    assert done.returncode == 6, done.stderr
    assert [row["send_status"] for row in results_of(batchsend.folder / "out.xlsx")] == ["unknown"] * 2
    assert batchsend("resume").returncode == 2  # nothing left, and nothing changed


def test_nothing_is_sent_without_yes_where_nobody_can_be_asked(batchsend: Shell, gateway: Sandbox) -> None:
    listed = people(batchsend.folder / "list.csv", 3)
    done = batchsend("send", listed, "-m", "Hi", "-p", "robo-sms")
    assert done.returncode == 2
    assert "--yes" in done.stderr
    assert gateway.requests == 0


def test_a_plan_over_the_limit_sends_and_keeps_nothing(batchsend: Shell, gateway: Sandbox) -> None:
    listed = people(batchsend.folder / "list.csv", 3)
    done = batchsend("send", listed, "-m", "Hi", "-p", "robo-sms", "-y", "--max-credits", "2")
    assert done.returncode == 3
    assert "3 credits" in done.stderr
    assert gateway.requests == 0
    with closing(sqlite3.connect(batchsend.folder / "ledger.sqlite")) as db:
        assert db.execute("SELECT count(*) FROM runs").fetchone() == (0,)
        assert db.execute("SELECT count(*) FROM rows").fetchone() == (0,)


def test_an_interrupt_finishes_what_is_in_flight_and_resume_sends_the_rest(batchsend: Shell, gateway: Sandbox) -> None:
    listed = people(batchsend.folder / "list.csv", 400)
    process = batchsend.start("send", listed, "-m", "Hi", "-p", "robo-sms", "-y", "-o", "out.xlsx", "--rate", "100")
    wait_for_accepted(gateway, 20)
    output = stop_politely(process)
    assert process.returncode == 130, output
    accepted = len(gateway.record.accepted())
    rows = results_of(batchsend.folder / "out.xlsx")
    assert Counter(row["send_status"] for row in rows) == {"accepted": accepted, "not_sent": 400 - accepted}
    assert batchsend("resume", "--rate", "1000", "--concurrency", "8").returncode == 0
    assert Counter(gateway.record.count_by_number().values()) == {1: 400}


def test_a_killed_run_is_resumed_without_a_second_message(batchsend: Shell, gateway: Sandbox) -> None:
    listed = people(batchsend.folder / "list.csv", 300)
    process = batchsend.start("send", listed, "-m", "Hi", "-p", "robo-sms", "-y", "--rate", "200", "--concurrency", "4")
    wait_for_accepted(gateway, 20)
    process.kill()
    process.communicate(timeout=60)
    done = batchsend("resume", "--rate", "1000", "-o", "out.xlsx")
    assert done.returncode in {0, 6}, done.stderr
    assert max(gateway.record.count_by_number().values()) == 1
    counts = Counter(row["send_status"] for row in results_of(batchsend.folder / "out.xlsx"))
    assert counts.total() == 300
    assert counts["unknown"] <= 4
    assert counts["accepted"] + counts["unknown"] == 300


def test_a_run_that_is_being_sent_cannot_be_resumed(batchsend: Shell, gateway: Sandbox) -> None:
    listed = people(batchsend.folder / "list.csv", 200)
    process = batchsend.start("send", listed, "-m", "Hi", "-p", "robo-sms", "-y", "--rate", "50")
    wait_for_accepted(gateway, 5)
    held = batchsend("resume")
    assert held.returncode == 7, held.stderr
    assert str(process.pid) in held.stderr
    stop_politely(process)
    assert batchsend("resume", "--rate", "1000").returncode == 0
    assert Counter(gateway.record.count_by_number().values()) == {1: 200}


def test_the_token_is_in_no_file_and_no_output(batchsend: Shell, gateway: Sandbox) -> None:
    gateway.trouble = ["error=0.5"]
    listed = people(batchsend.folder / "list.csv", 5)
    done = batchsend(
        "-v",
        "send",
        listed,
        "-m",
        "Hi",
        "-p",
        "robo-sms",
        "-y",
        "--rate",
        "1000",
        BATCHSEND_ROBO_SMS_TOKEN="s3cret-tok",
    )
    assert "s3cret-tok" not in done.stdout + done.stderr
    for file in filter(Path.is_file, batchsend.folder.rglob("*")):
        assert b"s3cret-tok" not in file.read_bytes(), file.name


def test_the_ledger_can_be_read_with_any_sqlite_tool(batchsend: Shell, gateway: Sandbox) -> None:
    listed = people(batchsend.folder / "list.csv", 2)
    batchsend("send", listed, "-m", "Hi {{ name }}", "-p", "robo-sms", "-y")
    with closing(sqlite3.connect(batchsend.folder / "ledger.sqlite")) as db:
        assert db.execute("SELECT row, status, number, text FROM rows ORDER BY row").fetchall() == [
            (2, "accepted", "+40710000000", "Hi P0"),
            (3, "accepted", "+40710000001", "Hi P1"),
        ]
    assert len(gateway.record.accepted()) == 2

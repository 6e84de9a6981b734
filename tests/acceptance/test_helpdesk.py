"""smartify, from the command to the helpdesk's own record."""

import json
from collections import Counter

from batchsend.sandbox import Sandbox
from tests.acceptance.conftest import ROOT, Shell, results_of
from tests.acceptance.test_send import people
from tests.lists import write_csv

CONTACTS = ROOT / "samples" / "contacts.xlsx"
OFFER = ROOT / "templates" / "offer.txt"
PROJECT = "5e71139f61dd040bc9594cee"


def test_practice_goes_through_and_says_what_it_is(batchsend: Shell) -> None:
    done = batchsend("send", CONTACTS, "-t", OFFER, "-p", "smartify", "-y", "--sandbox", "-o", "out.xlsx")
    assert done.returncode == 0, done.stderr
    assert "No SMS is sent" in done.stdout
    lines = (batchsend.folder / "out.sandbox.jsonl").read_text(encoding="utf-8").splitlines()
    record = {said["to"]: said["text"] for said in map(json.loads, lines)}
    rows = results_of(batchsend.folder / "out.xlsx")
    assert len(lines) == len(record) == len(rows) == 72
    assert {row["send_to"]: row["send_text"] for row in rows} == record
    assert all(len(row["send_reference"]) == 24 for row in rows)


def test_a_gateway_full_of_trouble_balances_row_by_row(batchsend: Shell) -> None:
    listed = people(batchsend.folder / "list.csv", 150)
    trouble = ["reject=0.1", "error=0.05", "drop_after_accept=0.1", "error_after_accept=0.1", "drop_before_accept=0.05"]
    with Sandbox(trouble=trouble, seed=7) as gateway:
        done = batchsend(
            "send", listed, "-m", "Hi {{ name }}", "-p", "smartify", "-y", "--rate", "1000", "--concurrency", "8",
            "-o", "out.xlsx",
            BATCHSEND_SMARTIFY_PROJECT_ID=PROJECT, BATCHSEND_SMARTIFY_BASE_URL=gateway.base_url,
        )  # fmt: skip
        assert done.returncode in {1, 6}, done.stderr
        record = Counter(each.to for each in gateway.record.accepted())
    rows = results_of(batchsend.folder / "out.xlsx")
    got = {status: {r["send_to"] for r in rows if r["send_status"] == status} for status in
           ("accepted", "rejected", "unknown", "not_sent")}  # fmt: skip
    assert sum(map(len, got.values())) == len(rows) == 150
    assert max(record.values()) == 1
    assert got["accepted"] <= set(record)
    assert not (got["rejected"] | got["not_sent"]) & set(record)
    assert len(got["unknown"]) < 20  # most doubts were settled by reading back


def test_a_quota_that_is_used_up_stops_the_run(batchsend: Shell) -> None:
    listed = people(batchsend.folder / "list.csv", 30)
    with Sandbox(trouble=["no_credits=@12"]) as gateway:
        done = batchsend(
            "send", listed, "-m", "Hi {{ name }}", "-p", "tiledesk", "-y", "--rate", "1000", "--concurrency", "1",
            "-o", "out.xlsx",
            BATCHSEND_TILEDESK_PROJECT_ID=PROJECT, BATCHSEND_TILEDESK_BASE_URL=gateway.base_url,
        )  # fmt: skip
        assert done.returncode == 4, done.stdout + done.stderr
        assert len(gateway.record.accepted()) == 10  # one request was the sign-in
    assert "quota of conversations" in done.stdout


def test_a_list_may_go_by_an_id_where_no_phone_is_needed(batchsend: Shell) -> None:
    people_by_id = [["Member", "Name"], ["A1", "Ana"], ["A2", "Ion"], ["A1", "Ana"]]
    listed = write_csv(batchsend.folder / "members.csv", people_by_id)
    by_id = ("--map", "id=Member", "-m", "Hi {{ name }}")
    done = batchsend("send", listed, *by_id, "-p", "smartify", "-y", "--sandbox", "-o", "out.xlsx")
    assert done.returncode == 0, done.stdout + done.stderr
    rows = results_of(batchsend.folder / "out.xlsx")
    assert [(row["send_to"], row["send_status"]) for row in rows] == [
        ("A1", "accepted"), ("A2", "accepted"), ("A1", "skipped"),
    ]  # fmt: skip
    for arguments, more in (
        (("send", listed, *by_id, "-p", "robo-sms", "-y", "--sandbox"), {}),
        (("estimate", listed, *by_id, "-p", "robo-sms"), {}),
        (("estimate", listed, *by_id, "-p", "smartify"), {"BATCHSEND_SMARTIFY_CHANNEL": "sms-twilio"}),
    ):
        refused = batchsend(*arguments, **more)
        assert refused.returncode == 2
        assert "writes to phone numbers" in refused.stderr
    assert batchsend("estimate", listed, *by_id).returncode == 0

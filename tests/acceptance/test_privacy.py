"""purge and forget, as they are typed."""

import json
import sqlite3
from contextlib import closing

import pytest

from batchsend.sandbox import Sandbox
from tests.acceptance.conftest import Shell
from tests.lists import write_csv


@pytest.fixture
def run(batchsend: Shell, gateway: Sandbox) -> str:
    """A finished run to three people, entered in the ledger as if it were of the year before; its name."""
    assert gateway
    path = write_csv(
        batchsend.folder / "list.csv",
        [("Phone", "Name"), ("0723 000 001", "Ana"), ("+40723000002", "Ion"), ("12", "Eva")],
    )
    given = ("send", path, "-m", "Hi {{ name }}", "-c", "RO", "-p", "robo-sms", "-y", "--rate", "500", "--json")
    done = batchsend(*given, "-o", "out.xlsx")
    assert done.returncode == 1, done.stderr
    with closing(sqlite3.connect(batchsend.folder / "ledger.sqlite", isolation_level=None)) as db:
        db.execute("UPDATE runs SET created_at = '2020-01-01T09:00:00+00:00', ended_at = '2020-01-01T09:05:00+00:00'")
    return str(json.loads(done.stdout)["run"])


def bytes_of(batchsend: Shell) -> bytes:
    return b"".join(path.read_bytes() for path in batchsend.folder.glob("ledger.sqlite*") if path.is_file())


def test_a_dry_run_of_purge_names_what_would_go(batchsend: Shell, run: str) -> None:
    done = batchsend("purge", "--older-than", "90d", "--dry-run")
    assert done.returncode == 0
    assert f"{run}  finished  3 rows of list.csv" in done.stdout
    assert b"+40723000002" in bytes_of(batchsend)


def test_purge_asks_and_takes_no_for_no(batchsend: Shell, run: str) -> None:
    assert run
    done = batchsend("purge", "--older-than", "90d")
    assert done.returncode == 2
    assert "--yes" in done.stderr
    assert b"+40723000002" in bytes_of(batchsend)


def test_what_is_purged_is_gone_and_still_refused(batchsend: Shell, run: str) -> None:
    done = batchsend("purge", "--older-than", "1y", "--yes")
    assert "Purged 3 rows of 1 run" in done.stdout
    data = bytes_of(batchsend)
    for text in (b"723000001", b"0723 000 001", b"40723000002", b"Hi Ana", b"list.csv"):
        assert text not in data
    [listed] = json.loads(batchsend("runs", "--json").stdout)
    assert (listed["state"], listed["left"], listed["credits"]) == ("purged", 0, 2)
    assert {status: count for status, count in listed["rows"].items() if count} == {"accepted": 2, "invalid": 1}
    again = batchsend("send", "list.csv", "-m", "Hi {{ name }}", "-c", "RO", "-p", "robo-sms", "-y")
    assert again.returncode == 7
    assert run in again.stderr
    report = batchsend("report", run)
    assert report.returncode == 2
    assert "purged on" in report.stderr


def test_a_young_run_is_not_purged(batchsend: Shell, run: str) -> None:
    assert run
    for age in ("20y", "9999Y"):
        assert f"No run is older than {age} and done" in batchsend("purge", "--older-than", age, "--yes").stdout


@pytest.mark.parametrize("age", ["90", "d", "0d", "-1d", "1.5y", "90 days", "", "99999d"])
def test_an_age_that_is_none_is_said(batchsend: Shell, age: str) -> None:
    done = batchsend("purge", "--older-than", age, "--yes")
    assert done.returncode == 2
    assert "90d, 12w, 6m" in done.stderr


@pytest.mark.parametrize("typed", [("+40 723 000 001",), ("0723-000-001", "--country", "Romania"), ("0040723000001",)])
def test_a_number_is_forgotten_however_it_is_typed(batchsend: Shell, run: str, typed: tuple[str, ...]) -> None:
    done = batchsend("forget", *typed, "--yes")
    assert done.returncode == 0, done.stderr
    assert "1 row of +40723000001 blanked, in 1 run." in done.stdout
    assert "Workbooks" in done.stdout
    data = bytes_of(batchsend)
    for text in (b"723000001", b"0723 000 001", b"Hi Ana"):
        assert text not in data
    assert b"Hi Ion" in data
    records = [json.loads(line) for line in batchsend("report", run, "--json-lines").stdout.splitlines()]
    assert [record["send_status"] for record in records] == ["accepted", "accepted", "invalid"]
    assert records[0]["cells"] == {"Phone": None, "Name": None}
    assert (batchsend.folder / "out.xlsx").exists()
    assert batchsend("report", run, "-o", "again.xlsx").returncode == 0


def test_a_number_that_is_in_no_run_is_said(batchsend: Shell, run: str) -> None:
    assert run
    assert "is in no run" in batchsend("forget", "+40723999999", "--yes").stdout


@pytest.mark.parametrize(("typed", "said"), [("0723000001", "--country"), ("nobody", "Nothing was removed")])
def test_a_number_that_is_not_certain_is_asked_back(batchsend: Shell, typed: str, said: str) -> None:
    done = batchsend("forget", typed, "--yes")
    assert done.returncode == 2
    assert said in done.stderr

"""report and runs, as they are typed."""

import csv
import io
import json
import os
import pty
import signal
import subprocess
from contextlib import suppress

import pytest

from batchsend.sandbox import Sandbox
from tests.acceptance.conftest import COMMAND, Shell, results_of, wait_for_accepted
from tests.lists import write_csv


@pytest.fixture
def practised(batchsend: Shell) -> str:
    """A practice run of three rows, one of them invalid; its name."""
    path = write_csv(
        batchsend.folder / "list.csv",
        [("Phone", "Name"), ("+40723000001", "=1+1"), ("12", "Ion"), ("+40723000003", "Eva")],
    )
    given = ("-m", "Hi {{ name }}", "-p", "robo-sms", "--sandbox", "-y", "--json", "-o", "out.xlsx")
    done = batchsend("send", path, *given)
    assert done.returncode == 1, done.stderr
    return str(json.loads(done.stdout)["run"])


def test_the_rows_as_csv_are_those_of_the_workbook(batchsend: Shell, practised: str) -> None:
    assert batchsend("report", practised, "--csv", "-o", "rows.csv").stdout == "rows.csv\n"
    text = (batchsend.folder / "rows.csv").read_bytes().decode("utf-8-sig")
    lines = list(csv.DictReader(io.StringIO(text, newline="")))
    rows = results_of(batchsend.folder / "out.xlsx")
    assert [line["send_status"] for line in lines] == [row["send_status"] for row in rows]
    assert [line["send_to"] for line in lines] == ["+40723000001", "", "+40723000003"]
    assert lines[0]["Name"] == "'=1+1"
    assert rows[0]["Name"] == "=1+1", "in a workbook the type of the cell says that it is text"


def test_the_screen_gets_them_when_no_file_is_named(batchsend: Shell, practised: str) -> None:
    done = batchsend("report", "--json-lines")
    records = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(record["send_row"], record["send_status"]) for record in records] == [
        (2, "accepted"), (3, "invalid"), (4, "accepted"),
    ]  # fmt: skip
    assert records[0]["cells"] == {"Phone": "+40723000001", "Name": "=1+1"}
    assert batchsend("report", practised, "--csv").stdout.startswith("\ufeffPhone,Name,send_row")


def test_a_file_that_is_there_is_kept_and_that_is_said(batchsend: Shell, practised: str) -> None:
    done = batchsend("report", practised, "-o", "out.xlsx")
    assert done.stdout == "out (2).xlsx\n"
    assert "out.xlsx is there already" in done.stderr
    assert (batchsend.folder / "out (2).xlsx").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--csv", "--json-lines"), "one of them"),
        (("-o", "out.csv"), "an .xlsx file"),
        (("-o", "nowhere/out.xlsx"), "no folder nowhere"),
        (("--csv", "-o", "nowhere/out.csv"), "no folder nowhere"),
        (("2020-01-01-aaaa",), "no run '2020-01-01-aaaa'"),
    ],
)
def test_what_cannot_be_is_said(batchsend: Shell, practised: str, arguments: tuple[str, ...], said: str) -> None:
    assert practised
    done = batchsend("report", *arguments)
    assert done.returncode == 2
    assert said in done.stderr


def test_runs_are_a_table_and_data(batchsend: Shell, practised: str) -> None:
    header, line = batchsend("runs").stdout.splitlines()
    assert header.split() == ["run", "state", "rows", "accepted", "unknown", "left", "list"]
    assert line.split() == [practised, "finished", "3", "2", "0", "0", "list.csv", "(practice)"]
    [run] = json.loads(batchsend("runs", "--json").stdout)
    assert run["run"] == practised
    assert (run["state"], run["left"], run["credits"], run["practice"]) == ("finished", 0, 2, True)
    assert {status: count for status, count in run["rows"].items() if count} == {"accepted": 2, "invalid": 1}


def test_the_table_fits_a_narrow_terminal(batchsend: Shell, practised: str) -> None:
    long = "a list with a very long name that nobody would like to see wrapped around.csv"
    (batchsend.folder / "list.csv").rename(batchsend.folder / long)
    assert batchsend("send", long, "-m", "Hey", "-p", "robo-sms", "--sandbox", "-y").returncode == 1
    screen, terminal = pty.openpty()
    environment = {"PATH": os.environ["PATH"], "HOME": str(batchsend.folder), "LANG": "C.UTF-8", "COLUMNS": "80",
                   "BATCHSEND_LEDGER": str(batchsend.folder / "ledger.sqlite")}  # fmt: skip
    subprocess.run([COMMAND, "runs"], env=environment, stdout=terminal, check=True, timeout=60)
    os.close(terminal)
    shown = b""
    with suppress(OSError), os.fdopen(screen, "rb", buffering=0) as stream:
        while piece := stream.read(4096):
            shown += piece
    lines = shown.decode().splitlines()
    assert len(lines) == 3
    assert max(map(len, lines)) <= 90, "80 and the codes for bold"
    assert "a list with" in lines[1]
    assert lines[1].endswith("…")
    assert practised in lines[2]


@pytest.mark.parametrize("killed", [True, False])
def test_a_run_whose_process_died_is_said_to_be_interrupted(batchsend: Shell, gateway: Sandbox, killed: bool) -> None:
    path = write_csv(batchsend.folder / "list.csv", [["Phone"], *([f"+4071000{n:04}"] for n in range(400))])
    process = batchsend.start("send", path, "-m", "Hi", "-p", "robo-sms", "-y", "-o", "out.xlsx", "--rate", "20")
    try:
        wait_for_accepted(gateway, 5)
        if killed:
            process.send_signal(signal.SIGKILL)
            process.wait(timeout=30)
        [run] = json.loads(batchsend("runs", "--json").stdout)
    finally:
        process.kill()
        process.communicate(timeout=30)
    assert run["left"] > 300
    if killed:
        assert run["state"] != "sending"
        assert f"batchsend resume {run['run']}" in batchsend("runs").stdout
    else:
        assert run["state"] == "sending"

"""The same text to the same people again: another list, --again, and what a terminal is asked."""

import os
import pty
import subprocess
from pathlib import Path

import pytest

from batchsend.sandbox import Sandbox
from tests.acceptance.conftest import COMMAND, Shell, results_of
from tests.lists import write_csv

HOW = ("-m", "Hi, we open at nine. STOP to opt out", "-p", "robo-sms", "--rate", "1000")


def listed(folder: Path, name: str, *numbers: int) -> Path:
    return write_csv(folder / name, [["Phone"], *([f"+4072300000{number}"] for number in numbers)])


@pytest.fixture
def first(batchsend: Shell, gateway: Sandbox) -> Path:
    """A list that was sent: 1, 2, 3."""
    path = listed(batchsend.folder, "first.csv", 1, 2, 3)
    assert batchsend("send", path, *HOW, "-y").returncode == 0
    assert len(gateway.record.accepted()) == 3
    return path


def on_a_terminal(shell: Shell, typed: str, *arguments: str | Path) -> "subprocess.CompletedProcess[str]":
    keyboard, terminal = pty.openpty()
    try:
        os.write(keyboard, typed.encode())
        return subprocess.run(
            [COMMAND, *arguments],
            cwd=shell.folder, env=shell.environment_of(), stdin=terminal, capture_output=True, text=True, timeout=60,
            check=False,
        )  # fmt: skip
    finally:
        os.close(keyboard)
        os.close(terminal)


@pytest.mark.usefixtures("first")
def test_who_got_the_text_from_another_list_is_skipped_and_the_books_say_when(
    batchsend: Shell, gateway: Sandbox
) -> None:
    other = listed(batchsend.folder, "other.csv", 2, 3, 4)
    estimated = batchsend("estimate", other, *HOW[:2])
    assert "2 rows got this very text within the last 24 hours: skipped" in estimated.stdout
    done = batchsend("send", other, *HOW, "-y", "-o", batchsend.folder / "out.xlsx")
    assert done.returncode == 0, done.stderr
    assert "2 rows got this very text within the last 24 hours: skipped" in done.stdout
    assert gateway.record.count_by_number() == {f"+4072300000{number}": 1 for number in (1, 2, 3, 4)}
    rows = results_of(batchsend.folder / "out.xlsx")
    assert [row["send_status"] for row in rows] == ["skipped", "skipped", "accepted"]
    assert "the same text went to this number on" in rows[0]["send_reason"]


@pytest.mark.usefixtures("first")
def test_with_again_they_get_it_once_more(batchsend: Shell, gateway: Sandbox) -> None:
    other = listed(batchsend.folder, "other.csv", 2, 3, 4)
    assert batchsend("send", other, *HOW, "-y", "--again").returncode == 0
    assert len(gateway.record.accepted()) == 6


@pytest.mark.parametrize(("typed", "code", "sent"), [("3\n", 0, 6), ("y\n", 3, 3), ("2\n", 3, 3), ("\n\x04", 3, 3)])
def test_on_a_terminal_again_takes_the_number_of_messages(
    batchsend: Shell, gateway: Sandbox, first: Path, typed: str, code: int, sent: int
) -> None:
    done = on_a_terminal(batchsend, typed, "send", first, *HOW, "--again")
    assert done.returncode == code or typed == "\n\x04", done.stdout + done.stderr
    assert "3 accepted" in done.stdout
    assert len(gateway.record.accepted()) == sent


@pytest.mark.parametrize(("typed", "code", "accepted"), [("y\ny\n", 6, 27), ("y\nn\n", 5, 0)])
def test_a_paused_run_asks_whether_to_go_on(
    batchsend: Shell, gateway: Sandbox, typed: str, code: int, accepted: int
) -> None:
    path = write_csv(batchsend.folder / "list.csv", [["Phone"], *([f"+407230000{n}"] for n in range(10, 40))])
    (batchsend.folder / "batchsend.toml").write_text("[breaker]\nunknown = 2\nof = 3\n", encoding="utf-8")
    gateway.trouble = ["error=x3"]
    done = on_a_terminal(batchsend, typed, "send", path, *HOW, "--concurrency", "1")
    assert done.returncode == code, done.stdout + done.stderr
    assert "Paused: 2 of the last 2 messages are unknown" in done.stderr
    assert len(gateway.record.accepted()) == accepted

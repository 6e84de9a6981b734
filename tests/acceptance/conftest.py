"""The installed command, run as a user runs it, with a home and a ledger of its own."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

import openpyxl
import pytest

from batchsend.sandbox import Sandbox

ROOT = Path(__file__).parents[2]
COMMAND = Path(sys.executable).with_name("batchsend")


@dataclass
class Shell:
    """Runs batchsend in `folder`. environment: added to a bare one. seconds: after which it is taken to hang."""

    folder: Path
    environment: dict[str, str] = field(default_factory=dict)
    seconds: float = 120

    def __call__(
        self, *arguments: str | Path, answer: str | None = None, **more: str
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [COMMAND, *arguments],
            cwd=self.folder,
            env=self.environment_of(more),
            input=answer,
            stdin=subprocess.DEVNULL if answer is None else None,
            capture_output=True,
            text=True,
            timeout=self.seconds,
            check=False,
        )

    def start(self, *arguments: str | Path, **more: str) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [COMMAND, *arguments],
            cwd=self.folder,
            env=self.environment_of(more),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def environment_of(self, more: Mapping[str, str] = MappingProxyType({})) -> dict[str, str]:
        home = {
            "HOME": str(self.folder),
            "PATH": os.environ["PATH"],
            "LANG": "C.UTF-8",
            "BATCHSEND_LEDGER": str(self.folder / "ledger.sqlite"),
        }
        return {**home, **self.environment, **more}


@pytest.fixture
def batchsend(tmp_path: Path) -> Shell:
    return Shell(tmp_path)


@pytest.fixture
def gateway(batchsend: Shell) -> Iterator[Sandbox]:
    """A practice gateway, which the command is set up to send to."""
    with Sandbox() as sandbox:
        batchsend.environment |= {
            "BATCHSEND_ROBO_SMS_BASE_URL": sandbox.base_url,
            "BATCHSEND_ROBO_SMS_TOKEN": "fake-token",
        }
        yield sandbox


def results_of(path: Path, sheet: str = "Results") -> list[dict[str, Any]]:
    """The rows of a sheet, by column name."""
    book = openpyxl.load_workbook(path, read_only=True)
    try:
        header, *rows = book[sheet].iter_rows(values_only=True)
    finally:
        book.close()
    return [dict(zip(map(str, header), row, strict=True)) for row in rows]


def stop_politely(process: "subprocess.Popen[str]") -> str:
    process.send_signal(signal.SIGINT)
    output, _ = process.communicate(timeout=60)
    return output


def wait_for_accepted(gateway: Sandbox, count: int) -> None:
    """Until another process has got so many messages through."""
    deadline = time.monotonic() + 30
    while len(gateway.record.accepted()) < count:
        assert time.monotonic() < deadline, "the messages do not come"
        time.sleep(0.005)

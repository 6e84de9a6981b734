"""A listener started as a user starts it, and a ledger with a run that people can answer."""

import re
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from batchsend.runs import Ledger, Outcome, Status
from tests.acceptance.conftest import Shell
from tests.inbox.deliveries import PROJECT, SECRET
from tests.runs.plans import DETAILS, message

PATH = "/replies/a-path-nobody-guesses"
SET_UP = {"BATCHSEND_SMARTIFY_PROJECT_ID": PROJECT, "BATCHSEND_SMARTIFY_HOOK_SECRET": SECRET}


@dataclass
class Listening:
    address: str
    process: "subprocess.Popen[str]"
    output: str = ""

    def stop(self, number: int = signal.SIGINT) -> int:
        """Its exit code; what it said since is in `output`."""
        self.process.send_signal(number)
        self.output, _ = self.process.communicate(timeout=30)
        return self.process.returncode


@contextmanager
def listening(batchsend: Shell, *more: str) -> Iterator[Listening]:
    process = batchsend.start("replies", "listen", "--port", "0", "--path", PATH, *more, **SET_UP)
    assert process.stdout is not None
    line = process.stdout.readline()
    found = re.search(r"http://\S+", line)
    assert found, line + process.stdout.read()
    try:
        yield Listening(found[0], process)
    finally:
        if process.poll() is None:
            process.kill()
            process.communicate(timeout=30)


@dataclass(frozen=True)
class SentRun:
    """keys: of its messages, by row."""

    name: str
    keys: dict[int, str]


def sent_run(batchsend: Shell, *rows: int, left: tuple[int, ...] = ()) -> SentRun:
    """A run through smartify in the ledger of the shell. left: rows that are still planned, of a stopped run."""
    with Ledger.opened(batchsend.folder / "ledger.sqlite") as ledger:
        run = ledger.draft(replace(DETAILS, provider="smartify"))
        book = ledger.book(run)
        book.add([message(row) for row in (*rows, *left)])
        run = ledger.begin(run, "fingerprint", again=True)
        book.record([Outcome(it.message.row, Status.ACCEPTED) for it in book.claim_rows(rows)])
        return SentRun(run.name, {row: book.key(row) for row in (*rows, *left)})

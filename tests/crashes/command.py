"""The real command, started by fork from a server that has imported it already: 0.2 s a send instead of a second.

What runs is `batchsend.cli.main` with its own process, directory, environment, signals and files, as the installed
script would call it; only the imports are done before. `installed` starts the script itself.
"""

import contextlib
import multiprocessing
import os
import re
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from multiprocessing.process import BaseProcess
from pathlib import Path

from tests.crashes.broken import BREAKS
from tests.crashes.killed import Death, arm

_SCRIPT = Path(sys.executable).with_name("batchsend")
_SECONDS = 120
_WORKBOOK = re.compile(r"^The workbook: (.*?\.xlsx)(?: \(.*)?$", re.MULTILINE)
_server = multiprocessing.get_context("forkserver")
_server.set_forkserver_preload(["batchsend.cli", "tests.crashes.killed", "tests.crashes.command"])


@dataclass(frozen=True, slots=True)
class Ended:
    """code: as a shell sees it; -9 when it was killed. said: everything it printed."""

    code: int
    said: str

    @property
    def killed(self) -> bool:
        return self.code == -signal.SIGKILL

    @property
    def workbook(self) -> str:
        """Where it says the workbook is; "" when it says nothing."""
        found = _WORKBOOK.search(self.said)
        return found[1] if found else ""


class Running:
    """A started command. pid: its own, so that it can be killed."""

    def __init__(self, process: BaseProcess | subprocess.Popen[bytes], said: Path) -> None:
        assert process.pid is not None
        self._process = process
        self._said = said
        try:
            self._handle = os.pidfd_open(process.pid)  # a number may be another process's by the time it is killed
        except ProcessLookupError:
            self._handle = -1

    def kill(self) -> None:
        with contextlib.suppress(OSError):
            signal.pidfd_send_signal(self._handle, signal.SIGKILL)

    @property
    def over(self) -> bool:
        if isinstance(self._process, BaseProcess):
            return not self._process.is_alive()
        return self._process.poll() is not None

    def wait(self) -> Ended:
        """Until it ends; one that hangs is killed, and says so."""
        code = self._wait()
        if code is None:
            self.kill()
            self._wait()
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1
        said = self._said.read_text(encoding="utf-8", errors="replace")
        return Ended(-1, f"{said}\n(hung for {_SECONDS} seconds)") if code is None else Ended(code, said)

    def _wait(self) -> int | None:
        if isinstance(self._process, BaseProcess):
            self._process.join(_SECONDS)
            return self._process.exitcode
        try:
            return self._process.wait(_SECONDS)
        except subprocess.TimeoutExpired:
            return None


@dataclass
class Command:
    """Runs batchsend in `folder`, with a home, a ledger and a temporary folder of its own.

    ledger: its file. cwd: where it runs, when that is not `folder`. installed: start the script itself.
    broken: one of BREAKS, when the tests themselves are tested.
    """

    folder: Path
    environment: dict[str, str] = field(default_factory=dict)
    ledger: Path | None = None
    cwd: Path | None = None
    installed: bool = False
    broken: str = ""
    _started: int = 0

    def start(
        self,
        *arguments: str | Path,
        death: Death | None = None,
        at: float | None = None,
        file_limit: int | None = None,
    ) -> Running:
        """death: where it dies by its own hand. at: the time.monotonic() at which it begins, when forked.

        file_limit: bytes that no file it writes may exceed.
        """
        self._started += 1
        said = self.folder / "said" / f"{self._started:03}.txt"
        for place in (said.parent, self.folder / "tmp"):
            place.mkdir(exist_ok=True)
        said.touch()
        words = [str(argument) for argument in arguments]
        if not self.installed:
            process = _server.Process(
                target=_run,
                args=(words, str(self.cwd or self.folder), self._bare(), str(said), self.broken, death, at, file_limit),
                daemon=True,
            )
            process.start()
            return Running(process, said)
        assert death is None, "the script itself knows no points"
        assert file_limit is None
        with said.open("wb") as output:
            return Running(
                subprocess.Popen(
                    [_SCRIPT, *words],
                    cwd=self.cwd or self.folder,
                    env=self._bare(),
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=output,
                ),
                said,
            )

    def __call__(self, *arguments: str | Path, death: Death | None = None, file_limit: int | None = None) -> Ended:
        return self.start(*arguments, death=death, file_limit=file_limit).wait()

    def _bare(self) -> dict[str, str]:
        return {
            "HOME": str(self.folder),
            "PATH": os.environ["PATH"],
            "LANG": "C.UTF-8",
            "TMPDIR": str(self.folder / "tmp"),
            "BATCHSEND_LEDGER": str(self.ledger or self.folder / "ledger.sqlite"),
            **self.environment,
        }


def _run(
    arguments: list[str],
    folder: str,
    environment: Mapping[str, str],
    said: str,
    broken: str,
    death: Death | None,
    at: float | None,
    file_limit: int | None,
) -> None:
    """In the forked process."""
    from batchsend.cli import main

    output = os.open(said, os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600)
    os.dup2(output, 1)
    os.dup2(output, 2)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    tempfile.tempdir = None  # it may have been asked for before the fork
    multiprocessing.set_start_method("fork", force=True)  # as it is in a process of its own; tqdm looks at it
    if broken:
        BREAKS[broken]()
    if death is not None:
        arm(death)
    if file_limit is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (file_limit, file_limit))
    if at is not None:
        time.sleep(max(0.0, at - time.monotonic()))
    main(args=arguments, prog_name="batchsend")

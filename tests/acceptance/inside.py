"""The command, run inside the test's own process: as Shell, a tenth as long, for what needs no process of its own."""

from dataclasses import dataclass, field
from pathlib import Path

import pytest
from click.testing import CliRunner

from batchsend.cli import cli


@dataclass(frozen=True, slots=True)
class Done:
    returncode: int
    stdout: str
    stderr: str


@dataclass
class Inside:
    """Runs batchsend in `folder`, which must be the current one."""

    folder: Path
    environment: dict[str, str] = field(default_factory=dict)

    def __call__(self, *arguments: str | Path, **more: str) -> Done:
        home = {"HOME": str(self.folder), "BATCHSEND_LEDGER": str(self.folder / "ledger.sqlite")}
        done = CliRunner().invoke(cli, list(map(str, arguments)), env={**home, **self.environment, **more})
        assert "failed inside" not in done.stderr, done.stderr
        return Done(done.exit_code, done.stdout, done.stderr)

    @classmethod
    def at(cls, folder: Path, monkeypatch: pytest.MonkeyPatch) -> "Inside":
        monkeypatch.chdir(folder)
        return cls(folder)

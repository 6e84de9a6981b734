"""Outcomes that the ledger could not take: in a file beside it, or wherever there is room, until it can."""

import json
import os
import stat
import tempfile
from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

from batchsend.runs.book import Book
from batchsend.runs.run import Outcome, Run
from batchsend.runs.status import Status


class Leftovers:
    """The outcomes of one run that are outside its ledger. ledger: its path."""

    def __init__(self, ledger: Path, run: Run) -> None:
        self._name = f"batchsend-{run.name}.outcomes.jsonl"
        self._folders = (ledger.parent, Path.cwd(), Path.home(), Path(tempfile.gettempdir()))

    def keep(self, outcomes: Collection[Outcome]) -> Path | None:
        """Writes them down in the first folder that takes them. None: none does."""
        lines = "".join(f"{json.dumps(asdict(outcome), ensure_ascii=False)}\n" for outcome in outcomes)
        for folder in self._folders:
            with suppress(OSError):
                return _written(folder / self._name, lines)
        return None

    def take_up(self, book: Book) -> int:
        """Records what was written down, and removes the file. Returns of how many messages it was news.

        Raises LedgerUnwritable: the file then stays.
        """
        news = 0
        for path in self._found():
            news += book.record_late(list(_read(path)))
            with suppress(OSError):  # taken up once more, it would be no news
                path.unlink()
        return news

    def _found(self) -> Iterator[Path]:
        for path in dict.fromkeys(folder / self._name for folder in self._folders):
            with suppress(OSError):
                if _is_ours(path.lstat()):
                    yield path


def _is_ours(status: os.stat_result) -> bool:
    """In a shared folder, anybody could put a file of this name."""
    return stat.S_ISREG(status.st_mode) and (os.name == "nt" or status.st_uid == os.getuid())


def _written(path: Path, text: str) -> Path:
    """Adds to the file, as there may be outcomes of an earlier time in it; a half one is taken out again."""
    descriptor = os.open(path, os.O_CREAT | os.O_WRONLY | os.O_APPEND | getattr(os, "O_NOFOLLOW", 0), 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        before = os.fstat(descriptor)
        if not _is_ours(before):
            raise OSError(f"{path} belongs to somebody else")
        try:
            file.write(text)
            file.flush()
            os.fsync(descriptor)
        except OSError:
            os.ftruncate(descriptor, before.st_size)
            raise
    return path


def _read(path: Path) -> Iterator[Outcome]:
    for line in path.read_text(encoding="utf-8").split("\n"):  # not splitlines: a reason may hold U+2028
        with suppress(ValueError, TypeError, KeyError):  # the computer may have died while it wrote the last line
            outcome = json.loads(line)
            yield Outcome(**{**outcome, "status": Status(outcome["status"])})

"""The real command on a disk that fills up, and what becomes of the run when there is room again."""

import random
from collections.abc import Callable, Iterator
from enum import StrEnum
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.crashes.books import Books, check_books, check_ends, check_whole, check_workbook, read_ledger
from tests.crashes.command import Command, Ended
from tests.crashes.disk import disk
from tests.crashes.gateway import Gateway
from tests.crashes.killed import Death
from tests.crashes.people import MESSAGE, People, as_csv
from tests.crashes.result import Result

STEP = 4
"""KiB of a page, of SQLite and of tmpfs."""

_PEOPLE = 20
_AT_ONCE = 4
_MARGIN = 60
_MOST_COMMANDS = 5
_OVER = {0, 1, 6}
_NOTHING = Books("", (), 0, "ok")


class Full(StrEnum):
    """What has no room."""

    LEDGER = "the ledger"
    WORKBOOK = "the workbook"
    FOLDER = "the ledger, the workbook and the folder the command runs in"
    EVERYTHING = "the temporary folder, too"
    FILES = "every file: none may be longer"


@cache
def needed() -> int:
    """KiB that a ledger takes while its run is sent, and a little more; measured."""
    with TemporaryDirectory(prefix="full-") as name, Gateway() as gateway:
        it = _Case(Full.FILES, Path(name), Path(name), gateway)
        assert it.send(death=Death("before the ledger is closed")).killed
        return (
            sum(path.stat().st_size for path in Path(name).glob("ledger.sqlite*") if path.is_file()) // 1024 + _MARGIN
        )


def fill_up(full: Full, kib: int) -> Result:
    """A send with so much room, then room, then whatever it takes until the run is over."""
    with TemporaryDirectory(prefix="full-") as name, Gateway() as gateway:
        folder = Path(name)
        if full is Full.FILES:
            case = _Case(full, folder, folder, gateway)
            return case.judged(kib, case.send(file_limit=kib * 1024), lambda: None)
        with disk(folder) as small:
            case = _Case(full, folder, small.path, gateway)
            small.leave(kib)
            return case.judged(kib, case.send(), small.make_room)


class _Case:
    """small: where there is little room."""

    def __init__(self, full: Full, folder: Path, small: Path, gateway: Gateway) -> None:
        all_of_it = full in {Full.FOLDER, Full.EVERYTHING}
        self._full = full
        self._gateway = gateway
        self._people = People.some(_PEOPLE, random.Random(1))
        self._list = as_csv(self._people, folder)
        self._ledger = (folder if full is Full.WORKBOOK else small) / "ledger.sqlite"
        self._output = (small if full is Full.WORKBOOK or all_of_it else folder) / "out.xlsx"
        environment = {"BATCHSEND_ROBO_SMS_BASE_URL": gateway.base_url, "BATCHSEND_ROBO_SMS_TOKEN": "fake-token"}
        if full is Full.EVERYTHING:
            environment["TMPDIR"] = str(small)
        self._command = Command(folder, environment, self._ledger, small if all_of_it else folder)
        self._folder = folder
        self._result = Result(0, messages=_PEOPLE)

    def send(self, *, death: Death | None = None, file_limit: int | None = None) -> Ended:
        words = ("send", self._list, "-m", MESSAGE, "-p", "robo-sms", "-y", *self._pace())
        return self._command(*words, death=death, file_limit=file_limit)

    def judged(self, kib: int, ended: Ended, make_room: Callable[[], None]) -> Result:
        """ended: the send that had so little room."""
        result, out = self._result, self._result.violations
        result.seed = kib
        result.exits[ended.code] += 1
        stopped = self._books()
        taken = self._gateway.record.count_by_number()
        result.half_way = int(0 < len(taken) < _PEOPLE)
        out += self._check_words(ended, stopped)
        out += check_books(stopped, len(self._people.rows), _NOTHING, taken)
        make_room()
        if ended.code not in _OVER:
            self._finish()
        books, taken = self._books(), self._gateway.record.count_by_number()
        out += check_books(books, len(self._people.rows), stopped, taken, outcomes_kept=True)
        # nobody was killed, so every outcome was known; only when there is no room for it anywhere is it lost
        out += check_ends(books, stopped.claimed if self._full in {Full.EVERYTHING, Full.FILES} else ())
        out += self._check_report(books)
        result.accepted, result.unknown = books.count("accepted"), books.count("unknown")
        result.duplicates = sum(count > 1 for count in taken.values())
        unknown = {row.number for row in books.rows if row.status == "unknown"}
        result.lost = len(set(self._people.numbers) - set(taken) - unknown)
        if out:
            out.append(f"  {self._full}, {kib} KiB: {ended.code} {ended.said}")
        return result

    def _finish(self) -> None:
        """There is room again."""
        for _ in range(_MOST_COMMANDS):
            begun = bool(self._books().run)
            ended = self._command("resume", *self._pace()) if begun else self.send()
            self._result.commands["resume" if begun else "send"] += 1
            if ended.code in _OVER or (begun and ended.code == 2 and "nothing left" in ended.said):
                return
        self._result.violations.append(f"not over when there is room: {ended.code} {ended.said}")

    def _check_words(self, ended: Ended, books: Books) -> Iterator[str]:
        """What a person is told, and has, when there is no room."""
        if "Traceback" in ended.said or "failed inside" in ended.said:
            yield "that is not a sentence for people"
        written = [path for path in self._folder.rglob("out*.xlsx") if path.parent != self._output.parent]
        if self._full is Full.WORKBOOK:
            if ended.code != 1:
                yield f"all were sent, and it ended with {ended.code}"
            if not self._output.exists() and (len(written) != 1 or f"The workbook: {written[0]}" not in ended.said):
                yield "the workbook is nowhere, or nobody is told where"
            return
        if ended.code in _OVER:
            return
        if ended.code != 5:
            yield f"it ended with {ended.code}"
        if "disk" not in ended.said:
            yield "it does not name the disk"
        if self._full is Full.LEDGER and books.run and not self._output.exists():
            yield "there is no workbook"

    def _check_report(self, books: Books) -> Iterator[str]:
        report = self._folder / "report.xlsx"
        self._command("report", "-o", report)
        yield from check_whole(self._output.parent)
        yield from check_workbook(report, books, self._people.rows)

    def _books(self) -> Books:
        return read_ledger(self._ledger) if self._ledger.exists() else _NOTHING

    def _pace(self) -> tuple[str | Path, ...]:
        return ("--rate", "1000", "--concurrency", str(_AT_ONCE), "-o", self._output)

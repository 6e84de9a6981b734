"""The checker, from outside: the ledger's file as any SQLite tool reads it, the workbook as openpyxl does.

In Jepsen's words: ok (accepted), fail (rejected, not sent, never meant to be), info (unknown).
"""

import shutil
import sqlite3
import tempfile
import zipfile
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

import openpyxl

_OPEN = {"planned", "claimed"}
_ENDS = {"accepted", "rejected", "unknown", "invalid", "skipped"}
_TAKEN = {"accepted": {1}, "unknown": {0, 1}, "claimed": {0, 1}}


@dataclass(frozen=True, slots=True)
class Row:
    row: int
    number: str
    status: str


@dataclass(frozen=True, slots=True)
class Books:
    """What the ledger says of the one run that has begun; run is "" before. damage: what is wrong with the file."""

    run: str
    rows: tuple[Row, ...]
    begun: int
    damage: str

    @property
    def claimed(self) -> set[str]:
        return {row.number for row in self.rows if row.status == "claimed"}

    def count(self, status: str) -> int:
        return sum(row.status == status for row in self.rows)


def read_ledger(path: Path) -> Books:
    """Reads a copy: whoever opens the file itself would mend what the dead left, instead of the command."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "copy.sqlite"
        for suffix in ("", "-wal"):
            with suppress(FileNotFoundError):
                shutil.copyfile(f"{path}{suffix}", f"{copy}{suffix}")
        with closing(sqlite3.connect(copy)) as connection:
            (damage,) = connection.execute("PRAGMA integrity_check").fetchone()
            if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'runs'").fetchone():
                return Books("", (), 0, damage)
            runs = connection.execute("SELECT id, name FROM runs WHERE state != 'draft' ORDER BY id").fetchall()
            if not runs:
                return Books("", (), 0, damage)
            number, name = runs[-1]
            found = connection.execute("SELECT row, number, status FROM rows WHERE run = ? ORDER BY row", (number,))
            return Books(name, tuple(Row(*columns) for columns in found), len(runs), damage)


def check_books(
    books: Books, rows: int, before: Books, taken: Mapping[str, int], *, outcomes_kept: bool = False
) -> Iterator[str]:
    """At any moment at which nothing runs. rows: of the list. before: the last time somebody looked.

    outcomes_kept: a process that was not killed may have kept the outcome of a claim in another place.
    """
    if books.damage != "ok":
        yield f"the ledger is damaged: {books.damage}"
    yield from (f"duplicate: {number} got {count} messages" for number, count in taken.items() if count > 1)
    if books.begun > 1:
        yield f"{books.begun} runs have begun"
    if before.run and books.run != before.run:
        yield f"run {before.run} is gone, or another has begun"
    if books.run and len(books.rows) != rows:
        yield f"the ledger has {len(books.rows)} of {rows} rows"
    if not books.run and taken:
        yield f"{len(taken)} messages went out before the run had begun"
    was = {row.row: row.status for row in before.rows}
    for row in books.rows:
        yield from _check_row(row, was.get(row.row, "planned"), taken.get(row.number, 0))
        if was.get(row.row) == "claimed" and not outcomes_kept and row.status not in {"claimed", "unknown"}:
            yield f"row {row.row} was on its way when the process died and is {row.status}"


def _check_row(row: Row, before: str, taken: int) -> Iterator[str]:
    if row.status not in _OPEN | _ENDS:
        yield f"row {row.row} is {row.status}"
    if before not in _OPEN and row.status != before:
        yield f"row {row.row} was {before} and is {row.status}"
    if row.status != "skipped" and taken not in _TAKEN.get(
        row.status, {0}
    ):  # skipped: the number is another row's, too
        yield f"row {row.row} is {row.status} and the gateway took {taken}"


def check_ends(books: Books, explained: Collection[str]) -> Iterator[str]:
    """After the last resume. explained: the numbers whose outcome may be unknown."""
    if not books.run:
        yield "no run has begun"
    for row in books.rows:
        if row.status not in _ENDS:
            yield f"lost: row {row.row} is {row.status} at the end"
        if row.status == "unknown" and row.number not in explained:
            yield f"row {row.row} is unknown for no reason"


def check_workbook(path: Path, books: Books, listed: Sequence[tuple[str, str]] | None) -> Iterator[str]:
    """It opens, has every row of the list as it came, and says what the ledger says."""
    book = openpyxl.load_workbook(path, read_only=True)
    try:
        header, *rows = book["Results"].iter_rows(values_only=True)
        unknown = book["Unknown"].max_row or 1 if "Unknown" in book.sheetnames else 1
        titles = [str(title) for title in header]
    finally:
        book.close()
    status, number = titles.index("send_status"), titles.index("send_row")
    said = [(row[number], row[status]) for row in rows]
    if said != [(row.row, "not_sent" if row.status == "planned" else row.status) for row in books.rows]:
        yield f"the workbook {path.name} does not say what the ledger says"
    if listed is not None and [tuple(str(cell or "") for cell in row[:2]) for row in rows] != list(listed):
        yield f"the workbook {path.name} has other rows than the list"
    counted = Counter(str(row[status]) for row in rows)["unknown"]
    if unknown - 1 != counted:
        yield f"the workbook {path.name} has {counted} unknown rows and lists {unknown - 1}"


def check_whole(folder: Path) -> Iterator[str]:
    """Whatever lies there under the name of a workbook is a whole one, also after a death."""
    for path in folder.glob("*.xlsx"):
        if not zipfile.is_zipfile(path) or zipfile.ZipFile(path).testzip() is not None:
            yield f"{path.name} is half a workbook"

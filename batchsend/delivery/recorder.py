"""Outcomes on their way into the book. What the disk does not take is kept, never dropped."""

from collections.abc import Collection

from batchsend.errors import LedgerUnwritable
from batchsend.runs.book import Book
from batchsend.runs.run import Outcome


class Recorder:
    """kept: outcomes that are not in the book yet."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self.kept: list[Outcome] = []

    def record(self, outcomes: Collection[Outcome]) -> LedgerUnwritable | None:
        """Writes these and what was kept. Returns the trouble when they had to be kept (again).

        Raises LedgerError when somebody else has settled them.
        """
        self.kept += outcomes
        if self.kept:
            try:
                self._book.record(self.kept)
            except LedgerUnwritable as trouble:
                return trouble
            self.kept = []
        return None

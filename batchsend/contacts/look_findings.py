"""What the looks at .ods, .xls and .xlsb sheets gather on their way through a file."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from batchsend.contacts.header_row import column_letters
from batchsend.contacts.look import SheetFacts
from batchsend.errors import ContactsRefused

MOST_COLUMNS = 16_384
MOST_ROWS = 1_048_576
ERRORS: Mapping[int, str] = {
    0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A",
    0x2B: "#GETTING_DATA",
}  # fmt: skip
"""By code: BErr in [MS-XLS] 2.5.10, and the same in [MS-XLSB]."""

_MOST_SPARSE_CELLS = 6_000_000
_SPARSE = 10


class Unsound(Exception):
    """Says what is wrong with a file; who knows its name makes a refusal of it."""


@dataclass(slots=True)
class Findings:
    """One sheet. last: its last row with a cell, as a person counts. width: columns from A. filled: cells in the file.

    notable: there is something to say about its rows.
    """

    last: int = 0
    width: int = 0
    filled: int = 0
    hidden_rows: int = 0
    first_hidden_row: int = 0
    hidden_columns: list[int] = field(default_factory=list)
    merged: int = 0
    notable: bool = False

    def hide_rows(self, number: int, count: int = 1) -> None:
        self.hidden_rows += count
        self.first_hidden_row = min(self.first_hidden_row or number, number)

    def hide_columns(self, first: int, count: int) -> None:
        if len(self.hidden_columns) < MOST_COLUMNS:
            self.hidden_columns += range(first, min(first + count, MOST_COLUMNS))

    def facts(self) -> SheetFacts:
        merged = f"{self.merged:,} merged areas: only the first cell of each has the value"
        return SheetFacts(
            self.hidden_rows, self.first_hidden_row, tuple(self.hidden_columns), (merged,) if self.merged else ()
        )


def refuse_sparse(path: Path, sheets: Collection[Findings]) -> None:
    """The reader of the values makes room for every cell between the first and the last of a sheet.

    sheets: those that it reads at once.
    """
    filled = sum(sheet.filled for sheet in sheets)
    if sum(sheet.width * sheet.last for sheet in sheets) > max(_MOST_SPARSE_CELLS, filled * _SPARSE):
        largest = max(sheets, key=lambda sheet: sheet.width * sheet.last)
        raise ContactsRefused(
            f"{path.name} is not read: it has a cell far away from the others, in column "
            f"{column_letters(largest.width - 1)} of its {largest.last:,} rows.",
            "Copy the contacts into a new workbook and save it.",
        )

"""Where a list came from and how it was read; and the bare rows of a file before anything is made of them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple, Protocol

from batchsend.contacts.contact import Cell


class Row(NamedTuple):
    """number: as a person counts. cells: from column A on. hidden: not to be seen in the spreadsheet program.

    shown: the text a person sees in a formatted cell, by position; formats: the number format that makes it.
    """

    number: int
    cells: tuple[Cell, ...]
    hidden: bool = False
    shown: Mapping[int, str] = MappingProxyType({})
    formats: Mapping[int, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """What the person said about the file; None or empty means: find out.

    mapping: role -> column names (`--map`). sheet: a name or a number from 1. header_row: as a person counts, 0 for
    a list without one. hidden: what to do with hidden rows, "include" or "skip". locale: of the person, such as
    "ro", for dates whose format is "the reader's own".
    """

    mapping: Mapping[str, Sequence[str]] = field(default_factory=dict)
    sheet: str | None = None
    header_row: int | None = None
    encoding: str | None = None
    delimiter: str | None = None
    hidden: str | None = None
    locale: str | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """How the file was understood, for `check` and the workbook.

    sample: a line whose letters show whether the encoding is right, "" when nothing beyond ASCII was seen.
    warnings: sentences for a person; what is certain to be wrong refuses the file instead. hidden_columns: positions.
    """

    path: Path
    format: str
    sheet: str = ""
    encoding: str = ""
    delimiter: str = ""
    sample: str = ""
    warnings: tuple[str, ...] = ()
    hidden_rows: int = 0
    first_hidden_row: int = 0
    hidden_columns: tuple[int, ...] = ()

    @property
    def name(self) -> str:
        return self.path.name


class Table(Protocol):
    """A file's rows; `rows` starts again at every call. Wholly empty rows may be left out, never renumbered.

    merged: areas of merged cells, as (row, column) of their first and last cell, from 0.
    """

    source: Source

    @property
    def merged(self) -> Sequence[tuple[tuple[int, int], tuple[int, int]]]: ...

    def rows(self) -> Iterator[Row]: ...

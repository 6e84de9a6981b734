"""Where a list came from and how it was read; and the bare rows of a file before anything is made of them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from batchsend.contacts.contact import Cell

Row = tuple[int, tuple[Cell, ...]]
"""The row number a person sees, and the cells from column A on."""


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """What the person said about the file; None or empty means: find out.

    mapping: role -> column names (`--map`). sheet: a name or a number from 1. header_row: as a person counts.
    """

    mapping: Mapping[str, Sequence[str]] = field(default_factory=dict)
    sheet: str | None = None
    header_row: int | None = None
    encoding: str | None = None
    delimiter: str | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """How the file was understood, for `check` and the workbook."""

    path: Path
    format: str
    sheet: str = ""
    encoding: str = ""
    delimiter: str = ""

    @property
    def name(self) -> str:
        return self.path.name


class Table(Protocol):
    """A file's rows; `rows` starts again at every call. Wholly empty rows may be left out, never renumbered."""

    source: Source

    def rows(self) -> Iterator[Row]: ...

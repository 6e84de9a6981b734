"""The second look at a sheet: what its values alone do not say."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from batchsend.contacts.contact import Cell


class CellProblem(StrEnum):
    """Stands in a cell whose value cannot be known from the file. An Excel error stands there as its own text."""

    NO_RESULT = "#NO RESULT"


EXCEL_ERRORS = frozenset(
    {"#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!", "#SPILL!", "#CALC!", "#GETTING_DATA"}
)


@dataclass(frozen=True, slots=True)
class RowLook:
    """number: as a person counts. Columns count from 0.

    values: cells whose value the reader lost (an error, a formula without a saved result). shown: the text a person
    sees in a formatted cell, when it is known. formats: the number format of the other formatted cells.
    """

    number: int
    hidden: bool = False
    values: Mapping[int, Cell] = field(default_factory=dict)
    shown: Mapping[int, str] = field(default_factory=dict)
    formats: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SheetFacts:
    """hidden_rows: how many rows with something in them are hidden; hidden_columns: positions from 0.

    warnings: sentences for a person.
    """

    hidden_rows: int = 0
    first_hidden_row: int = 0
    hidden_columns: tuple[int, ...] = ()
    warnings: tuple[str, ...] = ()


class Look(Protocol):
    """facts are known before the first row is used; `rows` starts again at every call, ascending, and may leave out
    rows about which there is nothing to say.
    """

    facts: SheetFacts

    def rows(self) -> Iterator[RowLook]: ...

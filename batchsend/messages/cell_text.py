"""What a placeholder stands for in one row: the text a person sees, the cell behind it, or nothing."""

from collections.abc import Iterator
from typing import Any, Self

from jinja2 import Undefined, UndefinedError

from batchsend.contacts.contact import Cell
from batchsend.contacts.look import EXCEL_ERRORS

_NOTHING = EXCEL_ERRORS | {"#NO RESULT", "nan", "NaN", "None", "NaT", "<NA>", "null", "NULL", "undefined"}
"""What programs write where there is no value. "Nan" is a person's name, "N/A" may be meant."""


class MissingValueError(UndefinedError):
    """The template prints a cell that is empty in this row. field: the placeholder's name; found: what stands there."""

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message)
        self.field, _, self.found = (message or "").partition("\0")


class EmptyCell(Undefined):
    """Stands for an empty cell: `default` and `if` see nothing there, anything that would print it is refused."""

    __slots__ = ()

    def __init__(self, field: str, found: str) -> None:
        super().__init__(hint=f"{field}\0{found}", name=field, exc=MissingValueError)

    def __str__(self) -> str:
        self._fail_with_undefined_error()

    def __repr__(self) -> str:
        self._fail_with_undefined_error()

    def __iter__(self) -> Iterator[Any]:
        self._fail_with_undefined_error()

    def __len__(self) -> int:
        self._fail_with_undefined_error()


class CellText(str):
    """The text of a cell; `cell` is its value, for the filters that need a date or a number."""

    __slots__ = ("cell",)
    cell: Cell

    @classmethod
    def of(cls, text: str, cell: Cell) -> Self:
        made = cls(text)
        made.cell = cell
        return made


def value_of(text: str, cell: Cell, field: str) -> CellText | EmptyCell:
    return EmptyCell(field, text) if not text or text in _NOTHING else CellText.of(text, cell)

"""One sheet of the workbook, whose rows go to a temporary file as they are written.

openpyxl writes the sheet around the rows; the rows are spelled here, because openpyxl takes eight times as long
and guesses types. There is no code here that writes a formula or a link: text is an inline string, whatever it
starts with.
"""

import shutil
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from tempfile import TemporaryFile
from types import MappingProxyType
from typing import IO

from openpyxl.cell import Cell as SheetCell
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from batchsend.contacts.contact import Cell
from batchsend.results.cells import encode, storable
from batchsend.results.looks import BOOLEAN, DATE, DATETIME, DURATION, PLAIN, TEXT, TIME_OF_DAY, Look

_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001  a workbook knows no time zones
_NO_LOOKS: Mapping[int, Look] = MappingProxyType({})


class Grid:
    """sheet: to set up freely at any time; it holds no cells itself. rows, columns: how many were written."""

    def __init__(self, sheet: Worksheet) -> None:
        self.sheet = sheet
        self.rows = 0
        self.columns = 0
        self._letters: list[str] = []
        self._styles: dict[Look, str] = {}
        self._plain = ""
        self._file = TemporaryFile()  # noqa: SIM115  close() closes it

    def write(self, values: Sequence[Cell], looks: Mapping[int, Look] = _NO_LOOKS, height: float = 0) -> None:
        """One row. looks: how the cell at an index is drawn; height: in points, 0 leaves it to the program."""
        self.rows += 1
        row = self.rows
        for column in range(len(self._letters), len(values)):
            self._letters.append(get_column_letter(column + 1))
        self.columns = len(self._letters)
        tall = f' ht="{height:g}" customHeight="1"' if height else ""
        cells = [
            self._cell(f"{letter}{row}", value, looks.get(index, PLAIN))
            for index, (letter, value) in enumerate(zip(self._letters, values, strict=False))
        ]
        self._file.write(f'<row r="{row}"{tall}>{"".join(cells)}</row>'.encode())

    def copy_rows_to(self, stream: IO[bytes]) -> None:
        self._file.seek(0)
        shutil.copyfileobj(self._file, stream, 1 << 20)

    def close(self) -> None:
        with suppress(OSError):  # it writes what is left, for nobody, and the disk may be full
            self._file.close()

    def _cell(self, place: str, value: Cell, look: Look) -> str:
        kept = None if value is None else storable(value)
        match kept:
            case None | "":
                visible = look.fill or look.line
                return f'<c r="{place}"{self._style(look)}/>' if visible else ""
            case str():
                return f'<c r="{place}"{self._style(look)} t="inlineStr"><is>{_text(kept)}</is></c>'
            case bool():
                look = BOOLEAN if look is PLAIN or look is TEXT else look
                return f'<c r="{place}"{self._style(look)} t="b"><v>{int(kept)}</v></c>'
            case int() | float():
                return f'<c r="{place}"{self._style(look)}><v>{kept!r}</v></c>'
            case _:
                look = _dated(kept) if look is PLAIN or look is TEXT else look
                return f'<c r="{place}"{self._style(look)}><v>{_days(kept)!r}</v></c>'

    def _style(self, look: Look) -> str:
        if look is PLAIN and self._plain:  # most cells are
            return self._plain
        style = self._styles.get(look)
        if style is None:
            number = look.dress(SheetCell(self.sheet, row=1, column=1)).style_id
            style = self._styles[look] = f' s="{number}"'
            if look is PLAIN:
                self._plain = style
        return style


def _text(text: str) -> str:
    escaped = encode(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    space = "" if escaped == escaped.strip() else ' xml:space="preserve"'
    return f"<t{space}>{escaped}</t>"


def _days(value: datetime | date | time | timedelta) -> float:
    """The number a workbook keeps for it: days since the end of 1899."""
    match value:
        case datetime():
            since = value - _EPOCH
        case date():
            since = datetime.combine(value, time()) - _EPOCH
        case time():
            since = datetime.combine(_EPOCH, value) - _EPOCH
        case _:
            since = value
    return since / timedelta(days=1)


def _dated(value: datetime | date | time | timedelta) -> Look:
    match value:
        case datetime():
            return DATETIME
        case date():
            return DATE
        case time():
            return TIME_OF_DAY
        case _:
            return DURATION

"""One sheet of a spreadsheet workbook: its values by calamine, and a second look at what they do not say."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from python_calamine import CalamineSheet

from batchsend.contacts.book import Book, calamine_troubles
from batchsend.contacts.contact import Cell
from batchsend.contacts.look import RowLook
from batchsend.contacts.number_formats import render
from batchsend.contacts.source import ReadOptions, Row, Source


class SheetTable:
    """A sheet and the look at it. merged: areas of the sheet as ((row, column), (row, column)) from 0, inclusive."""

    def __init__(self, path: Path, options: ReadOptions, book: Book) -> None:
        self._sheet, look = book.sheet(options.sheet)
        self._look = look
        self._locale = options.locale
        facts = look.facts
        self.source = Source(
            path,
            book.format,
            sheet=self._sheet.name,
            warnings=facts.warnings,
            hidden_rows=facts.hidden_rows,
            first_hidden_row=facts.first_hidden_row,
            hidden_columns=facts.hidden_columns,
        )
        self.merged = self._sheet.merged_cell_ranges or []

    def rows(self) -> Iterator[Row]:
        if self._sheet.start is None:
            return
        # calamine starts every row at the first used column; a person counts from column A
        before: tuple[Cell, ...] = (None,) * self._sheet.start[1]
        looks = self._look.rows()
        look = next(looks, None)
        for number, values in enumerate(_read(self._sheet, self.source.path), start=1):
            cells = before + tuple(None if cell == "" else cell for cell in values)
            while look is not None and look.number < number:
                look = next(looks, None)
            if look is None or look.number > number:
                yield Row(number, cells)
            else:
                yield self._looked_at(number, cells, look)

    def _looked_at(self, number: int, cells: tuple[Cell, ...], look: RowLook) -> Row:
        kept = list(cells)
        for column, value in look.values.items():
            if column < len(kept):
                kept[column] = value
        shown, formats = dict(look.shown), dict[int, str]()
        for column, code in look.formats.items():
            if column < len(kept) and (text := render(kept[column], code, self._locale)) is not None:
                shown[column] = text
                formats[column] = code
        return Row(number, tuple(kept), look.hidden, shown, formats)


def _read(sheet: CalamineSheet, path: Path) -> Iterator[list[Any]]:
    rows = sheet.iter_rows()
    while True:
        with calamine_troubles(path):
            values = next(rows, None)
        if values is None:
            return
        yield values

"""Sheets of rows that are written as the rows come, and set up to be read, filtered and printed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from math import ceil

from openpyxl.styles import Color
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from batchsend.contacts.contact import Cell, display
from batchsend.contacts.number_formats import READERS_DATE, render
from batchsend.results.cells import clean
from batchsend.results.kinds import VERDICT, Kind
from batchsend.results.looks import HEADER, PLAIN, SENTENCE, STATUS, TEXT, Look
from batchsend.results.package import Package
from batchsend.results.row import ResultRow, RunFacts

MAX_ROWS = 1_048_576
"""Rows a sheet can have, the header among them."""
MAX_COLUMNS = 16_384
VERDICTS = ("delivered", "not delivered")

_SHORT_DATE, _SHORT_MOMENT = "mm-dd-yy", "m/d/yy h:mm"
"""The built-in formats 14 and 22, which every program shows as its own user writes dates."""
_MOST_FORMATS = 200
_LONGEST_FORMAT = 255
_NARROWEST, _WIDEST = 9, 42
_LINE_POINTS = 15
_MOST_LINES = 12
_LETTERS = 1.15
"""Of a sentence, in the width of a digit."""
_PAGE_WIDTH = 180
"""What a page takes at two thirds of its size, in widths of a digit."""


@dataclass(frozen=True, slots=True)
class Heading:
    """One column as a sheet shows it. choices: what a person may pick in it."""

    text: str
    width: float
    look: Look = HEADER
    choices: tuple[str, ...] = ()


class Stack:
    """A sheet, and the next one when it is full: `Results`, `Results 2`, ..."""

    def __init__(self, package: Package, title: str, tab: str, headings: Sequence[Heading], max_rows: int) -> None:
        self._package = package
        self._title = title
        self._tab = tab
        self._headings = headings
        self._max_rows = max_rows
        self._number = 1
        self._grid = package.add(title)
        self._head()

    def write(self, values: Sequence[Cell], looks: Mapping[int, Look], height: float = 0) -> None:
        if self._grid.rows == self._max_rows:
            self.close()
            self._number += 1
            self._grid = self._package.add(f"{self._title} {self._number}", after=self._grid)
            self._head()
        self._grid.write(values, looks, height)

    def close(self) -> None:
        """Sets up what depends on the rows. A stack that got none has no coloured tab."""
        grid, sheet = self._grid, self._grid.sheet
        sheet.auto_filter.ref = f"A1:{get_column_letter(len(self._headings))}{grid.rows}"
        if grid.rows == 1:
            return
        sheet.sheet_properties.tabColor = Color(self._tab)
        for index, heading in enumerate(self._headings, 1):
            if heading.choices:
                letter = get_column_letter(index)
                sheet.add_data_validation(_choices(heading.choices, f"{letter}2:{letter}{grid.rows}"))

    def _head(self) -> None:
        sheet = self._grid.sheet
        set_up_page(sheet, landscape=True, pages=round(sum(heading.width for heading in self._headings) / _PAGE_WIDTH))
        sheet.freeze_panes = "A2"
        sheet.print_title_rows = "1:1"
        for index, heading in enumerate(self._headings, 1):
            sheet.column_dimensions[get_column_letter(index)].width = heading.width
        looks = {index: heading.look for index, heading in enumerate(self._headings)}
        self._grid.write([heading.text for heading in self._headings], looks, height=21)


class RowSheets:
    """The sheets of one kind: the rows of the statuses it holds, with the list's columns and ours."""

    def __init__(self, package: Package, kind: Kind, facts: RunFacts, widths: Sequence[float], max_rows: int) -> None:
        self._columns = kind.columns
        self._holds = kind.holds
        self._width = len(facts.headers) + facts.extra_columns
        self._stack = Stack(package, kind.title, kind.tab, _headings(kind, facts, widths), max_rows)
        self._formats: dict[str, Look] = {}
        self._wrapped = [(i, column) for i, column in enumerate(kind.columns, self._width) if column.look is SENTENCE]
        looks: dict[int, Look] = dict.fromkeys(facts.phone_columns, TEXT)
        for index, column in enumerate(kind.columns, self._width):
            if column.look:
                looks[index] = column.look
        names = [column.name for column in kind.columns]
        where = self._width + names.index("send_status") if "send_status" in names else None
        self._looks = {status: looks if where is None else {**looks, where: STATUS[status]} for status in kind.holds}

    def write(self, row: ResultRow) -> None:
        """Passes over a row of another kind. Cells nobody announced come after our columns: none is lost."""
        if row.status not in self._holds:
            return
        cells, width = row.cells, self._width
        values: list[Cell] = list(cells[:width])
        values.extend([None] * (width - len(values)))
        values.extend([column.value(row) for column in self._columns])
        if len(cells) > width:
            values.extend(cells[width:])
        looks = self._looks[row.status]
        if row.formats:
            looks = {**looks, **{i: self._formatted(code, values[i]) for i, code in row.formats.items() if i < width}}
        self._stack.write(values, looks, self._height(values))

    def close(self) -> None:
        self._stack.close()

    def _formatted(self, code: str, value: Cell) -> Look:
        """As the cell looked in the list; plain when a workbook could not take one more format."""
        if code == READERS_DATE:
            code = _SHORT_MOMENT if isinstance(value, datetime) and value.time() != time() else _SHORT_DATE
        look = self._formats.get(code)
        if look is None:
            fits = len(code) <= _LONGEST_FORMAT and len(self._formats) < _MOST_FORMATS and code == clean(code)
            look = self._formats[code] = Look(code, vertical="top") if fits else PLAIN
        return look

    def _height(self, values: Sequence[Cell]) -> float:
        """In points; 0 for a row of one line."""
        most = max((_lines(str(values[index] or ""), column.width) for index, column in self._wrapped), default=1)
        return 0 if most == 1 else min(most, _MOST_LINES) * _LINE_POINTS


def _lines(text: str, width: float) -> int:
    width *= _LETTERS
    if len(text) < width and "\n" not in text:
        return 1
    return sum(ceil(len(line) / width) or 1 for line in text.split("\n"))


def set_up_page(sheet: Worksheet, *, landscape: bool, pages: int = 1) -> None:
    """A4, `pages` wide and as long as it needs to be, with its name and page number below."""
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_setup.orientation = "landscape" if landscape else "portrait"
    sheet.page_setup.paperSize = 9
    sheet.page_setup.fitToWidth = max(1, pages)
    sheet.page_setup.pageOrder = "overThenDown"
    sheet.page_setup.fitToHeight = 0
    sheet.page_margins.left = sheet.page_margins.right = 0.4
    sheet.page_margins.top = 0.5
    sheet.page_margins.bottom = 0.8
    footer = sheet.oddFooter
    if footer is not None:
        footer.left.text, footer.right.text = "&A", "&P / &N"


def _choices(words: Sequence[str], cells: str) -> DataValidation:
    validation = DataValidation("list", formula1='"' + ",".join(words) + '"', allow_blank=True)
    validation.showErrorMessage = True
    validation.error = "Choose " + " or ".join(words) + ", or leave the cell empty."
    validation.add(cells)
    return validation


def widths_of(facts: RunFacts, sample: Sequence[ResultRow]) -> list[float]:
    """A width for each column of the list, from what its first rows hold: most cells fit, none is a banner."""
    widths: list[float] = []
    for index, header in enumerate(headers_of(facts)):
        lengths = sorted(len(display(row.cells[index])) for row in sample if index < len(row.cells))
        usual = lengths[int(len(lengths) * 0.98)] if lengths else 0
        formatted = max((_formatted_length(row, index) for row in sample if index in row.formats), default=0)
        usual = max(usual, formatted)  # a number or a date that does not fit is shown as ####
        widths.append(min(max(usual + 2, len(header) + 4, _NARROWEST), _WIDEST))
    return widths


def _formatted_length(row: ResultRow, index: int) -> int:
    value = row.cells[index] if index < len(row.cells) else None
    return len(render(value, row.formats[index]) or display(value))


def headers_of(facts: RunFacts) -> list[str]:
    return [*facts.headers, *(f"(no header) {number}" for number in range(1, facts.extra_columns + 1))]


def _headings(kind: Kind, facts: RunFacts, widths: Sequence[float]) -> list[Heading]:
    theirs = [Heading(text, width) for text, width in zip(headers_of(facts), widths, strict=True)]
    ours = [
        Heading(column.name, column.width, column.header, VERDICTS if column.name == VERDICT else ())
        for column in kind.columns
    ]
    return theirs + ours

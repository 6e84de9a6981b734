"""A page of headings, sentences and small tables, written from top to bottom."""

from dataclasses import replace
from math import ceil

from openpyxl.styles import Color

from batchsend.contacts.contact import Cell
from batchsend.results.grid import Grid
from batchsend.results.looks import FAINT, INK, STATUS, Look
from batchsend.results.sheets import set_up_page

_WIDTHS = (19, 11, 12, 18, 44)
_LAST = "E"
_LINE_POINTS = 15.5
_ONE_PAGE = 80
_MOST_TEXT = 1_500

TITLE = Look("@", size=18, bold=True, color=INK, wrap=True, vertical="center")
PARAGRAPH = Look("@", color=INK, wrap=True, vertical="center")
LEAD = Look("@", size=12, color=INK, wrap=True, vertical="center")
FAINT_LINE = Look("@", size=10, color=FAINT, wrap=True, vertical="center")
HEADING = Look("@", size=13, bold=True, color="1F4E79", line="bottom")
COLUMN = Look("@", size=10, color=FAINT, vertical="bottom")
NUMBER_COLUMN = Look("@", size=10, color=FAINT, horizontal="right")
NOTE = Look("@", color=INK, wrap=True, vertical="center", indent=1)
UNBROKEN_NOTE = Look("@", color=INK, vertical="center", indent=1)
NOTE_COLUMN = Look("@", size=10, color=FAINT, indent=1)
FACT = Look("@", color=FAINT, vertical="center")
BODY = Look("@", color=INK, vertical="center")
NUMBER = Look("#,##0", color=INK, horizontal="right", vertical="center")
SHARE = Look("0.0%", color=FAINT, horizontal="right", vertical="center")
TOTAL = Look("@", color=INK, bold=True, line="top")
TOTAL_NUMBER = Look("#,##0", color=INK, bold=True, horizontal="right", line="top")
TOTAL_SHARE = Look("0.0%", color=FAINT, horizontal="right", line="top")
STATUS_WORD = {status: replace(look, vertical="center") for status, look in STATUS.items()}
COMMAND = Look("@", font="Consolas", fill="F3F4F6", color=INK, wrap=True, vertical="center")


class Page:
    """sheet: to put a chart on it."""

    def __init__(self, grid: Grid) -> None:
        self._grid = grid
        self.sheet = sheet = grid.sheet
        set_up_page(sheet, landscape=False)
        sheet.sheet_view.showGridLines = False
        sheet.print_options.horizontalCentered = True
        sheet.sheet_properties.tabColor = Color(INK)
        for letter, width in zip("ABCDE", _WIDTHS, strict=True):
            sheet.column_dimensions[letter].width = width

    def title(self, text: str) -> None:
        self._across(text, TITLE, "A", letters=58, points=25)

    def lead(self, text: str) -> None:
        self._across(text, LEAD, "A", letters=108, points=17)

    def finish(self) -> None:
        """A summary that nearly fits one printed page is made to fit it."""
        if self.row <= _ONE_PAGE:
            self.sheet.page_setup.fitToHeight = 1

    def paragraph(self, text: str, look: Look = PARAGRAPH) -> None:
        self._across(text, look, "A")

    def command(self, text: str) -> None:
        self._across(text, COMMAND, "A", letters=88, points=20)

    def heading(self, text: str) -> None:
        self.gap()
        self.line((text, HEADING), *[("", HEADING)] * 4, height=22)

    def columns(self, words: tuple[str, ...], numbers: tuple[str, ...], note: str = "") -> None:
        """The head of a table: words, then numbers over their right edge, then a note."""
        cells = [(word, COLUMN) for word in words] + [(number, NUMBER_COLUMN) for number in numbers]
        self.line(*cells, (note, NOTE_COLUMN))

    def line(self, *cells: tuple[Cell, Look], height: float = 0) -> None:
        looks = {index: look for index, (_, look) in enumerate(cells)}
        self._grid.write([value for value, _ in cells], looks, height)

    def explained(self, word: tuple[Cell, Look], number: tuple[Cell, Look], sentence: str) -> None:
        """A word, a number, and a sentence in the rest of the width."""
        self._across(sentence, NOTE, "C", before=(word, number))

    def fact(self, name: str, value: str) -> None:
        self._across(value, PARAGRAPH, "B", before=((name, FACT),))

    def gap(self) -> None:
        self._grid.write([])

    @property
    def row(self) -> int:
        """The last row written."""
        return self._grid.rows

    def _across(
        self,
        text: str,
        look: Look,
        start: str,
        *,
        before: tuple[tuple[Cell, Look], ...] = (),
        letters: float = 0,
        points: float = _LINE_POINTS,
    ) -> None:
        """Text over the columns from `start` to the last, on as many lines as it needs: a merged cell does not grow."""
        shown = text if len(text) <= _MOST_TEXT else text[:_MOST_TEXT] + "…"
        width = letters or 1.15 * sum(_WIDTHS[len(before) :])
        lines = sum(max(1, ceil(len(line) / width)) for line in shown.split("\n"))
        self.sheet.merged_cells.add(f"{start}{self.row + 1}:{_LAST}{self.row + 1}")
        self.line(*before, (shown, look), height=lines * points + 2)

"""The content of an .ods workbook as rows with something to say, a piece of the XML at a time."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple
from xml.parsers import expat

from batchsend.contacts.look import EXCEL_ERRORS, CellProblem
from batchsend.contacts.look_findings import MOST_COLUMNS, MOST_ROWS, Findings
from batchsend.errors import ContactsRefused

_MOST_SHEETS = 5_000
_MOST_DEPTH = 200
_MOST_PENDING = 16 * 1024**2
_MOST_COPIED = 200 * 1024**2
_TYPE = "office:value-type"
_OWN_TYPE = "calcext:value-type"  # LibreOffice's, which knows errors
_FORMULA = "table:formula"
_TEXT = "office:string-value"
_VALUES = ("office:value", "office:date-value", "office:time-value", "office:boolean-value")
_COLUMNS = "table:number-columns-repeated"
_ROWS = "table:number-rows-repeated"
_SPANS = ("table:number-columns-spanned", "table:number-rows-spanned")
_CELLS = frozenset({"table:table-cell", "table:covered-table-cell"})
_GROUPS = frozenset({"table:table-row-group", "table:table-column-group"})
_SPACE = {"text:s": " ", "text:tab": "\t", "text:line-break": "\n"}
_BESIDE_THE_TEXT = frozenset({"text:note", "text:ruby-text"})
_READ_RIGHT = frozenset({"text:p", "text:span", "text:a", "text:s", "office:annotation"})
"""What may be in a cell without the reader of the values getting its text wrong."""
_OTHER_ERROR = re.compile(r"Err:\d+")
_SAVE_AGAIN = "Open it in LibreOffice or Excel and save it again as .xlsx, or export it as .csv."


class OdsCell(NamedTuple):
    """value: what the reader of the values lost, else None. shown: the text that a person sees."""

    column: int
    repeat: int
    value: str | None
    shown: str


class OdsRow(NamedTuple):
    """A row with something in it. sheet: position from 0. cells: those with something to say."""

    sheet: int
    number: int
    repeat: int
    hidden: bool
    cells: list[OdsCell]


class OdsContent:
    """names, findings: of the sheets in order, as far as `rows` has come; rows can be had once.

    Tags go by their usual prefixes, as they do for the reader of the values.
    """

    def __init__(self, path: Path) -> None:
        self.names: list[str] = []
        self.findings: list[Findings] = []
        self._path = path
        self._rows: list[OdsRow] = []
        self._depth = 0
        self._copied = 0
        self._sheet: Findings | None = None
        self._row_starts = self._column_starts = 0  # where the next row and the next declared column begin
        self._hiding: list[bool] = []  # of the groups around
        self._row: dict[str, str] | None = None
        self._row_repeat = 1
        self._row_filled = False
        self._cells: list[OdsCell] = []
        self._column = 0
        self._cell: dict[str, str] | None = None
        self._cell_depth = 0
        self._aside = 0  # the depth of a comment or a shape in the cell
        self._text: list[str] = []
        self._paragraphs = 0
        self._odd = False

    def rows(self, chunks: Iterable[bytes]) -> Iterator[OdsRow]:
        parser = expat.ParserCreate("UTF-8")  # as the reader of the values takes it, whatever it declares
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        parser.StartCdataSectionHandler = self._cdata
        parser.StartDoctypeDeclHandler = self._doctype
        fed = 0
        try:
            for chunk in chunks:
                parser.Parse(chunk)
                fed += len(chunk)
                if fed - parser.CurrentByteIndex > _MOST_PENDING:
                    raise self._refused("a single tag in it is larger than any spreadsheet program makes it")
                yield from self._rows
                self._rows.clear()
            parser.Parse(b"", True)  # noqa: FBT003 - the end; it takes no names
        except expat.ExpatError as error:
            raise ContactsRefused(
                f"{self._path.name} is damaged ({error}); the download may be incomplete.",
                "Download or export it again.",
            ) from None

    def _refused(self, why: str) -> ContactsRefused:
        return ContactsRefused(f"{self._path.name} is not read: {why}.", _SAVE_AGAIN)

    def _doctype(self, *_: object) -> None:
        raise self._refused("it declares a DOCTYPE, which spreadsheets do not have and attacks do")

    def _count(self, attributes: dict[str, str], name: str) -> int:
        text = attributes.get(name)
        if text is None:
            return 1
        if not (text.isascii() and text.isdecimal() and text.strip("0")) or len(text) > 12:
            raise self._refused(f"it says {name}={text[:20]!r}")
        return int(text)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._cell is not None:
            self._start_in_cell(name, attributes)
        elif name in _CELLS:
            self._cell, self._cell_depth = attributes, self._depth
            self._text, self._paragraphs, self._odd = [], 0, False
        elif name == "table:table-row":
            self._row, self._row_filled, self._cells, self._column = attributes, False, [], 0
            self._row_repeat = self._count(attributes, _ROWS)
        elif name == "table:table-column" and self._sheet is not None:
            self._declare_columns(self._sheet, attributes)
        elif name in _GROUPS:
            self._hiding.append(attributes.get("table:display") == "false")
        elif name == "table:table" and "table:name" in attributes:
            self._start_sheet(attributes["table:name"])
        elif self._depth > _MOST_DEPTH:
            raise self._refused("its parts are nested deeper than any spreadsheet program does")

    def _start_sheet(self, name: str) -> None:
        if len(self.names) >= _MOST_SHEETS or self._sheet is not None:
            raise self._refused("it has tables within tables, or thousands of them")
        self._sheet = Findings()
        self.names.append(name)
        self.findings.append(self._sheet)
        self._row_starts = self._column_starts = 0

    def _declare_columns(self, sheet: Findings, attributes: dict[str, str]) -> None:
        count = self._count(attributes, _COLUMNS)
        if _is_hidden(attributes) or any(self._hiding):
            sheet.hide_columns(self._column_starts, count)
        self._column_starts += count

    def _start_in_cell(self, name: str, attributes: dict[str, str]) -> None:
        if name == "text:p" and not self._aside:
            if self._paragraphs:
                self._text.append("\n")
            self._paragraphs += 1
            return
        if name == "table:table" or self._depth > _MOST_DEPTH:
            raise self._refused("it has a table within a cell")
        if self._aside:
            return
        if name in _SPACE:
            count = self._count(attributes, "text:c")
            self._copy(count - 1)
            self._text.append(_SPACE[name] * count)
        elif name in _BESIDE_THE_TEXT or not name.startswith("text:"):
            self._aside = self._depth
        self._odd = self._odd or name not in _READ_RIGHT

    def _cdata(self) -> None:
        self._odd = True  # the reader of the values loses it

    def _characters(self, data: str) -> None:
        if self._cell is None or self._aside:
            return
        if self._depth > self._cell_depth:
            self._text.append(data)
        else:
            self._odd = True  # the reader of the values takes it for text

    def _end(self, name: str) -> None:
        if self._cell is not None:
            if self._depth == self._cell_depth:
                self._end_cell(self._cell)
                self._cell = None
            elif self._depth == self._aside:
                self._aside = 0
        elif name == "table:table-row":
            self._end_row()
        elif name in _GROUPS:
            self._hiding.pop()
        elif name == "table:table":
            self._sheet = None
        self._depth -= 1

    def _end_cell(self, attributes: dict[str, str]) -> None:
        sheet, kind, text = self._sheet, attributes.get(_TYPE), "".join(self._text)
        repeat = self._count(attributes, _COLUMNS) if _COLUMNS in attributes else 1
        column, self._column = self._column, self._column + repeat
        if sheet is None or (kind is None and not text and _FORMULA not in attributes):
            return
        if kind is None and _FORMULA not in attributes:
            raise self._refused("some of its cells do not say whether they hold text or a number")
        if text or kind != "string":
            self._row_filled = True
        self._reach(sheet)
        copies = repeat * self._row_repeat - 1
        if copies:
            self._copy(copies * max(len(text), len(attributes.get(_TEXT, ""))))
        if kind == "string" and len(attributes) <= 3 and not self._odd and attributes.get(_OWN_TYPE) != "error":
            return  # as nearly all are
        sheet.merged += any(attributes.get(span, "1") != "1" for span in _SPANS)
        value = self._lost(attributes, text)
        if value is not None or (kind != "string" and text and text != attributes.get("office:value")):
            self._cells.append(OdsCell(column, repeat, value, text))

    def _reach(self, sheet: Findings) -> None:
        sheet.filled += 1
        sheet.last = self._row_starts + self._row_repeat
        if self._column > sheet.width:
            sheet.width = self._column
            if self._column > MOST_COLUMNS:
                raise self._refused("it has a cell far away from the others")

    def _copy(self, length: int) -> None:
        """Text that the reader of the values writes out although it is in the file only once."""
        self._copied += length
        if self._copied > _MOST_COPIED:
            raise self._refused("it repeats its texts more often than any spreadsheet program does")

    def _lost(self, attributes: dict[str, str], text: str) -> str | None:
        """What stands in the cell although the reader of the values does not say so."""
        kind = attributes.get(_TYPE)
        error = text[:1] in {"#", "E"} and (text in EXCEL_ERRORS or bool(_OTHER_ERROR.fullmatch(text)))
        if attributes.get(_OWN_TYPE) == "error" or (error and kind != "string"):
            return text if text in EXCEL_ERRORS else "#VALUE!"
        if kind is None:
            return (text or None) if self._paragraphs else CellProblem.NO_RESULT
        if kind == "string":
            return text if self._odd and _TEXT not in attributes else None
        return text if text and not any(value in attributes for value in _VALUES) else None

    def _end_row(self) -> None:
        sheet, attributes, self._row = self._sheet, self._row, None
        if sheet is None or attributes is None:
            return
        repeat = min(self._row_repeat, MOST_ROWS)  # the reader of the values stops there, too
        number, self._row_starts = self._row_starts + 1, self._row_starts + repeat
        if self._row_filled or self._cells:
            hidden = _is_hidden(attributes) or any(self._hiding)
            if hidden:
                sheet.hide_rows(number, repeat)
            sheet.notable = sheet.notable or bool(self._cells)
            self._rows.append(OdsRow(len(self.names) - 1, number, repeat, hidden, self._cells))


def _is_hidden(attributes: dict[str, str]) -> bool:
    return attributes.get("table:visibility") in {"collapse", "filter"}

"""The second look at a sheet of an .xlsb workbook ([MS-XLSB] 2.1.7.62), straight from its records."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from batchsend.contacts.contact import Cell
from batchsend.contacts.look import Look, RowLook, SheetFacts
from batchsend.contacts.look_findings import ERRORS, MOST_COLUMNS, MOST_ROWS, Findings, Unsound, refuse_sparse
from batchsend.contacts.number_formats import GENERAL
from batchsend.contacts.package import Package
from batchsend.contacts.xlsb_records import Kind, cell_formats, number, records, sheet_parts, whole_day
from batchsend.errors import ContactsRefused

_STRINGS = "xl/sharedStrings.bin"
_MOST_STRINGS = 400 * 1024**2
_ERRORS = frozenset(map(int, (Kind.ERROR, Kind.FORMULA_ERROR)))
_NUMBERS = frozenset(map(int, (Kind.RK, Kind.REAL, Kind.FORMULA_NUMBER)))
_CELLS = frozenset(range(Kind.RK, Kind.FORMULA_ERROR + 1))
_SAVE_AGAIN = "Open it in Excel or LibreOffice and save it again as .xlsx."


def xlsb_looks(path: Path) -> Callable[[str], Look]:
    """Makes the look at a sheet of the workbook by its name. Raises ContactsRefused for a package that is not sound."""
    package = Package(path)
    with _sound(path):
        if _STRINGS in package.parts:
            _inflate_strings(package)
        parts, from_1904 = sheet_parts(package)
        formats = cell_formats(package)

    def look_at(sheet: str) -> Look:
        if parts.get(sheet) not in package.parts:
            raise ContactsRefused(f"{path.name} is not a whole workbook: the sheet {sheet!r} has no part in it.")
        return XlsbLook(package, parts[sheet], formats, from_1904=from_1904)

    return look_at


def _inflate_strings(package: Package) -> None:
    length = 0
    for chunk in package.chunks(_STRINGS):
        length += len(chunk)
        if length > _MOST_STRINGS:
            raise Unsound("its texts unpack to more than 400 MB")


@contextmanager
def _sound(path: Path) -> Iterator[None]:
    try:
        yield
    except Unsound as error:
        raise ContactsRefused(f"{path.name} is not read: {error}.", _SAVE_AGAIN) from None


@dataclass(slots=True)
class _Row:
    """As far as it was read."""

    number: int
    hidden: bool
    filled: bool = False
    values: dict[int, Cell] = field(default_factory=dict)
    formats: dict[int, str] = field(default_factory=dict)


class XlsbLook:
    """part: the sheet's records in the package. formats: the number format code of each cell style, by its index.
    from_1904: days count from there.

    Raises ContactsRefused for a sheet that would fill the memory with nothing.
    """

    def __init__(self, package: Package, part: str, formats: Sequence[str], *, from_1904: bool) -> None:
        self._from_1904 = from_1904
        self._package = package
        self._part = part
        self._formats = formats
        self._findings = Findings()
        with _sound(package.path):
            for row in self._rows(self._findings):
                if row.filled:
                    self._findings.last = row.number
                    if row.hidden:
                        self._findings.hide_rows(row.number)
                self._findings.notable = self._findings.notable or bool(row.values or row.formats)
        refuse_sparse(package.path, [self._findings])
        self.facts: SheetFacts = self._findings.facts()

    def rows(self) -> Iterator[RowLook]:
        if not self._findings.notable and not self.facts.hidden_rows:
            return
        with _sound(self._package.path):
            for row in self._rows(Findings()):
                if row.hidden or row.values or row.formats:
                    yield RowLook(row.number, row.hidden, row.values, formats=row.formats)

    def _rows(self, findings: Findings) -> Iterator[_Row]:
        row = None
        all_records = records(self._package.chunks(self._part))
        for kind, data in all_records:
            if kind in _CELLS:
                if row is None:
                    raise Unsound("it has cells outside of rows")
                self._take(kind, data, row, findings)
            elif kind == Kind.ROW:
                if row:
                    yield row
                row = _next_row(data, row)
            elif kind == Kind.DATA_ENDS:
                break
            elif kind != Kind.BLANK:
                _beside_the_cells(kind, data, findings)
        else:
            raise Unsound("it ends in the middle")
        if row:
            yield row
        for kind, _ in all_records:
            findings.merged += kind == Kind.MERGED

    def _take(self, kind: int, data: bytes, row: _Row, findings: Findings) -> None:
        column = number(data, 0)
        if column >= findings.width:
            if column >= MOST_COLUMNS:
                raise Unsound("it has a cell outside of the sheet")
            findings.width = column + 1
        findings.filled += 1
        row.filled = True
        if kind in _ERRORS:
            row.values[column] = ERRORS.get(number(data, 8, 1), "#N/A")
        elif kind in _NUMBERS:
            style = number(data, 4, 3)
            code = self._formats[style] if style < len(self._formats) else GENERAL
            if code == GENERAL:
                return
            row.formats[column] = code
            day = whole_day(data, code, from_1904=self._from_1904) if kind == Kind.RK else None
            if day is not None:
                row.values[column] = day


def _next_row(data: bytes, before: _Row | None) -> _Row:
    """The row that a BrtRowHdr begins."""
    place = number(data, 0)
    if not (before.number if before else 0) <= place < MOST_ROWS:
        raise Unsound("its rows are not in order")
    return _Row(place + 1, bool(number(data, 11, 1) & 0x10))  # fDyZero


def _beside_the_cells(kind: int, data: bytes, findings: Findings) -> None:
    if kind == Kind.COLUMNS:  # BrtColInfo
        first, last = number(data, 0), number(data, 4)
        if number(data, 16, 2) & 1:
            findings.hide_columns(first, last + 1 - first)
    elif Kind.SHORT_BLANK < kind <= Kind.SHORT_LAST or kind == Kind.RICH_TEXT:
        raise Unsound("it has cells of a kind that only Excel reads")  # their values would be lost without a word

"""The second look at a sheet of an .xls workbook ([MS-XLS]), straight from its records."""

import struct
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from pathlib import Path

from batchsend.contacts.book import PASSWORD
from batchsend.contacts.compound_file import CompoundFile, Stream
from batchsend.contacts.contact import Cell
from batchsend.contacts.look import CellProblem, Look, RowLook
from batchsend.contacts.look_findings import ERRORS, Unsound, refuse_sparse
from batchsend.contacts.xls_records import ERROR, HIDDEN, NO_RESULT, SheetScan, read_workbook, unpack
from batchsend.errors import ContactsRefused

_STREAMS = ("Workbook", "Book")  # since Excel 97, and before


def xls_looks(path: Path) -> Callable[[str], Look]:
    """Makes the look at a sheet of the workbook by its name.

    Reads all sheets once, as the reader of the values does when it opens the file. Raises ContactsRefused for a file
    that is not sound, is password protected, or would fill the memory with nothing.
    """
    try:
        file = CompoundFile(path)
        name = next((name for name in _STREAMS if name in file.names), None)
        if name is None:
            raise ContactsRefused(
                f"{path.name} is an Office document without a workbook in it.", "Save the list as .xlsx or .csv."
            )
        sheets, formats = _scan(path, file.stream(name))
    except Unsound as error:
        raise ContactsRefused(
            f"{path.name} is not read: {error}.", "Open it in Excel or LibreOffice and save it again as .xlsx."
        ) from None
    except (struct.error, IndexError):
        raise ContactsRefused(f"{path.name} is damaged (its records are cut off).", "Download it again.") from None
    except OSError as error:
        raise ContactsRefused(f"{path.name} cannot be read: {error.strerror}.") from None

    def look_at(sheet: str) -> Look:
        if sheet not in sheets:
            raise ContactsRefused(f"{path.name} is not a whole workbook: the sheet {sheet!r} is not in it.")
        return XlsLook(sheets[sheet], formats)

    return look_at


def _scan(path: Path, stream: Stream) -> tuple[dict[str, SheetScan], Sequence[str]]:
    book = read_workbook(stream)
    if book.protected:
        raise ContactsRefused(f"{path.name} is password protected.", PASSWORD)
    scans: list[tuple[str, SheetScan]] = []
    for name, place in book.sheets:
        scans.append((name, SheetScan(stream, place, book.formats)))
        if sum(scan.length for _, scan in scans) > stream.size:
            raise Unsound("its sheets overlap")
    refuse_sparse(path, [scan.findings for _, scan in scans])
    return dict(scans), book.formats


class XlsLook:
    """formats: the number format code of each cell style, by its index."""

    def __init__(self, sheet: SheetScan, formats: Sequence[str]) -> None:
        self._cells = sheet.cells
        self._formats = formats
        self.facts = sheet.findings.facts()

    def rows(self) -> Iterator[RowLook]:
        for row, cells in groupby(map(unpack, self._cells), key=itemgetter(0)):
            hidden = False
            values: dict[int, Cell] = {}
            formats: dict[int, str] = {}
            for _, column, what in cells:
                if what == HIDDEN:
                    hidden = True
                elif what == NO_RESULT:
                    values[column] = CellProblem.NO_RESULT
                elif what >= ERROR:
                    values[column] = ERRORS.get(what - ERROR, "#N/A")
                else:
                    formats[column] = self._formats[what]
            yield RowLook(row + 1, hidden, values, formats=formats)

"""A workbook of grids: openpyxl's package, with the rows of each grid put in their place."""

import re
from datetime import datetime
from os import PathLike, fspath
from pathlib import Path
from types import TracebackType
from typing import IO, Self
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.writer.excel import ExcelWriter

from batchsend.results.cells import clean
from batchsend.results.grid import Grid

_NO_ROWS = re.compile(rb"<sheetData\s*/>|<sheetData>\s*</sheetData>")
_IGNORED_AT = re.compile(rb"(?=<drawing |<legacyDrawing |<tableParts |</worksheet>)")
"""Where the schema wants it: ECMA-376, part 1, 18.3.1.99."""
_DIMENSION = re.compile(rb"<dimension [^>]*/>")


class Package:
    """Use it in a `with`: its temporary files end with it."""

    def __init__(self, title: str, created: datetime) -> None:
        self._workbook = Workbook()
        for sheet in list(self._workbook.worksheets):
            self._workbook.remove(sheet)
        self._workbook.properties.creator = "batchsend"
        self._workbook.properties.title = clean(title)
        self._workbook.properties.created = created
        self._grids: list[Grid] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for grid in self._grids:
            grid.close()

    def add(self, title: str, after: Grid | None = None) -> Grid:
        """A new sheet, at the end or right after another."""
        place = len(self._grids) if after is None else self._grids.index(after) + 1
        sheet: Worksheet = self._workbook.create_sheet(title, place)
        grid = Grid(sheet)
        self._grids.insert(place, grid)
        return grid

    def save(self, stream: IO[bytes]) -> None:
        grids = {f"xl/worksheets/sheet{number}.xml": grid for number, grid in enumerate(self._grids, 1)}
        with _Archive(stream, grids) as archive:
            ExcelWriter(self._workbook, archive).save()


class _Archive(ZipFile):
    """Puts the rows into each sheet that openpyxl adds without them."""

    def __init__(self, stream: IO[bytes], grids: dict[str, Grid]) -> None:
        super().__init__(stream, "w", ZIP_DEFLATED, allowZip64=True)
        self._grids = grids

    def write(
        self,
        filename: str | PathLike[str],
        arcname: str | PathLike[str] | None = None,
        compress_type: int | None = None,  # noqa: ARG002  the signature of the parent
        compresslevel: int | None = None,  # noqa: ARG002
    ) -> None:
        name = fspath(filename if arcname is None else arcname)
        frame = Path(filename)
        try:
            grid = self._grids[name]
            before, after = _NO_ROWS.split(frame.read_bytes())
            with self.open(name, "w", force_zip64=True) as entry:
                entry.write(_DIMENSION.sub(_dimension(grid), before) + b"<sheetData>")
                grid.copy_rows_to(entry)
                entry.write(b"</sheetData>" + _IGNORED_AT.sub(_ignored(grid), after, count=1))
        except BaseException:
            frame.unlink(missing_ok=True)  # openpyxl removes it only when all went well
            raise


def _ignored(grid: Grid) -> bytes:
    """No green corner on a phone number for being text: that is what it is meant to be."""
    return f'<ignoredErrors><ignoredError sqref="{_area(grid)}" numberStoredAsText="1"/></ignoredErrors>'.encode()


def _dimension(grid: Grid) -> bytes:
    """Some readers believe it instead of looking."""
    return f'<dimension ref="{_area(grid)}"/>'.encode()


def _area(grid: Grid) -> str:
    return f"A1:{get_column_letter(max(grid.columns, 1))}{max(grid.rows, 1)}"

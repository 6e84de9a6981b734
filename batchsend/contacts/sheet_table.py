"""Spreadsheet workbooks, read with calamine."""

import zipfile
from collections.abc import Iterator
from pathlib import Path

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from batchsend.contacts.source import ReadOptions, Row, Source
from batchsend.errors import ContactsRefused, UsageError


class SheetTable:
    """One sheet of an .xlsx workbook."""

    def __init__(self, path: Path, options: ReadOptions) -> None:
        self._sheet = _choose_sheet(_open(path), path, options.sheet)
        self.source = Source(path, "XLSX", sheet=self._sheet.name)

    def rows(self) -> Iterator[Row]:
        if self._sheet.start is None:
            return
        # calamine starts every row at the first used column; a person counts from column A
        before = (None,) * self._sheet.start[1]
        for number, cells in enumerate(self._sheet.iter_rows(), start=1):
            yield number, before + tuple(None if cell == "" else cell for cell in cells)


def _open(path: Path) -> CalamineWorkbook:
    try:
        return CalamineWorkbook.from_path(str(path))
    except PasswordError:
        raise ContactsRefused(
            f"{path.name} is password protected.",
            "Open it in Excel, File > Info > Protect Workbook, remove the password, save, try again.",
        ) from None
    except (CalamineError, zipfile.BadZipFile, OSError) as error:
        raise ContactsRefused(
            f"{path.name} cannot be read as an Excel workbook ({error}).",
            "Open it in Excel and save it again as .xlsx.",
        ) from None


def _choose_sheet(book: CalamineWorkbook, path: Path, wanted: str | None) -> CalamineSheet:
    names = [
        sheet.name
        for sheet in book.sheets_metadata
        if sheet.visible is SheetVisibleEnum.Visible and sheet.typ is SheetTypeEnum.WorkSheet
    ]
    if wanted is not None:
        if wanted in book.sheet_names:
            return book.get_sheet_by_name(wanted)
        if wanted.isdecimal() and 1 <= int(wanted) <= len(book.sheet_names):
            return book.get_sheet_by_index(int(wanted) - 1)
        raise UsageError(f"{path.name} has no sheet {wanted!r}.", f"Its sheets are: {', '.join(book.sheet_names)}.")
    filled = [sheet for sheet in map(book.get_sheet_by_name, names) if sheet.start is not None]
    if len(filled) > 1:
        raise ContactsRefused(
            f"{path.name} has several sheets with data: {', '.join(sheet.name for sheet in filled)}.",
            f'Say which one holds the contacts: --sheet "{filled[0].name}"',
        )
    if not filled:
        raise ContactsRefused(f"{path.name} has no visible sheet with data in it.")
    return filled[0]

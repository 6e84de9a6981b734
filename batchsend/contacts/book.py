"""A spreadsheet workbook: which sheet holds the contacts, its values, and the look at it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from batchsend.contacts.look import Look
from batchsend.errors import ContactsRefused, UsageError

PASSWORD = "Open it in Excel, File > Info > Protect Workbook, remove the password, save, and try again."  # noqa: S105
_NAMES = {"XLSX": {".xlsx", ".xlsm"}, "XLS": {".xls"}, "XLSB": {".xlsb"}, "ODS": {".ods"}}
_SAVE_AGAIN = "Open it in Excel or LibreOffice and save it again as .xlsx."


class Book:
    """format: "XLSX" and so on. look_at: makes the look at the sheet of that name.

    Raises ContactsRefused when it cannot be read.
    """

    def __init__(self, path: Path, format_: str, look_at: Callable[[str], Look]) -> None:
        self.format = format_
        self._path = path
        self._looks = lru_cache(maxsize=1)(look_at)
        self._loaded: CalamineSheet | None = None
        with calamine_troubles(path):
            self._book = _opened(path, format_)

    def sheet(self, wanted: str | None) -> tuple[CalamineSheet, Look]:
        """The sheet a person named (by name, or number from 1), else the only visible one with data in it."""
        name = self._named(wanted) if wanted is not None else self._only()
        look = self._looks(name)  # before the values: it refuses what would fill the memory
        return self._load(name), look

    def _named(self, wanted: str) -> str:
        names = self._book.sheet_names
        if wanted in names:
            return wanted
        if wanted.isdecimal() and 1 <= int(wanted) <= len(names):
            return names[int(wanted) - 1]
        raise UsageError(f"{self._path.name} has no sheet {wanted!r}.", f"Its sheets are: {', '.join(names)}.")

    def _only(self) -> str:
        visible = [
            sheet.name
            for sheet in self._book.sheets_metadata
            if sheet.visible is SheetVisibleEnum.Visible and sheet.typ is SheetTypeEnum.WorkSheet
        ]
        filled = [name for name in visible if self._has_data(name)]
        if len(filled) > 1:
            raise ContactsRefused(
                f"{self._path.name} has several sheets with data: {', '.join(filled)}.",
                f'Say which one holds the contacts: --sheet "{filled[0]}"',
            )
        if not filled:
            raise ContactsRefused(f"{self._path.name} has no visible sheet with data in it.{self._hidden_names()}")
        return filled[0]

    def _has_data(self, name: str) -> bool:
        self._looks(name)
        return self._load(name).start is not None

    def _hidden_names(self) -> str:
        hidden = [s.name for s in self._book.sheets_metadata if s.visible is not SheetVisibleEnum.Visible]
        return f" Hidden sheets, which --sheet can name: {', '.join(hidden)}." if hidden else ""

    def _load(self, name: str) -> CalamineSheet:
        if self._loaded is None or self._loaded.name != name:
            with calamine_troubles(self._path):
                self._loaded = self._book.get_sheet_by_name(name)
        return self._loaded


def _opened(path: Path, format_: str) -> CalamineWorkbook:
    """calamine believes a file's name; when the name is wrong it is given the content alone."""
    if path.suffix.lower() in _NAMES.get(format_, ()):
        return CalamineWorkbook.from_path(str(path))
    with path.open("rb") as file:
        return CalamineWorkbook.from_filelike(file)


@contextmanager
def calamine_troubles(path: Path) -> Iterator[None]:
    """Whatever calamine makes of a broken or hostile file is a sentence."""
    try:
        yield
    except PasswordError:
        raise ContactsRefused(f"{path.name} is password protected.", PASSWORD) from None
    except (CalamineError, OSError, ValueError, OverflowError, MemoryError) as error:
        raise ContactsRefused(f"{path.name} cannot be read as a workbook ({error}).", _SAVE_AGAIN) from None
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # a fault inside calamine; pyo3 hides it from `except Exception`
            raise
        raise ContactsRefused(f"{path.name} is damaged in a way that cannot be read around.", _SAVE_AGAIN) from None

"""What kind of file a list is, by its content; its name proves nothing."""

from pathlib import Path

from python_calamine import CalamineWorkbook

from batchsend.contacts.book import PASSWORD, Book, calamine_troubles
from batchsend.contacts.ods_look import ods_looks
from batchsend.contacts.package import Package
from batchsend.contacts.sheet_table import SheetTable
from batchsend.contacts.source import ReadOptions, Table
from batchsend.contacts.text_table import TextTable
from batchsend.contacts.xls_look import xls_looks
from batchsend.contacts.xlsb_look import xlsb_looks
from batchsend.contacts.xlsx_parts import xlsx_looks
from batchsend.errors import ContactsRefused

_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_EXCEL_2_TO_4 = {b"\x09\x00", b"\x09\x02", b"\x09\x04"}
_MOST_OLE = 64 * 1024 * 1024
_NOT_LISTS = {
    b"%PDF": "a PDF document",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"\x1f\x8b": "a compressed file",
    b"7z\xbc\xaf": "a compressed file",
    b"Rar!": "a compressed file",
    b"PK\x05\x06": "an empty zip file",
    b"SQLite": "a database",
    b"PAR1": "a Parquet file",
    b"{\\rtf": "a text document (RTF)",
}


def open_table(path: Path, options: ReadOptions) -> Table:
    """Raises ContactsRefused for what is no list of contacts, saying what it is instead."""
    head = _head(path)
    for magic, what in _NOT_LISTS.items():
        if head.startswith(magic):
            raise ContactsRefused(f"{path.name} is {what}, not a spreadsheet.", "Export the list as .xlsx or .csv.")
    if head.startswith(_ZIP):
        return _zipped(path, options)
    if head.startswith(_OLE):
        return _ole(path, options)
    if head[:2] in _EXCEL_2_TO_4:
        raise ContactsRefused(f"{path.name} was made by an Excel of the last century.", "Save it as .xlsx.")
    if _is_web_page(head):
        raise ContactsRefused(
            f"{path.name} is a web page (HTML), whatever its name says.",
            "Open it in Excel or LibreOffice and save it as .xlsx.",
        )
    return TextTable(path, options)


def sheet_names(path: Path) -> tuple[str, ...]:
    """The sheets of a workbook, hidden ones among them; none for a text file.

    Raises ContactsRefused for a workbook that cannot be read.
    """
    if not _head(path).startswith((_ZIP, _OLE)):
        return ()
    with calamine_troubles(path), path.open("rb") as file:
        return tuple(CalamineWorkbook.from_filelike(file).sheet_names)


def _head(path: Path) -> bytes:
    if path.name.startswith("~$"):
        raise ContactsRefused(
            f"{path.name} is the lock file that Excel leaves beside an open workbook.", f"Name {path.name[2:]} instead."
        )
    if path.is_dir():
        raise ContactsRefused(f"{path} is a folder.", "Name the file with the contacts in it.")
    if not path.exists():
        raise ContactsRefused(f"{path} does not exist.", "Check the name; drag the file into the terminal.")
    if not path.is_file():
        raise ContactsRefused(f"{path} is not a file.")
    try:
        with path.open("rb") as file:
            head = file.read(4096)
    except OSError as error:
        raise ContactsRefused(f"{path} cannot be opened: {error.strerror}.") from None
    if not head:
        raise ContactsRefused(f"{path.name} is empty (0 bytes).")
    if not head.strip(b"\0"):
        raise ContactsRefused(f"{path.name} holds nothing but zeros; it may not have been downloaded yet.")
    return head


def _zipped(path: Path, options: ReadOptions) -> Table:
    parts = Package(path).parts
    if "encrypted-package" in parts:
        raise ContactsRefused(f"{path.name} is password protected.", PASSWORD)
    if "xl/workbook.bin" in parts:
        return SheetTable(path, options, Book(path, "XLSB", xlsb_looks(path)))
    if "content.xml" in parts:
        return SheetTable(path, options, Book(path, "ODS", ods_looks(path)))
    if "[Content_Types].xml" in parts and any(part.startswith("xl/") for part in parts):
        return SheetTable(path, options, Book(path, "XLSX", xlsx_looks(path)))
    if any(part.endswith(".iwa") for part in parts):
        raise ContactsRefused(f"{path.name} is an Apple Numbers document.", "In Numbers: File > Export To > Excel.")
    if any(part.startswith("word/") for part in parts):
        raise ContactsRefused(f"{path.name} is a Word document.", "Copy its table into a spreadsheet.")
    raise ContactsRefused(f"{path.name} is a zip file without a workbook in it.", "Unpack it, and name the list in it.")


def _ole(path: Path, options: ReadOptions) -> Table:
    with path.open("rb") as file:  # the names of what is inside stand in the file's directory, in UTF-16
        if "EncryptedPackage".encode("utf-16-le") in file.read(_MOST_OLE):
            raise ContactsRefused(f"{path.name} is password protected.", PASSWORD)
    return SheetTable(path, options, Book(path, "XLS", xls_looks(path)))


def _is_web_page(head: bytes) -> bool:
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return start.startswith((b"<!doctype html", b"<html", b"<table", b"<head", b"<meta", b"<body"))

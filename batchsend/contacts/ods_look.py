"""The second look at a sheet of an .ods workbook (ODF 1.3, part 3, chapter 9), straight from its XML."""

from collections.abc import Callable, Iterator
from pathlib import Path

from batchsend.contacts.contact import Cell
from batchsend.contacts.look import Look, RowLook
from batchsend.contacts.look_findings import refuse_sparse
from batchsend.contacts.ods_content import OdsContent, OdsRow
from batchsend.contacts.package import Package
from batchsend.errors import ContactsRefused

_CONTENT = "content.xml"
_MOST_KEPT = 200_000
_MANIFEST = "META-INF/manifest.xml"
_PASSWORD = "Open it in LibreOffice, File > Save As, untick Save with password, and try again."  # noqa: S105


def ods_looks(path: Path) -> Callable[[str], Look]:
    """Makes the look at a sheet of the workbook by its name.

    Reads the whole content once, as the reader of the values loads all sheets when it opens the file. Raises
    ContactsRefused for a package that is not sound, is encrypted, or would fill the memory with nothing.
    """
    package = Package(path)
    _refuse_encrypted(package)
    content = OdsContent(path)
    kept: list[OdsRow] | None = []
    cells = 0
    for row in content.rows(package.chunks(_CONTENT)):
        if kept is not None and (row.hidden or row.cells):
            kept.append(row)
            cells += 1 + len(row.cells)
            kept = kept if cells <= _MOST_KEPT else None
    refuse_sparse(path, content.findings)

    def look_at(sheet: str) -> Look:
        if sheet not in content.names:
            raise ContactsRefused(f"{path.name} is not a whole workbook: the sheet {sheet!r} is not in its content.")
        return OdsLook(package, content, sheet, kept)

    return look_at


class OdsLook:
    """content: after it was read to its end. kept: its rows with something to say, None when they are too many to keep
    and are better read again.
    """

    def __init__(self, package: Package, content: OdsContent, sheet: str, kept: list[OdsRow] | None) -> None:
        self._package = package
        self._kept = kept
        # of two sheets with one name, the reader of the values keeps the last
        self._index = len(content.names) - 1 - content.names[::-1].index(sheet)
        findings = content.findings[self._index]
        self._notable = findings.notable or findings.hidden_rows > 0
        self.facts = findings.facts()

    def rows(self) -> Iterator[RowLook]:
        if not self._notable:
            return
        again = (
            OdsContent(self._package.path).rows(self._package.chunks(_CONTENT)) if self._kept is None else self._kept
        )
        for row in again:
            if row.sheet > self._index:
                return
            if row.sheet < self._index or not (row.hidden or row.cells):
                continue
            values: dict[int, Cell] = {}
            shown: dict[int, str] = {}
            for cell in row.cells:
                columns = range(cell.column, cell.column + cell.repeat)
                if cell.value is not None:
                    values.update(dict.fromkeys(columns, cell.value))
                else:
                    shown.update(dict.fromkeys(columns, cell.shown))
            for number in range(row.number, row.number + row.repeat):
                yield RowLook(number, row.hidden, values, shown)


def _refuse_encrypted(package: Package) -> None:
    """An encrypted part is no XML; its manifest says so (ODF 1.3, part 2)."""
    if next(package.chunks(_CONTENT), b"").lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        return
    manifest = b"".join(package.chunks(_MANIFEST)) if _MANIFEST in package.parts else b""
    if b"encryption-data" in manifest:
        raise ContactsRefused(f"{package.path.name} is password protected.", _PASSWORD)
    raise ContactsRefused(
        f"{package.path.name} is damaged: its content is not XML.",
        "Open it in LibreOffice or Excel and save it again as .xlsx, or export it as .csv.",
    )

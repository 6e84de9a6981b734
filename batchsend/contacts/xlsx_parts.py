"""Where things are in an .xlsx package: the sheets by name, and the number formats of the cell styles."""

import posixpath
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from xml.etree import ElementTree

from batchsend.contacts.look import Look
from batchsend.contacts.number_formats import BUILT_IN, GENERAL
from batchsend.contacts.package import Package
from batchsend.contacts.xlsx_look import XlsxLook
from batchsend.errors import ContactsRefused


def xlsx_looks(path: Path) -> Callable[[str], Look]:
    """Makes the look at a sheet of the workbook by its name. Raises ContactsRefused for a package that is not sound."""
    package = Package(path)
    for part in package.parts:
        if part.lower().endswith("sharedstrings.xml"):
            _check_strings(package, part)
    parts, formats = sheet_parts(package), cell_formats(package)

    def look_at(sheet: str) -> Look:
        if sheet not in parts:
            raise ContactsRefused(f"{path.name} is not a whole workbook: the sheet {sheet!r} has no part in it.")
        return XlsxLook(package, parts[sheet], formats)

    return look_at


_STRINGS_COUNT = re.compile(rb"""\buniqueCount\s*=\s*["'](\d+)["']""")
_LEAST_STRING = 5  # bytes of the shortest entry, <si/>


def _check_strings(package: Package, part: str) -> None:
    """Reads the table of shared texts to its end; one that promises more texts than it has bytes for is refused, as
    readers make room for what it promises.
    """
    size, promised = 0, 0
    for chunk in package.chunks(part):
        if size == 0:
            promised = max((int(count) for count in _STRINGS_COUNT.findall(chunk[:2048])), default=0)
        size += len(chunk)
    if promised * _LEAST_STRING > max(size, 1024 * 1024) * 100:
        raise ContactsRefused(
            f"{package.path.name} is not read: its table of texts promises {promised:,} texts and has no room for them."
        )


def sheet_parts(package: Package) -> Mapping[str, str]:
    """Sheet name -> its part in the package, for the sheets of cells."""
    book = _part_named(package, "xl/workbook.xml")
    targets = {
        item.get("Id"): item.get("Target", "")
        for item in package.xml(f"{posixpath.dirname(book)}/_rels/{posixpath.basename(book)}.rels")
    }
    parts: dict[str, str] = {}
    for sheet in package.xml(book).iter():
        if _plain(sheet) != "sheet":
            continue
        relation = next((value for key, value in sheet.items() if key.endswith("}id")), None)
        target = targets.get(relation, "")
        joined = target[1:] if target.startswith("/") else posixpath.join(posixpath.dirname(book), target)
        part = posixpath.normpath(joined)
        if part in package.parts:
            parts[sheet.get("name", "")] = part
    return parts


def _part_named(package: Package, usual: str) -> str:
    """The workbook part: where the package says it is, usually xl/workbook.xml."""
    for item in package.xml("_rels/.rels"):
        if item.get("Type", "").endswith("/officeDocument"):
            return posixpath.normpath(item.get("Target", usual).lstrip("/"))
    return usual


def cell_formats(package: Package) -> list[str]:
    """The number format code of each cell style; "General" where there is none to show."""
    part = next((part for part in package.parts if part.lower().endswith("/styles.xml")), None)
    if part is None:
        return []
    styles = package.xml(part)
    codes = dict(BUILT_IN)
    for item in styles.iter():
        if _plain(item) == "numFmt" and item.get("numFmtId", "").isdecimal():
            codes[int(item.get("numFmtId", ""))] = item.get("formatCode", GENERAL)
    cell_styles = next((item for item in styles if _plain(item) == "cellXfs"), ())
    return [codes.get(int(item.get("numFmtId") or 0), GENERAL) for item in cell_styles]


def _plain(item: ElementTree.Element) -> str:
    return item.tag.rpartition("}")[2]

"""The records of an .xlsb workbook ([MS-XLSB] 2.1.4): its sheets, its number formats, and its dates."""

import posixpath
import re
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from enum import IntEnum
from functools import lru_cache

from batchsend.contacts.look_findings import Unsound
from batchsend.contacts.number_formats import BUILT_IN, GENERAL, READERS_DATE
from batchsend.contacts.package import Package


class Kind(IntEnum):
    """[MS-XLSB] 2.3; the names are those of a person, not of the document (ROW is BrtRowHdr there, and so on)."""

    ROW, BLANK, RK, ERROR, BOOL, REAL, TEXT, SHARED_TEXT = range(8)
    FORMULA_TEXT, FORMULA_NUMBER, FORMULA_BOOL, FORMULA_ERROR = range(8, 12)
    SHORT_BLANK, SHORT_LAST, RICH_TEXT = 12, 18, 62
    FORMAT, STYLE, COLUMNS, MERGED = 44, 47, 60, 176
    DATA_ENDS, BOOK, SHEET, STYLES_BEGIN, STYLES_END = 146, 153, 156, 617, 618


_MOST_RECORD = 16 * 1024**2
_NULL = 0xFFFFFFFF


def records(chunks: Iterable[bytes]) -> Iterator[tuple[int, bytes]]:
    """Type and data of each record."""
    rest = b""
    for chunk in chunks:
        block = rest + chunk
        at = 0
        while (found := _head(block, at)) is not None:
            kind, start, length = found
            if length > _MOST_RECORD:
                raise Unsound("a record in it is larger than any spreadsheet program makes it")
            if start + length > len(block):
                break
            yield kind, block[start : start + length]
            at = start + length
        rest = block[at:]
    if rest:
        raise Unsound("it ends in the middle")


def _head(block: bytes, at: int) -> tuple[int, int, int] | None:
    """Type, place and length of the data; None when that is not all in the block."""
    try:
        kind = block[at]
        at += 1
        if kind & 0x80:
            kind = (kind & 0x7F) + ((block[at] & 0x7F) << 7)
            at += 1
        length, shift = block[at] & 0x7F, 0
        while block[at] & 0x80 and shift < 21:
            at, shift = at + 1, shift + 7
            length += (block[at] & 0x7F) << shift
    except IndexError:
        return None
    return kind, at + 1, length


def sheet_parts(package: Package) -> tuple[dict[str, str], bool]:
    """Sheet name -> its part in the package, and whether days count from 1904. The parts have their usual names, as
    for the reader of the values.
    """
    from_1904 = False
    targets = {item.get("Id"): item.get("Target", "") for item in package.xml("xl/_rels/workbook.bin.rels")}
    parts: dict[str, str] = {}
    for kind, data in records(package.chunks("xl/workbook.bin")):
        if kind == Kind.SHEET:  # BrtBundleSh
            relation, at = _text(data, 8)
            name, _ = _text(data, at)
            parts.setdefault(name, posixpath.normpath(f"xl/{targets.get(relation, '')}"))
        elif kind == Kind.BOOK:
            from_1904 = bool(number(data, 0) & 1)
    return parts, from_1904


def cell_formats(package: Package) -> list[str]:
    """The number format code of each cell style; "General" where there is none to show (BrtFmt, BrtXF)."""
    codes = dict(BUILT_IN)
    formats: list[str] = []
    if "xl/styles.bin" not in package.parts:
        return formats
    of_cells = False
    for kind, data in records(package.chunks("xl/styles.bin")):
        if kind == Kind.FORMAT:
            codes[number(data, 0, 2)] = _text(data, 2)[0]
        elif kind in {Kind.STYLES_BEGIN, Kind.STYLES_END}:
            of_cells = kind == Kind.STYLES_BEGIN
        elif kind == Kind.STYLE and of_cells:
            formats.append(codes.get(number(data, 2, 2), GENERAL))
    return formats


_NOT_A_DATE = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]', re.DOTALL)
_ELAPSED = re.compile(r"\[[hms]+\]", re.IGNORECASE)
_LAST_DAY = 2_958_465  # 31.12.9999


@lru_cache(maxsize=256)
def _meaning(code: str) -> type[date] | type[timedelta] | None:
    """What a number is under a format."""
    if _ELAPSED.search(code):
        return timedelta
    dated = code == READERS_DATE or re.search("[dmyhs]", _NOT_A_DATE.sub("", code), re.IGNORECASE)
    return date if dated else None


def whole_day(data: bytes, code: str, *, from_1904: bool) -> date | timedelta | None:
    """The date in a cell that holds a whole number (RkNumber), which the reader of the values takes for a number."""
    raw = number(data, 8)
    days = raw >> 2
    if raw & 3 != 2 or not 0 < days <= _LAST_DAY - 1462:
        return None
    meaning = _meaning(code)
    if meaning is None:
        return None
    if meaning is timedelta:
        return timedelta(days=days)
    first = date(1904, 1, 1) if from_1904 else date(1899, 12, 31 if days < 60 else 30)  # 1900 had a 29 February there
    return first + timedelta(days=days)


def number(data: bytes, at: int, width: int = 4) -> int:
    if at + width > len(data):
        raise Unsound("a record in it is cut off")
    return int.from_bytes(data[at : at + width], "little")


def _text(data: bytes, at: int) -> tuple[str, int]:
    """A string after its length (XLWideString, XLNullableWideString), and where it ends."""
    length = number(data, at)
    if length == _NULL:
        return "", at + 4
    end = at + 4 + 2 * length
    if end > len(data):
        raise Unsound("a record in it is cut off")
    return data[at + 4 : end].decode("utf-16-le", "replace"), end

"""The records of an .xls workbook ([MS-XLS] 2.1.4): its sheets and number formats, and what there is in a sheet."""

import struct
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import IntEnum

from batchsend.contacts.compound_file import Stream
from batchsend.contacts.look_findings import Findings, Unsound
from batchsend.contacts.number_formats import BUILT_IN, GENERAL


class Kind(IntEnum):
    """[MS-XLS] 2.3.2."""

    BOF, EOF, FILEPASS, CODEPAGE = 0x809, 0x0A, 0x2F, 0x42
    SHEET, FORMAT, XF = 0x85, 0x41E, 0xE0
    ROW, COLUMNS, MERGED, DIMENSIONS = 0x208, 0x7D, 0xE5, 0x200
    NUMBER, RK, MULRK, LABEL, LABELSST, RSTRING, BOOLERR, FORMULA, STRING = (
        0x203, 0x27E, 0xBD, 0x204, 0xFD, 0xD6, 0x205, 0x06, 0x207,
    )  # fmt: skip


ERROR, HIDDEN, NO_RESULT = 0x10000, 0x1FFFE, 0x1FFFF
BIFF8 = 0x0600
_MOST_ROWS, _MOST_COLUMNS = 65_536, 256
_MOST_SHEETS = 1_000
_CODECS = {10000: "mac_roman", 0x8000: "mac_roman", 0x8001: "cp1252"}


@dataclass(slots=True)
class Workbook:
    """sheets: name and place in the stream. formats: the number format code of each cell style, by its index."""

    version: int = 0
    protected: bool = False
    sheets: list[tuple[str, int]] = field(default_factory=list)
    formats: list[str] = field(default_factory=list)


def read_workbook(stream: Stream) -> Workbook:
    """The workbook's own records, the first in the stream (2.1.7.20.3)."""
    book = Workbook()
    codes, styles, codec = dict(BUILT_IN), list[int](), "latin-1"
    for kind, data in records(stream, 0):
        if kind == Kind.BOF:
            book.version = _u16(data, 0)
        elif kind == Kind.FILEPASS:
            book.protected = True
            break
        elif kind == Kind.CODEPAGE:
            codec = _codec(_u16(data, 0))
        elif kind == Kind.SHEET:
            book.sheets.append((_text(data[6:], 1, book.version, codec).replace("\0", ""), _u32(data, 0)))
        elif kind == Kind.FORMAT:
            width = 2 if book.version == BIFF8 else 1
            codes[_u16(data, 0)] = _text(data[2:], width, book.version, codec)
        elif kind == Kind.XF:
            styles.append(_u16(data, 2))
        elif kind == Kind.EOF:
            break
    if len(book.sheets) > _MOST_SHEETS or len({place for _, place in book.sheets}) < len(book.sheets):
        raise Unsound("it has more sheets than fit into it")
    book.formats = [GENERAL if codes.get(style, GENERAL).lower() == "general" else codes[style] for style in styles]
    return book


def _codec(page: int) -> str:
    codec = _CODECS.get(page, f"cp{page}")
    try:
        "".encode(codec)
    except LookupError:
        return "latin-1"
    return codec


def _text(data: bytes, width: int, version: int, codec: str) -> str:
    """A string after its length in so many bytes: 2.5.240, 2.5.294; before Excel 97, in the code page."""
    length = int.from_bytes(data[:width], "little")
    if version != BIFF8:
        return data[width : width + length].decode(codec, "replace")
    if data[width] & 1:
        return data[width + 1 : width + 1 + 2 * length].decode("utf-16-le", "replace")
    return data[width + 1 : width + 1 + length].decode("latin-1")


def records(stream: Stream, place: int) -> Iterator[tuple[int, bytes]]:
    """Records from there on, up to where a reader must have stopped at an EOF."""
    rest = b""
    for chunk in stream.chunks(place):
        block = rest + chunk
        at, end = 0, len(block)
        while at + 4 <= end:
            after = at + 4 + block[at + 2] + (block[at + 3] << 8)
            if after > end:
                break
            yield block[at] + (block[at + 1] << 8), block[at + 4 : after]
            at = after
        rest = block[at:]
    raise Unsound("it ends in the middle")


class SheetScan:
    """One pass over a sheet's records. length: of the records, in bytes.

    cells: those with something to say, in order, and one for each hidden row that is not empty; `unpack` them.
    """

    def __init__(self, stream: Stream, place: int, formats: list[str]) -> None:
        self.findings = Findings()
        self.cells: array[int] = array("Q")
        self.length = 0
        self._filled = bytearray(_MOST_ROWS)
        self._telling = bytes(code != GENERAL for code in formats)
        self._hidden: set[int] = set()
        self._open = -1  # the formula whose text comes in a record of its own
        for kind, data in records(stream, place):
            self.length += 4 + len(data)
            if kind == Kind.EOF:
                break
            self._take(kind, data)
        self._settle()
        for row in filter(self._filled.__getitem__, self._hidden):
            self.findings.hide_rows(row + 1)
            self.cells.append((row << 40) + HIDDEN)
        self.cells = array("Q", sorted(self.cells))

    def _take(self, kind: int, data: bytes) -> None:
        if kind in _VALUES:
            self._cell(kind, data)
        elif kind == Kind.ROW:
            if data[12] & 0x20:  # fDyZero, 2.4.221
                self._hidden.add(_u16(data, 0))
        elif kind == Kind.STRING:
            self._open = -1
        elif kind == Kind.COLUMNS:
            first, last = _u16(data, 0), _u16(data, 2)
            if _u16(data, 8) & 1:  # fHidden, 2.4.53
                self.findings.hide_columns(first, last + 1 - first)
        elif kind == Kind.MERGED:
            self.findings.merged += _u16(data, 0)
        elif kind == Kind.DIMENSIONS:
            _refuse_dimensions(data)

    def _cell(self, kind: int, data: bytes) -> None:
        row, column, style = _u16(data, 0), _u16(data, 2), _u16(data, 4)
        place = (row << 40) + (column << 20)
        last = column
        if kind in _NUMBERS:
            self._style(place, style)
        elif kind == Kind.MULRK:
            last = _u16(data, len(data) - 2)
            for number, at in enumerate(range(4, len(data) - 2, 6)):
                self._style(place + (number << 20), _u16(data, at))
        elif kind == Kind.BOOLERR:
            if data[7]:
                self.cells.append(place + ERROR + data[6])
        elif kind == Kind.FORMULA:
            self._formula(place, style, data[6:14])
        elif kind == Kind.RSTRING:
            raise Unsound("it has cells of a kind that nobody but Excel 95 can read")
        self._filled[row] = 1
        findings = self.findings
        findings.filled += last + 1 - column
        findings.last = max(findings.last, row + 1)
        findings.width = max(findings.width, last + 1)

    def _formula(self, place: int, style: int, result: bytes) -> None:
        self._settle()
        if result[6:] != b"\xff\xff":  # 2.5.133
            self._style(place, style)
        elif result[0] == 0:
            self._open = place
        elif result[0] == 2:
            self.cells.append(place + ERROR + result[2])

    def _settle(self) -> None:
        if self._open >= 0:
            self.cells.append(self._open + NO_RESULT)
            self._open = -1

    def _style(self, place: int, style: int) -> None:
        if style < len(self._telling) and self._telling[style]:
            self.cells.append(place + style)


_NUMBERS = frozenset({Kind.NUMBER, Kind.RK})
_VALUES = _NUMBERS | {Kind.MULRK, Kind.LABEL, Kind.LABELSST, Kind.RSTRING, Kind.BOOLERR, Kind.FORMULA}


def unpack(cell: int) -> tuple[int, int, int]:
    """Row, column, and what there is: a style, ERROR + a code, HIDDEN (the row), or NO_RESULT."""
    return cell >> 40, cell >> 20 & 0xFFFFF, cell & 0xFFFFF


def _refuse_dimensions(data: bytes) -> None:
    """The reader of the values makes room for what this record says (2.4.90), also when that cannot be."""
    if len(data) == 14:
        top, bottom, left, right = struct.unpack_from("<IIHH", data)
    else:
        top, bottom, left, right = struct.unpack_from("<HHHH", data)
    if bottom and right and not (top < bottom <= _MOST_ROWS and left < right <= _MOST_COLUMNS):
        raise Unsound("it says that a sheet is larger than sheets can be")


def _u16(data: bytes, at: int) -> int:
    return data[at] + (data[at + 1] << 8)


def _u32(data: bytes, at: int) -> int:
    return _u16(data, at) + (_u16(data, at + 2) << 16)

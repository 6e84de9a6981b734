"""Writes .xls workbooks byte by byte ([MS-CFB], [MS-XLS]): python tests/data/workbooks/make_xls.py"""

import struct
from pathlib import Path

SECTOR = 512
END, FREE, TABLE = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
BIFF5, BIFF8 = 0x0500, 0x0600


def compound(stream: bytes, name: str = "Workbook", *, backwards: bool = False) -> bytes:
    """A compound file with one stream: the directory in sector 0, then the stream, then the sector table.

    backwards: the last piece of the stream comes first.
    """
    stream = stream.ljust(4096, b"\0")  # a smaller one would belong into the mini stream
    pieces = -(-len(stream) // SECTOR)
    tables = next(n for n in range(1, 110) if n * SECTOR // 4 >= 1 + pieces + n)
    chain = [
        END,
        *(range(2, pieces + 1) if not backwards else ()),
        END,
        *range(1, pieces * backwards),
        *[TABLE] * tables,
    ]
    chain += [FREE] * (tables * SECTOR // 4 - len(chain))
    difat = [*range(1 + pieces, 1 + pieces + tables)] + [FREE] * (109 - tables)
    directory = _entry("Root Entry", 5, END, 0, child=1)
    directory += _entry(name, 2, pieces if backwards else 1, len(stream))
    content = [stream[at : at + SECTOR].ljust(SECTOR, b"\0") for at in range(0, len(stream), SECTOR)]
    header = struct.pack("<8s16x5H6x9I", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 62, 3, 0xFFFE, 9, 6,
                         0, tables, 0, 0, 4096, END, 0, END, 0)  # fmt: skip
    return b"".join([
        header,
        struct.pack("<109I", *difat),
        directory.ljust(SECTOR, b"\0"),
        b"".join(reversed(content) if backwards else content),
        struct.pack(f"<{len(chain)}I", *chain),
    ])  # fmt: skip


def _entry(name: str, kind: int, start: int, size: int, child: int = FREE) -> bytes:
    letters = name.encode("utf-16-le")
    return struct.pack("<64sHBBIII36xIII", letters, len(letters) + 2, kind, 1, FREE, FREE, child, start, size, 0)


def record(kind: int, data: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(data)) + data


def bof(version: int, part: int) -> bytes:
    return record(0x809, struct.pack("<HHHH", version, part, 0, 0) + bytes(8 if version == BIFF8 else 0))


def number(row: int, column: int, value: float, style: int = 0) -> bytes:
    return record(0x203, struct.pack("<HHHd", row, column, style, value))


def label(row: int, column: int, text: str, version: int = BIFF8) -> bytes:
    letters = struct.pack("<HB", len(text), 1) + text.encode("utf-16-le")
    if version == BIFF5:
        letters = struct.pack("<H", len(text)) + text.encode("cp1252")
    return record(0x204, struct.pack("<HHH", row, column, 0) + letters)


def error(row: int, column: int, code: int) -> bytes:
    return record(0x205, struct.pack("<HHHBB", row, column, 0, code, 1))


def formula(row: int, column: int, result: bytes, style: int = 0) -> bytes:
    """result: 8 bytes, a number or what [MS-XLS] 2.5.133 says."""
    return record(0x06, struct.pack("<HHH8sHIH", row, column, style, result, 0, 0, 0))


def row(number_: int, *, hidden: bool = False) -> bytes:
    return record(0x208, struct.pack("<HHHHIHH", number_, 0, 9, 255, 0, 0x20 if hidden else 0, 0x0F))


def hidden_columns(first: int, last: int) -> bytes:
    return record(0x7D, struct.pack("<HHHHHH", first, last, 2304, 0, 1, 0))


def style(format_: int) -> bytes:
    return record(0xE0, struct.pack("<HH", 0, format_) + bytes(16))


def number_format(id_: int, code: str) -> bytes:
    return record(0x41E, struct.pack("<HHB", id_, len(code), 0) + code.encode("ascii"))


def workbook(
    sheets: dict[str, bytes], extra: bytes = b"", version: int = BIFF8, states: dict[str, int] | None = None
) -> bytes:
    """The stream. sheets: the records of each; extra: records of the workbook itself."""
    extra = extra or style(0)
    codepage = record(0x42, struct.pack("<H", 1200 if version == BIFF8 else 1252))
    flag = b"\0" if version == BIFF8 else b""
    bodies = [bof(version, 0x10) + body + record(0x0A) for body in sheets.values()]
    names = [name.encode("cp1252") for name in sheets]
    length = len(bof(version, 5) + codepage + extra + record(0x0A)) + sum(4 + 7 + len(flag + name) for name in names)
    head = bof(version, 5) + codepage + extra
    for name, body in zip(names, bodies, strict=True):
        state = (states or {}).get(name.decode("cp1252"), 0)
        head += record(0x85, struct.pack("<IBBB", length, state, 0, len(name)) + flag + name)
        length += len(body)
    return head + record(0x0A) + b"".join(bodies)


def contacts(version: int = BIFF8) -> bytes:
    """Row 1 the header, rows 2 to 5 a person each; row 4 is hidden."""
    body = row(0) + label(0, 0, "Phone", version) + label(0, 1, "Name", version)
    for place in range(1, 5):
        body += row(place, hidden=place == 3) + number(place, 0, 40723555660 + place)
        body += label(place, 1, f"Ana {place}", version)
    return body


PROTECTED = record(0x2F, struct.pack("<HHH", 1, 1, 1) + bytes(48))
OBFUSCATED = record(0x2F, struct.pack("<HHH", 0, 1, 1))
NO_TEXT, DIVISION_BY_0 = b"\0\0\0\0\0\0\xff\xff", b"\x02\0\x07\0\0\0\xff\xff"
ERRORS = error(1, 2, 0x2A) + formula(2, 2, DIVISION_BY_0) + label(3, 2, "x")
FILES = {
    "excel_95.xls": compound(workbook({"Contacts": contacts(BIFF5)}, version=BIFF5), "Book"),
    "formula_without_its_text.xls": compound(
        workbook({"Contacts": contacts() + formula(1, 2, NO_TEXT) + label(2, 2, "Mia")})
    ),
    "errors.xls": compound(workbook({"Contacts": contacts() + ERRORS})),
    "password.xls": compound(workbook({"Contacts": contacts()}, PROTECTED)),
    "password_of_excel_95.xls": compound(workbook({"Contacts": contacts()}, OBFUSCATED)),
    "far_cell.xls": compound(workbook({"Contacts": contacts() + label(65_535, 255, "x")})),
}


if __name__ == "__main__":
    for file_name, content in FILES.items():
        (Path(__file__).parent / file_name).write_bytes(content)

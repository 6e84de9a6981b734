"""Writes .xlsb workbooks record by record ([MS-XLSB]): python tests/data/workbooks/make_xlsb.py"""

import struct
import zipfile
from io import BytesIO
from pathlib import Path

_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPE = "application/vnd.ms-excel"
CONTENT_TYPES = (
    f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="bin" ContentType="{_TYPE}.sheet.binary.macroEnabled'
    '.main"/><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/></Types>'
)


def record(kind: int, data: bytes = b"") -> bytes:
    head = bytes([kind]) if kind < 0x80 else bytes([kind & 0x7F | 0x80, kind >> 7])
    length = len(data)
    while length > 0x7F:
        head, length = head + bytes([length & 0x7F | 0x80]), length >> 7
    return head + bytes([length]) + data


def text(value: str) -> bytes:
    return struct.pack("<I", len(value)) + value.encode("utf-16-le")


def cell(kind: int, column: int, value: bytes, style: int = 0) -> bytes:
    return record(kind, struct.pack("<II", column, style) + value)


def inline(column: int, value: str) -> bytes:
    return cell(6, column, text(value))


def real(column: int, value: float, style: int = 0) -> bytes:
    return cell(5, column, struct.pack("<d", value), style)


def rk(column: int, value: int, style: int = 0) -> bytes:
    return cell(2, column, struct.pack("<i", value << 2 | 2), style)


def error(column: int, code: int) -> bytes:
    return cell(3, column, bytes([code]))


_FORMULA = struct.pack("<HII", 0, 0, 0)


def formula_error(column: int, code: int) -> bytes:
    return cell(11, column, bytes([code]) + _FORMULA)


def formula_number(column: int, value: float, style: int = 0) -> bytes:
    return cell(9, column, struct.pack("<d", value) + _FORMULA, style)


def row(number: int, *cells: bytes, hidden: bool = False) -> bytes:
    head = struct.pack("<IIHBBBI", number, 0, 300, 0, 0x10 if hidden else 0, 0, 0)
    return record(0, head) + b"".join(cells)


def hidden_columns(first: int, last: int) -> bytes:
    return record(390) + record(60, struct.pack("<IIIIH", first, last, 2304, 0, 1)) + record(391)


def sheet(rows: bytes, columns: bytes = b"", tail: bytes = b"", size: tuple[int, int] = (10, 5)) -> bytes:
    dimension = record(148, struct.pack("<IIII", 0, size[0], 0, size[1]))
    return record(129) + dimension + columns + record(145) + rows + record(146) + tail + record(130)


def styles(*formats: int, codes: dict[int, str] | None = None) -> bytes:
    """formats: the number format of each cell style; codes: of the formats that are not built in."""
    custom = b"".join(record(44, struct.pack("<H", id_) + text(code)) for id_, code in (codes or {}).items())
    xfs = b"".join(record(47, struct.pack("<HH", 0, id_) + bytes(12)) for id_ in formats)
    return (
        record(278)
        + record(615, struct.pack("<I", len(codes or {}))) + custom + record(616)
        + record(626, struct.pack("<I", 1)) + record(47, struct.pack("<HH", 0xFFFF, 9) + bytes(12)) + record(627)
        + record(617, struct.pack("<I", len(formats))) + xfs + record(618)
        + record(279)
    )  # fmt: skip


def workbook(sheets: dict[str, bytes], styles_part: bytes | None = None, states: dict[str, int] | None = None) -> bytes:
    """The file. sheets: the part of each, by name; states: 1 for a hidden one."""
    book = record(131) + record(153, bytes(12)) + record(143)
    for number, name in enumerate(sheets, start=1):
        state = (states or {}).get(name, 0)
        book += record(156, struct.pack("<II", state, number) + text(f"rId{number}") + text(name))
    book += record(144) + record(157, bytes(9)) + record(132)
    relations = "".join(
        f'<Relationship Id="rId{n}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{n}.bin"/>'
        for n in range(1, len(sheets) + 1)
    )
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": CONTENT_TYPES,
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{_OFFICE}/officeDocument" Target="xl/workbook.bin"/></Relationships>',
        "xl/workbook.bin": book,
        "xl/_rels/workbook.bin.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">{relations}</Relationships>',
        "xl/styles.bin": styles(0) if styles_part is None else styles_part,
        **{f"xl/worksheets/sheet{n}.bin": part for n, part in enumerate(sheets.values(), start=1)},
    }
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return file.getvalue()


STYLES = styles(0, 14, 9, 164, 165, codes={164: "dd.mm.yyyy", 165: '#,##0.00 "lei"'})
ROWS = (
    row(1, inline(1, "Phone"), inline(2, "Name"), inline(3, "Since"), inline(4, "Share"), inline(5, "Sum"))
    + row(2, real(1, 40723555662), inline(2, "Ana"), rk(3, 46380, 3), real(4, 0.5, 2), real(5, 12.5, 4))
    + row(4, real(1, 40723555664), inline(2, "Ion"), hidden=True)
    + row(5, real(1, 40723555665), error(2, 0x2A), formula_number(3, 46380, 3), formula_error(4, 0x07))
    + row(6, hidden=True)
    + row(8, real(1, 40723555668), inline(2, "Mia"), hidden=True)
)
FILES = {
    "contacts.xlsb": workbook(
        {"Contacts": sheet(ROWS, hidden_columns(4, 4)), "Old": sheet(row(0, inline(0, "Phone")))}, STYLES, {"Old": 1}
    ),
    "far_cell.xlsb": workbook({"Contacts": sheet(ROWS + row(1_048_575, inline(16_383, "x")))}, STYLES),
}


if __name__ == "__main__":
    for file_name, content in FILES.items():
        (Path(__file__).parent / file_name).write_bytes(content)

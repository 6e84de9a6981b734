"""Has LibreOffice write .ods and .xls workbooks: python tests/data/workbooks/make_with_libreoffice.py"""

import subprocess
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import openpyxl
from openpyxl.comments import Comment
from openpyxl.worksheet.worksheet import Worksheet

HERE = Path(__file__).parent


def fill(page: Worksheet) -> None:
    """The header is B2:G2, the person in row n is Ana n. Rows 5, 9, 10 and column E are hidden, row 8 is empty."""
    page.append([])
    page.append(["", "Phone", "Name", "Since", "Share", "Sum", "Remark"])
    for row in (3, 4, 5, 6, 7, 9, 10, 11):
        cells: dict[int, str | float | date] = {
            2: 40723555660 + row,
            3: f"Ana {row}",
            4: date(2026, 12, row),
            5: row / 40,
            6: 12.5 * row,
        }
        for column, value in cells.items():
            page.cell(row, column).value = value
        page.cell(row, 4).number_format = "dd.mm.yyyy"
        page.cell(row, 5).number_format = "0.0%"
        page.cell(row, 6).number_format = '#,##0.00 "lei"'
    page["G4"], page["G5"], page["G6"], page["G7"] = "=NA()", "=1/0", '="x"&"y"', '=IF(1,"","a")'
    page["G9"], page["G11"] = "same", "same"
    page["C4"].comment = Comment("call after 5", "me")
    page["B13"] = "Total: 8"
    page.merge_cells("B13:C13")
    for row in (5, 9, 10, 12):  # 12 is empty
        page.row_dimensions[row].hidden = True
    page.column_dimensions["E"].hidden = True


if __name__ == "__main__":
    book = openpyxl.Workbook()
    fill(book["Sheet"])
    book["Sheet"].title = "Contacts"
    old = book.create_sheet("Old")
    old["A1"] = "Phone"
    old.sheet_state = "hidden"
    with TemporaryDirectory() as folder:
        path = Path(folder) / "libreoffice.xlsx"
        book.save(path)
        for kind in ("ods", "xls"):
            command = ["soffice", "--headless", "--convert-to", kind, "--outdir", str(HERE), str(path)]
            subprocess.run(command, check=True)

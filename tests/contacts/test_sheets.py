"""What a workbook says beside its values, and what it must not get away with."""

import struct
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from batchsend.contacts import Contact, ReadOptions, open_contacts
from batchsend.contacts.contact import RowProblem
from batchsend.contacts.file_kind import open_table
from batchsend.contacts.look import CellProblem
from batchsend.errors import ContactsRefused
from tests.contacts.workbooks import GOOD_ROWS, SHEET, sheet, text, write_package
from tests.lists import write_xlsx

PEOPLE = [["Phone", "Name"], ["+40723555661", "Ana"], ["+40723555662", "Ion"], ["+40723555663", "Mia"]]


def workbook(path: Path, change: Callable[[Worksheet], None], rows: list[list[str]] | None = None) -> Path:
    book = openpyxl.load_workbook(write_xlsx(path, rows or PEOPLE))
    change(book["Contacts"])
    book.save(path)
    return path


def contacts_of(path: Path, **options: str) -> list[Contact]:
    return [contact for batch in open_contacts(path, ReadOptions(**options)).batches() for contact in batch]  # type: ignore[arg-type]


def hide_row_3(page: Worksheet) -> None:
    page.row_dimensions[3].hidden = True


def test_hidden_rows_stop_until_somebody_decides(tmp_path: Path) -> None:
    path = workbook(tmp_path / "hidden.xlsx", hide_row_3)
    with pytest.raises(ContactsRefused, match=r"1 rows .* hidden \(the first is row 3\)") as refused:
        open_contacts(path)
    assert "--hidden skip" in refused.value.hint


def test_hidden_rows_are_left_out_or_written_to_as_decided(tmp_path: Path) -> None:
    path = workbook(tmp_path / "hidden.xlsx", hide_row_3)
    assert [(c.row, c.problem) for c in contacts_of(path, hidden="skip")] == [
        (2, None),
        (3, RowProblem.HIDDEN),
        (4, None),
    ]
    assert [(c.row, c.problem) for c in contacts_of(path, hidden="include")] == [(2, None), (3, None), (4, None)]


def test_rows_hidden_by_a_filter_or_with_no_height_count_as_hidden(tmp_path: Path) -> None:
    rows = GOOD_ROWS + f'<row r="3" ht="0" customHeight="1">{text("A3", "+40723555662")}</row>'
    with pytest.raises(ContactsRefused, match="row 3"):
        open_contacts(write_package(tmp_path / "flat.xlsx", sheet(rows)))


def test_hidden_rows_with_nothing_in_them_do_not_stop_anybody(tmp_path: Path) -> None:
    rows = GOOD_ROWS + '<row r="3" hidden="1"><c r="A3" s="0"/></row><row r="4" hidden="true"/>'
    assert len(contacts_of(write_package(tmp_path / "list.xlsx", sheet(rows)))) == 1


def test_hidden_columns_are_named(tmp_path: Path) -> None:
    def hide(page: Worksheet) -> None:
        page.column_dimensions["B"].hidden = True

    contacts = open_contacts(workbook(tmp_path / "list.xlsx", hide))
    assert contacts.warnings == ["hidden columns are read like the others: Name"]


def test_a_hidden_sheet_is_never_taken_by_itself(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(write_xlsx(tmp_path / "list.xlsx", PEOPLE))
    book.create_sheet("Shown")
    book["Contacts"].sheet_state = "veryHidden"
    book.save(tmp_path / "list.xlsx")
    with pytest.raises(ContactsRefused, match=r"no visible sheet with data.*Contacts"):
        open_contacts(tmp_path / "list.xlsx")
    assert len(contacts_of(tmp_path / "list.xlsx", sheet="Contacts")) == 3


def test_error_cells_are_seen(tmp_path: Path) -> None:
    rows = '<row r="1">' + text("A1", "Phone") + text("B1", "Name") + "</row>"
    rows += f'<row r="2">{text("A2", "+40723555661")}<c r="B2" t="e"><v>#N/A</v></c></row>'
    (contact,) = contacts_of(write_package(tmp_path / "errors.xlsx", sheet(rows)))
    assert contact.cells == ("+40723555661", "#N/A")


@pytest.mark.parametrize(
    "cell", ['<c r="B2"><f>A2</f></c>', '<c r="B2"><f>A2</f><v></v></c>', '<c r="B2"><f>A2</f><v/></c>']
)
def test_a_formula_without_a_saved_result_is_seen(tmp_path: Path, cell: str) -> None:
    rows = (
        f'<row r="1">{text("A1", "Phone")}{text("B1", "Name")}</row><row r="2">{text("A2", "+40723555661")}{cell}</row>'
    )
    (contact,) = contacts_of(write_package(tmp_path / "formula.xlsx", sheet(rows)))
    assert contact.cells[1] is CellProblem.NO_RESULT


def test_a_formula_with_a_result_is_its_result(tmp_path: Path) -> None:
    cell = '<c r="B2" t="str"><f>"A"&amp;"na"</f><v>Ana</v></c>'
    rows = (
        f'<row r="1">{text("A1", "Phone")}{text("B1", "Name")}</row><row r="2">{text("A2", "+40723555661")}{cell}</row>'
    )
    (contact,) = contacts_of(write_package(tmp_path / "formula.xlsx", sheet(rows)))
    assert contact.cells[1] == "Ana"


def test_dates_and_numbers_are_shown_as_a_person_sees_them(tmp_path: Path) -> None:
    def format_cells(page: Worksheet) -> None:
        page["B2"], page["B3"], page["B4"] = date(2026, 12, 24), 12.5, 0.1 + 0.2
        page["B2"].number_format, page["B3"].number_format = "dd.mm.yyyy", '#,##0.00 "lei"'

    contacts = contacts_of(workbook(tmp_path / "list.xlsx", format_cells))
    assert [contact.text(1) for contact in contacts] == ["24.12.2026", "12.50 lei", "0.3"]
    assert contacts[0].cells[1] == date(2026, 12, 24)  # the value itself stays what it is


def test_a_merged_header_names_all_its_columns_and_merged_data_only_the_first(tmp_path: Path) -> None:
    def merge(page: Worksheet) -> None:
        page["B1"], page["C1"], page["C2"] = "Note", None, "more"
        page.merge_cells("B1:C1")
        page.merge_cells("B3:B4")

    contacts = open_contacts(workbook(tmp_path / "list.xlsx", merge))
    assert contacts.fields == ("phone", "note", "note_2")
    assert any("merged" in warning for warning in contacts.warnings)


def test_a_wrong_dimension_tag_hides_no_rows(tmp_path: Path) -> None:
    rows = GOOD_ROWS + "".join(f'<row r="{n}">{text(f"A{n}", "x")}</row>' for n in range(3, 103))
    path = write_package(tmp_path / "list.xlsx", sheet(rows, head='<dimension ref="A1:A3"/>'))
    assert len(contacts_of(path)) == 101


def test_rows_after_a_gap_are_read(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "list.xlsx", [*PEOPLE, *[[]] * 500, ["+40723555669", "Far"]])
    assert contacts_of(path)[-1].row == 505


def test_a_million_formatted_but_empty_rows_are_no_contacts(tmp_path: Path) -> None:
    rows = GOOD_ROWS + "".join(f'<row r="{n}"><c r="A{n}" s="1"/></row>' for n in range(3, 1_048_000))
    assert len(contacts_of(write_package(tmp_path / "list.xlsx", sheet(rows)))) == 1


def test_the_first_piece_of_a_sheet_may_hold_no_row(tmp_path: Path) -> None:
    """As LibreOffice writes a sheet with a row of column names only."""
    row = '<row r="1"><c r="A1" t="e"><v>#N/A</v></c></row>'
    path = write_package(tmp_path / "list.xlsx", sheet(row))
    (found,) = open_table(path, ReadOptions()).rows()
    assert found.cells == ("#N/A",)


def test_tags_with_a_namespace_prefix_are_read_alike(tmp_path: Path) -> None:
    rows = f'<row r="1">{text("A1", "Phone")}</row><row r="2" hidden="1">{text("A2", "+40723555661")}</row>'
    xml = sheet(rows).replace("xmlns=", "xmlns:x=")
    for tag in ("worksheet", "sheetData", "row", "c", "is", "t"):
        xml = (
            xml.replace(f"<{tag} ", f"<x:{tag} ").replace(f"<{tag}>", f"<x:{tag}>").replace(f"</{tag}>", f"</x:{tag}>")
        )
    with pytest.raises(ContactsRefused, match="hidden"):
        open_contacts(write_package(tmp_path / "prefixed.xlsx", xml))


def test_a_hidden_row_is_found_wherever_the_file_is_cut_into_pieces(tmp_path: Path) -> None:
    filler = "".join(f'<row r="{n}">{text(f"A{n}", "+40723555661")}</row>' for n in range(2, 40_000))
    rows = f'<row r="1">{text("A1", "Phone")}</row>{filler}'
    rows = rows.replace('<row r="19999">', '<row r="19999" hidden="1">')
    path = write_package(tmp_path / "long.xlsx", sheet(rows))
    with pytest.raises(ContactsRefused, match="row 19,999"):
        open_contacts(path)
    assert [c.row for c in contacts_of(path, hidden="skip") if c.problem is RowProblem.HIDDEN] == [19_999]


@pytest.mark.parametrize(
    ("name", "sheet_xml", "more", "says"),
    [
        ("doctype", sheet(GOOD_ROWS, declaration='<!DOCTYPE x [<!ENTITY a "b">]>'), {}, "DOCTYPE"),
        ("utf16", sheet(GOOD_ROWS).encode("utf-16"), {}, "not in UTF-8"),
        ("far-cell", sheet(GOOD_ROWS + f'<row r="1048576">{text("XFD1048576", "x")}</row>'), {}, "column XFD"),
        ("bomb", "<worksheet>" + " " * 100_000_000, {}, "zip bomb"),
        ("many-parts", sheet(GOOD_ROWS), {f"xl/part{n}.xml": "" for n in range(10_000)}, "10,0"),
        ("strings-doctype", sheet(GOOD_ROWS), {"xl/sharedStrings.xml": "<!DOCTYPE lol []><sst/>"}, "DOCTYPE"),
        ("no-workbook", sheet(GOOD_ROWS), {"xl/workbook.xml": "<workbook"}, "damaged"),
        ("word", sheet(GOOD_ROWS), {"[Content_Types].xml": ""}, "damaged|cannot be read|whole workbook"),
    ],
)
def test_what_no_spreadsheet_program_writes_is_refused(
    tmp_path: Path, name: str, sheet_xml: str, more: dict[str, str], says: str
) -> None:
    path = write_package(tmp_path / f"{name}.xlsx", sheet_xml, **more)
    if name == "word":
        path = write_package(tmp_path / "cut.xlsx")
        path.write_bytes(path.read_bytes()[:-200])
    with pytest.raises(ContactsRefused, match=says):
        contacts_of(path)


def test_a_part_that_lies_about_its_size_is_refused(tmp_path: Path) -> None:
    strings = '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">' + "<si><t>x</t></si>" * 100_000
    path = write_package(tmp_path / "liar.xlsx", sheet(GOOD_ROWS), **{"xl/sharedStrings.xml": strings + "</sst>"})
    data = bytearray(path.read_bytes())
    real = struct.pack("<I", len(strings) + 6)
    assert data.count(real) == 2  # in the local header and in the directory
    path.write_bytes(bytes(data).replace(real, struct.pack("<I", 100)))
    with pytest.raises(ContactsRefused, match="damaged"):
        open_contacts(path)


def test_a_shared_string_that_is_not_there_is_no_silent_blank(tmp_path: Path) -> None:
    rows = GOOD_ROWS + '<row r="3"><c r="A3" t="s"><v>99</v></c></row>'
    strings = '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" uniqueCount="4000000000"/>'
    path = write_package(tmp_path / "liar.xlsx", sheet(rows), **{"xl/sharedStrings.xml": strings})
    with pytest.raises(ContactsRefused):
        contacts_of(path)


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("~$list.xlsx", b"\x05Mara", "lock file"),
        ("page.xls", b"<html><table><tr><td>Phone</td></tr></table>", "web page"),
        (
            "locked.xlsx",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500) + "EncryptedPackage".encode("utf-16-le"),
            "password",
        ),
        ("cloud.xlsx", bytes(4096), "nothing but zeros"),
        ("photo.csv", b"\xff\xd8\xff\xe0", "a picture"),
    ],
)
def test_what_is_no_list_is_called_by_its_name(tmp_path: Path, name: str, content: bytes, says: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ContactsRefused, match=says):
        open_contacts(tmp_path / name)


@pytest.mark.parametrize(
    ("part", "says"), [("Index/Document.iwa", "Numbers"), ("word/document.xml", "Word"), ("a.txt", "zip file")]
)
def test_other_zips_are_called_by_their_name(tmp_path: Path, part: str, says: str) -> None:
    with zipfile.ZipFile(tmp_path / "list.xlsx", "w") as package:
        package.writestr(part, "x")
    with pytest.raises(ContactsRefused, match=says):
        open_contacts(tmp_path / "list.xlsx")


def test_the_sheet_part_may_be_anywhere(tmp_path: Path) -> None:
    path = write_package(tmp_path / "list.xlsx")
    with zipfile.ZipFile(path) as package:
        assert SHEET in package.namelist()
    assert contacts_of(path)[0].cells == ("+40723555666",)


def test_a_country_merged_over_rows_is_not_taken_for_the_default(tmp_path: Path) -> None:
    rows = [["Phone", "Country"], ["0733123456", "FR"], ["0733123457", ""], ["0733123458", "RO"]]
    path = workbook(tmp_path / "list.xlsx", lambda page: page.merge_cells("B2:B3"), rows)
    assert [contact.problem for contact in contacts_of(path)] == [None, RowProblem.MERGED, None]


@pytest.mark.parametrize("name", ["list.xls", "list.ods", "list.xlsb", "list.csv", "list"])
def test_a_workbook_is_read_whatever_its_name(tmp_path: Path, name: str) -> None:
    path = write_xlsx(tmp_path / "list.xlsx", PEOPLE).rename(tmp_path / name)
    assert [contact.cells for contact in contacts_of(path)] == [tuple(row) for row in PEOPLE[1:]]

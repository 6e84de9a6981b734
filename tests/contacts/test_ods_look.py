"""What an .ods sheet says beside its values. LibreOffice wrote libreoffice.ods; the rest is written here tag by tag."""

import zipfile
from pathlib import Path

import pytest

from batchsend.contacts import Cell
from batchsend.contacts.contact import display
from batchsend.contacts.look import CellProblem, RowLook
from batchsend.contacts.ods_content import OdsContent
from batchsend.contacts.ods_look import ods_looks
from batchsend.errors import ContactsRefused
from tests.contacts.fuzz import WORKBOOKS, read_all, rows_of, versions

_SPACES = " ".join(f'xmlns:{prefix}="urn:{prefix}"' for prefix in "office table text calcext draw manifest".split())
MANY = "table:number-rows-repeated"
WIDE = "table:number-columns-repeated"
GONE = 'table:visibility="collapse"'


def text(value: str, attributes: str = "") -> str:
    return f'<table:table-cell office:value-type="string" {attributes}><text:p>{value}</text:p></table:table-cell>'


def typed(kind: str, value: str, shown: str) -> str:
    name = {"date": "date-value", "boolean": "boolean-value", "time": "time-value"}.get(kind, "value")
    head = f'<table:table-cell office:value-type="{kind}" office:{name}="{value}">'
    return f"{head}<text:p>{shown}</text:p></table:table-cell>"


def around(content: str) -> str:
    return f'<table:table-cell office:value-type="string">{content}</table:table-cell>'


def row(*cells: str, attributes: str = "") -> str:
    return f"<table:table-row {attributes}>{''.join(cells)}</table:table-row>"


def write(path: Path, rows: str, more: str = "", declaration: str = "", **parts: bytes) -> Path:
    """more: beside the sheet List."""
    content = (
        f'<?xml version="1.0"?>{declaration}<office:document-content {_SPACES}><office:body><office:spreadsheet>'
        f'<table:table table:name="List">{rows}</table:table>{more}'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    manifest = f"<manifest:manifest {_SPACES}/>"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        package.writestr("META-INF/manifest.xml", parts.get("manifest", manifest))
        package.writestr("content.xml", parts.get("content", content))
    return path


def looks_of(path: Path, sheet: str = "List") -> list[RowLook]:
    return list(ods_looks(path)(sheet).rows())


def hidden_of(path: Path, sheet: str = "List") -> list[int]:
    return [look.number for look in looks_of(path, sheet) if look.hidden]


def cell_of(path: Path, cell: str) -> tuple[Cell, str | None]:
    """What the cell after the first of a row comes to: its value and what is shown."""
    (found,) = rows_of(write(path, row(text("1"), cell, text("end"))), ods_looks, "List")
    return found.cells[1], found.shown.get(1)


def test_rows_and_columns_hidden_in_libreoffice_are_found_where_the_values_are() -> None:
    path = WORKBOOKS / "libreoffice.ods"
    rows = {row.number: row for row in rows_of(path, ods_looks, "Contacts")}
    assert [row.cells[2] for row in rows.values() if row.hidden] == ["Ana 5", "Ana 9", "Ana 10"]
    facts = ods_looks(path)("Contacts").facts
    assert (facts.hidden_rows, facts.first_hidden_row, facts.hidden_columns) == (3, 5, (4,))
    assert facts.warnings == ("1 merged areas: only the first cell of each has the value",)
    assert [row.cells[2] for row in rows.values() if 3 <= row.number <= 7] == [f"Ana {n}" for n in range(3, 8)]


def test_dates_numbers_and_errors_are_what_libreoffice_shows() -> None:
    rows = {row.number: row for row in rows_of(WORKBOOKS / "libreoffice.ods", ods_looks, "Contacts")}
    assert dict(rows[4].shown) == {3: "04.12.2026", 4: "10.0%", 5: "50.00 lei"}
    remarks = {number: row.cells[6] for number, row in rows.items() if number > 2 and row.cells[6] is not None}
    assert remarks == {4: "#N/A", 5: "#DIV/0!", 6: "xy", 9: "same", 11: "same"}
    assert rows[4].cells[2] == "Ana 4"  # and not the comment on it


FOLDED = (  # a group, and another within it
    f"<table:table-header-rows>{row(text('h'))}</table:table-header-rows>"
    f'<table:table-row-group table:display="false">{row(text("a"))}<table:table-row-group>{row(text("b"))}'
    f"</table:table-row-group></table:table-row-group>{row(text('c'))}"
)


@pytest.mark.parametrize(
    ("rows", "hidden"),
    [
        (row(text("a")) + row(text("b"), attributes='table:visibility="filter"'), [2]),
        (row(text("a"), attributes='table:visibility="visible"'), []),
        (row(text("a"), attributes=f'{MANY}="3" table:visibility="collapse"') + row(text("b")), [1, 2, 3]),
        (row("<table:table-cell/>", attributes=f'{MANY}="41"') + row(text("a"), attributes=GONE), [42]),
        (FOLDED, [2, 3]),
        (f'<table:table-row-group table:display="true">{row(text("a"))}</table:table-row-group>', []),
        (row('<table:table-cell table:style-name="x"/>', attributes=GONE) + row(text("a")), []),  # nobody is in it
        (row(text("a")) + "<!-- <table:table-row> -->" + row(text("b"), attributes=GONE), [2]),
        (row(text("a", 'table:formula="of:=1>2"')) + row(text("b"), attributes="table:visibility='collapse'"), [2]),
    ],
)  # fmt: skip
def test_hidden_rows_have_the_numbers_a_person_sees(tmp_path: Path, rows: str, hidden: list[int]) -> None:
    path = write(tmp_path / "list.ods", rows)
    assert hidden_of(path) == hidden
    assert [row.number for row in rows_of(path, ods_looks, "List") if row.hidden] == hidden
    facts = ods_looks(path)("List").facts
    assert (facts.hidden_rows, facts.first_hidden_row) == (len(hidden), min(hidden, default=0))


def test_a_million_empty_rows_at_the_end_cost_nothing(tmp_path: Path) -> None:
    rows = row(text("a")) + row(text("b"), attributes='table:visibility="collapse"')
    end = row(f'<table:table-cell {WIDE}="16384"/>', attributes=f'{MANY}="1048574" table:visibility="collapse"')
    path = write(tmp_path / "list.ods", rows + end)
    assert [(row.number, row.cells, row.hidden) for row in rows_of(path, ods_looks, "List")] == [
        (1, ("a",), False),
        (2, ("b",), True),
    ]


def test_hidden_columns_count_repeated_ones_and_folded_groups(tmp_path: Path) -> None:
    columns = (
        f'<table:table-column {WIDE}="2"/><table:table-column {GONE} {WIDE}="2"/><table:table-column/>'
        '<table:table-column-group table:display="false"><table:table-column/></table:table-column-group>'
        f'<table:table-column {WIDE}="16378" table:visibility="collapse"/>'
    )
    facts = ods_looks(write(tmp_path / "list.ods", columns + row(text("a"))))("List").facts
    assert facts.hidden_columns[:4] == (2, 3, 5, 6)
    assert facts.hidden_columns[-1] == 16_383


SHAPE = "<draw:frame><draw:text-box><text:p>SHAPE</text:p></draw:text-box></draw:frame>"
COMMENT = "<office:annotation><text:p>call him</text:p></office:annotation>"


@pytest.mark.parametrize(
    ("cell", "value", "shown"),
    [
        (typed("date", "2026-12-24", "24. Dez. 26"), "2026-12-24", "24. Dez. 26"),
        (typed("percentage", "0.125", "12,5%"), "0.125", "12,5%"),
        (typed("currency", "12.5", "12.50 lei"), "12.5", "12.50 lei"),
        (typed("boolean", "true", "WAHR"), "TRUE", "WAHR"),
        (typed("float", "40723555661", "40723555661"), "40723555661", None),  # nothing to add
        (typed("float", "0", "#N/A"), "#N/A", None),  # as older programs write an error
        (text("#N/A", 'calcext:value-type="error" office:string-value=""'), "#N/A", None),
        (text("Err:508", 'calcext:value-type="error"'), "#VALUE!", None),
        (text("#N/A"), "#N/A", None),
        ('<table:table-cell table:formula="of:=[.A1]"/>', CellProblem.NO_RESULT, None),
        ('<table:table-cell table:formula="of:=[.A1]"><text:p/></table:table-cell>', "", None),  # its result is empty
        ('<table:table-cell office:value-type="float"><text:p>12</text:p></table:table-cell>', "12", None),
        (text("a<text:line-break/>b<text:tab/>c"), "a\nb\tc", None),  # the reader of the values leaves them out
        (text("<![CDATA[<Ana>]]>"), "<Ana>", None),
        (text("a<text:s text:c='3'/>b"), "a   b", None),
        (around(f"{SHAPE}<text:p>Ana</text:p>"), "Ana", None),
        (around(f"<text:p>Ana</text:p>{COMMENT}"), "Ana", None),
        (around("\n <text:p>Ana</text:p>\n <text:p>Pop</text:p>\n"), "Ana\nPop", None),
    ],
)  # fmt: skip
def test_a_cell_is_what_a_person_sees_in_it(tmp_path: Path, cell: str, value: str, shown: str | None) -> None:
    found, seen = cell_of(tmp_path / "list.ods", cell)
    assert (display(found), seen) == (value, shown)


def test_repeated_cells_and_rows_are_all_looked_at(tmp_path: Path) -> None:
    cell = typed("percentage", "0.5", "50%").replace("<table:table-cell", f'<table:table-cell {WIDE}="2"')
    path = write(tmp_path / "list.ods", row(text("1"), cell, text("x"), attributes=f'{MANY}="2"'))
    assert [(look.number, look.shown) for look in looks_of(path)] == [
        (1, {1: "50%", 2: "50%"}),
        (2, {1: "50%", 2: "50%"}),
    ]


def test_each_sheet_has_its_own_look_and_of_two_with_one_name_the_last_counts(tmp_path: Path) -> None:
    def other(name: str, *rows: str) -> str:
        return f'<table:table table:name="{name}">{"".join(rows)}</table:table>'

    more = other("B", row(text("b")), row(text("c"), attributes=GONE)) + other("List", row(text("d"), attributes=GONE))
    path = write(tmp_path / "list.ods", row(text("a")), more)
    assert hidden_of(path, "B") == [2]
    assert [(row.cells, row.hidden) for row in rows_of(path, ods_looks, "List")] == [(("d",), True)]


@pytest.mark.parametrize("size", [1, 7, 100, 4096])
def test_the_pieces_in_which_the_content_comes_make_no_difference(size: int) -> None:
    with zipfile.ZipFile(WORKBOOKS / "libreoffice.ods") as package:
        content = package.read("content.xml")
    whole, pieces = OdsContent(Path("a.ods")), OdsContent(Path("a.ods"))
    chunks = (content[at : at + size] for at in range(0, len(content), size))
    assert list(pieces.rows(chunks)) == list(whole.rows([content]))
    assert pieces.findings == whole.findings


def test_lists_with_more_to_say_than_is_kept_are_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path / "list.ods", "".join(row(typed("percentage", "0.5", f"{n}%")) for n in range(50)))
    kept = looks_of(path)
    monkeypatch.setattr("batchsend.contacts.ods_look._MOST_KEPT", 10)
    assert len(kept) == 50
    assert looks_of(path) == kept


LONG = "x" * 30_000
BOMBS = {
    "a value a million times over thousands of columns": row(
        text("x", f'{WIDE}="16000"'), attributes=f'{MANY}="1000000"'
    ),
    "a cell in the last row and column": row(text("x"))
    + row(f'<table:table-cell {WIDE}="16383"/>', text("y"), attributes=f'{MANY}="1048575"'),
    "a column that no sheet has": row(f'<table:table-cell {WIDE}="20000000"/>', text("y")),
    "a text in a thousand cells": row(text(LONG, f'{WIDE}="16000"')),
    "a text in a thousand rows": row(text(LONG), attributes=f'{MANY}="1000000"'),
    "a billion spaces": row(text('a<text:s text:c="1000000000"/>b')),
    "a count of zero": row(text("a"), attributes=f'{MANY}="0"'),
    "a count that is none": row(text("a"), attributes=f'{MANY}="-1"'),
    "a count of a thousand digits": row(text("a"), attributes=f'{MANY}="{"9" * 1000}"'),
    "a table within a cell": row(text('a<table:table table:name="b"/>')),
    "a thousand spans": row(text("<text:span>" * 1000 + "</text:span>" * 1000)),
    "a cell without a type": row("<table:table-cell><text:p>Ana</text:p></table:table-cell>"),
    "a broken tag": row("<table:table-cell"),
}


@pytest.mark.parametrize("rows", BOMBS.values(), ids=BOMBS.keys())
def test_what_would_fill_the_memory_or_lose_a_value_is_refused(tmp_path: Path, rows: str) -> None:
    with pytest.raises(ContactsRefused, match=r"^list\.ods is "):
        ods_looks(write(tmp_path / "list.ods", rows))


def test_a_doctype_is_refused_wherever_it_stands(tmp_path: Path) -> None:
    late = "<!-- " + "x" * 1_100_000 + ' --><!DOCTYPE office [<!ENTITY a "b">]>'
    with pytest.raises(ContactsRefused, match="DOCTYPE"):
        ods_looks(write(tmp_path / "list.ods", row(text("a")), declaration=late))


def test_an_encoding_that_there_is_not_does_not_matter(tmp_path: Path) -> None:
    table = f'<table:table table:name="List">{row(text("ș"), attributes=GONE)}</table:table>'
    content = f'<?xml version="1.0" encoding="UTV-8"?><a {_SPACES}>{table}</a>'
    path = write(tmp_path / "list.ods", "", content=content.encode())
    assert [(found.cells, found.hidden) for found in rows_of(path, ods_looks, "List")] == [(("ș",), True)]


def test_a_password_protected_workbook_says_so(tmp_path: Path) -> None:
    entry = "<manifest:file-entry><manifest:encryption-data/></manifest:file-entry>"
    manifest = f"<manifest:manifest {_SPACES}>{entry}</manifest:manifest>"
    path = write(tmp_path / "list.ods", "", content=b"\x81\x02\xf3" * 100, manifest=manifest.encode())
    with pytest.raises(ContactsRefused, match="password protected") as refused:
        ods_looks(path)
    assert "Save with password" in refused.value.hint


def test_damaged_workbooks_are_read_or_refused(tmp_path: Path) -> None:
    for content in versions("libreoffice.ods", range(60), "content.xml"):
        (tmp_path / "list.ods").write_bytes(content)
        read_all(tmp_path / "list.ods", ods_looks)

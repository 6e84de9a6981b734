"""Text files cell for cell: whatever was written comes back, or the file is refused."""

import os
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from batchsend.contacts.source import ReadOptions
from batchsend.contacts.text_table import TextTable
from batchsend.errors import ContactsRefused, UsageError

Cells = tuple[str, ...]


def cells_of(path: Path, **options: str) -> list[tuple[int, Cells]]:
    table = TextTable(path, ReadOptions(encoding=options.get("encoding"), delimiter=options.get("delimiter")))
    return [(row.number, tuple(map(str, row.cells))) for row in table.rows()]


def saved(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.mark.parametrize(
    ("content", "rows"),
    [
        ('1,5" screen\n2,Ion "Gica" Pop\n', [("1", '5" screen'), ("2", 'Ion "Gica" Pop')]),
        ('1,"Ion "Gica" Pop"\n2,x\n', [("1", 'Ion "Gica" Pop'), ("2", "x")]),  # quotes nobody doubled
        ('1,"two\nlines"\n2,x\n', [("1", "two\nlines"), ("2", "x")]),
        ('1,"a\n\n\nb"\n2,x\n', [("1", "a\n\n\nb"), ("2", "x")]),
        ("1,a\r2,b\r", [("1", "a"), ("2", "b")]),  # Mac OS 9, and Excel's "CSV (Macintosh)"
        ("1,a\r\n2,b\r3,c\n4,d", [("1", "a"), ("2", "b"), ("3", "c"), ("4", "d")]),
        ("1,a\n\n\n2,b\n", [("1", "a"), (), (), ("2", "b")]),  # a blank line is a row
        ("1,a,\n2,b,\n", [("1", "a", ""), ("2", "b", "")]),
        ("1\n2,b,c\n", [("1",), ("2", "b", "c")]),  # ragged, never shifted
        ("1, a \n2,\tb\n", [("1", " a "), ("2", "\tb")]),
        ("007,1e5\n", [("007", "1e5")]),
        ("1,a\u2028b\x85c\x0bd\x0ce\x1cf\n2,g\n", [("1", "a\u2028b\x85c\x0bd\x0ce\x1cf"), ("2", "g")]),
        ('1,""\n2,""""\n', [("1", ""), ("2", '"')]),
        ('1,"I \\"G\\" P",C:\\new\n2,a,D:\\\\x\n', [("1", 'I "G" P', "C:\\new"), ("2", "a", "D:\\x")]),
        ("1," + "x" * 100_000 + "\n2,y\n", [("1", "x" * 100_000), ("2", "y")]),
    ],
)
def test_cells_are_what_stands_in_the_file(tmp_path: Path, content: str, rows: list[Cells]) -> None:
    found = cells_of(saved(tmp_path / "list.csv", "Phone,Name\n" + content))
    assert found == list(enumerate([("Phone", "Name"), *rows], start=1))


@pytest.mark.parametrize(
    ("content", "format_", "delimiter"),
    [("Phone,Name\n1,a\n", "CSV", ","), ("Phone\tName\n1\ta\n", "TSV", "\t"), ("Phone\n1\n", "text", "")],
)
def test_the_source_says_what_was_found(tmp_path: Path, content: str, format_: str, delimiter: str) -> None:
    source = TextTable(saved(tmp_path / "list.txt", content), ReadOptions()).source
    assert (source.format, source.delimiter, source.encoding, source.sample) == (format_, delimiter, "utf-8", "")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1250"])
def test_row_one_is_the_line_after_sep(tmp_path: Path, encoding: str) -> None:
    path = saved(tmp_path / "list.csv", "sep=;\r\nPhone;Name\r\n1;Mădălina, Cătălin\r\n".encode(encoding))
    assert cells_of(path) == [(1, ("Phone", "Name")), (2, ("1", "Mădălina, Cătălin"))]


OPENED = "0722111222,Ion,Iasi\n" * 3 + '0722111333,"Ana,Cluj\n'


@pytest.mark.parametrize(
    "content",
    [
        OPENED,
        OPENED + "0722111444,Dan,Arad\n" * 3,  # nothing closes it
        OPENED + "0722111444,Dan,Arad\n" * 5_000,
        OPENED + '0722111444,"Dan",Arad\n' * 3,  # the next opening quote would close it
        OPENED + '0722111444,Dan",Arad\n' * 3,  # a stray one does
        OPENED + '0722111444,Dan,5"\n0722111555,Eva,Deva\n',
    ],
)
def test_a_quote_that_is_not_closed_never_swallows_people(tmp_path: Path, content: str) -> None:
    with pytest.raises(ContactsRefused, match=r"opened in row 5 and not closed"):
        cells_of(saved(tmp_path / "list.csv", "Phone,Name,City\n" + content))


def test_a_long_note_in_quotes_is_one_cell(tmp_path: Path) -> None:
    note = "a line of a note, with a comma\n" * 1_000
    assert cells_of(saved(tmp_path / "list.csv", f'Phone,Note\n1,"{note}"\n2,x\n'))[1:] == [
        (2, ("1", note)),
        (3, ("2", "x")),
    ]


def test_an_address_over_lines_before_the_phone_is_no_swallowed_row(tmp_path: Path) -> None:
    path = saved(tmp_path / "list.csv", 'Address;Phone\n"Str. X\nCluj";0722111222\n"Str. Y\n\nDej";0722111333\n')
    assert [number for number, _ in cells_of(path)] == [1, 2, 3]


@pytest.mark.parametrize(
    "content", ["1," + "x" * 1_000_001, pytest.param('1,"' + "a note\n" * 200_000, marks=pytest.mark.long)]
)
def test_a_cell_of_more_than_a_million_characters_is_refused(tmp_path: Path, content: str) -> None:
    with pytest.raises(ContactsRefused, match="row 2 has more than 1,000,000 characters"):
        cells_of(saved(tmp_path / "list.csv", f"Phone,Note\n{content}\n"))


def test_a_few_nuls_are_left_out_and_said(tmp_path: Path) -> None:
    path = saved(tmp_path / "list.csv", b'Phone,Name\n1,"a\nb"\n2,Io\0n\0\n3,x\n')
    assert cells_of(path)[2] == (3, ("2", "Ion"))
    assert "the first in row 3" in TextTable(path, ReadOptions()).source.warnings[0]


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "cp932", "ascii", "utf-16-le"])
def test_a_byte_that_cannot_be_read_is_refused_with_its_row(tmp_path: Path, encoding: str) -> None:
    bad = b"\x00\xdc" if encoding == "utf-16-le" else b"\x81"
    lines = ["Phone,Name\n", '1,"two\nlines"\n', *["2,x\n"] * 5_000]
    content = "".join(lines).encode(encoding) + "3,".encode(encoding) + bad + "\n4,y\n".encode(encoding)
    with pytest.raises(ContactsRefused, match="row 5003 holds bytes that are no text"):
        cells_of(saved(tmp_path / "list.csv", content), encoding=encoding)


def test_a_codec_that_loses_its_way_is_a_refusal(tmp_path: Path) -> None:
    content = (
        b'9$S\xcb\xdc1\x12\x01#\x82J\xcd\x7f\xa1\xdd"&\xdc\xbb\x0c[\x11\xf5\xbb\x1b(=\xf9\xcb\xe6\x11\xe2=*\xe5\x80'
    )
    with pytest.raises(ContactsRefused, match="cannot be read as iso2022-jp"):
        cells_of(saved(tmp_path / "list.csv", content), encoding="iso2022_jp")


def test_a_download_that_broke_inside_a_letter_is_refused(tmp_path: Path) -> None:
    content = "Phone,Name\n1,Ștefan\n2,Țurcanu\n3,Pârvu\n4,Mușat".encode()
    with pytest.raises(ContactsRefused, match="cannot be read as utf-8: row 5"):
        cells_of(saved(tmp_path / "list.csv", content + "ș".encode()[:1]))


def test_a_file_that_changes_while_it_is_read_is_refused(tmp_path: Path) -> None:
    path = saved(tmp_path / "list.csv", "Phone,Name\n" + "1,a\n" * 10)
    table = TextTable(path, ReadOptions())
    rows = table.rows()
    next(rows)
    other = saved(tmp_path / "other.csv", path.read_bytes())
    os.utime(other, ns=(path.stat().st_atime_ns, path.stat().st_mtime_ns))
    other.replace(path)  # as an editor saves: the same size and time, another file
    with pytest.raises(ContactsRefused, match="changed while it was read"):
        list(rows)
    with pytest.raises(ContactsRefused, match="changed while it was read"):
        next(table.rows())


@pytest.mark.parametrize("delimiter", ["", ",,", "\n", '"'])
def test_a_delimiter_that_can_be_none_is_a_usage_error(tmp_path: Path, delimiter: str) -> None:
    with pytest.raises(UsageError, match="not one character"):
        TextTable(saved(tmp_path / "list.csv", "Phone\n1\n"), ReadOptions(delimiter=delimiter))


def written(
    rows: Sequence[Sequence[str]], delimiter: str, quote: str, end: str, escape: str = "", *, always: bool = False
) -> str:
    def cell(text: str) -> str:
        if not always and not any(sign in text for sign in (delimiter, quote, "\r", "\n")):
            return text
        inside = text.replace("\\", "\\\\") if escape else text
        return quote + inside.replace(quote, (escape or quote) + quote) + quote

    return "".join(delimiter.join(map(cell, row)) + end for row in rows)


ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1250", "mac-roman", "gb18030"]
TEXT = st.text(
    st.one_of(
        st.sampled_from(" \"',;\t|\r\n\\07aȘé"),
        st.characters(codec="utf-8", exclude_categories=["Cc"], exclude_characters="\ufeff"),
    )
)
ALL_KINDS = settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@ALL_KINDS
@given(
    rows=st.lists(st.lists(TEXT, min_size=2, max_size=4), min_size=1, max_size=6),
    delimiter=st.sampled_from(",;\t|^~:"),
    end=st.sampled_from(["\n", "\r\n", "\r"]),
    encoding=st.sampled_from(ENCODINGS),
)
def test_what_is_written_comes_back_when_encoding_and_delimiter_are_given(
    tmp_path: Path, rows: list[list[str]], delimiter: str, end: str, encoding: str
) -> None:
    rows = [[cell.encode(encoding, "ignore").decode(encoding) for cell in row] for row in rows]
    content = written(rows, delimiter, '"', end)
    assume(not content.lower().lstrip('"').startswith("sep="))
    path = saved(tmp_path / "list.csv", content.encode(encoding))
    found = cells_of(path, encoding=encoding, delimiter=delimiter)
    assert found == [(number, tuple(row)) for number, row in enumerate(rows, start=1)]


NAMES = {
    "cp1250": "Ştefan Pîrlea|Ţurcanu Răzvan|Mădălina Vâlcea|Łukasz Wójcik|Jiří Dvořák",
    "cp1252": "Jürgen Groß|José Muñoz|Hélène Noël|João Simões|Ana Peña",
    "cp1251": "Пётр Иванов|Наталья Щукина|Юлия Попова|Сергей Хохлов",
    "cp932": "佐藤太郎|鈴木花子|田中さくら|渡辺翔太",
}
NOTES = ["", "a, b; c | d", "12,50", 'the "best"', "two\nlines", "O'Brien", "C:\\new", "10:30", "50%", "vip"]


@ALL_KINDS
@given(
    notes=st.lists(st.sampled_from(NOTES), min_size=8, max_size=40),
    style=st.sampled_from([('"', ""), ('"', "\\"), ("'", "")]),
    delimiter=st.sampled_from(",;\t|"),
    end=st.sampled_from(["\n", "\r\n", "\r"]),
    letters=st.sampled_from(list(NAMES)),
    unicode=st.sampled_from(["", "utf-8", "utf-8-sig", "utf-16", "utf-16-be", "utf-32-le"]),
    above=st.sampled_from([0, 1, 3]),
)
def test_a_list_comes_back_when_encoding_and_dialect_must_be_found(
    tmp_path: Path,
    notes: list[str],
    style: tuple[str, str],
    delimiter: str,
    end: str,
    letters: str,
    unicode: str,
    above: int,
) -> None:
    quote, escape = style
    names = NAMES[letters].split("|")
    people = [[names[n % len(names)], f"07221234{n:02}", note] for n, note in enumerate(notes)]
    rows = [*[["Our customers, all of them"]] * above, ["Name", "Phone", "Note"], *people]
    content = written(rows, delimiter, quote, end, escape, always=quote == "'")
    path = saved(tmp_path / "list.csv", content.encode(unicode or letters))
    assert cells_of(path) == [(number, tuple(row)) for number, row in enumerate(rows, start=1)]


SHARDS = r"""" ' , ; sep= Phone 0722111222 ? \ \" x""".split(" ")
BYTES = [
    *map(str.encode, SHARDS),
    b" ",
    b"\t",
    b"\n",
    b"\r",
    b"\0",
    b"\xba",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b"\xe2\x80\xa8",
]


@ALL_KINDS
@given(
    content=st.binary(max_size=300) | st.lists(st.sampled_from(BYTES), max_size=60).map(b"".join),
    encoding=st.sampled_from([None, None, None, "utf-16", "cp1250", "cp932", "iso2022_jp"]),
)
def test_any_bytes_are_read_or_refused(tmp_path: Path, content: bytes, encoding: str | None) -> None:
    path = saved(tmp_path / "list.csv", content)
    try:
        table = TextTable(path, ReadOptions(encoding=encoding))
        numbers = [row.number for row in table.rows()]
    except ContactsRefused:
        return
    assert numbers == list(range(1, len(numbers) + 1))
    assert [row.number for row in table.rows()] == numbers

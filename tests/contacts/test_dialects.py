"""How the columns of a text file are separated and quoted."""

import pytest

from batchsend.contacts.dialects import NO_DELIMITER, Dialect, find_dialect, looks_like_a_row, mended


@pytest.mark.parametrize(
    ("text", "delimiter", "width"),
    [
        ("Phone;Name;Notes\n0722111222;Ion;a, b, c\n0733;Ana;x, y, z\n", ";", 3),  # more commas than semicolons
        ("a;b;c\n1,5;2,5;3,5\n1,7;2,8;3,9\n", ";", 3),  # decimal commas; no phone column to go by
        ("0722123456;12,5\n0733123456;13,5\n", ";", 2),  # both delimiters give two even columns
        ("Name;Phone\nPop, Ion;0722111222\nRus, Ana;0733111222\n", ";", 2),
        ("Phone;Address\n07;Str. A, nr. 1, ap. 2\n07;Str. B, nr. 2, ap. 3\n", ";", 2),
        ("Name;Phone;Amount\nIon;0722;1.234,50\nAna;0733;2.345,60\n", ";", 3),
        ('Name;Phone\nIon;"0722,111,222"\nAna;0733,111,222\n', ";", 2),
        ("Phone|Name|Note\n07|Ion|a,b;c\n07|Ana|d,e;f\n", "|", 3),
        ("Phone\tName\tNote\n1\tIon, Pop\ta;b\n", "\t", 3),
        ("Name,When\nIon,10:30\nAna,11:45\n", ",", 2),  # times are no columns
        ("Phone:Name\n0722111222:Ion\n0733111222:Ana\n", ":", 2),
        ("Phone^Name\n0722111222^Ion\n0733111222^Ana\n", "^", 2),
        ("Phone~Name\n0722111222~Ion\n0733111222~Ana\n", "~", 2),
        ('"Phone" "Name"\n"0722 111" "Pop Ion"\n"0733" "Ana"\n', " ", 2),
        ("Full Name\nIon Pop\nAna Rus\n", NO_DELIMITER, 1),  # a space is no delimiter by itself
        ("apple\nbanana\ncherry\n", NO_DELIMITER, 1),
        ("Phone\n0722 111 222, 0733 111 222\n0733 111 222\n0722111333\n", NO_DELIMITER, 1),  # two in one cell
        ("Phone,Name\n", ",", 2),
        ("Phone,Name\n1,a,\n2,b,\n", ",", 2),  # a delimiter at every line's end
        ("Phone;\n0722111222;\n0733111222;\n", ";", 1),
        ("Phone,Name,City\n1,Ion\n2,Ana,Cluj,extra\n3,Dan,Iasi\n4,X,Y\n", ",", 3),  # ragged
        ("Export, 2024, all, customers\nby, me\n\nName;Phone\nIon;0722\nAna;0733\n", ";", 2),  # lines above the header
        ("\n\n , \n", ",", 1),  # nothing in it
        ("", NO_DELIMITER, 1),
        ("\n\n", NO_DELIMITER, 1),
    ],
)
def test_the_delimiter_is_the_one_that_makes_a_table(text: str, delimiter: str, width: int) -> None:
    found = find_dialect(text)
    assert (found.delimiter, found.width) == (delimiter, width)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("'Phone','Name'\n'0722111222','Pop, Ion'\n'0733111222','Ana'\n", Dialect(",", "'", width=2, phone=0)),
        ("Phone,Name\n'0722111222,Ion\n'0733111222,Ana\n", Dialect(",", width=2, phone=0)),  # numbers kept as text
        ('Phone,Name\n1,"I \\"G\\", P"\n2,"Ana"\n', Dialect(",", escape=True, width=2, phone=0)),
        ('Phone,Path\n1,"C:\\new\\"\n2,"D:\\"\n', Dialect(",", width=2, phone=0)),  # a backslash that escapes nothing
        ('Phone, Name\n1, "Pop, Ion"\n2, "Pop, Ana"\n', Dialect(",", spaced=True, width=2, phone=0)),
        ("sep=;\r\nPhone;Name\r\n1;a,b\r\n", Dialect(";", sep_line=True, width=2, phone=0)),
        ("sep=\t\nPhone\tName\n", Dialect("\t", sep_line=True, width=2, phone=0)),
        ('"SEP=|"\nPhone|Name\n', Dialect("|", sep_line=True, width=2, phone=0)),
    ],
)
def test_quoting_is_found_with_the_delimiter(text: str, expected: Dialect) -> None:
    assert find_dialect(text, escapes=[line for line in text.splitlines() if '\\"' in line]) == expected


def test_the_named_delimiter_is_obeyed_and_the_sep_line_is_still_no_row() -> None:
    found = find_dialect("sep=;\nPhone;Name\n1;a,b\n", ",")
    assert (found.delimiter, found.sep_line) == (",", True)


@pytest.mark.parametrize(
    ("text", "cells"),
    [
        ('1,"Ion "Gica" Pop",x\n', ["1", 'Ion "Gica" Pop', "x"]),
        ('1,"Ion "Gica"",x\n', ["1", 'Ion "Gica"', "x"]),
        ('1,"a" ,x\r\n', ["1", "a ", "x"]),
        ('"5" screen",1', ['5" screen', "1"]),
        ('1,"a""b" c",x', ["1", 'a"b" c', "x"]),
        ('1,"two\nlines "so" to say",x\n', ["1", 'two\nlines "so" to say', "x"]),
        ('1,"Ion "Gica\n', None),  # still open
    ],
)
def test_a_quote_closes_only_where_a_cell_can_end(text: str, cells: list[str] | None) -> None:
    assert mended(text, Dialect(",")) == cells


@pytest.mark.parametrize(
    ("line", "looks"),
    [
        ("0722111222,Ion,Cluj\n", True),
        ('0722111222,"Pop, Ion",Cluj\n', True),
        ('0722111222,"Ion,Cluj\n', True),  # the line where a quote is opened
        ("Str. X 5, bl. 3, ap. 7\n", False),  # as wide, but no number where the numbers are
        ("0722111222,Ion\n", False),
        ("see 0722111222\n", False),
    ],
)
def test_a_line_looks_like_a_row_when_it_has_the_width_and_a_number(line: str, looks: bool) -> None:
    assert looks_like_a_row(line, Dialect(",", width=3, phone=0)) == looks

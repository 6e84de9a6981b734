import pytest
from hypothesis import given
from hypothesis import strategies as st

from batchsend.messages.sizes import Encoding, measure, utf16_units


@pytest.mark.parametrize(
    ("characters", "credits_"),
    [(0, 0), (1, 1), (479, 1), (480, 1), (481, 2), (960, 2), (961, 3)],
)
def test_a_credit_is_each_started_480_characters(characters: int, credits_: int) -> None:
    assert measure("a" * characters).credits == credits_


@pytest.mark.parametrize(
    ("text", "characters"),
    [
        ("e\u0301", 2),  # a combining mark is a character of its own
        ("🎉", 2),  # one code point, two UTF-16 units: the higher is charged
        ("👨‍👩‍👧", 8),  # a ZWJ family: three emoji of two units and two joiners
        ("🎉" * 240, 480),
    ],
)
def test_the_higher_of_code_points_and_utf16_units_is_charged(text: str, characters: int) -> None:
    assert measure(text).characters == characters


@pytest.mark.parametrize(
    ("text", "parts", "encoding"),
    [
        ("", 0, "GSM-7"),
        ("a" * 160, 1, "GSM-7"),
        ("a" * 161, 2, "GSM-7"),
        ("a" * 306, 2, "GSM-7"),
        ("a" * 307, 3, "GSM-7"),
        ("€" * 80, 1, "GSM-7"),  # the extension table takes two units each
        ("€" * 81, 2, "GSM-7"),
        ("a" * 152 + "€" + "a" * 152, 3, "GSM-7"),  # 306 units, but € may not be split after the 152nd
        ("ș" * 70, 1, "UCS-2"),
        ("ș" * 71, 2, "UCS-2"),
        ("ș" * 134, 2, "UCS-2"),
        ("ș" * 135, 3, "UCS-2"),
        ("🎉" * 35, 1, "UCS-2"),
        ("🎉" * 66, 2, "UCS-2"),  # 33 pairs in each part of 67 units
        ("🎉" * 67, 3, "UCS-2"),
        ("’" * 70, 1, "UCS-2"),  # one typographic quote is enough
    ],
)
def test_parts_and_encoding(text: str, parts: int, encoding: str) -> None:
    size = measure(text)
    assert (size.parts, size.encoding) == (parts, Encoding(encoding))


@given(st.text())
def test_characters_are_what_utf16_takes(text: str) -> None:
    assert utf16_units(text) == len(text.encode("utf-16-le", "surrogatepass")) // 2

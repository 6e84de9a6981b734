"""Every region's example numbers, spoiled: whatever is found is the right number, or it is refused."""

from collections.abc import Callable

import phonenumbers
import pytest

from batchsend.contacts import Cell
from batchsend.recipients import PhoneNumber, normalize
from tests.recipients.test_every_region import Example, digits, examples, wrong

BASES: dict[str, Callable[[Example], tuple[str, str | None]]] = {
    "international": lambda number: (number.e164, None),
    "national": lambda number: (number.national, number.region),
    "no plus": lambda number: (number.bare, number.region),
}


def another(text: str) -> str:
    """The number of somebody else on the same exchange."""
    return f"{text[:-1]}{(int(text[-1]) + 1) % 10}"


def with_a_letter(text: str) -> str:
    middle = len(text) // 2
    return f"{text[:middle]}a{text[middle:]}"


def rounded(text: str) -> int:
    """What is left of a number when a spreadsheet has shown and saved it as 4.07221E+10."""
    return int(float(f"{float(digits(text)):.5E}"))


SPOILED: dict[str, Callable[[str], Cell]] = {
    "letter": with_a_letter,
    "O for 0": lambda text: text.replace("0", "O"),
    "l for 1": lambda text: text.replace("1", "l"),
    "Cyrillic О for 0": lambda text: text.replace("0", "\u041e"),
    "one digit short": lambda text: text[:-1],
    "two digits short": lambda text: text[:-2],
    "first digit lost": lambda text: digits(text)[1:],
    "a digit too many": lambda text: f"{text}7",
    "a zero too many": lambda text: f"{digits(text)}0",  # Python's str of a float, without its point
    "an ending in brackets": lambda text: f"{text} (2)",
    "an ending after a slash": lambda text: f"{text}/57",
    "an ending on a second line": lambda text: f"{text}\n12",
    "an ending after a dash": lambda text: f"{text} - 12",
    "a footnote": lambda text: f"{text}²",
    "numbered": lambda text: f"2) {text}",
    "doubled": lambda text: text + text,
    "two, space": lambda text: f"{text} {another(text)}",
    "two, semicolon": lambda text: f"{text};{another(text)}",
    "two, slash": lambda text: f"{text}/{another(text)}",
    "two, comma": lambda text: f"{text},{another(text)}",
    "two, line break": lambda text: f"{text}\n{another(text)}",
    "two, tab": lambda text: f"{text}\t{another(text)}",
    "two, bar": lambda text: f"{text} | {another(text)}",
    "two, dash": lambda text: f"{text} - {another(text)}",
    "two, or": lambda text: f"{text} or {another(text)}",
    "two, brackets": lambda text: f"{text} ({another(text)})",
    "ext": lambda text: f"{text} ext 12",
    "x12": lambda text: f"{text}x12",
    "#12": lambda text: f"{text}#12",
    ";12": lambda text: f"{text};12",
    "a name": lambda text: f"{text} Axel",
    "a note": lambda text: f"{text} (mama)",
    "scientific": lambda text: f"{float(digits(text)):.5E}",
}

NO_RULE_COULD_KNOW: dict[tuple[str, str], set[str]] = {
    # plans with numbers of several lengths: what is left is a number, too (in Gabon so are 0 and 8 digits)
    ("one digit short", "international"): set("AT AX DE EE FI IE IT KH KR MY NZ RS VA".split()),
    ("one digit short", "national"): set("AT AX DE EE FI IE IT KH KR MY NZ RS VA".split()),
    ("two digits short", "international"): set("AT AX DE FI IT KH VA".split()),
    ("two digits short", "national"): set("AT AX DE FI IT KH VA".split()),
    ("a digit too many", "international"): set("GA AT AX FI ID JP NZ SO TK".split()),
    ("a digit too many", "national"): set("GA AT AX FI ID JP NZ SO TK".split()),
    ("a zero too many", "national"): set("GA AT AX FI ID JP NZ SO TK".split()),
    # and the same, or all that is left is as long as a number at home
    ("one digit short", "no plus"): set("DE AT AX EE FI IE IT KH KZ MM MY NZ RS TH VA".split()),
    ("two digits short", "no plus"): set("DE AT AX CU DK FI GH IN IT KH KW MM NO SJ SV TH VA VN".split()),
    ("a digit too many", "no plus"): set("GA AT AX FI ID JP NO NZ SJ SO TK".split()),
    ("a zero too many", "no plus"): set("GA AT AX FI ID JP NO NZ SJ SO TK".split()),
    # a service number without its 1, a prefix without its first digit
    ("first digit lost", "national"): set("AC IE IL IN IT TH VA VN".split()),
    ("first digit lost", "no plus"): set("PF SB TH TO WS".split()),
}


@pytest.mark.parametrize("base", BASES)
@pytest.mark.parametrize("how", SPOILED)
def test_a_spoiled_number_is_never_somebody_elses(how: str, base: str) -> None:
    found = {}
    for number in examples():
        text, region = BASES[base](number)
        cell = SPOILED[how](text)
        if cell != text and (other := wrong(number, cell, region)):
            found[number.region] = (cell, other)
    unknowable = NO_RULE_COULD_KNOW.get((how, base), set())
    assert {region: wrongs for region, wrongs in found.items() if region not in unknowable} == {}
    assert set(found) == unknowable


@pytest.mark.parametrize("base", BASES)
def test_a_rounded_number_is_only_believed_when_it_is_too_short_to_be_rounded(base: str) -> None:
    """Up to eight digits, a number that ends in two zeros is as good as any other."""
    for number in examples():
        text, region = BASES[base](number)
        for cell in (rounded(text), float(rounded(text)), str(rounded(text))):
            assert not wrong(number, cell, region) or len(str(rounded(text))) <= 8, (number, cell)


@pytest.mark.parametrize("region", "RO US DE GB FR IN CN BR AT FI".split())
def test_under_the_wrong_country_a_number_is_what_the_cell_says_there(region: str) -> None:
    """No rule could know that the country is wrong, but nothing is rewritten to make the number fit."""
    prefix = str(phonenumbers.country_code_for_region(region))
    trunk = phonenumbers.ndd_prefix_for_region(region, True) or ""
    for number in examples():
        if number.region == region:
            continue
        for cell in (number.national, number.bare):
            said = {f"+{prefix}{digits(cell)}"}
            if trunk and digits(cell).startswith(trunk):
                said.add(f"+{prefix}{digits(cell).removeprefix(trunk)}")
            assert wrong(number, cell, region) in said | {""}, (number, cell)
        for cell in (number.e164, f"00{number.bare}"):
            assert not wrong(number, cell, region), (number, cell)


@pytest.mark.parametrize("base", BASES)
def test_a_plus_before_a_national_number_is_believed(base: str) -> None:
    """+13123456789 is a number in Chicago, whatever the country of the row; anything else is refused or right."""
    for number in examples():
        text, region = BASES[base](number)
        cell = f"+{digits(text)}"
        found = normalize(cell, region)
        assert not isinstance(found, PhoneNumber) or found.e164 in {number.e164, cell}, (number, cell)

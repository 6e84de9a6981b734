"""Every region's example numbers, in the ways people write them and in the ways they are spoiled: right or refused."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

import phonenumbers
import pytest
from phonenumbers import PhoneNumberFormat, PhoneNumberType

from batchsend.contacts import Cell
from batchsend.recipients import PhoneNumber, normalize

TYPES = (
    PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE, PhoneNumberType.FIXED_LINE_OR_MOBILE,
    PhoneNumberType.TOLL_FREE, PhoneNumberType.PREMIUM_RATE, PhoneNumberType.SHARED_COST, PhoneNumberType.VOIP,
    PhoneNumberType.PERSONAL_NUMBER, PhoneNumberType.PAGER, PhoneNumberType.UAN, PhoneNumberType.VOICEMAIL,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Example:
    """bare: E.164 without its +. national: as written at home; dialled: its digits. significant: without a trunk 0."""

    region: str
    mobile: bool
    e164: str
    international: str
    national: str
    rfc3966: str
    prefix: str
    significant: str

    @property
    def bare(self) -> str:
        return self.e164[1:]

    @property
    def dialled(self) -> str:
        return digits(self.national)


def digits(text: str) -> str:
    return "".join(character for character in text if character.isdigit())


@cache
def examples() -> tuple[Example, ...]:
    """One of each number: many a plan has the same example for several types."""
    return tuple({(number.region, number.e164): number for number in reversed(list(_examples()))}.values())[::-1]


def _examples() -> Iterator[Example]:
    for region in sorted(phonenumbers.SUPPORTED_REGIONS):
        for kind in TYPES:
            number = phonenumbers.example_number_for_type(region, kind)
            if number is not None:
                yield Example(
                    region,
                    kind == PhoneNumberType.MOBILE,
                    phonenumbers.format_number(number, PhoneNumberFormat.E164),
                    phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL),
                    phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL),
                    phonenumbers.format_number(number, PhoneNumberFormat.RFC3966),
                    str(number.country_code),
                    phonenumbers.national_significant_number(number),
                )


def in_digits_from(zero: int, text: str) -> str:
    return "".join(chr(zero + int(character)) if character.isdigit() else character for character in text)


Written = tuple[Cell, str | None]
STYLES: dict[str, Callable[[Example], Written]] = {
    "E.164": lambda number: (number.e164, None),
    "E.164, its country": lambda number: (number.e164, number.region),
    "international, another country": lambda number: (number.international, "RO" if number.region != "RO" else "DE"),
    "international, invisible marks": lambda number: (
        f"\u202a{number.international}\u202c\u200b".replace(" ", "\u00a0"),
        None,
    ),
    "RFC 3966": lambda number: (number.rfc3966, None),
    "label": lambda number: (f"Tel. {number.international}", None),
    "00": lambda number: (f"00{number.bare}", None),
    "00, its country": lambda number: (f"00{number.bare}", number.region),
    "011": lambda number: (f"011{number.bare}", "US"),
    "0 before the +": lambda number: (f"0{number.e164}", None),
    "trunk prefix after the +": lambda number: (f"+{number.prefix} {number.national}", None),
    "(0)": lambda number: (f"+{number.prefix} (0){number.significant}", None),
    "+0": lambda number: (f"+0{number.significant}", number.region),
    "no plus": lambda number: (number.bare, number.region),
    "no plus, number cell": lambda number: (float(number.bare), number.region),
    "no plus, float as text": lambda number: (f"{number.bare}.0", number.region),
    "no plus, all digits in E+": lambda number: (
        f"{number.bare[0]}.{number.bare[1:]}E+{len(number.bare) - 1}",
        number.region,
    ),
    "national": lambda number: (number.national, number.region),
    "national, dots": lambda number: (number.national.replace(" ", ".").replace("-", "."), number.region),
    "national, digits": lambda number: (number.dialled, number.region),
    "national, apostrophe": lambda number: (f"'{number.national}", number.region),
    "national, full width": lambda number: (in_digits_from(0xFF10, number.national), number.region),
    "national, Arabic-Indic": lambda number: (in_digits_from(0x660, number.national), number.region),
    "national, lost zeros": lambda number: (str(int(number.dialled)), number.region),
    "national, number cell": lambda number: (float(number.dialled), number.region),
}

NO_TRUNK_ZERO = {
    region for region in phonenumbers.SUPPORTED_REGIONS if phonenumbers.ndd_prefix_for_region(region, True) != "0"
}
AS_AMERICAN = {"CN"}  # 131 2345 6789 is also +1 312 345 6789
LOST_AS_AMERICAN = {"CN", "DE"}  # 1512 3456789 without its 0 is also +1 512 345 6789
ZERO_BELONGS = {"BJ", "CG", "CI", "GA"}  # the 0 is part of the number; without it, it is short or somebody else's
ROUND = {"KR"}  # 10 2000 0000 looks rounded
AS_LANDLINE = {"DE", "ID", "XK"}  # also a landline at home that begins with the digits of the country prefix
SHORT = {"AC", "CK", "FK", "SH", "TK"}  # a number cell of five digits is no phone number

MAY_REFUSE: dict[str, set[str]] = {
    "011": {"GA"},  # 011 24 10 ... could be another way to dial
    "(0)": {"AC", "GA", "IT", "VA"},  # there the 0 is part of other numbers
    "+0": NO_TRUNK_ZERO | {"CO", "GA"},  # in Colombia a carrier follows the 0
    **dict.fromkeys(
        ("no plus", "no plus, number cell", "no plus, float as text", "no plus, all digits in E+"),
        AS_LANDLINE | ROUND,
    ),
    **dict.fromkeys((style for style in STYLES if style.startswith("national,")), AS_AMERICAN),
    "national": AS_AMERICAN,
    "national, lost zeros": LOST_AS_AMERICAN | ZERO_BELONGS | ROUND | {"HU"},  # in Hungary the trunk prefix is 06
    "national, number cell": LOST_AS_AMERICAN | ZERO_BELONGS | ROUND | {"HU"} | SHORT,
}


def wrong(number: Example, cell: Cell, region: str | None, *, allow_landline: bool = False) -> str:
    """Somebody else's number, "" for the right one or none."""
    found = normalize(cell, region, allow_landline=allow_landline)
    return found.e164 if isinstance(found, PhoneNumber) and found.e164 != number.e164 else ""


def test_the_examples_are_all_there() -> None:
    assert len(phonenumbers.SUPPORTED_REGIONS) >= 244
    assert sum(number.mobile for number in examples()) >= 240
    assert len(examples()) > 1000


@pytest.mark.parametrize("style", STYLES)
def test_a_number_in_any_style_is_itself_or_refused(style: str) -> None:
    assert [
        (number.region, *STYLES[style](number), number.e164, other)
        for number in examples()
        if (other := wrong(number, *STYLES[style](number)))
    ] == []


@pytest.mark.long
@pytest.mark.parametrize("style", STYLES)
def test_with_landlines_allowed_it_is_itself_or_refused_too(style: str) -> None:
    # in Italy a number with its 0 is a landline, so +03... says one
    italian = {"IT", "VA"} if style == "+0" else set()
    assert [
        (number.region, *STYLES[style](number), number.e164, other)
        for number in examples()
        if (other := wrong(number, *STYLES[style](number), allow_landline=True)) and number.region not in italian
    ] == []


@pytest.mark.parametrize("style", STYLES)
def test_a_mobile_in_any_style_is_accepted_but_in_the_regions_where_it_could_be_another(style: str) -> None:
    refused = {
        number.region
        for number in examples()
        if number.mobile and not isinstance(normalize(*STYLES[style](number)), PhoneNumber)
    }
    assert refused - MAY_REFUSE.get(style, set()) == set()


@pytest.mark.parametrize("style", ["E.164", "00", "RFC 3966"])
def test_only_mobiles_are_accepted(style: str) -> None:
    """phonenumbers' own type of the number is the judge."""
    textable = {PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE}
    for number in examples():
        kind = phonenumbers.number_type(phonenumbers.parse(number.e164))
        assert isinstance(normalize(*STYLES[style](number)), PhoneNumber) == (kind in textable), number

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from batchsend.contacts import Cell
from batchsend.recipients.countries import find_regions


@pytest.mark.parametrize(
    ("cell", "regions"),
    [
        ("RO", "RO"), (" ro ", "RO"), ("ROU", "RO"), ("Romania", "RO"), ("ROMÂNIA", "RO"), ("romania", "RO"),
        ("Rumänien", "RO"), ("Roumanie", "RO"), ("Rumunia", "RO"), ("Румыния", "RO"),
        ("40", "RO"),
        (40.0, "RO"),  # Excel's number; a bare number is a dial code, never ISO numeric (040 is Austria)
        ("+40", "RO"), ("0040", "RO"), ("040", ""), ("1", "US"), ("+1", "US"), ("1-242", "US"), ("+44", "GB"),
        ("7", "RU"), ("999", ""), ("800", ""), ("881", ""),  # no country has these
        ("UK", "GB"), ("U.K.", "GB"), ("England", "GB"), ("Great Britain", "GB"), ("Marea Britanie", "GB"),
        ("Großbritannien", "GB"), ("USA", "US"), ("U.S.A.", "US"), ("SUA", "US"), ("The Netherlands", "NL"),
        ("Holland", "NL"), ("Olanda", "NL"), ("Czechia", "CZ"), ("Czech Republic", "CZ"), ("Türkiye", "TR"),
        ("Turkey", "TR"), ("Côte d'Ivoire", "CI"), ("Ivory Coast", "CI"), ("Österreich", "AT"), ("España", "ES"),
        ("Ελλάδα", "GR"), ("Россия", "RU"), ("日本", "JP"), ("Magyarország", "HU"), ("Suomi", "FI"), ("Polska", "PL"),
        ("Bosnia and Herzegovina", "BA"), ("Bosnia & Herzegovina", "BA"), ("The Gambia", "GM"), ("Kosovo", "XK"),
        ("XK", "XK"), ("Jersey", "JE"), ("Macedonia", "MK"), ("St. Lucia", "LC"), ("🇷🇴", "RO"),
        ("Romania (RO)", "RO"), ("Romania (+40)", "RO"), ("RO - Romania", "RO"), ("RO / Romania", "RO"),
        ("Romania / Germany", ""),  # two countries are none
        ("Korea", "KR KP"), ("Congo", "CG CD"), ("Georgia", "GE US"), ("South Korea", "KR"), ("DR Congo", "CD"),
        ("Freedonia", ""), ("Romani", ""), ("Romanian", ""), ("Europe", ""), ("N/A", ""), ("-", ""), ("", ""),
        (None, ""), (True, ""),
    ],
)  # fmt: skip
def test_a_country_cell_names_the_country_it_names_exactly(cell: Cell, regions: str) -> None:
    assert find_regions(cell) == tuple(regions.split())


@pytest.mark.parametrize("region", sorted(phonenumbers.SUPPORTED_REGIONS))
def test_every_region_is_known_by_its_code(region: str) -> None:
    assert find_regions(region) == find_regions(region.lower()) == (region,)


@given(st.one_of(st.text(), st.integers(), st.floats(), st.booleans(), st.dates(), st.none()))
def test_any_cell_names_known_regions_or_none(cell: Cell) -> None:
    assert set(find_regions(cell)) <= phonenumbers.SUPPORTED_REGIONS

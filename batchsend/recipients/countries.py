"""A country cell -> the region (ISO 3166 alpha-2) its numbers are read under. Exact spellings only, nothing fuzzy."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache

import phonenumbers
from babel import Locale, UnknownLocaleError
from babel.core import get_global
from babel.languages import get_official_languages

from batchsend.contacts.contact import Cell, display

_LARGE_LANGUAGES = (
    "ro",
    "fr",
    "de",
    "es",
    "it",
    "pt",
    "nl",
    "pl",
    "hu",
    "tr",
    "ru",
    "uk",
    "el",
    "sv",
    "da",
    "cs",
    "bg",
)
_SHORT_FORMS = {
    "GB": "uk|great britain|britain|england|scotland|wales|northern ireland|anglia|marea britanie|großbritannien|"
    "grande bretagne|gran bretagna|gran bretana|inghilterra|angleterre|inglaterra",
    "US": "usa|america|united states of america|the united states|us of a|sua|statele unite ale americii|vereinigte "
    "staaten von amerika|etats unis d amerique|estados unidos de america|eeuu|ee uu|stati uniti d america",
    "NL": "holland|hollande|olanda|holanda",
    "CZ": "czech republic|cehia|republica ceha|tschechische republik|republique tcheque",
    "AE": "uae|emirates|united arab emirates|eau",
    "TR": "turkey|turkei|turchia",
    "MD": "moldova|republic of moldova|republica moldova|moldavia",
    "MK": "macedonia|fyrom|republic of north macedonia",
    "CI": "ivory coast|cote d ivoire",
    "IE": "republic of ireland|eire|irish republic",
    "RU": "russian federation",
    "KR": "south korea|republic of korea|rok",
    "KP": "north korea|dprk",
    "CD": "drc|dr congo|democratic republic of the congo|congo kinshasa|zaire",
    "CG": "republic of the congo|congo brazzaville",
    "VN": "viet nam",
    "LA": "lao",
    "SY": "syrian arab republic",
    "IR": "islamic republic of iran|persia",
    "BA": "bosnia|bosnia herzegovina",
    "TT": "trinidad",
    "MM": "burma",
    "SZ": "swaziland",
    "CV": "cape verde",
    "VA": "vatican|holy see",
    "PS": "palestine",
    "TW": "republic of china",
    "CN": "prc|mainland china|people s republic of china",
    "HK": "hongkong|hong kong|hong kong sar",
    "MO": "macao|macau",
    "XK": "kosova",
    "TL": "east timor",
    "BY": "belorussia|bielorussia",
}
_AMBIGUOUS = {
    "korea": ("KR", "KP"),
    "congo": ("CG", "CD"),
    "georgia": ("GE", "US"),  # a country, and a state
    "virgin islands": ("VG", "VI"),
    "saint martin": ("MF", "SX"),
    "st martin": ("MF", "SX"),
    "guiana": ("GF", "GY"),
}
_DIAL_CODE = re.compile(r"(?:\+|00)?([1-9]\d{0,2})")
_NORTH_AMERICAN = re.compile(r"(?:\+|00)?1[2-9]\d\d")  # 1-242 and the like: one calling code, so one way to read


def find_regions(cell: Cell) -> tuple[str, ...]:
    """The region a country cell names: alpha-2, alpha-3, a dial code (a bare number always is one), a flag or a name.

    Empty when it names none that is known; several when the word may mean several.
    """
    text = _folded(display(cell))
    if not text:
        return ()
    if found := _whole(text):
        return found
    parts = [part.strip() for part in re.split(r"[^\w+ ]", _folded(display(cell), keep="()/,:|-"))]
    named = {_whole(part) for part in parts if part}
    return named.pop() if len(named) == 1 else ()


def find_region(cell: Cell) -> str | None:
    """The one region a cell names, None when it names none for certain."""
    regions = find_regions(cell)
    return regions[0] if len(regions) == 1 else None


def country_name(region: str) -> str:
    """The English name of a region, for a sentence."""
    return str(Locale("en").territories.get(region, region))


def locale_of(region: str) -> str | None:
    """The locale most people of a region write in, such as "ro_RO" (CLDR's likely subtags); None when it has none."""
    try:
        return str(Locale.parse(f"und_{region}"))
    except UnknownLocaleError:
        return None


def _whole(text: str) -> tuple[str, ...]:
    digits = text.replace(" ", "").replace("-", "")
    if match := _DIAL_CODE.fullmatch(digits):
        region = phonenumbers.region_code_for_country_code(int(match[1]))
        return (region,) if region in phonenumbers.SUPPORTED_REGIONS else ()
    if _NORTH_AMERICAN.fullmatch(digits):
        return ("US",)
    return _AMBIGUOUS.get(text) or _common_names().get(text) or _other_names().get(text) or ()


def _folded(text: str, keep: str = "") -> str:
    """Case, accents, punctuation and invisible characters do not count; a flag is its two letters."""
    text = "".join(chr(ord(c) - 0x1F1E6 + 65) if "\U0001f1e6" <= c <= "\U0001f1ff" else c for c in text)
    text = unicodedata.normalize("NFKD", text).casefold().replace("ı", "i")
    text = "".join(c for c in text if not unicodedata.combining(c) and unicodedata.category(c) != "Cf")
    text = re.sub(r"(?<=\b\w)\.", "", text)  # U.K. is UK
    words = "".join(c if c.isalnum() or c == "+" or c in keep else " " for c in text).split()
    return " ".join(word for word in words if len(words) == 1 or word not in {"and", "the"})


@cache
def _common_names() -> Mapping[str, tuple[str, ...]]:
    """Codes, English names and short forms: enough for most lists, and quick to load."""
    supported = phonenumbers.SUPPORTED_REGIONS
    names = {_folded(name): (code,) for code, name in _names_in("en")}
    for alias, codes in get_global("territory_aliases").items():
        if len(alias) == 3 and alias.isalpha() and codes[0] in supported:
            names[alias.casefold()] = (codes[0],)
    names |= {_folded(form): (region,) for region, forms in _SHORT_FORMS.items() for form in forms.split("|")}
    return names | {code.casefold(): (code,) for code in supported} | {"uk": ("GB",)}


@cache
def _other_names() -> Mapping[str, tuple[str, ...]]:
    """Names in the large languages of Europe, and every country's in its own; a name of two countries means neither."""
    meanings: defaultdict[str, set[str]] = defaultdict(set)
    for language in _LARGE_LANGUAGES:
        for code, name in _names_in(language):
            meanings[_folded(name)].add(code)
    for region in phonenumbers.SUPPORTED_REGIONS:
        for language in get_official_languages(region, regional=True, de_facto=True):
            meanings[_folded(dict(_names_in(language)).get(region, ""))].add(region)
    meanings.pop("", None)
    return {name: tuple(sorted(codes)) for name, codes in meanings.items()}


@cache
def _names_in(language: str) -> Iterable[tuple[str, str]]:
    try:
        territories = Locale.parse(language).territories
    except (UnknownLocaleError, ValueError):
        return ()
    return tuple((code, name) for code, name in territories.items() if code in phonenumbers.SUPPORTED_REGIONS)

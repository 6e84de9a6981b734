"""A country cell -> the region (ISO 3166 alpha-2) its numbers are read under. Exact spellings only, nothing fuzzy."""

import re
import unicodedata
from functools import cache

import phonenumbers
from babel import Locale, UnknownLocaleError
from babel.core import get_global

from batchsend.contacts.contact import Cell, display

_LANGUAGES = ("en", "ro", "fr", "de", "es", "it", "pt", "nl", "pl", "hu", "tr")
_SHORT_FORMS = {
    "uk": "GB", "great britain": "GB", "england": "GB", "scotland": "GB", "wales": "GB", "northern ireland": "GB",
    "usa": "US", "america": "US", "united states of america": "US", "holland": "NL", "the netherlands": "NL",
    "czech republic": "CZ", "uae": "AE", "turkey": "TR", "moldova": "MD", "republic of moldova": "MD",
    "macedonia": "MK", "ivory coast": "CI", "republic of ireland": "IE", "eire": "IE",
}  # fmt: skip
_AMBIGUOUS = {"korea", "congo", "georgia"}


def find_region(cell: Cell) -> str | None:
    """The region a country cell names: alpha-2, alpha-3, a dial code (a bare number always is one) or a name.

    None when the cell names no country that is known, or could be more than one.
    """
    text = _folded(display(cell))
    if dial := re.fullmatch(r"(?:\+|00)?(\d{1,4})", text):
        region = phonenumbers.region_code_for_country_code(int(dial[1]))
        return region if region in phonenumbers.SUPPORTED_REGIONS else None
    return _regions().get(text.replace(".", ""))


def locale_of(region: str) -> str | None:
    """The locale most people of a region write in, such as "ro_RO" (CLDR's likely subtags); None when it has none."""
    try:
        return str(Locale.parse(f"und_{region}"))
    except UnknownLocaleError:
        return None


def _folded(text: str) -> str:
    text = unicodedata.normalize("NFKD", text).casefold()
    text = "".join(c for c in text if not unicodedata.combining(c) and unicodedata.category(c) != "Cf")
    return " ".join(re.sub(r"[\W_]", lambda m: m[0] if m[0] in "+." else " ", text).split())


@cache
def _regions() -> dict[str, str]:
    supported = phonenumbers.SUPPORTED_REGIONS
    found: dict[str, str] = {}
    for language in _LANGUAGES:
        try:
            names = Locale.parse(language).territories
        except UnknownLocaleError:
            continue
        for code, name in names.items():
            if code in supported:
                found.setdefault(_folded(name).replace(".", ""), code)
    for alias, codes in get_global("territory_aliases").items():
        if len(alias) == 3 and alias.isalpha() and codes[0] in supported:
            found.setdefault(alias.casefold(), codes[0])
    found |= {code.casefold(): code for code in supported}
    found |= _SHORT_FORMS
    return {name: code for name, code in found.items() if name not in _AMBIGUOUS}

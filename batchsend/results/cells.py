"""What a cell of our workbook may hold: the value as it came, or the nearest thing a workbook can keep.

| value | becomes |
|---|---|
| control characters, lone surrogates, U+FFFE, U+FFFF | U+FFFD each |
| text of more than 32,767 UTF-16 units | its beginning and CUT |
| whole number of more than 15 digits | text (a workbook would round it) |
| NaN, infinity, a number too large for a workbook | text |
| date before 1 March 1900, date or time with a time zone, negative duration | text, ISO 8601 for dates and times |
"""

import re
from bisect import bisect_right
from datetime import date, datetime, time, timedelta

from batchsend.contacts.contact import Cell

MAX_UNITS = 32_767
CUT = "… [cut: full text in the ledger]"
REPLACEMENT = "\ufffd"

_UNSTORABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_ESCAPE_LIKE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_FIRST_SAFE_DAY = date(1900, 3, 1)  # before it, programs disagree about which day a number means
_MAX_EXACT = 10**15
_MAX_NUMBER = 9.99e307


def storable(value: Cell) -> Cell:
    """The value as a person will find it in the workbook."""
    match value:
        case str():
            return _cut(clean(value))
        case bool() | None:
            return value
        case int():
            return value if abs(value) < _MAX_EXACT else _digits(value)
        case float():
            return value if abs(value) <= _MAX_NUMBER else repr(value)
        case datetime():
            return value if value.tzinfo is None and value.date() >= _FIRST_SAFE_DAY else value.isoformat()
        case date():
            return value if value >= _FIRST_SAFE_DAY else value.isoformat()
        case time():
            return value if value.tzinfo is None else value.isoformat()
        case timedelta():
            return value if value >= timedelta(0) else str(value)


def clean(text: str) -> str:
    """The text without what XML cannot carry."""
    return _UNSTORABLE.sub(REPLACEMENT, text)


def encode(text: str) -> str:
    """The text as the file spells it, so that a reader that knows the format gets back what was typed.

    The format decodes `_x000D_`; text that only looks like that is escaped, as spreadsheet programs do. A bare
    carriage return would not survive XML.
    """
    return _ESCAPE_LIKE.sub("_x005F_", text).replace("\r", "_x000D_")


def _digits(value: int) -> str:
    try:
        return _cut(str(value))
    except ValueError:  # thousands of digits: no list holds one on purpose
        return _cut(hex(value))


def _cut(text: str) -> str:
    if len(text) * 7 <= MAX_UNITS:  # an escaped character takes seven units, no other takes more
        return text
    if _units(encode(text)) <= MAX_UNITS:
        return text
    kept = bisect_right(range(MAX_UNITS), MAX_UNITS, key=lambda n: _units(encode(_beginning(text, n) + CUT)))
    return _beginning(text, kept - 1) + CUT


def _beginning(text: str, units: int) -> str:
    """The first `units` UTF-16 units, without the half of a pair."""
    return text[:units].encode("utf-16-le")[: 2 * units].decode("utf-16-le", errors="ignore")


def _units(text: str) -> int:
    return len(text) + sum(character > "\uffff" for character in text)

"""What makes a text cheaper and still says the same: characters of the GSM alphabet in place of others.

One character that GSM 03.38 lacks makes a part 70 characters long in place of 160. `smart` replaces what only looks
different (curly quotes, dashes, odd spaces, invisible characters), `transliterate` writes accented letters without
their accent. Whatever is changed is told, and the text never takes more credits or parts than before.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from batchsend.messages.sizes import beyond_gsm_7, measure, utf16_units

Change = tuple[str, str]
"""What was replaced, and by what ("" when it was removed)."""


@dataclass(frozen=True, slots=True)
class Reworded:
    """changes: each distinct replacement once, in order of appearance."""

    text: str
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class Rewording:
    """smart: typographic look-alikes. transliterate: letters with accents that GSM 03.38 lacks.

    Applying it to its own result changes nothing more.
    """

    smart: bool
    transliterate: bool

    def apply(self, text: str) -> Reworded:
        """A replacement that shows (longer than what it replaces, or a full-width character made narrow) is made only
        when the whole text is GSM-7 after it: in a text with Chinese or an emoji it would bring nothing.
        """
        if not (self.smart or self.transliterate) or not _BEYOND.search(text):
            return Reworded(text)
        reworded = self._settled(text, visibly=True)
        if _BEYOND.search(reworded.text) or _costs_more(reworded.text, text):
            reworded = self._settled(text, visibly=False)
        return reworded

    def _settled(self, text: str, *, visibly: bool) -> Reworded:
        """Until nothing changes: what is removed can bring together what belongs together."""
        changes: dict[Change, None] = {}
        before = ""
        while before != text and _BEYOND.search(text):
            before, text = text, self._once(text, changes, visibly=visibly)
        return Reworded(text, tuple(changes))

    def _once(self, text: str, changes: dict[Change, None], *, visibly: bool) -> str:
        idle = _Idle(text)

        def replace(match: re.Match[str]) -> str:
            old = match[0]
            new = self._replacement(match, idle)
            if new is None or new == old or (_shows(old, new) and not visibly):
                return old
            changes[old, new] = None
            return new

        return _tokens(text).sub(replace, text)

    def _replacement(self, match: re.Match[str], idle: "_Idle") -> str | None:
        token = match[0]
        if match.lastgroup == "letter":
            return self._accented(token)
        if len(token) > 1 and token[1:] != _AS_TEXT:
            return None  # an emoji sequence
        if self.smart:
            new = _look_alike(match, idle)
            if new is not None:
                return new
        return _without_accent(match) if self.transliterate else None

    def _accented(self, token: str) -> str | None:
        """A letter that is written with combining marks of its own."""
        composed = unicodedata.normalize("NFC", token)
        if not _BEYOND.search(composed):
            return composed
        if self.transliterate:
            bare = [c if c in _LATIN else _base(c) for c in composed if not unicodedata.combining(c)]
            return composed if None in bare else "".join(filter(None, bare))
        return composed


def invisible_characters(text: str) -> list[str]:
    """The characters that cannot be seen and do nothing where they stand, each once, in order of appearance.

    Those that hold an emoji together or shape Arabic, Hebrew and Indic writing do something.
    """
    return list(dict.fromkeys(_found_invisible(text))) if not _INVISIBLE.isdisjoint(text) else []


def _found_invisible(text: str) -> Iterator[str]:
    idle = _Idle(text)
    return (match[0] for match in _tokens(text).finditer(text) if match[0] in idle)


class _Idle:
    """The invisible characters that do nothing in this text."""

    __slots__ = ("_shaped",)

    def __init__(self, text: str) -> None:
        self._shaped = _SHAPED_SCRIPT.search(text) is not None

    def __contains__(self, token: str) -> bool:
        return token in _INVISIBLE and not (self._shaped and token in _SHAPING)


# every character that GSM 03.38 has lies below U+2100
_BELOW = "".join(map(chr, range(0x2100)))
_GSM_7 = "".join(sorted(set(_BELOW).difference(beyond_gsm_7(_BELOW))))
_BEYOND = re.compile(f"[^{re.escape(_GSM_7)}]")
_LATIN = frozenset(c for c in _GSM_7 if c.isalpha() and unicodedata.name(c).startswith("LATIN"))

_AS_TEXT = "\ufe0e"  # asks for the text form of a character that has an emoji form, too
_PICTURE = (
    "[\u00a9\u00ae\u203c\u2049\u2122\u2139\u2190-\u21ff\u2300-\u23ff\u2460-\u24ff\u25a0-\u27bf\u2900-\u297f\u2b00-\u2bff"
    "\u3030\u303d\u3297\u3299\U0001f000-\U0001faff]"
)
_MODIFIER = "(?:[\ufe0e\ufe0f\u20e3\U0001f3fb-\U0001f3ff]|[\U000e0020-\U000e007e]+\U000e007f)"
_MARK = "[\u0300-\u034e\u0350-\u036f]"
_JOINED = re.compile(f"{_PICTURE}|{_MARK}|\u20e3")
_LONE = re.compile(f"(?P<other>{_BEYOND.pattern})")
_TOKEN = re.compile(
    rf"(?P<emoji>{_PICTURE}{_MODIFIER}*(?:\u200d{_PICTURE}{_MODIFIER}*)*|[0-9#*]\ufe0f?\u20e3)"
    rf"|(?P<letter>[A-Za-z\u00c0-\u02af\u1e00-\u1eff]{_MARK}+)"
    rf"|(?P<other>{_BEYOND.pattern})"
)


def _tokens(text: str) -> re.Pattern[str]:
    """What finds the emoji sequences, the letters with marks and the other characters that GSM 03.38 lacks."""
    return _TOKEN if _JOINED.search(text) else _LONE


_TAGS = "".join(map(chr, range(0xE0020, 0xE0080)))
_INVISIBLE = frozenset(
    "\u00ad\u034f\u061c\u180e\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2061\u2062\u2063\u2064"
    "\u2066\u2067\u2068\u2069\u206a\u206b\u206c\u206d\u206e\u206f\ufe0e\ufe0f\ufeff" + _TAGS
)
_SHAPING = frozenset("\u034f\u061c\u180e\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
# Hebrew to Mongolian (Arabic and the scripts of South and South-East Asia between them), and their later blocks
_SHAPED_SCRIPT = re.compile(
    "[\u0590-\u0600\u0620-\u10ff\u1780-\u180d\u1810-\u18af\ua800-\uabff\ufb1d-\ufdff\ufe70-\ufefc"
    "\U00010800-\U00011fff\U0001e800-\U0001eeff]"
)

_LOOK_ALIKES = {
    character: plain
    for plain, characters in {
        "'": "`\u00b4\u02b9\u02bb\u02bc\u02bd\u02be\u02bf\u02c8\u02ca\u02cb\u2018\u2019\u201a\u201b\u2032\u2035"
        "\u275b\u275c",
        '"': "\u00ab\u00bb\u02ba\u02dd\u02ee\u201c\u201d\u201e\u201f\u2033\u2036\u275d\u275e\u301d\u301e\u301f",
        "<": "\u2039",
        ">": "\u203a",
        "-": "\u02d7\u2010\u2011\u2012\u2013\u2014\u2015\u2043\u2212\ufe58\ufe63",
        "...": "\u2026\u22ef",
        "..": "\u2025",
        ".": "\u2024",
        "*": "\u2022\u2023\u204e\u2217\u2219\u22c5\u25a0\u25a1\u25aa\u25ab\u25ba\u25c6\u25cb\u25cf\u25e6",
        "/": "\u2044\u2215",
        ":": "\u2236",
        "|": "\u00a6\u2223",
        "~": "\u02dc\u223c",
        "^": "\u02c6",
        "x": "\u00d7",
        " ": "\t\u3000",
        "\n": "\v\u0085\u2028\u2029",
        "a": "\u00aa",
        "TM": "\u2122",
        "SM": "\u2120",
        "(c)": "\u00a9",
        "(R)": "\u00ae",
        "No.": "\u2116",
        "+/-": "\u00b1",
        "<=": "\u2264",
        ">=": "\u2265",
        "->": "\u2192",
        "<-": "\u2190",
        "=>": "\u21d2",
        "!!": "\u203c",
        "??": "\u2047",
        "?!": "\u2048",
        "!?": "\u2049",
        "ff": "\ufb00",
        "fi": "\ufb01",
        "fl": "\ufb02",
        "ffi": "\ufb03",
        "ffl": "\ufb04",
        "st": "\ufb05\ufb06",
    }.items()
    for character in characters
}

_LETTERS = dict(
    zip("łŁđĐħĦŧŦıĸſƒðÐəƏɓƁɗƊƙƘɲɛƐɔƆơƠưƯŀĿ", "lLdDhHtTiksfdDeEbBdDkKneEoOoOuUlL", strict=True),
    þ="th", Þ="Th", œ="oe", Œ="Oe", ŋ="ng", Ŋ="Ng", ĳ="ij", Ĳ="IJ", ẞ="SS", ŉ="'n",
)  # fmt: skip
"""Letters that Unicode does not take apart into a base and its accents."""


def _look_alike(match: re.Match[str], idle: _Idle) -> str | None:
    if match[0] in idle:
        return ""
    plain = _plain(match[0][0])
    return _in_context(match) if plain is None else plain


@lru_cache(maxsize=4096)
def _plain(character: str) -> str | None:
    if "\uff01" <= character <= "\uff5e":
        narrow = chr(ord(character) - 0xFEE0)
        return _LOOK_ALIKES.get(narrow, narrow)
    if character in _LOOK_ALIKES:
        return _LOOK_ALIKES[character]
    if unicodedata.category(character) == "Zs":
        return " "
    composed = unicodedata.normalize("NFC", character)  # the kelvin and angstrom signs are letters
    return None if _BEYOND.search(composed) else composed


def _in_context(match: re.Match[str]) -> str | None:
    """What may be replaced beside some neighbours only: 1½ is not 11/2, 30º is not 30o, 10² is not 102."""
    character = match[0]
    if character not in _NEIGHBOURS_MATTER:
        return None
    before, after = match.string[max(0, match.start() - 3) : match.start()], match.string[match.end() :][:1]
    if character == "\u00b7":  # the middle dot: a bullet, or the Catalan col·lecció
        return "." if before[-1:].isalpha() and after.isalpha() else "*"
    if character == "\u00ba":
        return "o" if before[-1:].isalpha() or before[-1:] == "." else None
    if character in "\u00b2\u00b3":
        return str(unicodedata.digit(character)) if _METRES.search(before) else None
    if after.isdecimal():
        return None
    fraction = unicodedata.normalize("NFKC", character).replace("\u2044", "/")
    return f" {fraction}" if before[-1:].isdecimal() else fraction


_FRACTIONS = "\u00bc\u00bd\u00be" + "".join(map(chr, range(0x2150, 0x215F))) + "\u2189"
_NEIGHBOURS_MATTER = frozenset("\u00b7\u00ba\u00b2\u00b3" + _FRACTIONS)
_METRES = re.compile(r"\b[cdkm]?m\Z")


def _without_accent(match: re.Match[str]) -> str | None:
    character = match[0][0]
    base = _base(character)
    if base is None or len(base) == 1 or not character.isupper():
        return base
    before, after = match.string[: match.start()][-1:], match.string[match.end() :][:1]
    return base.upper() if after.isupper() or (before.isupper() and not after.islower()) else base


@lru_cache(maxsize=1024)
def _base(character: str) -> str | None:
    """The nearest letter that GSM 03.38 has (ǘ -> ü, ế -> e); None for other scripts and whatever is no letter."""
    if character in _LETTERS:
        return _LETTERS[character]
    parts = unicodedata.decomposition(character).split()
    if not parts or parts[0].startswith("<"):
        return None
    first = chr(int(parts[0], 16))
    return first if first in _LATIN else _base(first)


def _shows(old: str, new: str) -> bool:
    return utf16_units(new) > utf16_units(old) or "\uff01" <= old[0] <= "\uff5e" or old == "\u3000"


def _costs_more(text: str, than: str) -> bool:
    """text: in GSM-7. It never does if it is not longer: a part has room for more, even of those that take two."""
    if len(text) <= len(than):
        return False
    new, old = measure(text), measure(than)
    return new.parts > old.parts or new.credits > old.credits

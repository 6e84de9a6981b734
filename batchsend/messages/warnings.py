"""Warnings worth money or trust, found while the messages stream by; what is kept does not grow with the list."""

import re
import unicodedata
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from batchsend.messages.message import Message
from batchsend.messages.opt_out import OptOut
from batchsend.messages.rewording import invisible_characters
from batchsend.messages.sizes import CREDIT_CHARACTERS, Encoding, beyond_gsm_7, measure

_MOST_PARTS = 3
_MOST_CHARACTERS = 500  # distinct ones that are counted
_UNEVEN = 1.5
_NEAR = 5
_EXCERPT = 80


class Warned(StrEnum):
    """What a person may want to change before the messages leave; `sentence` says it to them."""

    NO_OPT_OUT = "no_opt_out"
    SHORT_LINK = "short_link"
    MIXED_ALPHABETS = "mixed_alphabets"
    INVISIBLE = "invisible_characters"
    HOLE = "hole"
    MANY_PARTS = "many_parts"
    UNEVEN = "uneven_length"
    NEAR_BOUNDARY = "near_boundary"

    @property
    def sentence(self) -> str:
        return _SENTENCES[self]


_SENTENCES = {
    Warned.NO_OPT_OUT: "the text does not say how to opt out, as in: Reply STOP to opt out",
    Warned.SHORT_LINK: "a shortened link hides where it leads: many networks block it and many people do not trust it",
    Warned.MIXED_ALPHABETS: "a word mixes letters of two alphabets that look alike, as fraudulent messages do",
    Warned.INVISIBLE: "characters that nobody can see; they cost money and look like spam to a filter",
    Warned.HOLE: "a space or a comma too many, as where a placeholder had nothing to put in",
    Warned.MANY_PARTS: "the text takes many parts",
    Warned.UNEVEN: "some texts are far longer than others and take more parts: look at the placeholder that differs",
    Warned.NEAR_BOUNDARY: "the longest text has hardly any room left before it costs more",
}


@dataclass(frozen=True, slots=True)
class Example:
    row: int
    excerpt: str


@dataclass(frozen=True, slots=True)
class Caution:
    """rows: how many messages it concerns. examples: the first of them; of uneven lengths the longest and the shortest.

    detail: what was found in the first example ("" where the sentence says it all).
    """

    code: Warned
    rows: int
    examples: tuple[Example, ...]
    detail: str = ""

    @property
    def sentence(self) -> str:
        return self.code.sentence


@dataclass(frozen=True, slots=True)
class CharacterCount:
    """A character that forces UCS-2. messages: how many contain it."""

    character: str
    messages: int

    @property
    def sentence(self) -> str:
        return f"{shown(self.character)} in {self.messages:,} message{'s' if self.messages != 1 else ''}"


@dataclass(frozen=True, slots=True)
class Room:
    """How many plain characters a text can grow by before it takes one more part, and one more credit."""

    to_next_part: int
    to_next_credit: int


def room_left(text: str) -> Room:
    """An empty text has none: its first character is the first part and the first credit."""
    size = measure(text)
    more = bisect_left(range(160), size.parts + 1, key=lambda count: measure(text + "a" * (count + 1)).parts)
    return Room(more, size.credits * CREDIT_CHARACTERS - size.characters)


def shown(character: str) -> str:
    """A character for people: itself where it can be seen, and its Unicode name."""
    seen = character.isprintable() and not unicodedata.combining(character) and not invisible_characters(character)
    name = unicodedata.name(character, "")
    return " ".join(filter(None, (character if seen else f"U+{ord(character):04X}", name)))


@dataclass(slots=True)
class _Finding:
    first: Example
    detail: str
    rows: int = 0


class Warnings:
    """most_parts: a text of more parts is warned about. uncounted: messages with a character that is not counted, as
    500 others are already.
    """

    def __init__(self, most_parts: int = _MOST_PARTS) -> None:
        self._most_parts = most_parts
        self._findings: dict[Warned, _Finding] = {}
        self._opt_out = OptOut()
        self._characters: Counter[str] = Counter()
        self._longest: Message | None = None
        self._shortest: Message | None = None
        self._as_long = 0
        self._by_parts: Counter[int] = Counter()
        self.uncounted = 0

    def add(self, messages: Iterable[Message]) -> None:
        for message in messages:
            text = message.text
            self._add_length(message)
            if not self._opt_out.is_said(text):
                self._note(Warned.NO_OPT_OUT, message)
            if "/" in text and (link := _short_link(text)):
                self._note(Warned.SHORT_LINK, message, link[0], link.start())
            if hole := _hole(text):
                self._note(Warned.HOLE, message, at=hole.start())
            if message.size.parts > self._most_parts:
                self._note(Warned.MANY_PARTS, message, f"{message.size.parts} parts")
            if message.size.encoding is Encoding.UCS_2:
                self._add_beyond_gsm_7(message)

    def found(self) -> list[Caution]:
        cautions = [
            Caution(code, finding.rows, (finding.first,), finding.detail) for code, finding in self._findings.items()
        ]
        cautions += self._of_lengths()
        order = list(Warned)
        return sorted(cautions, key=lambda caution: order.index(caution.code))

    def ucs2_characters(self) -> list[CharacterCount]:
        """The most frequent first."""
        return [CharacterCount(character, count) for character, count in self._characters.most_common()]

    def _note(self, code: Warned, message: Message, detail: str = "", at: int = 0) -> None:
        finding = self._findings.get(code)
        if finding is None:
            finding = self._findings[code] = _Finding(_example(message, at), detail)
        finding.rows += 1

    def _add_length(self, message: Message) -> None:
        length = message.size.characters
        self._by_parts[message.size.parts] += 1
        if self._shortest is None or length < self._shortest.size.characters:
            self._shortest = message
        if self._longest is None or length > self._longest.size.characters:
            self._longest, self._as_long = message, 0
        self._as_long += length == self._longest.size.characters

    def _add_beyond_gsm_7(self, message: Message) -> None:
        text = message.text
        characters = beyond_gsm_7(text)
        known = [c for c in characters if c in self._characters]
        new = [c for c in characters if c not in self._characters]
        room = _MOST_CHARACTERS - len(self._characters)
        self.uncounted += len(new) > room
        self._characters.update(known + new[:room])
        if word := _mixed_word(text):
            self._note(Warned.MIXED_ALPHABETS, message, _letters_of(word[0]), word.start())
        if invisible := invisible_characters(text):
            self._note(Warned.INVISIBLE, message, ", ".join(map(shown, invisible[:_NEAR])), text.index(invisible[0]))

    def _of_lengths(self) -> Iterator[Caution]:
        longest, shortest = self._longest, self._shortest
        if longest is None or shortest is None:
            return
        if longest.size.parts > shortest.size.parts and longest.size.characters > _UNEVEN * shortest.size.characters:
            rows = sum(count for parts, count in self._by_parts.items() if parts > shortest.size.parts)
            detail = f"{_length(longest)}; {_length(shortest)}"
            yield Caution(Warned.UNEVEN, rows, (_example(longest), _example(shortest)), detail)
        room = room_left(longest.text)
        if min(room.to_next_part, room.to_next_credit) <= _NEAR:
            detail = f"characters to the next part: {room.to_next_part}, to the next credit: {room.to_next_credit}"
            yield Caution(Warned.NEAR_BOUNDARY, self._as_long, (_example(longest, len(longest.text)),), detail)


def _length(message: Message) -> str:
    parts = message.size.parts
    return f"row {message.row} has {message.size.characters:,} characters in {parts} part{'s' if parts != 1 else ''}"


def _example(message: Message, at: int = 0) -> Example:
    """A line of the text around a place in it."""
    text = message.text
    start = max(0, min(at - _EXCERPT // 4, len(text) - _EXCERPT))
    end = start + _EXCERPT
    line = " ".join(text[start:end].split("\n"))
    return Example(message.row, f"{'…' if start else ''}{line}{'…' if end < len(text) else ''}")


_SHORTENERS = frozenset(
    "bit.ly bitly.com tinyurl.com goo.gl t.co is.gd v.gd ow.ly cutt.ly rebrand.ly tiny.cc shorturl.at shorturl.com "
    "rb.gy buff.ly t.ly lnkd.in j.mp bl.ink s.id u.to x.co adf.ly dub.sh short.io urlz.fr qr.ae soo.gd clck.ru "
    "tiny.one".split()
)
_LINK = re.compile(
    r"(?<![\w.@/-])(?:https?://)?(?P<host>(?:[a-z0-9-]+\.)+[a-z]+)/[^\s/]\S*|https?://\S+", re.IGNORECASE
)


def _short_link(text: str) -> re.Match[str] | None:
    lower = text.lower()
    for host in _SHORTENERS:
        if f"{host}/" in lower:
            break
    else:
        return None
    return next((link for link in _LINK.finditer(text) if _host(link) in _SHORTENERS), None)


def _host(link: re.Match[str]) -> str:
    return (link["host"] or "").lower().removeprefix("www.")


_HOLES = ("  ", " ,", " .", ",,", ", ,", "( )", "()")
# not after the end of a sentence, where some people type two spaces; not .5, .com, or the dots of an ellipsis
_HOLE = re.compile(r"(?<=[^\s.!?:;])  +(?=\S)|(?<! ) +[,.](?=\s|\Z)|,\s*,|(?<!\w)\( *\)")


def _hole(text: str) -> re.Match[str] | None:
    for sign in _HOLES:
        if sign in text:
            return _HOLE.search(text)
    return None


_CYRILLIC_ALIKE = frozenset("аеорсухѕіјԁԛԝһАВЕКМНОРСТУХЅІЈԌ")
_GREEK_ALIKE = frozenset("ορνκιυχΑΒΕΖΗΙΚΜΝΟΡΤΥΧ")
_ALIKE = _CYRILLIC_ALIKE | _GREEK_ALIKE
_HAS_ALIKE = re.compile(f"[{''.join(sorted(_ALIKE))}]")
_WORD = re.compile(r"[^\W\d_]+")
_LATIN_LETTER = re.compile("[A-Za-z\u00c0-\u024f\u1e00-\u1eff]")
_OTHER_LETTER = re.compile("[\u0370-\u03ff\u0400-\u052f]")


def _mixed_word(text: str) -> re.Match[str] | None:
    """A word of Latin letters and others that look Latin; or one such letter as a word, in a text that is all Latin."""
    if not _HAS_ALIKE.search(text) or not _LATIN_LETTER.search(text):
        return None
    words = list(_WORD.finditer(text))
    for word in words:
        if _HAS_ALIKE.search(word[0]) and _LATIN_LETTER.search(word[0]):
            return word
    foreign = [word for word in words if _OTHER_LETTER.search(word[0])]
    return foreign[0] if all(len(word[0]) == 1 and word[0] in _ALIKE for word in foreign) else None


def _letters_of(word: str) -> str:
    strange = dict.fromkeys(c for c in word if c in _ALIKE)
    return f"{word}: {', '.join(map(shown, strange))}"

"""How long a text is: characters, credits (480 characters each), and SMS parts (segments)."""

import math
from dataclasses import dataclass
from enum import StrEnum

CREDIT_CHARACTERS = 480
"""Characters in one credit, as Robo-SMS counts (robo-sms.com/en/api: "1 SMS represents 480 characters")."""

# 3GPP TS 23.038, section 6.2.1: one septet each; the extension table takes two (an escape and the character)
_GSM_7 = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM_7_EXTENSION = frozenset("\f^{}\\[~]|€")


class Encoding(StrEnum):
    GSM_7 = "GSM-7"
    UCS_2 = "UCS-2"


_PART_UNITS = {Encoding.GSM_7: (160, 153), Encoding.UCS_2: (70, 67)}
"""Units that fit in a lone part, and in each of several (a concatenation header takes the rest)."""


@dataclass(frozen=True, slots=True)
class Size:
    """characters: what is charged for: the higher of code points and UTF-16 units, as it is not documented which
    of the two the gateway counts. credits: one per started 480 characters. parts: SMS segments on the air.
    """

    characters: int
    credits: int
    parts: int
    encoding: Encoding


def measure(text: str) -> Size:
    characters = utf16_units(text)
    encoding, units = _units(text)
    return Size(characters, math.ceil(characters / CREDIT_CHARACTERS), _parts(units, encoding), encoding)


def utf16_units(text: str) -> int:
    """UTF-16 code units: never fewer than code points; an emoji outside the basic plane counts two."""
    return len(text) + sum(character > "\uffff" for character in text)


def beyond_gsm_7(text: str) -> list[str]:
    """The characters that force UCS-2, each once, in order of appearance."""
    return [c for c in dict.fromkeys(text) if c not in _GSM_7 and c not in _GSM_7_EXTENSION]


def _units(text: str) -> tuple[Encoding, list[int]]:
    """The encoding, and the units each character takes; a character is never split between two parts."""
    if not beyond_gsm_7(text):
        return Encoding.GSM_7, [2 if c in _GSM_7_EXTENSION else 1 for c in text]
    return Encoding.UCS_2, [2 if c > "\uffff" else 1 for c in text]


def _parts(units: list[int], encoding: Encoding) -> int:
    lone, each = _PART_UNITS[encoding]
    if sum(units) <= lone:
        return 1 if units else 0
    parts, room = 1, each
    for unit in units:
        if unit > room:
            parts, room = parts + 1, each
        room -= unit
    return parts

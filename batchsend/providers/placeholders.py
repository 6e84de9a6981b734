"""Texts with {blanks} in them: "Bearer {api_key}". {{ and }} stand for the braces themselves."""

import re
from collections.abc import Callable, Mapping

_PIECE = re.compile(r"\{\{|\}\}|\{(?P<name>[a-z][a-z0-9_]*)\}|(?P<stray>[{}])")


def _as_it_is(value: str) -> str:
    return value


def names_in(text: str) -> frozenset[str]:
    """The blanks of a text. Raises ValueError, with a sentence's end, for a brace that belongs to none."""
    names = set()
    for piece in _PIECE.finditer(text):
        if piece["stray"]:
            raise ValueError(f"has a lone {piece['stray']}; write {piece['stray'] * 2} for the character itself")
        if piece["name"]:
            names.add(piece["name"])
    return frozenset(names)


def fill(text: str, values: Mapping[str, str], written: Callable[[str], str] = _as_it_is) -> str:
    """The text with its blanks filled. written: how a value is spelt there, such as percent-encoded."""
    return _PIECE.sub(lambda piece: written(values[piece["name"]]) if piece["name"] else piece[0][0], text)


def reading(text: str) -> re.Pattern[str]:
    """What finds the values again in a filled text: a group for each blank."""
    pattern, at, seen = "", 0, set()
    for piece in _PIECE.finditer(text):
        pattern += re.escape(text[at : piece.start()])
        name, at = piece["name"], piece.end()
        if not name:
            pattern += re.escape(piece[0][0])
        elif name in seen:
            pattern += f"(?P={name})"
        else:
            pattern += f"(?P<{name}>.*)"
            seen.add(name)
    return re.compile(pattern + re.escape(text[at:]), re.DOTALL)

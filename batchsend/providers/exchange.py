"""What goes between a provider and a transport: requests, responses, and the ways in which there is no response."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

_EXCERPT = 200
_DEEPEST = 20  # no gateway nests its words deeper, and a hostile answer must not overflow the stack


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """headers and body stay out of repr: they hold credentials and personal data."""

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes = field(default=b"", repr=False)

    @classmethod
    def json(cls, method: str, url: str, payload: Any, headers: Mapping[str, str]) -> Self:
        body = json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()
        return cls(method, url, {"Content-Type": "application/json", "Accept": "application/json", **headers}, body)


@dataclass(frozen=True, slots=True)
class HttpResponse:
    """headers: names in lower case."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")

    @property
    def is_html(self) -> bool:
        return "html" in self.headers.get("content-type", "") or self.text.lstrip()[:1] == "<"

    def json(self) -> Any:
        """The body as JSON; None when it is none (and for a JSON null: neither says anything)."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            return None

    @property
    def excerpt(self) -> str:
        """The body on one line, for a person to read: the words of its JSON when it has any."""
        words = " ".join(_words(self.json())) or ("an HTML page" if self.is_html else " ".join(self.text.split()))
        return excerpt_of(words)


def excerpt_of(words: str) -> str:
    """So much of a gateway's words as a person reads: on one line, with nothing in it that steers a terminal."""
    line = " ".join("".join(letter if letter.isprintable() else " " for letter in words).split())
    return line if len(line) <= _EXCERPT else line[: _EXCERPT - 1] + "…"


def _words(value: Any, depth: int = 0) -> list[str]:
    if depth > _DEEPEST:
        return []
    match value:
        case str():
            return [value]
        case list():
            return [word for item in value for word in _words(item, depth + 1)]
        case dict():
            return [f"{key}: {' '.join(words)}" for key, item in value.items() if (words := _words(item, depth + 1))]
    return []


class NoResponse(Exception):
    """A request that got no whole answer."""


class NotConnected(NoResponse):
    """Proven: not one byte of the request left."""


class NoAnswer(NoResponse):
    """Some or all of the request left, and no whole answer came back: it may have been carried out."""

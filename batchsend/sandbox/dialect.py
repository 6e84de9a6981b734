"""A dialect: how one provider answers. It reads a request and says what to answer, and touches no socket."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from batchsend.sandbox.trouble import Trouble


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A complete request.

    method: upper case; path: without the query; headers: by lower-case name; body: the bytes, maybe none.
    """

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What a request asked to send. to, text: exactly as they arrived; body: the whole of it."""

    to: str
    text: str
    body: dict[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """An answer.

    accepted: the message to record before the answer leaves, None when nothing was accepted;
    wait: seconds until the answer leaves.
    """

    status: int
    body: bytes
    content_type: str = "application/json"
    headers: tuple[tuple[str, str], ...] = ()
    accepted: Message | None = None
    wait: float = 0.0

    @classmethod
    def json(
        cls,
        status: int,
        value: object,
        *,
        headers: tuple[tuple[str, str], ...] = (),
        accepted: Message | None = None,
    ) -> "Reply":
        """A reply with a JSON body, in letters people can read."""
        # An unpaired surrogate has no UTF-8; its backslash form is the very escape JSON has for it.
        body = json.dumps(value, ensure_ascii=False).encode("utf-8", "backslashreplace")
        return cls(status=status, body=body, headers=headers, accepted=accepted)

    @classmethod
    def html(cls, status: int, title: str, *, accepted: Message | None = None) -> "Reply":
        """A page for a browser, which is not what a program asked for."""
        page = f"<!doctype html>\n<html><head><title>{title}</title></head><body><h1>{title}</h1></body></html>\n"
        return cls(status=status, body=page.encode(), content_type="text/html; charset=utf-8", accepted=accepted)


@dataclass(frozen=True, slots=True, kw_only=True)
class Drop:
    """No answer: the connection ends.

    reset: torn down hard instead of closed; accepted: the message to record first, None when there is none.
    """

    reset: bool
    accepted: Message | None = None


class Dialect(Protocol):
    """What the sandbox needs of a provider's dialect. Threads share one."""

    @property
    def name(self) -> str:
        """The provider's name."""

    def owns(self, path: str) -> bool:
        """Whether requests to this path are for this provider."""

    def answer(self, request: Request, trouble: Trouble | None, retry_after: int = 1) -> Reply | Drop:
        """What this provider says to the request while it has this trouble."""

"""What the listener answers. 200 means: on the disk, or nothing to keep. Any 4xx ends it, a 5xx brings it again.

Tiledesk repeats a delivery that got a 5xx, a 429 or no answer twice at most (retry-request 4.2.2), so an answer must
be quick and a failure of ours must be a 5xx.
"""

import asyncio
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import unquote

from starlette.background import BackgroundTask
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

from batchsend.inbox.store import NotStoredError, Store
from batchsend.providers.tiledesk_webhook import NotOursError, NotUnderstoodError
from batchsend.runs.reply import Reply
from batchsend.settings import Secret

BODY_LIMIT = 2 * 1024 * 1024
"""Bytes. A message has at most 500 KB (the server's own limit) and comes with its whole conversation's record."""
BODY_SECONDS = 10.0
_SECRET = "x-hook-secret"  # noqa: S105 - a header's name


@dataclass(frozen=True, slots=True)
class Door:
    """Where deliveries come in, and which are let in. parse: of a body, see tiledesk_webhook.parse_delivery."""

    path: str
    secret: Secret
    parse: Callable[[bytes], Reply | None]


class Inbox:
    """An ASGI application."""

    def __init__(self, door: Door, store: Store) -> None:
        self._door = door
        self._store = store
        self._path = unquote(door.path).encode()
        self._secret = door.secret.reveal().encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":  # uvicorn is told to send nothing else
            return
        request = Request(scope, receive)
        try:
            response = await self._answer(request)
        except ClientDisconnect:
            return
        await response(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        if refusal := self._refusal(request):
            return refusal
        try:
            async with asyncio.timeout(BODY_SECONDS):
                body = await _body(request)
        except TimeoutError:
            return _closing(408, "The body did not come in time.")
        if body is None:
            return _closing(413, f"The body is larger than {BODY_LIMIT:,} bytes.")
        try:
            reply = self._door.parse(body)
        except NotUnderstoodError as error:
            return PlainTextResponse(f"Not understood: {error}.", 400)
        except NotOursError:
            return PlainTextResponse("Not for this subscription.", 403)
        if reply is None:
            return PlainTextResponse("Nothing to keep.")
        try:
            await self._store.add(reply)
        except NotStoredError:
            return PlainTextResponse("Not stored; try again.", 503)
        return PlainTextResponse("Stored.", background=BackgroundTask(self._settle))

    def _refusal(self, request: Request) -> Response | None:
        """What is said before a byte of the body is read."""
        if not hmac.compare_digest(str(request.scope["path"]).encode(errors="replace"), self._path):
            return _closing(404, "Nothing here.")
        if request.method != "POST":
            return _closing(405, "Only POST.", {"Allow": "POST"})
        given = request.headers.get(_SECRET, "").encode("latin-1")
        if not hmac.compare_digest(given, self._secret):
            return _closing(401, "The x-hook-secret is missing or wrong.")
        length = request.headers.get("content-length", "0")
        return _closing(413, "Too large.") if length.isdecimal() and int(length) > BODY_LIMIT else None

    async def _settle(self) -> None:
        try:
            await self._store.settle()
        except NotStoredError:
            return  # it is stored; who needs the opt-outs settles it


async def _body(request: Request) -> bytes | None:
    """None when it is too large."""
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > BODY_LIMIT:
            return None
    return bytes(body)


def _closing(status: int, text: str, headers: dict[str, str] | None = None) -> Response:
    """An answer after which the connection ends, as the body was not read."""
    return PlainTextResponse(text, status, {"Connection": "close", **(headers or {})})

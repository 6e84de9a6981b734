"""Carries a provider's requests over HTTP, and tells "not one byte left" from everything after."""

import asyncio
from types import TracebackType
from typing import Any, Self

import httpx

from batchsend import __version__
from batchsend.providers.exchange import HttpRequest, HttpResponse, NoAnswer, NotConnected

CONNECT_SECONDS = 10.0
ANSWER_SECONDS = 30.0
_WHOLE = 3.0  # the whole exchange may take so many times the wait for one piece of it
_ANSWER_BYTES = 1024 * 1024
_IDLE_SECONDS = 2.0  # a connection the server is about to close makes a needless unknown: do not keep it long


class HttpTransport:
    """One client for a run. Redirects are not followed and nothing is retried below this line.

    only: the address it may talk to, when it is the practice gateway; proxies of the environment are then left alone.
    """

    def __init__(self, concurrency: int, *, answer_seconds: float = ANSWER_SECONDS, only: str | None = None) -> None:
        self._only = only
        self._seconds = CONNECT_SECONDS + _WHOLE * answer_seconds
        self._client = httpx.AsyncClient(
            timeout=httpx.Timeout(answer_seconds, connect=CONNECT_SECONDS),
            limits=httpx.Limits(
                max_connections=concurrency, max_keepalive_connections=concurrency, keepalive_expiry=_IDLE_SECONDS
            ),
            follow_redirects=False,
            trust_env=only is None,
            headers={"User-Agent": f"batchsend/{__version__}"},
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._client.aclose()

    async def send(self, request: HttpRequest) -> HttpResponse:
        """Raises NotConnected when no byte of the request can have left, NoAnswer when one may have."""
        if self._only is not None and not request.url.startswith(f"{self._only}/"):
            raise NotConnected("practice may not leave this computer")
        leaving = _Leaving()
        try:
            async with asyncio.timeout(self._seconds):
                return await self._exchange(request, leaving)
        except asyncio.CancelledError:
            if leaving.begun:
                raise
            raise NotConnected("stopped before it left") from None
        except (httpx.HTTPError, httpx.InvalidURL, UnicodeError, OSError) as error:  # a TimeoutError is an OSError
            trouble = NoAnswer if leaving.may_have_left(error) else NotConnected
            raise trouble(_in_words(error)) from None

    async def _exchange(self, request: HttpRequest, leaving: "_Leaving") -> HttpResponse:
        wire = self._client.build_request(
            request.method,
            request.url,
            headers=dict(request.headers),
            content=request.body,
            extensions={"trace": leaving},
        )
        response = await self._client.send(wire, stream=True)
        try:
            body = await _limited(response)
        finally:
            await response.aclose()
        return HttpResponse(response.status_code, {k.lower(): v for k, v in response.headers.items()}, body)


class _Leaving:
    """Learns from httpcore's trace when the first byte of a request is about to be written, and when it was."""

    def __init__(self) -> None:
        self.begun = False
        self._written = False

    async def __call__(self, name: str, info: dict[str, Any]) -> None:
        """Called by httpcore. A proxy is asked to CONNECT first: that request is not ours and proves nothing."""
        if name.endswith("send_request_headers.started"):
            self.begun = info["request"].method != b"CONNECT"
        elif name.endswith("send_request_headers.complete"):
            self._written = self.begun

    def may_have_left(self, error: Exception) -> bool:
        """A request that breaks the protocol is refused on this side, before it is written."""
        return self.begun and (self._written or not isinstance(error, httpx.LocalProtocolError))


async def _limited(response: httpx.Response) -> bytes:
    body = bytearray()
    async for piece in response.aiter_bytes():
        body += piece
        if len(body) > _ANSWER_BYTES:
            break  # an answer this long is none of a gateway's; what has come is enough to say so
    return bytes(body)


def _in_words(error: Exception) -> str:
    match error:
        case httpx.ConnectTimeout():
            return f"no connection within {CONNECT_SECONDS:.0f} seconds"
        case httpx.TimeoutException() | TimeoutError():
            return "no answer in time"
        case httpx.ReadError() | httpx.WriteError() | httpx.CloseError():
            return "the connection was closed"
    return str(error) or type(error).__name__

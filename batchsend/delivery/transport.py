"""Carries a provider's requests over HTTP, and tells "not one byte left" from everything after."""

from types import TracebackType
from typing import Any, Self

import httpx

from batchsend import __version__
from batchsend.providers.exchange import HttpRequest, HttpResponse, NoAnswer, NotConnected

CONNECT_SECONDS = 10.0
ANSWER_SECONDS = 30.0
_ANSWER_BYTES = 1024 * 1024
_IDLE_SECONDS = 2.0  # a connection the server is about to close makes a needless unknown: do not keep it long


class HttpTransport:
    """One client for a run. Redirects are not followed and nothing is retried below this line."""

    def __init__(self, concurrency: int, *, answer_seconds: float = ANSWER_SECONDS, environment_proxies: bool = True):
        self._client = httpx.AsyncClient(
            timeout=httpx.Timeout(answer_seconds, connect=CONNECT_SECONDS),
            limits=httpx.Limits(
                max_connections=concurrency, max_keepalive_connections=concurrency, keepalive_expiry=_IDLE_SECONDS
            ),
            follow_redirects=False,
            trust_env=environment_proxies,
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
        leaving = _Leaving()
        try:
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
        except (httpx.HTTPError, httpx.InvalidURL, UnicodeError, OSError) as error:
            trouble = NoAnswer if leaving.begun else NotConnected
            raise trouble(_in_words(error)) from None
        return HttpResponse(response.status_code, {k.lower(): v for k, v in response.headers.items()}, body)


class _Leaving:
    """Learns from httpcore's trace when the first byte of a request is about to be written."""

    def __init__(self) -> None:
        self.begun = False

    async def __call__(self, name: str, info: dict[str, Any]) -> None:  # noqa: ARG002 - httpcore's signature
        if name.endswith("send_request_headers.started"):
            self.begun = True


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
        case httpx.TimeoutException():
            return "no answer in time"
    return str(error) or type(error).__name__

"""Asks a provider something over HTTP: a balance, a test, what became of messages. Nothing is retried."""

import asyncio

from batchsend.delivery.carry import carry
from batchsend.delivery.transport import ANSWER_SECONDS, HttpTransport
from batchsend.errors import BatchsendError
from batchsend.providers.exchange import NoResponse
from batchsend.providers.provider import Answer, Enquiry


class Unreachable(BatchsendError):
    pass


def ask(enquiry: Enquiry[Answer], only: str | None = None, *, seconds: float = ANSWER_SECONDS) -> Answer:
    """The answer to one enquiry. only: see HttpTransport. seconds: to wait for a piece of an answer.

    Raises Unreachable when no whole answer came, and Unanswered when the answer does not say what was asked. Must not
    be called from within an event loop.
    """

    async def session() -> Answer:
        async with _transport(only, seconds) as transport:
            return await carry(enquiry, transport.send)

    try:
        return asyncio.run(session())
    except NoResponse as trouble:
        raise Unreachable(
            f"The gateway cannot be asked: {trouble}.", "Check the connection and base_url, and try again."
        ) from None


def _transport(only: str | None, seconds: float) -> HttpTransport:
    try:
        return HttpTransport(1, answer_seconds=seconds, only=only)
    except (ImportError, ValueError) as error:  # what httpx says of a proxy that it cannot use
        raise Unreachable(
            f"The proxy of this computer cannot be used: {error}.", "Look at HTTPS_PROXY and ALL_PROXY."
        ) from None

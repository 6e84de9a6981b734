"""Drives a provider's generator to its end over anything that can carry a request."""

from collections.abc import Awaitable, Callable

from batchsend.providers.exchange import HttpRequest, HttpResponse, NoResponse
from batchsend.providers.provider import Answer, Enquiry


async def carry(enquiry: Enquiry[Answer], send: Callable[[HttpRequest], Awaitable[HttpResponse]]) -> Answer:
    """What the enquiry returns. Raises what the enquiry raises: Unanswered, and a NoResponse it does not catch."""
    try:
        request = next(enquiry)
        while True:
            try:
                response = await send(request)
            except NoResponse as trouble:
                request = enquiry.throw(trouble)
            else:
                request = enquiry.send(response)
    except StopIteration as finished:
        answer: Answer = finished.value
        return answer

"""Puts one question to a gateway."""

import asyncio

from batchsend.delivery.transport import HttpTransport
from batchsend.providers.exchange import NoResponse
from batchsend.providers.provider import Answer, Enquiry


def ask(enquiry: Enquiry[Answer]) -> Answer:
    """Drives an enquiry to its end. Raises what it raises."""

    async def asking() -> Answer:
        async with HttpTransport(1) as transport:
            try:
                request = next(enquiry)
                while True:
                    try:
                        response = await transport.send(request)
                    except NoResponse as trouble:
                        request = enquiry.throw(trouble)
                    else:
                        request = enquiry.send(response)
            except StopIteration as finished:
                answer: Answer = finished.value
                return answer

    return asyncio.run(asking())

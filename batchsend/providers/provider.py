"""What every provider is: a name, its settings, its pace, and how it delivers one message."""

from collections.abc import Generator
from dataclasses import dataclass
from typing import Protocol

from batchsend.messages.message import Message
from batchsend.providers.exchange import HttpRequest, HttpResponse
from batchsend.providers.outcomes import Attempt

Delivery = Generator[HttpRequest, HttpResponse, Attempt]
"""Yields requests, is sent their responses (or thrown a NoResponse), returns what became of the message."""


@dataclass(frozen=True, slots=True)
class Pace:
    """Cautious defaults. rate: messages a second; concurrency: messages in flight at once."""

    rate: float
    concurrency: int


class Provider(Protocol):
    """account: which gateway it is, and whose part of it; the same when a secret is renewed. Printed and stored."""

    name: str
    account: str
    pace: Pace

    def deliver(self, message: Message) -> Delivery: ...

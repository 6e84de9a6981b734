"""What every provider is: a name, its settings, its pace, how it delivers one message; and what some can do more."""

from collections.abc import Collection, Generator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeVar, runtime_checkable

from batchsend.errors import BatchsendError
from batchsend.messages.message import Message
from batchsend.providers.exchange import HttpRequest, HttpResponse
from batchsend.providers.outcomes import Attempt

Answer = TypeVar("Answer")
Enquiry = Generator[HttpRequest, HttpResponse, Answer]
"""Yields requests, is sent their responses (or thrown a NoResponse), returns what it has learnt."""
Delivery = Enquiry[Attempt]
"""An enquiry that sends a message, and returns what became of it."""


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


@dataclass(frozen=True, slots=True)
class Balance:
    """An account's credits. remaining: None when there is no limit."""

    remaining: int | None
    used: int | None = None

    def short_of(self, messages: int) -> int:
        """How many credits are missing when each message takes one."""
        return 0 if self.remaining is None else max(0, messages - self.remaining)


@runtime_checkable
class HasBalance(Protocol):
    """Can be asked what is left. Raises Unanswered when the answer says nothing."""

    def balance(self) -> Enquiry[Balance]: ...


@runtime_checkable
class HasTest(Protocol):
    """Can be asked whether the credentials are good, without sending anything. An ACCEPTED attempt: they are.

    Any other attempt says in its reason what is wrong; UNKNOWN: nobody can tell.
    """

    def test(self) -> Enquiry[Attempt]: ...


@dataclass(frozen=True, slots=True)
class Question:
    """A message of which it is not known whether it went out. key: see Message. claimed_at: UTC."""

    row: int
    to: str
    text: str
    key: str
    claimed_at: datetime


@runtime_checkable
class HasOutcomes(Protocol):
    """Can be asked what became of messages.

    known: the references of messages whose outcome is known, which are therefore nobody else's. Returns attempts by
    row, for the rows that are proven: ACCEPTED, or NOT_SENT. A row it says nothing of stays unknown.
    """

    def settle(self, questions: Sequence[Question], known: Collection[str]) -> Enquiry[Mapping[int, Attempt]]: ...


class Unanswered(BatchsendError):
    """An enquiry came back without what was asked."""

"""One file per gateway, sans I/O: yields HttpRequest values, is sent HttpResponse values, returns an Attempt."""

from batchsend.providers.exchange import HttpRequest, HttpResponse, NoAnswer, NoResponse, NotConnected
from batchsend.providers.outcomes import Attempt, Event, Stop
from batchsend.providers.provider import (
    Balance,
    Delivery,
    Enquiry,
    HasBalance,
    HasOutcomes,
    HasTest,
    Pace,
    Provider,
    Question,
    Unanswered,
)
from batchsend.providers.registry import KINDS, build_provider, find_kind, kinds, needs_phone

__all__ = [
    "KINDS", "Attempt", "Balance", "Delivery", "Enquiry", "Event", "HasBalance", "HasOutcomes", "HasTest",
    "HttpRequest", "HttpResponse", "NoAnswer", "NoResponse", "NotConnected", "Pace", "Provider", "Question", "Stop",
    "Unanswered", "build_provider", "find_kind", "kinds", "needs_phone",
]  # fmt: skip

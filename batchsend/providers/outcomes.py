"""What an answer, or its absence, means for a message. One table; a provider may only refine it.

The statuses follow RFC 9110 (9.2.2: a POST is not repeated unless it is known that it was not applied) and Twilio's
word for SMS gateways: a 5xx may have gone out, a 429 "is never processed" (twilio.com/docs/api/errors/20429).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import StrEnum
from typing import Self

from batchsend.providers.exchange import HttpResponse, NoResponse, NotConnected
from batchsend.runs.status import Status
from batchsend.settings import Secret


class Stop(StrEnum):
    """Why nothing more may be sent after this attempt."""

    CREDENTIALS = "credentials"
    CREDITS = "credits"
    PROVIDER = "provider"


class Event(StrEnum):
    """Everything that can come of a request."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    NOT_CONNECTED = "not_connected"
    NO_ANSWER = "no_answer"
    UNREADABLE = "unreadable_answer"
    MOVED = "moved"
    REDIRECTED = "redirected"
    BAD_CREDENTIALS = "bad_credentials"
    NO_CREDITS = "no_credits"
    NO_DEVICE = "no_device"
    NOT_FOUND = "not_found"
    NOT_TAKEN = "not_taken"
    TIMED_OUT = "request_timeout"
    RATE_LIMITED = "rate_limited"
    UNAVAILABLE = "unavailable"
    SERVER_ERROR = "server_error"


@dataclass(frozen=True, slots=True)
class Rule:
    """retry: the same message may be tried again. stop: nothing else may be started. doubt: about a message."""

    status: Status
    reason: str
    retry: bool = False
    stop: Stop | None = None
    doubt: str = ""


_MAYBE_TAKEN = "it may have taken the message"
RULES: Mapping[Event, Rule] = {
    Event.ACCEPTED: Rule(Status.ACCEPTED, ""),
    Event.REFUSED: Rule(Status.REJECTED, "refused by the gateway"),
    Event.NOT_CONNECTED: Rule(Status.NOT_SENT, "no connection to the gateway", retry=True),
    Event.NO_ANSWER: Rule(Status.UNKNOWN, "the connection ended before the gateway answered"),
    Event.UNREADABLE: Rule(Status.UNKNOWN, "the gateway's answer cannot be understood"),
    Event.MOVED: Rule(Status.NOT_SENT, "the gateway is at another address; check base_url", stop=Stop.PROVIDER),
    Event.REDIRECTED: Rule(
        Status.UNKNOWN, "the gateway sent us to another page", stop=Stop.PROVIDER, doubt=_MAYBE_TAKEN
    ),
    Event.BAD_CREDENTIALS: Rule(Status.NOT_SENT, "the gateway refused the credentials", stop=Stop.CREDENTIALS),
    Event.NO_CREDITS: Rule(Status.NOT_SENT, "not enough credits", stop=Stop.CREDITS),
    Event.NO_DEVICE: Rule(Status.NOT_SENT, "no device of the account can send now", stop=Stop.PROVIDER),
    Event.NOT_FOUND: Rule(
        Status.NOT_SENT, "the gateway has nothing at this address; check base_url", stop=Stop.PROVIDER
    ),
    Event.NOT_TAKEN: Rule(
        Status.NOT_SENT, "the gateway takes no requests of this form; check base_url", stop=Stop.PROVIDER
    ),
    Event.TIMED_OUT: Rule(Status.UNKNOWN, "the gateway gave up waiting for the request"),
    Event.RATE_LIMITED: Rule(Status.NOT_SENT, "the gateway asked us to slow down", retry=True),
    Event.UNAVAILABLE: Rule(Status.UNKNOWN, "the gateway is unavailable", doubt=_MAYBE_TAKEN),
    Event.SERVER_ERROR: Rule(Status.UNKNOWN, "the gateway failed", doubt=_MAYBE_TAKEN),
}

_BY_HTTP_STATUS: Mapping[int, Event] = {
    # RFC 9110, 15.4: these three say "the same request, there"; 302 and 303 are also how "done, look there" is said
    301: Event.MOVED,
    307: Event.MOVED,
    308: Event.MOVED,
    401: Event.BAD_CREDENTIALS,
    402: Event.NO_CREDITS,
    403: Event.BAD_CREDENTIALS,
    404: Event.NOT_FOUND,
    405: Event.NOT_FOUND,
    408: Event.TIMED_OUT,
    415: Event.NOT_TAKEN,
    429: Event.RATE_LIMITED,
    503: Event.UNAVAILABLE,
}


def event_of(response: HttpResponse, *, busy_is_safe: bool = False) -> Event:
    """The event a status code alone stands for. A 2xx is unreadable until a provider has read it.

    busy_is_safe: this gateway documents that what it answers with 503 and Retry-After was not taken.
    """
    if busy_is_safe and response.status == 503 and "retry-after" in response.headers:
        return Event.RATE_LIMITED
    if event := _BY_HTTP_STATUS.get(response.status):
        return event
    match response.status // 100:
        case 2:
            return Event.UNREADABLE
        case 3:
            return Event.REDIRECTED
        case 4:
            return Event.REFUSED
    return Event.SERVER_ERROR


@dataclass(frozen=True, slots=True)
class Attempt:
    """What became of one try to send one message. retry_after: seconds the gateway asked us to wait.

    is_html: a web page came where a gateway's answer was expected.
    """

    event: Event
    status: Status
    reason: str
    retry: bool = False
    stop: Stop | None = None
    reference: str = ""
    http_status: int | None = None
    retry_after: float | None = None
    is_html: bool = False

    @classmethod
    def of(cls, event: Event, detail: str = "") -> Self:
        rule = RULES[event]
        reason = f"{rule.reason}; {rule.doubt}" if rule.doubt else rule.reason
        return cls(event, rule.status, _with(reason, detail), rule.retry, rule.stop)

    @classmethod
    def of_response(cls, event: Event, response: HttpResponse, detail: str = "", reference: str = "") -> Self:
        """An attempt that was answered; the reason quotes the answer unless another detail is given."""
        quoted = "" if event is Event.ACCEPTED else detail or response.excerpt
        return replace(
            cls.of(event, quoted),
            reference=reference,
            http_status=response.status,
            retry_after=_seconds(response.headers.get("retry-after"), response.headers.get("date")),
            is_html=response.is_html,
        )

    @classmethod
    def of_test(cls, event: Event, response: HttpResponse, detail: str = "") -> Self:
        """What an answer to a test says. There was no message that the gateway may have taken."""
        attempt = cls.of_response(event, response)
        quoted = detail if event is Event.ACCEPTED else detail or response.excerpt
        return replace(attempt, reason=_with(RULES[event].reason, quoted))

    def without(self, secret: Secret) -> Self:
        """The same, should the gateway have quoted our credentials in its answer."""
        if not secret:
            return self
        word = secret.reveal()
        reason = self.reason.replace(word, "***")
        for length in range(len(word) - 1, 0, -1):
            reason = reason.replace(f"{word[:length]}…", "***…")  # where an excerpt was cut in the middle of it
        return replace(self, reason=reason)

    @classmethod
    def of_trouble(cls, trouble: NoResponse) -> Self:
        return cls.of(Event.NOT_CONNECTED if isinstance(trouble, NotConnected) else Event.NO_ANSWER, str(trouble))


def _with(reason: str, detail: str) -> str:
    detail = detail.rstrip(". ")
    return f"{reason}: {detail}" if reason and detail else reason or detail


def _seconds(retry_after: str | None, date: str | None) -> float | None:
    """Retry-After (RFC 9110, 10.2.3) as seconds: a number, or a date counted from the answer's own Date."""
    if retry_after is None:
        return None
    if retry_after.strip().isdecimal():
        return float(retry_after)
    try:
        until = parsedate_to_datetime(retry_after)
        since = parsedate_to_datetime(date) if date else datetime.now(UTC)
        return max(0.0, (until - since).total_seconds())
    except (ValueError, TypeError, OverflowError):
        return None

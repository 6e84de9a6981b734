"""The contract of a provider, as values: one Table a provider (tests/providers/tables), held to by test_contract.py.

A new provider needs nothing here: it is one file in batchsend/providers and one in tests/providers/tables.
"""

import json
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any
from urllib.parse import parse_qsl

from batchsend.messages import Message, measure
from batchsend.providers import (
    Attempt,
    Enquiry,
    HttpRequest,
    HttpResponse,
    NoAnswer,
    NoResponse,
    Provider,
    Stop,
    build_provider,
    find_kind,
)
from batchsend.providers.registry import Kind
from batchsend.runs import Status
from batchsend.sandbox import Trouble
from batchsend.settings import Settings

TEXT = 'Bună "Ana" 🎉\nSee you'
MESSAGE = Message(2, "+40723555666", "RO", TEXT, measure(TEXT), "Ana", key="0123456789abcdef0123456789abcdef")
NOTHING: Mapping[str, Any] = MappingProxyType({})
OURS = {"accept": "application/json"}
"""Headers of every request that nobody documents."""


def answer(status: int, body: Any = b"", **headers: str) -> HttpResponse:
    """bytes as they are; a str as a page; anything else as JSON."""
    match body:
        case bytes():
            return HttpResponse(status, headers, body)
        case str():
            return HttpResponse(status, {"content-type": "text/html", **headers}, body.encode())
    return HttpResponse(status, {"content-type": "application/json", **headers}, json.dumps(body).encode())


def deliver(provider: Any) -> Enquiry[Attempt]:
    delivery: Enquiry[Attempt] = provider.deliver(MESSAGE)
    return delivery


def trial(provider: Any) -> Enquiry[Attempt]:
    asked: Enquiry[Attempt] = provider.test()
    return asked


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A request as its page documents it. headers: all but OURS, by lower-case name. body: JSON; None: no body."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Golden:
    """What goes over the wire, request by request. settings: on top of the table's. script: what is answered."""

    about: str
    sent: tuple[Sent, ...]
    script: tuple[HttpResponse | NoResponse, ...] = ()
    settings: Mapping[str, str] = field(default_factory=dict)
    ask: Callable[[Any], Enquiry[Any]] = deliver


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What an answer means. script: follows Table.before; whatever is asked after it gets no answer.

    says: words that its reason holds. ask: `deliver` or `trial`.
    """

    about: str
    script: tuple[HttpResponse | NoResponse, ...]
    status: Status
    stop: Stop | None = None
    retry: bool = False
    reference: str = ""
    says: str = ""
    settings: Mapping[str, str] = field(default_factory=dict)
    ask: Callable[[Any], Enquiry[Attempt]] = deliver


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    status: Status
    stop: Stop | None = None
    retry: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One provider.

    name: as `build_provider` knows it. settings: by key, obvious fakes. toml: what batchsend.toml has to say of it,
    when it is known from there alone. secrets: texts that may be shown nowhere, also those that a gateway hands out
    (they stand in `before`). account: what it is to be. renewed: settings under which the account is the same; others:
    under each of which it is another. before: answers to what is asked before the message itself leaves (signing in).
    accepted: an answer by which a message is accepted. unlike: HTTP statuses that mean something else here than
    everywhere, with no body. practice: what comes of a message in the sandbox, where that is not what PRACTICE says;
    None: no dialect there.
    """

    name: str
    settings: Mapping[str, str]
    secrets: tuple[str, ...]
    account: str
    accepted: HttpResponse
    goldens: tuple[Golden, ...]
    cases: tuple[Case, ...]
    renewed: Mapping[str, str] = field(default_factory=dict)
    others: tuple[Mapping[str, str], ...] = ()
    toml: str = ""
    before: tuple[HttpResponse, ...] = ()
    unlike: Mapping[int, Rule] = field(default_factory=dict)
    practice: Mapping[Trouble, Rule] | None = field(default_factory=dict)

    def environment(self, **more: str) -> dict[str, str]:
        prefix = f"BATCHSEND_{self.name}_".upper().replace("-", "_")
        return {f"{prefix}{key.upper()}": value for key, value in {**self.settings, **more}.items()}

    @property
    def tables(self) -> Mapping[str, Any]:
        return tomllib.loads(self.toml)

    @property
    def kind(self) -> Kind:
        return find_kind(self.name, Settings({}, self.tables))

    def build(self, **more: str) -> Provider:
        return build_provider(self.name, Settings(self.environment(**more), self.tables))


def drive(enquiry: Enquiry[Any], *script: HttpResponse | NoResponse) -> tuple[list[HttpRequest], Any]:
    """The requests of an enquiry that is answered by the script, then by silence; and what it returned."""
    requests: list[HttpRequest] = []
    turns = iter(script)
    try:
        request = next(enquiry)
        while len(requests) < 50:
            requests.append(request)
            turn = next(turns, NoAnswer("silence"))
            request = enquiry.throw(turn) if isinstance(turn, NoResponse) else enquiry.send(turn)
    except StopIteration as finished:
        return requests, finished.value
    except NoResponse as trouble:  # as the sender has it
        return requests, Attempt.of_trouble(trouble)
    raise AssertionError("it asks without end")


def as_sent(request: HttpRequest) -> Sent:
    headers = {name.lower(): value for name, value in request.headers.items()}
    assert OURS.items() <= headers.items()
    others = {name: value for name, value in headers.items() if name not in OURS}
    is_form = headers.get("content-type") == "application/x-www-form-urlencoded"
    body = dict(parse_qsl(request.body.decode())) if is_form else json.loads(request.body) if request.body else None
    return Sent(method=request.method, url=request.url, headers=others, body=body)


# What an HTTP status alone means for a message, whoever says it (RFC 9110; reference in providers/outcomes.py).
GENERIC: Mapping[int, Rule] = {
    200: Rule(status=Status.UNKNOWN),  # until its body is understood
    202: Rule(status=Status.UNKNOWN),
    204: Rule(status=Status.UNKNOWN),
    301: Rule(status=Status.NOT_SENT, stop=Stop.PROVIDER),
    302: Rule(status=Status.UNKNOWN, stop=Stop.PROVIDER),
    303: Rule(status=Status.UNKNOWN, stop=Stop.PROVIDER),
    307: Rule(status=Status.NOT_SENT, stop=Stop.PROVIDER),
    308: Rule(status=Status.NOT_SENT, stop=Stop.PROVIDER),
    400: Rule(status=Status.REJECTED),
    401: Rule(status=Status.NOT_SENT, stop=Stop.CREDENTIALS),
    402: Rule(status=Status.NOT_SENT, stop=Stop.CREDITS),
    403: Rule(status=Status.NOT_SENT, stop=Stop.CREDENTIALS),
    404: Rule(status=Status.NOT_SENT, stop=Stop.PROVIDER),
    405: Rule(status=Status.NOT_SENT, stop=Stop.PROVIDER),
    408: Rule(status=Status.UNKNOWN),
    413: Rule(status=Status.REJECTED),
    415: Rule(status=Status.NOT_SENT, stop=Stop.PROVIDER),
    422: Rule(status=Status.REJECTED),
    429: Rule(status=Status.NOT_SENT, retry=True),
    500: Rule(status=Status.UNKNOWN),
    502: Rule(status=Status.UNKNOWN),
    503: Rule(status=Status.UNKNOWN),
    504: Rule(status=Status.UNKNOWN),
    520: Rule(status=Status.UNKNOWN),
}

# Bodies of a 2xx in which no gateway says that it took a message.
MEANINGLESS: Mapping[str, bytes] = {
    "nothing": b"",
    "a page": b"<html><body>Log in</body></html>",
    "words": b"OK",
    "half of it": b'{"success": tr',
    "null": b"null",
    "a list": b"[]",
    "an empty object": b"{}",
    "a number": b"200",
    "bytes": b"\xff\xfe\x00",
    "depth": b"[" * 100_000,
    "digits": b"9" * 10_000,
}

# What comes of one message that meets a trouble of the practice gateway.
PRACTICE: Mapping[Trouble | None, Rule] = {
    None: Rule(status=Status.ACCEPTED),
    Trouble.REJECT: Rule(status=Status.REJECTED),
    Trouble.RATE_LIMIT: Rule(status=Status.NOT_SENT, retry=True),
    Trouble.ERROR: Rule(status=Status.UNKNOWN),
    Trouble.ERROR_AFTER_ACCEPT: Rule(status=Status.UNKNOWN),
    Trouble.DROP_BEFORE_ACCEPT: Rule(status=Status.UNKNOWN),
    Trouble.DROP_AFTER_ACCEPT: Rule(status=Status.UNKNOWN),
    Trouble.SLOW: Rule(status=Status.ACCEPTED),
    Trouble.NO_CREDITS: Rule(status=Status.NOT_SENT, stop=Stop.CREDITS),
    Trouble.BAD_TOKEN: Rule(status=Status.NOT_SENT, stop=Stop.CREDENTIALS),
    Trouble.HTML: Rule(status=Status.UNKNOWN),
}

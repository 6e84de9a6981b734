"""What can go wrong between a sender and its gateway: one table. It knows what is true, not what the sender thinks."""

import json
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum, auto
from typing import Any

from batchsend.providers import HttpResponse

LONGEST_PAUSE = 300.0  # what a gateway may ask for, as the retry policy promises
ANSWER_SECONDS = 30.0


class Phase(Enum):
    """How far the request comes."""

    BEFORE_CONNECT = auto()
    BEFORE_FIRST_BYTE = auto()
    MID_BODY = auto()
    NO_ANSWER = auto()
    LATE_ANSWER = auto()
    MID_ANSWER = auto()
    ANSWERED = auto()


class Proof(Enum):
    """What the sender can know afterwards. NOTHING: the message may have gone out."""

    ACCEPTED = auto()
    REJECTED = auto()
    NOT_SENT = auto()
    NOTHING = auto()


@dataclass(frozen=True, slots=True)
class Answer:
    """pause: seconds for which nothing may leave, because the gateway asked for it."""

    response: HttpResponse
    pause: float = 0.0


Answering = Callable[[random.Random, datetime], Answer]


@dataclass(frozen=True, slots=True)
class Fault:
    """takes: how often the gateway takes the message all the same. stops: nothing more may be started after it."""

    name: str
    phase: Phase
    proves: Proof
    takes: float = 0.0
    answer: Answering | None = None
    stops: bool = False


def success(status: int = 200) -> HttpResponse:
    return _json(status, {"success": True})


def _json(status: int, content: Any, **headers: str) -> HttpResponse:
    return HttpResponse(status, {"content-type": "application/json", **headers}, json.dumps(content).encode())


def _html(status: int) -> HttpResponse:
    return HttpResponse(status, {"content-type": "text/html"}, b"<html><h1>Sign in</h1></html>")


def _raw(status: int, body: bytes) -> HttpResponse:
    return HttpResponse(status, {}, body)


def _one_of(*responses: HttpResponse) -> Answering:
    return lambda chance, _: Answer(chance.choice(responses))


def _in_any_form(*statuses: int, detail: str = "Something is wrong.") -> Answering:
    """These statuses with the bodies that frameworks and proxies put under them."""
    return _one_of(
        *(
            response
            for status in statuses
            for response in (_json(status, {"detail": detail}), _html(status), _raw(status, b""), _raw(status, b"\xff"))
        )
    )


def _limited(pause: float, **headers: str) -> Answer:
    return Answer(_json(429, {"detail": "Request was throttled."}, **headers), pause)


def _limited_seconds(chance: random.Random, _: datetime) -> Answer:
    seconds = chance.choice((0, 1, 2, 30, 299))
    return _limited(seconds, **{"retry-after": str(seconds)})


def _limited_date(chance: random.Random, now: datetime) -> Answer:
    """Without a Date of its own the answer is measured by this computer's clock: then only far dates, to replay."""
    if chance.random() < 0.5:
        return chance.choice(
            (
                _limited(0, **{"retry-after": "Fri, 31 Dec 1999 23:59:59 GMT"}),
                _limited(LONGEST_PAUSE, **{"retry-after": "Thu, 31 Dec 2099 23:59:59 GMT"}),
            )
        )
    seconds = chance.choice((0, 1, 45, 200))
    return _limited(seconds, date=_http_date(now), **{"retry-after": _http_date(now + timedelta(seconds=seconds))})


def _limited_garbage(chance: random.Random, _: datetime) -> Answer:
    return _limited(
        0, **{"retry-after": chance.choice(("soon", "-5", "", "1e3", "Mon, 99 Foo 2026", "\u0663x", "nan"))}
    )


def _limited_huge(chance: random.Random, _: datetime) -> Answer:
    return _limited(LONGEST_PAUSE, **{"retry-after": chance.choice(("86400", "9" * 30, "9" * 400))})


def _limited_zone(_chance: random.Random, _now: datetime) -> Answer:
    return _limited(0, **{"retry-after": "Mon, 01 Jan 2026 00:00:00 +99999999999999999999"})


def _http_date(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%a, %d %b %Y %H:%M:%S GMT")


def _nested(status: int) -> Answering:
    """JSON as deep as a parser of the standard library just takes, and deeper."""
    nests = [b"[" * depth + b"1" + b"]" * depth for depth in (200, 600, 900, 100_000)]
    return _one_of(*(_raw(status, body) for nest in nests for body in (nest, b'{"detail": ' + nest + b"}")))


_NEVER, _AT_TIMES, _OFTEN = 0.0, 0.5, 0.85
_ANSWERED = Phase.ANSWERED
_WRONG_JSON: tuple[Any, ...] = ([], None, 1, {}, {"success": "true"}, {"success": 1}, [{}], "ok")

_TABLE = (
    Fault("before connect", Phase.BEFORE_CONNECT, Proof.NOT_SENT),
    Fault("before the first byte", Phase.BEFORE_FIRST_BYTE, Proof.NOT_SENT),
    Fault("mid-body", Phase.MID_BODY, Proof.NOTHING),
    Fault("no answer", Phase.NO_ANSWER, Proof.NOTHING, _AT_TIMES),
    Fault("late answer", Phase.LATE_ANSWER, Proof.NOTHING, _OFTEN),
    Fault("mid-answer", Phase.MID_ANSWER, Proof.NOTHING, _OFTEN),
    Fault("HTML", _ANSWERED, Proof.NOTHING, _AT_TIMES, _one_of(_html(200), _html(203))),
    Fault("truncated JSON", _ANSWERED, Proof.NOTHING, _OFTEN, _one_of(_raw(200, b'{"succ'), _raw(200, b""))),
    Fault(
        "wrong JSON", _ANSWERED, Proof.NOTHING, _OFTEN,
        _one_of(*(_json(200, body) for body in _WRONG_JSON)),
    ),
    Fault("nested JSON", _ANSWERED, Proof.NOTHING, _AT_TIMES, _nested(200)),
    Fault(
        "success false", _ANSWERED, Proof.REJECTED, _NEVER,
        _one_of(_json(200, {"success": False}), _json(201, {"success": False, "error": "blocked number"})),
    ),
    Fault("400", _ANSWERED, Proof.REJECTED, _NEVER, _in_any_form(400, 409, 413, 415, 422)),
    Fault("400 nested", _ANSWERED, Proof.REJECTED, _NEVER, _nested(400)),
    Fault("401", _ANSWERED, Proof.NOT_SENT, _NEVER, _in_any_form(401), stops=True),
    Fault("401 nested", _ANSWERED, Proof.NOT_SENT, _NEVER, _nested(401), stops=True),
    Fault("402", _ANSWERED, Proof.NOT_SENT, _NEVER, _in_any_form(402), stops=True),
    Fault("403", _ANSWERED, Proof.NOT_SENT, _NEVER, _in_any_form(403), stops=True),
    Fault(
        "no credits", _ANSWERED, Proof.NOT_SENT, _NEVER,
        _one_of(
            _json(400, {"detail": "Not enough credits."}),
            _json(403, {"detail": "You have no credits left"}),
            _json(200, {"success": False, "error": "Insufficient credits"}),
        ),
        stops=True,
    ),
    Fault(
        "no device", _ANSWERED, Proof.NOT_SENT, _NEVER, _one_of(_json(400, {"detail": "No usable device"})),
        stops=True,
    ),
    Fault("404", _ANSWERED, Proof.NOT_SENT, _NEVER, _in_any_form(404, 405), stops=True),
    Fault("301", _ANSWERED, Proof.NOT_SENT, _NEVER, _in_any_form(301, 307, 308), stops=True),
    Fault("302", _ANSWERED, Proof.NOTHING, _AT_TIMES, _in_any_form(302, 303), stops=True),
    Fault("408", _ANSWERED, Proof.NOTHING, _AT_TIMES, _in_any_form(408)),
    Fault("429", _ANSWERED, Proof.NOT_SENT, _NEVER, lambda _, __: _limited(0)),
    Fault("429 seconds", _ANSWERED, Proof.NOT_SENT, _NEVER, _limited_seconds),
    Fault("429 date", _ANSWERED, Proof.NOT_SENT, _NEVER, _limited_date),
    Fault("429 garbage", _ANSWERED, Proof.NOT_SENT, _NEVER, _limited_garbage),
    Fault("429 huge", _ANSWERED, Proof.NOT_SENT, _NEVER, _limited_huge),
    Fault("429 zone", _ANSWERED, Proof.NOT_SENT, _NEVER, _limited_zone),
    Fault("500", _ANSWERED, Proof.NOTHING, _AT_TIMES, _in_any_form(500)),
    Fault("502", _ANSWERED, Proof.NOTHING, _AT_TIMES, _in_any_form(502, 504, 520)),
    Fault(
        "503", _ANSWERED, Proof.NOTHING, _AT_TIMES,
        _one_of(_html(503), _json(503, {"detail": "busy"}), _json(503, {"detail": "busy"}, **{"retry-after": "1"})),
    ),
)  # fmt: skip

FAULTS: Mapping[str, Fault] = {fault.name: fault for fault in _TABLE}
FINE = Fault("", Phase.ANSWERED, Proof.ACCEPTED, 1.0, _one_of(success(), success(201)))

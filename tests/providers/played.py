"""Plays an enquiry against answers written down beforehand."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from batchsend.providers import Enquiry, HttpRequest, HttpResponse, NoResponse

Result = TypeVar("Result")


@dataclass(frozen=True)
class Played(Generic[Result]):
    requests: list[HttpRequest]
    result: Result


def play(enquiry: Enquiry[Result], *answers: HttpResponse | NoResponse) -> Played[Result]:
    """Every answer must be asked for, and none more."""
    requests: list[HttpRequest] = []
    left = list(answers)
    try:
        request = next(enquiry)
        while True:
            requests.append(request)
            assert left, f"one request too many: {request}"
            answer = left.pop(0)
            request = enquiry.throw(answer) if isinstance(answer, NoResponse) else enquiry.send(answer)
    except StopIteration as finished:
        assert not left, f"never asked for: {left}"
        return Played(requests, finished.value)


def answer(status: int, said: Any = None, text: str | None = None, **headers: str) -> HttpResponse:
    body = json.dumps(said) if text is None else text
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return HttpResponse(status, {"content-type": "application/json", **named}, body.encode())


def steps(requests: Sequence[HttpRequest], base: str) -> list[str]:
    """The requests in short: "POST /auth/signinAnonymously"."""
    return [f"{request.method} {request.url.removeprefix(base)}" for request in requests]

"""The inbox as an ASGI application, for what takes too long or too much luck over a socket."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from starlette.types import Message

from batchsend.inbox.app import BODY_SECONDS, Door, Inbox
from batchsend.inbox.store import NotStoredError, Store
from batchsend.runs.reply import Reply
from batchsend.settings import Secret
from tests.virtual_time import run_virtually

REPLY = Reply("smartify", "1", "c", "", "Hi", None, number="+40723000002")


class FakeStore(Store):
    """Takes note of what happens, in order; failing: of what it cannot do."""

    def __init__(self, *failing: str) -> None:
        super().__init__(Path("nowhere"), lambda _: None)
        self.failing = failing
        self.happened: list[str] = []

    async def add(self, reply: Reply) -> None:
        self._note(f"added {reply.id}", "add")

    async def settle(self) -> None:
        self._note("settled", "settle")

    def _note(self, what: str, name: str) -> None:
        if name in self.failing:
            raise NotStoredError(name)
        self.happened.append(what)


def answer_of(store: FakeStore, *messages: Message, **scope: Any) -> int:
    """Its status, while these come in; after them, nothing does."""
    came = list(messages)

    async def receive() -> Message:
        if came:
            return came.pop(0)
        await asyncio.Event().wait()
        raise AssertionError

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            store.happened.append(f"answered {message['status']}")

    whole = {
        "type": "http",
        "method": "POST",
        "path": "/in",
        "query_string": b"",
        "headers": [(b"x-hook-secret", b"s")],
    }
    inbox = Inbox(Door("/in", Secret("s"), lambda _: REPLY), store)
    run_virtually(inbox({**whole, **scope}, receive, send))
    answered = [event for event in store.happened if event.startswith("answered")]
    return int(answered[0].split()[1]) if answered else 0


BODY = {"type": "http.request", "body": b"{}", "more_body": False}


def test_it_is_stored_before_it_is_answered_and_understood_after() -> None:
    store = FakeStore()
    assert answer_of(store, BODY) == 200
    assert store.happened == ["added 1", "answered 200", "settled"]


def test_what_cannot_be_stored_is_to_come_again() -> None:
    assert answer_of(FakeStore("add"), BODY) == 503


def test_what_is_stored_is_answered_even_if_it_cannot_be_understood_now() -> None:
    assert answer_of(FakeStore("settle"), BODY) == 200


@pytest.mark.parametrize("pieces", [0, 1])
def test_a_body_that_does_not_come_is_not_waited_for(pieces: int) -> None:
    piece = {"type": "http.request", "body": b"{", "more_body": True}
    store = FakeStore()
    assert answer_of(store, *[piece] * pieces) == 408
    assert store.happened == ["answered 408"]
    assert BODY_SECONDS == 10


def test_who_goes_away_gets_no_answer() -> None:
    assert answer_of(FakeStore(), {"type": "http.disconnect"}) == 0


def test_what_is_no_http_is_left_alone() -> None:
    assert answer_of(FakeStore(), type="lifespan") == 0

"""The practice gateway, which can kill who talks to it, and remembers which messages it answered badly."""

import json
import threading
from collections.abc import Iterable
from enum import StrEnum

from batchsend.sandbox import Sandbox
from batchsend.sandbox.dialect import Drop, Reply, Request
from tests.crashes.command import Running

_SERVER_ERROR = 500
_PATIENCE_SECONDS = 30.0


class Blow(StrEnum):
    """When the gateway strikes. The message is then taken after the death, never, or before it."""

    TAKEN_LATER = "when the gateway has read it, and takes it"
    DROPPED = "when the gateway has read it, and drops it"
    UNANSWERED = "when the gateway has taken it, unanswered"


class Gateway(Sandbox):
    """ambiguous: numbers whose request got an answer, or none, that proves nothing. seen: requests."""

    def __init__(self, trouble: Iterable[str] = (), *, seed: int = 0) -> None:
        super().__init__(trouble=trouble, seed=seed, retry_after=0, slow_seconds=0.03)
        self.ambiguous: set[str] = set()
        self._counting = threading.Lock()
        self.seen = 0
        self._blow: tuple[Blow, int] | None = None
        self._victim: Running | None = None
        self._ready = threading.Event()

    def aim(self, blow: Blow, nth: int) -> None:
        """The nth request from now on kills its sender, who is named with `at`."""
        with self._counting:
            self._blow = blow, self.seen + nth
            self._ready.clear()

    def at(self, victim: Running | None) -> None:
        self._victim = victim
        self._ready.set()

    def disarm(self) -> None:
        with self._counting:
            self._blow = None
        self._ready.set()

    def _respond(self, request: Request) -> Reply | Drop:
        with self._counting:
            self.seen += 1
            blow, hit = (self._blow[0], self._blow[1] == self.seen) if self._blow else (None, False)
        if not hit:
            return self._noted(request, super()._respond(request))
        if blow is Blow.UNANSWERED:
            super()._respond(request)
        self._ready.wait(_PATIENCE_SECONDS)
        if self._victim is not None:
            self._victim.kill()
        if blow is Blow.TAKEN_LATER:
            super()._respond(request)
        return self._noted(request, Drop(reset=False))

    def _noted(self, request: Request, answer: Reply | Drop) -> Reply | Drop:
        unproven = isinstance(answer, Drop) or answer.status >= _SERVER_ERROR or b"<html" in answer.body
        if unproven:
            self.ambiguous.add(str(json.loads(request.body)["to"]))
        return answer

"""The sender: claims what is about to leave, sends it, records what became of it. In that order, always."""

import asyncio
import random
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from batchsend.delivery.breaker import Breaker
from batchsend.delivery.carry import carry
from batchsend.delivery.pace import TokenBucket
from batchsend.delivery.recorder import Recorder
from batchsend.delivery.retry import RetryPolicy
from batchsend.delivery.window import Window
from batchsend.errors import LedgerUnwritable
from batchsend.providers.exchange import HttpRequest, HttpResponse, NoResponse, NotConnected
from batchsend.providers.outcomes import Attempt, Event, Stop
from batchsend.providers.provider import Provider
from batchsend.runs.book import Book
from batchsend.runs.run import Claim, Outcome
from batchsend.runs.status import Status
from batchsend.settings import BreakerLimits


class Transport(Protocol):
    async def send(self, request: HttpRequest) -> HttpResponse: ...


class Ending(StrEnum):
    """Why the sender stopped."""

    DONE = "done"
    INTERRUPTED = "interrupted"
    CREDENTIALS = "credentials"
    CREDITS = "credits"
    PROVIDER = "provider"
    PAUSED = "paused"
    LEDGER = "ledger"


@dataclass(slots=True)
class Progress:
    """settled: claims with an outcome, by status (a message to be tried again is not settled)."""

    settled: Counter[Status] = field(default_factory=Counter)
    credits: int = 0


@dataclass(slots=True)
class _Flight:
    """A claim that was let go. begun: its task has run at all. ticket: see Window."""

    claim: Claim
    ticket: int
    begun: bool = False


@dataclass(slots=True)
class _Waiting:
    """A message that was proven not sent. since: when its first try ended; at: when the next may start."""

    tries: int
    since: float
    at: float


_ABANDONED = Attempt(Event.NO_ANSWER, Status.UNKNOWN, "stopped while this message was on its way")


class Sender:
    """Sends one run's planned messages. `stop` and `abandon` may be called from signal handlers of its loop.

    concurrency: messages in flight at once, at most. on_progress is called after each durable step.
    """

    def __init__(
        self,
        book: Book,
        provider: Provider,
        transport: Transport,
        *,
        concurrency: int,
        rate: float,
        retry: RetryPolicy | None = None,
        limits: BreakerLimits | None = None,
        chance: random.Random | None = None,
        on_progress: Callable[[Progress], None] = lambda _: None,
    ) -> None:
        self._book = book
        self._provider = provider
        self._transport = transport
        self._bucket = TokenBucket(rate, book.pace)
        self._window = Window(concurrency)
        self._breaker = Breaker(limits or BreakerLimits())
        self._recorder = Recorder(book)
        self._retry = retry or RetryPolicy()
        self._chance = chance or random.Random()  # noqa: S311 - spreads retries, guards nothing
        self._on_progress = on_progress
        self._progress = Progress()
        self._in_flight: dict[asyncio.Task[Attempt], _Flight] = {}
        self._waiting: dict[int, _Waiting] = {}
        self._tried: dict[int, _Waiting] = {}
        self._wake = asyncio.Event()
        self._cursor = 0
        self._more = True
        self._claim_failed = False
        self._abandoned = False
        self._ending: Ending | None = None
        self._because = ""

    @property
    def unrecorded(self) -> tuple[Outcome, ...]:
        """Outcomes that the ledger did not take."""
        return tuple(self._recorder.kept)

    def stop(self, ending: Ending = Ending.INTERRUPTED, because: str = "interrupted") -> None:
        """Starts nothing more; what is in flight may finish."""
        if self._ending is None:
            self._ending, self._because = ending, because
            self._wake.set()

    def abandon(self) -> None:
        """Waits for nothing: what is in flight becomes unknown."""
        self.stop()
        self._abandoned = True
        for task in self._in_flight:
            task.cancel()

    async def run(self) -> tuple[Ending, str]:
        """Returns why it ended, and the sentence for it."""
        self._clock = asyncio.get_running_loop().time
        while True:
            if self._ending is None:
                self._start()
            if not self._in_flight and (self._ending or not (self._more or self._waiting)):
                self._tidy()
                return self._ending or Ending.DONE, self._because
            await self._wait()
            self._settle()

    def _start(self) -> None:
        """Claims as many messages as may leave now, and lets them."""
        try:
            claims = self._claim()
        except LedgerUnwritable as trouble:
            self._claim_failed = True
            self.stop(Ending.LEDGER, _clause(trouble))
            return
        for claim in claims:
            flight = _Flight(claim, self._window.ticket)
            self._in_flight[asyncio.create_task(self._attempt(flight))] = flight

    def _claim(self) -> list[Claim]:
        now = self._clock()
        due = [row for row, waiting in self._waiting.items() if waiting.at <= now]
        free = self._window.size - len(self._in_flight)
        wanted = min(free, self._window.size if self._more else len(due))
        tokens = self._bucket.take(wanted) if wanted > 0 else 0
        if not tokens:
            return []
        claims = self._book.claim_rows(due[:tokens]) if due else []
        for row in due[:tokens]:
            self._tried[row] = self._waiting.pop(row)
        if self._more and len(claims) < tokens:
            fresh = self._fresh(tokens - len(claims))
            self._more = bool(fresh)
            claims += fresh
        self._bucket.give_back(tokens - len(claims))
        return claims

    def _fresh(self, limit: int) -> list[Claim]:
        claims = self._book.claim_next(limit, after=self._cursor)
        self._cursor = claims[-1].message.row if claims else self._cursor
        return claims

    async def _attempt(self, flight: _Flight) -> Attempt:
        flight.begun = True
        try:
            return await carry(self._provider.deliver(flight.claim.message), self._send)
        except NoResponse as trouble:
            return Attempt.of_trouble(trouble)
        except Exception as error:  # noqa: BLE001 - a fault of ours after the claim must not lose the row
            return Attempt.of(Event.NO_ANSWER, f"internal error ({type(error).__name__})")

    async def _send(self, request: HttpRequest) -> HttpResponse:
        if self._abandoned:
            raise NotConnected("stopped before it left")
        return await self._transport.send(request)

    async def _wait(self) -> None:
        """Until something ends, something may start, or somebody stops us."""
        waker = asyncio.create_task(self._wake.wait())
        try:
            await asyncio.wait({*self._in_flight, waker}, timeout=self._pause(), return_when=asyncio.FIRST_COMPLETED)
        finally:
            waker.cancel()
            self._wake.clear()

    def _pause(self) -> float | None:
        """Seconds until the next message may start; None while only an ending can change anything."""
        if self._ending or len(self._in_flight) >= self._window.size:
            return None
        due = 0.0 if self._more else min((waiting.at for waiting in self._waiting.values()), default=_NEVER)
        return None if due == _NEVER else max(due - self._clock(), self._bucket.wait(), 0.0)

    def _settle(self) -> None:
        """Records all that ended, in one transaction, and decides what is tried again and whether to go on."""
        ended = [(task, flight) for task, flight in self._in_flight.items() if task.done()]
        attempts = [(flight, _attempt_of(task, flight)) for task, flight in ended]
        if attempts and (trouble := self._recorder.record([_outcome(f.claim, attempt) for f, attempt in attempts])):
            self.stop(Ending.LEDGER, _clause(trouble))
        for task, _ in ended:
            del self._in_flight[task]
        for flight, attempt in attempts:
            self._follow_up(flight, attempt)
        self._on_progress(self._progress)

    def _follow_up(self, flight: _Flight, attempt: Attempt) -> None:
        if attempt.stop:
            self.stop(_ENDINGS[attempt.stop], attempt.reason)
        if attempt.status is Status.NOT_SENT:
            self._try_again(flight, attempt)
            return
        message = flight.claim.message
        self._tried.pop(message.row, None)
        self._progress.settled[attempt.status] += 1
        if attempt.status is Status.ACCEPTED:
            self._progress.credits += message.size.credits
            self._window.widen()
        if why := self._breaker.see(message.to, attempt):
            self.stop(Ending.PAUSED, why)

    def _try_again(self, flight: _Flight, attempt: Attempt) -> None:
        row, now = flight.claim.message.row, self._clock()
        before = self._tried.pop(row, None) or _Waiting(0, now, now)
        wait = self._retry.wait(attempt, before.tries + 1, now - before.since, self._chance)
        if wait is None:
            self.stop(Ending.PROVIDER, attempt.reason)
            return
        self._waiting[row] = _Waiting(before.tries + 1, before.since, now + wait)
        if attempt.event is Event.RATE_LIMITED:
            self._window.halve(flight.ticket)
            self._close(wait)

    def _close(self, seconds: float) -> None:
        try:
            self._bucket.close(seconds)
        except LedgerUnwritable as trouble:
            self.stop(Ending.LEDGER, _clause(trouble))

    def _tidy(self) -> None:
        """Nothing is in flight any more: a last try to record, and what was claimed in vain goes back."""
        self._recorder.record(())
        if self._claim_failed:
            with suppress(LedgerUnwritable):
                self._book.release(but=[outcome.row for outcome in self._recorder.kept])
        if self._ending is Ending.PAUSED and not self._book.counts()[Status.PLANNED]:
            self._ending, self._because = Ending.DONE, ""  # there is no rest to pause before


_NEVER = float("inf")
_ENDINGS = {
    Stop.CREDENTIALS: Ending.CREDENTIALS,
    Stop.CREDITS: Ending.CREDITS,
    Stop.PROVIDER: Ending.PROVIDER,
}


def _outcome(claim: Claim, attempt: Attempt) -> Outcome:
    return Outcome(
        row=claim.message.row,
        status=attempt.status,
        code="" if attempt.status is Status.ACCEPTED else attempt.event,
        reason=attempt.reason,
        reference=attempt.reference,
        http_status=attempt.http_status,
        attempt=claim.attempt,
    )


def _attempt_of(task: asyncio.Task[Attempt], flight: _Flight) -> Attempt:
    if not task.cancelled():
        return task.result()
    return _ABANDONED if flight.begun else Attempt.of(Event.NOT_CONNECTED, "stopped before it left")


def _clause(error: LedgerUnwritable) -> str:
    """Its sentence, as it stands after `Run ... stopped:`."""
    return error.message[:1].lower() + error.message[1:].rstrip(".")

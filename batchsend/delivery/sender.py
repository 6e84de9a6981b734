"""The sender: claims what is about to leave, sends it, records what became of it. In that order, always."""

import asyncio
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from batchsend.delivery.pace import TokenBucket
from batchsend.delivery.retry import RetryPolicy
from batchsend.providers.exchange import HttpRequest, HttpResponse, NoResponse
from batchsend.providers.outcomes import Attempt, Event, Stop
from batchsend.providers.provider import Delivery, Provider
from batchsend.runs.book import Book
from batchsend.runs.run import Claim, Outcome
from batchsend.runs.status import Status


class Transport(Protocol):
    async def send(self, request: HttpRequest) -> HttpResponse: ...


class Ending(StrEnum):
    """Why the sender stopped."""

    DONE = "done"
    INTERRUPTED = "interrupted"
    CREDENTIALS = "credentials"
    CREDITS = "credits"
    PROVIDER = "provider"


@dataclass(slots=True)
class Progress:
    """settled: claims with an outcome, by status (a message to be tried again is not settled)."""

    settled: Counter[Status] = field(default_factory=Counter)
    credits: int = 0


_BURST_SECONDS = 0.05  # a burst is what a fast run sends while the loop looks away; a slow one has none
_ABANDONED = Attempt(Event.NO_ANSWER, Status.UNKNOWN, "stopped while this message was on its way")


class Sender:
    """Sends one run's planned messages. `stop` and `abandon` may be called from signal handlers of its loop.

    concurrency: messages in flight at once. on_progress is called after each durable step.
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
        chance: random.Random | None = None,
        on_progress: Callable[[Progress], None] = lambda _: None,
    ) -> None:
        self._book = book
        self._provider = provider
        self._transport = transport
        self._concurrency = concurrency
        self._rate = rate
        self._retry = retry or RetryPolicy()
        self._chance = chance or random.Random()  # noqa: S311 - spreads retries, guards nothing
        self._on_progress = on_progress
        self._progress = Progress()
        self._in_flight: dict[asyncio.Task[Attempt], Claim] = {}
        self._again: dict[int, float] = {}
        self._tries: Counter[int] = Counter()
        self._wake = asyncio.Event()
        self._cursor = 0
        self._more = True
        self._ending: Ending | None = None
        self._because = ""

    def stop(self, ending: Ending = Ending.INTERRUPTED, because: str = "interrupted") -> None:
        """Starts nothing more; what is in flight may finish."""
        if self._ending is None:
            self._ending, self._because = ending, because
        self._wake.set()

    def abandon(self) -> None:
        """Waits for nothing: what is in flight becomes unknown."""
        self.stop()
        for task in self._in_flight:
            task.cancel()

    async def run(self) -> tuple[Ending, str]:
        """Returns why it ended, and the sentence for it."""
        self._clock = asyncio.get_running_loop().time
        self._bucket = TokenBucket(self._rate, burst=self._rate * _BURST_SECONDS, now=self._clock())
        while True:
            if self._ending is None:
                self._start()
            if not self._in_flight and (self._ending or not (self._more or self._again)):
                return self._ending or Ending.DONE, self._because
            await self._wait()
            self._settle()

    def _start(self) -> None:
        """Claims as many messages as may leave now, and lets them."""
        now = self._clock()
        due = [row for row, at in self._again.items() if at <= now]
        free = self._concurrency - len(self._in_flight)
        wanted = min(free, self._concurrency if self._more else len(due))
        tokens = self._bucket.take(wanted, now) if wanted > 0 else 0
        if not tokens:
            return
        claims = self._book.claim_rows(due[:tokens]) if due else []
        for row in due[:tokens]:
            del self._again[row]
        if self._more and len(claims) < tokens:
            fresh = self._fresh(tokens - len(claims))
            self._more = bool(fresh)
            claims += fresh
        self._bucket.give_back(tokens - len(claims))
        for claim in claims:
            self._in_flight[asyncio.create_task(self._attempt(claim))] = claim

    def _fresh(self, limit: int) -> list[Claim]:
        claims = self._book.claim_next(limit, after=self._cursor)
        self._cursor = claims[-1].message.row if claims else self._cursor
        return claims

    async def _attempt(self, claim: Claim) -> Attempt:
        try:
            return await self._carry(self._provider.deliver(claim.message))
        except NoResponse as trouble:
            return Attempt.of_trouble(trouble)
        except Exception as error:  # noqa: BLE001 - a fault of ours after the claim must not lose the row
            return Attempt.of(Event.NO_ANSWER, f"internal error ({type(error).__name__})")

    async def _carry(self, delivery: Delivery) -> Attempt:
        """Drives a provider's generator to its end, over the transport."""
        try:
            request = next(delivery)
            while True:
                try:
                    response = await self._transport.send(request)
                except NoResponse as trouble:
                    request = delivery.throw(trouble)
                else:
                    request = delivery.send(response)
        except StopIteration as finished:
            attempt: Attempt = finished.value
            return attempt

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
        if self._ending or len(self._in_flight) >= self._concurrency:
            return None
        now = self._clock()
        due = 0.0 if self._more else min(self._again.values(), default=float("inf")) - now
        if due == float("inf"):
            return None
        return max(due, self._bucket.wait(now), 0.0)

    def _settle(self) -> None:
        """Records all that ended, in one transaction, and decides what is tried again and whether to go on."""
        ended = [(task, claim) for task, claim in self._in_flight.items() if task.done()]
        attempts = [(claim, _ABANDONED if task.cancelled() else task.result()) for task, claim in ended]
        if attempts:
            self._book.record([_outcome(claim, attempt) for claim, attempt in attempts])
        for task, _ in ended:
            del self._in_flight[task]
        for claim, attempt in attempts:
            self._follow_up(claim, attempt)
        self._on_progress(self._progress)

    def _follow_up(self, claim: Claim, attempt: Attempt) -> None:
        if attempt.stop:
            self.stop(_ENDINGS[attempt.stop], attempt.reason)
        if attempt.status is not Status.NOT_SENT:
            self._progress.settled[attempt.status] += 1
            self._progress.credits += claim.message.size.credits if attempt.status is Status.ACCEPTED else 0
            return
        row, now = claim.message.row, self._clock()
        self._tries[row] += 1
        wait = self._retry.wait(attempt, self._tries[row], self._chance)
        if wait is None:
            self.stop(Ending.PROVIDER, attempt.reason)
            return
        self._again[row] = now + wait
        if attempt.event is Event.RATE_LIMITED:
            self._bucket.close(wait, now)


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
    )

"""The simulated gateway: what it accepted (the truth), and the wire to it with all its faults."""

import asyncio
import json
import random
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from batchsend.delivery.retry import RetryPolicy
from batchsend.providers import HttpRequest, HttpResponse, NoAnswer, NotConnected
from tests.simulation.faults import ANSWER_SECONDS, FAULTS, FINE, LONGEST_PAUSE, Fault, Phase, Proof
from tests.simulation.pace_check import PaceCheck

_MOST_REQUESTS = 3_000  # in one life; a sender that needs more of them for 40 messages will never end


@dataclass(slots=True)
class Weather:
    """What goes wrong today, and how often. outage: this happens to a whole stretch of requests."""

    kinds: list[Fault]
    share: float
    balancer: float
    slow: float
    outage: Fault = FINE
    stretch: range = range(0)

    @classmethod
    def of(cls, chance: random.Random, without: frozenset[str]) -> "Weather":
        """Each seed has its own few kinds of trouble (swarm testing): a mixture of all would hide the rare ones."""
        known = [fault for name, fault in FAULTS.items() if name not in without]
        often = chance.choice((0.1, 0.3, 0.6))
        kinds = [fault for fault in known if chance.random() < often]
        begins, lasts = chance.randrange(1, 30), chance.choice((0, 0, 0, 6, 20, 100))
        return cls(
            kinds,
            share=chance.choice((0.02, 0.1, 0.25, 0.6)) if kinds else 0.0,
            balancer=chance.choice((0.0, 0.0, 0.05, 0.3)),
            slow=chance.choice((0.0, 0.0, 0.1, 0.5)),
            outage=chance.choice(known),
            stretch=range(begins, begins + lasts),
        )

    def strike(self, number: int, chance: random.Random) -> Fault:
        """What happens to request `number`."""
        if number in self.stretch:
            return self.outage
        return chance.choice(self.kinds) if chance.random() < self.share else FINE


CLEAR = Weather([], 0.0, 0.0, 0.0)


@dataclass(slots=True)
class Account:
    """What the gateway knows, by row. repeated: what a load balancer delivered twice; no sender can prevent that.

    out: rows whose message may have gone out; ambiguous: rows of which the sender was told nothing it could rely on.
    """

    texts: Mapping[tuple[str, str], int]
    accepted: Counter[int] = field(default_factory=Counter)
    repeated: Counter[int] = field(default_factory=Counter)
    out: set[int] = field(default_factory=set)
    ambiguous: set[int] = field(default_factory=set)
    requests: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    violations: list[str] = field(default_factory=list)

    def complain(self, violation: str) -> None:
        if violation not in self.violations:
            self.violations.append(violation)

    def row_of(self, request: HttpRequest) -> int:
        content = json.loads(request.body)
        row = self.texts.get((content["to"], content["content"]))
        if row is None:
            self.complain(f"a message that nobody planned: {content}")
        return row or 0


class Wire:
    """One process's way to the gateway. `live` is called wherever the process may die."""

    def __init__(
        self,
        account: Account,
        weather: Weather,
        chance: random.Random,
        *,
        concurrency: int,
        rate: float,
        now: Callable[[], datetime],
        live: Callable[[], None],
        log: Callable[..., None],
    ) -> None:
        self._account = account
        self._weather = weather
        self._chance = chance
        self._concurrency = concurrency
        self._now = now
        self._live = live
        self._log = log
        self._pace = PaceCheck(rate)
        self._requests = 0
        self._tries: Counter[int] = Counter()
        self._in_flight = 0
        self._quiet: tuple[float, float] = (0.0, 0.0)
        self._after_stop: int | None = None

    @property
    def stopped(self) -> bool:
        """The gateway said something after which nothing may start."""
        return self._after_stop is not None

    async def send(self, request: HttpRequest) -> HttpResponse:
        row = self._account.row_of(request)
        fault = self._weather.strike(self._account.requests, self._chance)
        self._check_start(row)
        self._log("request", row, fault.name or "fine")
        if fault.name:
            self._account.faults[fault.name] += 1
        self._in_flight += 1
        try:
            return await self._exchange(row, fault)
        finally:
            self._in_flight -= 1

    async def _exchange(self, row: int, fault: Fault) -> HttpResponse:
        chance = self._chance
        await self._pass(chance.choice((0.0, 0.001, 0.1, 10.0 if fault.phase is Phase.BEFORE_CONNECT else 0.3)))
        if fault.phase is Phase.BEFORE_CONNECT:
            raise NotConnected("connection refused")
        await self._pass(0.001)
        if fault.phase is Phase.BEFORE_FIRST_BYTE:
            raise NotConnected("closed before the first byte")
        self._account.out.add(row)
        await self._pass(chance.uniform(0.0, 0.02))
        if fault.phase is Phase.MID_BODY:
            self._tell(row, fault)
            raise NoAnswer("the connection was closed")
        self._deliver(row, fault)
        if fault.phase is Phase.LATE_ANSWER:
            await self._pass(ANSWER_SECONDS)
            self._tell(row, fault)
            raise NoAnswer("no answer in time")
        await self._pass(
            chance.uniform(2.0, 29.0) if chance.random() < self._weather.slow else chance.uniform(0.0, 1.0)
        )
        self._tell(row, fault)
        if fault.answer is None or fault.phase is not Phase.ANSWERED:
            raise NoAnswer("the connection was closed")
        answer = fault.answer(chance, self._now())
        if answer.pause:
            time = _time()
            self._quiet = time, max(self._quiet[1], time + min(answer.pause, LONGEST_PAUSE))
        return answer.response

    def _deliver(self, row: int, fault: Fault) -> None:
        """The whole request is at the gateway, perhaps twice."""
        if self._chance.random() < fault.takes:
            self._account.accepted[row] += 1
            self._log("accepted", row)
            if self._chance.random() < self._weather.balancer:
                self._account.repeated[row] += 1

    def _tell(self, row: int, fault: Fault) -> None:
        """The sender learns what this fault lets it know."""
        if fault.proves is Proof.NOTHING:
            self._account.ambiguous.add(row)
        elif fault.proves is not Proof.ACCEPTED:
            self._account.out.discard(row)
        if fault.stops and self._after_stop is None:
            self._after_stop = 0

    def _check_start(self, row: int) -> None:
        time, complain = _time(), self._account.complain
        self._account.requests += 1
        self._requests += 1
        if row in self._account.out:
            complain(f"row {row} was sent again after it may have gone out")
        if self._in_flight >= self._concurrency:
            complain(f"more than {self._concurrency} messages in flight")
        if not self._pace.allows(time):
            complain(f"faster than the bucket at {time:.3f}s")
        asked, until = self._quiet
        if asked < time < until - 1e-6:
            complain(f"a request at {time:.3f}s, though the gateway asked for quiet until {until:.3f}s")
        if self._after_stop is not None:
            self._after_stop += 1
            if self._after_stop > self._concurrency - 1:
                complain("requests went on after the gateway had refused the account")
        self._tries[row] += 1
        if self._tries[row] > RetryPolicy().attempts:
            complain(f"row {row} was tried {self._tries[row]} times in one go")
        if self._requests > _MOST_REQUESTS:
            complain("the sender never ends")
            raise SystemExit

    async def _pass(self, seconds: float) -> None:
        self._live()
        await asyncio.sleep(seconds)
        self._live()


def _time() -> float:
    return asyncio.get_running_loop().time()

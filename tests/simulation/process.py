"""One process: what the command does, from opening the ledger to ending the run, with a loop whose time is virtual."""

import asyncio
import random
from collections import Counter
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Protocol

from batchsend.contacts.headers import Columns
from batchsend.delivery import Ending, Sender
from batchsend.errors import AlreadySent, LedgerUnwritable, RunHeld
from batchsend.messages import Written
from batchsend.providers import build_provider
from batchsend.runs import Ledger, Plan, Run, RunState, Status
from batchsend.settings import Settings
from tests.runs.plans import DETAILS
from tests.simulation.disk import Disk
from tests.simulation.gateway import Account, Weather, Wire
from tests.simulation.loop import ProcessLoop

_PROVIDER = build_provider("robo-sms", Settings({"BATCHSEND_ROBO_SMS_TOKEN": "fake-token"}, {}))
_BATCH = 16


class Observe(Protocol):
    def __call__(self, ledger: Ledger, run: Run, *, interrupted: bool) -> None: ...


@dataclass(slots=True)
class Interruptions:
    """What people and machines do to a process. Times are seconds of its loop, awaits count from 1.

    rival_at: another process tries to send the same run. repeats: once it is over, the person sends the list again.
    """

    stop_at: float | None = None
    abandon_at: float | None = None
    crash_at_await: int | None = None
    crash_at_time: float | None = None
    rival_at: float | None = None
    repeats: bool = True


@dataclass(slots=True, kw_only=True)
class Process:
    """log, observe and complain are the simulation's; faults counts what happened to this process."""

    disk: Disk
    account: Account
    weather: Weather
    chance: random.Random
    concurrency: int
    rate: float
    interruptions: Interruptions
    now: Callable[[], datetime]
    log: Callable[..., None]
    observe: Observe
    complain: Callable[[str], None]
    faults: Counter[str] = field(default_factory=Counter)
    _loop: ProcessLoop | None = None
    _awaits: int = 0
    _ledger_failed: bool = False

    def time(self) -> float:
        return self._loop.time() if self._loop else 0.0

    def main(self, written: list[Written]) -> bool:
        """send, or resume once there is something to resume. True when nothing is left."""
        ledger = Ledger(self.disk.path, self.now)
        try:
            begun = ledger.runs()
            for run in begun:  # what was kept beside the ledger is no loss: taken up before anybody looks
                ledger.leftovers(run).take_up(ledger.book(run))
                with self.disk.quiet():
                    self.observe(ledger, run, interrupted=True)
            with suppress(LedgerUnwritable):
                ledger.settle_dead()
            finished = self._resume(ledger) if begun else self._send(ledger, written)
            if (
                self.interruptions.repeats and self.account.texts
            ):  # a list without messages may come as often as it likes
                self._repeat(ledger, written)
            return finished
        finally:
            ledger.close()

    def _send(self, ledger: Ledger, written: list[Written]) -> bool:
        run = ledger.draft(replace(DETAILS, account=_PROVIDER.account))
        try:
            with ledger.holding(run):
                run = self._begin(ledger, run, written)
                if ledger.book(run).counts()[Status.PLANNED]:
                    return self._carry_out(ledger, run)
                return self._end(ledger, run, "no row can be sent")
        finally:
            ledger.discard(run)

    def _begin(self, ledger: Ledger, run: Run, written: list[Written]) -> Run:
        batches = [written[at : at + _BATCH] for at in range(0, len(written), _BATCH)]
        plan = Plan(batches, Columns(phone=(0,)))
        book = ledger.book(run)
        for batch in plan.batches():
            book.add(batch)
        return ledger.begin(
            run,
            plan.fingerprint.of(_PROVIDER.name, run.details.account) if plan.totals.messages else "",
            again=not plan.totals.messages,
        )

    def _resume(self, ledger: Ledger) -> bool:
        (run,) = ledger.runs()
        with ledger.holding(run):
            book = ledger.book(run)
            ledger.leftovers(run).take_up(book)
            abandoned = book.settle_abandoned()
            if not abandoned and not book.counts()[Status.PLANNED]:
                self._look(ledger, run)
                return True
            self.log("resume", f"{abandoned} abandoned")
            return self._carry_out(ledger, ledger.resume(run))

    def _carry_out(self, ledger: Ledger, run: Run) -> bool:
        book = ledger.book(run)
        try:
            ending, because = self._deliver(ledger, run)
        except BaseException:
            if self.disk.alive:
                with self.disk.quiet():
                    self.observe(ledger, run, interrupted=True)
            book.settle_abandoned()
            self._end(ledger, run, "internal error")
            raise
        self.log("ended", ending.value, because)
        return self._end(ledger, run, because)

    def _end(self, ledger: Ledger, run: Run, because: str) -> bool:
        left = ledger.book(run).counts()[Status.PLANNED]
        if not self._ledger_failed:
            ledger.end(run, RunState.STOPPED if left else RunState.FINISHED, because)
            self._look(ledger, run)
        return not left and not self._ledger_failed

    def _look(self, ledger: Ledger, run: Run) -> None:
        with self.disk.quiet():
            self.observe(ledger, run, interrupted=False)

    def _deliver(self, ledger: Ledger, run: Run) -> tuple[Ending, str]:
        self._loop = loop = ProcessLoop()
        loop.set_exception_handler(lambda _loop, _context: None)  # tasks that die with their process say nothing
        try:
            return loop.run_until_complete(self._session(ledger, run))
        finally:
            _end_tasks(loop)

    async def _session(self, ledger: Ledger, run: Run) -> tuple[Ending, str]:
        wire = Wire(
            self.account,
            self.weather,
            self.chance,
            concurrency=self.concurrency,
            rate=self.rate,
            now=self.now,
            live=self._live,
            log=self.log,
        )
        sender = Sender(
            ledger.book(run),
            _PROVIDER,
            wire,
            concurrency=self.concurrency,
            rate=self.rate,
            chance=self.chance,
            on_progress=lambda _: self._live(),
        )
        self._schedule(ledger, run, sender)
        ending, because = await sender.run()
        self._ledger_failed = ending is Ending.LEDGER
        if sender.unrecorded:
            self._happens("outcomes kept beside the ledger")
            ledger.leftovers(run).keep(sender.unrecorded)
        if wire.stopped and ending is Ending.DONE:
            self.complain("the gateway refused the account, and the run ended as if nothing had been")
        return ending, because

    def _schedule(self, ledger: Ledger, run: Run, sender: Sender) -> None:
        def stop() -> None:
            self._happens("stop")
            sender.stop()

        def abandon() -> None:
            self._happens("abandon")
            with self.disk.quiet():
                self.observe(ledger, run, interrupted=True)
            sender.abandon()

        def rival() -> None:
            self._happens("rival")
            self._rival()

        given = self.interruptions
        events: tuple[tuple[float | None, Callable[[], None]], ...] = (
            (given.stop_at, stop),
            (given.abandon_at, abandon),
            (given.crash_at_time, self.disk.die),
            (given.rival_at, rival),
        )
        for at, event in events:
            if at is not None:
                asyncio.get_running_loop().call_later(at, event)

    def _rival(self) -> None:
        """Another process finds the run and would send it."""
        with self.disk.quiet():
            other = Ledger(self.disk.path, self.now)
            (run,) = other.runs()
            try:
                with other.holding(run):
                    self.complain("two processes hold the run")
            except RunHeld:
                self.log("the rival is refused")
            other.close()

    def _repeat(self, ledger: Ledger, written: list[Written]) -> None:
        """The same people and texts in another file and another order."""
        self._happens("same list again")
        run = ledger.draft(replace(DETAILS, account=_PROVIDER.account, list_name="list (2).xlsx", sheet="Sheet1"))
        try:
            again = self._begin(ledger, run, self.chance.sample(written, len(written)))
        except AlreadySent:
            self.log("the repetition is refused")
        else:
            self.complain(f"the same list was taken twice: {ledger.book(again).counts()[Status.PLANNED]} messages")
        finally:
            ledger.discard(run)

    def _happens(self, what: str) -> None:
        self.log(what)
        self.faults[what] += 1

    def _live(self) -> None:
        """A point where the process may die."""
        self._awaits += 1
        if self._awaits == self.interruptions.crash_at_await:
            self.disk.die()


def _end_tasks(loop: asyncio.AbstractEventLoop) -> None:
    """What asyncio.run does when its main task has ended, however that was."""
    tasks = asyncio.all_tasks(loop)
    for task in tasks:
        task.cancel()

    async def all_of(*those: Coroutine[Any, Any, Any] | asyncio.Task[Any]) -> None:
        await asyncio.gather(*those, return_exceptions=True)

    loop.run_until_complete(all_of(*tasks))
    loop.close()

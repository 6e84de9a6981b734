"""Runs a sender in an event loop of its own, and lets signals stop it."""

import asyncio
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType, TracebackType
from typing import Self

from batchsend.delivery.sender import Ending, Progress, Sender
from batchsend.delivery.transport import HttpTransport
from batchsend.providers.provider import Provider
from batchsend.runs.ledger import Ledger
from batchsend.runs.leftovers import Leftovers
from batchsend.runs.run import Outcome, Run
from batchsend.settings import BreakerLimits

_SIGNALS = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK") if hasattr(signal, name))
_PATIENCE = 2


class Interrupts:
    """Holds the signals while a run is sent and its workbook written.

    The first stops starting, the second gives up on what is in flight. After the sending they are held back, so that
    the workbook is written; who insists ends it. on_interrupt is told, True from the second on.
    """

    def __init__(self, on_interrupt: Callable[[bool], None] = lambda _: None) -> None:
        self._on_interrupt = on_interrupt
        self._count = 0
        self._before: dict[int, object] = {}
        self._sender: tuple[asyncio.AbstractEventLoop, Sender] | None = None

    def __enter__(self) -> Self:
        # only the main thread may set signal handlers; a signal that is ignored (nohup) stays ignored
        if threading.current_thread() is threading.main_thread():
            wanted = [number for number in _SIGNALS if signal.getsignal(number) is not signal.SIG_IGN]
            self._before = {number: signal.signal(number, self._received) for number in wanted}
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)  # type: ignore[arg-type]  # what signal.signal gave us

    def watch(self, sender: Sender) -> None:
        """From its own loop: signals now stop this sender, also those that came before."""
        self._sender = asyncio.get_running_loop(), sender
        if self._count:
            sender.stop()

    @contextmanager
    def asking(self) -> Iterator[None]:
        """While a person is asked something, Ctrl-C is an answer: KeyboardInterrupt."""
        self._count = _PATIENCE
        try:
            yield
        finally:
            self._count = 0

    def release(self) -> None:
        self._sender = None
        self._count = 0

    def _received(self, _number: int, _frame: FrameType | None) -> None:
        self._count += 1
        if self._sender is not None:
            loop, sender = self._sender
            loop.call_soon_threadsafe(sender.abandon if self._count > 1 else sender.stop)
            with suppress(OSError):  # the terminal may be gone: that is what a hang-up is
                self._on_interrupt(self._count > 1)
        elif self._count > _PATIENCE:
            raise KeyboardInterrupt


def deliver(
    ledger: Ledger,
    run: Run,
    provider: Provider,
    interrupts: Interrupts,
    *,
    concurrency: int,
    rate: float,
    limits: BreakerLimits | None = None,
    only: str | None = None,
    on_progress: Callable[[Progress], None] = lambda _: None,
) -> tuple[Ending, str]:
    """Sends a run's planned messages and returns why it ended, with a sentence. only: see HttpTransport.

    Outcomes that the ledger does not take go into a file, which the sentence names.
    """
    unrecorded: tuple[Outcome, ...] = ()

    async def session() -> tuple[Ending, str]:
        nonlocal unrecorded
        async with HttpTransport(concurrency, only=only) as transport:
            sender = Sender(
                ledger.book(run),
                provider,
                transport,
                concurrency=concurrency,
                rate=rate,
                limits=limits,
                on_progress=on_progress,
            )
            interrupts.watch(sender)
            try:
                return await sender.run()
            finally:
                unrecorded = sender.unrecorded

    try:
        ending, because = asyncio.run(session())
    finally:
        interrupts.release()
    return ending, f"{because}; {_kept(ledger.leftovers(run), unrecorded)}" if unrecorded else because


def _kept(leftovers: Leftovers, outcomes: tuple[Outcome, ...]) -> str:
    path = leftovers.keep(outcomes)
    if path is not None:
        return f"what became of {len(outcomes)} messages is in {path}, which the next batchsend command takes up"
    told = ", ".join(f"row {outcome.row} {outcome.status}" for outcome in outcomes)
    return f"no folder took what became of {len(outcomes)} messages: {told}"

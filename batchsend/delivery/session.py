"""Runs a sender in an event loop of its own, and lets signals stop it."""

import asyncio
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from batchsend.delivery.sender import Ending, Progress, Sender
from batchsend.delivery.transport import HttpTransport
from batchsend.providers.provider import Provider
from batchsend.runs.book import Book

_SIGNALS = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK") if hasattr(signal, name))


def deliver(
    book: Book,
    provider: Provider,
    *,
    concurrency: int,
    rate: float,
    environment_proxies: bool = True,
    on_progress: Callable[[Progress], None] = lambda _: None,
    on_interrupt: Callable[[bool], None] = lambda _: None,
) -> tuple[Ending, str]:
    """Sends a run's planned messages and returns why it ended, with a sentence.

    The first signal stops starting, the second gives up on what is in flight; on_interrupt is told which it is
    (True: the second).
    """

    async def session() -> tuple[Ending, str]:
        async with HttpTransport(concurrency, environment_proxies=environment_proxies) as transport:
            sender = Sender(book, provider, transport, concurrency=concurrency, rate=rate, on_progress=on_progress)
            with _interrupts(sender, on_interrupt):
                return await sender.run()

    return asyncio.run(session())


@contextmanager
def _interrupts(sender: Sender, on_interrupt: Callable[[bool], None]) -> Iterator[None]:
    loop = asyncio.get_running_loop()
    count = 0

    def interrupted() -> None:
        nonlocal count
        count += 1
        on_interrupt(count > 1)
        sender.abandon() if count > 1 else sender.stop()

    def from_thread(*_: object) -> None:
        loop.call_soon_threadsafe(interrupted)

    # only the main thread may set signal handlers; elsewhere somebody else owns the signals
    ours = _SIGNALS if threading.current_thread() is threading.main_thread() else ()
    before = {number: signal.signal(number, from_thread) for number in ours}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)

"""Signals, against the real session: a real loop, a real socket, the real ledger."""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import closing

import pytest

from batchsend.delivery import Ending, Interrupts, Progress, deliver
from batchsend.providers import build_provider
from batchsend.runs import Ledger, Status
from batchsend.sandbox import Sandbox
from batchsend.settings import Settings
from tests.runs.plans import begun, message


@pytest.fixture
def ledger() -> Iterator[Ledger]:
    with closing(Ledger(":memory:")) as ledger:
        yield ledger


def send(
    ledger: Ledger, gateway: Sandbox, interrupts: Interrupts, on_progress: Callable[[Progress], None] = lambda _: None
) -> tuple[Ending, str]:
    settings = Settings({"BATCHSEND_ROBO_SMS_TOKEN": "fake", "BATCHSEND_ROBO_SMS_BASE_URL": gateway.base_url}, {})
    return deliver(
        ledger,
        ledger.runs()[0],
        build_provider("robo-sms", settings),
        interrupts,
        concurrency=2,
        rate=1000,
        only=gateway.base_url,
        on_progress=on_progress,
    )


def signal_after(count: int, *numbers: int) -> Callable[[Progress], None]:
    """Sends the signals to this very process once so many messages are settled."""
    pending = list(numbers)

    def look(progress: Progress) -> None:
        if progress.settled.total() >= count:
            while pending:
                os.kill(os.getpid(), pending.pop(0))

    return look


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_the_first_signal_finishes_what_is_in_flight(ledger: Ledger, number: int) -> None:
    _, book = begun(ledger, *(message(row) for row in range(2, 202)))
    told: list[bool] = []
    with Sandbox() as gateway, Interrupts(told.append) as interrupts:
        ending, _ = send(ledger, gateway, interrupts, signal_after(10, number))
        accepted = len(gateway.record.accepted())
    assert (ending, told) == (Ending.INTERRUPTED, [False])
    assert book.counts() == {Status.ACCEPTED: accepted, Status.PLANNED: 200 - accepted}
    assert accepted < 50


def test_the_second_signal_gives_up_on_what_is_in_flight(ledger: Ledger) -> None:
    _, book = begun(ledger, *(message(row) for row in range(2, 202)))
    told: list[bool] = []
    with Sandbox(trouble=["slow=@11"], slow_seconds=30) as gateway, Interrupts(told.append) as interrupts:
        ending, _ = send(ledger, gateway, interrupts, signal_after(10, signal.SIGINT, signal.SIGINT))
    assert (ending, told) == (Ending.INTERRUPTED, [False, True])
    counts = book.counts()
    assert counts[Status.ACCEPTED] == 10
    assert 0 < counts[Status.UNKNOWN] <= 2
    assert counts.total() == 200


def test_a_terminal_that_is_gone_does_not_keep_a_hang_up_from_stopping(ledger: Ledger) -> None:
    def cannot_say(_: bool) -> None:
        raise OSError("the terminal is gone")

    begun(ledger, *(message(row) for row in range(2, 202)))
    with Sandbox() as gateway, Interrupts(cannot_say) as interrupts:
        ending, _ = send(ledger, gateway, interrupts, signal_after(10, signal.SIGHUP))
    assert ending is Ending.INTERRUPTED


def test_a_signal_that_was_ignored_before_stays_ignored() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with Interrupts():
            assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)


def test_after_the_sending_a_signal_is_held_back_until_somebody_insists() -> None:
    with Interrupts() as interrupts:
        interrupts.release()
        os.kill(os.getpid(), signal.SIGTERM)
        os.kill(os.getpid(), signal.SIGINT)
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGINT)
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL

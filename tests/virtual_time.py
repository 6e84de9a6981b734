"""An event loop whose time passes at once: a sleep of an hour takes none, and what runs is the real asyncio."""

import asyncio
import selectors
from collections.abc import Coroutine
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

Result = TypeVar("Result")
_BEGINNING = datetime(2026, 11, 21, tzinfo=UTC)


class _JumpingSelector(selectors.SelectSelector):
    """Instead of waiting, tells the loop that the time has passed."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0)
        if not ready and timeout is None:
            raise AssertionError("everything waits for something that will never come")
        if not ready and timeout is not None:
            self.now += max(0.0, timeout)
        return ready


class VirtualLoop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self._virtual = _JumpingSelector()
        super().__init__(self._virtual)

    def time(self) -> float:
        return self._virtual.now


def virtual_now() -> datetime:
    """The running loop's time, as a clock; the loop's beginning where none runs."""
    try:
        passed = asyncio.get_running_loop().time()
    except RuntimeError:
        passed = 0.0
    return _BEGINNING + timedelta(seconds=passed)


def run_virtually(main: Coroutine[Any, Any, Result]) -> Result:
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(main)

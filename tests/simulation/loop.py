"""The loop of a simulated process."""

import asyncio
from collections.abc import Callable
from contextvars import Context
from typing import TypeVarTuple

from tests.virtual_time import VirtualLoop

_FINEST = 1e-6
_Given = TypeVarTuple("_Given")


class ProcessLoop(VirtualLoop):
    """asyncio lets a timer ring a nanosecond early; whoever then waits for the rest must not wait for ever.

    On a real clock the rest passes while the loop turns. Here time only passes in timers, so none is finer than this.
    """

    def call_later(
        self, delay: float, callback: Callable[[*_Given], object], *args: *_Given, context: Context | None = None
    ) -> asyncio.TimerHandle:
        return super().call_later(max(delay, _FINEST), callback, *args, context=context)

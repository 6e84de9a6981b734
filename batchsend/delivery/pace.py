"""How fast messages may leave: a token bucket whose level is kept by all who send through the account."""

import math
from collections.abc import Callable
from typing import Protocol

from batchsend.runs.pace_book import PaceState

_SECOND = 1_000_000
_BURST_SECONDS = 0.05  # a burst is what a fast run sends while the loop looks away; a slow one has none
_LONGEST_CLOSED = 600 * _SECOND  # what lies farther ahead comes from a clock that was set back


class Level(Protocol):
    """Where the level of the bucket is kept. Times are microseconds of one clock that all of them read."""

    def now(self) -> int: ...

    def read(self) -> PaceState: ...

    def change(self, to: Callable[[PaceState], PaceState]) -> PaceState: ...


class TokenBucket:
    """rate: tokens a second. Every token of the bucket is one message.

    The level is kept as the time at which the bucket will be full: one number that runs of different rates can share.
    """

    def __init__(self, rate: float, level: Level, burst: float | None = None) -> None:
        self._token = math.ceil(_SECOND / rate)
        self._slack = round((max(1.0, rate * _BURST_SECONDS if burst is None else burst) - 1) * self._token)
        self._level = level

    def take(self, wanted: int) -> int:
        """As many tokens as there are, up to `wanted`."""
        granted = 0

        def taken(state: PaceState) -> PaceState:
            nonlocal granted
            now = self._level.now()
            state = self._sane(state, now)
            granted = min(wanted, self._tokens(state, now))
            return PaceState(max(state.full_at, now) + granted * self._token, state.closed_until)

        if self.wait() == 0:  # looked up first: it costs no write
            self._level.change(taken)
        return granted

    def wait(self) -> float:
        """Seconds until there is a token."""
        now = self._level.now()
        state = self._sane(self._level.read(), now)
        return max(state.full_at - self._slack - now, state.closed_until - now, 0) / _SECOND

    def give_back(self, tokens: int) -> None:
        if tokens:
            self._level.change(lambda state: PaceState(state.full_at - tokens * self._token, state.closed_until))

    def close(self, seconds: float) -> None:
        """Nothing leaves for so long: the gateway asked everybody to wait."""
        until = self._level.now() + math.ceil(seconds * _SECOND)
        self._level.change(lambda state: PaceState(state.full_at, max(state.closed_until, until)))

    def _tokens(self, state: PaceState, now: int) -> int:
        ahead = max(state.full_at - now, 0)
        return 0 if now < state.closed_until or ahead > self._slack else (self._slack - ahead) // self._token + 1

    def _sane(self, state: PaceState, now: int) -> PaceState:
        """What is farther ahead than it can be was written before the clock was set back."""
        return PaceState(
            min(state.full_at, now + self._slack + self._token), min(state.closed_until, now + _LONGEST_CLOSED)
        )

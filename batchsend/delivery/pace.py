"""How fast messages may leave: a token bucket, told the time by its owner."""

import math


class TokenBucket:
    """rate: tokens a second; burst: tokens that may be saved up. Times are seconds of a monotonic clock."""

    def __init__(self, rate: float, burst: float, now: float) -> None:
        self._rate = rate
        self._burst = max(1.0, burst)
        self._tokens = self._burst
        self._at = now
        self._closed_until = now

    def take(self, wanted: int, now: float) -> int:
        """As many tokens as there are, up to `wanted`."""
        self._refill(now)
        if now < self._closed_until:
            return 0
        granted = min(wanted, math.floor(self._tokens + 1e-9))
        self._tokens -= granted
        return granted

    def wait(self, now: float) -> float:
        """Seconds until there is a token."""
        self._refill(now)
        missing = max(0.0, 1.0 - self._tokens) / self._rate
        return max(missing, self._closed_until - now, 0.0)

    def give_back(self, tokens: int) -> None:
        self._tokens = min(self._burst, self._tokens + tokens)

    def close(self, seconds: float, now: float) -> None:
        """Nothing leaves for so long: the gateway asked everybody to wait."""
        self._closed_until = max(self._closed_until, now + seconds)

    def _refill(self, now: float) -> None:
        self._tokens = min(self._burst, self._tokens + max(0.0, now - self._at) * self._rate)
        self._at = max(self._at, now)

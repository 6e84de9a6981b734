"""When a message that is proven not sent is tried again. A decision, not a loop."""

import random
from dataclasses import dataclass

from batchsend.providers.outcomes import Attempt


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """attempts: at most, the first one included. base, cap: seconds of the backoff's first and longest ceiling.

    longest_wait: what a gateway may ask for with Retry-After; longest: from the end of a message's first try to the
    start of its last; both in seconds.
    """

    attempts: int = 5
    base: float = 0.5
    cap: float = 30.0
    longest_wait: float = 300.0
    longest: float = 900.0

    def wait(self, attempt: Attempt, number: int, passed: float, chance: random.Random) -> float | None:
        """Seconds until the next try after try `number` (from 1), or None: no more tries.

        passed: seconds since the first try ended.

        Exponential backoff with full jitter (AWS Architecture Blog, "Exponential Backoff And Jitter"); a
        Retry-After is a floor under it.
        """
        if not attempt.retry or number >= self.attempts:
            return None
        backoff = chance.uniform(0, min(self.cap, self.base * 2 ** (number - 1)))
        wait = backoff if attempt.retry_after is None else min(attempt.retry_after, self.longest_wait) + backoff
        return wait if passed + wait <= self.longest else None

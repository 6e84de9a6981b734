"""When so much goes wrong in the same way that a person should look before it goes on."""

from collections import deque

from batchsend.providers.outcomes import Attempt
from batchsend.runs.status import Status
from batchsend.settings import BreakerLimits


class Breaker:
    """Is shown every message that was settled; says when to pause."""

    def __init__(self, limits: BreakerLimits) -> None:
        self._limits = limits
        self._refusal = ""
        self._refused: set[str] = set()
        self._pages = 0
        self._unknown: deque[bool] = deque(maxlen=limits.of)

    def see(self, to: str, attempt: Attempt) -> str | None:
        """to: the number it was for. The sentence that says why to pause, or None."""
        limits = self._limits
        self._see_refusal(to, attempt)
        self._pages = self._pages + 1 if attempt.is_html and attempt.status is not Status.ACCEPTED else 0
        self._unknown.append(attempt.status is Status.UNKNOWN)
        if len(self._refused) >= limits.refusals:
            return f"{len(self._refused)} different numbers in a row were refused in the same words: {attempt.reason}"
        if self._pages >= limits.html:
            return f"{self._pages} answers in a row were web pages, not a gateway's: check base_url and the network"
        if sum(self._unknown) >= limits.unknown:
            return f"{sum(self._unknown)} of the last {len(self._unknown)} messages are unknown: {attempt.reason}"
        return None

    def _see_refusal(self, to: str, attempt: Attempt) -> None:
        refusal = f"{attempt.http_status} {attempt.reason}" if attempt.status is Status.REJECTED else ""
        if refusal != self._refusal:
            self._refusal = refusal
            self._refused.clear()
        if refusal:
            self._refused.add(to)

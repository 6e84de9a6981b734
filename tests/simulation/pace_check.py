"""Whether requests kept to a rate, in every window: a bucket of the checker's own."""

_SECONDS_OF_BURST = 0.05
_SLACK = 1e-6  # tokens
_FINEST = 2e-6  # seconds: the bucket's clock counts microseconds


class PaceCheck:
    """Starts keep to rate r and burst b in every window exactly if a bucket of b that fills with r never lacks."""

    def __init__(self, rate: float) -> None:
        self._rate = rate
        self._burst = max(1.0, rate * _SECONDS_OF_BURST)
        self._tokens = self._burst
        self._at = 0.0

    def allows(self, at: float) -> bool:
        self._tokens = min(self._burst, self._tokens + (at - self._at) * self._rate) - 1.0
        self._at = at
        return self._tokens >= -_SLACK - self._rate * _FINEST

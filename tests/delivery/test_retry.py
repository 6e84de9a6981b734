import random

import pytest

from batchsend.delivery.retry import RetryPolicy
from batchsend.providers import Attempt, Event, HttpResponse

POLICY = RetryPolicy(attempts=4, base=1.0, cap=3.0, longest_wait=60.0)


class Highest(random.Random):
    """Chance at its worst: the top of the range."""

    def uniform(self, a: float, b: float) -> float:
        return max(a, b)


@pytest.mark.parametrize(("number", "wait"), [(1, 1.0), (2, 2.0), (3, 3.0), (4, None), (5, None)])
def test_the_ceiling_doubles_up_to_the_cap_and_tries_end(number: int, wait: float | None) -> None:
    assert POLICY.wait(Attempt.of(Event.NOT_CONNECTED), number, 0, Highest()) == wait


def test_the_jitter_is_full() -> None:
    chance = random.Random(7)
    waits = [POLICY.wait(Attempt.of(Event.NOT_CONNECTED), 1, 0, chance) or 0 for _ in range(500)]
    assert min(waits) < 0.05
    assert max(waits) > 0.95


@pytest.mark.parametrize("event", sorted(set(Event) - {Event.NOT_CONNECTED, Event.RATE_LIMITED}))
def test_nothing_else_is_retried(event: Event) -> None:
    assert POLICY.wait(Attempt.of(event), 1, 0, Highest()) is None


@pytest.mark.parametrize(("header", "floor"), [("5", 5.0), ("0", 0.0), ("86400", 60.0)])
def test_retry_after_is_a_floor_with_a_cap(header: str, floor: float) -> None:
    attempt = Attempt.of_response(Event.RATE_LIMITED, HttpResponse(429, {"retry-after": header}))
    assert POLICY.wait(attempt, 1, 0, Highest()) == floor + 1.0


@pytest.mark.parametrize(("passed", "wait"), [(0, 1.0), (899, 1.0), (899.5, None), (5000, None)])
def test_tries_end_in_time_as_well(passed: float, wait: float | None) -> None:
    assert POLICY.wait(Attempt.of(Event.NOT_CONNECTED), 1, passed, Highest()) == wait

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batchsend.delivery.pace import TokenBucket
from batchsend.runs.pace_book import PaceState


class Level:
    """A level in memory, and a clock that is set by hand, in seconds."""

    def __init__(self) -> None:
        self.at = 0.0
        self.state = PaceState()

    def now(self) -> int:
        return 1_000_000_000_000 + round(self.at * 1_000_000)

    def read(self) -> PaceState:
        return self.state

    def change(self, to: Callable[[PaceState], PaceState]) -> PaceState:
        self.state = to(self.state)
        return self.state


@pytest.fixture
def level() -> Level:
    return Level()


def test_one_a_second_is_exact(level: Level) -> None:
    bucket = TokenBucket(1, level)
    taken = []
    for tenth in range(50):
        level.at = tenth / 10
        taken += [level.at] * bucket.take(1)
    assert taken == [0, 1, 2, 3, 4]


def test_the_wait_is_what_is_missing(level: Level) -> None:
    bucket = TokenBucket(4, level, burst=1)
    assert (bucket.take(1), bucket.take(1)) == (1, 0)
    assert bucket.wait() == pytest.approx(0.25)
    level.at = 0.1
    assert bucket.wait() == pytest.approx(0.15)


def test_two_runs_of_one_account_keep_to_one_rate(level: Level) -> None:
    buckets = TokenBucket(1, level), TokenBucket(1, level)
    taken = [0, 0]
    for tenth in range(100):
        level.at = tenth / 10
        for which in (tenth % 2, 1 - tenth % 2):
            taken[which] += buckets[which].take(5)
    assert sum(taken) == 10


def test_a_closed_bucket_gives_nothing_until_it_opens(level: Level) -> None:
    bucket = TokenBucket(100, level, burst=100)
    bucket.close(5)
    bucket.close(1)  # a shorter wait does not shorten it
    level.at = 4.9
    assert bucket.take(1) == 0
    assert bucket.wait() == pytest.approx(0.1)
    level.at = 5.0
    assert bucket.take(1) == 1


def test_tokens_given_back_can_be_taken_again(level: Level) -> None:
    bucket = TokenBucket(1, level, burst=3)
    assert bucket.take(3) == 3
    bucket.give_back(2)
    assert bucket.take(3) == 2


def test_a_clock_that_was_set_back_stops_nobody_for_long(level: Level) -> None:
    bucket = TokenBucket(1, level)
    level.at = 3600.0
    assert bucket.take(1) == 1
    bucket.close(30)
    level.at = 0.0
    assert bucket.wait() <= 600
    level.state = PaceState(level.state.full_at, 0)
    assert bucket.wait() <= 1


@given(
    rate=st.floats(0.1, 1000),
    burst=st.floats(1, 100),
    waits=st.lists(st.floats(0, 10), max_size=50),
    wanted=st.integers(1, 50),
)
def test_never_more_than_rate_and_burst_allow(rate: float, burst: float, waits: list[float], wanted: int) -> None:
    level = Level()
    bucket = TokenBucket(rate, level, burst)
    taken = 0
    for wait in waits:
        level.at += wait
        taken += bucket.take(wanted)
        assert taken <= burst + rate * (level.at + 2e-6) + 1e-6

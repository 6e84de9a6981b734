import pytest
from hypothesis import given
from hypothesis import strategies as st

from batchsend.delivery.pace import TokenBucket


def test_one_a_second_is_exact() -> None:
    bucket = TokenBucket(rate=1, burst=1, now=0)
    taken = [at / 10 for at in range(50) if bucket.take(1, at / 10)]
    assert taken == [0, 1, 2, 3, 4]


def test_the_wait_is_what_is_missing() -> None:
    bucket = TokenBucket(rate=4, burst=1, now=0)
    assert (bucket.take(1, 0), bucket.take(1, 0)) == (1, 0)
    assert bucket.wait(0) == pytest.approx(0.25)
    assert bucket.wait(0.1) == pytest.approx(0.15)


def test_a_closed_bucket_gives_nothing_until_it_opens() -> None:
    bucket = TokenBucket(rate=100, burst=100, now=0)
    bucket.close(5, now=0)
    bucket.close(1, now=0)  # a shorter wait does not shorten it
    assert (bucket.take(1, 4.9), bucket.wait(4.0), bucket.take(1, 5.0)) == (0, 1.0, 1)


def test_tokens_given_back_can_be_taken_again() -> None:
    bucket = TokenBucket(rate=1, burst=3, now=0)
    assert bucket.take(3, 0) == 3
    bucket.give_back(2)
    assert bucket.take(3, 0) == 2


@given(
    rate=st.floats(0.1, 1000),
    burst=st.floats(1, 100),
    waits=st.lists(st.floats(0, 10), max_size=50),
    wanted=st.integers(1, 50),
)
def test_never_more_than_rate_and_burst_allow(rate: float, burst: float, waits: list[float], wanted: int) -> None:
    bucket = TokenBucket(rate, burst, now=0)
    now, taken = 0.0, 0
    for wait in waits:
        now += wait
        taken += bucket.take(wanted, now)
        assert taken <= burst + rate * now + 1e-6

"""Processes started together: one of them sends, nobody gets two messages."""

import pytest

from tests.crashes.people import VARIANTS
from tests.crashes.result import Result
from tests.crashes.together import resume_together, send_together

_CHUNK = 20


def _hold(*results: Result) -> Result:
    total = Result(0)
    for result in results:
        total.add(result)
    assert not total.violations, "\n".join(total.violations)
    assert (total.duplicates, total.lost) == (0, 0)
    return total


@pytest.mark.parametrize("start", [0, 5])
def test_two_send_one_list(start: int) -> None:
    assert _hold(*map(send_together, range(start, start + 5))).exits[7] == 5


@pytest.mark.parametrize("seed", range(3))
def test_two_resume_one_run(seed: int) -> None:
    _hold(resume_together(seed))


def test_three_at_once() -> None:
    assert _hold(send_together(0, 3)).exits[7] == 2
    _hold(resume_together(0, 3))


@pytest.mark.long
@pytest.mark.parametrize("start", range(100, 300, _CHUNK))
def test_two_send_one_list_two_hundred_times(start: int) -> None:
    total = _hold(*map(send_together, range(start, start + _CHUNK)))
    assert total.exits[7] == _CHUNK
    assert len(total.commands) >= len(VARIANTS) // 2


@pytest.mark.long
@pytest.mark.parametrize("start", range(100, 130, 10))
def test_two_resume_one_run_thirty_times(start: int) -> None:
    _hold(*map(resume_together, range(start, start + 10)))


def test_a_command_that_takes_a_list_twice_is_caught() -> None:
    assert any(send_together(seed, broken="a list may be sent twice").duplicates for seed in range(3))


def test_a_command_that_holds_nothing_is_caught() -> None:
    assert any(resume_together(seed, broken="nobody holds a run").violations for seed in range(5))

"""SIGKILL of the command: a dozen deaths each time, every place and hundreds of them where there is time."""

import pytest

from tests.crashes.gateway import Blow
from tests.crashes.life import PLACES, RANDOM_MESSAGE, RANDOM_MOMENT, live
from tests.crashes.result import Result

_KILLS = 5
_MOST_LIVES = 20
_FEW = (
    RANDOM_MOMENT,
    RANDOM_MESSAGE,
    Blow.TAKEN_LATER,
    Blow.UNANSWERED,
    "while the run begins",
    "after a claim",
    "before bytes leave",
    "after bytes left",
    "before a record",
    "while a dead run is settled",
    "before the workbook is put in its place",
)


def _balanced(result: Result) -> Result:
    assert not result.violations, "\n".join(result.violations)
    assert (result.duplicates, result.lost) == (0, 0)
    return result


@pytest.mark.parametrize("place", _FEW)
def test_whoever_dies_there_the_books_balance(place: str) -> None:
    _balanced(live(1, place, deaths=1))


def test_the_installed_script_dies_and_is_resumed() -> None:
    assert _balanced(live(2, RANDOM_MESSAGE, installed=True, deaths=1)).kills.total() == 1


@pytest.mark.long
@pytest.mark.parametrize("place", PLACES)
def test_every_place_to_die(place: str) -> None:
    """Until it has killed there, and five times in all: 205 kills."""
    total = Result(0)
    for seed in range(100, 100 + _MOST_LIVES):
        total.add(_balanced(live(seed, place)))
        if total.kills.total() >= _KILLS and total.kills[place] > 1:
            return
    pytest.fail(f"{_MOST_LIVES} runs died {total.kills[place]} times {place}: does the command pass there?")


def test_a_command_that_sends_abandoned_messages_again_is_caught() -> None:
    found = [live(seed, Blow.UNANSWERED, deaths=1, broken="abandoned messages are sent again") for seed in range(3)]
    assert sum(result.duplicates for result in found) > 0
    assert all("duplicate" in result.violations[0] for result in found if result.duplicates)

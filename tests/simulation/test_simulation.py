"""The promise, under every fault of the table: a few seeds each time, thousands where there is time."""

import pytest

from tests.simulation.faults import FAULTS
from tests.simulation.simulation import simulate

_CHUNK = 50


def _hold(seeds: range) -> set[str]:
    """Runs these seeds; returns the faults they met."""
    met: set[str] = set()
    broken = []
    for seed in seeds:
        result = simulate(seed)
        met.update(result.faults)
        broken += [f"seed {seed}: {violation}" for violation in result.violations]
    assert not broken, "\n".join([*broken, "see it with: python -m tests.simulation --seeds 1 --start SEED --log"])
    return met


@pytest.mark.parametrize("start", range(0, 200, _CHUNK))
def test_the_promise_holds(start: int) -> None:
    _hold(range(start, start + _CHUNK))


@pytest.mark.long
@pytest.mark.parametrize("start", range(1000, 3000, 500))
def test_the_promise_holds_for_thousands_of_seeds(start: int) -> None:
    met = _hold(range(start, start + 500))
    assert set(FAULTS) <= met
    assert {"crash", "power loss", "stop", "abandon", "rival", "same list again"} <= met


@pytest.mark.parametrize("seed", [0, 3, 19, 42, 77])
def test_a_seed_replays_exactly(seed: int) -> None:
    once, again = simulate(seed), simulate(seed)
    assert once == again
    assert once.log

"""Every deliberate break of the sender is caught by the simulator, within a few hundred seeds."""

import pytest

from tests.simulation.mutants import MUTANTS, Mutant
from tests.simulation.simulation import simulate

_SEEDS = 400
pytestmark = pytest.mark.long


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_a_break_is_caught(mutant: Mutant) -> None:
    seed = next((seed for seed in range(_SEEDS) if _caught(mutant, seed)), None)
    assert seed is not None, f"{_SEEDS} seeds say nothing about it"
    assert not mutant.shows_in(simulate(seed).violations), "the sender itself is broken in this way"


def _caught(mutant: Mutant, seed: int) -> bool:
    with pytest.MonkeyPatch.context() as monkeypatch:
        mutant.apply(monkeypatch)
        return mutant.shows_in(simulate(seed).violations)

"""What the simulation of one seed came to."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Result:
    """duplicates, lost, violations: what must be 0. seconds: of the senders' own clock, without the time between."""

    seed: int
    messages: int = 0
    requests: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    crashes: int = 0
    resumes: int = 0
    seconds: float = 0.0
    accepted: int = 0
    unknown: int = 0
    unknown_but_accepted: int = 0
    balancer: int = 0
    duplicates: int = 0
    lost: int = 0
    violations: list[str] = field(default_factory=list)
    log: list[tuple[Any, ...]] = field(default_factory=list)

"""What one life, or one round, came to; they add up."""

from collections import Counter
from dataclasses import dataclass, field


@dataclass(slots=True)
class Result:
    """kills: by where. at_death: messages that were on their way, for each kill after which the run had begun.

    missed: points that a run was to die at and never passed.
    half_way: runs that a full disk stopped there. duplicates, lost, violations: what must be none.
    """

    seed: int
    kills: Counter[str] = field(default_factory=Counter)
    missed: Counter[str] = field(default_factory=Counter)
    commands: Counter[str] = field(default_factory=Counter)
    exits: Counter[int] = field(default_factory=Counter)
    messages: int = 0
    accepted: int = 0
    unknown: int = 0
    unknown_but_accepted: int = 0
    at_death: list[int] = field(default_factory=list)
    half_way: int = 0
    duplicates: int = 0
    lost: int = 0
    violations: list[str] = field(default_factory=list)

    def add(self, other: "Result") -> None:
        self.kills += other.kills
        self.missed += other.missed
        self.commands += other.commands
        self.exits += other.exits
        self.messages += other.messages
        self.accepted += other.accepted
        self.unknown += other.unknown
        self.unknown_but_accepted += other.unknown_but_accepted
        self.at_death += other.at_death
        self.half_way += other.half_way
        self.duplicates += other.duplicates
        self.lost += other.lost
        self.violations += [f"seed {other.seed}: {violation}" for violation in other.violations]

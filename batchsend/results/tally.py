"""The sums over all rows of a run, counted while they pass."""

from collections import Counter
from dataclasses import dataclass, field

from batchsend.results.row import ResultRow
from batchsend.runs.status import Status

MEANT = frozenset({Status.PLANNED, Status.ACCEPTED, Status.REJECTED, Status.NOT_SENT, Status.UNKNOWN})
"""The rows a run wants to reach: what an estimate counts."""
TROUBLED = frozenset({Status.REJECTED, Status.NOT_SENT, Status.UNKNOWN, Status.INVALID, Status.SKIPPED})
"""The rows whose reason a person wants to know."""
OTHER = "(other)"
_MAX_REASONS = 500  # a gateway that puts a new code on each row must not fill the memory


@dataclass(slots=True)
class Tally:
    """by_reason: rows by (status, code), sentences: the first sentence seen for each,
    risked: see ResultRow. varied: those whose rows do not all say the same.

    country_accepted: rows; country_credits: credits of the rows in `MEANT`, country_spent: of the accepted ones.
    """

    by_status: Counter[Status] = field(default_factory=Counter)
    risked: tuple[int, int] = (0, 0)
    credits: Counter[Status] = field(default_factory=Counter)
    parts: Counter[Status] = field(default_factory=Counter)
    by_country: Counter[str] = field(default_factory=Counter)
    country_accepted: Counter[str] = field(default_factory=Counter)
    country_credits: Counter[str] = field(default_factory=Counter)
    country_spent: Counter[str] = field(default_factory=Counter)
    by_reason: Counter[tuple[Status, str]] = field(default_factory=Counter)
    sentences: dict[tuple[Status, str], str] = field(default_factory=dict)
    varied: set[tuple[Status, str]] = field(default_factory=set)

    def add(self, row: ResultRow) -> None:
        status = row.status
        self.by_status[status] += 1
        self.credits[status] += row.credits
        self.parts[status] += row.parts
        self.by_country[row.country] += 1
        self.risked = self.risked[0] + row.risked[0], self.risked[1] + row.risked[1]
        if status is Status.ACCEPTED:
            self.country_accepted[row.country] += 1
            self.country_spent[row.country] += row.credits
        if status in MEANT:
            self.country_credits[row.country] += row.credits
        if status in TROUBLED:
            self._add_reason(row)

    def _add_reason(self, row: ResultRow) -> None:
        key = (row.status, row.code)
        if key not in self.sentences and len(self.sentences) >= _MAX_REASONS:
            key = (row.status, OTHER)
            self.sentences.setdefault(key, "reasons too many to list one by one")
        if self.sentences.setdefault(key, row.reason) != row.reason:
            self.varied.add(key)
        self.by_reason[key] += 1

    def sentence(self, status: Status, code: str) -> str:
        """What to say about a reason: its sentence, or an example of it where rows differ."""
        key = (status, code)
        sentence = self.sentences[key]
        if key in self.varied and code not in ("", OTHER):
            return f"{code.replace('_', ' ')}, for example: {sentence}"
        return sentence or code or status.meaning

    @property
    def rows(self) -> int:
        return self.by_status.total()

    @property
    def estimated(self) -> tuple[int, int]:
        """Credits and parts of every row the run wanted to reach."""
        return self._sum(*MEANT)

    @property
    def accepted(self) -> tuple[int, int]:
        return self._sum(Status.ACCEPTED)

    @property
    def worst(self) -> tuple[int, int]:
        """What the gateway may charge at most: what it took and what it may have taken, now or at an earlier try."""
        credits_, parts = self._sum(Status.ACCEPTED, Status.UNKNOWN)
        return credits_ + self.risked[0], parts + self.risked[1]

    @property
    def to_fix(self) -> int:
        return self.by_status[Status.INVALID] + self.by_status[Status.REJECTED]

    def _sum(self, *statuses: Status) -> tuple[int, int]:
        return sum(self.credits[each] for each in statuses), sum(self.parts[each] for each in statuses)

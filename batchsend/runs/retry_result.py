"""What was decided about the rows of a run that is retried."""

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum

from batchsend.messages.writing import Written


class Left(StrEnum):
    """Why a row is not sent now."""

    ACCEPTED = "accepted"
    UNKNOWN = "unknown"
    UNCHANGED = "unchanged"
    WRONG = "wrong"
    SKIPPED = "skipped"
    CONFLICT = "conflict"
    ABSENT = "absent"
    HIDDEN = "hidden"
    FORGOTTEN = "forgotten"

    @property
    def sentence(self) -> str:
        return _SENTENCES[self]


_SENTENCES = {
    Left.ACCEPTED: "accepted before; never sent again",
    Left.UNKNOWN: "unknown: may have gone out; see batchsend reconcile, or --include-unknown",
    Left.UNCHANGED: "rejected, and nothing in it was corrected; --include-rejected tries them as they are",
    Left.WRONG: "cannot be sent as they are",
    Left.SKIPPED: "left out on purpose",
    Left.CONFLICT: "not certain what is meant",
    Left.ABSENT: "not in the file that came back; left as they are",
    Left.FORGOTTEN: "without any data in the ledger: somebody asked to be forgotten",
    Left.HIDDEN: "hidden in the file that came back; left as they are",
}


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a person asked for besides the corrections. hidden: whether rows that nobody sees are sent, None: not said.

    suppressed: who opted out since, E.164 -> where. region: for numbers without a country, in place of the run's.
    """

    include_unknown: bool = False
    include_rejected: bool = False
    hidden: bool | None = None
    region: str | None = None
    suppressed: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Trouble:
    """A row that stays unsent and can be helped. why: the sentence."""

    row: int
    left: Left
    why: str


@dataclass(slots=True)
class Retry:
    """What was decided, once `messages` is exhausted. corrected, again, held_back: see Amendments.amend.

    left: rows by why they are not sent; troubles: those that a person can do something about. never_sent: how many of
    the absent rows were not sent yet. unknown: how many messages go to rows that may have got theirs. hidden: rows that
    would be sent but that nobody saw.
    """

    corrected: list[Written] = field(default_factory=list)
    again: list[int] = field(default_factory=list)
    held_back: list[int] = field(default_factory=list)
    left: Counter[Left] = field(default_factory=Counter)
    troubles: list[Trouble] = field(default_factory=list)
    never_sent: int = 0
    unknown: int = 0
    hidden: list[int] = field(default_factory=list)

"""What HotTask's history proves about messages of unknown outcome.

ChatContentHistory tells, by day (UTC), sessions with the time they began and the texts in them. It tells no phone
number, and whether its end date is inclusive is not written anywhere. So only a text that a single unknown message
has, found in a single session that is nobody else's and began when that message was on its way, proves anything.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from batchsend.providers.outcomes import Attempt, Event
from batchsend.providers.provider import Question

_CLOCKS_DIFFER = timedelta(minutes=5)
_ON_ITS_WAY = timedelta(hours=1)
_A_DAY = timedelta(days=1)
_INBOUND = "user"
"""The label of what people write. Which one an SMS that goes out has is not documented."""


@dataclass(frozen=True, slots=True)
class Session:
    """texts: what was written to the person. began: UTC."""

    id: str
    began: datetime
    texts: frozenset[str]

    def may_be(self, question: Question) -> bool:
        on_its_way = question.claimed_at - _CLOCKS_DIFFER <= self.began <= question.claimed_at + _ON_ITS_WAY
        return on_its_way and question.text in self.texts


def days_to_read(questions: Sequence[Question]) -> Iterator[tuple[date, date]]:
    """Each day of a question with the day after it; two days for a question around midnight."""
    days: set[date] = set()
    for question in questions:
        claimed = question.claimed_at.astimezone(UTC)
        days |= {(claimed - _CLOCKS_DIFFER).date(), claimed.date(), (claimed + _ON_ITS_WAY).date()}
    for day in sorted(days):
        yield day, day + _A_DAY


def read_sessions(data: Any) -> list[Session] | None:
    """None when it is no history. A session that cannot be read proves nothing, and is left out."""
    if not isinstance(data, list):
        return None
    return [session for entry in data if isinstance(entry, dict) and (session := _session(entry))]


def settle(questions: Sequence[Question], sessions: Sequence[Session]) -> Mapping[int, Attempt]:
    """The messages that are proven to have gone out, by row. sessions: those that are no known message's."""
    sharing = Counter(question.text for question in questions)
    found = {question.row: [s.id for s in sessions if s.may_be(question)] for question in questions}
    claimants = Counter(session for ids in found.values() for session in ids)
    return {
        question.row: replace(Attempt.of(Event.ACCEPTED, "found in the gateway's history"), reference=ids[0])
        for question in questions
        if len(ids := found[question.row]) == 1 and sharing[question.text] == 1 and claimants[ids[0]] == 1
    }


def _session(entry: Mapping[str, Any]) -> Session | None:
    number, began, messages = entry.get("SessionID"), _time(entry.get("CreateTime")), entry.get("Messages")
    if not isinstance(number, int | str) or isinstance(number, bool) or began is None or not isinstance(messages, list):
        return None
    return Session(str(number), began, frozenset(_texts(messages)))


def _texts(messages: Iterable[Any]) -> Iterator[str]:
    for message in messages:
        if isinstance(message, dict) and str(message.get("Type")).lower() != _INBOUND:
            content = message.get("Content")
            if isinstance(content, str):
                yield content


def _time(value: Any) -> datetime | None:
    """A time as the documentation writes it, 2023-11-21T16:22:42.264484Z; taken as UTC where it has no zone."""
    try:
        time = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return None
    return time if time.tzinfo else time.replace(tzinfo=UTC)

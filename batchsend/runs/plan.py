"""What would be sent: totals, samples and a fingerprint, taken while the rows stream by."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from batchsend.contacts.contact import Contact
from batchsend.contacts.headers import Columns
from batchsend.messages.message import Message
from batchsend.messages.rewording import Change
from batchsend.messages.sizes import Encoding
from batchsend.messages.warnings import Warnings
from batchsend.messages.writing import Written
from batchsend.recipients.recipient import Rejection
from batchsend.runs.fingerprint import Fingerprint
from batchsend.runs.repeats import SENT_RECENTLY
from batchsend.runs.status import Status
from batchsend.settings import Prices


@dataclass(frozen=True, slots=True)
class Problem:
    """A row that gets no message, for lists that are shown. phone: its phone cell as a person reads it."""

    row: int
    phone: str
    status: Status
    code: str
    reason: str


@dataclass(slots=True)
class Totals:
    """Sums over the list. credits, parts and characters count messages only: the other rows cost nothing."""

    rows: int = 0
    messages: int = 0
    invalid: int = 0
    skipped: int = 0
    characters: int = 0
    credits: int = 0
    parts: int = 0
    by_country: Counter[str] = field(default_factory=Counter)
    credits_by_country: Counter[str] = field(default_factory=Counter)
    parts_by_country: Counter[str] = field(default_factory=Counter)
    by_encoding: Counter[str] = field(default_factory=Counter)
    by_reason: Counter[str] = field(default_factory=Counter)


def problem_of(contact: Contact, rejection: Rejection, columns: Columns) -> Problem:
    phone = " / ".join(filter(None, map(contact.text, columns.address)))
    return Problem(contact.row, phone, status_of(rejection), rejection.code, rejection.reason)


FindRepeats = Callable[[Sequence[Message]], Mapping[int, str]]
"""Messages -> the rows of those that repeat another run's, with the sentence that says which."""


class Plan:
    """One pass over the written rows. The totals are whole once `batches` is exhausted; it does not hold the list.

    first, longest, by_encoding: messages worth a look. changes: in how many messages something was reworded.
    repeats: which messages went out through another run a short while ago, see Repeats.of; they are left out unless
    `again`, but belong to the fingerprint. repeated: how many there are.
    """

    def __init__(
        self,
        written: Iterable[list[Written]],
        columns: Columns,
        repeats: FindRepeats = lambda _: {},
        *,
        again: bool = False,
    ) -> None:
        self._written = written
        self._columns = columns
        self._repeats = repeats
        self._again = again
        self.repeated = 0
        self.totals = Totals()
        self.fingerprint = Fingerprint()
        self.problems: list[Problem] = []
        self.first: Message | None = None
        self.longest: Message | None = None
        self.by_encoding: dict[Encoding, Message] = {}
        self.warnings = Warnings()
        self.changes: Counter[Change] = Counter()
        self.first_changed: Message | None = None

    def batches(self) -> Iterator[list[Written]]:
        for written in self._written:
            messages = [item for _, item in written if isinstance(item, Message)]
            self.fingerprint.add(messages)
            batch = self._without_repeats(written, messages)
            self._add(batch)
            yield batch

    def exhaust(self) -> "Plan":
        for _ in self.batches():
            pass
        return self

    def _without_repeats(self, batch: list[Written], messages: list[Message]) -> list[Written]:
        found = self._repeats(messages)
        self.repeated += len(found)
        if self._again or not found:
            return batch
        return [
            (contact, Rejection(contact, SENT_RECENTLY, found[contact.row], skipped=True))
            if isinstance(item, Message) and contact.row in found
            else (contact, item)
            for contact, item in batch
        ]

    def _add(self, batch: list[Written]) -> None:
        messages = []
        self.totals.rows += len(batch)
        for contact, item in batch:
            if isinstance(item, Message):
                messages.append(item)
            else:
                self._add_rejection(contact, item)
        self.warnings.add(messages)
        for message in messages:
            self._add_message(message)

    def _add_rejection(self, contact: Contact, rejection: Rejection) -> None:
        self.totals.skipped += rejection.skipped
        self.totals.invalid += not rejection.skipped
        self.totals.by_reason[rejection.code] += 1
        self.problems.append(problem_of(contact, rejection, self._columns))

    def _add_message(self, message: Message) -> None:
        totals = self.totals
        totals.messages += 1
        totals.characters += message.size.characters
        totals.credits += message.size.credits
        totals.parts += message.size.parts
        totals.by_country[message.region] += 1
        totals.credits_by_country[message.region] += message.size.credits
        totals.parts_by_country[message.region] += message.size.parts
        totals.by_encoding[message.size.encoding] += 1
        self.first = self.first or message
        self.by_encoding.setdefault(message.size.encoding, message)
        if message.changes:
            self.changes.update(message.changes)
            self.first_changed = self.first_changed or message
        if self.longest is None or message.size.characters > self.longest.size.characters:
            self.longest = message


def status_of(rejection: Rejection) -> Status:
    return Status.SKIPPED if rejection.skipped else Status.INVALID


def cost(totals: Totals, prices: Prices) -> float | None:
    """What the messages cost in money; None when no price is set, or one is missing for a country."""
    total = totals.credits * prices.per_credit if prices.per_credit is not None else None
    if prices.per_part:
        each = [(prices.part_in(country), parts) for country, parts in totals.parts_by_country.items()]
        if any(price is None for price, _ in each):
            return None
        total = (total or 0) + sum((price or 0) * parts for price, parts in each)
    return total

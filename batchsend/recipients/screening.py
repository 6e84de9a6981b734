"""Who of a list can and may be written to: the number, the opt-outs, the duplicates, in that order."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from batchsend.contacts.contact import Contact, is_empty
from batchsend.contacts.headers import Columns
from batchsend.recipients.countries import find_region
from batchsend.recipients.phones import PhoneNumber, PhoneProblem, normalize_batch
from batchsend.recipients.recipient import Recipient, Rejection


@dataclass(frozen=True, slots=True)
class Policy:
    """default_region: for rows without a country of their own. suppressed: E.164 numbers that opted out -> where.

    keep_duplicates: a number that stands in several rows gets a message for each of them.
    """

    default_region: str | None = None
    suppressed: Mapping[str, str] = field(default_factory=dict)
    keep_duplicates: bool = False


class Screening:
    """Screens one list, batch by batch; remembers which numbers it has seen, and where first."""

    def __init__(self, columns: Columns, policy: Policy) -> None:
        self._columns = columns
        self._policy = policy
        self._first_rows: dict[int, int] = {}
        self._copies: dict[int, int] = {}

    def batches(self, batches: Iterable[list[Contact]]) -> Iterator[list[Recipient | Rejection]]:
        for contacts in batches:
            yield self.screen(contacts)

    def screen(self, contacts: list[Contact]) -> list[Recipient | Rejection]:
        """One verdict for each contact, in order."""
        phone_cells = [contact.cells[self._columns.phone[0]] for contact in contacts]
        regions = [self._region(contact) for contact in contacts]
        phones = normalize_batch(phone_cells, [region or None for region in regions])
        return [
            self._verdict(contact, region, phone)
            for contact, region, phone in zip(contacts, regions, phones, strict=True)
        ]

    def _region(self, contact: Contact) -> str | None:
        """The row's region; "" when its country cell names no country that is known."""
        if self._columns.country is None or is_empty(cell := contact.cells[self._columns.country]):
            return self._policy.default_region
        return find_region(cell) or ""

    def _verdict(
        self, contact: Contact, region: str | None, phone: PhoneNumber | PhoneProblem
    ) -> Recipient | Rejection:
        if contact.problem:
            problem = contact.problem
            return Rejection(contact, problem, problem.sentence, skipped=problem.on_purpose)
        if region == "" and phone is not PhoneProblem.EMPTY:
            unknown = PhoneProblem.UNKNOWN_COUNTRY
            return Rejection(contact, unknown, f"{unknown.sentence}: {self._text(contact, self._columns.country)}")
        if isinstance(phone, PhoneProblem):
            return Rejection(contact, phone, phone.sentence)
        if where := self._policy.suppressed.get(phone.e164):
            return Rejection(contact, "opted_out", f"opted out ({where})", skipped=True, phone=phone)
        return self._once(contact, phone)

    def _once(self, contact: Contact, phone: PhoneNumber) -> Recipient | Rejection:
        key = int(phone.e164)  # a small int, not a string: the only thing kept for every row of the list
        first = self._first_rows.setdefault(key, contact.row)
        copy = 0
        if first != contact.row:
            if not self._policy.keep_duplicates:
                return Rejection(contact, "duplicate", f"same number as row {first}", skipped=True, phone=phone)
            copy = self._copies[key] = self._copies.get(key, 0) + 1
        return Recipient(contact, phone, self._text(contact, self._columns.name), copy)

    @staticmethod
    def _text(contact: Contact, column: int | None) -> str:
        return "" if column is None else contact.text(column)

"""Who of a list can and may be written to: the number, the opt-outs, the duplicates, in that order."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from batchsend.contacts.contact import Cell, Contact, is_empty
from batchsend.contacts.headers import Columns
from batchsend.recipients.countries import country_name, find_regions
from batchsend.recipients.phone import PhoneNumber, PhoneProblem
from batchsend.recipients.phones import country_code, normalize_batch
from batchsend.recipients.recipient import Recipient, Rejection


@dataclass(frozen=True, slots=True)
class Policy:
    """default_region: for rows without a country of their own. suppressed: see Suppression.numbers.

    keep_duplicates: a number that stands in several rows gets a message for each of them. allow_landline: landlines
    are written to as well.
    """

    default_region: str | None = None
    suppressed: Mapping[str, str] = field(default_factory=dict)
    keep_duplicates: bool = False
    allow_landline: bool = False


class Screening:
    """Screens one list, batch by batch; remembers which numbers it has seen, and where first."""

    def __init__(self, columns: Columns, headers: Sequence[str], policy: Policy) -> None:
        self._columns = columns
        self._policy = policy
        self._headers = headers
        self._first_rows: dict[int | str, int] = {}
        self._copies: dict[int | str, int] = {}

    def batches(self, batches: Iterable[list[Contact]]) -> Iterator[list[Recipient | Rejection]]:
        for contacts in batches:
            yield self.screen(contacts)

    def screen(self, contacts: list[Contact]) -> list[Recipient | Rejection]:
        """One verdict for each contact, in order."""
        regions = [self._regions(contact) for contact in contacts]
        by_column = [
            self._phones([contact.cells[column] for contact in contacts], regions) for column in self._columns.phone
        ]
        return [
            self._verdict(contact, named, phones)
            for contact, named, *phones in zip(contacts, regions, *by_column, strict=True)
        ]

    def _regions(self, contact: Contact) -> tuple[str | None, ...]:
        """The regions the row's numbers may be read under; empty when its country cell names none that is known."""
        if self._columns.country is None or is_empty(cell := contact.cells[self._columns.country]):
            return (self._policy.default_region,)
        return find_regions(cell)

    def _phones(self, cells: list[Cell], regions: list[tuple[str | None, ...]]) -> list[PhoneNumber | PhoneProblem]:
        """One answer for each cell. A country that may be several is settled when only one of them fits the number."""
        pairs = [(cell, region) for cell, named in zip(cells, regions, strict=True) for region in named or (None,)]
        answers = iter(
            normalize_batch(
                [cell for cell, _ in pairs],
                [region for _, region in pairs],
                allow_landline=self._policy.allow_landline,
            )
        )
        return [_agreed([next(answers) for _ in named or (None,)]) for named in regions]

    def _verdict(
        self, contact: Contact, regions: tuple[str | None, ...], phones: list[PhoneNumber | PhoneProblem]
    ) -> Recipient | Rejection:
        if problem := contact.problem:
            return Rejection(contact, problem, problem.sentence, skipped=problem.on_purpose)
        by_id = self._columns.id is not None
        if not by_id and not regions and set(phones) != {PhoneProblem.EMPTY}:
            return self._no_country(contact, PhoneProblem.UNKNOWN_COUNTRY, regions)
        found = zip(self._columns.phone, phones, strict=True)
        numbers = {column: phone for column, phone in found if isinstance(phone, PhoneNumber)}
        for phone in numbers.values():  # who opted out with one of several numbers has opted out
            if where := self._policy.suppressed.get(phone.e164):
                return self._opted_out(contact, where, phone)
        if by_id:
            return self._identified(contact)
        for column, phone in numbers.items():
            return self._once(contact, int(phone.e164), phone, self._note(contact, regions, column, phone))
        return self._no_phone(contact, regions, [phone for phone in phones if isinstance(phone, PhoneProblem)])

    def _opted_out(self, contact: Contact, where: str, phone: PhoneNumber | None = None) -> Rejection:
        identity = self._identity(contact)
        return Rejection(contact, "opted_out", f"opted out {where}", skipped=True, phone=phone, identity=identity)

    def _identified(self, contact: Contact) -> Recipient | Rejection:
        identity = self._identity(contact)
        if where := self._policy.suppressed.get(identity):  # a reply to a message by id says who, but no number
            return self._opted_out(contact, where)
        if identity:
            return self._once(contact, identity, identity=identity)
        return Rejection(contact, "no_id", f"nothing stands in the column {self._headers[self._columns.id or 0]}")

    def _identity(self, contact: Contact) -> str:
        return "" if self._columns.id is None else contact.text(self._columns.id).strip()

    def _once(
        self, contact: Contact, key: int | str, phone: PhoneNumber | None = None, note: str = "", identity: str = ""
    ) -> Recipient | Rejection:
        """key: what may stand in the list once, a small int where it can be: it is all that is kept for every row."""
        first = self._first_rows.setdefault(key, contact.row)
        copy = 0
        if first != contact.row:
            if not self._policy.keep_duplicates:
                reason = f"same {'number' if phone else 'id'} as row {first}"
                return Rejection(contact, "duplicate", reason, skipped=True, phone=phone, identity=identity)
            copy = self._copies[key] = self._copies.get(key, 0) + 1
        name = "" if self._columns.name is None else contact.text(self._columns.name)
        return Recipient(contact, phone, name, copy, note, identity)

    def _note(self, contact: Contact, regions: tuple[str | None, ...], column: int, phone: PhoneNumber) -> str:
        """What a person should know about how the number was found; "" when it stood as it should."""
        notes = [repair.sentence for repair in phone.repairs]
        if len(self._columns.phone) > 1:
            notes.append(f"from the column {self._headers[column]}")
        if self._own_country(contact) and country_code(phone.region) not in map(country_code, regions):
            notes.append(f"a {country_name(phone.region)} number, while the list says {self._own_country(contact)}")
        return "; ".join(notes)

    def _no_phone(self, contact: Contact, regions: tuple[str | None, ...], problems: list[PhoneProblem]) -> Rejection:
        telling = [problem for problem in problems if problem is not PhoneProblem.EMPTY] or problems[:1]
        if telling[0] is PhoneProblem.AMBIGUOUS_COUNTRY:
            return self._no_country(contact, telling[0], regions)
        if len(telling) == 1:
            return Rejection(contact, telling[0], telling[0].sentence)
        named = zip(self._columns.phone, problems, strict=True)
        reason = "; ".join(f"{self._headers[column]}: {problem.sentence}" for column, problem in named)
        return Rejection(contact, telling[0], reason)

    def _no_country(self, contact: Contact, problem: PhoneProblem, regions: tuple[str | None, ...]) -> Rejection:
        alternatives = " or ".join(country_name(region) for region in regions if region)
        detail = f"{self._own_country(contact)}{f' ({alternatives})' if alternatives else ''}"
        return Rejection(contact, problem, f"{problem.sentence}: {detail}")

    def _own_country(self, contact: Contact) -> str:
        return "" if self._columns.country is None else contact.text(self._columns.country)


def _agreed(answers: list[PhoneNumber | PhoneProblem]) -> PhoneNumber | PhoneProblem:
    """One answer for a cell that was read under each country its row may mean."""
    numbers = [answer for answer in answers if isinstance(answer, PhoneNumber)]
    if len({number.e164 for number in numbers}) > 1:
        return PhoneProblem.AMBIGUOUS_COUNTRY
    return numbers[0] if numbers else answers[0]

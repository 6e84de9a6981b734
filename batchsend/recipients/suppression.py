"""Lists of people who must not be written to."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from batchsend.contacts.contact import display, is_empty
from batchsend.contacts.contact_list import ContactList
from batchsend.recipients.countries import find_regions
from batchsend.recipients.phone import PhoneNumber
from batchsend.recipients.phones import normalize


@dataclass(slots=True)
class Suppression:
    """numbers: E.164 -> since when, why or where, as it goes on after "opted out".

    unreadable: (file, row, cell) that name no number for certain.
    """

    numbers: dict[str, str] = field(default_factory=dict)
    unreadable: list[tuple[str, int, str]] = field(default_factory=list)


def read_suppression(
    lists: Iterable[ContactList], default_region: str | None, known: Mapping[str, str] = MappingProxyType({})
) -> Suppression:
    """All numbers of the lists, from every phone column. An empty phone cell suppresses nobody.

    known: numbers that have opted out already, as in Suppression.
    """
    found = Suppression(dict(known))
    for contacts in lists:
        columns = contacts.columns
        for contact in (contact for batch in contacts.batches() for contact in batch):
            country = None if columns.country is None else contact.cells[columns.country]
            regions = (default_region,) if is_empty(country) else find_regions(country) or (None,)
            for cell in (contact.cells[column] for column in columns.phone):
                if is_empty(cell):
                    continue
                # every number the cell may mean is left alone; landlines, too, as somebody wrote them down
                phones = [normalize(cell, region, allow_landline=True) for region in regions]
                numbers = [phone.e164 for phone in phones if isinstance(phone, PhoneNumber)]
                for number in numbers:
                    found.numbers.setdefault(number, f"({contacts.source.name} row {contact.row})")
                if not numbers:
                    found.unreadable.append((contacts.source.name, contact.row, display(cell)))
    return found

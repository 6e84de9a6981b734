"""What a contact becomes: somebody who can be written to, or a row with the reason why not."""

from dataclasses import dataclass

from batchsend.contacts.contact import Contact
from batchsend.recipients.phone import PhoneNumber


@dataclass(frozen=True, slots=True)
class Recipient:
    """name: the contact's name cell, "" when the list has none. copy: 0; 1, 2, ... for duplicates kept on purpose.

    note: what a person should know about how the number was found.
    """

    contact: Contact
    phone: PhoneNumber
    name: str = ""
    copy: int = 0
    note: str = ""


@dataclass(frozen=True, slots=True)
class Rejection:
    """A row that gets no message. code: the reason's stable word; reason: its sentence for people.

    skipped: left out on purpose (a duplicate, an opt-out); False: the row cannot be sent as it is.
    phone: the number where the cell held one.
    """

    contact: Contact
    code: str
    reason: str
    skipped: bool = False
    phone: PhoneNumber | None = None

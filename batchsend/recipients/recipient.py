"""What a contact becomes: somebody who can be written to, or a row with the reason why not."""

from dataclasses import dataclass

from batchsend.contacts.contact import Contact
from batchsend.recipients.phone import PhoneNumber


class _Addressed:
    """Whom a row is for: its identity where the list goes by one, else its number."""

    __slots__ = ()
    phone: PhoneNumber | None
    identity: str

    @property
    def to(self) -> str:
        return self.identity or (self.phone.e164 if self.phone else "")

    @property
    def region(self) -> str:
        return self.phone.region if self.phone and not self.identity else ""


@dataclass(frozen=True, slots=True)
class Recipient(_Addressed):
    """name: the contact's name cell, "" when the list has none. copy: 0; 1, 2, ... for duplicates kept on purpose.

    note: what a person should know about how the number was found. identity: who it is, for gateways that write to
    no number; "" for all others.
    """

    contact: Contact
    phone: PhoneNumber | None
    name: str = ""
    copy: int = 0
    note: str = ""
    identity: str = ""


@dataclass(frozen=True, slots=True)
class Rejection(_Addressed):
    """A row that gets no message. code: the reason's stable word; reason: its sentence for people.

    skipped: left out on purpose (a duplicate, an opt-out); False: the row cannot be sent as it is.
    phone: the number where the cell held one. identity: see Recipient.
    """

    contact: Contact
    code: str
    reason: str
    skipped: bool = False
    phone: PhoneNumber | None = None
    identity: str = ""

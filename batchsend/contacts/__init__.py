"""The list as it came: bytes -> table -> Contact(row number, cells)."""

from batchsend.contacts.contact import Cell, Contact, display, is_empty
from batchsend.contacts.contact_list import BATCH, ContactList, contacts_from_frame, open_contacts
from batchsend.contacts.source import ReadOptions, Source

__all__ = [
    "BATCH", "Cell", "Contact", "ContactList", "ReadOptions", "Source", "contacts_from_frame", "display", "is_empty",
    "open_contacts",
]  # fmt: skip

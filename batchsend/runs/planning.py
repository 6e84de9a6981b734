"""List, policy and template -> Plan: the one path that a dry run and a send share."""

from collections.abc import Iterator
from itertools import islice

from batchsend.contacts.contact import Contact
from batchsend.contacts.contact_list import BATCH, ContactList
from batchsend.messages.template import Template
from batchsend.messages.writing import write_messages
from batchsend.recipients.recipient import Recipient, Rejection
from batchsend.recipients.screening import Policy, Screening
from batchsend.runs.plan import Plan


def make_plan(contacts: ContactList, policy: Policy, template: Template, limit: int | None = None) -> Plan:
    """limit: only so many rows, from the top of the list."""
    return Plan(write_messages(screen(contacts, policy, limit), template), contacts.columns)


def screen(contacts: ContactList, policy: Policy, limit: int | None = None) -> Iterator[list[Recipient | Rejection]]:
    """The list as far as it goes without a message: who can be written to, and who not."""
    return Screening(contacts.columns, contacts.headers, policy).batches(_first(contacts.batches(), limit))


def _first(batches: Iterator[list[Contact]], limit: int | None) -> Iterator[list[Contact]]:
    rows = islice((contact for batch in batches for contact in batch), limit)
    while batch := list(islice(rows, BATCH)):
        yield batch

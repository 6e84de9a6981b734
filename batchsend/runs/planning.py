"""List, policy and template -> Plan: the one path that a dry run and a send share."""

from collections.abc import Iterator
from itertools import islice

from batchsend.contacts.contact import Contact
from batchsend.contacts.contact_list import BATCH, ContactList
from batchsend.messages.template import Template
from batchsend.messages.writing import write_messages
from batchsend.recipients.screening import Policy, Screening
from batchsend.runs.plan import Plan


def make_plan(contacts: ContactList, policy: Policy, template: Template, limit: int | None = None) -> Plan:
    """limit: only so many rows, from the top of the list."""
    chosen = _first(contacts.batches(), limit) if limit is not None else contacts.batches()
    screened = Screening(contacts.columns, policy).batches(chosen)
    return Plan(write_messages(screened, template), contacts.columns)


def _first(batches: Iterator[list[Contact]], limit: int) -> Iterator[list[Contact]]:
    rows = islice((contact for batch in batches for contact in batch), limit)
    while batch := list(islice(rows, BATCH)):
        yield batch

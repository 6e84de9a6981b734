"""List, policy and template -> Plan: the one path that a dry run and a send share."""

from collections.abc import Iterator

from batchsend.contacts.contact_list import ContactList
from batchsend.messages.rewording import Rewording
from batchsend.messages.template import Template
from batchsend.messages.writing import PLAIN, write_messages
from batchsend.recipients.recipient import Recipient, Rejection
from batchsend.recipients.screening import Policy, Screening
from batchsend.runs.plan import FindRepeats, Plan
from batchsend.runs.selection import ALL, Selection


def make_plan(
    contacts: ContactList,
    policy: Policy,
    template: Template,
    selection: Selection = ALL,
    rewording: Rewording = PLAIN,
    repeats: FindRepeats = lambda _: {},
    *,
    again: bool = False,
) -> Plan:
    written = write_messages(screen(contacts, policy, selection), template, rewording)
    return Plan(written, contacts.columns, repeats, again=again)


def screen(contacts: ContactList, policy: Policy, selection: Selection) -> Iterator[list[Recipient | Rejection]]:
    """The list as far as it goes without a message: who can be written to, and who not."""
    return Screening(contacts.columns, contacts.headers, policy).batches(selection.batches(contacts))

"""Plans and ledgers for tests."""

from batchsend.contacts import Contact
from batchsend.contacts.headers import Columns
from batchsend.messages import Message, Written, measure
from batchsend.recipients import Rejection
from batchsend.runs import Book, Ledger, Plan, Run, RunDetails

DETAILS = RunDetails(
    list_name="list.csv",
    sheet="",
    headers=("Phone", "Name"),
    phone_columns=(0,),
    template_name="offer.txt",
    template_text="Hi {{ name }}",
    provider="robo-sms",
    account="acc",
)


def message(row: int, *, to: str | None = None, text: str | None = None, copy: int = 0) -> Written:
    number, text = to or f"+40723{row:06}", text or f"Hi {row}"
    contact = Contact(row, (number, f"Name {row}"))
    return contact, Message(row, number, "RO", text, measure(text), f"Name {row}", copy)


def rejection(row: int, *, skipped: bool = False) -> Written:
    contact = Contact(row, ("x", None))
    return contact, Rejection(contact, "duplicate" if skipped else "no_phone", "a reason", skipped=skipped)


def plan_of(*written: Written) -> Plan:
    return Plan([list(written)], Columns(phone=(0,)))


def begun(ledger: Ledger, *written: Written, again: bool = False) -> tuple[Run, Book]:
    """A confirmed run of these rows."""
    run = ledger.draft(DETAILS)
    book = ledger.book(run)
    book.add(written)
    return ledger.begin(run, "fingerprint", again=again), book

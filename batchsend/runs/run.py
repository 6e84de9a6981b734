"""A run, and the rows it is made of, as the ledger keeps them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from batchsend.contacts.contact import Cell
from batchsend.messages.message import Message
from batchsend.runs.status import Status
from batchsend.runs.terms import Terms


class RunState(StrEnum):
    """draft: planned, not confirmed. sending: begun. stopped: ended early, can be resumed. finished: nothing left.
    purged: only its counts and its fingerprint are left.
    """

    DRAFT = "draft"
    SENDING = "sending"
    STOPPED = "stopped"
    FINISHED = "finished"
    PURGED = "purged"


@dataclass(frozen=True, slots=True)
class RunDetails:
    """What is known about a run before its first row. phone_columns: positions from 0 in headers.

    practice: it goes to the gateway inside this program, to nobody.
    """

    list_name: str
    sheet: str
    headers: tuple[str, ...]
    phone_columns: tuple[int, ...]
    template_name: str
    template_text: str
    provider: str
    account: str
    practice: bool = False
    terms: Terms = field(default_factory=Terms)


@dataclass(frozen=True, slots=True)
class Run:
    """id: the ledger's own key. name: what a person types, such as 2026-11-21-k7m2. Times are UTC.

    secret: from it come the keys of its messages (hexadecimal); never printed.
    """

    id: int
    name: str
    state: RunState
    created_at: datetime
    ended_at: datetime | None
    ended_because: str
    fingerprint: str
    version: str
    phonenumbers_version: str
    secret: str = field(repr=False)
    details: RunDetails


@dataclass(frozen=True, slots=True)
class Claim:
    """A message that is about to leave. attempt: counts from 1."""

    message: Message
    attempt: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a claim. attempt: the claim's."""

    row: int
    status: Status
    code: str = ""
    reason: str = ""
    reference: str = ""
    http_status: int | None = None
    attempt: int = 0


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """A row of a run. claimed: its message was about to leave, and no outcome is known yet. note: see Recipient.

    formats: the number formats of its cells, as far as the list told them, by position.
    """

    row: int
    cells: tuple[Cell, ...]
    status: Status
    claimed: bool
    code: str
    reason: str
    number: str
    country: str
    text: str
    characters: int
    credits: int
    parts: int
    encoding: str
    attempts: int
    reference: str
    http_status: int | None
    note: str
    changed_at: datetime | None
    formats: Mapping[int, str] = field(default_factory=dict)

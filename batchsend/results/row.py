"""One row of the results: what the list said, and what became of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from batchsend.contacts.contact import Cell
from batchsend.runs.status import Status


@dataclass(frozen=True, slots=True)
class ResultRow:
    """cells: the original cells, in order and untouched (may be longer than the header for a ragged row).

    row: the number a person sees in the list. reason: a sentence; code: its stable word. to: E.164 or "".
    credits: in started 480 characters, 0 for a row that cannot be sent. parts: SMS segments.
    time_utc: when the outcome was recorded, None when nothing was tried. note: how the number was found, where that
    was not plain. formats: the number formats of original cells, by position. run: the run it belongs to, for a file
    that comes back without the hidden sheet. risked: credits and parts of earlier messages that may have gone out.
    """

    row: int
    cells: tuple[Cell, ...]
    status: Status
    reason: str
    code: str
    action: str
    to: str = ""
    country: str = ""
    text: str = ""
    characters: int = 0
    credits: int = 0
    parts: int = 0
    encoding: str = ""
    provider: str = ""
    reference: str = ""
    attempts: int = 0
    http_status: int | None = None
    time_utc: datetime | None = None
    note: str = ""
    formats: Mapping[int, str] = field(default_factory=dict)
    run: str = ""
    risked: tuple[int, int] = (0, 0)


SEND_COLUMNS = (
    "send_row", "send_status", "send_reason", "send_code", "send_action", "send_to", "send_country",
    "send_text", "send_characters", "send_credits", "send_parts", "send_encoding", "send_provider",
    "send_reference", "send_attempts", "send_http_status", "send_time_utc",
    "send_run",
)  # fmt: skip
"""Our columns of the sheet `Results`, in order, after the original ones."""


@dataclass(frozen=True, slots=True)
class RunFacts:
    """What the Summary says about the run as a whole, beside its rows.

    dry_run: nothing was to be sent. practice: it went to the practice gateway, to nobody. next_command: what sends
    the rows that were not reached, or all of a dry run; "" when there is nothing to send. template: its name;
    template_text: what it says.
    changed_numbers is derived from the rows, not stored here. extra_columns: by how many cells the widest ragged
    row goes past the header; they get columns of their own. rows: how many the list has, each with one ResultRow.
    template_text, terms (see runs.Terms.dump), practice: for a retry on another computer.
    """

    run: str
    list_name: str
    sheet: str
    headers: tuple[str, ...]
    phone_columns: tuple[int, ...]
    template: str
    provider: str
    account: str
    version: str
    phonenumbers_version: str
    created_at: datetime
    ended_at: datetime | None
    state: str
    dry_run: bool
    next_command: str
    rows: int
    extra_columns: int = 0
    template_text: str = ""
    terms: str = ""
    practice: bool = False

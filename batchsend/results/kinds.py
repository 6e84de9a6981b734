"""The kinds of sheet that hold rows of the list: which rows, and which of our columns follow the list's own."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from types import MappingProxyType

from batchsend.contacts.contact import Cell
from batchsend.results.looks import (
    ASKING,
    ASKING_HEADER,
    COUNT,
    MOMENT,
    OUR_HEADER,
    SENTENCE,
    TEXT,
    Look,
)
from batchsend.results.row import SEND_COLUMNS, ResultRow
from batchsend.runs.status import Status

VERDICT = "verdict"


@dataclass(frozen=True, slots=True)
class Column:
    """One of our columns. value: what it shows of a row; look: of its cells, None for a plain one."""

    name: str
    value: Callable[[ResultRow], Cell]
    width: float = 14
    look: Look | None = None
    header: Look = OUR_HEADER


@dataclass(frozen=True, slots=True)
class Kind:
    """tab: the colour of its tab once it holds a row; holds: the statuses of its rows."""

    title: str
    tab: str
    holds: frozenset[Status]
    columns: tuple[Column, ...]


def utc(moment: datetime) -> datetime:
    """The moment as a workbook can hold it: UTC without saying so (a workbook knows no time zones)."""
    return moment if moment.tzinfo is None else moment.astimezone(UTC).replace(tzinfo=None)


_OURS: Mapping[str, Column] = MappingProxyType(
    {
        column.name: column
        for column in (
            Column("send_row", lambda row: row.row, 12, COUNT),
            Column("send_status", lambda row: row.status.value, 14),
            Column("send_reason", lambda row: row.reason or row.note, 52, SENTENCE),
            Column("send_code", lambda row: row.code, 24),
            Column("send_action", lambda row: row.action, 42, SENTENCE),
            Column("send_to", lambda row: row.to, 17, TEXT),
            Column("send_country", lambda row: row.country, 15),
            Column("send_text", lambda row: row.text, 50),
            Column("send_characters", lambda row: row.characters, 18, COUNT),
            Column("send_credits", lambda row: row.credits, 14, COUNT),
            Column("send_parts", lambda row: row.parts, 13, COUNT),
            Column("send_encoding", lambda row: row.encoding, 16),
            Column("send_provider", lambda row: row.provider, 15),
            Column("send_reference", lambda row: row.reference, 26, TEXT),
            Column("send_attempts", lambda row: row.attempts, 16, COUNT),
            Column("send_http_status", lambda row: row.http_status, 18, COUNT),
            Column("send_time_utc", lambda row: row.time_utc and utc(row.time_utc), 20, MOMENT),
            Column("send_run", lambda row: row.run, 17, TEXT),
            Column(VERDICT, lambda _row: None, 16, ASKING, ASKING_HEADER),
        )
    }
)


def _ours(*names: str, whole: str = "", **widths: float) -> tuple[Column, ...]:
    """widths: where a sheet has more room for a column than `Results` has. whole: the one shown on many lines."""
    columns = (replace(_OURS[name], width=widths.get(name, _OURS[name].width)) for name in names)
    return tuple(replace(column, look=SENTENCE) if column.name == whole else column for column in columns)


RESULTS = Kind("Results", "1F4E79", frozenset(Status), _ours(*SEND_COLUMNS))
TO_FIX = Kind(
    "To fix",
    "E07B39",
    frozenset({Status.INVALID, Status.REJECTED}),
    _ours("send_row", "send_reason", "send_action", "send_code", "send_run", send_reason=55, send_code=20, send_run=9),
)
UNKNOWN = Kind(
    "Unknown",
    "E0A100",
    frozenset({Status.UNKNOWN}),
    _ours("send_row", "send_to", "send_text", "send_time_utc", "send_reason", "send_run", VERDICT, whole="send_text"),
)
SKIPPED = Kind(
    "Skipped",
    "8E79BD",
    frozenset({Status.SKIPPED}),
    _ours("send_row", "send_reason", "send_code", "send_to", send_reason=60),
)

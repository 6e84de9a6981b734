"""Ledger -> results: the workbook of a run needs nothing but the ledger."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime
from types import MappingProxyType

import phonenumbers

from batchsend import __version__
from batchsend.contacts.contact_list import ContactList
from batchsend.recipients.recipient import Recipient, Rejection
from batchsend.results.row import ResultRow, RunFacts
from batchsend.runs.book import Book
from batchsend.runs.plan import status_of
from batchsend.runs.run import LedgerRow, Run, RunState
from batchsend.runs.status import Status

_NOTHING: Mapping[int, tuple[int, int]] = MappingProxyType({})


def run_facts(run: Run, book: Book, *, dry_run: bool = False, workbook: str = "") -> RunFacts:
    """workbook: the name of the file that is written, for the command to type next."""
    details = run.details
    counts = book.counts()
    return RunFacts(
        run="" if dry_run else run.name,
        list_name=details.list_name,
        sheet=details.sheet,
        headers=details.headers,
        phone_columns=details.phone_columns,
        template=details.template_name,
        provider=details.provider,
        account=details.account,
        version=run.version,
        phonenumbers_version=run.phonenumbers_version,
        created_at=run.created_at,
        ended_at=run.ended_at,
        state="dry run" if dry_run else run.state,
        dry_run=dry_run,
        next_command="" if dry_run else _next_command(run, counts, workbook),
        rows=counts.total(),
        extra_columns=max(0, book.widest() - len(details.headers)),
        template_text=details.template_text,
        terms=details.terms.dump(),
        practice=details.practice,
    )


def _next_command(run: Run, counts: Counter[Status], workbook: str) -> str:
    if counts[Status.PLANNED]:
        return f"batchsend resume {run.name}"
    if workbook and counts[Status.NOT_SENT]:  # held back by a retry
        return f'batchsend retry "{workbook}"'
    return ""


def result_rows(
    run: Run, book: Book, *, dry_run: bool = False, risked: Mapping[int, tuple[int, int]] = _NOTHING
) -> Iterator[ResultRow]:
    """Every row of the run, in the order of the list. risked: see Standing.unsettled."""
    for row in book.rows():
        yield _result(run, row, risked.get(row.row, (0, 0)), dry_run=dry_run)


def _result(run: Run, row: LedgerRow, risked: tuple[int, int], *, dry_run: bool) -> ResultRow:
    status, reason, code, action = row.status, row.reason, row.code, row.status.action
    if row.claimed:
        code, reason = "abandoned", "the program ended while this message was on its way"
    if status is Status.PLANNED and not dry_run:
        if run.state is RunState.SENDING:
            reason = reason or "the run has not come to this row yet"
            action = f"If the run is not going on any more, type: batchsend resume {run.name}"
        else:
            status = Status.NOT_SENT
            code = code or "run_ended"
            reason = reason or f"the run ended before this row ({run.ended_because})"
            action = f"{status.action} Type: batchsend resume {run.name}"
    return ResultRow(
        row=row.row,
        cells=row.cells,
        status=status,
        reason=reason,
        code=code,
        action=action,
        to=row.number,
        country=row.country,
        text=row.text,
        characters=row.characters,
        credits=row.credits,
        parts=row.parts,
        encoding=row.encoding,
        provider=run.details.provider if row.text else "",
        reference=row.reference,
        attempts=row.attempts,
        http_status=row.http_status,
        time_utc=row.changed_at,
        note=row.note,
        formats=row.formats,
        run="" if dry_run else run.name,
        risked=risked,
    )


def checked_facts(contacts: ContactList, now: datetime, rows: int, widest: int) -> RunFacts:
    """For a list that was only looked at: no run, no message."""
    return RunFacts(
        run="",
        list_name=contacts.source.name,
        sheet=contacts.source.sheet,
        headers=contacts.headers,
        phone_columns=contacts.columns.address,
        template="",
        provider="",
        account="",
        version=__version__,
        phonenumbers_version=phonenumbers.__version__,
        created_at=now,
        ended_at=None,
        state="checked",
        dry_run=True,
        next_command="",
        rows=rows,
        extra_columns=max(0, widest - len(contacts.headers)),
    )


def checked_row(item: Recipient | Rejection) -> ResultRow:
    contact = item.contact
    status = Status.PLANNED if isinstance(item, Recipient) else status_of(item)
    reason, code = ("", "") if isinstance(item, Recipient) else (item.reason, item.code)
    note = item.note if isinstance(item, Recipient) else ""
    return ResultRow(
        contact.row,
        contact.cells,
        status,
        reason,
        code,
        status.action,
        item.to,
        item.region,
        note=note,
        formats=contact.formats,
    )


def counts_of(run: Run, book: Book) -> Counter[Status]:
    """Rows by status as the workbook has them: what a run that is over has not reached is not_sent."""
    counts = book.counts()
    if run.state is not RunState.SENDING:
        counts[Status.NOT_SENT] += counts.pop(Status.PLANNED, 0)
    return counts

"""Ledger -> results: the workbook of a run needs nothing but the ledger."""

from collections.abc import Iterator

from batchsend.results.row import ResultRow, RunFacts
from batchsend.runs.book import Book
from batchsend.runs.run import LedgerRow, Run, RunState
from batchsend.runs.status import Status


def run_facts(run: Run, book: Book, *, dry_run: bool = False) -> RunFacts:
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
        next_command=f"batchsend resume {run.name}" if not dry_run and counts[Status.PLANNED] else "",
        rows=counts.total(),
        extra_columns=max(0, book.widest() - len(details.headers)),
    )


def result_rows(run: Run, book: Book, *, dry_run: bool = False) -> Iterator[ResultRow]:
    """Every row of the run, in the order of the list."""
    for row in book.rows():
        yield _result(run, row, dry_run=dry_run)


def _result(run: Run, row: LedgerRow, *, dry_run: bool) -> ResultRow:
    status, reason, code, action = row.status, row.reason, row.code, row.status.action
    if status is Status.PLANNED and not dry_run:
        status = Status.NOT_SENT
        code = code or "run_ended"
        reason = reason or _why_not_reached(run)
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
    )


def _why_not_reached(run: Run) -> str:
    if run.state is RunState.SENDING:
        return "the run has not come to this row yet"
    return (
        f"the run ended before this row ({run.ended_because})" if run.ended_because else "the run ended before this row"
    )

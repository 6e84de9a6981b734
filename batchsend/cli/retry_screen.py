"""What retry shows before it asks."""

from collections.abc import Sequence
from typing import Any

import click

from batchsend.cli.screen import plural, show_cautions, show_cost, show_samples
from batchsend.contacts import Cell, display
from batchsend.messages import Message
from batchsend.results.adopt import Adopted
from batchsend.results.read_back import ReadBack
from batchsend.runs import Plan, Run, Status
from batchsend.runs.retry_result import Left, Retry
from batchsend.settings import Prices

_SHOWN = 50
_EXAMPLES = 5
_WIDE = 32


def show_adopted(adopted: Adopted, list_name: str) -> None:
    """The run is of another ledger: whose word is taken, and for what."""
    counts = adopted.counts
    click.secho(f"Run {adopted.run.name} ({list_name}) is not in the ledger of this computer.", bold=True, fg="yellow")
    click.echo("  The workbook's own words are taken, the careful way: what it calls accepted or unknown is not sent.")
    click.echo("  " + ", ".join(f"{counts[status]:,} {status}" for status in Status if counts[status]))
    if adopted.unclear:
        click.secho(
            f"  {plural(len(adopted.unclear), 'row')} without a status of ours are taken as unknown: "
            f"{_rows(adopted.unclear)}",
            fg="yellow",
        )
    if adopted.missing > 0:
        click.secho(
            f"  {plural(adopted.missing, 'row')} of the list not in the workbook: whether they got the message is not "
            "known here, so no corrected number can be held against theirs.",
            fg="yellow",
        )


def show_read_back(run: Run, found: ReadBack) -> None:
    click.secho(f"Run {run.name}, {run.details.list_name}, through {run.details.provider}", bold=True)
    for title, matched in found.columns.items():
        for old, new in matched.renamed.items():
            click.echo(f"  {title}: the column {new} is {old} under another name")
        if matched.missing:
            names = ", ".join(matched.missing)
            click.secho(f"  {title}: no column {names} any more; its cells are taken as they were", fg="yellow")
        if matched.added:
            click.echo(f"  {title}: not used: {', '.join(matched.added)}")
    if found.retyped:
        said = [f"row {it.row:,} ({it.said}, but it is {it.stands})" for it in found.retyped[:_EXAMPLES]]
        click.secho(
            f"  {plural(len(found.retyped), 'row')} with another status than the ledger's, which counts: "
            f"{', '.join(said)}{' ...' if len(found.retyped) > len(said) else ''}",
            fg="yellow",
        )
    if found.strangers:
        told = [f"{it.sheet} row {it.place:,} ({it.why})" for it in found.strangers[:_EXAMPLES]]
        click.secho(
            f"  {plural(len(found.strangers), 'row')} that are not of this run are ignored: {', '.join(told)}"
            f"{' ...' if len(found.strangers) > len(told) else ''}",
            fg="yellow",
        )


def show_retry(run: Run, plan: Plan, retry: Retry, found: ReadBack, prices: Prices) -> None:
    _show_left(retry)
    _show_corrected(run, retry, found)
    click.secho(f"\n{plural(plan.totals.messages, 'message')} to send", bold=True)
    if plan.totals.messages:
        show_cost(plan, prices)
        show_samples(plan)
        show_cautions(plan)


def _show_left(retry: Retry) -> None:
    if retry.left:
        click.secho("\nNot sent", bold=True)
    for why in Left:
        if count := retry.left[why]:
            never = (
                f" ({retry.never_sent:,} of them were never sent)" if why is Left.ABSENT and retry.never_sent else ""
            )
            click.echo(f"  {count:>6,}  {why.sentence}{never}")
    for trouble in retry.troubles[:_SHOWN]:
        click.echo(f"          row {trouble.row:<7,} {trouble.why}")
    if len(retry.troubles) > _SHOWN:
        click.echo(f"          ... and {len(retry.troubles) - _SHOWN:,} more rows")


def _show_corrected(run: Run, retry: Retry, found: ReadBack) -> None:
    sent = [item for _, item in retry.corrected if isinstance(item, Message)]
    if not sent:
        return
    click.secho(f"\nTo send after a correction: {len(sent):,}", bold=True)
    for message in sent[:_SHOWN]:
        correction = found.corrections.changed.get(message.row)
        edits = correction.edits if correction else {}
        names = [header or "(no header)" for header in run.details.headers]
        said = [f"{names[at] if at < len(names) else 'surplus'}: {_cell(cell)}" for at, (cell, _) in edits.items()]
        click.echo(
            f"  row {message.row:<7,} to {message.to}  {'; '.join(said) or 'nothing speaks against it any more'}"
        )
    if len(sent) > _SHOWN:
        click.echo(f"  ... and {len(sent) - _SHOWN:,} more")


def _cell(cell: Cell) -> str:
    shown = " ".join(display(cell).split()) or "(empty)"
    return shown if len(shown) <= _WIDE else f"{shown[: _WIDE - 1]}…"


def retry_data(run: Run, plan: Plan, retry: Retry, found: ReadBack, adopted: Adopted | None) -> dict[str, Any]:
    return {
        "run": run.name,
        "in_ledger": adopted is None,
        "totals": plan.totals,
        "corrected": sum(isinstance(item, Message) for _, item in retry.corrected),
        "unknown_sent_again": retry.unknown,
        "not_sent": {str(why): retry.left[why] for why in Left},
        "troubles": [{"row": it.row, "code": it.left, "reason": it.why} for it in retry.troubles],
        "other_status": [{"row": it.row, "said": it.said, "is": it.stands} for it in found.retyped],
        "ignored": [{"sheet": it.sheet, "row": it.place, "reason": it.why} for it in found.strangers],
    }


def _rows(rows: Sequence[int]) -> str:
    return ", ".join(f"{row:,}" for row in rows[:_EXAMPLES]) + (" ..." if len(rows) > _EXAMPLES else "")

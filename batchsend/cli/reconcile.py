"""batchsend reconcile: what became of the unknown rows, as the gateway or a person says."""

import sys
from collections import Counter
from pathlib import Path

import click

from batchsend.cli import exits
from batchsend.cli.app import App, cli, open_ledger, pass_app
from batchsend.cli.data import print_json
from batchsend.cli.retry import fresh_output, run_name_of
from batchsend.cli.screen import plural
from batchsend.cli.sending import checked_output, write_report
from batchsend.delivery.ask import Unreachable, ask
from batchsend.errors import NotConfirmed, UsageError
from batchsend.providers import build_provider
from batchsend.providers.provider import HasOutcomes, Question, Unanswered
from batchsend.results.returned import open_returned
from batchsend.results.verdicts import Verdicts, read_verdicts
from batchsend.runs import Book, Ledger, Outcome, Run, RunState, Status
from batchsend.settings import Settings

_SHOWN = 50
_WORDS = {Status.ACCEPTED: "accepted", Status.REJECTED: "rejected", Status.NOT_SENT: "not sent; will be sent by resume"}


@cli.command()
@click.argument("target", metavar="RUN|WORKBOOK")
@click.option("--run", "run_name", metavar="NAME", help="The run of WORKBOOK, when the file does not say so.")
@click.option("-y", "--yes", is_flag=True, help="Do not ask.")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), metavar="FILE.xlsx", help="Where the new workbook goes."
)
@click.option("--json", "as_json", is_flag=True, help="Print the outcome as data.")
@pass_app
@click.pass_context
def reconcile(
    ctx: click.Context, app: App, target: str, run_name: str | None, output: Path | None, *, yes: bool, as_json: bool
) -> None:
    """Settle unknown rows: ask the gateway of RUN, or take the verdicts on the sheet Unknown of WORKBOOK."""
    if output is not None:
        checked_output(output)
    if not yes and (as_json or not sys.stdin.isatty()):
        raise UsageError("There is nobody to ask here.", "Add --yes to settle without being asked.")
    with open_ledger(app) as ledger:
        returned = open_returned(Path(target)) if Path(target).is_file() else None
        run = ledger.find(run_name_of(ledger, returned, run_name) if returned else target)
        with ledger.holding(run):
            book = ledger.book(run)
            book.settle_abandoned()
            if returned:
                verdicts = read_verdicts(run.name, returned, ledger.standing(run))
            else:
                verdicts = _asked(app.settings, ledger, run)
            if not as_json:
                _show(run, book, verdicts)
            written = None
            if verdicts.outcomes:
                if not yes and not click.confirm(f"\nSettle {plural(len(verdicts.outcomes), 'row')} now?"):
                    raise NotConfirmed("Nothing was changed.")
                ledger.amendments(run).settle(verdicts.outcomes.values())
                run = _ended(ledger, run)
                written = write_report(ledger, run, output or fresh_output(run.details.list_name, run.name, "settled"))
            ctx.exit(_say(run, book, verdicts, written, as_json=as_json))


def _asked(settings: Settings, ledger: Ledger, run: Run) -> Verdicts:
    """Raises UsageError for a gateway that cannot be asked, Unreachable when it does not answer."""
    how = "Look at its panel or ask the people, choose a verdict for each row on the sheet Unknown of the results "
    how += "workbook, save it, then: batchsend reconcile WORKBOOK"
    if run.details.practice:
        raise UsageError(f"Run {run.name} was practice: its gateway is gone, and nobody got anything.", how)
    provider = build_provider(run.details.provider, settings)
    if not isinstance(provider, HasOutcomes):
        raise UsageError(f"{provider.name} cannot be asked what became of a message.", how)
    if provider.account != run.details.account:
        raise UsageError(
            f"Run {run.name} goes through {run.details.account}, the settings say {provider.account}.",
            "Set the address it was started with.",
        )
    standing, book = ledger.standing(run), ledger.book(run)
    questions = [
        Question(kept.row, kept.number, kept.message.text, book.key(kept.row, kept.revision), at)
        for kept in standing.unknown()
        if kept.message is not None and (at := kept.claimed_at or kept.changed_at) is not None
    ]
    if not questions:
        return Verdicts()
    try:
        attempts = ask(provider.settle(questions, standing.references()))
    except Unanswered as nothing:
        raise Unreachable(f"{provider.name} was asked: {nothing}", how) from None
    asked = {question.row for question in questions}
    found = Verdicts()
    for row, it in attempts.items():
        if row in asked and it.status in _WORDS:
            reason = it.reason or f"by the records of {provider.name}"
            found.outcomes[row] = Outcome(row, it.status, "settled", reason, it.reference, it.http_status)
    return found


def _ended(ledger: Ledger, run: Run) -> Run:
    """A run with something left to send is stopped, one without is finished."""
    left = ledger.book(run).counts()[Status.PLANNED]
    because = run.ended_because or "messages of this run turned out not to be sent"
    return ledger.end(ledger.resume(run), RunState.STOPPED if left else RunState.FINISHED, because if left else "")


def _show(run: Run, book: Book, verdicts: Verdicts) -> None:
    unknown = book.counts()[Status.UNKNOWN]
    click.secho(f"Run {run.name}, {run.details.list_name}: {plural(unknown, 'unknown row')}", bold=True)
    counts = Counter(outcome.status for outcome in verdicts.outcomes.values())
    for status, words in _WORDS.items():
        if counts[status]:
            click.echo(f"  {counts[status]:>6,}  {words}")
    click.echo(f"  {unknown - len(verdicts.outcomes):>6,}  stay unknown")
    for outcome in list(verdicts.outcomes.values())[:_SHOWN]:
        click.echo(f"          row {outcome.row:<7,} {_WORDS[outcome.status].partition(';')[0]}: {outcome.reason}")
    if len(verdicts.outcomes) > _SHOWN:
        click.echo(f"          ... and {len(verdicts.outcomes) - _SHOWN:,} more")
    for row, why in verdicts.ignored[:_SHOWN]:
        click.secho(f"  The verdict of row {row:,} is not taken: {why}.", fg="yellow")


def _say(run: Run, book: Book, verdicts: Verdicts, written: Path | None, *, as_json: bool) -> exits.Exit:
    counts = book.counts()
    if as_json:
        print_json(
            {
                "run": run.name,
                "settled": {str(row): outcome.status for row, outcome in verdicts.outcomes.items()},
                "ignored": [{"row": row, "reason": why} for row, why in verdicts.ignored],
                "unknown": counts[Status.UNKNOWN],
                "workbook": written,
            }
        )
    elif written is None:
        click.echo("\nNothing was changed.")
    else:
        click.echo(f"\n{plural(len(verdicts.outcomes), 'row')} settled. The workbook: {written}")
        if counts[Status.PLANNED]:
            click.echo(f"Send the rest: batchsend resume {run.name}")
    return exits.Exit.UNKNOWN if counts[Status.UNKNOWN] else exits.Exit.OK

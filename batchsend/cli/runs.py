"""batchsend runs, resume, report: what the ledger knows, and going on from there."""

import sys
from pathlib import Path

import click

from batchsend.cli.app import App, cli, open_ledger, pass_app, survive_dead_output
from batchsend.cli.data import print_json
from batchsend.cli.options import default_output
from batchsend.cli.sending import carry_out, checked_output, means_of, write_report
from batchsend.errors import UsageError
from batchsend.results.collect import counts_of
from batchsend.runs import Ledger, Run, Status


@cli.command()
@click.option("--json", "as_json", is_flag=True, help="The same as data.")
@pass_app
def runs(app: App, as_json: bool) -> None:
    """List the runs, newest first."""
    with open_ledger(app) as ledger:
        found = [(run, counts_of(run, ledger.book(run))) for run in ledger.runs()]
    if as_json:
        print_json(
            [
                {
                    "run": run.name,
                    "state": run.state,
                    "created_at": run.created_at.isoformat(),
                    "because": run.ended_because,
                    "list": run.details.list_name,
                    "practice": run.details.practice,
                    "provider": run.details.provider,
                    "account": run.details.account,
                    "rows": counts,
                }
                for run, counts in found
            ]
        )
        return
    if not found:
        click.echo("No runs yet.")
    for run, counts in found:
        states = ", ".join(f"{counts[status]:,} {status}" for status in Status if counts[status])
        click.echo(f"{run.name}  {run.state:8}  {run.details.provider:10} {run.details.list_name}: {states}")


@cli.command()
@click.argument("run_name", metavar="[RUN]", required=False)
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), metavar="FILE.xlsx", help="Where the results workbook goes."
)
@click.option("--concurrency", type=click.IntRange(1, 1000), metavar="N", help="Messages in flight at once.")
@click.option("--rate", type=click.FloatRange(min=0, min_open=True), metavar="N", help="Messages a second.")
@click.option("--json", "as_json", is_flag=True, help="Print the outcome as data.")
@pass_app
@click.pass_context
def resume(
    ctx: click.Context,
    app: App,
    run_name: str | None,
    output: Path | None,
    concurrency: int | None,
    rate: float | None,
    as_json: bool,
) -> None:
    """Continue a run that was interrupted (RUN, or the newest with something left): send only what never left."""
    survive_dead_output()
    with open_ledger(app) as ledger:
        run = ledger.find(run_name) if run_name else ledger.unfinished() or _newest(ledger)
        details = run.details
        target = checked_output(output or default_output(details.list_name, run.name))
        book = ledger.book(run)
        with (
            ledger.holding(run),
            means_of(app.settings, details.provider, target, concurrency, rate, practice=details.practice) as means,
        ):
            if not details.practice and means.provider.account != details.account:
                raise UsageError(
                    f"Run {run.name} goes through {details.account}, the settings say {means.provider.account}.",
                    "Set the address it was started with.",
                )
            ledger.leftovers(run).take_up(book)
            abandoned = book.settle_abandoned() + sum(dead.abandoned for dead in ledger.dead if dead.run == run.name)
            if not abandoned and not book.counts()[Status.PLANNED]:
                raise UsageError(
                    f"Run {run.name} has nothing left to send.", f"Its workbook: batchsend report {run.name}"
                )
            asks = not as_json and sys.stdin.isatty()
            ctx.exit(carry_out(ledger, ledger.resume(run), means, target, as_json=as_json, asks=asks))


@cli.command()
@click.argument("run_name", metavar="[RUN]", required=False)
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="FILE.xlsx", help="Where the workbook goes.")
@pass_app
def report(app: App, run_name: str | None, output: Path | None) -> None:
    """Write the results workbook of a run (the newest, or RUN) again, from the ledger."""
    with open_ledger(app) as ledger:
        run = ledger.find(run_name) if run_name else _newest(ledger)
        click.echo(write_report(ledger, run, output or default_output(run.details.list_name, run.name)))


def _newest(ledger: Ledger) -> Run:
    newest = next(iter(ledger.runs()), None)
    if newest is None:
        raise UsageError("There are no runs yet.", "Start one with: batchsend send")
    return newest

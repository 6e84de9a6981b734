"""batchsend runs, resume, report: what the ledger knows, and going on from there."""

from pathlib import Path

import click

from batchsend.cli.app import App, cli, pass_app
from batchsend.cli.data import print_json
from batchsend.cli.options import default_output
from batchsend.cli.send import send_run
from batchsend.cli.sending import sent_counts, write_report
from batchsend.errors import UsageError
from batchsend.runs import Ledger, Run, RunState, Status


@cli.command()
@click.option("--json", "as_json", is_flag=True, help="The same as data.")
@pass_app
def runs(app: App, as_json: bool) -> None:
    """List the runs, newest first."""
    with Ledger.opened(app.ledger_path) as ledger:
        found = [(run, sent_counts(ledger.book(run))) for run in ledger.runs()]
    if as_json:
        print_json(
            [
                {
                    "run": run.name,
                    "state": run.state,
                    "created_at": run.created_at.isoformat(),
                    "because": run.ended_because,
                    "list": run.details.list_name,
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
    """Continue an interrupted run (the newest, or RUN): send only what never left."""
    with Ledger.opened(app.ledger_path) as ledger:
        run = _chosen(ledger, run_name)
        book = ledger.book(run)
        if abandoned := book.settle_abandoned():
            click.echo(
                f"{abandoned:,} messages were on their way when the run ended: unknown, and not sent again.", err=True
            )
        if not book.counts()[Status.PLANNED]:
            run = ledger.end(run, RunState.FINISHED, run.ended_because)
            raise UsageError(
                f"Run {run.name} is finished: nothing is left to send.", f"Its workbook: batchsend report {run.name}"
            )
        target = output or default_output(run.details.list_name, run.name)
        ctx.exit(send_run(ledger, ledger.resume(run), app.settings, concurrency, rate, target, as_json=as_json))


@cli.command()
@click.argument("run_name", metavar="[RUN]", required=False)
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="FILE.xlsx", help="Where the workbook goes.")
@pass_app
def report(app: App, run_name: str | None, output: Path | None) -> None:
    """Write the results workbook of a run (the newest, or RUN) again, from the ledger."""
    with Ledger.opened(app.ledger_path) as ledger:
        run = _chosen(ledger, run_name)
        click.echo(write_report(ledger, run, output or default_output(run.details.list_name, run.name)))


def _chosen(ledger: Ledger, name: str | None) -> Run:
    if name is not None:
        return ledger.find(name)
    newest = ledger.runs()[:1]
    if not newest:
        raise UsageError("There are no runs yet.", "Start one with: batchsend send")
    return newest[0]

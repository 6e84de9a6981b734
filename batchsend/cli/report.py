"""batchsend report: what became of each row, again from the ledger."""

import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

import click

from batchsend.cli.app import App, cli, open_ledger, pass_app
from batchsend.cli.options import default_output
from batchsend.cli.runs import newest
from batchsend.cli.sending import checked_output, write_report
from batchsend.errors import UsageError
from batchsend.results.collect import result_rows, run_facts
from batchsend.results.export import csv_lines, json_lines
from batchsend.results.landing import land
from batchsend.results.row import ResultRow, RunFacts
from batchsend.runs import Ledger, Run


@cli.command()
@click.argument("run_name", metavar="[RUN]", required=False)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Where it goes. A file that is there already is kept, and the new one put beside it.",
)
@click.option("--csv", "as_csv", is_flag=True, help="The rows as CSV, to FILE or the screen.")
@click.option("--json-lines", "as_json_lines", is_flag=True, help="A JSON object for each row, to FILE or the screen.")
@pass_app
def report(app: App, run_name: str | None, output: Path | None, *, as_csv: bool, as_json_lines: bool) -> None:
    """Write the results workbook of a run (the newest, or RUN) again, from the ledger."""
    if as_csv and as_json_lines:
        raise UsageError("--csv and --json-lines are two different files.", "Ask for one of them at a time.")
    form = csv_lines if as_csv else json_lines if as_json_lines else None
    with open_ledger(app) as ledger:
        run = ledger.find(run_name) if run_name else newest(ledger)
        if form is None:
            target = checked_output(output or default_output(run.details.list_name, run.name))
            _say_where(target, write_report(ledger, run, target))
        else:
            _export(ledger, run, form, output)


def _export(
    ledger: Ledger,
    run: Run,
    form: Callable[[RunFacts, Iterable[ResultRow]], Iterator[bytes]],
    output: Path | None,
) -> None:
    book = ledger.book(run)
    facts = run_facts(run, book)
    if output is None:
        sys.stdout.buffer.writelines(form(facts, result_rows(run, book)))
        return
    if not output.parent.is_dir():
        raise UsageError(f"There is no folder {output.parent}.", "Make it, or name another with -o.")

    def fill(stream: BinaryIO) -> None:
        stream.writelines(form(facts, result_rows(run, book)))

    _say_where(output, land(output, fill, overwrite=False))


def _say_where(wanted: Path, written: Path) -> None:
    click.echo(written)
    if written != wanted:
        click.echo(f"{wanted} is there already or cannot be written to; it was left as it is.", err=True)

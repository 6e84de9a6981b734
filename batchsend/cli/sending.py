"""Carrying out a run that stands in the ledger: progress, workbook, closing words. Shared by send and resume."""

import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
from tqdm import tqdm

from batchsend.cli import exits
from batchsend.cli.data import print_json
from batchsend.cli.screen import plural
from batchsend.delivery import Ending, Progress, deliver
from batchsend.providers import Provider
from batchsend.results.collect import result_rows, run_facts
from batchsend.results.workbook import write_workbook
from batchsend.runs import Book, Ledger, Run, RunState, Status


@dataclass(frozen=True, slots=True)
class Means:
    """With what a run is sent. on_loopback: through the practice gateway; no proxy may stand between."""

    provider: Provider
    concurrency: int
    rate: float
    on_loopback: bool = False


def carry_out(ledger: Ledger, run: Run, means: Means, output: Path, *, as_json: bool = False) -> exits.Exit:
    """Sends what is planned, writes the workbook, says what happened."""
    book = ledger.book(run)
    with _bar(book) as show:
        ending, because = deliver(
            book,
            means.provider,
            concurrency=means.concurrency,
            rate=means.rate,
            environment_proxies=not means.on_loopback,
            on_progress=show,
            on_interrupt=_say_interrupted,
        )
    left = book.counts()[Status.PLANNED]
    run = ledger.end(run, RunState.STOPPED if left else RunState.FINISHED, because)
    written = write_report(ledger, run, output)
    counts = sent_counts(book)
    if as_json:
        print_json({"run": run.name, "ending": ending, "because": because, "rows": counts, "workbook": written})
    else:
        _closing_words(run, ending, counts, book.credits(Status.ACCEPTED), written)
    return exits.of_run(ending, counts)


def write_report(ledger: Ledger, run: Run, output: Path) -> Path:
    book = ledger.book(run)
    return write_workbook(output, run_facts(run, book), result_rows(run, book))


def sent_counts(book: Book) -> Counter[Status]:
    """Rows by status as the workbook has them: what a run that is over has not reached is not_sent."""
    counts = book.counts()
    counts[Status.NOT_SENT] += counts.pop(Status.PLANNED, 0)
    return counts


@contextmanager
def _bar(book: Book) -> Iterator["_Show"]:
    bar: tqdm[Any]
    with tqdm(total=book.counts()[Status.PLANNED], unit="msg", disable=not sys.stderr.isatty()) as bar:
        yield _Show(bar)


class _Show:
    def __init__(self, bar: "tqdm[Any]") -> None:
        self._bar = bar

    def __call__(self, progress: Progress) -> None:
        settled = progress.settled
        self._bar.set_postfix_str(
            f"accepted {settled[Status.ACCEPTED]:,}, failed {settled[Status.REJECTED]:,}, "
            f"unknown {settled[Status.UNKNOWN]:,}, {plural(progress.credits, 'credit')}",
            refresh=False,
        )
        self._bar.update(settled.total() - self._bar.n)


def _say_interrupted(again: bool) -> None:
    if again:
        click.echo("\nGiving up on what is on its way; it will be listed as unknown.", err=True)
    else:
        click.echo("\nStopping: nothing new starts, what is on its way may finish (Ctrl-C again gives up).", err=True)


def _closing_words(run: Run, ending: Ending, counts: Counter[Status], credits_: int, written: Path) -> None:
    click.echo()
    if ending is Ending.DONE:
        click.secho(f"Run {run.name} is finished.", bold=True)
    else:
        click.secho(f"Run {run.name} stopped: {run.ended_because}.", bold=True, fg="red")
    for status in Status:
        if counts[status]:
            click.echo(f"  {status:9} {counts[status]:>9,}  {status.meaning}")
    click.echo(
        f"  {'rows':9} {counts.total():>9,}  of the list; {plural(credits_, 'credit')} used by accepted messages"
    )
    click.echo(f"The workbook: {written}")
    if counts[Status.NOT_SENT]:
        click.echo(f"Send the rest: batchsend resume {run.name}")

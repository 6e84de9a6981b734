"""Carrying out a run that stands in the ledger: progress, workbook, closing words. Shared by send and resume."""

import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import click
from tqdm import tqdm

from batchsend.cli import exits
from batchsend.cli.app import complain
from batchsend.cli.data import print_json
from batchsend.cli.practice import practising
from batchsend.cli.screen import plural
from batchsend.delivery import Ending, Interrupts, Progress, deliver
from batchsend.errors import BatchsendError, LedgerUnwritable, UsageError
from batchsend.providers import Provider, build_provider
from batchsend.results.collect import counts_of, result_rows, run_facts
from batchsend.results.workbook import write_workbook
from batchsend.runs import Book, Ledger, Run, RunState, Status
from batchsend.settings import BreakerLimits, Settings

_PRACTICE_CONCURRENCY = 16
_PRACTICE_RATE = 1000.0


@dataclass(frozen=True, slots=True)
class Means:
    """With what a run is sent. only: the address of the practice gateway, when nothing may go anywhere else."""

    provider: Provider
    concurrency: int
    rate: float
    limits: BreakerLimits
    only: str | None = None
    record: Path | None = None


@contextmanager
def means_of(
    settings: Settings, provider: str, output: Path, concurrency: int | None, rate: float | None, *, practice: bool
) -> Iterator[Means]:
    """Everything a send needs, ready before anything is claimed. Raises UsageError for what is missing."""
    if not practice:
        built = build_provider(provider, settings)
        set_rate, set_concurrency = settings.pace(provider)
        yield Means(
            built,
            concurrency or set_concurrency or built.pace.concurrency,
            rate or set_rate or built.pace.rate,
            settings.breaker,
        )
        return
    record = output.with_suffix(".sandbox.jsonl")
    with practising(settings, provider, record) as (practice_settings, address):
        built = build_provider(provider, practice_settings)
        yield Means(
            built, concurrency or _PRACTICE_CONCURRENCY, rate or _PRACTICE_RATE, settings.breaker, address, record
        )


def checked_output(output: Path) -> Path:
    """Raises UsageError when nothing can be written there, before anything is sent."""
    if not output.parent.is_dir():
        raise UsageError(f"There is no folder {output.parent} for the workbook.", "Make it, or name another with -o.")
    if output.suffix.lower() != ".xlsx":
        raise UsageError(
            f"-o {output}: the workbook is an .xlsx file.", f"For example: -o {output.with_suffix('.xlsx')}"
        )
    return output


def carry_out(
    ledger: Ledger, run: Run, means: Means, output: Path, *, as_json: bool = False, asks: bool = False
) -> exits.Exit:
    """Sends what is planned, writes the workbook, says what happened. The workbook is written whatever comes.

    asks: a person is there who can say whether a paused run goes on.
    """
    with Interrupts(_say_interrupted) as interrupts:
        try:
            ending, because = _deliver(ledger, run, means, interrupts)
            while ending is Ending.PAUSED and asks and _goes_on(because, interrupts):
                ending, because = _deliver(ledger, run, means, interrupts)
        except BaseException as error:
            because = error.message if isinstance(error, BatchsendError) else f"internal error ({type(error).__name__})"
            with suppress(LedgerUnwritable):
                ledger.book(run).settle_abandoned()
            close(ledger, run, Ending.PROVIDER, because, output, as_json=as_json)
            raise
        code = close(ledger, run, ending, because, output, as_json=as_json)
    if means.record is not None and not as_json:
        click.echo(f"Practice only: nobody was texted. What the practice gateway accepted: {means.record}")
    return code


def _deliver(ledger: Ledger, run: Run, means: Means, interrupts: Interrupts) -> tuple[Ending, str]:
    with _bar(ledger.book(run)) as show:
        return deliver(
            ledger,
            run,
            means.provider,
            interrupts,
            concurrency=means.concurrency,
            rate=means.rate,
            limits=means.limits,
            only=means.only,
            on_progress=show,
        )


def _goes_on(because: str, interrupts: Interrupts) -> bool:
    click.secho(f"\nPaused: {because}.", fg="red", err=True)
    with interrupts.asking():
        try:
            return click.confirm("Go on with the rest?", default=False, err=True)
        except (KeyboardInterrupt, click.Abort):
            return False


def close(ledger: Ledger, run: Run, ending: Ending, because: str, output: Path, *, as_json: bool) -> exits.Exit:
    """Ends a run: its state, its closing words, its workbook."""
    book = ledger.book(run)
    left = book.counts()[Status.PLANNED]
    state = RunState.STOPPED if left else RunState.FINISHED
    if ending is Ending.LEDGER:  # the next command finds the run without its program, and settles it
        run = replace(run, state=state, ended_because=because)
    else:
        run = ledger.end(run, state, because)
    counts = counts_of(run, book)
    if not as_json:
        _closing_words(run, ending, counts, book.credits(Status.ACCEPTED))
    try:
        written = write_report(ledger, run, output)
    except BatchsendError as error:
        written = None
        complain(error.message, f"The ledger has it all. Write the workbook with: batchsend report {run.name}")
    if as_json:
        print_json({"run": run.name, "ending": ending, "because": because, "rows": counts, "workbook": written})
    elif written:
        click.echo(f"The workbook: {written}{'' if written == output else f' ({output} could not be used)'}")
    return exits.of_run(ending, counts)


def write_report(ledger: Ledger, run: Run, output: Path) -> Path:
    book, standing, replies = ledger.book(run), ledger.standing(run), ledger.replies()
    replies.settle()
    return write_workbook(
        output,
        run_facts(run, book, workbook=output.name),
        result_rows(run, book, risked=standing.unsettled()),
        history=standing.history(),
        replies=replies.of_run(run),
    )


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


def _closing_words(run: Run, ending: Ending, counts: Counter[Status], credits_: int) -> None:
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
    if run.state is RunState.STOPPED:
        click.echo(f"Send the rest: batchsend resume {run.name}")

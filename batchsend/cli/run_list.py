"""The runs of a ledger, for people and as data."""

import shutil
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import click

from batchsend.results.collect import counts_of
from batchsend.runs import Ledger, Run, RunState, Status

_HEADINGS = ("run", "state", "rows", "accepted", "unknown", "left")
_NARROWEST = 12


@dataclass(frozen=True, slots=True)
class KnownRun:
    """state: in a word for people. credits: of the accepted messages. left: rows that were not come to."""

    run: Run
    state: str
    counts: Counter[Status]
    credits: int

    @property
    def left(self) -> int:
        if self.run.state is RunState.PURGED:
            return 0
        return self.counts[Status.PLANNED] + self.counts[Status.NOT_SENT]


def known_run(ledger: Ledger, run: Run) -> KnownRun:
    book = ledger.book(run)
    return KnownRun(run, _state(ledger, run), counts_of(run, book), book.credits(Status.ACCEPTED))


def _state(ledger: Ledger, run: Run) -> str:
    """A run whose process died says `sending` in the ledger: nobody was left to change it."""
    if run.state is RunState.SENDING and not ledger.is_held(run):
        return "interrupted"
    return run.state.value


def run_data(known: KnownRun) -> dict[str, Any]:
    run = known.run
    return {
        "run": run.name,
        "state": known.state,
        "created_at": run.created_at.isoformat(),
        "ended_at": run.ended_at.isoformat() if run.ended_at else None,
        "because": run.ended_because,
        "list": run.details.list_name,
        "template": run.details.template_name,
        "practice": run.details.practice,
        "provider": run.details.provider,
        "account": run.details.account,
        "rows": known.counts,
        "left": known.left,
        "credits": known.credits,
    }


def show_runs(runs: Sequence[KnownRun]) -> None:
    """A table that fits the terminal, and what can be done about the newest run that has something left."""
    if not runs:
        click.echo("No runs yet. Start one with: batchsend send")
        return
    lines = [_HEADINGS, *map(_cells, runs)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(_HEADINGS))]
    click.secho(f"{_line(_HEADINGS, widths)}  list", bold=True)
    room = shutil.get_terminal_size().columns - sum(widths) - 2 * len(widths) if sys.stdout.isatty() else None
    for known in runs:
        name = known.run.details.list_name + (" (practice)" if known.run.details.practice else "")
        click.echo(f"{_line(_cells(known), widths)}  {_shortened(name, room)}")
    for known in runs:
        if known.left and known.state != RunState.SENDING and not known.run.details.practice:
            left = f"{known.left:,} {'row was' if known.left == 1 else 'rows were'}"
            click.echo(f"\n{left} never sent. To go on: batchsend resume {known.run.name}")
            break


def _cells(known: KnownRun) -> tuple[str, ...]:
    counts = known.counts
    numbers = (counts.total(), counts[Status.ACCEPTED], counts[Status.UNKNOWN], known.left)
    return (known.run.name, known.state, *(f"{number:,}" for number in numbers))


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    words, numbers = cells[:2], cells[2:]
    padded = [f"{word:{width}}" for word, width in zip(words, widths, strict=False)]
    return "  ".join([*padded, *(f"{number:>{width}}" for number, width in zip(numbers, widths[2:], strict=True))])


def _shortened(name: str, room: int | None) -> str:
    room = None if room is None else max(room, _NARROWEST)
    return name if room is None or len(name) <= room else f"{name[: room - 1]}…"

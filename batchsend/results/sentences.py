"""The plain sentences of the Summary."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import PureWindowsPath

from batchsend.results.kinds import utc
from batchsend.results.row import RunFacts
from batchsend.results.tally import Tally
from batchsend.runs.status import Status


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do. command: what to type for it, "" when there is nothing to type."""

    sentence: str
    command: str = ""


NOTHING_LEFT = Step("Nothing: every row is settled.")


def title(facts: RunFacts) -> str:
    if facts.dry_run:
        return f"Dry run, nothing was sent: {facts.list_name}"
    return f"{'Practice, nobody was texted' if facts.practice else 'Results'}: {facts.list_name}"


def opening(facts: RunFacts, tally: Tally) -> str:
    """What happened, in the order a person asks."""
    return " ".join(_opening(facts, tally))


def circumstances(facts: RunFacts) -> str:
    """When and how, in one line."""
    began = utc(facts.created_at)
    pieces = [f"{'Looked at' if facts.dry_run else 'Sent'} on {began.day} {began:%B %Y}, {_times(began, facts)} UTC"]
    if facts.provider:
        pieces.append(f"through {'the practice gateway for ' if facts.practice else ''}{facts.provider}")
    if facts.template:
        message = facts.template.startswith("--")
        pieces.append("with a message typed by hand" if message else f"with the template {_file_name(facts.template)}")
    return ", ".join(pieces) + "."


def next_steps(facts: RunFacts, tally: Tally, workbook: str) -> list[Step]:
    """What a person should do, the most urgent first. workbook: the name of this file."""
    return list(_next_steps(facts, tally, workbook)) or [NOTHING_LEFT]


def _times(began: datetime, facts: RunFacts) -> str:
    ended = utc(facts.ended_at) if facts.ended_at else None
    if ended is None or f"{ended:%F %H:%M}" == f"{began:%F %H:%M}":
        return f"{began:%H:%M}"
    until = f"{ended:%H:%M}" if ended.date() == began.date() else f"{ended.day} {ended:%B, %H:%M}"
    return f"{began:%H:%M} to {until}"


def _file_name(path: str) -> str:
    return PureWindowsPath(path).name  # it takes both kinds of slash


def _opening(facts: RunFacts, tally: Tally) -> Iterator[str]:
    counts = tally.by_status
    if not tally.rows:
        yield "The list has no rows."
        return
    if facts.dry_run:
        yield f"{counts[Status.PLANNED]:,} of {_people(tally.rows)} would get the message."
    else:
        yield f"{counts[Status.ACCEPTED]:,} of {_people(tally.rows)}: the gateway took the message."
    if tally.to_fix:
        yield f"{_rows(tally.to_fix)} {_one(tally.to_fix, 'needs', 'need')} fixing."
    if counts[Status.UNKNOWN]:
        unknown = counts[Status.UNKNOWN]
        yield f"{_rows(unknown)} {_one(unknown, 'is', 'are')} unknown: the message may have gone out."
    if counts[Status.NOT_SENT]:
        held = counts[Status.NOT_SENT]
        yield f"{_rows(held)} {_one(held, 'was', 'were')} not sent, and that is certain."
    if counts[Status.SKIPPED]:
        skipped = counts[Status.SKIPPED]
        yield f"{_rows(skipped)} {_one(skipped, 'was', 'were')} left out on purpose."


def _next_steps(facts: RunFacts, tally: Tally, workbook: str) -> Iterator[Step]:
    counts, fix = tally.by_status, tally.to_fix
    if facts.dry_run:
        yield from _before_sending(facts, tally)
        return
    if left := counts[Status.NOT_SENT] + counts[Status.PLANNED]:
        sentence = f"{_rows(left)} never left, and that is certain. Send to {_one(left, 'it', 'them')}:"
        if counts[Status.PLANNED]:
            sentence = f"The run has not come to {_rows(left)} yet. If it is not going on any more:"
        yield Step(sentence, facts.next_command)
    if fix:
        yield Step(
            f"Correct the {_rows(fix)} on the sheet To fix: each says what is wrong. Save the workbook, then type:",
            f"batchsend retry {_typed(workbook)}",
        )
    if unknown := counts[Status.UNKNOWN]:
        yield Step(
            f"Find out about the {_rows(unknown)} on the sheet Unknown: {_one(unknown, 'it is', 'they are')} not sent "
            "again unless you ask for it. Choose a verdict for each, save the workbook, then type:",
            f"batchsend reconcile {_typed(workbook)}",
        )


def _before_sending(facts: RunFacts, tally: Tally) -> Iterator[Step]:
    if tally.to_fix:
        yield Step(
            f"Correct the {_rows(tally.to_fix)} of the sheet To fix in {facts.list_name}: each says what is wrong. "
            "As they are, they get no message."
        )
    if facts.template and tally.by_status[Status.PLANNED]:
        yield Step("Read a few messages in the column send_text of the sheet Results, then send:", facts.next_command)


def _typed(name: str) -> str:
    """A file name as every shell takes it."""
    return name if re.fullmatch(r"[\w.-]+", name, re.ASCII) else f'"{name}"'


def _rows(count: int) -> str:
    return f"{count:,} {_one(count, 'row', 'rows')}"


def _people(count: int) -> str:
    return f"{count:,} {_one(count, 'person', 'people')}"


def _one(count: int, one: str, many: str) -> str:
    return one if count == 1 else many

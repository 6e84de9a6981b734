"""The plain sentences of the Summary."""

from collections.abc import Iterator

from batchsend.results.row import RunFacts
from batchsend.results.tally import Tally
from batchsend.runs.status import Status


def title(facts: RunFacts) -> str:
    return f"Dry run, nothing was sent: {facts.list_name}" if facts.dry_run else f"Results: {facts.list_name}"


def opening(facts: RunFacts, tally: Tally) -> str:
    """What happened, in the order a person asks."""
    return " ".join(_opening(facts, tally))


def next_steps(facts: RunFacts, tally: Tally) -> list[str]:
    """What a person should do, one sentence for each thing."""
    return list(_next_steps(facts, tally)) or ["Nothing: every row is settled."]


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


def _next_steps(facts: RunFacts, tally: Tally) -> Iterator[str]:
    counts = tally.by_status
    if tally.to_fix:
        yield f"Correct the {_rows(tally.to_fix)} on the sheet To fix; each says what is wrong."
    if counts[Status.UNKNOWN]:
        yield (
            f"Find out about the {_rows(counts[Status.UNKNOWN])} on the sheet Unknown and choose a verdict for each. "
            "They are not sent again unless you ask for it."
        )
    if counts[Status.NOT_SENT]:
        yield f"The {_rows(counts[Status.NOT_SENT])} with the status not_sent can safely be sent again."
    if facts.dry_run and counts[Status.PLANNED]:
        yield "Read a few messages in the column send_text of the sheet Results, then send."


def _rows(count: int) -> str:
    return f"{count:,} {_one(count, 'row', 'rows')}"


def _people(count: int) -> str:
    return f"{count:,} {_one(count, 'person', 'people')}"


def _one(count: int, one: str, many: str) -> str:
    return one if count == 1 else many

"""The sheet `History`: each attempt of the rows that were tried, corrected or settled more than once."""

from collections.abc import Iterable
from itertools import chain, groupby

from batchsend.contacts.contact import Cell
from batchsend.results.kinds import utc
from batchsend.results.looks import COUNT, MOMENT, OUR_HEADER, STATUS, TEXT, Look
from batchsend.results.package import Package
from batchsend.results.sheets import Heading, Stack
from batchsend.runs.standing import Past

HISTORY = "History"
_HEADINGS = tuple(
    Heading(text, width, OUR_HEADER)
    for text, width in (
        ("row", 9), ("attempt", 10), ("status", 14), ("reason", 60), ("to", 18), ("time_utc", 20), ("credits", 10),
        ("reference", 26), ("text", 60),
    )
)  # fmt: skip


def write_history(package: Package, history: Iterable[Past], max_rows: int) -> None:
    """history: grouped by row, the newest attempt last. Nothing is written when there is none."""
    rest = iter(history)
    first = next(rest, None)
    if first is None:
        return
    stack = Stack(package, HISTORY, "4B5563", _HEADINGS, max_rows)
    for _, attempts in groupby(chain([first], rest), key=lambda past: past.row):
        for number, past in enumerate(attempts, 1):
            stack.write(_values(number, past), _looks(past))
    stack.close()


def _values(number: int, past: Past) -> tuple[Cell, ...]:
    when = past.changed_at and utc(past.changed_at)
    return (
        past.row, number, past.status.value, past.reason, past.number, when, past.credits, past.reference, past.text,
    )  # fmt: skip


def _looks(past: Past) -> dict[int, Look]:
    return {0: COUNT, 2: STATUS[past.status], 3: TEXT, 4: TEXT, 5: MOMENT, 7: TEXT, 8: TEXT}

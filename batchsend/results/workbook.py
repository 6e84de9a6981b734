"""The results workbook: written while the rows pass, complete or not there at all."""

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import chain, islice
from pathlib import Path

from batchsend.contacts.contact import Cell
from batchsend.errors import BatchsendError
from batchsend.results.grid import Grid
from batchsend.results.history_sheet import write_history
from batchsend.results.kinds import RESULTS, SKIPPED, TO_FIX, UNKNOWN, utc
from batchsend.results.landing import CannotWriteError, land
from batchsend.results.looks import COUNT, OUR_HEADER, SENTENCE, TEXT
from batchsend.results.numbers import changed_from
from batchsend.results.package import Package
from batchsend.results.replies import write_replies
from batchsend.results.row import ResultRow, RunFacts
from batchsend.results.sheets import MAX_COLUMNS, MAX_ROWS, Heading, RowSheets, Stack, widths_of
from batchsend.results.summary import write_summary
from batchsend.results.tally import Tally
from batchsend.runs.reply import KeptReply
from batchsend.runs.standing import Past

SUMMARY = "Summary"
CHANGED = "Changed numbers"
IDENTITY = "_batchsend"
SCHEMA = 1
"""The version of this layout; a reader refuses one it does not know."""

_SAMPLE = 200
_CHUNK = 4_000  # however much of it must be escaped, it fits a cell


class UnbalancedError(BatchsendError):
    """Rows in are not rows out: a fault of ours, and no workbook is better than a wrong one."""


def write_workbook(
    path: Path,
    facts: RunFacts,
    rows: Iterable[ResultRow],
    *,
    replies: Iterable[KeptReply] = (),
    history: Iterable[Past] = (),
    overwrite: bool = False,
    max_rows: int = MAX_ROWS,
) -> Path:
    """Writes the results of a run and returns where they went.

    That is `path`, unless it exists and `overwrite` is False, or cannot be written: see `landing.land`. The rows are
    read once and not kept. history: see Standing.history. max_rows: of one sheet, before the next begins.
    """
    _check_width(facts)
    with Package(facts.list_name, utc(facts.created_at)) as package:
        try:
            _fill(package, facts, rows, replies, history, max_rows, path.name)
        except OSError as error:
            raise CannotWriteError(
                f"The results workbook cannot be prepared in the temporary folder ({error.strerror or error}).",
                "Nothing is lost: the ledger holds every row. Free some space, then write the workbook again with "
                "`batchsend report`.",
            ) from error
        return land(path, package.save, overwrite=overwrite)


def _fill(
    package: Package,
    facts: RunFacts,
    rows: Iterable[ResultRow],
    replies: Iterable[KeptReply],
    history: Iterable[Past],
    max_rows: int,
    name: str,
) -> None:
    stream = iter(rows)
    sample = list(islice(stream, _SAMPLE))
    widths = widths_of(facts, sample)
    tally = Tally()

    summary = package.add(SUMMARY)
    results = RowSheets(package, RESULTS, facts, widths, max_rows)
    to_fix = RowSheets(package, TO_FIX, facts, widths, max_rows)
    unknown = RowSheets(package, UNKNOWN, facts, widths, max_rows)
    changed = Stack(package, CHANGED, "3B82C4", _CHANGED_HEADINGS, max_rows)
    skipped = RowSheets(package, SKIPPED, facts, widths, max_rows)
    write_replies(package, replies, max_rows)
    write_history(package, history, max_rows)
    identity = package.add(IDENTITY)

    for row in chain(sample, stream):
        tally.add(row)
        for sheets in (results, to_fix, unknown, skipped):
            sheets.write(row)
        typed = changed_from(row, facts.phone_columns)
        if typed is not None:
            changed.write((row.row, typed, row.to, row.note or _PLAIN_CHANGE), _CHANGED_LOOKS)
    if tally.rows != facts.rows:
        raise UnbalancedError(
            f"Internal error: the list has {facts.rows} rows but the results have {tally.rows}, so no workbook was "
            "written.",
            "The ledger holds what was sent; do not send this list again before this is understood. Please report "
            "this fault.",
        )
    for each in (results, to_fix, unknown, changed, skipped):
        each.close()
    write_summary(summary, facts, tally, name)
    _write_identity(identity, facts)


_PLAIN_CHANGE = "written with its country prefix"
_CHANGED_HEADINGS = tuple(
    Heading(text, width, OUR_HEADER) for text, width in (("row", 9), ("from", 30), ("to", 20), ("why", 60))
)
_CHANGED_LOOKS = {0: COUNT, 1: TEXT, 2: TEXT, 3: SENTENCE}


def _write_identity(grid: Grid, facts: RunFacts) -> None:
    """Key and value, hidden: what reads the workbook back needs to know. A long value goes on in the next cells."""
    grid.sheet.sheet_state = "hidden"
    for key, value in _identity(facts):
        chunks = [value[start : start + _CHUNK] for start in range(0, len(value), _CHUNK)]
        values: list[Cell] = [key, *chunks]
        grid.write(values, dict.fromkeys(range(len(values)), TEXT))


def _identity(facts: RunFacts) -> Iterator[tuple[str, str]]:
    yield "schema", str(SCHEMA)
    yield "run", facts.run
    yield "state", facts.state
    yield "dry_run", json.dumps(facts.dry_run)
    yield "list_name", facts.list_name
    yield "sheet", facts.sheet
    yield "headers", json.dumps(facts.headers)
    yield "extra_columns", str(facts.extra_columns)
    yield "phone_columns", json.dumps(facts.phone_columns)
    yield "rows", str(facts.rows)
    yield "template", facts.template
    yield "template_text", facts.template_text
    yield "terms", facts.terms
    yield "practice", json.dumps(facts.practice)
    yield "provider", facts.provider
    yield "account", facts.account
    yield "created", _iso(facts.created_at)
    yield "ended", _iso(facts.ended_at)
    yield "version", facts.version
    yield "phonenumbers_version", facts.phonenumbers_version


def _iso(moment: datetime | None) -> str:
    return moment.isoformat() if moment else ""


def _check_width(facts: RunFacts) -> None:
    columns = len(facts.headers) + facts.extra_columns + len(RESULTS.columns)
    if columns > MAX_COLUMNS:
        raise CannotWriteError(
            f"The results would need {columns:,} columns and a sheet holds {MAX_COLUMNS:,}.",
            "Remove columns from the list that no message uses.",
        )

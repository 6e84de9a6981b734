"""A small run whose workbook is known cell by cell.

`python -m tests.results.golden` writes tests/data/golden_workbook.json anew: look at its diff before you commit it.
"""

import json
import tempfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.cell import Cell as SheetCell
from openpyxl.worksheet.worksheet import Worksheet

from batchsend.contacts import Cell, open_contacts
from batchsend.messages import Template
from batchsend.recipients import Policy
from batchsend.results.collect import result_rows, run_facts
from batchsend.results.workbook import write_workbook
from batchsend.runs import Ledger, Outcome, RunDetails, RunState, Status
from batchsend.runs.planning import make_plan
from tests.lists import write_xlsx

GOLDEN = Path(__file__).parents[1] / "data" / "golden_workbook.json"

_LIST: list[tuple[Cell, ...]] = [
    ("Nume", "Telefon", "Țara", "Sold", "Născut", "Cod", "VIP", "Notă"),
    ("Ana", "0723 000 001", "RO", 39.5, datetime(1980, 1, 2), "007", True, "=1+1"),  # noqa: DTZ001
    ("Ion", "+40723000002", None, 12, None, None, False, "a\nb"),
    ("Eva", 723000003.0, "RO", None, None, None, None, "http://example.com"),
    ("Dan", "0723 000 001", "RO", None, None, None, None, None),
    ("Ilie", "0723 00O 005", "RO", None, None, None, None, None),
    ("Mara", "0723 000 006", "RO", None, None, None, None, None),
    ("Șerban", "+49 1512 3456789", "DE", None, None, None, None, None),
    ("Zoe", "0723000008", "RO", None, None, None, None, "x" * 40_000),
    ("Vlad", "0723000009", "RO", None, None, None, None, None),
]
_OUTCOMES = {
    2: Outcome(2, Status.ACCEPTED, reference="0042", http_status=200),
    3: Outcome(3, Status.REJECTED, "refused", "refused by the gateway: not a subscriber", http_status=400),
    4: Outcome(4, Status.UNKNOWN, "timeout", "no answer came in time: the message may have gone out"),
    7: Outcome(7, Status.ACCEPTED, reference="0043", http_status=200),
    8: Outcome(8, Status.ACCEPTED, reference="0044", http_status=200),
}


class _Clock:
    """A second later at every look."""

    def __init__(self) -> None:
        self._now = datetime(2026, 5, 8, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        self._now += timedelta(seconds=1)
        return self._now


def write_golden(path: Path) -> Path:
    """The workbook of a run that was stopped before its last two rows."""
    with tempfile.TemporaryDirectory() as folder:
        contacts = open_contacts(write_xlsx(Path(folder) / "clienți.xlsx", _LIST))
        text = "Bună {{ nume }}, reducere 20% până duminică! STOP la 1234."
        template = Template(text, "primăvara.txt", contacts.fields, contacts.headers, contacts.ambiguous_fields)
        ledger = Ledger(":memory:", _Clock())
        details = RunDetails(
            "clienți.xlsx", "Contacts", contacts.headers, contacts.columns.phone, template.name, text, "robo-sms", "acc"
        )
        run = ledger.draft(details)
        book = ledger.book(run)
        for batch in make_plan(contacts, Policy("RO"), template).batches():
            book.add(batch)
    run = ledger.begin(run, "fingerprint")
    book.claim_rows(_OUTCOMES)
    book.record(list(_OUTCOMES.values()))
    run = replace(ledger.end(run, RunState.STOPPED, "a person stopped it"), name="2026-05-08-abcd")
    facts = replace(run_facts(run, book), version="0.0.0", phonenumbers_version="0.0.0")
    written = write_workbook(path, facts, result_rows(run, book))
    ledger.close()
    return written


def contents(path: Path) -> dict[str, Any]:
    """Every sheet: how it is set up, and value, number format and colour of every cell."""
    book = openpyxl.load_workbook(path)
    return {sheet.title: {"sheet": _set_up(sheet), "cells": _cells(sheet)} for sheet in book.worksheets}


def _set_up(sheet: Worksheet) -> dict[str, Any]:
    return {
        "state": sheet.sheet_state,
        "frozen": sheet.freeze_panes,
        "filter": sheet.auto_filter.ref,
        "merged": sorted(str(area) for area in sheet.merged_cells.ranges),
        "widths": {letter: column.width for letter, column in sorted(sheet.column_dimensions.items())},
        "heights": {str(number): row.height for number, row in sorted(sheet.row_dimensions.items()) if row.height},
        "choices": [str(each.sqref) + " " + str(each.formula1) for each in sheet.data_validations.dataValidation],
        "charts": len(sheet._charts),  # type: ignore[attr-defined]  # what openpyxl has read
        "pages wide": sheet.page_setup.fitToWidth,
    }


def _cells(sheet: Worksheet) -> dict[str, list[Any]]:
    return {cell.coordinate: _cell(cell) for row in sheet.iter_rows() for cell in row if cell.value is not None}


def _cell(cell: SheetCell) -> list[Any]:
    value = cell.value
    if isinstance(value, str) and len(value) > 1_000:
        value = f"{len(value)} characters, {value[:20]} ... {value[-40:]}"
    shown = value if isinstance(value, str | bool | int | float) else str(value)
    fill = cell.fill.start_color.rgb if cell.fill.fill_type else ""
    return [shown, cell.data_type, cell.number_format, fill]


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        found = contents(write_golden(Path(folder) / "golden.xlsx"))
    lines = []
    for sheet, parts in found.items():
        cells = ",\n".join(
            f"   {json.dumps(k)}: {json.dumps(v, ensure_ascii=False)}" for k, v in parts["cells"].items()
        )
        set_up = json.dumps(parts["sheet"], ensure_ascii=False)
        lines.append(f' {json.dumps(sheet)}: {{\n  "sheet": {set_up},\n  "cells": {{\n{cells}\n  }}\n }}')
    GOLDEN.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


if __name__ == "__main__":
    main()

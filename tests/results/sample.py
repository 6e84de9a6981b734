"""Rows, facts and a reader for the tests of this room."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from python_calamine import load_workbook

from batchsend.contacts.contact import Cell, display
from batchsend.results.row import ResultRow, RunFacts
from batchsend.runs.status import Status

CREATED = datetime(2026, 5, 8, 9, 0, tzinfo=UTC)


def row(number: int, status: Status, cells: tuple[Cell, ...] = ("Ana", "0722000000"), **values: Any) -> ResultRow:
    given: dict[str, Any] = {"reason": "", "code": "", "action": status.action, **values}
    return ResultRow(row=number, cells=cells, status=status, **given)


def facts(rows: int, **values: Any) -> RunFacts:
    given: dict[str, Any] = {
        "run": "run-1",
        "list_name": "clienți.xlsx",
        "sheet": "Foaie1",
        "headers": ("Nume", "Telefon"),
        "phone_columns": (1,),
        "template": "primavara.txt",
        "provider": "robo_sms",
        "account": "acct-1",
        "version": "0.1.0",
        "phonenumbers_version": "9.0.43",
        "created_at": CREATED,
        "ended_at": None,
        "state": "finished",
        "dry_run": False,
        "next_command": "batchsend resume run-1",
        "template_text": "Dragă {{ nume }}",
        "rows": rows,
        **values,
    }
    return RunFacts(**given)


def one_of_each() -> list[ResultRow]:
    return [row(number, status, to="+40722000000") for number, status in enumerate(Status, 2)]


def sheet_names(path: Path) -> list[str]:
    return load_workbook(path).sheet_names


def read(path: Path, sheet: str = "Results") -> list[list[Any]]:
    """The sheet as a reader that follows the format sees it."""
    return load_workbook(path).get_sheet_by_name(sheet).to_python(skip_empty_area=False)


def records(path: Path, sheet: str = "Results") -> list[dict[str, Any]]:
    header, *rows = read(path, sheet)
    return [dict(zip(header, each, strict=True)) for each in rows]


def texts(rows: Sequence[Sequence[Any]]) -> str:
    return "\n".join(" | ".join(display(cell) for cell in each if cell != "") for each in rows)

"""What the commands print with --json."""

import json
from collections.abc import Sequence
from dataclasses import asdict, fields, is_dataclass
from pathlib import Path
from typing import Any

import click

from batchsend.contacts import ContactList
from batchsend.contacts.header_row import column_letters
from batchsend.messages import Message
from batchsend.recipients import Suppression
from batchsend.runs import Plan, Problem
from batchsend.runs.plan import cost
from batchsend.settings import Prices


def print_json(data: Any) -> None:
    click.echo(json.dumps(data, default=_plain, ensure_ascii=False, indent=2))


def source_data(contacts: ContactList) -> dict[str, Any]:
    source, columns = contacts.source, contacts.columns
    return {
        "list": source.name,
        "format": source.format,
        "sheet": source.sheet,
        "encoding": source.encoding,
        "delimiter": source.delimiter,
        "header_row": contacts.header_row,
        "sample": source.sample,
        "warnings": contacts.warnings,
        "ignored_columns": [column_letters(i) for i in contacts.ignored_columns],
        "columns": [{"header": h, "field": f} for h, f in zip(contacts.headers, contacts.fields, strict=True)],
        "phone_columns": [contacts.headers[i] for i in columns.phone],
        "country_column": None if columns.country is None else contacts.headers[columns.country],
        "id_column": None if columns.id is None else contacts.headers[columns.id],
        "name_column": None if columns.name is None else contacts.headers[columns.name],
    }


def first_rows(contacts: ContactList, count: int = 3) -> list[dict[str, Any]]:
    """The first rows as they will be used, field by field."""
    fields = [(i, name) for i, name in enumerate(contacts.fields) if name]
    rows = next(contacts.batches(count), [])
    return [{"row": contact.row, "cells": {name: contact.text(i) for i, name in fields}} for contact in rows]


def groups_of(problems: Sequence[Problem]) -> list[dict[str, Any]]:
    """Problems by kind: how many, in which rows, and one example."""
    kinds: dict[tuple[str, str], list[Problem]] = {}
    for problem in problems:
        kinds.setdefault((problem.status, problem.code), []).append(problem)
    return [
        {"status": status, "code": code, "count": len(found), "rows": [it.row for it in found], "example": found[0]}
        for (status, code), found in kinds.items()
    ]


def suppression_data(suppression: Suppression) -> dict[str, Any]:
    unreadable = [{"file": file, "row": row, "cell": cell} for file, row, cell in suppression.unreadable]
    return {"suppressed": len(suppression.numbers), "unreadable_opt_outs": unreadable}


def plan_data(plan: Plan, prices: Prices) -> dict[str, Any]:
    samples = {"first": plan.first, "longest": plan.longest} | {str(e): m for e, m in plan.by_encoding.items()}
    return {
        "totals": plan.totals,
        "cost": {"amount": cost(plan.totals, prices), "currency": prices.currency},
        "problems": plan.problems,
        "samples": {name: _message(message) for name, message in samples.items() if message is not None},
        "cautions": [
            {"code": it.code, "sentence": it.sentence, "rows": it.rows, "detail": it.detail, "examples": it.examples}
            for it in plan.warnings.found()
        ],
        "ucs2_characters": plan.warnings.ucs2_characters(),
        "reworded": [{"from": old, "to": new, "messages": count} for (old, new), count in plan.changes.most_common()],
    }


def _message(message: Message) -> dict[str, Any]:
    return {"row": message.row, "to": message.to, "text": message.text, **asdict(message.size)}


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: getattr(value, field.name) for field in fields(value)}  # asdict breaks a Counter
    if isinstance(value, Path):
        return str(value)
    raise TypeError(f"not JSON: {type(value).__name__}")

"""What the commands show: plain text for people."""

import textwrap
from collections.abc import Iterable, Sequence

import click

from batchsend.contacts import ContactList
from batchsend.contacts.headers import listing
from batchsend.recipients import Suppression
from batchsend.runs import Plan, Problem, Status

_SHOWN = 200


def show_list(contacts: ContactList) -> None:
    source = contacts.source
    read_as = [source.format]
    read_as += [f"sheet {source.sheet!r}"] if source.sheet else []
    read_as += [source.encoding.upper()] if source.encoding else []
    read_as += (
        [f"columns separated by {_DELIMITERS.get(source.delimiter, source.delimiter)}"] if source.delimiter else []
    )
    click.secho(source.name, bold=True)
    click.echo(f"  read as   {', '.join(read_as)}; column names in row {contacts.header_row}")
    columns = contacts.columns
    click.echo(f"  phone     {listing([contacts.headers[i] for i in columns.phone])}")
    for role, column in (("country", columns.country), ("name", columns.name)):
        click.echo(f"  {role:9} {'(none)' if column is None else listing([contacts.headers[column]])}")
    click.echo(f"  columns   {', '.join(f'{{{{ {field} }}}}' for field in contacts.fields if field)}")


_DELIMITERS = {"\t": "tabs", ",": "commas", ";": "semicolons", "|": "bars"}


def show_suppression(suppression: Suppression) -> None:
    for file, row, cell in suppression.unreadable:
        click.secho(f"{file} row {row}: {cell!r} is no number that can be read; it protects nobody.", fg="yellow")


def show_problems(problems: Sequence[Problem], *, all_of_them: bool = False) -> None:
    for status, title in (
        (Status.INVALID, "Rows that cannot be sent"),
        (Status.SKIPPED, "Rows left out on purpose"),
    ):
        found = [problem for problem in problems if problem.status is status]
        if not found:
            continue
        click.secho(f"\n{title}: {len(found):,}", bold=True)
        shown = found if all_of_them else found[:_SHOWN]
        width = max(len(_cell(problem.phone)) for problem in shown)
        for problem in shown:
            click.echo(f"  row {problem.row:<7,} {_cell(problem.phone):{width}}  {problem.reason}")
        if len(shown) < len(found):
            click.echo(f"  ... and {len(found) - len(shown):,} more; -o FILE.xlsx writes them all")


def show_totals(plan: Plan) -> None:
    totals = plan.totals
    click.echo()
    click.secho(f"{totals.messages:,} of {totals.rows:,} rows can be sent", bold=True, nl=False)
    click.echo(f" ({totals.invalid:,} cannot, {totals.skipped:,} left out)")
    show_table(
        [
            ("credits", f"{totals.credits:,}", "one per started 480 characters"),
            ("SMS parts", f"{totals.parts:,}", _shares(totals.by_encoding)),
            ("countries", f"{len(totals.by_country):,}", _shares(totals.by_country)),
        ]
    )


def show_samples(plan: Plan) -> None:
    samples = [("First message", plan.first)]
    if plan.longest is not plan.first:
        samples.append(("Longest message", plan.longest))
    for title, message in samples:
        if message is None:
            continue
        size = message.size
        click.secho(f"\n{title}", bold=True, nl=False)
        click.echo(
            f" (row {message.row:,}, to {message.to}; {size.characters} characters, "
            f"{plural(size.credits, 'credit')}, {plural(size.parts, 'part')} {size.encoding})"
        )
        click.echo(textwrap.indent(message.text, "  | ", lambda _: True))


def show_table(lines: Iterable[tuple[str, str, str]]) -> None:
    lines = list(lines)
    width = max(len(value) for _, value, _ in lines)
    for label, value, note in lines:
        click.echo(f"  {label:12} {value:>{width}}  {note}".rstrip())


def plural(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def _shares(counts: dict[str, int]) -> str:
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return ", ".join(f"{name} {count:,}" for name, count in ordered[:8]) + (", ..." if len(ordered) > 8 else "")


def _cell(text: str) -> str:
    shown = " ".join(text.split()) or "(empty)"
    return shown if len(shown) <= 32 else f"{shown[:31]}…"

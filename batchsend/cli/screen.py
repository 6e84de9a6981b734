"""What the commands show: plain text for people."""

import textwrap
from collections import Counter
from collections.abc import Iterable, Sequence

import click

from batchsend.contacts import ContactList
from batchsend.contacts.header_row import column_letters
from batchsend.contacts.headers import listing
from batchsend.messages import Message
from batchsend.providers.registry import Kind
from batchsend.recipients import Suppression
from batchsend.runs import Plan, Problem, Status
from batchsend.runs.plan import cost
from batchsend.settings import Prices

_DELIMITERS = {"\t": "tabs", ",": "commas", ";": "semicolons", "|": "bars"}
SHOWN_BEFORE_SENDING = 50
_ROW_NUMBERS = 12
_CHARACTERS = 6
_TITLES = ((Status.INVALID, "Rows that cannot be sent"), (Status.SKIPPED, "Rows left out on purpose"))


def show_plan(
    contacts: ContactList,
    plan: Plan,
    prices: Prices,
    suppression: Suppression | None = None,
    most: int | None = None,
) -> None:
    """What a dry run shows, and a send before it asks. most: problems to list of each kind."""
    show_list(contacts)
    if suppression:
        show_suppression(suppression)
    show_problems(plan.problems, most)
    show_totals(plan, prices)
    show_samples(plan)
    show_cautions(plan)


def show_repeated(plan: Plan, *, again: bool) -> None:
    """What went out within a day, through other runs."""
    if plan.repeated and again:
        click.secho(
            f"\nWithin the last 24 hours, {plural(plan.repeated, 'message')} of these went out before.", fg="red"
        )
    elif plan.repeated:
        click.secho(
            f"\n{plural(plan.repeated, 'row')} got this very text within the last 24 hours: skipped. "
            "To send to them once more: --again",
            fg="yellow",
        )


def show_list(contacts: ContactList) -> None:
    source, columns = contacts.source, contacts.columns
    read_as = [source.format]
    read_as += [f"sheet {source.sheet!r}"] if source.sheet else []
    read_as += [source.encoding.upper()] if source.encoding else []
    if source.delimiter:
        read_as.append(f"columns separated by {_DELIMITERS.get(source.delimiter, source.delimiter)}")
    names = f"column names in row {contacts.header_row}" if contacts.header_row else "no row of column names"
    click.secho(source.name, bold=True)
    click.echo(f"  read as   {', '.join(read_as)}; {names}")
    if source.sample:
        click.echo(f"  letters   {source.sample}")
    if columns.id is not None:
        click.echo(f"  id        {listing([contacts.headers[columns.id]])} (whom it is for, instead of the phone)")
    if columns.phone:
        click.echo(f"  phone     {listing([contacts.headers[i] for i in columns.phone])}")
    for role, column in (("country", columns.country), ("name", columns.name)):
        click.echo(f"  {role:9} {'(none)' if column is None else listing([contacts.headers[column]])}")
    click.echo(f"  columns   {', '.join(f'{{{{ {field} }}}}' for field in contacts.fields if field)}")
    if ignored := [column_letters(i) for i in contacts.ignored_columns]:
        click.echo(f"  ignored   no column name: {', '.join(ignored)}")
    for warning in contacts.warnings:
        click.secho(f"  careful   {warning}", fg="yellow")


def show_first_rows(contacts: ContactList, count: int = 3) -> None:
    """The first rows as they will be used, field by field."""
    fields = [(i, name) for i, name in enumerate(contacts.fields) if name]
    click.secho("\nThe first rows", bold=True)
    for contact in next(contacts.batches(count), []):
        cells = "; ".join(f"{name}: {_cell(contact.text(i))}" for i, name in fields)
        click.echo(f"  row {contact.row:<7,} {cells}")


def show_groups(problems: Sequence[Problem]) -> None:
    """Problems by kind: how many, in which rows, and one example."""
    for status, title in _TITLES:
        kinds: dict[str, list[Problem]] = {}
        for problem in problems:
            if problem.status is status:
                kinds.setdefault(problem.code, []).append(problem)
        if kinds:
            click.secho(f"\n{title}: {sum(map(len, kinds.values())):,}", bold=True)
        for found in sorted(kinds.values(), key=len, reverse=True):
            first = found[0]
            click.echo(f"  {len(found):>6,}  {first.reason}")
            click.echo(f"          in {_row_numbers(found)}; for example {_cell(first.phone)} in row {first.row:,}")


def _row_numbers(problems: Sequence[Problem]) -> str:
    rows = [f"{problem.row:,}" for problem in problems[:_ROW_NUMBERS]]
    more = f" and {len(problems) - len(rows):,} more" if len(problems) > len(rows) else ""
    return f"row{'s' if len(problems) > 1 else ''} {', '.join(rows)}{more}"


def show_suppression(suppression: Suppression) -> None:
    for file, row, cell in suppression.unreadable:
        click.secho(f"{file} row {row}: {cell!r} is no number that can be read; it protects nobody.", fg="yellow")


def show_caution(kind: Kind) -> None:
    """What a person must know before sending through a gateway that does not do what one expects."""
    if kind.caution:
        click.secho(f"\nMind: {kind.name} is no SMS gateway of its own.", fg="yellow", bold=True)
        click.echo(textwrap.fill(kind.caution, 110, initial_indent="  ", subsequent_indent="  "))


def show_problems(problems: Sequence[Problem], most: int | None = None) -> None:
    for status, title in _TITLES:
        found = [problem for problem in problems if problem.status is status]
        if not found:
            continue
        click.secho(f"\n{title}: {len(found):,}", bold=True)
        shown = found[:most]
        width = max(len(_cell(problem.phone)) for problem in shown)
        for problem in shown:
            click.echo(f"  row {problem.row:<7,} {_cell(problem.phone):{width}}  {problem.reason}")
        if len(shown) < len(found):
            click.echo(f"  ... and {len(found) - len(shown):,} more; batchsend estimate lists them all")


def show_totals(plan: Plan, prices: Prices) -> None:
    totals = plan.totals
    click.echo()
    click.secho(f"{totals.messages:,} of {totals.rows:,} rows can be sent", bold=True, nl=False)
    click.echo(f" ({totals.invalid:,} cannot, {totals.skipped:,} left out)")
    show_cost(plan, prices)


def show_cost(plan: Plan, prices: Prices) -> None:
    totals = plan.totals
    lines = [
        ("credits", f"{totals.credits:,}", "one per started 480 characters"),
        ("SMS parts", f"{totals.parts:,}", _shares(totals.by_encoding)),
    ]
    if set(totals.by_country) != {""}:  # a list that goes by an id names none
        lines.append(("countries", f"{len(totals.by_country):,}", _shares(totals.by_country)))
    if totals.by_reason:
        words = Counter({code.replace("_", " "): count for code, count in totals.by_reason.items()})
        lines.insert(0, ("not sent", f"{totals.invalid + totals.skipped:,}", _shares(words)))
    if (money := cost(totals, prices)) is not None:
        lines.append(("cost", f"{money:,.2f}", f"{prices.currency} by the prices in the settings".strip()))
    elif prices.per_part:
        missing = [country for country in totals.by_country if prices.part_in(country) is None]
        lines.append(("cost", "?", f"no price per part is set for {', '.join(missing)}"))
    show_table(lines)


def show_samples(plan: Plan) -> None:
    """The first message, the longest, and one of each encoding, each once."""
    samples = {"First message": plan.first, "Longest message": plan.longest}
    samples |= {f"A message in {encoding}": message for encoding, message in plan.by_encoding.items()}
    if plan.first_changed:
        samples["The first reworded message"] = plan.first_changed
    shown: set[int] = set()
    for title, message in samples.items():
        if message is not None and message.row not in shown:
            shown.add(message.row)
            _show_message(title, message)


def _show_message(title: str, message: Message) -> None:
    size = message.size
    click.secho(f"\n{title}", bold=True, nl=False)
    click.echo(
        f" (row {message.row:,}, to {message.to}; {size.characters} characters, "
        f"{plural(size.credits, 'credit')}, {plural(size.parts, 'part')} {size.encoding})"
    )
    click.echo(textwrap.indent(message.text, "  | ", lambda _: True))


def show_cautions(plan: Plan) -> None:
    """What is worth money or trust, and what was reworded."""
    if plan.changes:
        changed = [f"{_visible(old)} -> {_visible(new)} in {n:,}" for (old, new), n in plan.changes.most_common(12)]
        click.secho("\nReworded", bold=True, nl=False)
        click.echo(f"  {'; '.join(changed)}{' ...' if len(plan.changes) > len(changed) else ''}")
    if characters := plan.warnings.ucs2_characters():
        click.secho("\nCharacters that make messages UCS-2, with 70 instead of 160 in a part", bold=True)
        for character in characters[:_CHARACTERS]:
            click.echo(f"  {character.sentence}")
        if len(characters) > _CHARACTERS:
            click.echo(f"  and {len(characters) - _CHARACTERS:,} other characters")
    cautions = plan.warnings.found()
    if cautions:
        click.secho("\nCareful", bold=True)
    for caution in cautions:
        rows = ", ".join(f"row {example.row:,}" for example in caution.examples)
        detail = f": {caution.detail}" if caution.detail else ""
        click.secho(f"  {caution.sentence}{detail} ({plural(caution.rows, 'message')}, {rows})", fg="yellow")


def _visible(text: str) -> str:
    return repr(text) if not text.strip() or not text.isprintable() else text


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

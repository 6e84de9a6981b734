"""batchsend estimate: what a send would do and cost. The dry run."""

import tempfile
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from batchsend.cli import exits
from batchsend.cli.app import App, cli, pass_app
from batchsend.cli.balance import balance_data, balance_for, show_balance
from batchsend.cli.data import plan_data, print_json, source_data, suppression_data
from batchsend.cli.options import (
    ListOptions,
    MessageOptions,
    details_of,
    list_options,
    message_options,
    plan_list,
    refuse_ids,
    repeats_in,
    terms_of,
)
from batchsend.cli.retype import as_send
from batchsend.cli.screen import show_plan, show_repeated
from batchsend.cli.sending import checked_output
from batchsend.providers import find_kind
from batchsend.results.collect import result_rows, run_facts
from batchsend.results.workbook import write_workbook
from batchsend.runs import Ledger, Plan, RunDetails, Status


@cli.command()
@list_options
@message_options
@click.option("-p", "--provider", default="", help="The gateway it would go through.")
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="FILE.xlsx", help="Write the workbook.")
@click.option("--json", "as_json", is_flag=True, help="The same as data.")
@pass_app
@click.pass_context
def estimate(
    ctx: click.Context,
    app: App,
    /,
    template: Path | None,
    message: str | None,
    smart_encoding: bool,
    transliterate: bool,
    **given: Any,
) -> None:
    """Dry run: render every message of CONTACTS, count credits and parts, list what cannot be sent."""
    ctx.exit(dry_run(app, MessageOptions(template, message, smart_encoding, transliterate), **given))


def dry_run(
    app: App,
    wording: MessageOptions,
    provider: str,
    output: Path | None,
    *,
    as_json: bool,
    again: bool = False,
    **given: Any,
) -> exits.Exit:
    """again: as in a send, what went out within a day is not left out."""
    if provider:
        find_kind(provider, app.settings)  # a slip of the pen is said before a long list is read
    options = ListOptions(**given)
    contacts = options.open()
    refuse_ids(contacts, provider, app.settings)
    text = wording.read(contacts)
    suppression = options.suppression(app.ledger_path)
    with repeats_in(app.ledger_path) as repeats:
        plan = plan_list(options, contacts, text, wording.rewording(), suppression, repeats, again=again)
        written = None
        if output:
            terms = terms_of(options, contacts, wording)
            details = details_of(contacts, text, provider, "", terms, practice=False)
            written = _write(plan, details, checked_output(output))
        else:
            plan.exhaust()
    asked = balance_for(app.settings, provider) if provider else None
    if as_json:
        print_json(
            source_data(contacts)
            | plan_data(plan, app.settings.prices)
            | {"balance": balance_data(asked, plan.totals.messages), "workbook": written}
            | suppression_data(suppression)
        )
    else:
        show_plan(contacts, plan, app.settings.prices, suppression)
        show_repeated(plan, again=again)
        show_balance(asked, plan.totals.messages)
        click.echo(f"\nDry run: nothing was sent.{f' The workbook: {written}' if written else ''}")
    return exits.of_rows(Counter({Status.INVALID: plan.totals.invalid}))


def _write(plan: Plan, details: RunDetails, output: Path) -> Path:
    """The plan goes through a ledger of its own, so that its workbook is made exactly as a send's."""
    with tempfile.TemporaryDirectory() as folder, Ledger.opened(Path(folder) / "plan.sqlite") as ledger:
        run = ledger.draft(details)
        book = ledger.book(run)
        for batch in plan.batches():
            book.add(batch)
        facts = replace(run_facts(run, book, dry_run=True), next_command=as_send(click.get_current_context()))
        return write_workbook(output, facts, result_rows(run, book, dry_run=True))

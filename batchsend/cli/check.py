"""batchsend check: what was understood of a list, and which rows cannot be sent."""

from collections import Counter
from typing import Any

import click

from batchsend.cli import exits
from batchsend.cli.app import cli
from batchsend.cli.data import print_json, source_data
from batchsend.cli.options import ListOptions, list_options
from batchsend.cli.screen import show_list, show_problems, show_suppression
from batchsend.contacts.contact import display
from batchsend.recipients import Recipient, Screening
from batchsend.runs import Problem, Status
from batchsend.runs.plan import status_of


@cli.command()
@list_options
@click.option("--json", "as_json", is_flag=True, help="The same as data.")
@click.pass_context
def check(ctx: click.Context, /, as_json: bool, **given: Any) -> None:
    """Read CONTACTS, show what was understood, and list the rows that cannot be sent."""
    options = ListOptions(**given)
    contacts = options.open()
    suppression = options.suppression()
    screening = Screening(contacts.columns, options.policy(suppression))
    counts: Counter[Status] = Counter()
    problems: list[Problem] = []
    for batch in screening.batches(contacts.batches()):
        for item in batch:
            status = Status.PLANNED if isinstance(item, Recipient) else status_of(item)
            counts[status] += 1
            if not isinstance(item, Recipient):
                phone = " / ".join(display(item.contact.cells[column]) for column in contacts.columns.phone)
                problems.append(Problem(item.contact.row, phone, status, item.code, item.reason))
    if as_json:
        print_json(
            source_data(contacts)
            | {
                "rows": counts.total(),
                "can_be_sent": counts[Status.PLANNED],
                "problems": problems,
            }
        )
    else:
        show_list(contacts)
        show_suppression(suppression)
        show_problems(problems)
        click.secho(f"\n{counts[Status.PLANNED]:,} of {counts.total():,} rows can be sent.", bold=True)
    ctx.exit(exits.of_rows(counts))

"""batchsend check: what was understood of a list, and which rows cannot be sent."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from batchsend.cli import exits
from batchsend.cli.app import App, cli, pass_app
from batchsend.cli.data import first_rows, groups_of, print_json, source_data, suppression_data
from batchsend.cli.options import ListOptions, list_options
from batchsend.cli.screen import show_first_rows, show_groups, show_list, show_suppression
from batchsend.cli.sending import checked_output
from batchsend.contacts import ContactList
from batchsend.recipients import Recipient, Rejection
from batchsend.results.collect import checked_facts, checked_row
from batchsend.results.workbook import write_workbook
from batchsend.runs import Problem, Status
from batchsend.runs.plan import problem_of, status_of
from batchsend.runs.planning import screen


class _Tally:
    """Counts and problems, taken while the rows stream by."""

    def __init__(self, contacts: ContactList, rows: Iterator[list[Recipient | Rejection]]) -> None:
        self.counts: Counter[Status] = Counter()
        self.problems: list[Problem] = []
        self.widest = 0
        self._contacts = contacts
        self._rows = rows

    def items(self) -> Iterator[Recipient | Rejection]:
        for item in (item for batch in self._rows for item in batch):
            self.widest = max(self.widest, len(item.contact.cells))
            self.counts[Status.PLANNED if isinstance(item, Recipient) else status_of(item)] += 1
            if isinstance(item, Rejection):
                self.problems.append(problem_of(item.contact, item, self._contacts.columns))
            yield item


@cli.command()
@list_options
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="FILE.xlsx", help="Write the rows to fix.")
@click.option("--json", "as_json", is_flag=True, help="The same as data.")
@pass_app
@click.pass_context
def check(ctx: click.Context, app: App, /, output: Path | None, as_json: bool, **given: Any) -> None:
    """Read CONTACTS, show what was understood, and list the rows that cannot be sent."""
    options = ListOptions(**given)
    if output:
        checked_output(output)
    contacts = options.open()
    suppression = options.suppression(app.ledger_path)

    def screened() -> _Tally:
        return _Tally(contacts, screen(contacts, options.policy(suppression), options.selection()))

    tally = screened()
    for _ in tally.items():
        pass
    written = None
    if output:
        facts = checked_facts(contacts, datetime.now(UTC), tally.counts.total(), tally.widest)
        written = write_workbook(output, facts, map(checked_row, screened().items()))
    if as_json:
        found = {"rows": tally.counts.total(), "can_be_sent": tally.counts[Status.PLANNED], "problems": tally.problems}
        more = {"first_rows": first_rows(contacts), "groups": groups_of(tally.problems), "workbook": written}
        print_json(source_data(contacts) | found | suppression_data(suppression) | more)
    else:
        show_list(contacts)
        show_suppression(suppression)
        show_first_rows(contacts)
        show_groups(tally.problems)
        click.secho(f"\n{tally.counts[Status.PLANNED]:,} of {tally.counts.total():,} rows can be sent.", bold=True)
        if written:
            click.echo(f"The rows to correct, on the sheet To fix: {written}")
    ctx.exit(exits.of_rows(tally.counts))

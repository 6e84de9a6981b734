"""batchsend send: estimate, ask, send, write the results workbook."""

import sys
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from batchsend.cli import exits
from batchsend.cli.app import App, cli, pass_app
from batchsend.cli.estimate import dry_run
from batchsend.cli.options import (
    ListOptions,
    default_output,
    list_options,
    message_options,
    plan_list,
    read_template,
)
from batchsend.cli.practice import ACCOUNT, practising
from batchsend.cli.screen import plural, show_list, show_problems, show_samples, show_suppression, show_totals
from batchsend.cli.sending import Means, carry_out, sent_counts, write_report
from batchsend.errors import AlreadySent, LimitExceeded, UsageError
from batchsend.providers import Provider, build_provider
from batchsend.runs import Ledger, Plan, Run, RunDetails, RunState, Status
from batchsend.settings import Settings


@dataclass(frozen=True, slots=True)
class SendOptions:
    """What only a send can be told."""

    yes: bool
    max_credits: int | None
    concurrency: int | None
    rate: float | None
    sandbox: bool
    again: bool
    output: Path | None
    as_json: bool


@cli.command()
@list_options
@message_options
@click.option("-p", "--provider", required=True, help="The gateway: batchsend providers lists them.")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), metavar="FILE.xlsx", help="Where the results workbook goes."
)
@click.option("--dry-run", "only_estimate", is_flag=True, help="Send nothing; the same as estimate.")
@click.option("-y", "--yes", is_flag=True, help="Do not ask.")
@click.option("--max-credits", type=click.IntRange(min=0), metavar="N", help="Send nothing if it would cost more.")
@click.option("--concurrency", type=click.IntRange(1, 1000), metavar="N", help="Messages in flight at once.")
@click.option("--rate", type=click.FloatRange(min=0, min_open=True), metavar="N", help="Messages a second.")
@click.option("--sandbox", is_flag=True, help="Practise: send to a gateway inside this program, to nobody.")
@click.option("--again", is_flag=True, help="Send even if the same texts went to the same numbers before.")
@click.option("--json", "as_json", is_flag=True, help="Print the outcome as data.")
@pass_app
@click.pass_context
def send(
    ctx: click.Context,
    app: App,
    /,
    template: Path | None,
    message: str | None,
    provider: str,
    output: Path | None,
    *,
    only_estimate: bool,
    as_json: bool,
    yes: bool,
    max_credits: int | None,
    concurrency: int | None,
    rate: float | None,
    sandbox: bool,
    again: bool,
    **given: Any,
) -> None:
    """Estimate, ask, send one message to each reachable person of CONTACTS, write the results workbook."""
    if only_estimate:
        ctx.exit(dry_run(template, message, provider, output, as_json=as_json, **given))
    how = SendOptions(yes, max_credits, concurrency, rate, sandbox, again, output, as_json)
    if not yes and not sys.stdin.isatty():
        raise UsageError("There is nobody to ask here.", "Add --yes to send without being asked.")
    options = ListOptions(**given)
    with Ledger.opened(app.ledger_path) as ledger:
        ctx.exit(_Send(app.settings, ledger, how).run(options, template, message, provider))


class _Send:
    def __init__(self, settings: Settings, ledger: Ledger, how: SendOptions) -> None:
        self._settings = settings
        self._ledger = ledger
        self._how = how

    def run(self, options: ListOptions, template: Path | None, message: str | None, provider: str) -> exits.Exit:
        if not self._how.sandbox:
            build_provider(provider, self._settings)  # what is missing is said before a long list is read
        contacts = options.open()
        text = read_template(template, message, contacts)
        suppression = options.suppression()
        plan = plan_list(options, contacts, text, suppression)
        account = ACCOUNT if self._how.sandbox else build_provider(provider, self._settings).account
        details = RunDetails(
            contacts.source.name,
            contacts.source.sheet,
            contacts.headers,
            contacts.columns.phone,
            text.name,
            text.text,
            provider,
            account,
        )
        run = self._ledger.draft(details)
        try:
            book = self._ledger.book(run)
            for batch in plan.batches():
                book.add(batch)
            if not self._how.as_json:
                show_list(contacts)
                show_suppression(suppression)
                show_problems(plan.problems)
                show_totals(plan)
                show_samples(plan)
            fingerprint = plan.fingerprint.of(provider, account)
            self._guard(plan, fingerprint)
            self._ask(plan, provider)
            run = self._ledger.begin(run, fingerprint)
        finally:
            self._ledger.discard(run)
        return self._carry_out(run)

    def _guard(self, plan: Plan, fingerprint: str) -> None:
        limit = self._how.max_credits
        if limit is not None and plan.totals.credits > limit:
            raise LimitExceeded(
                f"This would cost {plural(plan.totals.credits, 'credit')}, more than --max-credits {limit:,}.",
                "Nothing was sent. Shorten the message, use --limit, or raise --max-credits.",
            )
        if self._how.again or self._how.sandbox or not plan.totals.messages:
            return
        for run in self._ledger.same_runs(fingerprint):
            accepted = self._ledger.book(run).counts()[Status.ACCEPTED]
            raise AlreadySent(
                f"These very messages were sent before: run {run.name} on {run.created_at:%d %b %Y at %H:%M} UTC, "
                f"{accepted:,} accepted. Nothing was sent now.",
                f"To finish that run: batchsend resume {run.name}. To send everything a second time: --again",
            )

    def _ask(self, plan: Plan, provider: str) -> None:
        if self._how.yes or not plan.totals.messages:
            return
        where = "the practice gateway (nobody gets anything)" if self._how.sandbox else provider
        question = f"\nSend {plural(plan.totals.messages, 'message')} through {where} now?"
        if not click.confirm(question, default=False):
            raise click.Abort

    def _carry_out(self, run: Run) -> exits.Exit:
        output = self._how.output or default_output(run.details.list_name, run.name)
        if not self._ledger.book(run).counts()[Status.PLANNED]:
            run = self._ledger.end(run, RunState.FINISHED, "no row can be sent")
            click.echo(f"\nNo row can be sent. The workbook: {write_report(self._ledger, run, output)}")
            return exits.of_rows(sent_counts(self._ledger.book(run)))
        return send_run(
            self._ledger, run, self._settings, self._how.concurrency, self._how.rate, output, as_json=self._how.as_json
        )


def send_run(
    ledger: Ledger,
    run: Run,
    settings: Settings,
    concurrency: int | None,
    rate: float | None,
    output: Path,
    *,
    as_json: bool,
) -> exits.Exit:
    """Sends a run that has begun, through the gateway it was planned for."""
    with ExitStack() as stack:
        practice = run.details.account == ACCOUNT
        if practice:
            record = output.with_suffix(".sandbox.jsonl")
            settings = stack.enter_context(practising(settings, run.details.provider, record))
        provider: Provider = build_provider(run.details.provider, settings)
        if not practice and provider.account != run.details.account:
            raise UsageError(
                f"Run {run.name} was planned for another account of {provider.name}.",
                "Set the credentials it was started with.",
            )
        pace = provider.pace
        means = Means(
            provider,
            concurrency or (16 if practice else pace.concurrency),
            rate or (1000.0 if practice else pace.rate),
            on_loopback=practice,
        )
        code = carry_out(ledger, run, means, output, as_json=as_json)
        if practice and not as_json:
            click.echo(f"Practice only: nobody was texted. What the practice gateway accepted: {record}")
        return code

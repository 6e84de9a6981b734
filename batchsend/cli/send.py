"""batchsend send: estimate, ask, send, write the results workbook."""

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from batchsend.cli import exits
from batchsend.cli.app import App, cli, open_ledger, pass_app, survive_dead_output
from batchsend.cli.balance import balance_of, show_balance
from batchsend.cli.estimate import dry_run
from batchsend.cli.options import (
    ListOptions,
    MessageOptions,
    default_output,
    details_of,
    list_options,
    message_options,
    plan_list,
    refuse_ids,
    refuse_unreadable,
    terms_of,
)
from batchsend.cli.screen import SHOWN_BEFORE_SENDING, plural, show_caution, show_plan, show_repeated
from batchsend.cli.sending import Means, carry_out, checked_output, close, means_of
from batchsend.contacts import ContactList
from batchsend.delivery import Ending
from batchsend.errors import AlreadySent, LimitExceeded, NotConfirmed, UsageError
from batchsend.messages import Rewording, Template
from batchsend.providers import build_provider, find_kind
from batchsend.recipients import Suppression
from batchsend.runs import Ledger, Plan, Run, Status
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
    smart_encoding: bool,
    transliterate: bool,
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
    wording = MessageOptions(template, message, smart_encoding, transliterate)
    if only_estimate:
        ctx.exit(dry_run(app, wording, provider, output, as_json=as_json, again=again, **given))
    how = SendOptions(yes, max_credits, concurrency, rate, sandbox, again, output, as_json)
    if not yes and (as_json or not sys.stdin.isatty()):
        raise UsageError("There is nobody to ask here.", "Add --yes to send without being asked.")
    survive_dead_output()
    options = ListOptions(**given)
    with open_ledger(app) as ledger:
        ctx.exit(_Send(app.settings, ledger, how).run(options, wording, provider))


class _Send:
    def __init__(self, settings: Settings, ledger: Ledger, how: SendOptions) -> None:
        self._settings = settings
        self._ledger = ledger
        self._how = how

    def run(self, options: ListOptions, wording: MessageOptions, provider: str) -> exits.Exit:
        how = self._how
        if how.output is not None:
            checked_output(how.output)
        if not how.sandbox:
            build_provider(provider, self._settings)  # what is missing is said before a long list is read
        contacts = options.open()
        refuse_ids(contacts, provider, self._settings)
        text = wording.read(contacts)
        suppression = options.suppression(Path(self._ledger.path))
        refuse_unreadable(suppression)
        terms = terms_of(options, contacts, wording)
        details = details_of(contacts, text, provider, self._account(provider), terms, practice=how.sandbox)
        run = self._ledger.draft(details)
        output = how.output or default_output(run.details.list_name, run.name)
        try:
            with (
                self._ledger.holding(run),
                means_of(self._settings, provider, output, how.concurrency, how.rate, practice=how.sandbox) as means,
            ):
                plan = self._plan(options, contacts, text, wording.rewording(), suppression)
                book = self._ledger.book(run)
                self._ledger.amendments(run).suppress(suppression.numbers)
                for batch in plan.batches():
                    book.add(batch)
                if not how.as_json:
                    show_plan(contacts, plan, self._settings.prices, most=SHOWN_BEFORE_SENDING)
                    show_repeated(plan, again=how.again)
                    show_caution(find_kind(provider, self._settings))
                    show_balance(balance_of(means.provider, means.only), plan.totals.messages)
                run = self._confirmed(run, plan, provider)
                return self._carry_out(run, means, output)
        finally:
            self._ledger.discard(run)

    def _plan(
        self,
        options: ListOptions,
        contacts: ContactList,
        text: Template,
        rewording: Rewording,
        suppression: Suppression,
    ) -> Plan:
        if self._how.sandbox:  # practice may be repeated
            return plan_list(options, contacts, text, rewording, suppression)
        repeats = self._ledger.repeats().of
        return plan_list(options, contacts, text, rewording, suppression, repeats, again=self._how.again)

    def _account(self, provider: str) -> str:
        return "sandbox" if self._how.sandbox else build_provider(provider, self._settings).account

    def _confirmed(self, run: Run, plan: Plan, provider: str) -> Run:
        """The run has begun: within its limits, not a repetition, and wanted. Raises what speaks against it."""
        credits_, limit = plan.totals.credits, self._how.max_credits
        if limit is not None and credits_ > limit:
            raise LimitExceeded(
                f"This would cost {plural(credits_, 'credit')}, more than --max-credits {limit:,}.",
                "Nothing was sent. Shorten the message, use --limit, or raise --max-credits.",
            )
        wanted = plan.fingerprint.count
        fingerprint = plan.fingerprint.of(provider, run.details.account) if wanted else ""
        again = self._how.again or not wanted
        before = (
            f"{plural(plan.repeated, 'message')} of these went out within the last 24 hours" if plan.repeated else ""
        )
        if wanted and not run.details.practice:
            try:
                self._ledger.refuse_repetition(fingerprint)
            except AlreadySent as sent:
                if not again:
                    raise
                before = sent.message.removesuffix(" Nothing was sent now.")
        self._ask(plan, provider, before if again else "")
        return self._ledger.begin(run, fingerprint, again=again)

    def _ask(self, plan: Plan, provider: str, before: str) -> None:
        """before: what of this was sent already, which takes more than a yes to send again."""
        count = plan.totals.messages
        if self._how.yes or not count:
            return
        where = "the practice gateway (nobody gets anything)" if self._how.sandbox else provider
        if before:
            click.echo(f"\n{before}")
            typed = click.prompt(f"To send them once more through {where}, type how many messages these are ({count})")
            agreed = str(typed).strip().replace(",", "") == str(count)
        else:
            agreed = click.confirm(f"\nSend {plural(count, 'message')} through {where} now?", default=False)
        if not agreed:
            raise NotConfirmed("Nothing was sent.")

    def _carry_out(self, run: Run, means: Means, output: Path) -> exits.Exit:
        if self._ledger.book(run).counts()[Status.PLANNED]:
            how = self._how
            return carry_out(self._ledger, run, means, output, as_json=how.as_json, asks=not how.yes)
        return close(self._ledger, run, Ending.DONE, "no row can be sent", output, as_json=self._how.as_json)

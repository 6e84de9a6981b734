"""batchsend retry: what was not sent or was corrected in a results workbook that came back."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import click

from batchsend.cli import exits
from batchsend.cli.app import App, cli, open_ledger, pass_app, survive_dead_output
from batchsend.cli.data import print_json
from batchsend.cli.options import read_mapping, read_region, refuse_unreadable
from batchsend.cli.retry_screen import retry_data, show_adopted, show_read_back, show_retry
from batchsend.cli.screen import plural, show_suppression
from batchsend.cli.sending import Means, carry_out, checked_output, means_of
from batchsend.contacts import open_contacts
from batchsend.errors import ContactsRefused, LimitExceeded, NotConfirmed, UsageError
from batchsend.recipients import Suppression, read_suppression
from batchsend.results.adopt import Adopted, Adoption, details_of_identity
from batchsend.results.read_back import Reader
from batchsend.results.recognize import recognize
from batchsend.results.returned import Returned, open_returned
from batchsend.runs import Ledger, Plan, Run
from batchsend.runs.retry_result import Retry, Wishes
from batchsend.runs.retrying import Retrying, template_of

_FILE = click.Path(path_type=Path)


@dataclass(frozen=True, slots=True)
class RetryOptions:
    """What the command line said, as it came from click."""

    workbook: Path
    run_name: str | None
    country: str | None
    mapping: tuple[str, ...]
    template: Path | None
    suppress: tuple[Path, ...]
    hidden: str | None
    include_unknown: bool
    include_rejected: bool
    dry_run: bool
    yes: bool
    max_credits: int | None
    output: Path | None
    as_json: bool
    concurrency: int | None
    rate: float | None


@cli.command()
@click.argument("workbook", type=_FILE)
@click.option("--run", "run_name", metavar="NAME", help="The run it belongs to, when the file does not say so.")
@click.option("-c", "--country", metavar="ISO", help="Country of numbers without a prefix, such as RO.")
@click.option(
    "--map", "mapping", multiple=True, metavar="ROLE=COLUMN", help="The new name of the phone, country or name column."
)
@click.option("-t", "--template", type=_FILE, metavar="FILE", help="The message, where the ledger has no such run.")
@click.option("--suppress", multiple=True, type=_FILE, metavar="FILE", help="A list of people who opted out since.")
@click.option("--hidden", type=click.Choice(["include", "skip"]), help="Hidden rows: send them, or leave them.")
@click.option("--include-unknown", is_flag=True, help="Send the unknown rows again; some people may get it twice.")
@click.option("--include-rejected", is_flag=True, help="Send rejected rows again though nothing was corrected.")
@click.option("--dry-run", is_flag=True, help="Show what would be sent; send and change nothing.")
@click.option("-y", "--yes", is_flag=True, help="Do not ask.")
@click.option("--max-credits", type=click.IntRange(min=0), metavar="N", help="Send nothing if it would cost more.")
@click.option("-o", "--output", type=_FILE, metavar="FILE.xlsx", help="Where the new workbook goes.")
@click.option("--json", "as_json", is_flag=True, help="Print the outcome as data.")
@click.option("--concurrency", type=click.IntRange(1, 1000), metavar="N", help="Messages in flight at once.")
@click.option("--rate", type=click.FloatRange(min=0, min_open=True), metavar="N", help="Messages a second.")
@pass_app
@click.pass_context
def retry(ctx: click.Context, app: App, /, **given: object) -> None:
    """Send what was not sent or was corrected in WORKBOOK, a results workbook as you give it back."""
    options = RetryOptions(**given)  # type: ignore[arg-type]  # click's names are the fields
    if not options.dry_run and not options.yes and (options.as_json or not sys.stdin.isatty()):
        raise UsageError("There is nobody to ask here.", "Add --yes to send without being asked, or --dry-run.")
    survive_dead_output()
    if options.output is not None:
        checked_output(options.output)
    returned = open_returned(options.workbook)
    with open_ledger(app) as ledger:
        ctx.exit(_Retry(app, ledger, options, returned).carry_on())


class _Retry:
    def __init__(self, app: App, ledger: Ledger, options: RetryOptions, returned: Returned) -> None:
        self._app = app
        self._ledger = ledger
        self._options = options
        self._returned = returned

    def carry_on(self) -> exits.Exit:
        options = self._options
        suppression = self._suppression()
        wishes = Wishes(
            options.include_unknown,
            options.include_rejected,
            None if options.hidden is None else options.hidden == "include",
            read_region(options.country),
            suppression.numbers,
        )
        run, adopted = self._run()
        try:
            with self._ledger.holding(run):
                return self._decide(run, adopted, wishes)
        finally:
            if adopted is not None:
                self._ledger.discard(run)

    def _suppression(self) -> Suppression:
        lists = (open_contacts(path, empty_is_fine=True) for path in self._options.suppress)
        known = self._ledger.opt_outs().numbers()
        suppression = read_suppression(lists, read_region(self._options.country), known)
        show_suppression(suppression)
        refuse_unreadable(suppression)
        return suppression

    def _run(self) -> tuple[Run, Adopted | None]:
        """The run of the file; with what was taken from the file itself when the ledger does not have it."""
        name = run_name_of(self._ledger, self._returned, self._options.run_name)
        if any(run.name == name for run in self._ledger.runs()):  # one that is purged is refused, not taken anew
            run = self._ledger.find(name)
            if self._options.template is not None:
                raise ContactsRefused(
                    f"Run {run.name} has its message; a retry sends the same.",
                    "Leave -t out; another message is another send.",
                )
            return run, None
        text = self._options.template
        details = details_of_identity(self._returned, *((_template_text(text), str(text)) if text else ()))
        adopted = Adoption(self._ledger, self._returned, details).enter()
        return adopted.run, adopted

    def _decide(self, run: Run, adopted: Adopted | None, wishes: Wishes) -> exits.Exit:
        options, standing = self._options, self._ledger.standing(run)
        details = run.details
        surplus = max(0, self._ledger.book(run).widest() - len(details.headers))
        headers = [*details.headers, *(f"(no header) {number}" for number in range(1, surplus + 1))]
        found = Reader(run.name, headers, standing, self._named(run)).read(self._returned)
        retrying = Retrying(run, standing, found.corrections, wishes, template_of(details))
        plan = Plan(retrying.messages(), details.terms.columns(details.phone_columns)).exhaust()
        decided = retrying.result
        if not options.as_json:
            if adopted is not None:
                show_adopted(adopted, details.list_name)
            show_read_back(run, found)
            show_retry(run, plan, decided, found, self._app.settings.prices)
        if options.dry_run or not plan.totals.messages:
            if options.as_json:
                print_json(retry_data(run, plan, decided, found, adopted))
            else:
                click.echo(f"\n{'Dry run: nothing' if options.dry_run else 'Nothing'} was sent.")
            return exits.Exit.SOME_NOT_SENT if decided.troubles else exits.Exit.OK
        self._refuse(plan, decided, wishes)
        return self._send(run, adopted, plan, decided)

    def _named(self, run: Run) -> Mapping[int, str]:
        """Columns of the list whose new name the person gave."""
        terms = run.details.terms
        named: dict[int, str] = {}
        places = {
            "phone": terms.columns(run.details.phone_columns).phone,
            "id": () if terms.id_column is None else (terms.id_column,),
            "country": () if terms.country_column is None else (terms.country_column,),
            "name": () if terms.name_column is None else (terms.name_column,),
        }
        for role, names in read_mapping(self._options.mapping).items():
            if len(names) > len(places.get(role, ())):
                raise UsageError(f"--map {role}={','.join(names)}: the list of this run has no such column.")
            named |= dict(zip(places[role], names, strict=False))
        return named

    def _refuse(self, plan: Plan, decided: Retry, wishes: Wishes) -> None:
        limit, credits_ = self._options.max_credits, plan.totals.credits
        if limit is not None and credits_ > limit:
            raise LimitExceeded(
                f"This would cost {plural(credits_, 'credit')}, more than --max-credits {limit:,}.",
                "Nothing was sent.",
            )
        if decided.hidden and wishes.hidden is None:
            raise ContactsRefused(
                f"{plural(len(decided.hidden), 'row')} that would be sent are hidden in the file, the first is row "
                f"{decided.hidden[0]:,} of the list.",
                "Say what is meant: --hidden skip leaves these people out, --hidden include sends to them.",
            )

    def _send(self, run: Run, adopted: Adopted | None, plan: Plan, decided: Retry) -> exits.Exit:
        options, details = self._options, run.details
        output = options.output or fresh_output(details.list_name, run.name)
        with means_of(
            self._app.settings, details.provider, output, options.concurrency, options.rate, practice=details.practice
        ) as means:
            check_account(run, means)
            self._ask(run, plan, decided)
            self._ledger.book(run).settle_abandoned()
            self._ledger.amendments(run).amend(decided.corrected, decided.again, decided.held_back)
            if adopted is None:
                run = self._ledger.resume(run)
            else:
                run = self._ledger.begin(run, adopted.fingerprint, again=True)
            return carry_out(self._ledger, run, means, output, as_json=options.as_json)

    def _ask(self, run: Run, plan: Plan, decided: Retry) -> None:
        if self._options.yes:
            return
        if decided.unknown:
            click.secho(
                f"\n{plural(decided.unknown, 'row')} may have got the message already and would get it twice.", fg="red"
            )
            typed = click.prompt(f"Type {decided.unknown} to send to them again", default="", show_default=False)
            if typed.strip().replace(",", "") != str(decided.unknown):
                raise NotConfirmed("Nothing was sent.")
        where = "the practice gateway (nobody gets anything)" if run.details.practice else run.details.provider
        if not click.confirm(f"\nSend {plural(plan.totals.messages, 'message')} through {where} now?", default=False):
            raise NotConfirmed("Nothing was sent.")


def run_name_of(ledger: Ledger, returned: Returned, given: str | None) -> str:
    """The name of the run a file belongs to. Raises UsageError when it cannot be told, or is of several."""
    named = returned.run_names()
    if len(named) > 1:
        raise UsageError(
            f"{returned.path.name} has rows of several runs: {', '.join(sorted(named))}.", "One workbook at a time."
        )
    if given is not None:
        if named and named != {given}:
            raise UsageError(f"{returned.path.name} belongs to run {min(named)}, not to {given}.", "Leave --run out.")
        return ledger.find(given).name
    if named:
        return named.pop()
    known = recognize(ledger, returned)
    if len(known) != 1:
        names = ", ".join(run.name for run in known[:5])
        raise UsageError(
            f"{returned.path.name} does not say which run it belongs to"
            + (f"; it may be any of these: {names}." if known else ", and no run in the ledger has these rows."),
            "Name it with --run NAME; batchsend runs lists them.",
        )
    return known[0].name


def check_account(run: Run, means: Means) -> None:
    """Raises UsageError when the run goes through another account than the settings say."""
    if not run.details.practice and means.provider.account != run.details.account:
        raise UsageError(
            f"Run {run.name} goes through {run.details.account}, the settings say {means.provider.account}.",
            "Set the address it was started with.",
        )


def fresh_output(list_name: str, run_name: str, what: str = "retry") -> Path:
    """A name that no workbook has yet: the one that came back is kept."""
    stem = f"{Path(list_name).stem}-results-{run_name}-{what}"
    number = 1
    while (path := Path(f"{stem}{'' if number == 1 else f'-{number}'}.xlsx")).exists():
        number += 1
    return path


def _template_text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"The template {path} cannot be read: {error}.") from None

"""batchsend purge, forget: personal data goes when it is no longer needed, or asked to go."""

import re
import sys
from datetime import UTC, datetime, timedelta

import click

from batchsend.cli.app import App, cli, open_ledger, pass_app
from batchsend.cli.screen import plural
from batchsend.errors import NotConfirmed, UsageError
from batchsend.recipients import PhoneNumber, find_region, normalize
from batchsend.runs.forget import Forgotten, forget
from batchsend.runs.purge import OldRuns, old_runs, purge

_DAYS = {"d": 1, "w": 7, "m": 30, "y": 365}
_OLDEST = 100 * 365
_OUTSIDE = "Workbooks, exports and contact lists that are on disk already are not touched: delete them yourself."
_NOT_WIPED = (
    "Another process is using the ledger, or the disk is full: old bytes may still be in the file. Type it again later."
)


@cli.command("purge")
@click.option("--older-than", required=True, metavar="AGE", help="Such as 90d, 12w, 6m or 1y; at least 1d.")
@click.option("--unfinished", is_flag=True, help="Also runs that have something left to send.")
@click.option("--dry-run", is_flag=True, help="Only say what would go.")
@click.option("-y", "--yes", is_flag=True, help="Do not ask.")
@pass_app
def purge_runs(app: App, older_than: str, *, unfinished: bool, dry_run: bool, yes: bool) -> None:
    """Remove the personal data of old runs; their counts stay, and the same list is still refused."""
    now = datetime.now(UTC)
    with open_ledger(app) as ledger:
        found = old_runs(ledger, now - _age(older_than), unfinished=unfinished)
        _show(found, older_than)
        if not found.to_purge or dry_run:
            click.echo("Nothing was purged.")
            return
        rows = sum(count for _, count in found.to_purge)
        what = f"{plural(rows, 'row')} of {plural(len(found.to_purge), 'run')}"
        _ask(f"Remove {what} for good?", yes=yes)
        wiped = purge(ledger, [run for run, _ in found.to_purge], now)
        click.echo(f"Purged {what}. {_OUTSIDE}")
        if not wiped:
            click.secho(_NOT_WIPED, err=True, fg="yellow")


@cli.command("forget")
@click.argument("number")
@click.option("-c", "--country", metavar="ISO", help="Country of a number without a prefix, such as RO.")
@click.option("-y", "--yes", is_flag=True, help="Do not ask.")
@pass_app
def forget_number(app: App, number: str, country: str | None, *, yes: bool) -> None:
    """Remove one person, by NUMBER, from every run; counts stay as they are."""
    e164 = _number(number, country)
    with open_ledger(app) as ledger:
        _ask(f"Remove the cells, message and name of every row of {e164} for good?", yes=yes)
        done = forget(ledger, e164)
    _show_forgotten(e164, done)


def _age(text: str) -> timedelta:
    match = re.fullmatch(r"\s*([1-9][0-9]{0,3})\s*([dwmy])\s*", text, re.IGNORECASE | re.ASCII)
    if not match:
        raise UsageError(f"--older-than {text}: no such age.", "For example: 90d, 12w, 6m (of 30 days) or 1y.")
    return timedelta(days=min(int(match[1]) * _DAYS[match[2].lower()], _OLDEST))


def _number(text: str, country: str | None) -> str:
    region = find_region(country) if country else None
    if country and region is None:
        raise UsageError(f"--country {country}: no such country.", "Give its two letters, such as RO or GB.")
    found = normalize(text, region, allow_landline=True)
    if isinstance(found, PhoneNumber):
        return found.e164
    if re.fullmatch(r"\+[1-9][0-9]{6,14}", text.strip()):  # a number of the ledger that is no longer one
        return text.strip()
    raise UsageError(
        f"{text}: {found.sentence}. Nothing was removed.",
        "Type it with its country prefix (+40...), or name its country with --country.",
    )


def _show(found: OldRuns, age: str) -> None:
    if not found.to_purge:
        click.echo(f"No run is older than {age} and done.")
    for run, count in found.to_purge:
        practice = ", practice" if run.details.practice else ""
        click.echo(f"  {run.name}  {run.state:8}  {plural(count, 'row')} of {run.details.list_name}{practice}")
    for run in found.unfinished:
        click.echo(f"  {run.name}  stays: it has something left to send. Finish it, or add --unfinished.")
    for run in found.held:
        click.echo(f"  {run.name}  stays: a process is working on it.")


def _ask(question: str, *, yes: bool) -> None:
    if yes:
        return
    if not sys.stdin.isatty():
        raise UsageError("There is nobody to ask here.", "Add --yes to go on without being asked.")
    if not click.confirm(question, default=False):
        raise NotConfirmed("Nothing was removed.")


def _show_forgotten(e164: str, done: Forgotten) -> None:
    if not (done.runs or done.earlier or done.replies):
        click.echo(f"{e164} is in no run.")
    else:
        click.echo(f"{plural(done.rows, 'row')} of {e164} blanked, in {plural(len(done.runs), 'run')}.")
        if done.earlier:
            click.echo(f"  {plural(done.earlier, 'earlier attempt')} to it blanked.")
        if done.replies:
            click.echo(f"  {done.replies:,} {'reply' if done.replies == 1 else 'replies'} from it blanked.")
        if done.planned:
            click.echo(f"  {plural(done.planned, 'message')} to it will not be sent any more.")
        if done.cells:
            click.echo(f"  In rows of other people {plural(done.cells, 'cell')} with it blanked.")
        click.echo(f"  The counts are as before. {_OUTSIDE}")
        click.echo("  Templates and messages to other people were not searched.")
    if done.protected:
        click.echo(f"{e164} opted out. That alone stays noted, as it keeps the person from being written to.")
    if not done.wiped:
        click.secho(_NOT_WIPED, err=True, fg="yellow")

"""batchsend replies: what people answered, and who opted out."""

from collections.abc import Iterable

import click

from batchsend.cli.app import App, cli, open_ledger, pass_app
from batchsend.cli.data import print_json
from batchsend.errors import UsageError
from batchsend.recipients import PhoneNumber, find_region, normalize
from batchsend.runs.reply import KeptReply

_MOST_SHOWN = 300


@cli.group()
def replies() -> None:
    """Collect answers where the gateway has them, and keep the opt-out list."""


@replies.command("list")
@click.argument("run_name", metavar="[RUN]", required=False)
@click.option("--json", "as_json", is_flag=True, help="The same as data.")
@pass_app
def list_replies(app: App, run_name: str | None, as_json: bool) -> None:
    """Show the replies, newest first; only those to RUN when it is given."""
    with open_ledger(app) as ledger:
        ledger.replies().settle()
        found = ledger.replies().of_run(ledger.find(run_name)) if run_name else ledger.replies().all()
        shown = sorted(found, key=lambda reply: reply.written_at, reverse=True)
    if as_json:
        print_json([_data(reply) for reply in shown])
    else:
        _show(shown)


@replies.command("opt-outs")
@click.option("--json", "as_json", is_flag=True, help="The same as data.")
@pass_app
def opt_outs(app: App, as_json: bool) -> None:
    """Show who opted out, since when and how. check, estimate, send and resume leave them out."""
    with open_ledger(app) as ledger:
        found = ledger.opt_outs().all()
    if as_json:
        print_json(
            [{"number": it.number, "since": it.since.isoformat(), "source": it.source, "text": it.text} for it in found]
        )
        return
    if not found:
        click.echo("Nobody has opted out. Enter somebody by hand: batchsend replies stop NUMBER")
        return
    click.secho(f"{len(found):,} opted out, and {'is' if len(found) == 1 else 'are'} left out of every send", bold=True)
    for opt_out in found:
        click.echo(f"  {opt_out.number:17} {one_line(opt_out.sentence)}")
    click.echo("Somebody wants messages again: batchsend replies allow NUMBER")


_COUNTRY = click.option("-c", "--country", metavar="ISO", help="Country of a number without a prefix, such as RO.")


@replies.command()
@click.argument("number")
@_COUNTRY
@pass_app
def stop(app: App, number: str, country: str | None) -> None:
    """Put NUMBER on the opt-out list: it gets no more messages, also not those of a run that is under way."""
    e164 = _number(number, country)
    with open_ledger(app) as ledger:
        ledger.opt_outs().stop(e164)
    click.echo(f"{e164} gets no more messages.")


@replies.command()
@click.argument("number")
@_COUNTRY
@pass_app
def allow(app: App, number: str, country: str | None) -> None:
    """Take NUMBER off the opt-out list, when the person asked for it."""
    with open_ledger(app) as ledger:
        known = number in ledger.opt_outs().numbers()  # also what is no number, of a list that goes by something else
        e164 = number if known else _number(number, country)
        listed = ledger.opt_outs().allow(e164)
    click.echo(f"{e164} may get messages again." if listed else f"{e164} is not on the opt-out list.")


def _number(number: str, country: str | None) -> str:
    region = find_region(country) if country else None
    if country and region is None:
        raise UsageError(f"--country {country}: no such country.", "Give its two letters, such as RO or GB.")
    phone = normalize(number, region, allow_landline=True)
    if isinstance(phone, PhoneNumber):
        return phone.e164
    raise UsageError(f"{number!r}: {phone.sentence}.", "Write it with its prefix, such as +40722123456.")


def one_line(text: str) -> str:
    """As a terminal may show it: what came from outside must not move the cursor, change colours or fill the screen."""
    shown = " ".join(text[: 2 * _MOST_SHOWN].split())
    shown = "".join(character if character.isprintable() else " " for character in shown)
    return shown if len(shown) <= _MOST_SHOWN else f"{shown[: _MOST_SHOWN - 1]}…"


def describe(reply: KeptReply) -> str:
    """Who answered what, on one line."""
    who = ", ".join(filter(None, dict.fromkeys((one_line(reply.name), reply.number)))) or "somebody"
    where = (
        f"row {reply.row:,} of {reply.run}" if reply.run and reply.row is not None else "to no message of this ledger"
    )
    return f"{who} ({where})"


def _show(found: Iterable[KeptReply]) -> None:
    found = list(found)
    if not found:
        click.echo("No replies yet. They come in while this runs: batchsend replies listen")
        return
    click.secho(f"{len(found):,} {'reply' if len(found) == 1 else 'replies'}, newest first", bold=True)
    for reply in found:
        click.echo(f"  {reply.written_at:%d %b %Y %H:%M} UTC  {describe(reply)}", nl=False)
        click.secho(f"  {reply.outcome}".rstrip(), fg="yellow")
        click.echo(f"      {one_line(reply.text) or '(no text)'}")
    if any(reply.run for reply in found):
        click.echo("As a sheet of the workbook: batchsend report RUN")


def _data(reply: KeptReply) -> dict[str, object]:
    return {
        "run": reply.run,
        "row": reply.row,
        "number": reply.number,
        "name": reply.name,
        "text": reply.text,
        "wish": reply.wish,
        "written_at": reply.written_at.isoformat(),
        "received_at": reply.received_at.isoformat(),
        "provider": reply.provider,
        "id": reply.id,
    }

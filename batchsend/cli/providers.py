"""batchsend providers: which gateways there are, what each needs, and whether its credentials work."""

import textwrap

import click

from batchsend.cli import exits
from batchsend.cli.app import App, cli, complain, pass_app
from batchsend.cli.balance import in_words
from batchsend.delivery import ask
from batchsend.errors import UsageError
from batchsend.providers import HasBalance, HasTest, build_provider, find_kind, kinds
from batchsend.providers.registry import Kind
from batchsend.runs import Status
from batchsend.settings import Settings


@cli.command()
@click.argument("name", required=False)
@click.option(
    "--test", is_flag=True, help="Ask the gateway NAME whether it knows you, and what is left; sends nothing."
)
@pass_app
@click.pass_context
def providers(ctx: click.Context, app: App, name: str | None, *, test: bool) -> None:
    """List the gateways, or show what the gateway NAME needs."""
    if name is not None:
        kind = find_kind(name, app.settings)
        if test:
            ctx.exit(_test(app.settings, kind))
        return _show(app.settings, kind)
    known = kinds(app.settings)
    if test:
        raise UsageError("Which gateway?", f"For example: batchsend providers {next(iter(known))} --test")
    for kind in known.values():
        needed = ", ".join(setting.key for setting in kind.settings if setting.required) or "nothing"
        state = "needs" if app.settings.missing(kind.name, kind.settings) else "has"
        click.echo(f"{kind.name:12} {kind.about}")
        click.echo(f"{'':12} {state} {needed}; {_pace(kind)}; {_abilities(kind)}")
    click.echo("\nWhat one needs: batchsend providers NAME     Whether it works: batchsend providers NAME --test")
    return None


def _show(settings: Settings, kind: Kind) -> None:
    click.secho(kind.about, bold=True)
    if kind.caution:
        click.echo(textwrap.fill(kind.caution, 110, initial_indent="  ", subsequent_indent="  "))
    click.echo(f"  by default {_pace(kind)}, {kind.pace.concurrency} at once; {_abilities(kind)}\n")
    click.echo(f"Settings, in [providers.{kind.name}] of batchsend.toml or in the environment:")
    keys = max(len(setting.key) for setting in kind.settings)
    variables = max(len(setting.variable(kind.name)) for setting in kind.settings)
    for setting in kind.settings:
        needed = "needed" if setting.required else f"default {setting.default}" if setting.default else "optional"
        state = "set" if settings.is_set(kind.name, setting) else needed
        click.echo(f"  {setting.key:{keys}}  {setting.variable(kind.name):{variables}}  {setting.about} ({state})")
    if kind.has_test or kind.has_balance:
        click.echo(f"\nWhether they work: batchsend providers {kind.name} --test")


def _test(settings: Settings, kind: Kind) -> exits.Exit:
    provider = build_provider(kind.name, settings)
    if not isinstance(provider, HasTest | HasBalance):
        raise UsageError(
            f"{kind.name} cannot be asked anything without sending.",
            f"Send one message to yourself: batchsend send ... -p {kind.name} --limit 1",
        )
    if isinstance(provider, HasTest):
        attempt = ask(provider.test())
        if attempt.status is not Status.ACCEPTED:
            variables = ", ".join(s.variable(kind.name) for s in kind.settings if s.required or s.key == "base_url")
            complain(f"{kind.name} at {provider.account}: {attempt.reason}.", f"Look at {variables}.")
            return exits.of_test(attempt)
        click.secho(f"{kind.name} at {provider.account}: the credentials work.", fg="green")
        if attempt.reason:
            click.echo(f"  {attempt.reason[0].upper()}{attempt.reason[1:]}.")
    if isinstance(provider, HasBalance):
        click.echo(f"  Balance: {in_words(ask(provider.balance()))}.")
    click.echo("  Nothing was sent.")
    return exits.Exit.OK


def _pace(kind: Kind) -> str:
    return f"{kind.pace.rate:g} message{'' if kind.pace.rate == 1 else 's'} a second"


def _abilities(kind: Kind) -> str:
    """What can be asked of it: what is left on the account, and what became of a message."""
    abilities = (("its balance", kind.has_balance), ("what became of a message", kind.has_outcomes))
    able = [words for words, has in abilities if has]
    return f"can be asked {' and '.join(able)}" if able else "cannot be asked its balance or what became of a message"

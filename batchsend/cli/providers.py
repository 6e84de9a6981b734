"""batchsend providers: which gateways there are, and what each needs."""

import click

from batchsend.cli.app import App, cli, pass_app
from batchsend.providers import find_kind, kinds


@cli.command()
@click.argument("name", required=False)
@pass_app
def providers(app: App, name: str | None) -> None:
    """List the gateways, or show what the gateway NAME needs."""
    if name is None:
        for kind in kinds(app.settings).values():
            click.echo(f"{kind.name:12} {kind.about}")
        click.echo("\nWhat one needs: batchsend providers NAME")
        return
    kind = find_kind(name, app.settings)
    click.secho(kind.about, bold=True)
    if kind.caution:
        click.echo(f"  {kind.caution}")
    click.echo(f"  by default {kind.pace.rate:g} messages a second, {kind.pace.concurrency} at once\n")
    click.echo(f"Settings, in [providers.{kind.name}] of batchsend.toml or in the environment:")
    for setting in kind.settings:
        needed = "needed" if setting.required else f"default {setting.default}" if setting.default else "optional"
        state = "set" if app.settings.is_set(kind.name, setting) else needed
        click.echo(f"  {setting.key:10} {setting.variable(kind.name):32} {setting.about} ({state})")

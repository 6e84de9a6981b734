"""batchsend replies subscribe, subscriptions, listen: how replies get here."""

from functools import partial
from urllib.parse import urlsplit

import click

from batchsend.cli.app import App, pass_app, survive_dead_output
from batchsend.cli.replies import describe, one_line, replies
from batchsend.errors import UsageError
from batchsend.inbox.app import Door, Inbox
from batchsend.inbox.hook_file import Hook, HookFile
from batchsend.inbox.server import listening_socket, serve
from batchsend.inbox.store import Store
from batchsend.inbox.subscribing import Subscribing
from batchsend.providers.hook_settings import HOOKED, hook_settings, provider_with_replies
from batchsend.providers.tiledesk import project_of
from batchsend.providers.tiledesk_hooks import SETTINGS, TiledeskHooks, place_of
from batchsend.providers.tiledesk_webhook import parse_delivery
from batchsend.runs.reply import KeptReply
from batchsend.settings import ProviderSettings

_PROVIDER = click.option(
    "-p", "--provider", type=click.Choice(HOOKED), help="The gateway, when more than one is set up."
)
_NEAR = ("127.0.0.1", "::1", "localhost")


@replies.command()
@click.option("--target", required=True, metavar="URL", help="The https:// address of your listener on the internet.")
@click.option("--replace", is_flag=True, help="End the subscription that is there, whoever made it.")
@_PROVIDER
@pass_app
def subscribe(app: App, target: str, replace: bool, provider: str | None) -> None:
    """Have the gateway post replies to URL, and keep its secret. Needs an administrator of the project."""
    subscribing, file = _subscribing(app, provider)
    hook, new = subscribing.subscribe(target, replace=replace)
    click.secho("Subscribed." if new else "Subscribed already; nothing was changed.", bold=True)
    click.echo(f"  the gateway posts to   {hook.target}")
    click.echo(f"  the secret is kept in  {file.path}")
    click.echo("Now start the listener, and have your web server pass that address on to it: batchsend replies listen")


@replies.command()
@click.option("--remove", metavar="ID", help="End this subscription.")
@_PROVIDER
@pass_app
def subscriptions(app: App, remove: str | None, provider: str | None) -> None:
    """List the addresses that the project posts its events to."""
    subscribing, _ = _subscribing(app, provider)
    if remove:
        subscribing.remove(remove)
        click.echo(f"Subscription {remove} is ended.")
        return
    found = subscribing.existing()
    if not found:
        click.echo("The project has no subscriptions. Make one: batchsend replies subscribe --target URL")
    for subscription in found:
        click.echo(f"{subscription.id}  {one_line(subscription.event):16} {one_line(subscription.target)}")


@replies.command()
@click.option("--port", type=click.IntRange(0, 65535), default=8026, show_default=True, help="0 takes any free one.")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address of this computer to listen at.")
@click.option("--path", metavar="/PATH", help="Where deliveries arrive, when your web server changes the path.")
@_PROVIDER
@pass_app
def listen(app: App, port: int, host: str, path: str | None, provider: str | None) -> None:
    """Take in replies until Ctrl-C. Each is in the ledger before the gateway is told so."""
    survive_dead_output()
    name = provider_with_replies(provider, app.settings)
    settings = hook_settings(name, app.settings)
    hook = _hook(name, settings, HookFile(app.ledger_path))
    if path is not None and not path.startswith("/"):
        raise UsageError(f"--path {path!r} does not begin with a slash.")
    parse = partial(parse_delivery, provider=name, project=project_of(name, settings), subscription=hook.id)
    door = Door(path or urlsplit(hook.target).path or "/", hook.secret, parse)
    listening = listening_socket(host, port)
    with Store(app.ledger_path, _say) as store:
        serve(Inbox(door, store), listening, lambda: _say_where(host, listening.getsockname()[1], door.path, hook))
    stored = f"{store.stored:,} {'reply was' if store.stored == 1 else 'replies were'} stored."
    click.echo(f"\n{stored} See them: batchsend replies list")


def _subscribing(app: App, provider: str | None) -> tuple[Subscribing, HookFile]:
    name = provider_with_replies(provider, app.settings)
    settings = hook_settings(name, app.settings)
    file = HookFile(app.ledger_path)
    return Subscribing(TiledeskHooks(name, settings), place_of(name, settings), file), file


def _hook(name: str, settings: ProviderSettings, file: HookFile) -> Hook:
    """A secret that is set beats the one that was kept. Raises UsageError when there is none."""
    given, kept = settings.secret("hook_secret"), file.find(place_of(name, settings))
    if given:
        return Hook("", kept.target if kept else "", given)
    if kept is None:
        variable = next(setting for setting in SETTINGS if setting.key == "hook_secret").variable(name)
        raise UsageError(
            "There is no subscription, so no delivery could be told from a forged one.",
            f"First: batchsend replies subscribe --target URL. If it was made on another computer, set {variable}.",
        )
    return kept


def _say_where(host: str, port: int, path: str, hook: Hook) -> None:
    shown = f"[{host}]" if ":" in host else host
    click.echo(f"Waiting for replies at http://{shown}:{port}{path} (Ctrl-C ends it).")
    if hook.target:
        click.echo(f"The gateway posts to {hook.target}; your web server has to pass that on to here.")
    if host not in _NEAR:
        click.secho(
            "Others can reach this address without encryption; put a web server with HTTPS before it.", fg="yellow"
        )


def _say(reply: KeptReply) -> None:
    outcome = f"  [{reply.outcome}]" if reply.outcome else ""
    at = reply.received_at.astimezone()
    click.echo(f"{at:%H:%M:%S}  {describe(reply)}: {one_line(reply.text) or '(no text)'}{outcome}")

"""batchsend sandbox: the practice gateway, until Ctrl-C."""

import threading
from pathlib import Path

import click

from batchsend.cli.app import App, cli, pass_app
from batchsend.cli.practice import practice_environment, read_trouble
from batchsend.errors import UsageError
from batchsend.providers import kinds
from batchsend.sandbox import Sandbox, Trouble
from batchsend.sandbox.custom import Custom, is_readable


@cli.command()
@click.option("--port", type=click.IntRange(0, 65535), default=8025, show_default=True, help="0 takes any free one.")
@click.option(
    "--trouble",
    multiple=True,
    metavar="KIND[=SHARE]",
    help=f"Trouble to make: {', '.join(Trouble)}; reject=0.1 for a tenth of the messages. Repeatable.",
)
@click.option("--record", type=click.Path(path_type=Path), metavar="FILE.jsonl", help="Write down what is accepted.")
@click.option("--credits", "balance", type=click.IntRange(min=0), metavar="N", help="Credits the practice account has.")
@pass_app
def sandbox(app: App, port: int, trouble: tuple[str, ...], record: Path | None, balance: int | None) -> None:
    """Start the practice gateway on this computer; it accepts messages and sends them to nobody."""
    rules = read_trouble(trouble or app.settings.sandbox_trouble)
    known = kinds(app.settings).values()
    own = [kind.definition for kind in known if kind.definition and is_readable(kind.definition)]
    gateway = Sandbox(port=port, trouble=rules, record_path=record, credits=balance, dialects=map(Custom, own))
    try:
        gateway.start()
    except OSError as error:
        raise UsageError(f"Port {port} cannot be used: {error.strerror}.", "Choose another with --port.") from None
    try:
        click.echo(f"Practice gateway at {gateway.base_url} (Ctrl-C ends it). Send to it after one of these:")
        for kind in known:
            variables = practice_environment(kind, gateway.base_url)
            click.echo(f"  export {' '.join(f'{name}={value}' for name, value in variables.items())}")
        threading.Event().wait()
    except KeyboardInterrupt:
        click.echo(f"\n{len(gateway.record.accepted()):,} messages were accepted.")
    finally:
        gateway.stop()

"""The command group: global options, and every error as one sentence with its exit code."""

import os
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import phonenumbers

from batchsend import __version__
from batchsend.cli import exits
from batchsend.errors import BatchsendError
from batchsend.runs import Ledger
from batchsend.settings import Settings


@dataclass(frozen=True, slots=True)
class App:
    """What every command is given."""

    settings: Settings
    ledger_path: Path


pass_app = click.make_pass_decorator(App)


class Group(click.Group):
    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except BatchsendError as error:
            complain(error.message, error.hint)
            ctx.exit(exits.of_error(error))
        except (KeyboardInterrupt, click.Abort):
            complain("\nStopped. Nothing more was sent.")
            ctx.exit(exits.Exit.INTERRUPTED)
        except BrokenPipeError:
            sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115 - lives to the end
            ctx.exit(exits.Exit.OK)
        except (click.ClickException, click.exceptions.Exit):
            raise
        except Exception as error:  # noqa: BLE001 - a person gets a sentence, and -v the rest
            if ctx.params.get("verbose"):
                traceback.print_exc()
            complain(
                f"batchsend failed inside: {type(error).__name__}. What was sent is in the ledger: batchsend runs",
                "Run it again with -v to see where, and report it.",
            )
            ctx.exit(exits.Exit.STOPPED)


class _Tolerant:
    """A stream whose reader may go away: what cannot be shown is not shown, and the sending goes on."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        with suppress(OSError):
            self._stream.write(text)
        return len(text)

    def flush(self) -> None:
        with suppress(OSError):
            self._stream.flush()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def survive_dead_output() -> None:
    """For commands that send: a closed pipe or terminal must not end them half way."""
    sys.stdout = _Tolerant(sys.stdout)
    sys.stderr = _Tolerant(sys.stderr)


@contextmanager
def open_ledger(app: App) -> Iterator[Ledger]:
    """The ledger; says which runs were found without their program."""
    with Ledger.opened(app.ledger_path) as ledger:
        for dead in ledger.dead:
            unknown = f" {dead.abandoned:,} on their way then: unknown, and not sent again." if dead.abandoned else ""
            click.echo(f"Run {dead.run} had ended without a word, {dead.left:,} messages not sent.{unknown}", err=True)
        yield ledger


def complain(message: str, hint: str = "") -> None:
    click.secho(message, err=True, fg="red")
    if hint:
        click.echo(hint, err=True)


@click.group(cls=Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(
    __version__, message=f"%(prog)s %(version)s (phonenumbers {phonenumbers.__version__})", prog_name="batchsend"
)
@click.option("--ledger", type=click.Path(path_type=Path), help="The record of all runs (BATCHSEND_LEDGER).")
@click.option("--config", type=click.Path(path_type=Path), help="Read this file instead of ./batchsend.toml.")
@click.option("--no-color", is_flag=True, help="No colours.")
@click.option("-v", "--verbose", is_flag=True, help="Say more when something goes wrong.")
@click.pass_context
def cli(
    ctx: click.Context,
    ledger: Path | None,
    config: Path | None,
    no_color: bool,
    verbose: bool,  # noqa: ARG001 - read in Group.invoke
) -> None:
    """A spreadsheet of contacts goes in, each reachable person gets one message, a workbook says what happened."""
    settings = Settings.load(os.environ, Path.cwd(), config)
    if no_color or settings.environment.get("NO_COLOR"):
        ctx.color = False
    ctx.obj = App(settings, ledger or settings.ledger)

"""click commands, one file each. Only this room prints; no rule of the domain lives here."""

from batchsend.cli import (  # noqa: F401 - each adds its commands
    check,
    estimate,
    hooks,
    privacy,
    providers,
    reconcile,
    replies,
    report,
    retry,
    runs,
    sandbox,
    send,
)
from batchsend.cli.app import cli

main = cli

__all__ = ["cli", "main"]

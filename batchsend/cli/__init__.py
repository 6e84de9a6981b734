"""click commands, one file each. Only this room prints; no rule of the domain lives here."""

from batchsend.cli import check, estimate, providers, reconcile, retry, runs, sandbox, send  # noqa: F401 - each adds its commands
from batchsend.cli.app import cli

main = cli

__all__ = ["cli", "main"]

"""What is left on the account, asked before a send and shown with its estimate. It is help, and stops nothing."""

from dataclasses import dataclass
from typing import Any

import click

from batchsend.cli.screen import plural
from batchsend.delivery import ask
from batchsend.errors import BatchsendError
from batchsend.providers import Balance, HasBalance, Provider, build_provider, find_kind
from batchsend.settings import Settings

_PATIENCE = 5.0  # seconds: an estimate is also made where there is no network


@dataclass(frozen=True, slots=True)
class Asked:
    """What came of asking. balance: None when it could not be asked, with a problem that says why."""

    provider: str
    balance: Balance | None
    problem: str = ""


def balance_for(settings: Settings, name: str) -> Asked | None:
    """None for a provider that cannot be asked or is not set up yet."""
    if not find_kind(name, settings).has_balance or settings.missing(name, find_kind(name, settings).settings):
        return None
    try:
        return balance_of(build_provider(name, settings))
    except BatchsendError as error:
        return Asked(name, None, error.message)


def balance_of(provider: Provider, only: str | None = None) -> Asked | None:
    """None for a provider that cannot be asked. only: see HttpTransport."""
    if not isinstance(provider, HasBalance):
        return None
    try:
        return Asked(provider.name, ask(provider.balance(), only, seconds=_PATIENCE))
    except BatchsendError as error:
        return Asked(provider.name, None, error.message)


def show_balance(asked: Asked | None, messages: int = 0) -> None:
    """messages: as many as are planned."""
    if asked is None:
        return
    if asked.balance is None:
        click.echo(f"\nBalance of {asked.provider}: not known. {asked.problem}")
        return
    click.echo(f"\nBalance of {asked.provider}: {in_words(asked.balance)}")
    if short := asked.balance.short_of(messages):
        shortage = f"{plural(short, 'credit')} short, if each of the {plural(messages, 'message')} takes one"
        click.secho(f"  careful   {shortage}. Top up first, or send fewer with --limit.", fg="yellow")


def in_words(balance: Balance) -> str:
    left = "no limit" if balance.remaining is None else f"{plural(balance.remaining, 'credit')} left"
    return left if balance.used is None else f"{left}, {balance.used:,} used"


def balance_data(asked: Asked | None, messages: int) -> dict[str, Any] | None:
    if asked is None:
        return None
    balance = asked.balance
    return {
        "remaining": balance.remaining if balance else None,
        "used": balance.used if balance else None,
        "short": balance.short_of(messages) if balance else None,
        "problem": asked.problem,
    }

"""The practice gateway in this process, for --sandbox."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from batchsend.errors import UsageError
from batchsend.providers import find_kind
from batchsend.providers.custom_definition import Definition
from batchsend.providers.registry import Kind
from batchsend.sandbox import Sandbox, TroubleRule, parse
from batchsend.sandbox.custom import Custom, is_readable
from batchsend.settings import Settings


@contextmanager
def practising(settings: Settings, provider: str, record: Path) -> Iterator[tuple[Settings, str]]:
    """Settings under which `provider` is the practice gateway, and its address; `record` gets what it accepts.

    Raises UsageError when it cannot be practised with.
    """
    kind = find_kind(provider, settings)
    dialects = [] if kind.definition is None else [_dialect_of(kind.definition)]
    record.unlink(missing_ok=True)  # of this practice only
    with Sandbox(trouble=read_trouble(settings.sandbox_trouble), record_path=record, dialects=dialects) as sandbox:
        environment = {**settings.environment, **practice_environment(kind, sandbox.base_url)}
        yield replace(settings, environment=environment), sandbox.base_url


def practice_environment(kind: Kind, address: str) -> dict[str, str]:
    """The variables under which a provider talks to the practice gateway at this address, and says no secret."""
    values = {setting.key: "sandbox" for setting in kind.settings if setting.required}
    values["base_url"] = address
    return {s.variable(kind.name): values[s.key] for s in kind.settings if s.key in values}


def _dialect_of(definition: Definition) -> Custom:
    if not is_readable(definition):
        raise UsageError(
            f"{definition.name} cannot be practised with: its number and text do not stand in json or form.",
            "The practice gateway cannot see what it would accept.",
        )
    return Custom(definition)


def read_trouble(texts: tuple[str, ...]) -> tuple[TroubleRule, ...]:
    """Raises UsageError for a word that is no trouble."""
    try:
        return tuple(map(parse, texts))
    except ValueError as error:
        raise UsageError(f"The trouble asked of the sandbox: {error}") from None

"""The practice gateway in this process, for --sandbox."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from batchsend.errors import UsageError
from batchsend.providers import find_kind
from batchsend.providers.registry import Kind
from batchsend.sandbox import Sandbox, TroubleRule, parse
from batchsend.settings import Settings


@contextmanager
def practising(settings: Settings, provider: str, record: Path) -> Iterator[tuple[Settings, str]]:
    """Settings under which `provider` is the practice gateway, and its address; `record` gets what it accepts."""
    kind = find_kind(provider)
    record.unlink(missing_ok=True)  # of this practice only
    with Sandbox(trouble=read_trouble(settings.sandbox_trouble), record_path=record) as sandbox:
        environment = {**settings.environment, **practice_environment(kind, sandbox.base_url)}
        yield replace(settings, environment=environment), sandbox.base_url


def practice_environment(kind: Kind, address: str) -> dict[str, str]:
    """The variables under which a provider talks to the practice gateway at this address, and says no secret."""
    values = {setting.key: "sandbox" for setting in kind.settings if setting.required}
    values["base_url"] = address
    return {s.variable(kind.name): values[s.key] for s in kind.settings if s.key in values}


def read_trouble(texts: tuple[str, ...]) -> tuple[TroubleRule, ...]:
    """Raises UsageError for a word that is no trouble."""
    try:
        return tuple(map(parse, texts))
    except ValueError as error:
        raise UsageError(f"The trouble asked of the sandbox: {error}") from None

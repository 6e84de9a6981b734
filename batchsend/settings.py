"""Settings: flags > environment > ./batchsend.toml > the user's own config file."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Self

import platformdirs

from batchsend.errors import UsageError

_FILE = "batchsend.toml"
_TABLES = frozenset({"providers", "ledger", "sandbox", "prices", "breaker"})


class Secret:
    """A value that never prints: str, repr and format show stars; only `reveal` gives it."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        return self._value

    def __repr__(self) -> str:
        return "Secret(***)"

    __str__ = __repr__

    def __bool__(self) -> bool:
        return bool(self._value)


@dataclass(frozen=True, slots=True)
class Setting:
    """One key of a provider. about: what it is, for people."""

    key: str
    about: str
    secret: bool = False
    required: bool = False
    default: str = ""

    def variable(self, provider: str) -> str:
        return f"BATCHSEND_{provider}_{self.key}".upper().replace("-", "_")


COMMON = (Setting("rate", "messages a second"), Setting("concurrency", "messages at once"))
"""Keys that every provider has."""


@dataclass(frozen=True, slots=True)
class ProviderSettings:
    """A provider's keys with their values; every declared key is there."""

    values: Mapping[str, Secret]

    def text(self, key: str) -> str:
        return self.values[key].reveal()

    def url(self, key: str) -> str:
        """An address without a slash at its end. Raises UsageError for what is none."""
        address = self.text(key).rstrip("/")
        if not re.fullmatch(r"https?://[^\s/?#]+(/[^\s?#]*)?", address):
            raise UsageError(
                f"{key} = {address!r} is no web address.", f"It begins with https://, as in {key} = https://..."
            )
        return address

    def choice(self, key: str, choices: tuple[str, ...]) -> str:
        """One of the choices, in whichever case it was written. Raises UsageError for anything else."""
        given = self.text(key)
        for choice in choices:
            if choice.lower() == given.lower():
                return choice
        raise UsageError(f"{key} = {given!r} is not known.", f"It is one of: {', '.join(choices)}.")

    def secret(self, key: str) -> Secret:
        return self.values[key]


@dataclass(frozen=True, slots=True)
class Prices:
    """What is paid, in one currency. per_part: by country (ISO alpha-2), "default" for the others."""

    currency: str = ""
    per_credit: float | None = None
    per_part: Mapping[str, float] = field(default_factory=dict)

    def part_in(self, country: str) -> float | None:
        return self.per_part.get(country, self.per_part.get("default"))


@dataclass(frozen=True, slots=True)
class BreakerLimits:
    """When a run pauses. refusals: different numbers refused in a row in the same words. unknown, of: so many unknown
    among the last `of`. html: web pages in a row where a gateway's answer was expected.
    """

    refusals: int = 10
    unknown: int = 10
    of: int = 30
    html: int = 3


@dataclass(frozen=True, slots=True)
class Settings:
    """environment: variables by name. tables: what the files say, the nearer file over the farther.

    sources: the files that speak of a provider, by its name.
    """

    environment: Mapping[str, str]
    tables: Mapping[str, Any]
    sources: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def load(cls, environment: Mapping[str, str], folder: Path, config: Path | None = None) -> Self:
        """Raises UsageError when a file cannot be read or is no TOML; a missing default file is no error."""
        user_file = platformdirs.user_config_path("batchsend", appauthor=False) / "config.toml"
        files = [user_file, folder / _FILE] if config is None else [user_file, config]
        tables: dict[str, Any] = {}
        sources: dict[str, str] = {}
        for file in files:
            if file == config or file.exists():
                read = _read(file)
                tables = _merged(tables, read)
                for name in read.get("providers", {}):
                    sources[name] = f"{sources[name]} and {file}" if name in sources else str(file)
        return cls(environment, tables, sources)

    def provider(self, name: str, declared: tuple[Setting, ...], *, checked: bool = False) -> ProviderSettings:
        """Raises UsageError naming what to set when a required key has no value. checked: the keys were, before."""
        given = {} if checked else self.tables.get("providers", {}).get(name, {})
        if unknown := sorted(set(given) - {setting.key for setting in (*declared, *COMMON)}):
            known = ", ".join(setting.key for setting in (*declared, *COMMON))
            raise UsageError(f"[providers.{name}] has no key {unknown[0]!r}.", f"Its keys are: {known}.")
        values = {setting.key: self._value(name, setting) for setting in declared}
        for setting in declared:
            if not values[setting.key].isascii() or not values[setting.key].isprintable():
                raise UsageError(
                    f"The {setting.key} of {name} has a line break or a character beyond ASCII in it.",
                    f"Set it again, in {setting.variable(name)} or {_FILE}.",
                )
        if missing := self.missing(name, declared):
            variables = " and ".join(setting.variable(name) for setting in missing)
            keys = " and ".join(f"{setting.key} ({setting.about})" for setting in missing)
            raise UsageError(
                f"The provider {name} needs {keys}.",
                f"Set the environment variable {variables}, or the key in [providers.{name}] of {_FILE}.",
            )
        return ProviderSettings({key: Secret(value) for key, value in values.items()})

    def missing(self, name: str, declared: tuple[Setting, ...]) -> list[Setting]:
        """The required keys of a provider that have no value."""
        return [setting for setting in declared if setting.required and not self._value(name, setting)]

    def pace(self, name: str) -> tuple[float | None, int | None]:
        """Messages a second and messages at once that were set for a provider. Raises UsageError for no number."""
        rate, concurrency = (self._value(name, setting) for setting in COMMON)
        try:
            pace = float(rate) if rate else None, int(concurrency) if concurrency else None
        except ValueError:
            raise UsageError(f"rate and concurrency of [providers.{name}] are numbers.") from None
        if any(number is not None and number <= 0 for number in pace):
            raise UsageError(f"rate and concurrency of [providers.{name}] are above 0.")
        return pace

    def is_set(self, name: str, setting: Setting) -> bool:
        return self._value(name, setting) not in {"", setting.default}

    @property
    def prices(self) -> Prices:
        """`[prices]`: currency, per_credit, and per_part as a number or a table by country. Raises UsageError."""
        table = self.tables.get("prices", {})
        per_part = table.get("per_part", {})
        try:
            parts = dict(per_part) if isinstance(per_part, dict) else {"default": per_part}
            return Prices(
                str(table.get("currency", "")),
                float(table["per_credit"]) if "per_credit" in table else None,
                {
                    country if country == "default" else country.upper(): float(price)
                    for country, price in parts.items()
                },
            )
        except (TypeError, ValueError):
            raise UsageError(
                "[prices] holds numbers.", "For example: per_credit = 0.05, per_part = {RO = 0.03}"
            ) from None

    @property
    def breaker(self) -> BreakerLimits:
        """`[breaker]`: whole numbers from 1. Raises UsageError."""
        table = self.tables.get("breaker", {})
        known = [field.name for field in fields(BreakerLimits)]
        for key, value in table.items():
            if key not in known:
                raise UsageError(f"[breaker] has no key {key!r}.", f"Its keys are: {', '.join(known)}.")
            if type(value) is not int or value < 1:
                raise UsageError(f"[breaker] {key} = {value!r} is no whole number from 1.", "For example: unknown = 10")
        return BreakerLimits(**table)

    @property
    def ledger(self) -> Path:
        """BATCHSEND_LEDGER, else the files' `ledger`, else one ledger for each user of this computer."""
        if given := self.environment.get("BATCHSEND_LEDGER") or self.tables.get("ledger"):
            return Path(str(given)).expanduser()
        return platformdirs.user_data_path("batchsend", appauthor=False) / "ledger.sqlite"

    @property
    def sandbox_trouble(self) -> tuple[str, ...]:
        """Trouble for `send --sandbox`: BATCHSEND_SANDBOX_TROUBLE (separated by commas) or `[sandbox] trouble`."""
        if given := self.environment.get("BATCHSEND_SANDBOX_TROUBLE"):
            return tuple(part.strip() for part in given.split(",") if part.strip())
        return tuple(self.tables.get("sandbox", {}).get("trouble", ()))

    def _value(self, provider: str, setting: Setting) -> str:
        if given := self.environment.get(setting.variable(provider)):
            return given.strip()
        table = self.tables.get("providers", {}).get(provider, {})
        return str(table.get(setting.key, setting.default)).strip()


def _read(file: Path) -> dict[str, Any]:
    try:
        tables = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(f"The settings file {file} cannot be read: {error.strerror}.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"The settings file {file} is not valid TOML: {error}.") from None
    if unknown := sorted(set(tables) - _TABLES):
        raise UsageError(f"{file}: [{unknown[0]}] is not a setting.", f"Known are: {', '.join(sorted(_TABLES))}.")
    return tables


def _merged(base: dict[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(base)
    for key, value in over.items():
        both_tables = isinstance(value, dict) and isinstance(merged.get(key), dict)
        merged[key] = _merged(merged[key], value) if both_tables else value
    return merged

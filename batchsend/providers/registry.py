"""The providers by name."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from batchsend.errors import UsageError
from batchsend.providers import custom, hottask, robo_sms, tiledesk, tiledesk_hooks
from batchsend.providers.custom_definition import Definition, read_definition
from batchsend.providers.provider import HasBalance, HasOutcomes, HasTest, Pace, Provider
from batchsend.settings import ProviderSettings, Setting, Settings


@dataclass(frozen=True, slots=True)
class Kind:
    """A provider before it has settings. about: one sentence for `batchsend providers`.

    caution: what a person must know before sending through it, "" when it does what one expects. definition: what
    batchsend.toml says of it, when it is known from there alone. needs_phone: it writes to phone numbers; False: it
    takes whatever names a contact. has_replies: it can post them to us.
    """

    name: str
    about: str
    settings: tuple[Setting, ...]
    pace: Pace
    build: Callable[[ProviderSettings], Provider]
    caution: str = ""
    definition: Definition | None = None
    needs_phone: bool = True
    has_replies: bool = False

    @property
    def needs_secret(self) -> bool:
        return any(setting.secret and setting.required for setting in self.settings)

    @property
    def has_balance(self) -> bool:
        return self._is(HasBalance)

    @property
    def has_test(self) -> bool:
        return self._is(HasTest)

    @property
    def has_outcomes(self) -> bool:
        return self._is(HasOutcomes)

    def _is(self, ability: type) -> bool:
        made = self.build.func if isinstance(self.build, partial) else self.build
        return isinstance(made, type) and issubclass(made, ability)


KINDS: Mapping[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind(
            robo_sms.RoboSms.name,
            "Robo-SMS: text messages through your own Android devices",
            robo_sms.SETTINGS,
            robo_sms.RoboSms.pace,
            robo_sms.RoboSms,
        ),
        *(
            Kind(profile.name, profile.about, profile.settings, hottask.PACE, partial(hottask.HotTask, profile))
            for profile in hottask.PROFILES
        ),
        Kind(
            "smartify",
            "Smartify, a Tiledesk: a conversation in its helpdesk for each contact, no SMS",
            (*tiledesk.settings_for("https://panel.smartifyai.in/api"), *tiledesk_hooks.SETTINGS),
            tiledesk.PACE,
            partial(tiledesk.Tiledesk, "smartify"),
            tiledesk.CAUTION,
            needs_phone=False,
            has_replies=True,
        ),
        Kind(
            "tiledesk",
            "Tiledesk: a conversation in its helpdesk for each contact, no SMS",
            (*tiledesk.settings_for("https://api.tiledesk.com/v3"), *tiledesk_hooks.SETTINGS),
            tiledesk.PACE,
            partial(tiledesk.Tiledesk, "tiledesk"),
            tiledesk.CAUTION,
            needs_phone=False,
            has_replies=True,
        ),
    )
}


def kinds(settings: Settings) -> Mapping[str, Kind]:
    """All of them, those that batchsend.toml defines included. Raises UsageError for a definition with a mistake."""
    given = settings.tables.get("providers", {})
    own = {
        name: read_definition(name, table, settings.sources.get(name, "batchsend.toml"))
        for name, table in given.items()
        if name not in KINDS
    }
    return {**KINDS, **{name: _custom_kind(definition, settings) for name, definition in own.items()}}


def _custom_kind(definition: Definition, settings: Settings) -> Kind:
    rate, concurrency = settings.pace(definition.name)
    pace = Pace(rate or custom.PACE.rate, concurrency or custom.PACE.concurrency)
    build = partial(custom.Custom, definition)
    return Kind(
        definition.name,
        definition.about,
        definition.settings,
        pace,
        build,
        definition=definition,
        needs_phone=definition.needs_phone,
    )


def find_kind(name: str, settings: Settings) -> Kind:
    """Raises UsageError for a name that is not known, and as `kinds` does."""
    known = kinds(settings)
    if name not in known:
        raise UsageError(f"There is no provider {name!r}.", f"The providers are: {', '.join(known)}.")
    return known[name]


def needs_phone(name: str, settings: Settings) -> bool:
    """Whether it writes to phone numbers, as set up now: a helpdesk does when it is told to use an SMS channel."""
    kind = find_kind(name, settings)
    channels = [setting for setting in kind.settings if setting.key == "channel"]
    return kind.needs_phone or any(settings.is_set(name, channel) for channel in channels)


def build_provider(name: str, settings: Settings) -> Provider:
    """Raises UsageError when the name is not known or a setting is missing."""
    kind = find_kind(name, settings)
    return kind.build(settings.provider(kind.name, kind.settings, checked=kind.definition is not None))

"""The providers by name."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from batchsend.errors import UsageError
from batchsend.providers import hottask, robo_sms
from batchsend.providers.provider import HasBalance, HasOutcomes, HasTest, Pace, Provider
from batchsend.settings import ProviderSettings, Setting, Settings


@dataclass(frozen=True, slots=True)
class Kind:
    """A provider before it has settings. about: one sentence for `batchsend providers`."""

    name: str
    about: str
    settings: tuple[Setting, ...]
    pace: Pace
    build: Callable[[ProviderSettings], Provider]

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
    )
}


def find_kind(name: str) -> Kind:
    """Raises UsageError for a name that is not known."""
    if name not in KINDS:
        raise UsageError(f"There is no provider {name!r}.", f"The providers are: {', '.join(KINDS)}.")
    return KINDS[name]


def build_provider(name: str, settings: Settings) -> Provider:
    """Raises UsageError when the name is not known or a setting is missing."""
    kind = find_kind(name)
    return kind.build(settings.provider(kind.name, kind.settings))

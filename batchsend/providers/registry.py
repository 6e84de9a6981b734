"""The providers by name."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from batchsend.errors import UsageError
from batchsend.providers import robo_sms, tiledesk
from batchsend.providers.provider import Pace, Provider
from batchsend.settings import ProviderSettings, Setting, Settings


@dataclass(frozen=True, slots=True)
class Kind:
    """A provider before it has settings. about: one sentence for `batchsend providers`.

    caution: what a person must know before sending through it, "" when it does what one expects.
    """

    name: str
    about: str
    settings: tuple[Setting, ...]
    pace: Pace
    build: Callable[[ProviderSettings], Provider]
    caution: str = ""


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
        Kind(
            "smartify",
            "Smartify, a Tiledesk: a conversation in its helpdesk for each contact, no SMS",
            tiledesk.settings_for("https://panel.smartifyai.in/api"),
            tiledesk.PACE,
            partial(tiledesk.Tiledesk, "smartify"),
            tiledesk.CAUTION,
        ),
        Kind(
            "tiledesk",
            "Tiledesk: a conversation in its helpdesk for each contact, no SMS",
            tiledesk.settings_for("https://api.tiledesk.com/v3"),
            tiledesk.PACE,
            partial(tiledesk.Tiledesk, "tiledesk"),
            tiledesk.CAUTION,
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

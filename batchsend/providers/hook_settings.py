"""The settings of the gateways that post replies: what sending needs, and what their subscriptions need."""

from batchsend.errors import UsageError
from batchsend.providers import tiledesk_hooks
from batchsend.providers.registry import KINDS
from batchsend.settings import ProviderSettings, Setting, Settings

_PROJECT = Setting("project_id", "the project's id, 24 digits and letters from its address", required=True)
_ADDRESSES = {"smartify": "https://panel.smartifyai.in/api", "tiledesk": "https://api.tiledesk.com/v3"}
HOOKED = tuple(_ADDRESSES)
"""The providers that have replies."""


def declared_for(name: str) -> tuple[Setting, ...]:
    """Every key the provider may have, as a file holds those for sending and those for replies side by side."""
    base = Setting("base_url", "address of the gateway", default=_ADDRESSES[name])
    sending = KINDS[name].settings if name in KINDS else ()
    return tuple({setting.key: setting for setting in (_PROJECT, base, *sending, *tiledesk_hooks.SETTINGS)}.values())


def hook_settings(name: str, settings: Settings) -> ProviderSettings:
    """Raises UsageError when the provider has no replies, or something is missing."""
    if name not in HOOKED:
        raise UsageError(f"{name} has no replies.", f"The providers with replies are: {', '.join(HOOKED)}.")
    return settings.provider(name, declared_for(name))


def provider_with_replies(given: str | None, settings: Settings) -> str:
    """The one that is asked for, or else the one that is set up. Raises UsageError."""
    ready = [name for name in HOOKED if settings.is_set(name, _PROJECT)]
    if given or len(ready) == 1:
        return given or ready[0]
    why = "None is set up" if not ready else f"{' and '.join(ready)} are set up"
    raise UsageError(f"Which gateway? {why}.", f"Say -p {HOOKED[0]}, and set {_PROJECT.variable(HOOKED[0])}.")

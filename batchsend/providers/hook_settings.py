"""Which gateways post replies, and with which settings they are asked to."""

from batchsend.errors import UsageError
from batchsend.providers.registry import KINDS
from batchsend.settings import ProviderSettings, Settings

HOOKED = tuple(kind.name for kind in KINDS.values() if kind.has_replies)
"""The providers that have replies."""
_PROJECT = "project_id"


def hook_settings(name: str, settings: Settings) -> ProviderSettings:
    """name: one of HOOKED. Raises UsageError when something is missing."""
    return settings.provider(name, KINDS[name].settings)


def provider_with_replies(given: str | None, settings: Settings) -> str:
    """The one that is asked for, or else the one that is set up. Raises UsageError."""
    projects = {name: next(it for it in KINDS[name].settings if it.key == _PROJECT) for name in HOOKED}
    ready = [name for name, project in projects.items() if settings.is_set(name, project)]
    if given or len(ready) == 1:
        return given or ready[0]
    why = "None is set up" if not ready else f"{' and '.join(ready)} are set up"
    raise UsageError(
        f"Which gateway? {why}.", f"Say -p {HOOKED[0]}, and set {projects[HOOKED[0]].variable(HOOKED[0])}."
    )

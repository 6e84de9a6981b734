"""Having a gateway post its replies to us: one subscription a project, ours, with its secret kept."""

import secrets
from collections.abc import Sequence
from urllib.parse import urlsplit

from batchsend.delivery import ask
from batchsend.errors import UsageError
from batchsend.inbox.hook_file import Hook, HookFile
from batchsend.providers.provider import Unanswered
from batchsend.providers.tiledesk_hooks import EVENT, Subscription, TiledeskHooks

_NEAR = {"127.0.0.1", "::1", "localhost"}


class Subscribing:
    """place: see HookFile. Raises Unreachable and Unanswered, see ask."""

    def __init__(self, hooks: TiledeskHooks, place: str, file: HookFile) -> None:
        self._hooks = hooks
        self._place = place
        self._file = file

    def existing(self) -> list[Subscription]:
        return ask(self._hooks.existing())

    def subscribe(self, given: str, *, replace: bool = False) -> tuple[Hook, bool]:
        """Our subscription, and whether it is new. given: the address to post to.

        replace: ends the one there is. Raises UsageError when there is one that is not ours, or that we have no
        secret of.
        """
        kept = self._file.find(self._place)
        target = target_of(given, kept)
        others = [it for it in self.existing() if it.event == EVENT]
        if kept and not replace and any((it.id, it.target) == (kept.id, target) for it in others):
            return kept, False
        if others and not replace:
            raise _occupied(others, target)
        for subscription in others:
            ask(self._hooks.remove(subscription.id))
        made = ask(self._hooks.subscribe(target))
        if made.subscription.target != target:  # somebody else was faster
            raise _occupied([made.subscription], target)
        if not made.secret:
            raise Unanswered("The gateway told no secret, so its deliveries could not be told from anybody's.")
        hook = Hook(made.subscription.id, target, made.secret)
        self._file.keep(self._place, hook)
        return hook, True

    def remove(self, id_: str) -> None:
        """Ends a subscription of this project. Raises UsageError when it has none of this id."""
        if id_ not in {it.id for it in self.existing()}:
            raise UsageError(f"The project has no subscription {id_}.", "List them: batchsend replies subscriptions")
        ask(self._hooks.remove(id_))
        kept = self._file.find(self._place)
        if kept and kept.id == id_:
            self._file.forget(self._place)


def target_of(given: str, kept: Hook | None = None) -> str:
    """The address deliveries go to. Without a path it gets one that nobody can guess: the gateway's secret is no secret
    to the other projects of its server. Raises UsageError for what is no web address, or would show the secret.
    """
    try:
        parts = urlsplit(given)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host = None
    if not host or parts.scheme not in {"http", "https"} or parts.query or parts.fragment or not given.isascii():
        raise UsageError(f"--target {given!r} is no web address.", "For example: --target https://example.org")
    if parts.scheme == "http" and host not in _NEAR:
        raise UsageError(
            f"--target {given}: every delivery shows the secret to who listens on the way.", "Use an https:// address."
        )
    if parts.path not in {"", "/"}:
        return given
    origin = given.rstrip("/")
    if kept and kept.target.startswith(f"{origin}/"):
        return kept.target
    return f"{origin}/replies/{secrets.token_urlsafe(18)}"


def _occupied(others: Sequence[Subscription], target: str) -> UsageError:
    if others[0].target == target:
        return UsageError(
            "This address is subscribed already, but its secret is not known here: the gateway tells it only once.",
            "Set it as hook_secret, or make a new subscription with --replace.",
        )
    return UsageError(
        f"The replies of this project go to {others[0].target} already, and a project has one such address.",
        "Nothing was changed. --replace ends that subscription and makes yours; whoever uses it gets no more replies.",
    )

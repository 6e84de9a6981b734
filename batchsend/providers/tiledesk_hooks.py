"""Tiledesk's webhooks: a project's subscriptions, and who may ask for them.

Read from github.com/Tiledesk/tiledesk-server at b70caa42 (2.19.16): routes/subscription.js, models/subscription.js.
Only an administrator of the project may ask. A project has one subscription for an event: to subscribe again gives
back the first, whatever its target. The secret is told once, in the header x-hook-secret. All subscriptions that one
server process made share it, so a stranger's project may know it: what a delivery says of itself is compared, too.
"""

from base64 import b64encode
from dataclasses import dataclass
from typing import Any

from batchsend.errors import UsageError
from batchsend.providers.exchange import HttpRequest, HttpResponse
from batchsend.providers.provider import Enquiry, Unanswered
from batchsend.providers.tiledesk import project_of
from batchsend.settings import ProviderSettings, Secret, Setting

EVENT = "message.create"
SETTINGS = (
    Setting("email", "for replies: an administrator of the project signs in with it"),
    Setting("password", "for replies: that administrator's password", secret=True),
    Setting("jwt", "for replies: a token of that administrator, instead of email and password", secret=True),
    Setting("hook_secret", "for replies: the secret of a subscription made on another computer", secret=True),
)


@dataclass(frozen=True, slots=True)
class Subscription:
    """id: the gateway's own. event: such as message.create. target: the address it posts to."""

    id: str
    event: str
    target: str


@dataclass(frozen=True, slots=True)
class Subscribed:
    """A subscription that was asked for. secret: empty when the gateway does not tell it."""

    subscription: Subscription
    secret: Secret


class TiledeskHooks:
    """What can be asked of a project's subscriptions. Every enquiry raises Unanswered with a sentence."""

    def __init__(self, name: str, settings: ProviderSettings) -> None:
        """Raises UsageError when nobody can sign in with these settings."""
        project = project_of(name, settings)
        self._url = f"{settings.url('base_url')}/{project}/subscriptions"
        self._secrets = tuple(filter(None, (settings.secret("password"), settings.secret("jwt"))))
        self._authorization = _authorization(name, settings)

    def existing(self) -> Enquiry[list[Subscription]]:
        response = yield from self._ask("GET", self._url)
        found = response.json()
        if not isinstance(found, list):
            raise Unanswered(f"The gateway's list of subscriptions cannot be understood: {self._quoted(response)}.")
        return [subscription for each in found if (subscription := _subscription(each))]

    def subscribe(self, target: str) -> Enquiry[Subscribed]:
        """The answer may be about another target: see above."""
        response = yield from self._ask("POST", self._url, {"event": EVENT, "target": target})
        answer = response.json()
        made = _subscription(answer)
        if made is None:
            raise Unanswered(f"The gateway's answer names no subscription: {self._quoted(response)}.")
        told = response.headers.get("x-hook-secret") or str(answer.get("secret") or "")
        return Subscribed(made, Secret(told))

    def remove(self, id_: str) -> Enquiry[bool]:
        """Whether there was one."""
        response = yield from self._ask("DELETE", f"{self._url}/{id_}")
        return response.json() is not None

    def _ask(self, method: str, url: str, payload: Any = None) -> Enquiry[HttpResponse]:
        headers = {"Authorization": self._authorization.reveal()}
        if payload is None:
            request = HttpRequest(method, url, {"Accept": "application/json", **headers})
        else:
            request = HttpRequest.json(method, url, payload, headers)
        response = yield request
        if response.status == 200:
            return response
        raise Unanswered(_refusal(response, self._quoted(response)))

    def _quoted(self, response: HttpResponse) -> str:
        """What the gateway said, should it have quoted our credentials."""
        excerpt = response.excerpt
        for secret in (*self._secrets, self._authorization):
            excerpt = excerpt.replace(secret.reveal(), "***")
        return excerpt.rstrip(". ") or "nothing"


def place_of(name: str, settings: ProviderSettings) -> str:
    """Which project of which gateway, for people and files: no secret."""
    return f"{name} {settings.url('base_url').partition('://')[2]}/{project_of(name, settings)}"


def _authorization(name: str, settings: ProviderSettings) -> Secret:
    jwt, email, password = settings.text("jwt"), settings.text("email"), settings.text("password")
    if jwt:
        return Secret(f"JWT {jwt.removeprefix('JWT ')}")
    if email and password:
        return Secret(f"Basic {b64encode(f'{email}:{password}'.encode()).decode()}")
    variable = SETTINGS[0].variable(name)
    raise UsageError(
        f"Only an administrator of the project may subscribe; {name} needs email and password, or jwt.",
        f"Set {variable} and {SETTINGS[1].variable(name)}, or {SETTINGS[2].variable(name)}.",
    )


def _subscription(value: Any) -> Subscription | None:
    if not isinstance(value, dict) or not isinstance(value.get("_id"), str):
        return None
    return Subscription(value["_id"], str(value.get("event", "")), str(value.get("target", "")))


def _refusal(response: HttpResponse, quoted: str) -> str:
    match response.status:
        case 401:
            return f"The gateway refused email and password, or jwt: {quoted}."
        case 400 | 404:
            return f"The gateway does not know this project; check project_id and base_url: {quoted}."
        case 403:
            return f"The gateway says this is no administrator of the project: {quoted}."
    return f"The gateway failed ({response.status}): {quoted}."

"""Any gateway that takes a message in one HTTP request, as set up in batchsend.toml (docs/custom-provider.md)."""

import base64
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote, urlencode

from batchsend.messages.message import Message
from batchsend.providers.custom_definition import Answers, Definition
from batchsend.providers.exchange import HttpRequest, HttpResponse, excerpt_of
from batchsend.providers.outcomes import Attempt, Event, event_of
from batchsend.providers.placeholders import fill
from batchsend.providers.provider import Delivery, Pace
from batchsend.settings import ProviderSettings, Secret

PACE = Pace(rate=1.0, concurrency=1)
"""Nothing is known of the gateway: `rate` and `concurrency` say what it can take."""


class Custom:
    pace = PACE

    def __init__(self, definition: Definition, settings: ProviderSettings) -> None:
        self.name = definition.name
        self._definition = definition
        self._base = settings.url("base_url")
        self._settings = {name: settings.secret(name) for name in definition.blanks}
        self.account = f"{self._base}{definition.path.partition('?')[0]}".partition("://")[2]

    def deliver(self, message: Message) -> Delivery:
        response = yield self._request(message)
        attempt = judge(response, self._definition)
        for secret in self._secrets():
            attempt = attempt.without(secret)
        return attempt

    def _request(self, message: Message) -> HttpRequest:
        definition = self._definition
        values = {name: secret.reveal() for name, secret in self._settings.items()} | {
            "to": message.to,
            "digits": message.to.lstrip("+"),
            "region": message.region,
            "text": message.text,
            "name": message.name,
            "key": message.key,
        }
        url = self._base + fill(definition.path, values, _percent)
        headers = {name: fill(value, values) for name, value in definition.headers.items()}
        if definition.basic_auth:
            headers["Authorization"] = f"Basic {_base64(fill(definition.basic_auth, values))}"
        if definition.form is not None:
            pairs = {name: fill(value, values) for name, value in definition.form.items()}
            ours = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
            return HttpRequest(definition.method, url, _over(ours, headers), urlencode(pairs).encode())
        if definition.body is not None:
            request = HttpRequest.json(definition.method, url, _filled(definition.body, values), {})
            return HttpRequest(definition.method, url, _over(request.headers, headers), request.body)
        return HttpRequest(definition.method, url, _over({"Accept": "application/json"}, headers))

    def _secrets(self) -> Sequence[Secret]:
        """The settings, in every spelling in which a gateway could quote them."""
        plain = [secret.reveal() for secret in self._settings.values()]
        spelt = {spelling for value in plain for spelling in (value, _percent(value))}
        if self._definition.basic_auth:
            values = {name: secret.reveal() for name, secret in self._settings.items()}
            spelt.add(_base64(fill(self._definition.basic_auth, values)))
        return [Secret(spelling) for spelling in sorted(spelt, key=len, reverse=True)]


def judge(response: HttpResponse, definition: Definition) -> Attempt:
    answers, answer = definition.answers, response.json()
    event = event_of(response, busy_is_safe=definition.retry_503)
    if event is Event.UNREADABLE:
        event = _said(response, answer, answers)
    error = _told(answer, answers.error)
    if event in {Event.REFUSED, Event.BAD_CREDENTIALS} and answers.no_credits:
        words = (error or response.excerpt).casefold()
        event = Event.NO_CREDITS if any(word in words for word in answers.no_credits) else event
    reference = _told(answer, answers.reference) if event is Event.ACCEPTED else ""
    return Attempt.of_response(event, response, error, reference)


def _said(response: HttpResponse, answer: Any, answers: Answers) -> Event:
    """What a 2xx says. Only what was written down as a success is one, and a page for people never is."""
    if answers.path:
        value = at(answer, answers.path)
        if _is_one_of(value, answers.refused):
            return Event.REFUSED
        if not _is_one_of(value, answers.accepted):
            return Event.UNREADABLE
    elif response.is_html or (answers.reference and not _told(answer, answers.reference)):
        return Event.UNREADABLE
    in_time = not answers.statuses or response.status in answers.statuses
    return Event.ACCEPTED if in_time else Event.UNREADABLE


def at(answer: Any, path: Sequence[str]) -> Any:
    """What stands at a path of a JSON value; None where there is nothing."""
    for step in path:
        if isinstance(answer, dict):
            answer = answer.get(step)
        elif isinstance(answer, list) and step.isdecimal() and int(step) < len(answer):
            answer = answer[int(step)]
        else:
            return None
    return answer


def _told(answer: Any, path: Sequence[str]) -> str:
    """A text or a number at a path, as a text that can be shown."""
    value = at(answer, path) if path else None
    return excerpt_of(str(value)) if isinstance(value, str | int) and not isinstance(value, bool) else ""


def _is_one_of(value: Any, values: Sequence[Any]) -> bool:
    """As JSON has it: 1 is not true, and "1" is neither."""
    return any(type(value) is type(other) and value == other for other in values)


def _filled(body: Any, values: Mapping[str, str]) -> Any:
    match body:
        case str():
            return fill(body, values)
        case dict():
            return {key: _filled(value, values) for key, value in body.items()}
        case list():
            return [_filled(value, values) for value in body]
    return body


def _over(ours: Mapping[str, str], theirs: Mapping[str, str]) -> dict[str, str]:
    """Both, theirs winning whatever the case of their letters."""
    given = {name.lower() for name in theirs}
    return {name: value for name, value in ours.items() if name.lower() not in given} | dict(theirs)


def _percent(value: str) -> str:
    return quote(value, safe="")


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()

"""Robo-SMS (robo-sms.com/en/api): SMS through the customer's own Android devices.

The page documents the request, the success body and the kinds of error. Their status codes and words are not public,
so an answer is judged by its status class and its words. There is no message id, no status and no balance to ask for.
"""

import re
from collections.abc import Mapping

from batchsend.messages.message import Message
from batchsend.providers.exchange import HttpRequest, HttpResponse
from batchsend.providers.outcomes import Attempt, Event, event_of
from batchsend.providers.provider import Delivery, Enquiry, Pace
from batchsend.settings import ProviderSettings, Setting

SETTINGS = (
    Setting("token", "the API token from the Robo-SMS panel", secret=True, required=True),
    Setting("base_url", "address of the gateway", default="https://robo-sms.com"),
    Setting("scheme", "word before the token: Basic (as documented) or Token", default="Basic"),
    Setting("device_id", "send through this device only"),
)

# The documented kinds of error that are about the account or about us; the others are about one message.
_NO_CREDITS = (
    r"\b(?:no|not|insufficient|out of|exceed\w*|too few|(?:more|greater|larger|higher) than)\W+(?:\w+\W+){0,3}"
    r"(?:credit|balance)|\bcredits?\W+(?:\w+\W+){0,2}(?:insufficient|exhausted|used up|exceeded|too low)"
)
_NO_DEVICE = (
    r"\b(?:no|not|invalid|unknown)\W+(?:\w+\W+){0,3}device|remaining sms"
    r"|\bdevices?\W+(?:\w+\W+){0,3}(?:offline|unavailable|inactive|disabled|not|no)\b"
)
_NOT_KNOWN = (
    r"\b(?:invalid|wrong|bad|unknown|expired|inactive|missing)\W+(?:\w+\W+){0,2}token"
    r"|\btoken\W+(?:\w+\W+){0,2}(?:invalid|wrong|expired|inactive|missing)"
    r"|authentication|unauthori[sz]ed|not authori[sz]ed"
)
_BAD_FORM = r"content[ -]type|media type"
_KINDS = tuple(
    (event, re.compile(pattern, re.IGNORECASE))
    for event, pattern in (
        (Event.NO_CREDITS, _NO_CREDITS),
        (Event.NO_DEVICE, _NO_DEVICE),
        (Event.BAD_CREDENTIALS, _NOT_KNOWN),
        (Event.NOT_TAKEN, _BAD_FORM),
    )
)
_ABOUT_THE_ACCOUNT = ("detail", "error", "message", "non_field_errors", "to", "device_id")
"""Parts of an answer that cannot quote the message's own text."""
_ABOUT_A_NUMBER = re.compile(r"\b(?:phone|number)", re.IGNORECASE)
_NOBODY = {"to": "00", "content": "000"}
_BELIEVED = (
    "it refused the number 00, as it should. That it looks at the token before the number is believed, not documented"
)


class RoboSms:
    name = "robo-sms"
    pace = Pace(rate=5.0, concurrency=2)
    """No limit is published; the one public client keeps to 5 requests a second."""

    def __init__(self, settings: ProviderSettings) -> None:
        """Raises UsageError for a scheme or an address that is none."""
        self._url = f"{settings.url('base_url')}/api/sms/"
        self._token = settings.secret("token")
        self._scheme = settings.choice("scheme", ("Basic", "Token"))
        self._device = settings.text("device_id")
        self.account = self._url.partition("://")[2].lower().removesuffix("/api/sms/")

    def deliver(self, message: Message) -> Delivery:
        payload = {"to": message.to, "content": message.text, "country_code": message.region}
        if self._device:
            payload["device_id"] = self._device
        response = yield self._request(payload)
        return judge(response).without(self._token)

    def test(self) -> Enquiry[Attempt]:
        """A message to 00, which is no number: costs nothing and reaches nobody.

        That the token is looked at before the number, which is then refused, is not documented: the one public client
        (bapp-connectors, client.py `test_auth`) tests a token so.
        """
        response = yield self._request(_NOBODY)
        attempt = judge(response)
        if attempt.event is Event.REFUSED and _is_about_the_number(response):
            return Attempt.of_test(Event.ACCEPTED, response, _BELIEVED)
        return Attempt.of_test(attempt.event, response).without(self._token)

    def _request(self, payload: Mapping[str, str]) -> HttpRequest:
        headers = {"Authorization": f"{self._scheme} {self._token.reveal()}"}
        return HttpRequest.json("POST", self._url, dict(payload), headers)


def judge(response: HttpResponse) -> Attempt:
    event = event_of(response)
    if event is Event.UNREADABLE:
        answer = response.json()
        success = answer.get("success") if isinstance(answer, dict) else None
        if success is True:
            event = Event.ACCEPTED
        elif success is False:
            event = Event.REFUSED
    if event in {Event.REFUSED, Event.BAD_CREDENTIALS}:
        event = _by_words(event, _words_about_the_account(response))
    return Attempt.of_response(event, response)


def _by_words(event: Event, words: str) -> Event:
    """Which of the documented kinds of error it is: they share no known status."""
    return next((kind for kind, pattern in _KINDS if pattern.search(words)), event)


def _words_about_the_account(response: HttpResponse) -> str:
    """An answer about the field `content` may quote the message itself, so it says nothing of the account."""
    answer = response.json()
    if isinstance(answer, dict):
        return " ".join(f"{key}: {answer[key]}" for key in _ABOUT_THE_ACCOUNT if key in answer)
    return "" if response.is_html else response.text


def _is_about_the_number(response: HttpResponse) -> bool:
    answer = response.json()
    if isinstance(answer, dict) and "to" in answer:
        return "content" not in answer
    return bool(_ABOUT_A_NUMBER.search(_words_about_the_account(response)))

"""Robo-SMS (robo-sms.com/en/api): SMS through the customer's own Android devices.

The page documents the request and the success body; the status codes of its errors are not public, so an answer is
judged by its status class and its words. There is no message id, no status and no balance to ask for.
"""

import re

from batchsend.messages.message import Message
from batchsend.providers.exchange import HttpRequest, HttpResponse
from batchsend.providers.outcomes import Attempt, Event, event_of
from batchsend.providers.provider import Delivery, Pace
from batchsend.settings import ProviderSettings, Setting

SETTINGS = (
    Setting("token", "the API token from the Robo-SMS panel", secret=True, required=True),
    Setting("base_url", "address of the gateway", default="https://robo-sms.com"),
    Setting("scheme", "word before the token: Basic (as documented) or Token", default="Basic"),
    Setting("device_id", "send through this device only"),
)

_NO_CREDITS = re.compile(
    r"\b(?:no|not|insufficient|out of|exceed\w*)\W+(?:\w+\W+){0,3}(?:credit|balance)", re.IGNORECASE
)
_NO_DEVICE = re.compile(r"\b(?:no|not)\W+(?:\w+\W+){0,3}device|remaining sms", re.IGNORECASE)
_ABOUT_THE_ACCOUNT = ("detail", "error", "message", "non_field_errors")


class RoboSms:
    name = "robo-sms"
    pace = Pace(rate=5.0, concurrency=2)
    """No limit is published; the one public client keeps to 5 requests a second."""

    def __init__(self, settings: ProviderSettings) -> None:
        self._url = f"{settings.url('base_url')}/api/sms/"
        self._token = settings.secret("token")
        self._scheme = settings.text("scheme")
        self._device = settings.text("device_id")
        self.account = self._url.partition("://")[2].lower().removesuffix("/api/sms/")

    def deliver(self, message: Message) -> Delivery:
        response = yield self._request(message)
        return judge(response).without(self._token)

    def _request(self, message: Message) -> HttpRequest:
        payload = {"to": message.to, "content": message.text, "country_code": message.region}
        if self._device:
            payload["device_id"] = self._device
        headers = {"Authorization": f"{self._scheme} {self._token.reveal()}"}
        return HttpRequest.json("POST", self._url, payload, headers)


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
        event = _by_words(event, response)
    return Attempt.of_response(event, response)


def _by_words(event: Event, response: HttpResponse) -> Event:
    """Errors (e) and (g) of the page share no known status: not enough credits, no device that can send.

    Only what the answer says of the account counts: an answer about a field may quote the message itself.
    """
    answer = response.json()
    if isinstance(answer, dict):
        words = " ".join(str(answer.get(key, "")) for key in _ABOUT_THE_ACCOUNT)
    else:
        words = "" if response.is_html else response.text
    if _NO_CREDITS.search(words):
        return Event.NO_CREDITS
    return Event.NO_DEVICE if _NO_DEVICE.search(words) else event

"""The HotTask family: SmarterBot, NewOaks and other white labels of one chatbot platform that sends SMS by Twilio.

The vendor's pages document requests, the envelope of every answer and its success. They list no error codes, no rate
limit and no idempotency key, so an error is judged by `Code` as if it were an HTTP status, which it is said to be,
and by its words. Behind the platform stands Twilio: after a failure on the way there a message may have gone out.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from batchsend.messages.message import Message
from batchsend.providers.exchange import HttpRequest, HttpResponse, excerpt_of
from batchsend.providers.hottask_history import Session, days_to_read, read_sessions, settle
from batchsend.providers.outcomes import Attempt, Event, event_of
from batchsend.providers.provider import Balance, Delivery, Enquiry, Pace, Question, Unanswered
from batchsend.settings import ProviderSettings, Setting

PACE = Pace(rate=1.0, concurrency=1)
"""No limit is published. Twilio sends about one part a second from a US number (twilio.com/docs/errors/30001)."""

_REGIONS = {"us": "https://usapi.hottask.com", "eu": "https://euapi.hottask.com"}
_KEYS = (
    Setting("secret_key", "the Secret Key from the API page of the workspace", secret=True, required=True),
    Setting("serial_number", "the serial number of the chatbot that sends", required=True),
)
_UNLIMITED = -1
_BY_CODE = {
    401: Event.BAD_CREDENTIALS,
    402: Event.NO_CREDITS,
    403: Event.BAD_CREDENTIALS,
    408: Event.TIMED_OUT,
    429: Event.RATE_LIMITED,
}
_BAD_KEY = re.compile(
    r"unauthori[sz]ed|not authori[sz]ed|authentication failed"
    r"|\b(?:invalid|wrong|incorrect|expired|missing)\W+(?:\w+\W+){0,2}(?:key|token|credentials)\b"
    r"|\b(?:key|token|credentials)\W+(?:is|are|has|have)\W+(?:\w+\W+)?(?:invalid|wrong|incorrect|expired|missing)",
    re.IGNORECASE,
)
_NO_CREDITS = re.compile(
    r"\b(?:no|not enough|insufficient|out of|exceed\w*)\W+(?:\w+\W+){0,3}(?:credit|balance|quota)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Profile:
    """One name under which the platform is sold."""

    name: str
    about: str
    settings: tuple[Setting, ...]


SMARTERBOT = Profile(
    "smarterbot",
    "SmarterBot: SMS by Twilio through a SmarterBot chatbot",
    (*_KEYS, Setting("base_url", "address of the gateway", default="https://chat.smarterbot.ai")),
)
NEWOAKS = Profile(
    "newoaks",
    "NewOaks: SMS by Twilio through a NewOaks chatbot",
    (
        *_KEYS,
        Setting("region", "where the workspace is: us (newoaks.ai) or eu (eu.newoaks.ai)", default="us"),
        Setting("base_url", "address of the gateway, instead of the region's"),
    ),
)
HOTTASK = Profile(
    "hottask",
    "HotTask: SMS by Twilio through any white label of this platform",
    (*_KEYS, Setting("base_url", "the address you sign in at, such as https://app.neoagent.co", required=True)),
)
PROFILES = (SMARTERBOT, NEWOAKS, HOTTASK)


class HotTask:
    pace = PACE

    def __init__(self, profile: Profile, settings: ProviderSettings) -> None:
        """Raises UsageError for a region or an address that is none."""
        self.name = profile.name
        if "region" in settings.values and not settings.text("base_url"):
            self._base = _REGIONS[settings.choice("region", tuple(_REGIONS))]
        else:
            self._base = settings.url("base_url")
        self._key = settings.secret("secret_key")
        self._serial_number = settings.text("serial_number")
        self.account = f"{self._base.partition('://')[2].lower()}/{self._serial_number}"

    def deliver(self, message: Message) -> Delivery:
        payload = {"SerialNumber": self._serial_number, "ToPhoneNumber": message.to, "Message": message.text}
        response = yield self._post("SendTwilioMessage", payload)
        return judge(response, message.text).without(self._key)

    def test(self) -> Enquiry[Attempt]:
        """Asks for the balance: whoever is told it has the right key."""
        response = yield from self._usage()
        event = Event.ACCEPTED if _balance_in(response) else judge(response).event
        return Attempt.of_test(event, response, _said(response)).without(self._key)

    def balance(self) -> Enquiry[Balance]:
        response = yield from self._usage()
        if balance := _balance_in(response):
            return balance
        raise self._unanswered("the balance", response)

    def settle(self, questions: Sequence[Question], known: Collection[str]) -> Enquiry[Mapping[int, Attempt]]:
        """Reads the history of the days in question; see hottask_history."""
        sessions: dict[str, Session] = {}
        for day, end in days_to_read(questions):
            payload = {"SerialNumber": self._serial_number, "StartTime": f"{day}", "EndTime": f"{end}"}
            response = yield self._post("ChatContentHistory", payload)
            found = read_sessions(_data_of(response))
            if found is None:
                raise self._unanswered("the history", response)
            sessions |= {session.id: session for session in found}
        return settle(questions, [session for session in sessions.values() if session.id not in known])

    def _usage(self) -> Enquiry[HttpResponse]:
        """The page says GET; what the page is made from says POST."""
        headers = {"Authorization": self._key.reveal(), "Accept": "application/json"}
        response = yield HttpRequest("GET", self._address("GetMessageCreditsUsage"), headers)
        if response.status in {404, 405}:
            response = yield self._post("GetMessageCreditsUsage", {})
        return response

    def _post(self, operation: str, payload: Mapping[str, str]) -> HttpRequest:
        return HttpRequest.json("POST", self._address(operation), dict(payload), {"Authorization": self._key.reveal()})

    def _address(self, operation: str) -> str:
        return f"{self._base}/chat/Chatbot/{operation}"

    def _unanswered(self, what: str, response: HttpResponse) -> Unanswered:
        attempt = Attempt.of_test(judge(response).event, response, _said(response)).without(self._key)
        return Unanswered(
            f"{self.name} did not tell {what}: {attempt.reason}.", f"See: batchsend providers {self.name}"
        )


def judge(response: HttpResponse, text: str = "") -> Attempt:
    """What an answer means for a message of this text."""
    event, envelope = event_of(response), _envelope_of(response)
    data = envelope.get("Data")
    fields = data if isinstance(data, dict) else {}
    if envelope and event is Event.UNREADABLE:
        event = _event_in(envelope, fields)
    elif event is Event.REFUSED and _code(envelope) >= 500:
        event = Event.SERVER_ERROR
    if event is Event.REFUSED:
        words = str(envelope.get("Message"))
        event = _by_words(words.replace(text, "") if text else words)  # a text that is quoted says nothing of the key
    reference = _session_id(fields) if event is Event.ACCEPTED else ""
    return Attempt.of_response(event, response, _said(response), reference)


def _envelope_of(response: HttpResponse) -> Mapping[str, Any]:
    """Empty when the answer has none."""
    answer = response.json()
    return answer if isinstance(answer, dict) else {}


def _event_in(envelope: Mapping[str, Any], data: Mapping[str, Any]) -> Event:
    """The event of a 2xx: all three signs together mean accepted, signs that contradict each other nothing."""
    success, code, sent = envelope.get("Success"), _code(envelope), str(data.get("Status")).strip().lower()
    if code >= 500:
        return Event.SERVER_ERROR
    if success is True and code == 200:
        return {"true": Event.ACCEPTED, "false": Event.REFUSED}.get(sent, Event.UNREADABLE)
    if success is True or sent == "true":
        return Event.UNREADABLE
    return _BY_CODE.get(code, Event.REFUSED if success is False else Event.UNREADABLE)


def _by_words(words: str) -> Event:
    if _BAD_KEY.search(words):
        return Event.BAD_CREDENTIALS
    return Event.NO_CREDITS if _NO_CREDITS.search(words) else Event.REFUSED


def _code(envelope: Mapping[str, Any]) -> int:
    """0 for none that is a number."""
    code = envelope.get("Code")
    if isinstance(code, bool):
        return 0
    if isinstance(code, int):
        return code
    return int(code) if isinstance(code, str) and re.fullmatch(r"[0-9]{1,9}", code) else 0


def _session_id(data: Mapping[str, Any]) -> str:
    """Only as it was written: what came as a float has lost digits."""
    value = data.get("SessionID")
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return value if isinstance(value, str) and re.fullmatch(r"[0-9]{1,20}", value) else ""


def _said(response: HttpResponse) -> str:
    """The platform's own words about an error, with its code; "" when it has none."""
    envelope = _envelope_of(response)
    data = envelope.get("Data")
    inner = data.get("Message") if isinstance(data, dict) else None
    words = " / ".join(part for part in (envelope.get("Message"), inner) if part and isinstance(part, str))
    code = _code(envelope)
    return f"{excerpt_of(words)} (code {code})" if words and code not in {0, 200} else excerpt_of(words)


def _data_of(response: HttpResponse) -> Any:
    envelope = _envelope_of(response)
    is_answer = response.status // 100 == 2 and envelope.get("Success") is True
    return envelope.get("Data") if is_answer and _code(envelope) == 200 else None


def _balance_in(response: HttpResponse) -> Balance | None:
    data = _data_of(response)
    if not isinstance(data, dict):
        return None
    remain, used = data.get("Remain"), data.get("Used")
    if not isinstance(remain, int) or isinstance(remain, bool):
        return None
    is_count = isinstance(used, int) and not isinstance(used, bool)
    return Balance(None if remain == _UNLIMITED else max(0, remain), used if is_count else None)

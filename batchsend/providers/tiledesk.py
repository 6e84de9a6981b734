"""Tiledesk, and Smartify, which is one: each recipient gets a conversation in the project's helpdesk.

A guest is signed in once and writes every message into a conversation of its own. That is a chat inside the helpdesk:
nothing reaches a phone, unless the project has Tiledesk's SMS-Twilio channel and `channel` asks for it.

Read from github.com/Tiledesk/tiledesk-server at b70caa42 (2.19.16) and tried against it; white labels may run an older
one, which differs in how it says that the month's quota is used up. There is no idempotency key, but a conversation
can be read back: our reference in a message's attributes says whether a doubtful one was stored.
"""

import re
import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from batchsend.errors import UsageError
from batchsend.messages.message import Message
from batchsend.providers.exchange import HttpRequest, HttpResponse, NoResponse, NotConnected
from batchsend.providers.outcomes import Attempt, Event, Stop, event_of
from batchsend.providers.provider import Delivery, Enquiry, Pace, Question, Unanswered
from batchsend.providers.tiledesk_answers import (
    CHECK_PROJECT,
    REFERENCE,
    is_dead_token,
    judge,
    proof_of_refusal,
    stored_in,
)
from batchsend.runs.status import Status
from batchsend.settings import ProviderSettings, Secret, Setting

PACE = Pace(rate=5.0, concurrency=4)
"""No limit is published, and none was met at 48 messages a second."""

CAUTION = (
    "It opens a conversation in the helpdesk for each contact, where your agents see it. No SMS is sent, unless the "
    "project has the SMS-Twilio channel and channel = sms-twilio is set."
)

_SMS = "sms-twilio"
_NOBODYS = "support-group-00000000-0000-4000-8000-000000000000"
_LATE = timedelta(minutes=10)  # no server still works on a request that old; it also covers a wrong clock


def settings_for(base_url: str) -> tuple[Setting, ...]:
    return (
        Setting("project_id", "the project's id, 24 digits and letters from its address", required=True),
        Setting("base_url", "address of the gateway", default=base_url),
        Setting("channel", "empty: helpdesk conversations, no SMS; sms-twilio: SMS through the project's channel"),
        Setting("from_number", "for sms-twilio: the channel's own number, such as +14155550100"),
        Setting("guest_name", "who writes, as the helpdesk shows it where a contact has no name", default="batchsend"),
    )


def project_of(name: str, settings: ProviderSettings) -> str:
    """Raises UsageError for what is no project."""
    project = settings.text("project_id")
    if not re.fullmatch(r"[0-9A-Za-z_-]+", project):
        raise UsageError(f"The project_id of {name} is {project!r}.", "It is 24 digits and letters a to f.")
    return project


class Tiledesk:
    pace = PACE

    def __init__(self, name: str, settings: ProviderSettings) -> None:
        """Raises UsageError when project_id, channel or from_number make no sense."""
        self.name = name
        self._base = settings.url("base_url")
        self._project = project_of(name, settings)
        self._guest = settings.text("guest_name")
        self._from = _sms_number(name, settings.text("channel"), settings.text("from_number"))
        self._token = Secret("")
        # the conversations of another channel are others: they say nothing of this one's messages
        channel = f"/{_SMS}/{self._from}" if self._from else ""
        self.account = f"{self._base.partition('://')[2]}/{self._project}{channel}".lower()

    def conversation(self, key: str, to: str) -> str:
        """The id of a message's conversation. Who knows it may read and write there: it is as secret as the key.

        The form of the SMS channel is read by @tiledesk/tiledesk-sms-connector (TiledeskSMSTwilioTranslator.js:14).
        """
        if self._from:
            return f"support-group-{self._project}-{key[:8]}-{_SMS}-{to.lstrip('+')}-{self._from}"
        return f"support-group-{uuid.UUID(hex=key)}"

    def deliver(self, message: Message) -> Delivery:
        return _discreet((yield from self._deliver(message)))

    def _deliver(self, message: Message) -> Delivery:
        place, payload = self._place(message.key, message.to), self._payload(message)
        when_absent = None
        try:
            response = yield from self._as_guest("POST", place, payload)
        except _NotSignedInError as refused:
            return refused.attempt
        except NotConnected as trouble:
            return Attempt.of_trouble(trouble)
        except NoResponse as trouble:
            attempt = Attempt.of_trouble(trouble)
        else:
            attempt, when_absent = judge(response), proof_of_refusal(response)
        if attempt.status is not Status.UNKNOWN:
            return attempt
        return (yield from self._read_back(message, attempt, when_absent))

    def test(self) -> Enquiry[Attempt]:
        """Signing in succeeds for a project that does not exist; reading a conversation does not."""
        try:
            response = yield from self._as_guest("GET", self._messages_of(_NOBODYS))
        except _NotSignedInError as refused:
            return _discreet(refused.attempt)
        if stored_in(response, "") is not None:
            return Attempt.of(Event.ACCEPTED, "the project is there, and a guest can sign in")
        attempt = judge(response)
        if attempt.status is Status.UNKNOWN or attempt.event is Event.ACCEPTED:
            reason = f"the gateway did not answer as a Tiledesk does: {response.excerpt}"
            attempt = Attempt(Event.UNREADABLE, Status.UNKNOWN, reason, http_status=response.status)
        return _discreet(attempt)

    def settle(
        self,
        questions: Sequence[Question],
        known: Collection[str],  # noqa: ARG002 - a key is nobody else's
    ) -> Enquiry[Mapping[int, Attempt]]:
        """Reads each conversation. Absent proves something only when the gateway's own clock says it is late."""
        proven: dict[int, Attempt] = {}
        for question in questions:
            try:
                response = yield from self._as_guest("GET", self._place(question.key, question.to))
            except _NotSignedInError as refused:
                raise _unanswered(refused.attempt) from None
            except NoResponse:
                continue
            stored = stored_in(response, question.key)
            if stored is None and judge(response).stop:
                raise _unanswered(judge(response))
            if stored:
                proven[question.row] = replace(Attempt.of(Event.ACCEPTED), reference=stored)
            elif stored is not None and _is_late(response, question.claimed_at):
                reason = "its conversation was read later and does not hold it"
                proven[question.row] = Attempt(Event.NO_ANSWER, Status.NOT_SENT, reason)
        return proven

    def _read_back(self, message: Message, doubtful: Attempt, when_absent: Attempt | None) -> Delivery:
        """Settles what a 500 or silence left open. Absent after silence stays open: it may be stored a moment later."""
        try:
            response = yield from self._as_guest("GET", self._place(message.key, message.to))
        except (NoResponse, _NotSignedInError):
            return doubtful
        stored = stored_in(response, message.key)
        if stored:
            return replace(Attempt.of(Event.ACCEPTED), reference=stored, http_status=doubtful.http_status)
        return when_absent if stored is not None and when_absent is not None else doubtful

    def _as_guest(self, method: str, url: str, payload: Any = None) -> Enquiry[HttpResponse]:
        """Signs in first where need be, and once more when the token is refused.

        Raises NoResponse of the request itself, _NotSignedInError when it was not sent.
        """
        token = self._token or (yield from self._sign_in())
        response = yield self._request(method, url, token, payload)
        if not is_dead_token(response):
            return response
        if self._token.reveal() == token.reveal():  # else another delivery has renewed it meanwhile
            self._token = Secret("")
        token = self._token or (yield from self._sign_in())
        return (yield self._request(method, url, token, payload))

    def _sign_in(self) -> Enquiry[Secret]:
        """Makes a guest. Deliveries that begin together may each make one; the first one's is kept, and all hold."""
        payload = {"id_project": self._project, "firstname": self._guest}
        try:
            response = yield HttpRequest.json("POST", f"{self._base}/auth/signinAnonymously", payload, {})
        except NoResponse as trouble:
            raise _NotSignedInError(Attempt.of_trouble(trouble)) from None
        answer = response.json()
        token = answer.get("token") if isinstance(answer, dict) else None
        if response.status != 200 or not isinstance(token, str) or not token.isascii() or not token.isprintable():
            raise _NotSignedInError(self._refusal(response))
        self._token = self._token or Secret(token)
        return self._token

    def _refusal(self, response: HttpResponse) -> Attempt:
        """What an answer without a token means."""
        event = event_of(response)
        is_an_id = re.fullmatch(r"[0-9a-fA-F]{24}", self._project)
        malformed = response.status == 500 and "Error saving object" in response.text and not is_an_id
        if event is Event.REFUSED or malformed:  # a 422 without a project, a 500 for what is no id of one
            event = Event.BAD_CREDENTIALS
            return Attempt.of_response(event, response, f"{response.excerpt}; {CHECK_PROJECT}")
        if event in {Event.UNREADABLE, Event.REDIRECTED}:
            reason = f"signing in gave no token; check base_url: {response.excerpt}"
            return Attempt(event, Status.NOT_SENT, reason, stop=Stop.PROVIDER, http_status=response.status)
        return Attempt.of_response(event, response)

    def _request(self, method: str, url: str, token: Secret, payload: Any) -> HttpRequest:
        headers = {"Authorization": token.reveal()}  # it holds its scheme: "JWT ..."
        if payload is None:
            return HttpRequest(method, url, {"Accept": "application/json", **headers})
        return HttpRequest.json(method, url, payload, headers)

    def _payload(self, message: Message) -> dict[str, Any]:
        payload: dict[str, Any] = {
            "text": message.text,
            "senderFullname": message.name or self._guest,
            "attributes": {REFERENCE: message.key, "client_to": message.to},
        }
        if self._from:
            payload["channel"] = {"name": _SMS}
        return payload

    def _place(self, key: str, to: str) -> str:
        return self._messages_of(self.conversation(key, to))

    def _messages_of(self, conversation: str) -> str:
        return f"{self._base}/{self._project}/requests/{conversation}/messages"


class _NotSignedInError(Exception):
    """No token: the message was not sent, whatever became of the signing in."""

    def __init__(self, attempt: Attempt) -> None:
        if attempt.status is Status.UNKNOWN:
            reason = f"signing in failed: {attempt.reason.partition(';')[0]}"
            attempt = replace(attempt, status=Status.NOT_SENT, reason=reason, retry=attempt.stop is None)
        self.attempt = attempt


def _discreet(attempt: Attempt) -> Attempt:
    """The same, should the gateway have quoted a token, be it ours or another's."""
    return replace(attempt, reason=re.sub(r"JWT\s*\S*", "***", attempt.reason))


def _unanswered(attempt: Attempt) -> Unanswered:
    return Unanswered(f"The gateway cannot be asked: {_discreet(attempt).reason}.", "Nothing was changed.")


def _is_late(response: HttpResponse, claimed_at: datetime) -> bool:
    try:
        return parsedate_to_datetime(response.headers["date"]) - claimed_at > _LATE
    except (KeyError, ValueError, TypeError):
        return False


def _sms_number(name: str, channel: str, from_number: str) -> str:
    """The digits of the SMS channel's own number, "" without that channel. Raises UsageError."""
    if channel not in {"", _SMS}:
        raise UsageError(f"The channel of {name} is {channel!r}.", f"Leave it empty, or set it to {_SMS}.")
    if not channel:
        return ""
    if not re.fullmatch(r"\+?[1-9][0-9]{6,14}", from_number):
        raise UsageError(
            f"With channel = {_SMS}, {name} needs from_number, the channel's own number.", "As in +14155550100."
        )
    return from_number.lstrip("+")

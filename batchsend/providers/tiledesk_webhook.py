"""What Tiledesk posts to a subscription of message.create: is it an answer, and to what?

Shapes read from github.com/Tiledesk/tiledesk-server at b70caa42 (services/subscriptionNotifier.js:63-168, seen on a
running server) and from @tiledesk/tiledesk-sms-connector 0.1.13 (index.js:94-187): a text message that comes in is
written by `sms-twilio-<digits>`, into a conversation that ends in `sms-twilio-<digits>-<digits of the channel>`.
"""

import json
import re
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from batchsend.runs.reply import Reply

_CHAT = re.compile(r"support-group-([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})")
_SMS = re.compile(r"support-group-.+-sms-twilio-\+?[0-9]{6,15}-\+?[0-9]{3,15}")
_SMS_SENDER = re.compile(r"sms-twilio-\+?([1-9][0-9]{6,14})")
_REFERENCE = "client_ref"
_MESSAGE_CREATE = "message.create"


class NotUnderstoodError(Exception):
    """A body that is no delivery. Its text says why, and quotes nothing of the body."""


class NotOursError(Exception):
    """A delivery of another project's subscription."""


def parse_delivery(body: bytes, provider: str, project: str, subscription: str = "") -> Reply | None:
    """The reply of a delivery; None for what is none: our own message, a notice, a conversation we did not begin.

    subscription: its id, "" where it is not known. Raises NotUnderstoodError and NotOursError.
    """
    delivery = _object(_read(body), "the body")
    hook, payload = _object(delivery.get("hook"), "hook"), _object(delivery.get("payload"), "payload")
    if subscription and hook.get("_id") != subscription:
        raise NotOursError
    if hook.get("event") != _MESSAGE_CREATE:
        return None
    if str(payload.get("id_project")).lower() != project.lower():
        raise NotOursError
    conversation, id_, text = (_text(payload.get(name), name) for name in ("recipient", "_id", "text"))
    if not conversation or not id_:
        raise NotUnderstoodError("payload.recipient or payload._id is empty")
    key, number = _answered(payload, conversation)
    if not (key or number) or _is_notice(payload):
        return None
    sender = str(payload.get("senderFullname") or "")
    return Reply(provider, id_, conversation, sender, text, _moment(payload.get("createdAt")), key, number)


def _answered(payload: Mapping[str, Any], conversation: str) -> tuple[str, str]:
    """The key of the message or the number of the person it is an answer of; neither when it is no answer."""
    sender = str(payload.get("sender"))
    if _SMS.fullmatch(conversation):
        person = _SMS_SENDER.fullmatch(sender)  # ours and the agents' are on their way to the phone
        return "", f"+{person[1]}" if person else ""
    if not (chat := _CHAT.fullmatch(conversation)):
        return "", ""
    key = uuid.UUID(chat[1]).hex
    ours = _loose(payload.get("attributes")).get(_REFERENCE) == key or sender in _guests(payload)
    return ("" if ours else key), ""


def _guests(payload: Mapping[str, Any]) -> set[str]:
    """Who began a conversation, which is our guest."""
    request = _loose(payload.get("request"))
    lead, requester = _loose(request.get("lead")), _loose(request.get("requester"))
    return set(map(str, filter(None, (request.get("createdBy"), lead.get("lead_id"), requester.get("uuid_user")))))


def _is_notice(payload: Mapping[str, Any]) -> bool:
    """What the helpdesk says of itself ("an agent has joined"), and what agents note for each other."""
    subtype = str(_loose(payload.get("attributes")).get("subtype"))
    return payload.get("sender") == "system" or subtype.startswith("info") or subtype == "private"


def _read(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        raise NotUnderstoodError("the body is no JSON") from None


def _object(value: Any, name: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise NotUnderstoodError(f"{name} is no object")
    return value


def _text(value: Any, name: str) -> str:
    if value is None and name == "text":  # a picture may come without words
        return ""
    if not isinstance(value, str):
        raise NotUnderstoodError(f"payload.{name} is no text")
    return value


def _loose(value: Any) -> Mapping[str, Any]:
    """Where a field is only looked at, and may be missing."""
    return value if isinstance(value, dict) else {}


def _moment(value: Any) -> datetime | None:
    """ISO 8601 as UTC."""
    try:
        moment = datetime.fromisoformat(value)
        return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)
    except (TypeError, ValueError, OverflowError):
        return None

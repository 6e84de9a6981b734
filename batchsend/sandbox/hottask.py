"""The dialect of the HotTask family: `POST /chat/Chatbot/SendTwilioMessage`, its balance and its history.

Its error answers are not public. These have the documented envelope, with the code of HTTP that fits best; some come
with that HTTP status and some in a 200, because the documentation tells to look at both.
"""

import json
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from batchsend.sandbox.dialect import Drop, Message, Reply, Request
from batchsend.sandbox.purse import Purse
from batchsend.sandbox.trouble import Trouble

PREFIX = "/chat/Chatbot/"
_SEND, _USAGE, _HISTORY = "SendTwilioMessage", "GetMessageCreditsUsage", "ChatContentHistory"
_METHODS = {_SEND: "POST", _USAGE: "GET", _HISTORY: "POST"}
_UNLIMITED = -1
_FIRST_SESSION = 2**53 + 1  # a program that takes it for a float loses its last digit
_E164 = re.compile(r"\+[1-9][0-9]{6,14}")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Session:
    number: int
    began: datetime
    serial_number: str
    text: str

    def as_dict(self) -> dict[str, object]:
        return {
            "SessionID": self.number,
            "CreateTime": self.began.isoformat().replace("+00:00", "Z"),
            "URI": "sandbox",
            "Messages": [{"Type": "AI", "Content": self.text}],
        }


def _now() -> datetime:
    return datetime.now(UTC)


class HotTask:
    """HotTask with one account. key: the only one accepted, None for any; a message costs one credit."""

    name = "hottask"

    def __init__(
        self, key: str | None = None, purse: Purse | None = None, clock: Callable[[], datetime] = _now
    ) -> None:
        self._key = key
        self._purse = purse or Purse()
        self._clock = clock
        self._lock = threading.Lock()
        self._sessions: list[_Session] = []

    def owns(self, path: str) -> bool:
        """HotTask has its chatbot's operations; anything else below them is not found."""
        return path.startswith(PREFIX)

    def answer(self, request: Request, trouble: Trouble | None, retry_after: int = 1) -> Reply | Drop:
        """What HotTask says to the request while it has this trouble. Takes the credit of what it accepts."""
        return (
            _outage(trouble)
            or self._refusal(request, trouble, retry_after)
            or self._operation(request.path.removeprefix(PREFIX), request.body, trouble)
        )

    def _refusal(self, request: Request, trouble: Trouble | None, retry_after: int) -> Reply | None:
        """What is refused without reading the body."""
        operation = request.path.removeprefix(PREFIX)
        if operation not in _METHODS:
            return Reply.html(404, "Not Found")
        if request.method != _METHODS[operation]:
            return Reply.json(405, _failure(405, "Method Not Allowed"), headers=(("Allow", _METHODS[operation]),))
        key = request.headers.get("authorization", "").strip()
        if not key or trouble is Trouble.BAD_TOKEN or self._key not in (None, key):
            return Reply.json(401, _failure(401, "Unauthorized"))
        if trouble is Trouble.RATE_LIMIT:
            return Reply.json(429, _failure(429, "Too many requests"), headers=(("Retry-After", str(retry_after)),))
        media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if request.method == "POST" and media_type != "application/json":
            return Reply.json(415, _failure(415, "Unsupported Media Type"))
        return None

    def _operation(self, operation: str, body: bytes, trouble: Trouble | None) -> Reply | Drop:
        if operation == _USAGE:
            return Reply.json(200, _success(self._usage()))
        fields = _read(body)
        if isinstance(fields, Reply):
            return fields
        return self._history(fields) if operation == _HISTORY else self._send(fields, trouble)

    def _usage(self) -> dict[str, int]:
        left, spent = self._purse.left, self._purse.spent
        if left is None:
            return {"Total": _UNLIMITED, "Used": spent, "Remain": _UNLIMITED}
        return {"Total": left + spent, "Used": spent, "Remain": left}

    def _send(self, fields: dict[str, Any], trouble: Trouble | None) -> Reply | Drop:
        to, text = fields.get("ToPhoneNumber"), fields.get("Message")
        if not isinstance(text, str) or not text.strip():
            return Reply.json(200, _failure(400, "Message is required"))
        if trouble is Trouble.REJECT or not isinstance(to, str) or not _E164.fullmatch(to):
            return Reply.json(200, _failure(400, "The 'To' number is not a valid phone number"))
        if trouble is Trouble.NO_CREDITS or not self._purse.pay(1):
            return Reply.json(200, _failure(402, "Message credits are used up"))
        message = Message(to=to, text=text, body=fields)
        number = self._begin(fields["SerialNumber"], text)
        if trouble is Trouble.DROP_AFTER_ACCEPT:
            return Drop(reset=True, accepted=message)
        if trouble is Trouble.ERROR_AFTER_ACCEPT:
            return Reply.json(200, _failure(500, "The request to Twilio timed out"), accepted=message)
        return Reply.json(200, _success({"Status": "True", "Message": "sent", "SessionID": number}), accepted=message)

    def _begin(self, serial_number: str, text: str) -> int:
        with self._lock:
            number = _FIRST_SESSION + len(self._sessions)
            session = _Session(number=number, began=self._clock(), serial_number=serial_number, text=text)
            self._sessions.append(session)
            return number

    def _history(self, fields: dict[str, Any]) -> Reply:
        """Both ends of the days are taken to be inclusive, which is not documented."""
        try:
            first = date.fromisoformat(fields.get("StartTime") or "0001-01-01")
            last = date.fromisoformat(fields.get("EndTime") or "9999-12-31")
        except (TypeError, ValueError):
            return Reply.json(200, _failure(400, "StartTime and EndTime are dates, such as 2026-11-21"))
        with self._lock:
            found = [each for each in self._sessions if first <= each.began.date() <= last]
        mine = [each.as_dict() for each in found if each.serial_number == fields["SerialNumber"]]
        return Reply.json(200, _success(mine))


def _outage(trouble: Trouble | None) -> Reply | Drop | None:
    """Trouble that strikes before anybody looks at the request."""
    if trouble is Trouble.DROP_BEFORE_ACCEPT:
        return Drop(reset=False)
    if trouble is Trouble.ERROR:
        return Reply.html(500, "Internal Server Error")
    if trouble is Trouble.HTML:
        return Reply.html(200, "Log in")
    return None


def _read(body: bytes) -> dict[str, Any] | Reply:
    try:
        fields = json.loads(body.decode())
    except (ValueError, RecursionError):
        fields = None
    if not isinstance(fields, dict):
        return Reply.json(400, _failure(400, "The request is not a JSON object"))
    serial_number = fields.get("SerialNumber")
    if not isinstance(serial_number, str) or not serial_number.strip():
        return Reply.json(200, _failure(400, "SerialNumber is required"))
    return fields


def _success(data: object) -> dict[str, object]:
    return {"Data": data, "Version": "1.0.0", "Success": True, "Code": 200, "Message": ""}


def _failure(code: int, words: str) -> dict[str, object]:
    return {"Data": None, "Version": "1.0.0", "Success": False, "Code": code, "Message": words}

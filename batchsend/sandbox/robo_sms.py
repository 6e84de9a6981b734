"""The dialect of Robo-SMS: `POST /api/sms/`.

Its error answers are not public. These are the ones Django REST framework gives, which everything known points
to, in the order that framework checks: credentials, throttle, method, media type, JSON, fields.
"""

import json
import re
from math import ceil

from batchsend.sandbox.dialect import Drop, Message, Reply, Request
from batchsend.sandbox.purse import Purse
from batchsend.sandbox.trouble import Trouble

PATH = "/api/sms/"
CHARACTERS_PER_CREDIT = 480

_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
_NATIONAL = re.compile(r"[0-9]{4,15}")
_COUNTRY = re.compile(r"[A-Za-z]{2}")
_INVALID_NUMBER = {"to": ["The phone number entered is not valid."]}


class RoboSms:
    """Robo-SMS with one account. token: the only one accepted, or None for any; purse: its credits."""

    name = "robo-sms"

    def __init__(self, token: str | None = None, purse: Purse | None = None) -> None:
        self._token = token
        self._purse = purse or Purse()

    def owns(self, path: str) -> bool:
        """Robo-SMS has one path."""
        return path == PATH

    def answer(self, request: Request, trouble: Trouble | None, retry_after: int = 1) -> Reply | Drop:
        """What Robo-SMS says to the request while it has this trouble. Takes the credits of what it accepts."""
        return (
            _outage(request, trouble)
            or self._credentials(request, trouble)
            or _refusal(request, trouble, retry_after)
            or self._message(request, trouble)
        )

    def _credentials(self, request: Request, trouble: Trouble | None) -> Reply | None:
        scheme, _, token = request.headers.get("authorization", "").strip().partition(" ")
        token = token.strip()
        if scheme.lower() not in ("basic", "token"):
            problem = "Authentication credentials were not provided."
        elif not token:
            problem = "Invalid token header. No credentials provided."
        elif " " in token:
            problem = "Invalid token header. Token string should not contain spaces."
        elif trouble is Trouble.BAD_TOKEN or self._token not in (None, token):
            problem = "Invalid token."
        else:
            return None
        return Reply.json(401, {"detail": problem}, headers=(("WWW-Authenticate", "Token"),))

    def _message(self, request: Request, trouble: Trouble | None) -> Reply | Drop:
        message = _read(request.body)
        if isinstance(message, Reply):
            return message
        if trouble is Trouble.REJECT:
            return Reply.json(400, _INVALID_NUMBER)
        if trouble is Trouble.NO_CREDITS or not self._purse.pay(_cost(message.text)):
            return Reply.json(402, {"detail": "Not enough credits."})
        if trouble is Trouble.DROP_AFTER_ACCEPT:
            return Drop(reset=True, accepted=message)
        if trouble is Trouble.ERROR_AFTER_ACCEPT:
            return Reply.html(500, "Server Error (500)", accepted=message)
        return Reply.json(200, {"success": True}, accepted=message)


def _cost(text: str) -> int:
    return ceil(len(text) / CHARACTERS_PER_CREDIT)


def _outage(request: Request, trouble: Trouble | None) -> Reply | Drop | None:
    """Trouble that strikes before anybody looks at the request."""
    if request.path != PATH:
        return Reply.html(404, "Not Found")
    if trouble is Trouble.DROP_BEFORE_ACCEPT:
        return Drop(reset=False)
    if trouble is Trouble.ERROR:
        return Reply.html(500, "Server Error (500)")
    if trouble is Trouble.HTML:
        return Reply.html(200, "Log in")
    return None


def _refusal(request: Request, trouble: Trouble | None, retry_after: int) -> Reply | None:
    """What is refused without reading the body."""
    if trouble is Trouble.RATE_LIMIT:
        unit = "second" if retry_after == 1 else "seconds"
        detail = f"Request was throttled. Expected available in {retry_after} {unit}."
        return Reply.json(429, {"detail": detail}, headers=(("Retry-After", str(retry_after)),))
    if request.method != "POST":
        detail = f'Method "{request.method}" not allowed.'
        return Reply.json(405, {"detail": detail}, headers=(("Allow", "POST"),))
    media_type = request.headers.get("content-type", "")
    # An empty body is an empty object, whatever it says it is.
    if request.body and media_type.partition(";")[0].strip().lower() != "application/json":
        return Reply.json(415, {"detail": f'Unsupported media type "{media_type}" in request.'})
    return None


def _read(body: bytes) -> Message | Reply:
    try:
        data = json.loads(body.decode(), parse_constant=_no_constant) if body else {}
    except (ValueError, RecursionError) as error:
        return Reply.json(400, {"detail": f"JSON parse error - {error}"})
    if not isinstance(data, dict):
        kind = f"Invalid data. Expected a dictionary, but got {type(data).__name__}."
        return Reply.json(400, {"non_field_errors": ["No data provided" if data is None else kind]})
    fields = ("to", "content", "country_code") if "country_code" in data else ("to", "content")
    if problems := {field: [problem] for field in fields if (problem := _problem(data, field))}:
        return Reply.json(400, problems)
    message = Message(to=str(data["to"]), text=str(data["content"]), body=data)
    if not _is_number(message.to.strip(), str(data.get("country_code", "")).strip()):
        return Reply.json(400, _INVALID_NUMBER)
    return message


def _problem(data: dict[str, object], field: str) -> str | None:
    """What is wrong with a text field, in the framework's words."""
    if field not in data:
        return "This field is required."
    value = data[field]
    if value is None:
        return "This field may not be null."
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return "Not a valid string."
    text = str(value)
    if not text.strip():
        return "This field may not be blank."
    if "\0" in text:
        return "Null characters are not allowed."
    surrogate = next((letter for letter in text if "\ud800" <= letter <= "\udfff"), None)
    return f"Surrogate characters are not allowed: U+{ord(surrogate):X}." if surrogate else None


def _is_number(to: str, country_code: str) -> bool:
    if _E164.fullmatch(to):
        return True
    return bool(_NATIONAL.fullmatch(to) and _COUNTRY.fullmatch(country_code))


def _no_constant(name: str) -> float:
    raise ValueError(f"Out of range float values are not JSON compliant: {name!r}")

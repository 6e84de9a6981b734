"""The dialect of Tiledesk, which Smartify speaks as well: sign in as a guest, write into a conversation, read it.

Its answers are those of tiledesk-server 2.19.16 (github.com/Tiledesk/tiledesk-server, b70caa42), except that a used-up
quota is said in the words of 2.13, which name it.
"""

import json
import re
import threading
from typing import Any

from batchsend.sandbox.dialect import Drop, Message, Reply, Request
from batchsend.sandbox.trouble import Trouble

SIGN_IN = "/auth/signinAnonymously"
_MESSAGES = re.compile(r"/(?P<project>[^/]+)/requests/(?P<conversation>[^/]+)/messages")
_BODY_LIMIT = 512_000
_UNAUTHORIZED = Reply(
    status=401,
    body=b"Unauthorized",
    content_type="text/plain; charset=utf-8",
    headers=(("WWW-Authenticate", 'Basic realm="Users"'),),
)


class Tiledesk:
    """A server that knows every project, its guests, and the conversations they wrote."""

    name = "tiledesk"

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._projects: dict[str, str] = {}
        self._conversations: dict[str, list[dict[str, Any]]] = {}
        self._last_id = 0

    def owns(self, path: str) -> bool:
        return path == SIGN_IN or _MESSAGES.fullmatch(path) is not None

    def answer(self, request: Request, trouble: Trouble | None, retry_after: int = 1) -> Reply | Drop:
        """What Tiledesk, or the proxy before it, says to the request while it has this trouble."""
        if trouble is Trouble.RATE_LIMIT:
            return Reply.json(429, {"message": "Rate limit exceeded"}, headers=(("Retry-After", str(retry_after)),))
        if trouble is Trouble.DROP_BEFORE_ACCEPT:
            return Drop(reset=False)
        if trouble is Trouble.HTML:
            return Reply.html(200, "Log in")
        found = _MESSAGES.fullmatch(request.path)
        if found is None:
            return self._sign_in(request, trouble)
        if refused := self._refusal(request, trouble, found["project"]):
            return refused
        if request.method == "GET":
            return self._read(found["conversation"], trouble)
        if request.method != "POST":
            return Reply.html(404, "Not Found")
        return self._write(request, trouble, **found.groupdict())

    def _sign_in(self, request: Request, trouble: Trouble | None) -> Reply:
        body = _body_of(request)
        if request.method != "POST":
            return Reply.html(404, "Not Found")
        if trouble is Trouble.ERROR or body is None:
            return Reply.json(500, {"err": "error"})
        project = body.get("id_project")
        if not isinstance(project, str) or not project:
            invalid = {"msg": "Invalid value", "param": "id_project", "location": "body"}
            return Reply.json(422, {"errors": [invalid]})
        guest = self._new_id()
        token = f"JWT practice.{guest}.token"
        with self._lock:
            self._projects[token] = project
        name = body.get("firstname", f"guest#{guest[-4:]}")
        user = {"_id": guest, "firstname": name, "id": guest, "fullName": name}
        return Reply.json(200, {"success": True, "token": token, "user": user})

    def _refusal(self, request: Request, trouble: Trouble | None, project: str) -> Reply | None:
        """What is refused before anybody looks at the conversation."""
        token = request.headers.get("authorization", "").strip()
        if token.startswith("practice."):
            return Reply(status=400, body=b"Bad Request", content_type="text/plain; charset=utf-8")
        if trouble is Trouble.BAD_TOKEN or token not in self._projects:
            return _UNAUTHORIZED
        if self._projects[token] != project:
            return Reply.json(403, {"success": False, "msg": "you dont belong to the project."})
        return None

    def _read(self, conversation: str, trouble: Trouble | None) -> Reply:
        if trouble is Trouble.ERROR:
            return Reply.json(500, {"success": False, "msg": "Error getting object."})
        with self._lock:
            return Reply.json(200, self._conversations.get(conversation, []))

    def _write(self, request: Request, trouble: Trouble | None, project: str, conversation: str) -> Reply | Drop:
        body = _body_of(request)
        with self._lock:
            is_new = conversation not in self._conversations
        if mistake := _mistake(request, body, trouble, is_new=is_new):
            return mistake
        assert body is not None  # noqa: S101 - a mistake otherwise
        if trouble is Trouble.ERROR:
            return Reply.json(500, {"success": False, "msg": "Error creating request", "err": {}})
        if trouble is Trouble.NO_CREDITS and is_new:
            why = f"Requests limits reached for project {project}"
            return Reply.json(500, {"success": False, "msg": "Error creating request", "err": why})
        stored = self._store(conversation, project, body)
        accepted = Message(to=_addressee(conversation, body), text=str(body.get("text", "")), body=body)
        if trouble is Trouble.DROP_AFTER_ACCEPT:
            return Drop(reset=True, accepted=accepted)
        if trouble is Trouble.ERROR_AFTER_ACCEPT:
            return Reply.json(500, {"success": False, "msg": "Error creating message", "err": {}}, accepted=accepted)
        return Reply.json(200, {**stored, "request": {"request_id": conversation}}, accepted=accepted)

    def _store(self, conversation: str, project: str, body: dict[str, Any]) -> dict[str, Any]:
        told = ("text", "senderFullname", "attributes", "metadata")
        stored: dict[str, Any] = {key: body[key] for key in told if key in body} | {
            "_id": self._new_id(),
            "type": "text",
            "status": 0,
            "recipient": conversation,
            "id_project": project,
            "channel": body.get("channel", {"name": "chat21"}),
        }
        with self._lock:
            self._conversations.setdefault(conversation, []).append(stored)
        return stored

    def _new_id(self) -> str:
        with self._lock:
            self._last_id += 1
            return f"{self._last_id:024x}"


def _mistake(
    request: Request, body: dict[str, Any] | None, trouble: Trouble | None, *, is_new: bool
) -> Reply | Drop | None:
    if len(request.body) > _BODY_LIMIT:
        return Reply.json(413, {"err": "Request entity too large", "limit": _BODY_LIMIT})
    if body is None:
        return Reply.json(500, {"err": "error"})
    if trouble is Trouble.REJECT or (is_new and not body.get("text")):
        return Reply.json(422, {"errors": ["text field is required"]})
    if not isinstance(body.get("text", ""), str):
        return Drop(reset=False)  # as the server: it fails, and never answers
    if not isinstance(body.get("channel", {}), dict):
        wrong = {"name": "ValidationError", "message": "message validation failed: channel"}
        return Reply.json(500, {"success": False, "msg": "Error creating message", "err": wrong})
    return None


def _body_of(request: Request) -> dict[str, Any] | None:
    """The JSON object of the body; empty for another content type; None for what is none."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        return {}
    try:
        body = json.loads(request.body.decode()) if request.body else {}
    except (ValueError, RecursionError):
        return None
    return body if isinstance(body, dict) else {}


def _addressee(conversation: str, body: dict[str, Any]) -> str:
    """Whom a message is for, as far as it says so; else its conversation."""
    attributes = body.get("attributes")
    return str(attributes.get("client_to", conversation)) if isinstance(attributes, dict) else conversation

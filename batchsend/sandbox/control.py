"""The sandbox's own paths, for a person with curl: look at the record, switch trouble on and off."""

import json
from typing import TYPE_CHECKING

from batchsend.sandbox.dialect import Reply, Request

if TYPE_CHECKING:
    from batchsend.sandbox.server import Sandbox

PREFIX = "/_sandbox"


def owns(path: str) -> bool:
    """Whether this path belongs to the sandbox itself."""
    return path == PREFIX or path.startswith(PREFIX + "/")


def answer(request: Request, sandbox: "Sandbox") -> Reply:
    """Shows or changes the sandbox."""
    match request.path.removeprefix(PREFIX).rstrip("/"), request.method:
        case "", "GET":
            return Reply.json(200, sandbox.counts())
        case "/record", "GET":
            return Reply.json(200, [each.as_dict() for each in sandbox.record.accepted()])
        case "/record", "DELETE":
            sandbox.record.clear()
            return Reply.json(200, sandbox.counts())
        case "/trouble", "POST":
            return _set_trouble(request.body, sandbox)
        case ("" | "/record" | "/trouble") as place, method:
            return _not_allowed(place, method)
    return Reply.json(404, {"detail": f"There is {PREFIX}, {PREFIX}/record and {PREFIX}/trouble."})


def _set_trouble(body: bytes, sandbox: "Sandbox") -> Reply:
    try:
        data = json.loads(body.decode())
    except (ValueError, RecursionError) as error:
        return Reply.json(400, {"detail": f"That is not JSON: {error}"})
    wanted = data.get("trouble") if isinstance(data, dict) else None
    if not isinstance(wanted, list) or not all(isinstance(each, str) for each in wanted):
        return Reply.json(400, {"detail": 'Send {"trouble": ["reject=0.1"]}, or an empty list for none.'})
    try:
        sandbox.trouble = wanted
    except ValueError as error:
        return Reply.json(400, {"detail": str(error)})
    return Reply.json(200, sandbox.counts())


def _not_allowed(place: str, method: str) -> Reply:
    allowed = {"": "GET", "/record": "GET, DELETE", "/trouble": "POST"}[place]
    detail = f"{PREFIX}{place} takes {allowed}, not {method}."
    return Reply.json(405, {"detail": detail}, headers=(("Allow", allowed),))

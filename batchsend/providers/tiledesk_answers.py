"""What Tiledesk's answers mean for a message. Where each was found: see tiledesk.py."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from batchsend.providers.exchange import HttpResponse, excerpt_of
from batchsend.providers.outcomes import Attempt, Event, Stop, event_of
from batchsend.runs.status import Status

REFERENCE = "client_ref"
"""The attribute of a message that holds our own name for it."""

CHECK_PROJECT = "check project_id"
_BEFORE_THE_CONVERSATION = {"Error creating request", "Error getting the request."}


def judge(response: HttpResponse) -> Attempt:
    """What an answer alone says of a message; UNKNOWN: its conversation has to be read."""
    event, answer = event_of(response), response.json()
    said = answer if isinstance(answer, dict) else {}
    if event is Event.UNREADABLE and isinstance(said.get("_id"), str) and said["_id"]:
        return Attempt.of_response(Event.ACCEPTED, response, reference=excerpt_of(said["_id"]))
    if response.status == 400 and (said.get("error") or response.text.strip() == "Bad Request"):
        return Attempt.of_response(Event.BAD_CREDENTIALS, response, f"{response.excerpt}; {CHECK_PROJECT}")
    if response.status == 403 and "quota" in f"{said.get('message')} {said.get('msg')}".lower():
        return Attempt.of_response(Event.NO_CREDITS, response, f"the quota of conversations: {response.excerpt}")
    attempt = Attempt.of_response(event, response)
    return replace(attempt, stop=Stop.CREDITS) if _has_reached_limits(response, said) else attempt


def proof_of_refusal(response: HttpResponse) -> Attempt | None:
    """What Tiledesk's own report of an error means once the conversation was seen to hold nothing of ours.

    None: still nothing. A proxy's 500 proves nothing, as the server behind it may be at work; neither does the
    catch-all {"err": "error"}, nor a message that failed in the database. Before a conversation stands, no message of
    it is written (routes/message.js:87, 249, 317).
    """
    said = response.json()
    if response.status != 500 or not isinstance(said, dict) or said.get("success") is not False:
        return None
    if _has_reached_limits(response, said):
        return Attempt.of_response(Event.NO_CREDITS, response, f"the quota of conversations: {response.excerpt}")
    if "ValidationError" in str(said.get("err")) or "validation failed" in str(said.get("err")):
        return Attempt.of_response(Event.REFUSED, response)
    if said.get("msg") not in _BEFORE_THE_CONVERSATION:
        return None
    reason = f"the gateway stored nothing ({response.excerpt}); the month's quota of conversations may be used up"
    return replace(Attempt.of_response(Event.SERVER_ERROR, response), status=Status.NOT_SENT, reason=reason, retry=True)


def stored_in(response: HttpResponse, key: str) -> str | None:
    """The id of our message in a conversation that was read; "": it is not there; None: the answer does not say."""
    messages = response.json()
    if response.status != 200 or not isinstance(messages, list):
        return None
    for message in messages:
        if not isinstance(message, dict):
            return None
        attributes = message.get("attributes")
        if isinstance(attributes, dict) and attributes.get(REFERENCE) == key:
            return excerpt_of(str(message.get("_id") or key))
    return ""


def _has_reached_limits(response: HttpResponse, said: Mapping[str, Any]) -> bool:
    """The words of 2.10 to 2.13; newer ones leave `err` empty."""
    return response.status == 500 and isinstance(said.get("err"), str) and "limits reached" in said["err"].lower()


def is_dead_token(response: HttpResponse) -> bool:
    """A 401 that a new token may cure; one that speaks of an address or a ban is not."""
    return response.status == 401 and not re.search(r"ip filter|deny|ban", response.text, re.IGNORECASE)

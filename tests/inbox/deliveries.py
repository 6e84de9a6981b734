"""Deliveries as Tiledesk posts them (providers.md 3.6), and a way to post them."""

import json
from typing import Any

import httpx

PROJECT = "5b55e806c93dde00143163dd"
SUBSCRIPTION = "6560a1b2c3d4e5f6a7b8c9d0"
SECRET = "5d1c6c9e-8f0a-4c55-9b7b-fake00000001"
TOKEN = "eyJhbGciOiJIUzI1NiJ9.fake-jwt-of-a-delivery.sig"
GUEST = "0f2bb3b6-guest"


def chat(key: str) -> str:
    """The conversation of a message, as the provider makes it."""
    return f"support-group-{key[:8]}-{key[8:12]}-{key[12:16]}-{key[16:20]}-{key[20:]}"


def delivery(conversation: str, text: Any = "Thanks!", id_: Any = "6560aaaaaaaaaaaaaaaaaaa1", **payload: Any) -> Any:
    return {
        "timestamp": 1795255200000,
        "payload": {
            "_id": id_,
            "sender": "5aaa99024c3b110014b478f0",
            "senderFullname": "Agent Smith",
            "recipient": conversation,
            "type": "text",
            "text": text,
            "id_project": PROJECT,
            "channel": {"name": "chat21"},
            "channel_type": "group",
            "status": 0,
            "createdBy": "5aaa99024c3b110014b478f0",
            "createdAt": "2026-11-21T10:05:00.123Z",
            "request": {
                "request_id": conversation,
                "attributes": {"client_ref": "copied to the request", "client_to": "+40723000002"},
                "createdBy": GUEST,
                "lead": {"lead_id": GUEST, "fullname": "Name 2"},
                "requester": {"uuid_user": GUEST},
            },
            **payload,
        },
        "hook": {
            "_id": SUBSCRIPTION,
            "target": "https://example.org/replies/x",
            "event": "message.create",
            "id_project": PROJECT,
        },
        "token": TOKEN,
    }


def text_message(number: str, text: str, id_: str, **payload: Any) -> Any:
    """A text message that came in over the SMS channel: who writes it is the phone."""
    digits = number.lstrip("+")
    conversation = f"support-group-{PROJECT}-1a2b3c4d-sms-twilio-{digits}-14155550100"
    return delivery(conversation, text, id_, sender=f"sms-twilio-{digits}", senderFullname=number, **payload)


def post(address: str, body: Any, secret: str = SECRET) -> httpx.Response:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    headers = {"x-hook-secret": secret, "Content-Type": "application/json", "User-Agent": "tiledesk-webhooks"}
    return httpx.post(address, content=content, headers=headers, timeout=30, trust_env=False)

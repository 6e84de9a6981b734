"""The dialect of Tiledesk: without a socket, and with the provider at the other end of one."""

import asyncio
import json
from typing import Any, TypeVar

import pytest

from batchsend.delivery.transport import HttpTransport
from batchsend.messages import Message, measure
from batchsend.providers import Enquiry, NoResponse, build_provider
from batchsend.providers.tiledesk import Tiledesk as Provider
from batchsend.runs import Status
from batchsend.sandbox import Sandbox, Trouble
from batchsend.sandbox.dialect import Drop, Reply, Request
from batchsend.sandbox.tiledesk import Tiledesk
from batchsend.settings import Settings

Result = TypeVar("Result")
PLACE = "/p1/requests/support-group-1/messages"
HI: dict[str, object] = {"text": "Hi", "attributes": {"client_ref": "r1"}}


def say(
    gateway: Tiledesk,
    path: str,
    body: object = None,
    *,
    token: str = "",
    trouble: Trouble | None = None,
    media_type: str = "application/json",
) -> Reply | Drop:
    sent = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
    headers = {"content-type": media_type, "authorization": token}
    return gateway.answer(
        Request(method="GET" if body is None else "POST", path=path, headers=headers, body=sent), trouble
    )


def told(reply: Reply | Drop) -> tuple[int, Any]:
    assert isinstance(reply, Reply)
    return reply.status, json.loads(reply.body)


def guest(gateway: Tiledesk, project: str = "p1") -> str:
    status, said = told(say(gateway, "/auth/signinAnonymously", {"id_project": project}))
    assert status == 200
    return str(said["token"])


def test_a_guest_writes_and_reads_it_back() -> None:
    gateway = Tiledesk()
    token = guest(gateway)
    written = say(gateway, PLACE, HI, token=token)
    status, message = told(written)
    assert (status, message["text"], message["attributes"]) == (200, "Hi", {"client_ref": "r1"})
    assert written.accepted is not None
    status, read = told(say(gateway, PLACE, token=guest(gateway)))  # any guest of the project may
    assert (status, [each["_id"] for each in read]) == (200, [message["_id"]])
    assert told(say(gateway, "/p1/requests/other/messages", token=token)) == (200, [])


def test_it_is_not_idempotent() -> None:
    gateway = Tiledesk()
    token = guest(gateway)
    ids = {told(say(gateway, PLACE, HI, token=token))[1]["_id"] for _ in range(2)}
    assert len(ids) == 2


@pytest.mark.parametrize(
    ("body", "media_type", "status", "said"),
    [
        (b"{", "application/json", 500, {"err": "error"}),
        ({}, "application/json", 422, {"errors": ["text field is required"]}),
        (HI, "text/plain", 422, {"errors": ["text field is required"]}),
        (HI | {"channel": "sms"}, "application/json", 500, None),
        (HI | {"text": "x" * 512_000}, "application/json", 413, None),
    ],
)
def test_mistakes_get_their_answers(body: object, media_type: str, status: int, said: object) -> None:
    gateway = Tiledesk()
    reply = say(gateway, PLACE, body, token=guest(gateway), media_type=media_type)
    assert told(reply)[0] == status
    assert said is None or told(reply)[1] == said
    assert reply.accepted is None


def test_a_text_that_is_none_is_never_answered() -> None:
    gateway = Tiledesk()
    assert isinstance(say(gateway, PLACE, {"text": 7}, token=guest(gateway)), Drop)


def test_who_may_write() -> None:
    gateway = Tiledesk()
    token = guest(gateway, "p2")
    assert told(say(gateway, PLACE, HI, token=token))[0] == 403
    for refused, status in ((say(gateway, PLACE, HI), 401), (say(gateway, PLACE, HI, token=token[4:]), 400)):
        assert isinstance(refused, Reply)
        assert refused.status == status
    assert told(say(gateway, "/auth/signinAnonymously", {"firstname": "x"}))[0] == 422


async def _carried(transport: HttpTransport, enquiry: Enquiry[Result]) -> Result:
    try:
        request = next(enquiry)
        while True:
            try:
                response = await transport.send(request)
            except NoResponse as trouble:
                request = enquiry.throw(trouble)
            else:
                request = enquiry.send(response)
    except StopIteration as finished:
        result: Result = finished.value
        return result


def over_a_socket(sandbox: Sandbox, *numbers: int) -> list[tuple[Status, str]]:
    """Delivers so many messages, all at once."""
    settings = {"BATCHSEND_SMARTIFY_PROJECT_ID": "p1", "BATCHSEND_SMARTIFY_BASE_URL": sandbox.base_url}
    provider = build_provider("smartify", Settings(settings, {}))
    assert isinstance(provider, Provider)

    async def deliver() -> list[tuple[Status, str]]:
        async with HttpTransport(4, only=sandbox.base_url) as transport:
            messages = [Message(n, f"+4072200000{n}", "RO", f"Hi {n}", measure("Hi"), key=f"{n:032x}") for n in numbers]
            attempts = await asyncio.gather(*(_carried(transport, provider.deliver(each)) for each in messages))
            return [(attempt.status, attempt.reference) for attempt in attempts]

    return asyncio.run(deliver())


def test_messages_that_begin_together_go_through(sandbox: Sandbox) -> None:
    attempts = over_a_socket(sandbox, 1, 2, 3, 4, 5, 6)
    assert {status for status, _ in attempts} == {Status.ACCEPTED}
    assert len({reference for _, reference in attempts}) == 6
    assert sorted(each.text for each in sandbox.record.accepted()) == [f"Hi {n}" for n in range(1, 7)]


@pytest.mark.parametrize(
    ("trouble", "status", "accepted"),
    [  # the first request is the sign-in, the second the message, the third reads it back
        ("reject=@2", Status.REJECTED, 0),
        ("no_credits=@2", Status.NOT_SENT, 0),
        ("bad_token", Status.NOT_SENT, 0),
        ("rate_limit=@2", Status.NOT_SENT, 0),
        ("slow", Status.ACCEPTED, 1),
        ("error=x1", Status.NOT_SENT, 0),
        ("drop_before_accept=x1", Status.NOT_SENT, 0),
        ("html=x1", Status.NOT_SENT, 0),
        ("drop_before_accept=@2", Status.UNKNOWN, 0),
        ("error=@2", Status.UNKNOWN, 0),  # the reading back fails as well
        ("html=@2", Status.UNKNOWN, 0),
        ("drop_after_accept=@2", Status.ACCEPTED, 1),
        ("error_after_accept=@2", Status.ACCEPTED, 1),
    ],
)
def test_trouble_over_a_socket(sandbox: Sandbox, trouble: str, status: Status, accepted: int) -> None:
    sandbox.trouble = [trouble]
    ((became, _),) = over_a_socket(sandbox, 1)
    assert (became, len(sandbox.record.accepted())) == (status, accepted)

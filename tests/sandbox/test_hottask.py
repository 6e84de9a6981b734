"""The dialect of the HotTask family, without a socket."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from batchsend.sandbox.dialect import Drop, Message, Reply, Request
from batchsend.sandbox.hottask import HotTask
from batchsend.sandbox.purse import Purse
from batchsend.sandbox.trouble import Trouble

GOOD: dict[str, object] = {"SerialNumber": "SN7", "ToPhoneNumber": "+40722000001", "Message": "Salut"}
NOON = datetime(2026, 11, 21, 12, 0, 0, 264484, tzinfo=UTC)
JSON = "application/json"


def _request(
    operation: str = "SendTwilioMessage",
    body: object = GOOD,
    *,
    method: str = "POST",
    key: str | None = "secret",
    media_type: str = JSON,
) -> Request:
    headers = {"content-type": media_type} | ({} if key is None else {"authorization": key})
    sent = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Request(method=method, path=f"/chat/Chatbot/{operation}", headers=headers, body=sent)


def _usage(gateway: HotTask) -> Any:
    return _json(_answer(_request("GetMessageCreditsUsage", b"", method="GET"), gateway=gateway))["Data"]


def _answer(request: Request, trouble: Trouble | None = None, *, gateway: HotTask | None = None) -> Reply:
    answer = (gateway or HotTask()).answer(request, trouble, 60)
    assert isinstance(answer, Reply)
    return answer


def _json(reply: Reply) -> Any:
    assert reply.content_type == JSON
    return json.loads(reply.body)


def _at(*times: datetime) -> Callable[[], datetime]:
    coming = iter(times)
    return lambda: next(coming)


def test_a_good_message_is_accepted_as_it_came_and_gets_a_session() -> None:
    reply = _answer(_request())
    assert (reply.status, reply.accepted) == (200, Message(to="+40722000001", text="Salut", body=GOOD))
    answer = _json(reply)
    session = answer["Data"].pop("SessionID")
    assert answer == {
        "Data": {"Status": "True", "Message": "sent"},
        "Version": "1.0.0",
        "Success": True,
        "Code": 200,
        "Message": "",
    }
    assert int(float(session)) != session  # who reads it as a float notices


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (GOOD | {"SerialNumber": ""}, "SerialNumber is required"),
        ({"ToPhoneNumber": "+40722000001", "Message": "Salut"}, "SerialNumber is required"),
        (GOOD | {"Message": " "}, "Message is required"),
        (GOOD | {"Message": 7}, "Message is required"),
        (GOOD | {"ToPhoneNumber": "0722000001"}, "not a valid phone number"),
        (GOOD | {"ToPhoneNumber": None}, "not a valid phone number"),
    ],
)
def test_a_mistake_in_the_fields_is_named_in_the_envelope(body: object, says: str) -> None:
    reply = _answer(_request(body=body))
    answer = _json(reply)
    assert (reply.status, answer["Success"], answer["Code"], reply.accepted) == (200, False, 400, None)
    assert says in answer["Message"]


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (_request(body=b"{"), 400),
        (_request(body=b"[]"), 400),
        (_request(body=b"[" * 100_000), 400),
        (_request(key=None), 401),
        (_request(key=""), 401),
        (_request(key="other"), 401),
        (_request(key="Bearer secret"), 401),
        (_request("Nothing"), 404),
        (_request(method="GET"), 405),
        (_request("GetMessageCreditsUsage"), 405),
        (_request(media_type="text/plain"), 415),
    ],
)
def test_what_is_no_request_of_its_own_is_refused(request_: Request, status: int) -> None:
    assert _answer(request_, gateway=HotTask("secret")).status == status


@pytest.mark.parametrize(
    ("trouble", "status", "code"),
    [
        (Trouble.REJECT, 200, 400),
        (Trouble.NO_CREDITS, 200, 402),
        (Trouble.BAD_TOKEN, 401, 401),
        (Trouble.RATE_LIMIT, 429, 429),
        (Trouble.ERROR, 500, None),
        (Trouble.HTML, 200, None),
    ],
)
def test_trouble_before_acceptance_accepts_nothing(trouble: Trouble, status: int, code: int | None) -> None:
    gateway = HotTask(purse=Purse(5))
    reply = _answer(_request(), trouble, gateway=gateway)
    assert (reply.status, reply.accepted, _usage(gateway)["Remain"]) == (status, None, 5)
    if code:
        assert _json(reply)["Code"] == code
    assert _json(_answer(_request("ChatContentHistory"), gateway=gateway))["Data"] == []


def test_trouble_after_acceptance_has_accepted_and_remembers_it() -> None:
    gateway = HotTask(purse=Purse(5))
    failed = _answer(_request(), Trouble.ERROR_AFTER_ACCEPT, gateway=gateway)
    assert (failed.status, _json(failed)["Code"], failed.accepted is not None) == (200, 500, True)
    dropped = gateway.answer(_request(), Trouble.DROP_AFTER_ACCEPT)
    assert isinstance(dropped, Drop)
    assert (dropped.reset, dropped.accepted is not None) == (True, True)
    assert gateway.answer(_request(), Trouble.DROP_BEFORE_ACCEPT) == Drop(reset=False)
    assert _usage(gateway) == {"Total": 5, "Used": 2, "Remain": 3}
    assert len(_json(_answer(_request("ChatContentHistory"), gateway=gateway))["Data"]) == 2


def test_credits_without_end_are_minus_one() -> None:
    gateway = HotTask()
    _answer(_request(), gateway=gateway)
    assert _usage(gateway) == {"Total": -1, "Used": 1, "Remain": -1}


def test_the_last_credit_is_spent_once() -> None:
    gateway = HotTask(purse=Purse(1))
    assert [_json(_answer(_request(), gateway=gateway))["Code"] for _ in range(2)] == [200, 402]


@pytest.mark.parametrize(
    ("days", "texts"),
    [
        ({}, ["A", "B"]),
        ({"StartTime": "2026-11-21", "EndTime": "2026-11-21"}, ["A"]),
        ({"StartTime": "2026-11-21", "EndTime": "2026-11-22"}, ["A", "B"]),
        ({"StartTime": "2026-11-22"}, ["B"]),
        ({"EndTime": "2026-11-20"}, []),
        ({"SerialNumber": "another"}, []),
    ],
)
def test_the_history_tells_what_was_sent_by_day(days: dict[str, str], texts: list[str]) -> None:
    gateway = HotTask(clock=_at(NOON, NOON + timedelta(days=1)))
    for text in ("A", "B"):
        _answer(_request(body=GOOD | {"Message": text}), gateway=gateway)
    history = _json(_answer(_request("ChatContentHistory", {"SerialNumber": "SN7"} | days), gateway=gateway))["Data"]
    assert [session["Messages"] for session in history] == [[{"Type": "AI", "Content": text}] for text in texts]
    assert all(session["CreateTime"].endswith("T12:00:00.264484Z") for session in history)


@pytest.mark.parametrize("day", ["21.11.2026", "soon", 7, True])
def test_a_day_that_is_none_is_refused(day: object) -> None:
    request = _request("ChatContentHistory", {"SerialNumber": "SN7", "StartTime": day})
    assert _json(_answer(request))["Code"] == 400


def test_the_whole_prefix_is_its_own_and_nothing_else() -> None:
    gateway = HotTask()
    assert gateway.owns("/chat/Chatbot/SendTwilioMessage")
    assert not gateway.owns("/chat/Chat/ClientAsk")
    assert not gateway.owns("/api/sms/")

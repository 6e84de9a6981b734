"""The dialect of Robo-SMS, without a socket."""

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from batchsend.sandbox.dialect import Drop, Message, Reply, Request
from batchsend.sandbox.purse import Purse
from batchsend.sandbox.robo_sms import RoboSms
from batchsend.sandbox.trouble import Trouble

GOOD: dict[str, object] = {"to": "+40722000001", "content": "Salut"}
REQUIRED = "This field is required."
NOT_VALID = {"to": ["The phone number entered is not valid."]}


def _request(
    body: object = GOOD,
    *,
    method: str = "POST",
    path: str = "/api/sms/",
    token: str | None = "Basic secret",  # noqa: S107 - a fake one
    media_type: str = "application/json",
) -> Request:
    headers = {"content-type": media_type} | ({} if token is None else {"authorization": token})
    sent = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Request(method=method, path=path, headers=headers, body=sent)


def _answer(
    request: Request, trouble: Trouble | None = None, *, gateway: RoboSms | None = None, retry_after: int = 1
) -> Reply:
    answer = (gateway or RoboSms()).answer(request, trouble, retry_after)
    assert isinstance(answer, Reply)
    return answer


def _json(reply: Reply) -> Any:
    assert reply.content_type == "application/json"
    return json.loads(reply.body)


def test_a_good_message_is_accepted_as_it_came() -> None:
    reply = _answer(_request({"to": "+40722000001", "content": " Salut ", "device_id": "7"}))
    assert (reply.status, _json(reply)) == (200, {"success": True})
    assert reply.accepted == Message(
        to="+40722000001",
        text=" Salut ",
        body={"to": "+40722000001", "content": " Salut ", "device_id": "7"},
    )


@pytest.mark.parametrize(
    ("body", "answer"),
    [
        ({}, {"to": [REQUIRED], "content": [REQUIRED]}),
        (b"", {"to": [REQUIRED], "content": [REQUIRED]}),
        ({"to": "+40722000001"}, {"content": [REQUIRED]}),
        ({"content": "Salut"}, {"to": [REQUIRED]}),
        (GOOD | {"content": ""}, {"content": ["This field may not be blank."]}),
        (GOOD | {"content": " \n\t"}, {"content": ["This field may not be blank."]}),
        (GOOD | {"to": ""}, {"to": ["This field may not be blank."]}),
        (GOOD | {"content": None}, {"content": ["This field may not be null."]}),
        (GOOD | {"content": True}, {"content": ["Not a valid string."]}),
        (GOOD | {"to": ["+40722000001"]}, {"to": ["Not a valid string."]}),
        (GOOD | {"content": "a\0b"}, {"content": ["Null characters are not allowed."]}),
        (GOOD | {"content": "a\ud83d"}, {"content": ["Surrogate characters are not allowed: U+D83D."]}),
        (GOOD | {"country_code": 7.5} | {"to": "123"}, NOT_VALID),
        (GOOD | {"country_code": None}, {"country_code": ["This field may not be null."]}),
        ([], {"non_field_errors": ["Invalid data. Expected a dictionary, but got list."]}),
        ("text", {"non_field_errors": ["Invalid data. Expected a dictionary, but got str."]}),
        (None, {"non_field_errors": ["No data provided"]}),
    ],
)
def test_a_mistake_in_the_fields_is_named(body: object, answer: object) -> None:
    reply = _answer(_request(body))
    assert (reply.status, _json(reply), reply.accepted) == (400, answer, None)


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b" ",
        b"{'to': 1}",
        b'{"to": NaN}',
        b'{"to": -Infinity}',
        b'{"to": "\xff"}',
        b"\xef\xbb\xbf{}",  # a byte order mark
        b"[" * 100_000,
        b'{"to": ' + b"9" * 5000 + b"}",
    ],
)
def test_what_is_not_json_is_said_to_be_not_json(body: bytes) -> None:
    reply = _answer(_request(body))
    assert reply.status == 400
    assert _json(reply)["detail"].startswith("JSON parse error - ")


@pytest.mark.parametrize(
    "fields",
    [
        {"to": "+1234567"},  # the shortest: 7 digits
        {"to": "+123456789012345"},  # the longest: 15 digits
        {"to": " +40722000001 "},
        {"to": "0722000001", "country_code": "RO"},
        {"to": 722000001, "country_code": "ro"},
        {"to": "+40722000001", "country_code": "RO"},
    ],
)
def test_a_well_formed_number_is_accepted(fields: dict[str, object]) -> None:
    reply = _answer(_request(GOOD | fields))
    assert reply.status == 200
    assert reply.accepted is not None
    assert reply.accepted.to == str(fields["to"])


@pytest.mark.parametrize(
    "fields",
    [
        {"to": "00", "content": "000"},  # what a client may send to try its token
        {"to": "+123456"},
        {"to": "+1234567890123456"},
        {"to": "+0722000001"},
        {"to": "40722000001"},
        {"to": "0722000001"},
        {"to": "+40 722 000 001"},
        {"to": "+40722000001\n+40722000002"},
        {"to": "+40722000001,+40722000002"},
        {"to": "+٤٠٧٢٢٠٠٠٠٠١"},
        {"to": "0722 000 001", "country_code": "RO"},
        {"to": "0722000001", "country_code": "ROU"},
        {"to": "072", "country_code": "RO"},
    ],
)
def test_any_other_number_is_refused_and_costs_nothing(fields: dict[str, object]) -> None:
    purse = Purse(5)
    gateway = RoboSms(purse=purse)
    reply = _answer(_request(GOOD | fields), gateway=gateway)
    assert (reply.status, _json(reply), reply.accepted) == (400, NOT_VALID, None)
    assert purse.left == 5


@pytest.mark.parametrize(
    ("media_type", "status"),
    [
        ("application/json", 200),
        ("Application/JSON; charset=utf-8", 200),
        ("text/plain", 415),
        ("application/x-www-form-urlencoded", 415),
        ("", 415),
    ],
)
def test_only_json_is_read(media_type: str, status: int) -> None:
    reply = _answer(_request(media_type=media_type))
    assert reply.status == status
    if status == 415:
        assert _json(reply) == {"detail": f'Unsupported media type "{media_type}" in request.'}


@pytest.mark.parametrize(
    ("token", "detail"),
    [
        (None, "Authentication credentials were not provided."),
        ("", "Authentication credentials were not provided."),
        ("secret", "Authentication credentials were not provided."),
        ("Bearer secret", "Authentication credentials were not provided."),
        ("Basic", "Invalid token header. No credentials provided."),
        ("Token  ", "Invalid token header. No credentials provided."),
        ("Token sec ret", "Invalid token header. Token string should not contain spaces."),
        ("Basic Secret", "Invalid token."),
        ("Token other", "Invalid token."),
    ],
)
def test_bad_credentials_are_refused(token: str | None, detail: str) -> None:
    reply = _answer(_request(token=token), gateway=RoboSms(token="secret"))
    assert (reply.status, _json(reply), reply.accepted) == (401, {"detail": detail}, None)
    assert ("WWW-Authenticate", "Token") in reply.headers


@pytest.mark.parametrize("token", ["Basic secret", "Token secret", "token secret", "BASIC  secret"])
def test_both_schemes_are_taken(token: str) -> None:
    assert _answer(_request(token=token), gateway=RoboSms(token="secret")).status == 200


def test_any_token_will_do_when_none_is_set() -> None:
    assert _answer(_request(token="Basic anything")).status == 200
    assert _answer(_request(token="Basic")).status == 401


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "OPTIONS"])
def test_only_post_is_allowed(method: str) -> None:
    reply = _answer(_request(method=method))
    assert (reply.status, _json(reply)) == (405, {"detail": f'Method "{method}" not allowed.'})
    assert ("Allow", "POST") in reply.headers


@pytest.mark.parametrize("path", ["/", "/api/sms", "/api/sms//", "/api/sms/1", "/API/SMS/"])
def test_any_other_path_is_not_found(path: str) -> None:
    assert not RoboSms().owns(path)
    assert _answer(_request(path=path)).status == 404


def test_credentials_are_checked_before_the_method_and_the_body() -> None:
    assert _answer(_request(b"{", method="GET", token=None)).status == 401
    assert _answer(_request(b"{", media_type="text/plain")).status == 415


@pytest.mark.parametrize(
    ("trouble", "status", "answer"),
    [
        (Trouble.REJECT, 400, NOT_VALID),
        (Trouble.RATE_LIMIT, 429, {"detail": "Request was throttled. Expected available in 60 seconds."}),
        (Trouble.NO_CREDITS, 402, {"detail": "Not enough credits."}),
        (Trouble.BAD_TOKEN, 401, {"detail": "Invalid token."}),
        (Trouble.ERROR, 500, None),
        (Trouble.HTML, 200, None),
    ],
)
def test_trouble_before_acceptance_accepts_nothing(trouble: Trouble, status: int, answer: object) -> None:
    purse = Purse(5)
    gateway = RoboSms(purse=purse)
    reply = _answer(_request(), trouble, gateway=gateway, retry_after=60)
    assert (reply.status, reply.accepted, purse.left) == (status, None, 5)
    if answer is None:
        assert reply.content_type.startswith("text/html")
    else:
        assert _json(reply) == answer


@pytest.mark.parametrize(("seconds", "words"), [(0, "in 0 seconds."), (1, "in 1 second."), (2, "in 2 seconds.")])
def test_a_rate_limit_says_when_to_come_back(seconds: int, words: str) -> None:
    reply = _answer(_request(), Trouble.RATE_LIMIT, retry_after=seconds)
    assert reply.headers == (("Retry-After", str(seconds)),)
    assert _json(reply)["detail"].endswith(words)


def test_an_error_after_acceptance_has_accepted_the_message() -> None:
    purse = Purse(5)
    gateway = RoboSms(purse=purse)
    reply = _answer(_request(), Trouble.ERROR_AFTER_ACCEPT, gateway=gateway)
    assert (reply.status, purse.left) == (500, 4)
    assert reply.accepted is not None


def test_a_drop_after_acceptance_resets_and_a_drop_before_it_closes() -> None:
    gateway = RoboSms()
    before = gateway.answer(_request(), Trouble.DROP_BEFORE_ACCEPT)
    after = gateway.answer(_request(), Trouble.DROP_AFTER_ACCEPT)
    assert before == Drop(reset=False, accepted=None)
    assert after == Drop(reset=True, accepted=Message(to="+40722000001", text="Salut", body=GOOD))


@pytest.mark.parametrize("trouble", [Trouble.DROP_AFTER_ACCEPT, Trouble.ERROR_AFTER_ACCEPT, Trouble.SLOW])
def test_trouble_after_acceptance_spares_a_request_with_a_mistake(trouble: Trouble) -> None:
    assert _answer(_request({}), trouble).status == 400
    assert _answer(_request(token=None), trouble).status == 401
    assert _answer(_request(), trouble, gateway=RoboSms(purse=Purse(0))).status == 402


@pytest.mark.parametrize(("length", "cost"), [(1, 1), (479, 1), (480, 1), (481, 2), (960, 2), (961, 3)])
def test_a_credit_is_taken_for_each_started_480_characters(length: int, cost: int) -> None:
    purse = Purse(10)
    gateway = RoboSms(purse=purse)
    _answer(_request(GOOD | {"content": "ș" * length}), gateway=gateway)
    assert purse.left == 10 - cost


def test_a_message_that_costs_more_than_is_left_is_refused_and_takes_nothing() -> None:
    purse = Purse(1)
    gateway = RoboSms(purse=purse)
    assert _answer(_request(GOOD | {"content": "x" * 481}), gateway=gateway).status == 402
    assert purse.left == 1
    assert _answer(_request(), gateway=gateway).status == 200
    refused = _answer(_request(), gateway=gateway)
    assert (refused.status, refused.accepted) == (402, None)
    assert _json(refused) == {"detail": "Not enough credits."}


def test_threads_never_spend_a_credit_twice() -> None:
    purse = Purse(50)
    gateway = RoboSms(purse=purse)
    with ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(lambda _: _answer(_request(), gateway=gateway).status, range(200)))
    assert statuses.count(200) == 50
    assert purse.left == 0


def test_a_balance_below_zero_is_refused() -> None:
    with pytest.raises(ValueError, match="-1 credits"):
        Purse(-1)

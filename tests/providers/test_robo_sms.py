import json

import pytest

from batchsend.errors import UsageError
from batchsend.messages import Message, measure
from batchsend.providers import Attempt, HttpRequest, HttpResponse, Provider, Stop, build_provider
from batchsend.runs import Status
from batchsend.settings import Settings

MESSAGE = Message(2, "+40723555666", "RO", "Bună Ana 🎉", measure("Bună Ana 🎉"), "Ana")


def provider(**environment: str) -> Provider:
    named = {f"BATCHSEND_ROBO_SMS_{key.upper()}": value for key, value in environment.items()}
    return build_provider("robo-sms", Settings({"BATCHSEND_ROBO_SMS_TOKEN": "fake-token", **named}, {}))


def exchange(status: int, body: bytes) -> tuple[HttpRequest, Attempt]:
    delivery = provider().deliver(MESSAGE)
    request = next(delivery)
    with pytest.raises(StopIteration) as finished:
        delivery.send(HttpResponse(status, {"content-type": "application/json"}, body))
    return request, finished.value.value


def test_the_request_is_the_documented_one() -> None:
    request, _ = exchange(200, b'{"success": true}')
    assert (request.method, request.url) == ("POST", "https://robo-sms.com/api/sms/")
    assert request.headers["Authorization"] == "Basic fake-token"  # the raw token, not base64
    assert request.headers["Content-Type"] == "application/json"
    assert json.loads(request.body) == {"to": "+40723555666", "content": "Bună Ana 🎉", "country_code": "RO"}


def test_base_url_scheme_and_device_are_settings() -> None:
    request = next(provider(base_url="http://127.0.0.1:1/", scheme="Token", device_id="d7").deliver(MESSAGE))
    assert request.url == "http://127.0.0.1:1/api/sms/"
    assert request.headers["Authorization"] == "Token fake-token"
    assert json.loads(request.body)["device_id"] == "d7"


@pytest.mark.parametrize(
    ("http_status", "body", "status", "stop"),
    [
        (200, b'{"success": true}', Status.ACCEPTED, None),
        (201, b'{"success": true}', Status.ACCEPTED, None),
        (200, b'{"success": "True"}', Status.UNKNOWN, None),  # not the documented body
        (200, b"{}", Status.UNKNOWN, None),
        (200, b"", Status.UNKNOWN, None),
        (200, b"<html>Log in</html>", Status.UNKNOWN, None),
        (200, b'{"success": false, "error": "blocked"}', Status.REJECTED, None),
        (200, b'{"success": false, "error": "You have no credits left"}', Status.NOT_SENT, Stop.CREDITS),
        (400, b'{"to": ["The phone number entered is not valid."]}', Status.REJECTED, None),
        (400, b'{"detail": "Not enough credits"}', Status.NOT_SENT, Stop.CREDITS),
        (403, b'{"detail": "Not enough credits"}', Status.NOT_SENT, Stop.CREDITS),
        (400, b'{"detail": "No usable device"}', Status.NOT_SENT, Stop.PROVIDER),
        (403, b'{"detail": "No usable device"}', Status.NOT_SENT, Stop.PROVIDER),
        (400, b"Insufficient credits", Status.NOT_SENT, Stop.CREDITS),
        # what an answer says about a field may quote the message: it says nothing of the account
        (400, b'{"content": ["Not allowed: no credit check, no device needed"]}', Status.REJECTED, None),
        (400, b'{"detail": "Text too long, remaining characters: -3"}', Status.REJECTED, None),
        (401, b'{"detail": "Invalid token."}', Status.NOT_SENT, Stop.CREDENTIALS),
        (500, b'{"detail": "Not enough credits"}', Status.UNKNOWN, None),  # a 5xx proves nothing, whatever it says
    ],
)
def test_answers_are_judged_by_class_and_words(
    http_status: int, body: bytes, status: Status, stop: Stop | None
) -> None:
    _, attempt = exchange(http_status, body)
    assert (attempt.status, attempt.stop, attempt.http_status) == (status, stop, http_status)


def test_without_a_token_the_variable_to_set_is_named() -> None:
    with pytest.raises(UsageError) as refused:
        build_provider("robo-sms", Settings({}, {}))
    assert "BATCHSEND_ROBO_SMS_TOKEN" in refused.value.hint


def test_the_token_is_in_no_text_but_the_request_header() -> None:
    made = provider(token="s3cret-token")
    request = next(made.deliver(MESSAGE))
    assert "s3cret-token" not in f"{made!r} {vars(made)!r} {made.account} {request!r} {request.url} {request.body!r}"


def test_a_new_token_is_the_same_account_and_another_address_is_not() -> None:
    assert provider().account == provider(token="renewed").account == "robo-sms.com"
    assert provider(base_url="https://ROBO-SMS.com/").account == "robo-sms.com"
    assert provider(base_url="http://127.0.0.1:1").account == "127.0.0.1:1"


@pytest.mark.parametrize("token", ["two\nlines", "caf\u00e9", "tab\tbed"])
def test_a_token_that_cannot_stand_in_a_header_is_refused_before_anything_is_sent(token: str) -> None:
    with pytest.raises(UsageError, match="token") as refused:
        provider(token=token)
    assert token not in refused.value.message + refused.value.hint


def test_an_unknown_provider_is_a_usage_error_that_lists_the_known() -> None:
    with pytest.raises(UsageError, match="carrier-pigeon") as refused:
        build_provider("carrier-pigeon", Settings({}, {}))
    assert "robo-sms" in refused.value.hint

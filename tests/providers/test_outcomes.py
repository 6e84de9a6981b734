import pytest

from batchsend.providers.exchange import HttpResponse, NoAnswer, NotConnected
from batchsend.providers.outcomes import RULES, Attempt, Event, Stop, event_of
from batchsend.runs import Status


def test_every_event_has_a_rule() -> None:
    assert set(RULES) == set(Event)


def test_only_what_is_proven_not_sent_is_ever_retried() -> None:
    assert {rule.status for rule in RULES.values() if rule.retry} == {Status.NOT_SENT}


@pytest.mark.parametrize(
    ("http_status", "status", "retry", "stop"),
    [
        (200, Status.UNKNOWN, False, None),  # until a provider has understood the body
        (204, Status.UNKNOWN, False, None),
        (301, Status.NOT_SENT, False, Stop.PROVIDER),  # "the same request, there": never followed
        (302, Status.UNKNOWN, False, Stop.PROVIDER),  # also how "done, look there" is said
        (303, Status.UNKNOWN, False, Stop.PROVIDER),
        (307, Status.NOT_SENT, False, Stop.PROVIDER),
        (400, Status.REJECTED, False, None),
        (401, Status.NOT_SENT, False, Stop.CREDENTIALS),
        (402, Status.NOT_SENT, False, Stop.CREDITS),
        (403, Status.NOT_SENT, False, Stop.CREDENTIALS),
        (404, Status.NOT_SENT, False, Stop.PROVIDER),
        (405, Status.NOT_SENT, False, Stop.PROVIDER),
        (408, Status.UNKNOWN, False, None),  # the server may have read the request
        (413, Status.REJECTED, False, None),
        (415, Status.NOT_SENT, False, Stop.PROVIDER),  # every message would be refused for its form, not for itself
        (422, Status.REJECTED, False, None),
        (429, Status.NOT_SENT, True, None),
        (500, Status.UNKNOWN, False, None),  # the message may be queued behind it
        (502, Status.UNKNOWN, False, None),
        (503, Status.UNKNOWN, False, None),  # unless a provider documents otherwise
        (504, Status.UNKNOWN, False, None),
        (520, Status.UNKNOWN, False, None),
        (999, Status.UNKNOWN, False, None),
    ],
)
def test_what_a_status_code_means(http_status: int, status: Status, retry: bool, stop: Stop | None) -> None:
    response = HttpResponse(http_status)
    attempt = Attempt.of_response(event_of(response), response)
    assert (attempt.status, attempt.retry, attempt.stop, attempt.http_status) == (status, retry, stop, http_status)


def test_no_connection_is_proven_not_sent_and_no_answer_is_unknown() -> None:
    assert Attempt.of_trouble(NotConnected("refused")).status is Status.NOT_SENT
    assert Attempt.of_trouble(NoAnswer("reset")).status is Status.UNKNOWN


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("7", 7.0),
        ("0", 0.0),
        ("Sat, 21 Nov 2026 10:00:30 GMT", 30.0),  # counted from the answer's own Date
        ("Sat, 21 Nov 2026 09:00:00 GMT", 0.0),
        ("-5", None),
        ("soon", None),
        ("", None),
        ("99999999999", 99999999999.0),  # the retry policy caps it
        ("Mon, 01 Jan 2026 00:00:00 +99999999999999999999", None),  # a zone that no clock has
    ],
)
def test_retry_after_is_seconds_or_a_date(header: str, seconds: float | None) -> None:
    headers = {"retry-after": header, "date": "Sat, 21 Nov 2026 10:00:00 GMT"}
    response = HttpResponse(429, headers)
    assert Attempt.of_response(Event.RATE_LIMITED, response).retry_after == seconds


@pytest.mark.parametrize(
    ("body", "excerpt"),
    [
        (b'{"to":["The phone number entered is not valid."]}', "to: The phone number entered is not valid."),
        (b'{"detail":"Invalid token."}', "detail: Invalid token."),
        (b"Unauthorized\n", "Unauthorized"),
        (b"<html><body>Log in</body></html>", "an HTML page"),
        (b"\xff\xfe", "\ufffd\ufffd"),
        (b"Bad\x1b[2J\x07 key\r\n", "Bad [2J key"),
        (b'{"detail":"one\\u001b]0;\\u202etwo"}', "detail: one ]0; two"),
        (b"x" * 500, "x" * 199 + "…"),
        (b"[" * 900 + b"1" + b"]" * 900, "[" * 199 + "…"),  # deep enough to overflow the stack of a careless reader
    ],
)
def test_an_answer_is_quoted_on_one_short_line(body: bytes, excerpt: str) -> None:
    assert HttpResponse(400, {}, body).excerpt == excerpt

"""Tiledesk's answers as its server gave them (see batchsend/providers/tiledesk.py), and what each means."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from batchsend.errors import UsageError
from batchsend.messages import Message, measure
from batchsend.providers import (
    Attempt,
    Event,
    HttpResponse,
    NoAnswer,
    NoResponse,
    NotConnected,
    Question,
    Stop,
    Unanswered,
    build_provider,
)
from batchsend.providers.tiledesk import Tiledesk
from batchsend.runs import Status
from batchsend.settings import Settings
from tests.providers.played import answer, play, steps

KEY = "0123456789abcdef0123456789abcdef"
MESSAGE = Message(2, "+40723555666", "RO", "Bună Ana 🎉", measure("Bună Ana 🎉"), "Ana Pop", key=KEY)
PROJECT = "5e71139f61dd040bc9594cee"
BASE = "https://panel.smartifyai.in/api"
CONVERSATION = "support-group-01234567-89ab-cdef-0123-456789abcdef"
PLACE = f"/{PROJECT}/requests/{CONVERSATION}/messages"

SIGNED_IN = answer(200, {"success": True, "token": "JWT fake.token.one", "user": {"_id": "g1", "firstname": "x"}})
RENEWED = answer(200, {"success": True, "token": "JWT fake.token.two", "user": {"_id": "g2", "firstname": "x"}})
OURS = {"_id": "65f0aa", "text": "Bună Ana 🎉", "attributes": {"client_ref": KEY, "client_to": "+40723555666"}}
STORED = answer(200, OURS)
NOTHING = answer(200, [])
FOUND = answer(200, [{"_id": "1", "attributes": {"subtype": "info"}}, {"_id": "2"}, OURS])
UNAUTHORIZED = HttpResponse(401, {"www-authenticate": 'Basic realm="Users"'}, b"Unauthorized")
NO_CONVERSATION = {"success": False, "msg": "Error creating request", "err": {}}
LIMITS = {"success": False, "msg": "Error creating request", "err": f"Requests limits reached for project {PROJECT}"}


def provider(name: str = "smartify", **settings: str) -> Tiledesk:
    given = {"project_id": PROJECT, **settings}
    named = {f"BATCHSEND_{name}_{key}".upper(): value for key, value in given.items()}
    made = build_provider(name, Settings(named, {}))
    assert isinstance(made, Tiledesk)
    return made


def sent(*answers: HttpResponse | NoResponse) -> Attempt:
    return play(provider().deliver(MESSAGE), SIGNED_IN, *answers).result


def test_the_requests_are_the_documented_ones() -> None:
    played = play(provider().deliver(MESSAGE), SIGNED_IN, STORED)
    sign_in, send = played.requests
    assert steps(played.requests, BASE) == ["POST /auth/signinAnonymously", f"POST {PLACE}"]
    assert json.loads(sign_in.body) == {"id_project": PROJECT, "firstname": "batchsend"}
    assert "Authorization" not in sign_in.headers
    assert send.headers["Authorization"] == "JWT fake.token.one"  # the token brings its scheme
    assert send.headers["Content-Type"] == "application/json"
    assert json.loads(send.body) == {
        "text": "Bună Ana 🎉",
        "senderFullname": "Ana Pop",
        "attributes": {"client_ref": KEY, "client_to": "+40723555666"},
    }
    assert played.result == Attempt(Event.ACCEPTED, Status.ACCEPTED, "", reference="65f0aa", http_status=200)


def test_both_names_have_their_own_address_and_account() -> None:
    tiledesk = play(provider("tiledesk").deliver(MESSAGE), SIGNED_IN, STORED)
    assert tiledesk.requests[1].url == f"https://api.tiledesk.com/v3{PLACE}"
    assert provider("tiledesk").account == f"api.tiledesk.com/v3/{PROJECT}"
    assert provider().account == f"panel.smartifyai.in/api/{PROJECT}"


def test_the_sms_channel_has_its_own_form_of_conversation() -> None:
    made = provider(channel="sms-twilio", from_number="+14155550100")
    request = play(made.deliver(MESSAGE), SIGNED_IN, STORED).requests[1]
    conversation = f"support-group-{PROJECT}-01234567-sms-twilio-40723555666-14155550100"
    assert request.url == f"{BASE}/{PROJECT}/requests/{conversation}/messages"
    assert json.loads(request.body)["channel"] == {"name": "sms-twilio"}
    assert made.account != provider().account  # other conversations: nothing can be read back from one in the other


@pytest.mark.parametrize(
    "settings",
    [
        {"channel": "sms"},
        {"channel": "sms-twilio"},
        {"channel": "sms-twilio", "from_number": "Shop"},
        {"project_id": "../other"},
    ],
)
def test_settings_that_make_no_sense_are_refused(settings: dict[str, str]) -> None:
    with pytest.raises(UsageError, match=r"channel|from_number|project_id"):
        provider(**settings)


def test_the_token_is_used_again() -> None:
    made = provider()
    play(made.deliver(MESSAGE), SIGNED_IN, STORED)
    assert steps(play(made.deliver(MESSAGE), STORED).requests, BASE) == [f"POST {PLACE}"]


def test_two_that_begin_together_end_with_one_token_and_both_deliver() -> None:
    made = provider()
    first, second = made.deliver(MESSAGE), made.deliver(replace(MESSAGE, row=3, key="f" * 32))
    assert [next(first).url, next(second).url] == [f"{BASE}/auth/signinAnonymously"] * 2
    assert first.send(SIGNED_IN).headers["Authorization"] == "JWT fake.token.one"
    assert second.send(RENEWED).headers["Authorization"] == "JWT fake.token.one"
    third = made.deliver(MESSAGE)
    assert next(third).headers["Authorization"] == "JWT fake.token.one"


def test_a_refused_token_is_renewed_once() -> None:
    made = provider()
    renewed = play(made.deliver(MESSAGE), SIGNED_IN, UNAUTHORIZED, RENEWED, STORED)
    assert renewed.result.status is Status.ACCEPTED
    assert renewed.requests[3].headers["Authorization"] == "JWT fake.token.two"
    refused = play(made.deliver(MESSAGE), UNAUTHORIZED, SIGNED_IN, UNAUTHORIZED).result
    assert (refused.status, refused.stop) == (Status.NOT_SENT, Stop.CREDENTIALS)


def test_a_token_that_another_delivery_has_renewed_is_taken_from_it() -> None:
    made = provider()
    play(made.deliver(MESSAGE), SIGNED_IN, STORED)
    first, second = made.deliver(MESSAGE), made.deliver(replace(MESSAGE, row=3, key="f" * 32))
    next(first), next(second)
    assert first.send(UNAUTHORIZED).url.endswith("/signinAnonymously")
    first.send(RENEWED)
    assert second.send(UNAUTHORIZED).headers["Authorization"] == "JWT fake.token.two"


_SIGN_IN_ANSWERS: list[tuple[HttpResponse | NoResponse, Event, bool, Stop | None]] = [
    (answer(422, {"errors": [{"msg": "Invalid value", "param": "id_project", "location": "body"}]}),
     Event.BAD_CREDENTIALS, False, Stop.CREDENTIALS),
    (answer(500, {"err": "error"}), Event.SERVER_ERROR, True, None),
    (answer(500, {"success": False, "msg": "Error saving object."}), Event.SERVER_ERROR, True, None),
    (answer(502, text="<html>Bad Gateway</html>"), Event.SERVER_ERROR, True, None),
    (answer(503, text=""), Event.UNAVAILABLE, True, None),
    (answer(429, text="", retry_after="7"), Event.RATE_LIMITED, True, None),
    (answer(403, text="Forbidden"), Event.BAD_CREDENTIALS, False, Stop.CREDENTIALS),
    (answer(404, text="<html>Not Found</html>"), Event.NOT_FOUND, False, Stop.PROVIDER),
    (answer(302, text=""), Event.REDIRECTED, False, Stop.PROVIDER),
    (answer(301, text=""), Event.MOVED, False, Stop.PROVIDER),
    (answer(200, text="<html>Log in</html>"), Event.UNREADABLE, False, Stop.PROVIDER),
    (answer(200, {"success": True}), Event.UNREADABLE, False, Stop.PROVIDER),
    (answer(200, {"token": "JWT a\nb"}), Event.UNREADABLE, False, Stop.PROVIDER),
    (NotConnected("refused"), Event.NOT_CONNECTED, True, None),
    (NoAnswer("reset"), Event.NO_ANSWER, True, None),  # a guest too many at most; the message did not leave
]  # fmt: skip


@pytest.mark.parametrize(("said", "event", "retry", "stop"), _SIGN_IN_ANSWERS)
def test_without_signing_in_nothing_was_sent(
    said: HttpResponse | NoResponse, event: Event, retry: bool, stop: Stop | None
) -> None:
    attempt = play(provider().deliver(MESSAGE), said).result
    assert (attempt.status, attempt.event, attempt.retry, attempt.stop) == (Status.NOT_SENT, event, retry, stop)
    assert "may have taken" not in attempt.reason


def test_a_project_id_that_is_none_is_named() -> None:
    made = provider(project_id="my-project")
    attempt = play(made.deliver(MESSAGE), answer(500, {"success": False, "msg": "Error saving object."})).result
    assert (attempt.status, attempt.stop) == (Status.NOT_SENT, Stop.CREDENTIALS)
    assert "project_id" in attempt.reason


@pytest.mark.parametrize(
    ("said", "status", "stop", "words"),
    [
        (answer(400, text="Bad Request"), Status.NOT_SENT, Stop.CREDENTIALS, ""),
        (answer(400, {"error": "Invalid project id: zzz"}), Status.NOT_SENT, Stop.CREDENTIALS, "project_id"),
        (answer(400, {"error": f"Project not found with id: {PROJECT}"}), Status.NOT_SENT, Stop.CREDENTIALS, "project"),
        (answer(403, {"success": False, "msg": "you dont belong to the project."}),
         Status.NOT_SENT, Stop.CREDENTIALS, "belong"),
        (answer(403, {"success": False, "msg": "you dont have the required role."}),
         Status.NOT_SENT, Stop.CREDENTIALS, "role"),
        (answer(403, {"success": False, "msg": "Unauthorized. Project_user not found with user id  : nobody"}),
         Status.NOT_SENT, Stop.CREDENTIALS, "nobody"),
        (answer(401, {"err": "error project ip filter"}), Status.NOT_SENT, Stop.CREDENTIALS, "ip filter"),
        (answer(401, {"err": "error project deny ip filter"}), Status.NOT_SENT, Stop.CREDENTIALS, "deny"),
        (answer(401, {"err": "error projectBanUserFilter by id"}), Status.NOT_SENT, Stop.CREDENTIALS, "Ban"),
        # a server of 2024 says so at once
        (answer(403, {"success": False, "message": "Requests quota exceeded"}),
         Status.NOT_SENT, Stop.CREDITS, "quota of conversations"),
        (answer(422, {"errors": ["text field is required"]}), Status.REJECTED, None, "text field is required"),
        (answer(413, {"err": "Request entity too large", "limit": 512000}), Status.REJECTED, None, "too large"),
        (answer(413, text="<html>413</html>"), Status.REJECTED, None, ""),
        (answer(429, {"message": "Rate limit exceeded"}), Status.NOT_SENT, None, "slow down"),
        (answer(404, text="<html>Not Found</html>"), Status.NOT_SENT, Stop.PROVIDER, "base_url"),
        (answer(301, text=""), Status.NOT_SENT, Stop.PROVIDER, "base_url"),
        (NotConnected("refused"), Status.NOT_SENT, None, "no connection"),
    ],
)  # fmt: skip
def test_what_is_said_at_once(said: HttpResponse | NoResponse, status: Status, stop: Stop | None, words: str) -> None:
    attempt = sent(said)
    assert (attempt.status, attempt.stop) == (status, stop)
    assert words in attempt.reason


_DOUBTFUL = [
    NoAnswer("the connection was closed"),
    answer(500, {"err": "error"}),
    answer(500, NO_CONVERSATION),
    answer(500, LIMITS),
    answer(500, {"success": False, "msg": "Error creating message", "err": {}}),
    answer(500, {"success": False, "msg": "Error creating message", "err": {"name": "ValidationError"}}),
    answer(500, {"success": False, "msg": "Error getting the request.", "err": {}}),
    answer(500, text="<html>Internal Server Error</html>"),
    answer(502, text="<html>Bad Gateway</html>"),
    answer(503, text="", retry_after="5"),
    answer(504, text="<html>Gateway Timeout</html>"),
    answer(408, text=""),
    answer(302, text=""),
    answer(200, text="<html>Log in</html>"),
    answer(200, {"text": "cut off"}),
    answer(200, text='{"_id": "65f0aa", "te'),
    answer(201, {"_id": 7}),
]


@pytest.mark.parametrize("said", _DOUBTFUL)
def test_what_is_doubtful_and_stored_is_accepted(said: HttpResponse | NoResponse) -> None:
    played = play(provider().deliver(MESSAGE), SIGNED_IN, said, FOUND)
    assert steps(played.requests, BASE)[1:] == [f"POST {PLACE}", f"GET {PLACE}"]
    assert (played.result.status, played.result.reference, played.result.stop) == (Status.ACCEPTED, "65f0aa", None)


@pytest.mark.parametrize("said", _DOUBTFUL)
@pytest.mark.parametrize(
    "read",
    [NotConnected("refused"), NoAnswer("reset"), answer(500, {"success": False}), answer(200, text="<html>Log in"),
     answer(200, {"messages": []}), answer(200, ["?"]), answer(400, {"error": "Project not found"})],
)  # fmt: skip
def test_what_is_doubtful_and_cannot_be_read_stays_unknown(
    said: HttpResponse | NoResponse, read: HttpResponse | NoResponse
) -> None:
    attempt = sent(said, read)
    assert (attempt.status, attempt.retry) == (Status.UNKNOWN, False)


@pytest.mark.parametrize(
    ("said", "status", "retry", "stop"),
    [
        # the handler says it has ended before a conversation stood, and none holds anything of ours
        (answer(500, NO_CONVERSATION), Status.NOT_SENT, True, None),
        (answer(500, {"success": False, "msg": "Error getting the request.", "err": {}}), Status.NOT_SENT, True, None),
        (answer(500, LIMITS), Status.NOT_SENT, False, Stop.CREDITS),
        (answer(500, {"success": False, "msg": "Error creating message", "err": {"name": "ValidationError"}}),
         Status.REJECTED, False, None),
        # the rest may be stored a moment after we looked
        (answer(500, {"success": False, "msg": "Error creating message", "err": {}}), Status.UNKNOWN, False, None),
        (answer(500, {"err": "error"}), Status.UNKNOWN, False, None),
        (answer(500, text="<html>Internal Server Error</html>"), Status.UNKNOWN, False, None),
        (answer(502, NO_CONVERSATION), Status.UNKNOWN, False, None),
        (answer(504, text=""), Status.UNKNOWN, False, None),
        (answer(200, {"text": "cut off"}), Status.UNKNOWN, False, None),
        (NoAnswer("the connection was closed"), Status.UNKNOWN, False, None),
    ],
)  # fmt: skip
def test_what_is_doubtful_and_not_stored(
    said: HttpResponse | NoResponse, status: Status, retry: bool, stop: Stop | None
) -> None:
    for read in (NOTHING, answer(200, [{"_id": "9", "attributes": {"client_ref": "f" * 32}}])):
        attempt = sent(said, read)
        assert (attempt.status, attempt.retry, attempt.stop) == (status, retry, stop)


def test_a_quota_that_may_be_used_up_is_named() -> None:
    assert "quota of conversations" in sent(answer(500, NO_CONVERSATION), NOTHING).reason


def test_reading_back_renews_a_refused_token() -> None:
    assert sent(NoAnswer("reset"), UNAUTHORIZED, RENEWED, FOUND).status is Status.ACCEPTED
    assert sent(NoAnswer("reset"), UNAUTHORIZED, NotConnected("refused")).status is Status.UNKNOWN


@pytest.mark.parametrize(
    ("answers", "status", "stop"),
    [
        ([SIGNED_IN, NOTHING], Status.ACCEPTED, None),
        # the project does not exist: signing in succeeds all the same
        ([SIGNED_IN, answer(400, {"error": f"Project not found with id: {PROJECT}"})],
         Status.NOT_SENT, Stop.CREDENTIALS),
        ([SIGNED_IN, answer(403, {"success": False, "msg": "you dont belong to the project."})],
         Status.NOT_SENT, Stop.CREDENTIALS),
        ([SIGNED_IN, answer(500, text="")], Status.UNKNOWN, None),
        ([SIGNED_IN, answer(200, {"_id": "no list"})], Status.UNKNOWN, None),
        ([answer(422, {"errors": []})], Status.NOT_SENT, Stop.CREDENTIALS),
        ([NotConnected("refused")], Status.NOT_SENT, None),
    ],
)  # fmt: skip
def test_the_test_reads_and_writes_nothing(
    answers: list[HttpResponse | NoResponse], status: Status, stop: Stop | None
) -> None:
    played = play(provider().test(), *answers)
    assert (played.result.status, played.result.stop) == (status, stop)
    assert all(request.method == "GET" for request in played.requests[1:])


CLAIMED = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
SOON, LATER = "Sat, 21 Nov 2026 10:09:00 GMT", "Sat, 21 Nov 2026 10:11:00 GMT"


def question(row: int, key: str) -> Question:
    return Question(row, "+40723555666", "Hi", key, CLAIMED)


@pytest.mark.parametrize(
    ("read", "status"),
    [
        (FOUND, Status.ACCEPTED),
        (answer(200, [], date=LATER), Status.NOT_SENT),
        (answer(200, [], date=SOON), None),  # it may still be stored
        (NOTHING, None),  # no clock to go by
        (answer(200, [], date="today"), None),
        (answer(200, text="<html>", date=LATER), None),
        (answer(500, text="", date=LATER), None),
        (answer(400, {"strange": True}, date=LATER), None),
        (NoAnswer("reset"), None),
        (NotConnected("refused"), None),
    ],
)
def test_unknown_rows_are_settled_by_their_conversations(
    read: HttpResponse | NoResponse, status: Status | None
) -> None:
    played = play(provider().settle([question(2, KEY), question(5, "f" * 32)], ()), SIGNED_IN, read, NOTHING)
    assert {row: attempt.status for row, attempt in played.result.items()} == ({2: status} if status else {})
    assert steps(played.requests, BASE)[1] == f"GET {PLACE}"
    if status is Status.ACCEPTED:
        assert played.result[2].reference == "65f0aa"


@pytest.mark.parametrize(
    "answers",
    [
        [NotConnected("refused")],
        [SIGNED_IN, UNAUTHORIZED, RENEWED, UNAUTHORIZED],
        [SIGNED_IN, answer(403, {"success": False, "msg": "you dont belong to the project."})],
        [SIGNED_IN, answer(400, {"error": "Project not found with id: x"})],
    ],
)
def test_who_cannot_be_asked_at_all_says_so(answers: list[HttpResponse | NoResponse]) -> None:
    with pytest.raises(Unanswered, match="cannot be asked"):
        play(provider().settle([question(2, KEY)], ()), *answers)


def test_the_token_is_in_no_text() -> None:
    made = provider()
    quoting = answer(403, {"success": False, "msg": "no role for JWT fake.token.one"})
    played = play(made.deliver(MESSAGE), SIGNED_IN, quoting)
    texts: list[Any] = [made, vars(made), made.account, played.requests, played.result]
    assert "fake.token.one" not in " ".join(map(repr, texts))

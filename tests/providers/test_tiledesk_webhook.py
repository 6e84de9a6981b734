import copy
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batchsend.providers.tiledesk_webhook import NotOursError, NotUnderstoodError, parse_delivery
from batchsend.runs.reply import Reply
from tests.inbox.deliveries import GUEST, PROJECT, SUBSCRIPTION, chat, delivery, text_message

KEY = "0123456789abcdef0123456789abcdef"


def parse(body: Any, project: str = PROJECT, subscription: str = SUBSCRIPTION) -> Reply | None:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return parse_delivery(content, "smartify", project, subscription)


def test_an_answer_in_a_conversation_of_ours_names_the_message_by_its_key() -> None:
    assert parse(delivery(chat(KEY), "At six?")) == Reply(
        "smartify", "6560aaaaaaaaaaaaaaaaaaa1", chat(KEY), "Agent Smith", "At six?",
        datetime(2026, 11, 21, 10, 5, 0, 123000, tzinfo=UTC), key=KEY,
    )  # fmt: skip


def test_a_text_message_that_came_in_names_the_person_by_the_phone() -> None:
    found = parse(text_message("+40723000002", "Stop", "1"))
    assert found is not None
    assert (found.number, found.key, found.text) == ("+40723000002", "", "Stop")


@pytest.mark.parametrize(
    "body",
    [
        delivery(chat(KEY), sender=GUEST),
        delivery(chat(KEY), attributes={"client_ref": KEY, "client_to": "+40723000002"}),
        delivery(chat(KEY), sender="x", request={"createdBy": "x"}),
        delivery(chat(KEY), sender="x", request={"lead": {"lead_id": "x"}}),
        delivery(chat(KEY), sender="system", attributes={"subtype": "info", "messagelabel": {"key": "CHAT_REOPENED"}}),
        delivery(chat(KEY), attributes={"subtype": "info/support"}),
        delivery(chat(KEY), attributes={"subtype": "private"}),
        delivery(f"support-group-{PROJECT}-0123456789abcdef0123456789abcdef"),
        delivery("my-own-id-1"),
        text_message("+40723000002", "Offer!", "1") | {"hook": {"_id": SUBSCRIPTION, "event": "request.create"}},
        delivery(f"support-group-{PROJECT}-1a2b3c4d-sms-twilio-40723000002-14155550100", "from an agent"),
        delivery(
            f"support-group-{PROJECT}-{KEY[:8]}-sms-twilio-40723000002-14155550100", sender=GUEST,
            attributes={"client_ref": KEY},
        ),
    ],
)  # fmt: skip
def test_what_is_no_answer_to_us_is_not_kept(body: Any) -> None:
    assert parse(body) is None


@pytest.mark.parametrize(
    "body",
    [
        delivery(chat(KEY), id_project="5b55e806c93dde00143163de"),
        delivery(chat(KEY), id_project=None),
        delivery(chat(KEY)) | {"hook": {"_id": "6560a1b2c3d4e5f6a7b8c9d1", "event": "message.create"}},
        delivery(chat(KEY)) | {"hook": {"event": "message.create"}},
    ],
)
def test_a_delivery_of_another_project_is_refused_though_it_has_the_servers_secret(body: Any) -> None:
    with pytest.raises(NotOursError):
        parse(body)


def test_without_a_known_subscription_the_project_still_counts() -> None:
    assert parse(delivery(chat(KEY)) | {"hook": {"event": "message.create"}}, subscription="") is not None
    with pytest.raises(NotOursError):
        parse(delivery(chat(KEY), id_project="other"), subscription="")


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"null", b"[]", b'"x"', b"\xff\xfe", b"[" * 100_000, b"9" * 5_000, b"{}", b'{"payload":{}}',
        b'{"payload":[],"hook":{}}',
        delivery(chat(KEY), text=5), delivery(chat(KEY), text=["x"]), delivery(chat(KEY), id_=5),
        delivery(chat(KEY), id_=""), delivery(chat(KEY), id_=None), delivery(""), delivery(chat(KEY), recipient=None),
    ],
)  # fmt: skip
def test_what_cannot_be_understood_says_so_and_quotes_nothing(body: Any) -> None:
    with pytest.raises(NotUnderstoodError) as caught:
        parse(body)
    assert KEY[:8] not in str(caught.value)


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("2026-11-21T12:05:00+02:00", datetime(2026, 11, 21, 10, 5, tzinfo=UTC)),
        ("2026-11-21T10:05:00", datetime(2026, 11, 21, 10, 5, tzinfo=UTC)),
        ("0001-01-01T00:00:00+14:00", None), ("yesterday", None), (None, None), (17, None), ({}, None), ("", None),
    ],
)  # fmt: skip
def test_a_time_is_utc_or_unknown(said: Any, read: datetime | None) -> None:
    found = parse(delivery(chat(KEY), createdAt=said))
    assert found is not None
    assert found.written_at == read


def test_a_picture_without_words_is_an_answer_too() -> None:
    body = delivery(chat(KEY), type="image")
    del body["payload"]["text"]
    found = parse(body)
    assert found is not None
    assert found.text == ""


@given(st.text())
def test_any_text_comes_back_as_it_was(text: str) -> None:
    found = parse(delivery(chat(KEY), text))
    assert found is not None
    assert found.text == text


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
_PLACES = [
    ("payload",), ("hook",), ("token",), ("payload", "_id"), ("payload", "text"), ("payload", "recipient"),
    ("payload", "sender"), ("payload", "request"), ("payload", "attributes"), ("payload", "createdAt"),
    ("payload", "id_project"), ("payload", "senderFullname"), ("payload", "request", "lead"), ("hook", "_id"),
    ("payload", "request", "requester"), ("payload", "request", "createdBy"), ("hook", "event"),
]  # fmt: skip


@given(st.sampled_from(_PLACES), _JSON, st.booleans())
def test_any_value_anywhere_is_a_reply_none_or_a_refusal(place: tuple[str, ...], value: Any, sms: bool) -> None:
    body = copy.deepcopy(text_message("+40723000002", "Stop", "1") if sms else delivery(chat(KEY)))
    inside = body
    for name in place[:-1]:
        inside = inside[name]
    inside[place[-1]] = value
    try:
        found = parse(body)
    except (NotUnderstoodError, NotOursError):
        return
    assert found is None or bool(found.key) != bool(found.number)


@given(st.binary())
def test_any_bytes_are_a_refusal(body: bytes) -> None:
    with pytest.raises(NotUnderstoodError):
        parse(body)

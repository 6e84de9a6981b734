"""What a person with curl can see and change."""

import json

import httpx
import pytest

from batchsend.sandbox import Sandbox

from .wire import GOOD


def test_a_person_can_see_how_it_stands(sandbox: Sandbox, client: httpx.Client) -> None:
    for to in ("+40722000001", "+40722000001", "+40722000002", "0"):
        client.post("/api/sms/", json=GOOD | {"to": to})
    sandbox.trouble = ("error=0.5",)
    assert client.get("/_sandbox").json() == {
        "requests": 4,
        "accepted": 3,
        "numbers": 2,
        "numbers_with_more_than_one": 1,
        "credits_left": None,
        "trouble": ["error=0.5"],
    }


def test_a_person_can_read_and_clear_the_record(sandbox: Sandbox, client: httpx.Client) -> None:
    lone_surrogate = json.dumps(GOOD | {"device_id": "\ud800"})
    client.post("/api/sms/", content=lone_surrogate, headers={"Content-Type": "application/json"})
    response = client.get("/_sandbox/record")
    assert response.json() == [each.as_dict() for each in sandbox.record.accepted()]
    assert "Ștefan" in response.text
    assert client.delete("/_sandbox/record").json()["accepted"] == 0
    assert client.get("/_sandbox/record").json() == []


def test_a_person_can_switch_trouble_on_and_off(sandbox: Sandbox, client: httpx.Client) -> None:
    assert client.post("/_sandbox/trouble", json={"trouble": ["error=x1"]}).json()["trouble"] == ["error=x1"]
    assert client.post("/api/sms/", json=GOOD).status_code == 500
    client.post("/_sandbox/trouble", json={"trouble": []})
    assert sandbox.trouble == ()


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "not JSON"),
        (b"reject=0.1", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b"[]", '{"trouble": ["reject=0.1"]}'),
        (b"{}", '{"trouble": ["reject=0.1"]}'),
        (b'{"trouble": "reject"}', '{"trouble": ["reject=0.1"]}'),
        (b'{"trouble": [1]}', '{"trouble": ["reject=0.1"]}'),
        (b'{"trouble": ["slow", "flood"]}', "'flood' is not a trouble"),
    ],
)
def test_trouble_that_makes_no_sense_is_refused_and_changes_nothing(
    sandbox: Sandbox, client: httpx.Client, body: bytes, words: str
) -> None:
    sandbox.trouble = ("error",)
    response = client.post("/_sandbox/trouble", content=body)
    assert response.status_code == 400
    assert words in response.json()["detail"]
    assert [str(rule) for rule in sandbox.trouble] == ["error"]


@pytest.mark.parametrize(
    ("method", "path", "status", "allowed"),
    [
        ("POST", "/_sandbox", 405, "GET"),
        ("POST", "/_sandbox/record", 405, "GET, DELETE"),
        ("GET", "/_sandbox/trouble", 405, "POST"),
        ("GET", "/_sandbox/", 200, None),
        ("GET", "/_sandbox/other", 404, None),
        ("GET", "/_sandboxes", 404, None),
    ],
)
def test_its_own_paths_say_what_they_take(
    client: httpx.Client, method: str, path: str, status: int, allowed: str | None
) -> None:
    response = client.request(method, path)
    assert (response.status_code, response.headers.get("Allow")) == (status, allowed)

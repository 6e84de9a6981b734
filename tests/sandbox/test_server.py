"""The practice gateway over real sockets: what it accepts, and how it starts and stops."""

import contextlib
import json
import threading
from pathlib import Path

import httpx
import pytest

from batchsend.sandbox import Sandbox

from .wire import FOREVER, GOOD, client_of, connect, post_bytes, say, until


def test_a_message_is_accepted_and_remembered(sandbox: Sandbox, client: httpx.Client) -> None:
    response = client.post("/api/sms/", json=GOOD)
    assert (response.status_code, response.json()) == (200, {"success": True})
    (accepted,) = sandbox.record.accepted()
    assert (accepted.provider, accepted.to, accepted.text) == ("robo-sms", GOOD["to"], GOOD["content"])
    assert accepted.body == GOOD
    assert sandbox.requests == 1


def test_it_listens_on_loopback_only(sandbox: Sandbox) -> None:
    assert sandbox.base_url.startswith("http://127.0.0.1:")
    assert sandbox._listener is not None
    assert sandbox._listener.server_address[0] == "127.0.0.1"


def test_a_connection_serves_many_requests(sandbox: Sandbox) -> None:
    answers = say(sandbox, post_bytes() * 3)
    assert answers.count(b"HTTP/1.1 200 OK\r\n") == 3
    assert len(sandbox.record.accepted()) == 3


def test_requests_at_other_paths_are_not_counted(sandbox: Sandbox, client: httpx.Client) -> None:
    assert client.post("/api/sms", json=GOOD).status_code == 404
    assert client.get("/").status_code == 404
    assert client.get("/_sandbox").status_code == 200
    assert sandbox.requests == 0
    assert client.get("/api/sms/?page=1").status_code == 405
    assert sandbox.requests == 1


def test_the_message_is_in_the_file_before_the_answer_leaves(tmp_path: Path) -> None:
    path = tmp_path / "accepted.jsonl"
    with Sandbox(record_path=path) as sandbox, client_of(sandbox) as client:
        assert path.read_text() == ""
        client.post("/api/sms/", json=GOOD)
        assert json.loads(path.read_text())["text"] == GOOD["content"]


def test_a_message_that_cannot_be_written_down_is_not_accepted(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    with Sandbox(record_path=folder / "accepted.jsonl") as sandbox, client_of(sandbox) as client:
        (folder / "accepted.jsonl").unlink()
        folder.rmdir()
        assert client.post("/api/sms/", json=GOOD).status_code == 500
        assert sandbox.record.accepted() == []


def test_a_record_that_cannot_be_written_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        Sandbox(record_path=tmp_path / "missing" / "accepted.jsonl").start()


def test_it_keeps_to_its_token_and_its_credits() -> None:
    with Sandbox(token="other", credits=1) as sandbox, client_of(sandbox) as client:
        assert client.post("/api/sms/", json=GOOD).status_code == 401
        right = {"Authorization": "Token other"}
        answers = [client.post("/api/sms/", json=GOOD, headers=right).status_code for _ in range(2)]
        assert answers == [200, 402]
        assert sandbox.credits_left == 0


def test_stopping_ends_idle_and_slow_and_half_sent_requests() -> None:
    before = threading.active_count()
    with Sandbox(trouble=["slow"], slow_seconds=FOREVER) as sandbox, contextlib.ExitStack() as stack:
        idle, slow, half = (stack.enter_context(connect(sandbox)) for _ in range(3))
        slow.sendall(post_bytes())
        half.sendall(post_bytes(length=500))
        listener = sandbox._listener
        assert listener is not None
        until(lambda: sandbox.requests == 1 and len(listener._connections) == 3)
        sandbox.stop()
        for connection in (idle, slow, half):
            with contextlib.suppress(ConnectionResetError):
                assert connection.recv(1) == b""
        assert listener._connections == {}
        assert threading.active_count() == before
    assert len(sandbox.record.accepted()) == 1


def test_nobody_is_home_after_stop(sandbox: Sandbox, client: httpx.Client) -> None:
    client.post("/api/sms/", json=GOOD)
    sandbox.stop()
    sandbox.stop()
    with pytest.raises(httpx.TransportError):
        client.post(f"{sandbox.base_url}/api/sms/", json=GOOD)
    with pytest.raises(httpx.ConnectError), client_of(sandbox) as new:
        new.post("/api/sms/", json=GOOD)
    assert len(sandbox.record.accepted()) == 1


def test_it_can_be_started_again_and_remembers(sandbox: Sandbox) -> None:
    with client_of(sandbox) as client:
        client.post("/api/sms/", json=GOOD)
    sandbox.stop()
    with client_of(sandbox.start()) as client:
        client.post("/api/sms/", json=GOOD)
    assert [each.number for each in sandbox.record.accepted()] == [1, 2]


def test_a_port_that_is_taken_is_refused(sandbox: Sandbox) -> None:
    port = httpx.URL(sandbox.base_url).port
    assert port is not None
    with pytest.raises(OSError, match=r"[Aa]ddress"):
        Sandbox(port=port).start()


def test_a_port_that_was_freed_can_be_taken_at_once(sandbox: Sandbox, client: httpx.Client) -> None:
    client.post("/api/sms/", json=GOOD)
    port = httpx.URL(sandbox.base_url).port
    assert port is not None
    sandbox.stop()
    with Sandbox(port=port) as second:
        assert second.base_url == sandbox.base_url


def test_it_starts_once_and_has_no_address_before() -> None:
    sandbox = Sandbox()
    with pytest.raises(RuntimeError, match="no address"):
        _ = sandbox.base_url
    with sandbox, pytest.raises(RuntimeError, match="already running"):
        sandbox.start()

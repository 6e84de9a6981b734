"""Bad manners: broken requests and clients that leave."""

import contextlib
import logging
import socket
import struct

import httpx
import pytest

from batchsend.sandbox import Sandbox

from .wire import GOOD, connect, post_bytes, say, until


@pytest.mark.parametrize(("size", "status"), [(1_000_000, 400), (1_000_001, 413), (3_000_000, 413)])
def test_a_body_over_a_megabyte_is_refused(sandbox: Sandbox, client: httpx.Client, size: int, status: int) -> None:
    response = client.post("/api/sms/", content=b"x" * size, headers={"Content-Type": "application/json"})
    assert response.status_code == status
    assert sandbox.requests == (1 if status == 400 else 0)


def test_a_client_that_sends_too_much_can_read_why_it_was_refused(sandbox: Sandbox) -> None:
    head = b"POST /api/sms/ HTTP/1.1\r\nHost: sandbox\r\nContent-Length: 8000000\r\n\r\n"
    assert say(sandbox, head + b"x" * 8_000_000).startswith(b"HTTP/1.1 413 ")


@pytest.mark.parametrize("length", ["-1", "+5", "1_0", "five", "", "٣", "9" * 30])
def test_a_length_that_makes_no_sense_is_refused(sandbox: Sandbox, length: str) -> None:
    head = f"POST /api/sms/ HTTP/1.1\r\nHost: sandbox\r\nContent-Length: {length}\r\n\r\n"
    assert say(sandbox, head.encode()).startswith(b"HTTP/1.1 400 ")


def test_two_lengths_are_refused_and_so_is_none(sandbox: Sandbox) -> None:
    head = b"POST /api/sms/ HTTP/1.1\r\nHost: sandbox\r\n"
    two = say(sandbox, head + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nxx")
    chunked = say(sandbox, head + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n")
    assert two.startswith(b"HTTP/1.1 400 ")
    assert chunked.startswith(b"HTTP/1.1 411 ")
    assert sandbox.requests == 0


def test_an_answer_to_head_has_no_body(sandbox: Sandbox) -> None:
    answer = say(sandbox, b"HEAD /api/sms/ HTTP/1.1\r\nHost: sandbox\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 401 ")
    assert answer.endswith(b"\r\n\r\n")


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"\r\n",
        b"\x16\x03\x01\x00\xa5\x01\x00",  # somebody tries TLS
        b"nonsense\r\n\r\n",
        b"POST /api/sms/ HTTP/9.9\r\n\r\n",
        b"BREW /api/sms/ HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 200 + b"\r\n",
        b"GET /" + b"x" * 70_000 + b" HTTP/1.1\r\n\r\n",
        b"POST http://[ HTTP/1.1\r\n\r\n",
        b"GET //[ HTTP/1.1\r\nHost: sandbox\r\n\r\n",
        post_bytes(length=500),  # leaves in the middle of the body
    ],
)
def test_broken_requests_accept_nothing_and_harm_nobody(
    sandbox: Sandbox,
    client: httpx.Client,
    sent: bytes,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    with caplog.at_level(logging.DEBUG, logger="batchsend"), contextlib.suppress(ConnectionResetError):
        say(sandbox, sent)
    assert sandbox.record.accepted() == []
    assert client.post("/api/sms/", json=GOOD).status_code == 200
    assert [each for each in caplog.records if each.name.startswith("batchsend")] == []
    assert capfd.readouterr() == ("", "")


def test_a_client_that_resets_before_its_answer_is_no_news(
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    with Sandbox(trouble=["slow"], slow_seconds=0.05) as sandbox:
        with connect(sandbox) as connection:
            connection.sendall(post_bytes())
            until(lambda: len(sandbox.record.accepted()) == 1)
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        assert sandbox._listener is not None
        listener = sandbox._listener
        until(lambda: not listener._connections)
    assert caplog.text == ""
    assert capfd.readouterr() == ("", "")


def test_our_own_mistake_is_logged(sandbox: Sandbox, caplog: pytest.LogCaptureFixture) -> None:
    def fail(*_: object) -> None:
        raise KeyError("ours")

    sandbox._speak = fail  # type: ignore[method-assign, assignment]
    assert say(sandbox, post_bytes()) == b""
    assert "KeyError: 'ours'" in caplog.text

"""The line between "not one byte left" and everything after, over real sockets."""

import asyncio
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from batchsend.delivery.transport import HttpTransport
from batchsend.providers import HttpRequest, HttpResponse, NoAnswer, NotConnected

HELLO = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-Kind: plain\r\n\r\nhello"


@contextmanager
def server(serve: Callable[[socket.socket], None]) -> Iterator[str]:
    """A listener that hands each connection to `serve`; yields its address."""
    listener = socket.create_server(("127.0.0.1", 0))

    def loop() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection:
                serve(connection)

    thread = threading.Thread(target=loop, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(5)


@pytest.fixture(autouse=True)
def no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "*")


def post(url: str, seconds: float = 5, only: str | None = None) -> HttpResponse:
    async def once() -> HttpResponse:
        async with HttpTransport(2, answer_seconds=seconds, only=only) as transport:
            return await transport.send(HttpRequest("POST", url, {"X-Our": "header"}, b"body"))

    return asyncio.run(once())


def read_request(connection: socket.socket) -> bytes:
    received = b""
    while not received.endswith(b"body"):
        received += connection.recv(65536)
    return received


def test_a_request_arrives_as_it_was_made_and_its_answer_comes_back() -> None:
    seen: list[bytes] = []

    def serve(connection: socket.socket) -> None:
        seen.append(read_request(connection))
        connection.sendall(HELLO)

    with server(serve) as url:
        response = post(url + "/api/sms/")
    assert seen[0].startswith(b"POST /api/sms/ HTTP/1.1\r\n")
    assert b"x-our: header" in seen[0].lower()
    assert (response.status, response.body, response.headers["x-kind"]) == (200, b"hello", "plain")


def reset(connection: socket.socket) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


@pytest.mark.parametrize(
    "answer",
    [
        b"",  # closed without a word
        b"HTTP/1.1 200 OK\r\nContent-Le",
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{",  # a truncated body
        b"\x00\x01 this is no HTTP\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 5\r\n\r\nhello",  # not gzip at all
    ],
)
def test_an_answer_that_is_not_whole_is_no_answer(answer: bytes) -> None:
    def serve(connection: socket.socket) -> None:
        read_request(connection)
        connection.sendall(answer)

    with server(serve) as url, pytest.raises(NoAnswer):
        post(url)


def test_a_reset_after_the_request_is_no_answer() -> None:
    def serve(connection: socket.socket) -> None:
        read_request(connection)
        reset(connection)

    with server(serve) as url, pytest.raises(NoAnswer):
        post(url)


def test_silence_is_no_answer() -> None:
    def serve(connection: socket.socket) -> None:
        read_request(connection)
        connection.recv(1)  # returns when the client has given up

    with server(serve) as url, pytest.raises(NoAnswer, match="no answer in time"):
        post(url, seconds=0.05)


def test_a_refused_connection_is_proven_not_sent() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(NotConnected):
        post(f"http://127.0.0.1:{port}")


@pytest.mark.parametrize(
    "url", ["http://no-such-host.invalid/", "http://", "not a url", "ftp://127.0.0.1/", "http://a b/"]
)
def test_an_address_that_leads_nowhere_is_proven_not_sent(url: str) -> None:
    with pytest.raises(NotConnected):
        post(url)


def test_a_failed_tls_handshake_is_proven_not_sent() -> None:
    def serve(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(HELLO)

    with server(serve) as url, pytest.raises(NotConnected):
        post(url.replace("http://", "https://"))


def test_a_redirect_is_an_answer_and_is_not_followed() -> None:
    count: list[bytes] = []

    def serve(connection: socket.socket) -> None:
        count.append(read_request(connection))
        connection.sendall(b"HTTP/1.1 307 Temporary Redirect\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n")

    with server(serve) as url:
        assert post(url).status == 307
    assert len(count) == 1


def test_an_endless_answer_is_cut() -> None:
    def serve(connection: socket.socket) -> None:
        read_request(connection)
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        try:
            while True:
                connection.sendall(b"x" * 65536)
        except OSError:
            return

    with server(serve) as url:
        assert 1_000_000 < len(post(url).body) < 3_000_000


def test_practice_goes_nowhere_else() -> None:
    def serve(connection: socket.socket) -> None:
        read_request(connection)
        connection.sendall(HELLO)

    with server(serve) as url:
        assert post(f"{url}/x", only=url).status == 200
        with pytest.raises(NotConnected, match="practice"):
            post(f"{url}1/x", only=url)


def test_an_answer_that_drips_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("batchsend.delivery.transport.CONNECT_SECONDS", 0.5)

    def serve(connection: socket.socket) -> None:
        read_request(connection)
        try:
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
            while True:
                connection.sendall(b"x")
                time.sleep(0.01)
        except OSError:
            return

    with server(serve) as url, pytest.raises(NoAnswer, match="in time"):
        post(url, seconds=0.05)


@pytest.mark.parametrize("answer", [b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n", b""])
def test_a_proxy_that_does_not_let_us_through_is_proven_not_sent(
    answer: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[bytes] = []

    def serve(connection: socket.socket) -> None:
        asked.append(connection.recv(65536))
        connection.sendall(answer)

    with server(serve) as url:
        for variable in ("NO_PROXY", "no_proxy"):
            monkeypatch.delenv(variable, raising=False)
        monkeypatch.setenv("HTTPS_PROXY", url)
        with pytest.raises(NotConnected):
            post("https://gateway.invalid/api/sms/")
    assert asked[0].startswith(b"CONNECT gateway.invalid:443 ")


def test_a_header_that_breaks_the_protocol_is_proven_not_sent() -> None:
    async def once() -> None:
        async with HttpTransport(1) as transport:
            await transport.send(HttpRequest("POST", url, {"Authorization": "Basic two\nlines"}, b"body"))

    with server(lambda _: None) as url, pytest.raises(NotConnected):
        asyncio.run(once())

"""Ways to talk to the practice gateway over real sockets."""

import contextlib
import json
import socket
import threading
from collections.abc import Callable, Iterator

import httpx

from batchsend.sandbox import Sandbox

HEADERS = {"Authorization": "Basic secret"}
GOOD = {"to": "+40722000001", "content": "Salut, Ștefan"}
# Slow enough that no test waits for it to the end.
FOREVER = 600.0


@contextlib.contextmanager
def client_of(sandbox: Sandbox) -> Iterator[httpx.Client]:
    """An HTTP client with credentials that knows where the sandbox is."""
    with httpx.Client(base_url=sandbox.base_url, headers=HEADERS, trust_env=False, timeout=10) as client:
        yield client


def connect(sandbox: Sandbox) -> socket.socket:
    """A bare connection."""
    port = httpx.URL(sandbox.base_url).port
    return socket.create_connection(("127.0.0.1", port or 0), timeout=10)


def say(sandbox: Sandbox, sent: bytes) -> bytes:
    """Everything the sandbox answers to these bytes until it closes the connection."""
    with connect(sandbox) as connection:
        connection.sendall(sent)
        connection.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: connection.recv(65_536), b""))


def post_bytes(*, length: int | None = None) -> bytes:
    """A good request as bytes; length: the length it claims to have, when that is not the truth."""
    body = json.dumps(GOOD).encode()
    head = (
        "POST /api/sms/ HTTP/1.1\r\nHost: sandbox\r\nAuthorization: Basic secret\r\n"
        f"Content-Type: application/json\r\nContent-Length: {length or len(body)}\r\n\r\n"
    )
    return head.encode() + body


def until(true: Callable[[], bool]) -> None:
    """Waits for another thread to get there."""
    pause = threading.Event()
    for _ in range(2000):
        if true():
            return
        pause.wait(0.005)
    raise AssertionError("it never came true")

"""The socket side of the sandbox: whole requests in, answers (or none) out. It knows no provider."""

import contextlib
import http
import logging
import os
import re
import socket
import socketserver
import struct
import sys
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from batchsend.sandbox.dialect import Drop, Reply, Request

BODY_LIMIT = 1_000_000
_DRAIN_LIMIT = 16 * BODY_LIMIT
_POLL_SECONDS = 0.02
_STOP_SECONDS = 5.0
_DIGITS = re.compile(r"[0-9]{1,18}")
# Linger for no time at all: closing throws the connection away instead of ending it in order.
_NO_LINGER = struct.pack("hh" if os.name == "nt" else "ii", 1, 0)

_log = logging.getLogger(__name__)


class Listener(ThreadingHTTPServer):
    """Listens on loopback, a daemon thread for each connection. respond: answers one request, on any thread."""

    daemon_threads = True
    request_queue_size = 1024
    # One port, one sandbox: a second one must be refused, not share the requests.
    allow_reuse_address = os.name != "nt"
    allow_reuse_port = False

    def __init__(self, port: int, respond: Callable[[Request], Reply | Drop]) -> None:
        self.respond = respond
        self.stopping = threading.Event()
        self._lock = threading.Lock()
        self._connections: dict[socket.socket, threading.Thread] = {}
        self._to_reset: set[socket.socket] = set()
        super().__init__(("127.0.0.1", port), _Handler)
        self._loop = threading.Thread(target=self.serve_forever, args=(_POLL_SECONDS,), name="sandbox", daemon=True)

    @property
    def port(self) -> int:
        """The port it got."""
        return int(self.server_address[1])

    def start(self) -> None:
        """Starts answering."""
        self._loop.start()

    def stop(self) -> None:
        """Stops listening and ends every connection, whatever it is waiting for."""
        self.stopping.set()
        self.shutdown()
        self._loop.join()
        self.server_close()
        with self._lock:
            connections = dict(self._connections)
        for connection in connections:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        deadline = time.monotonic() + _STOP_SECONDS
        for thread in connections.values():
            thread.join(max(0.0, deadline - time.monotonic()))

    def reset_at_close(self, connection: socket.socket) -> None:
        """Marks a connection to be torn down hard."""
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
        with self._lock:
            self._to_reset.add(connection)

    def server_bind(self) -> None:
        """Binds without asking the name service who we are."""
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = "127.0.0.1", self.port

    def process_request(self, request: Any, client_address: Any) -> None:
        """Gives the connection its thread, and remembers both for `stop`."""
        thread = threading.Thread(target=self.process_request_thread, args=(request, client_address), daemon=True)
        with self._lock:
            self._connections[request] = thread
        thread.start()

    def shutdown_request(self, request: Any) -> None:
        """Ends a connection, in order or by a reset."""
        with self._lock:
            self._connections.pop(request, None)
            reset = request in self._to_reset
            self._to_reset.discard(request)
        if reset:
            self.close_request(request)
        else:
            super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ARG002
        """A client that went away is no news; anything else is our own mistake."""
        if not isinstance(sys.exception(), OSError):
            _log.exception("The sandbox failed on a request")


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: Listener

    def _serve(self) -> None:
        body = self._read_body()
        if body is None:
            self.close_connection = True
        elif isinstance(body, Reply):
            self.close_connection = True
            self._send(body)
        else:
            headers = {name.lower(): value for name, value in self.headers.items()}
            path = self.path.partition("?")[0]
            self._give(self.server.respond(Request(method=self.command, path=path, headers=headers, body=body)))

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = _serve  # noqa: N815 - http.server looks for these

    def _read_body(self) -> bytes | Reply | None:
        """The whole body; a reply when it cannot be had; None when the client left in the middle of it."""
        if "transfer-encoding" in self.headers:
            return Reply.json(411, {"detail": "A Content-Length is needed."})
        lengths = set(self.headers.get_all("content-length", ["0"]))
        length = lengths.pop().strip()
        if lengths or not _DIGITS.fullmatch(length):
            return Reply.json(400, {"detail": "The Content-Length makes no sense."})
        if int(length) > BODY_LIMIT:
            self._drain(min(int(length), _DRAIN_LIMIT))
            return Reply.json(413, {"detail": f"The body is larger than {BODY_LIMIT} bytes."})
        body = self.rfile.read(int(length))
        return body if len(body) == int(length) else None

    def _drain(self, length: int) -> None:
        """Reads and forgets: closing on unread bytes would reset the connection before the answer is read."""
        while length > 0 and (chunk := self.rfile.read(min(length, 65_536))):
            length -= len(chunk)

    def _give(self, answer: Reply | Drop) -> None:
        if isinstance(answer, Drop):
            self.close_connection = True
            if answer.reset:
                self.server.reset_at_close(self.connection)
        elif answer.wait > 0 and self.server.stopping.wait(answer.wait):
            self.close_connection = True
        else:
            self._send(answer)

    def _send(self, reply: Reply) -> None:
        """Writes the reply at once, head and body in one piece."""
        lines = [
            f"HTTP/1.1 {reply.status} {http.HTTPStatus(reply.status).phrase}",
            "Server: batchsend-sandbox",
            f"Date: {self.date_time_string()}",
            f"Content-Type: {reply.content_type}",
            f"Content-Length: {len(reply.body)}",
            *(f"{name}: {value}" for name, value in reply.headers),
        ]
        if self.close_connection:
            lines.append("Connection: close")
        head = "\r\n".join(lines) + "\r\n\r\n"
        self.wfile.write(head.encode("ascii") + (b"" if self.command == "HEAD" else reply.body))

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Says nothing: the record tells what happened."""

"""The listener: uvicorn around the inbox, quiet, until Ctrl-C."""

import asyncio
import os
import signal
import socket
from collections.abc import Callable
from types import FrameType

import uvicorn

from batchsend.errors import UsageError
from batchsend.inbox.app import Inbox

_CONNECTIONS = 200
_PATIENCE = 5


def listening_socket(host: str, port: int) -> socket.socket:
    """Raises UsageError when nobody can listen there."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio sends without delay only where it is told that this is TCP; else every answer takes 40 ms more
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if os.name != "nt":  # there it would let two listeners share a port
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen(_CONNECTIONS)
        return listening
    except OSError as error:
        listening.close()
        raise UsageError(
            f"Nobody can listen at {host} port {port}: {error.strerror or error}.", "Choose another with --port."
        ) from None


def serve(inbox: Inbox, listening: socket.socket, on_ready: Callable[[], None]) -> None:
    """Answers until a Ctrl-C or the end of the session; what has come in is answered first."""
    config = uvicorn.Config(
        inbox,
        http="h11",
        ws="none",
        lifespan="off",
        log_config=None,
        log_level="critical",  # its own words would go between ours; nothing of a request may be logged
        access_log=False,
        proxy_headers=False,
        server_header=False,
        limit_concurrency=_CONNECTIONS,
        timeout_keep_alive=_PATIENCE,
        timeout_graceful_shutdown=_PATIENCE,
    )
    server = _Server(config, on_ready)
    before = signal.signal(signal.SIGTERM, _as_interrupt)  # uvicorn raises the signal again when it is done
    try:
        asyncio.run(server.serve([listening]))
    except KeyboardInterrupt:
        return
    finally:
        signal.signal(signal.SIGTERM, before)
        listening.close()


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, on_ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._on_ready = on_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._on_ready()


def _as_interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt

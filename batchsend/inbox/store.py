"""The ledger behind the listener: one thread of its own, so that a slow disk holds up nobody's connection."""

import asyncio
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

from batchsend.errors import LedgerError
from batchsend.runs import Ledger
from batchsend.runs.reply import KeptReply, Reply

Result = TypeVar("Result")


class NotStoredError(Exception):
    """The ledger did not take it; it may later."""


class Store:
    """Use it in a `with`. Raises LedgerError there when the ledger cannot be used.

    on_reply: told of each new reply once it is joined to its row, in a thread of its own: a terminal that has stopped
    scrolling must not stop the storing.
    """

    def __init__(self, ledger: Path, on_reply: Callable[[KeptReply], None]) -> None:
        self._path = ledger
        self._on_reply = on_reply
        self._thread = ThreadPoolExecutor(1, "ledger")  # SQLite wants a connection used where it was opened
        self._teller = ThreadPoolExecutor(1, "teller")
        self._ledger: Ledger
        self.stored = 0

    def __enter__(self) -> Self:
        self._thread.submit(self._open).result()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._thread.submit(self._close)
        self._thread.shutdown()
        self._teller.shutdown()

    async def add(self, reply: Reply) -> None:
        """The reply is on the disk when this returns. Raises NotStoredError."""
        await self._run(lambda: self._add(reply))

    async def settle(self) -> None:
        """What came since is joined to its rows; a failure leaves that to the next time."""
        await self._run(self._settle)

    async def _run(self, work: Callable[[], Result]) -> Result:
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, work)
        except (sqlite3.Error, LedgerError) as error:
            raise NotStoredError(str(error)) from None

    def _open(self) -> None:
        self._ledger = Ledger(self._path)
        self._ledger.replies().settle()  # of a listener that was killed before it came to this

    def _close(self) -> None:
        try:
            self._settle()
        finally:
            self._ledger.close()

    def _add(self, reply: Reply) -> None:
        self.stored += self._ledger.replies().add(reply)

    def _settle(self) -> None:
        for kept in self._ledger.replies().settle():
            self._teller.submit(self._on_reply, kept)

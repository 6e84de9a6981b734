"""Deliberate breaks of the command, applied in its own process: each of them must be seen from outside."""

from collections.abc import Callable, Mapping
from contextlib import nullcontext

from batchsend.runs import book, ledger, repeats


def _send_abandoned_again() -> None:
    def settle(self: book.Book) -> int:
        return self._db.execute(
            "UPDATE rows SET status = 'planned' WHERE run = ? AND status = 'claimed'", (self._run,)
        ).rowcount

    book.Book.settle_abandoned = settle  # type: ignore[method-assign]


def _send_a_list_twice() -> None:
    vars(ledger)["Ledger"].refuse_repetition = lambda _self, _fingerprint: None
    vars(repeats)["Repeats"].skip = lambda _self, _run, _began=None: 0
    vars(repeats)["Repeats"].of = lambda _self, _messages: {}


def _hold_nothing() -> None:
    vars(ledger)["holding"] = lambda _ledger, _run: nullcontext()


BREAKS: Mapping[str, Callable[[], None]] = {
    "abandoned messages are sent again": _send_abandoned_again,
    "a list may be sent twice": _send_a_list_twice,
    "nobody holds a run": _hold_nothing,
}

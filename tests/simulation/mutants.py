"""Deliberate breaks of the sender, each of which would text somebody twice, lose a row, or anger a gateway."""

import inspect
import re
import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import pytest

from batchsend.delivery import sender
from batchsend.delivery.pace import TokenBucket
from batchsend.delivery.retry import RetryPolicy
from batchsend.delivery.sender import Sender
from batchsend.providers import Event, outcomes, robo_sms
from batchsend.providers.outcomes import RULES, Rule
from batchsend.runs import Book, Ledger, Status
from batchsend.runs.fingerprint import Fingerprint


@dataclass(frozen=True, slots=True)
class Edit:
    """A change in the source of one function; it fails when the source does not hold `old` any more."""

    owner: type | ModuleType
    function: str
    old: str
    new: str

    def apply(self, monkeypatch: pytest.MonkeyPatch) -> None:
        original: Callable[..., Any] = getattr(self.owner, self.function)
        source = textwrap.dedent(inspect.getsource(original))
        assert self.old in source, f"{self.function} has changed: mend this mutant"
        scope: dict[str, Any] = {}
        exec(source.replace(self.old, self.new), original.__globals__, scope)  # noqa: S102 - our own source
        monkeypatch.setattr(self.owner, self.function, scope[self.function])


@dataclass(frozen=True, slots=True)
class Ruling:
    """Another rule for an event."""

    event: Event
    rule: Rule

    def apply(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(outcomes, "RULES", {**RULES, self.event: self.rule})


@dataclass(frozen=True, slots=True)
class Mutant:
    """sign: what the checker must say, as a pattern."""

    name: str
    sign: str
    changes: tuple[Edit | Ruling, ...]

    def apply(self, monkeypatch: pytest.MonkeyPatch) -> None:
        for change in self.changes:
            change.apply(monkeypatch)

    def shows_in(self, violations: list[str]) -> bool:
        return any(re.search(self.sign, violation) for violation in violations)


_AGAIN = Rule(Status.NOT_SENT, "", retry=True)
_TWICE = "sent again|duplicate"
_ANY_STATE = Edit(Book, "record", '_SETTLE + "AND status = ?"', '_SETTLE + "AND ? != 0"')

MUTANTS = (
    Mutant("retry on a read timeout", _TWICE, (Ruling(Event.NO_ANSWER, _AGAIN),)),
    Mutant("retry on 500", _TWICE, (Ruling(Event.SERVER_ERROR, _AGAIN),)),
    Mutant("retry on 503", _TWICE, (Ruling(Event.UNAVAILABLE, _AGAIN),)),
    Mutant("retry on 408", _TWICE, (Ruling(Event.TIMED_OUT, _AGAIN),)),
    Mutant("retry on an unreadable answer", _TWICE, (Ruling(Event.UNREADABLE, _AGAIN),)),
    Mutant(
        "any 200 is a success", "lost",
        (Edit(robo_sms, "judge", "if success is True:", "if success is not False:"),),
    ),
    Mutant(
        "no claim, recorded after sending only", _TWICE,
        (Edit(Book, "_claim", "(_CLAIMED,", "('planned',"), _ANY_STATE),
    ),
    Mutant(
        "recorded before sending only", "claimed|unknown for no reason",
        (Edit(Book, "record", "entries = [", "outcomes = ()\n    entries = ["),),
    ),
    Mutant(
        "checkpoint at fetch", "lost|accepted, and|was accepted and is",
        (Edit(Book, "_claim", "(_CLAIMED,", "('accepted',"), _ANY_STATE),
    ),
    Mutant("more than fit in flight", "in flight", (Edit(Sender, "_claim", " - len(self._in_flight)", ""),)),
    Mutant("synchronous OFF", f"{_TWICE}|was .* and is", (Edit(Ledger, "__init__", "= FULL", "= OFF"),)),
    Mutant("synchronous NORMAL", f"{_TWICE}|was .* and is", (Edit(Ledger, "__init__", "= FULL", "= NORMAL"),)),
    Mutant("no lock", "two processes", (Edit(Ledger, "holding", "isinstance(self.path, Path)", "False"),)),
    Mutant(
        "fingerprint by file name", "taken twice",
        (Edit(Ledger, "begin", "with transaction", "fingerprint = run.details.list_name\n    with transaction"),),
    ),
    Mutant("fingerprint by row order", "taken twice", (Edit(Fingerprint, "add", "(self._sum +", "(self._sum * 31 +"),)),
    Mutant("ignore Retry-After", "quiet", (Edit(RetryPolicy, "wait", "attempt.retry_after is None", "True"),)),
    Mutant(
        "a 429 slows one message only", "quiet", (Edit(Sender, "_try_again", "self._close(wait)", "pass"),)
    ),
    Mutant("no end of retries", "in one go", (Edit(RetryPolicy, "wait", "number >= self.attempts", "False"),)),
    Mutant("no pace", "faster", (Edit(TokenBucket, "take", "+ granted * self._token", ""),)),
    Mutant("no stop on 401", "went on", (Ruling(Event.BAD_CREDENTIALS, _AGAIN),)),
    Mutant("no stop on 402", "went on", (Ruling(Event.NO_CREDITS, Rule(Status.REJECTED, "")),)),
    Mutant(
        "what was given up on is not sent", _TWICE,
        (Edit(sender, "_attempt_of", "return _ABANDONED if flight.begun else ", "return "),),
    ),
    Mutant(
        "abandoned claims are not settled", "claimed",
        (Edit(Book, "settle_abandoned", "AND status = ?", "AND status = ? AND 0"),),
    ),
    Mutant(
        "abandoned claims are planned again", _TWICE,
        (Edit(Book, "settle_abandoned", "(Status.UNKNOWN,", "(Status.PLANNED,"),),
    ),
    Mutant(
        "resume claims what is unknown", f"{_TWICE}|was unknown and is",
        (Edit(Book, "claim_next", "AND status = ?", "AND status IN (?, 'unknown')"),),
    ),
)  # fmt: skip

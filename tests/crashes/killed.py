"""Kills the process it runs in with SIGKILL, the nth time the command passes a named point."""

import functools
import importlib
import inspect
import os
import signal
import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import count
from typing import Any

Passed = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Death:
    """point: one of POINTS. nth: which pass kills, from 1."""

    point: str
    nth: int = 1


@dataclass(frozen=True, slots=True)
class Point:
    """A place in the command. install: makes it call what it is given. passes: how often a run may pass it, about.

    resumed: only a resume passes it.
    """

    install: Callable[[Passed], None]
    passes: int = 1
    resumed: bool = False


def arm(death: Death) -> None:
    """From now on this process dies where `death` says."""
    passes = count(1)

    def passed() -> None:
        if next(passes) == death.nth:
            os.kill(os.getpid(), signal.SIGKILL)

    POINTS[death.point].install(passed)


def _before(place: str) -> Callable[[Passed], None]:
    return functools.partial(_wrap, place, "before")


def _after(place: str) -> Callable[[Passed], None]:
    return functools.partial(_wrap, place, "after")


def _wrap(place: str, when: str, passed: Passed) -> None:
    """Puts `passed` before or after a function of the command; place: "module:name" or "module:Class.name"."""
    owner, name, function = _find(place)

    @functools.wraps(function)
    def wrapped(*given: Any, **named: Any) -> Any:
        if when == "before":
            passed()
        result = function(*given, **named)
        if when == "after":
            passed()
        return result

    @functools.wraps(function)
    async def awaited(*given: Any, **named: Any) -> Any:
        if when == "before":
            passed()
        result = await function(*given, **named)
        if when == "after":
            passed()
        return result

    setattr(owner, name, awaited if inspect.iscoroutinefunction(function) else wrapped)


def _find(place: str) -> tuple[Any, str, Callable[..., Any]]:
    module, _, path = place.partition(":")
    *owners, name = path.split(".")
    owner: Any = functools.reduce(getattr, owners, importlib.import_module(module))
    return owner, name, getattr(owner, name)


def _statement(start: str = "") -> Callable[[Passed], None]:
    """Before an SQL statement of the ledger that begins so."""

    def install(passed: Passed) -> None:
        connect = sqlite3.connect

        def traced(*given: Any, **named: Any) -> sqlite3.Connection:
            connection: sqlite3.Connection = connect(*given, **named)
            connection.set_trace_callback(lambda statement: passed() if statement.startswith(start) else None)
            return connection

        sqlite3.connect = traced  # type: ignore[assignment]

    return install


def _uncommitted(place: str) -> Callable[[Passed], None]:
    """In this function, when all is written and not committed."""

    def install(passed: Passed) -> None:
        owner, name, function = _find(place)
        inside = []

        @functools.wraps(function)
        def wrapped(*given: Any, **named: Any) -> Any:
            inside.append(place)
            try:
                return function(*given, **named)
            finally:
                inside.pop()

        setattr(owner, name, wrapped)
        _statement("COMMIT")(lambda: passed() if inside else None)

    return install


_ADD = "batchsend.runs.book:Book.add"
_CLAIM = "batchsend.runs.book:Book.claim_next"
_RECORD = "batchsend.runs.book:Book.record"
_SETTLE = "batchsend.runs.book:Book.settle_abandoned"
_BEGIN = "batchsend.runs.ledger:Ledger.begin"
_RESUME = "batchsend.runs.ledger:Ledger.resume"
_END = "batchsend.runs.ledger:Ledger.end"
_EXCHANGE = "batchsend.delivery.transport:HttpTransport.send"
_WRITE = "asyncio.selector_events:_SelectorSocketTransport.write"
_WORKBOOK = "batchsend.cli.sending:write_workbook"

POINTS: Mapping[str, Point] = {
    "before the plan is entered": Point(_before(_ADD)),
    "while the plan is entered": Point(_uncommitted(_ADD)),
    "after the plan is entered": Point(_after(_ADD)),
    "before the run begins": Point(_before(_BEGIN)),
    "while the run begins": Point(_uncommitted(_BEGIN)),
    "after the run begins": Point(_after(_BEGIN)),
    "before a claim": Point(_before(_CLAIM), 8),
    "while a claim is written": Point(_uncommitted(_CLAIM), 8),
    "after a claim": Point(_after(_CLAIM), 8),
    "before a second claim": Point(_before("batchsend.runs.book:Book.claim_rows"), 2),
    "after a second claim": Point(_after("batchsend.runs.book:Book.claim_rows"), 2),
    "before a request": Point(_before(_EXCHANGE), 20),
    "before bytes leave": Point(_before(_WRITE), 40),
    "after bytes left": Point(_after(_WRITE), 40),
    "after an answer": Point(_after(_EXCHANGE), 20),
    "before a record": Point(_before(_RECORD), 8),
    "while a record is written": Point(_uncommitted(_RECORD), 8),
    "after a record": Point(_after(_RECORD), 8),
    "before the run ends": Point(_before(_END)),
    "while the run ends": Point(_uncommitted(_END)),
    "after the run ends": Point(_after(_END)),
    "before the workbook": Point(_before(_WORKBOOK)),
    "while the workbook is written": Point(_after("zipfile:ZipFile.writestr"), 8),
    "before the workbook is put in its place": Point(_before("os:replace")),
    "after the workbook is put in its place": Point(_after("os:replace")),
    "after the workbook": Point(_after(_WORKBOOK)),
    "before the ledger is closed": Point(_before("batchsend.runs.ledger:Ledger.close")),
    "after the ledger is closed": Point(_after("batchsend.runs.ledger:Ledger.close")),
    "before any statement": Point(_statement(), 90),
    "before any commit": Point(_statement("COMMIT"), 30),
    "before a dead run is settled": Point(_before(_SETTLE), resumed=True),
    "while a dead run is settled": Point(_uncommitted(_SETTLE), resumed=True),
    "after a dead run is settled": Point(_after(_SETTLE), resumed=True),
    "before a run goes on": Point(_before(_RESUME), resumed=True),
    "while a run goes on": Point(_uncommitted(_RESUME), resumed=True),
    "after a run goes on": Point(_after(_RESUME), resumed=True),
}

"""The practice gateway itself."""

import dataclasses
import threading
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Self

from batchsend.sandbox import control
from batchsend.sandbox.dialect import Dialect, Drop, Reply, Request
from batchsend.sandbox.hottask import HotTask
from batchsend.sandbox.listener import Listener
from batchsend.sandbox.purse import Purse
from batchsend.sandbox.record import Record
from batchsend.sandbox.robo_sms import RoboSms
from batchsend.sandbox.tiledesk import Tiledesk
from batchsend.sandbox.trouble import Trouble, TroublePlan, TroubleRule, parse_all


class Sandbox:
    """A gateway on 127.0.0.1 that speaks every provider's dialect and sends nothing to anybody.

    port: 0 takes a free one; trouble: what goes wrong, as `parse` reads it, the first that applies wins;
    record_path: a file that gets a line of JSON for each accepted message; token: the only one accepted, None
    for any; credits: the balance to start with, None for no end; seed: the same seed, the same troubles;
    retry_after: seconds `rate_limit` asks for; slow_seconds: how late `slow` answers; dialects: more that it speaks.

    A message is recorded before its answer leaves. Trouble that comes after acceptance strikes only messages
    that are accepted: a request with a mistake in it gets the answer to its mistake.
    """

    def __init__(
        self,
        port: int = 0,
        trouble: Iterable[str | TroubleRule] = (),
        record_path: Path | None = None,
        token: str | None = None,
        credits: int | None = None,  # noqa: A002
        seed: int = 0,
        *,
        retry_after: int = 1,
        slow_seconds: float = 2.0,
        dialects: Iterable[Dialect] = (),
    ) -> None:
        self.record = Record(record_path)
        self._port = port
        self._plan = TroublePlan(
            rules=parse_all(trouble), seed=seed, retry_after=retry_after, slow_seconds=slow_seconds
        )
        self._purse = Purse(credits)
        spoken = (RoboSms(token, self._purse), HotTask(token, self._purse), Tiledesk())
        self._dialects: tuple[Dialect, ...] = (*spoken, *dialects)
        self._lock = threading.Lock()
        self._requests = 0
        self._requests_before_plan = 0
        self._listener: Listener | None = None
        self._base_url = ""

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> Self:
        """Listens and answers. Raises OSError if the port is taken or the record cannot be written."""
        if self._listener is not None:
            raise RuntimeError("The sandbox is already running.")
        self.record.check()
        self._listener = Listener(self._port, self._respond)
        self._base_url = f"http://127.0.0.1:{self._listener.port}"
        self._listener.start()
        return self

    def stop(self) -> None:
        """Ends every connection, answered or not, and frees the port. Does nothing when not running."""
        listener, self._listener = self._listener, None
        if listener is not None:
            listener.stop()

    @property
    def base_url(self) -> str:
        """Where it listens, like http://127.0.0.1:8025; after `stop`, where it did."""
        if not self._base_url:
            raise RuntimeError("The sandbox has no address before it is started.")
        return self._base_url

    @property
    def requests(self) -> int:
        """How many whole requests arrived at a provider's path, whatever became of them."""
        return self._requests

    @property
    def credits_left(self) -> int | None:
        """The balance, or None when credits are not counted."""
        return self._purse.left

    @property
    def trouble(self) -> tuple[TroubleRule, ...]:
        """What goes wrong. Setting it takes what `parse` reads, and the requests it counts start anew at 1."""
        return self._plan.rules

    @trouble.setter
    def trouble(self, trouble: Iterable[str | TroubleRule]) -> None:
        rules = parse_all(trouble)
        with self._lock:
            self._plan = dataclasses.replace(self._plan, rules=rules)
            self._requests_before_plan = self._requests

    def counts(self) -> dict[str, object]:
        """How it stands, in plain values: requests, messages, numbers, those written to twice, trouble."""
        by_number = self.record.count_by_number()
        return {
            "requests": self.requests,
            "accepted": sum(by_number.values()),
            "numbers": len(by_number),
            "numbers_with_more_than_one": sum(1 for count in by_number.values() if count > 1),
            "credits_left": self.credits_left,
            "trouble": [str(rule) for rule in self.trouble],
        }

    def _respond(self, request: Request) -> Reply | Drop:
        if control.owns(request.path):
            return control.answer(request, self)
        for dialect in self._dialects:
            if dialect.owns(request.path):
                return self._speak(dialect, request)
        return Reply.html(404, "Not Found")

    def _speak(self, dialect: Dialect, request: Request) -> Reply | Drop:
        with self._lock:
            self._requests += 1
            plan, number = self._plan, self._requests - self._requests_before_plan
        trouble = plan.decide(number)
        answer = dialect.answer(request, trouble, plan.retry_after)
        if answer.accepted is not None:
            message = answer.accepted
            try:
                self.record.add(dialect.name, to=message.to, text=message.text, body=message.body)
            except OSError as error:
                return Reply.json(500, {"detail": f"Not accepted: the record cannot be written ({error})."})
        if trouble is Trouble.SLOW and isinstance(answer, Reply):
            return dataclasses.replace(answer, wait=plan.slow_seconds)
        return answer

"""The sender's decisions, under virtual time: the real ledger, a scripted gateway."""

import asyncio
import random
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from contextlib import closing

import pytest

from batchsend.delivery import Ending, Sender
from batchsend.delivery.retry import RetryPolicy
from batchsend.errors import LedgerUnwritable
from batchsend.messages import Message
from batchsend.providers import Attempt, Delivery, Event, HttpRequest, HttpResponse, NoAnswer, NotConnected, Pace
from batchsend.providers.outcomes import event_of
from batchsend.runs import Book, Claim, Ledger, LedgerRow, Outcome, Status
from tests.runs.plans import begun, message
from tests.virtual_time import run_virtually, virtual_now

ACCEPTED = HttpResponse(200)
Answer = HttpResponse | Exception


class PlainProvider:
    """One request a message, judged by its status code alone."""

    name = "plain"
    account = "acc"
    pace = Pace(rate=1000, concurrency=4)

    def deliver(self, message: Message) -> Delivery:
        response = yield HttpRequest("POST", f"http://127.0.0.1/{message.row}")
        event = Event.ACCEPTED if response.status == 200 else event_of(response)
        return Attempt.of_response(event, response)


class Gateway:
    """Answers by script: the n-th request for a row gets the n-th answer, the last one stays. Takes `seconds`."""

    def __init__(self, script: dict[int, list[Answer]] | None = None, seconds: float = 0.1) -> None:
        self.script = script or {}
        self.seconds = seconds
        self.started: list[tuple[float, int]] = []
        self.in_flight = 0
        self.most_in_flight = 0
        self.on_request: Callable[[int], None] = lambda _: None

    async def send(self, request: HttpRequest) -> HttpResponse:
        row = int(request.url.rsplit("/", 1)[1])
        self.started.append((asyncio.get_running_loop().time(), row))
        self.in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self.in_flight)
        self.on_request(row)
        try:
            await asyncio.sleep(self.seconds)
        finally:
            self.in_flight -= 1
        answers = self.script.get(row, [ACCEPTED])
        answer = answers[min(self.tries(row), len(answers)) - 1]
        if isinstance(answer, Exception):
            raise answer
        return answer

    def tries(self, row: int) -> int:
        return sum(started == row for _, started in self.started)


@pytest.fixture
def ledger() -> Iterator[Ledger]:
    with closing(Ledger(":memory:", virtual_now)) as ledger:
        yield ledger


def run(book: Book, gateway: Gateway, *, concurrency: int = 4, rate: float = 1000) -> tuple[Ending, str]:
    return run_virtually(sender(book, gateway, concurrency=concurrency, rate=rate).run())


def sender(book: Book, gateway: Gateway, *, concurrency: int = 4, rate: float = 1000) -> Sender:
    return Sender(
        book,
        PlainProvider(),
        gateway,
        concurrency=concurrency,
        rate=rate,
        retry=RetryPolicy(attempts=3, base=1.0, cap=4.0),
        chance=random.Random(1),
    )


def rows_of(book: Book) -> dict[int, LedgerRow]:
    return {row.row: row for row in book.rows()}


def test_every_planned_message_is_sent_once(ledger: Ledger) -> None:
    _, book = begun(ledger, *(message(row) for row in range(2, 52)))
    gateway = Gateway()
    assert run(book, gateway) == (Ending.DONE, "")
    assert Counter(row for _, row in gateway.started) == Counter(range(2, 52))
    assert book.counts() == {Status.ACCEPTED: 50}


def test_a_message_is_claimed_before_its_request_leaves_and_never_more_than_fit(ledger: Ledger) -> None:
    _, book = begun(ledger, *(message(row) for row in range(2, 22)))
    gateway = Gateway()
    claimed: list[int] = []

    def look(row: int) -> None:
        assert rows_of(book)[row].claimed
        claimed.append(sum(row.claimed for row in book.rows()))

    gateway.on_request = look
    run(book, gateway, concurrency=3)
    assert max(claimed) == gateway.most_in_flight == 3


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (HttpResponse(400), Status.REJECTED),
        (HttpResponse(500), Status.UNKNOWN),
        (HttpResponse(503, {"retry-after": "1"}), Status.UNKNOWN),
        (NoAnswer("reset"), Status.UNKNOWN),
        (RuntimeError("a fault of ours"), Status.UNKNOWN),
    ],
)
def test_what_may_have_gone_out_or_was_refused_is_never_tried_again(
    ledger: Ledger, answer: Answer, status: Status
) -> None:
    _, book = begun(ledger, message(2), message(3))
    gateway = Gateway({2: [answer, ACCEPTED]})
    assert run(book, gateway)[0] is Ending.DONE
    assert gateway.tries(2) == 1
    assert book.counts() == {status: 1, Status.ACCEPTED: 1}


@pytest.mark.parametrize("answer", [NotConnected("refused"), HttpResponse(429)])
def test_what_is_proven_not_sent_is_tried_again(ledger: Ledger, answer: Answer) -> None:
    _, book = begun(ledger, message(2))
    gateway = Gateway({2: [answer, answer, ACCEPTED]})
    assert run(book, gateway)[0] is Ending.DONE
    row = rows_of(book)[2]
    assert (row.status, row.attempts, row.reason) == (Status.ACCEPTED, 3, "")


def test_while_it_waits_for_its_next_try_a_message_is_not_claimed(ledger: Ledger) -> None:
    _, book = begun(ledger, message(2), message(3))
    gateway = Gateway({2: [NotConnected("refused"), ACCEPTED]}, seconds=0.001)
    states: list[bool] = []
    gateway.on_request = lambda row: states.append(rows_of(book)[2].claimed) if row == 3 else None
    run(book, gateway, concurrency=1)
    assert states == [False]


def test_after_the_last_try_the_run_stops_and_everything_is_not_sent(ledger: Ledger) -> None:
    _, book = begun(ledger, *(message(row) for row in range(2, 12)))
    gateway = Gateway({row: [NotConnected("no such host")] for row in range(2, 12)})
    ending, because = run(book, gateway, concurrency=2)
    assert (ending, because) == (Ending.PROVIDER, "no connection to the gateway: no such host")
    assert book.counts() == {Status.PLANNED: 10}
    assert max(gateway.tries(row) for row in range(2, 12)) == 3


@pytest.mark.parametrize(
    ("http_status", "ending"), [(401, Ending.CREDENTIALS), (402, Ending.CREDITS), (404, Ending.PROVIDER)]
)
def test_after_a_stop_only_what_is_in_flight_still_ends(ledger: Ledger, http_status: int, ending: Ending) -> None:
    _, book = begun(ledger, *(message(row) for row in range(2, 42)))
    gateway = Gateway({5: [HttpResponse(http_status)]})
    assert run(book, gateway, concurrency=4)[0] is ending
    assert len(gateway.started) <= 5 + 3
    assert book.counts()[Status.PLANNED] == 40 - book.counts()[Status.ACCEPTED]
    assert rows_of(book)[5].status is Status.PLANNED  # refused before it was taken: safe to send later


def test_retry_after_holds_everybody_back(ledger: Ledger) -> None:
    _, book = begun(ledger, *(message(row) for row in range(2, 8)))
    gateway = Gateway({2: [HttpResponse(429, {"retry-after": "30"}), ACCEPTED]})
    run(book, gateway, concurrency=1)
    times = sorted(at for at, _ in gateway.started)
    assert times[1] >= 30


def test_the_rate_is_kept(ledger: Ledger) -> None:
    _, book = begun(ledger, *(message(row) for row in range(2, 12)))
    gateway = Gateway(seconds=0.01)
    run(book, gateway, rate=1)
    assert [round(at, 3) for at, _ in gateway.started] == list(range(10))


def test_an_interrupt_lets_what_is_in_flight_finish_and_starts_nothing(ledger: Ledger) -> None:
    _, book = begun(ledger, *(message(row) for row in range(2, 22)))
    gateway = Gateway()
    it = sender(book, gateway, concurrency=2)
    gateway.on_request = lambda row: it.stop() if row == 6 else None
    assert run_virtually(it.run()) == (Ending.INTERRUPTED, "interrupted")
    assert [row for _, row in gateway.started] == [2, 3, 4, 5, 6, 7]
    assert book.counts() == {Status.ACCEPTED: 6, Status.PLANNED: 14}


def test_giving_up_makes_what_is_in_flight_unknown(ledger: Ledger) -> None:
    _, book = begun(ledger, *(message(row) for row in range(2, 22)))
    gateway = Gateway(seconds=3600)
    it = sender(book, gateway, concurrency=2)

    async def impatient() -> tuple[Ending, str]:
        asyncio.get_running_loop().call_later(5, it.abandon)
        return await it.run()

    assert run_virtually(impatient())[0] is Ending.INTERRUPTED
    assert book.counts() == {Status.UNKNOWN: 2, Status.PLANNED: 18}


def test_progress_counts_what_is_settled_and_its_credits(ledger: Ledger) -> None:
    _, book = begun(ledger, message(2, text="a" * 481), message(3), message(4))
    seen: list[tuple[int, int, int]] = []
    it = Sender(
        book,
        PlainProvider(),
        Gateway({3: [HttpResponse(400)], 4: [HttpResponse(500)]}),
        concurrency=1,
        rate=1000,
        on_progress=lambda p: seen.append((p.settled.total(), p.settled[Status.ACCEPTED], p.credits)),
    )
    run_virtually(it.run())
    assert seen[-1] == (3, 1, 2)


def test_a_paused_run_leaves_the_rest_planned(ledger: Ledger) -> None:
    _, book = begun(ledger, *(message(row) for row in range(2, 42)))
    gateway = Gateway({row: [HttpResponse(400)] for row in range(2, 42)})
    ending, because = run(book, gateway, concurrency=2)
    assert ending is Ending.PAUSED
    assert "10 different numbers" in because
    assert book.counts()[Status.REJECTED] <= 11
    assert book.counts().total() == 40


def test_there_is_no_pause_after_the_last_message(ledger: Ledger) -> None:
    _, book = begun(ledger, *(message(row) for row in range(2, 12)))
    gateway = Gateway({row: [HttpResponse(400)] for row in range(2, 12)})
    assert run(book, gateway, concurrency=1) == (Ending.DONE, "")
    assert book.counts() == {Status.REJECTED: 10}


def test_a_429_halves_what_is_in_flight(ledger: Ledger) -> None:
    _, book = begun(ledger, *(message(row) for row in range(2, 22)))
    gateway = Gateway({2: [HttpResponse(429, {"retry-after": "1"}), ACCEPTED]}, seconds=0.5)
    later: list[int] = []
    gateway.on_request = lambda _: later.append(gateway.in_flight) if gateway.tries(2) == 2 else None
    run(book, gateway, concurrency=8)
    assert gateway.most_in_flight == 8
    assert later[0] == 1
    assert max(later[:4]) <= 4
    assert book.counts() == {Status.ACCEPTED: 20}


def test_what_was_given_up_on_before_it_left_is_proven_not_sent(ledger: Ledger) -> None:
    _, book = begun(ledger, message(2), message(3))

    class Connecting(Gateway):
        async def send(self, request: HttpRequest) -> HttpResponse:
            try:
                return await super().send(request)
            except asyncio.CancelledError:
                raise NotConnected("stopped before it left") from None

    gateway = Connecting(seconds=3600)
    it = sender(book, gateway, concurrency=2)

    async def impatient() -> tuple[Ending, str]:
        asyncio.get_running_loop().call_later(5, it.abandon)
        return await it.run()

    assert run_virtually(impatient())[0] is Ending.INTERRUPTED
    assert book.counts() == {Status.PLANNED: 2}


def test_a_disk_that_fails_at_a_claim_stops_the_sending(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    _, book = begun(ledger, *(message(row) for row in range(2, 12)))
    gateway = Gateway()
    claim = book.claim_next

    def failing(limit: int, after: int) -> list[Claim]:
        claims = claim(limit, after)
        if after >= 5:
            raise LedgerUnwritable("The ledger cannot be written: the disk is full.")  # though the claim did reach it
        return claims

    monkeypatch.setattr(book, "claim_next", failing)
    it = sender(book, gateway, concurrency=2)
    assert run_virtually(it.run()) == (Ending.LEDGER, "the ledger cannot be written: the disk is full")
    assert it.unrecorded == ()
    assert book.counts() == {Status.ACCEPTED: len(gateway.started), Status.PLANNED: 10 - len(gateway.started)}


def test_outcomes_the_disk_does_not_take_are_kept_until_it_does(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, book = begun(ledger, *(message(row) for row in range(2, 12)))
    gateway = Gateway()
    full = [True]
    record = book.record

    def failing(outcomes: Collection[Outcome]) -> None:
        if full:
            raise LedgerUnwritable("The ledger cannot be written: the disk is full.")
        record(outcomes)

    monkeypatch.setattr(book, "record", failing)
    it = sender(book, gateway, concurrency=2)
    assert run_virtually(it.run())[0] is Ending.LEDGER
    assert [(outcome.row, outcome.status) for outcome in it.unrecorded] == [(2, Status.ACCEPTED), (3, Status.ACCEPTED)]
    assert len(gateway.started) == 2
    assert book.counts() == {Status.UNKNOWN: 2, Status.PLANNED: 8}
    assert book.record_late(it.unrecorded) == 2
    assert book.record_late(it.unrecorded) == 0  # said twice, it is no news
    assert book.counts() == {Status.ACCEPTED: 2, Status.PLANNED: 8}

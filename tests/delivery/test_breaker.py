"""When a run pauses: each limit at its edge, and what must not trip it."""

from collections.abc import Iterable

import pytest

from batchsend.delivery.breaker import Breaker
from batchsend.providers import Attempt, Event, HttpResponse
from batchsend.settings import BreakerLimits

FINE = Attempt.of(Event.ACCEPTED)
REFUSED = Attempt.of_response(Event.REFUSED, HttpResponse(400, body=b'{"detail": "Sender not approved"}'))
OTHERWISE = Attempt.of_response(Event.REFUSED, HttpResponse(400, body=b'{"to": ["Invalid number"]}'))
LOST = Attempt.of(Event.NO_ANSWER)
PAGE = Attempt.of_response(Event.UNREADABLE, HttpResponse(200, {"content-type": "text/html"}, b"<html>"))


def pauses_at(attempts: Iterable[Attempt], *, same_number: bool = False) -> int | None:
    """The how manieth message made it pause."""
    breaker = Breaker(BreakerLimits())
    for number, attempt in enumerate(attempts, 1):
        if breaker.see("+40" if same_number else f"+40{number}", attempt):
            return number
    return None


@pytest.mark.parametrize(
    ("attempts", "at"),
    [
        ([REFUSED] * 12, 10),
        ([*[REFUSED] * 9, OTHERWISE, *[REFUSED] * 9], None),  # other words: rows differ
        ([*[REFUSED] * 9, FINE, *[REFUSED] * 9], None),
        ([LOST] * 12, 10),
        ([FINE, FINE, LOST] * 9 + [LOST] * 9, 28),  # the tenth within the last thirty
        ([FINE, FINE, FINE, LOST] * 50, None),  # never ten in thirty
        ([PAGE] * 3, 3),
        ([PAGE, PAGE, FINE, PAGE, PAGE], None),
        ([FINE] * 100, None),
    ],
)
def test_it_pauses_at_the_edge_and_not_before(attempts: list[Attempt], at: int | None) -> None:
    assert pauses_at(attempts) == at


def test_one_number_refused_again_and_again_is_that_numbers_trouble() -> None:
    assert pauses_at([REFUSED] * 30, same_number=True) is None


def test_an_accepted_answer_that_calls_itself_a_page_is_none() -> None:
    html = HttpResponse(200, {"content-type": "text/html"}, b'{"success": true}')
    assert pauses_at([Attempt.of_response(Event.ACCEPTED, html)] * 9) is None

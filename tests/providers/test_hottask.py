"""What only the HotTask family has: regions, a balance, and a history that proves some messages and not others."""

from collections.abc import Collection, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batchsend.errors import UsageError
from batchsend.providers import (
    Attempt,
    Balance,
    HasBalance,
    HasOutcomes,
    HasTest,
    HttpRequest,
    Question,
    Unanswered,
    build_provider,
)
from batchsend.providers.hottask import HotTask, judge
from batchsend.runs import Status
from batchsend.settings import Settings
from tests.providers.contract import as_sent, drive
from tests.providers.tables.hottask import envelope, failed

KEYS = {"SECRET_KEY": "fake-secret-key", "SERIAL_NUMBER": "SN7"}
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def newoaks(**more: str) -> HotTask:
    environment = {f"BATCHSEND_NEWOAKS_{key.upper()}": value for key, value in (KEYS | more).items()}
    provider = build_provider("newoaks", Settings(environment, {}))
    assert isinstance(provider, HotTask)
    return provider


@pytest.mark.parametrize(
    ("settings", "host"),
    [
        ({}, "usapi.hottask.com"),
        ({"region": "us"}, "usapi.hottask.com"),
        ({"region": "EU"}, "euapi.hottask.com"),
        ({"region": "eu", "base_url": "http://127.0.0.1:1"}, "127.0.0.1:1"),
    ],
)
def test_the_region_is_an_address_unless_one_is_given(settings: dict[str, str], host: str) -> None:
    assert newoaks(**settings).account == f"{host}/SN7"


def test_a_region_that_is_none_is_refused() -> None:
    with pytest.raises(UsageError, match="region = 'mars'") as refused:
        newoaks(region="mars")
    assert "us, eu" in refused.value.hint


def test_it_can_be_asked_everything() -> None:
    assert isinstance(newoaks(), HasBalance)
    assert isinstance(newoaks(), HasOutcomes)
    assert isinstance(newoaks(), HasTest)


@pytest.mark.parametrize("words", ["Invalid key!", "not enough credits", "You are unauthorized"])
def test_words_that_the_message_brought_say_nothing_of_the_account(words: str) -> None:
    assert judge(failed(400, f"Twilio did not send: {words}"), words).status is Status.REJECTED
    assert judge(failed(400, f"Twilio did not send: {words}"), "Hi").status is Status.NOT_SENT


# -- balance ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("usage", "balance"),
    [
        ({"Total": -1, "Used": 243, "Remain": -1}, Balance(None, 243)),
        ({"Total": 500, "Used": 243, "Remain": 257}, Balance(257, 243)),
        ({"Total": 500, "Used": 500, "Remain": 0}, Balance(0, 500)),
        ({"Total": 500, "Used": 503, "Remain": -3}, Balance(0, 503)),  # overdrawn: nothing is left
        ({"Remain": 7}, Balance(7, None)),
    ],
)
def test_what_is_left(usage: dict[str, int], balance: Balance) -> None:
    assert drive(newoaks().balance(), envelope(usage))[1] == balance


@pytest.mark.parametrize("usage", [None, [], {}, {"Remain": "7"}, {"Remain": True}, {"Remain": 1.5}, "7", 7])
def test_a_balance_that_is_none_is_unanswered(usage: Any) -> None:
    with pytest.raises(Unanswered, match="did not tell the balance"):
        drive(newoaks().balance(), envelope(usage))


def test_an_unanswered_balance_says_why_without_the_key() -> None:
    with pytest.raises(Unanswered, match="refused the credentials") as failed_:
        drive(newoaks().balance(), failed(401, "fake-secret-key is unknown"))
    assert "fake-secret-key" not in failed_.value.message


# -- outcomes ---------------------------------------------------------------------------------------------------------


def question(row: int, text: str, claimed_at: datetime = NOON) -> Question:
    return Question(row, f"+4072300000{row}", text, f"{row:032x}", claimed_at)


def session(number: Any, *texts: str, began: datetime | str = NOON, direction: str = "AI") -> dict[str, Any]:
    time = began if isinstance(began, str) else began.isoformat().replace("+00:00", "Z")
    messages = [{"Type": direction, "Content": text} for text in texts]
    return {"SessionID": number, "CreateTime": time, "URI": "xxx", "Messages": messages}


def settled(
    questions: list[Question], *days: list[Any], known: Collection[str] = ()
) -> tuple[list[HttpRequest], Mapping[int, Attempt]]:
    return drive(newoaks().settle(questions, known), *map(envelope, days))


def references(outcomes: Mapping[int, Attempt]) -> dict[int, str]:
    assert {attempt.status for attempt in outcomes.values()} <= {Status.ACCEPTED}
    return {row: attempt.reference for row, attempt in outcomes.items()}


def test_the_history_of_the_day_is_asked_for_once() -> None:
    requests, _ = settled([question(2, "A"), question(3, "B", NOON + timedelta(hours=3))], [])
    assert [as_sent(request).body for request in requests] == [
        {"SerialNumber": "SN7", "StartTime": "2026-11-21", "EndTime": "2026-11-22"}
    ]
    assert requests[0].url == "https://usapi.hottask.com/chat/Chatbot/ChatContentHistory"


def test_a_message_around_midnight_is_looked_for_on_both_days() -> None:
    late = datetime(2026, 11, 21, 23, 30, tzinfo=UTC)
    after = late + timedelta(minutes=40)
    requests, outcomes = settled([question(2, "A", late)], [], [session(7, "A", began=after)])
    assert [as_sent(request).body["StartTime"] for request in requests] == ["2026-11-21", "2026-11-22"]
    assert references(outcomes) == {2: "7"}


def test_days_are_days_of_utc_whatever_zone_a_time_is_in() -> None:
    there = NOON.astimezone().astimezone(tz=None)
    requests, _ = settled([question(2, "A", there)], [])
    assert [as_sent(request).body["StartTime"] for request in requests] == ["2026-11-21"]


def test_an_exact_text_in_one_session_is_proof() -> None:
    history = [session(2**53 + 1, "Hi Ana"), session(8, "Hi Ana and Dan"), session(9, "hi ana"), session(10, "Hi Ana ")]
    _, outcomes = settled([question(2, "Hi Ana"), question(3, "Hi Dan")], history)
    assert references(outcomes) == {2: str(2**53 + 1)}
    assert outcomes[2].reason == "found in the gateway's history"


@pytest.mark.parametrize(
    ("questions", "history", "known"),
    [
        pytest.param([question(2, "A")], [], (), id="nothing there"),
        pytest.param([question(2, "A")], [session(7, "A")], ("7",), id="it is another message's"),
        pytest.param([question(2, "A"), question(3, "A")], [session(7, "A")], (), id="one text, two rows, one session"),
        pytest.param(
            [question(2, "A"), question(3, "A")],
            [session(7, "A"), session(8, "A")],
            (),
            id="one text, two rows, two sessions: in which order is not said",
        ),
        pytest.param([question(2, "A")], [session(7, "A"), session(8, "A")], (), id="two sessions for one row"),
        pytest.param([question(2, "A"), question(3, "B")], [session(7, "A", "B")], (), id="a session of two rows"),
        pytest.param([question(2, "A")], [session(7, "A", direction="User")], (), id="written by the person"),
        pytest.param([question(2, "A")], [session(7, "A", began=NOON - timedelta(hours=2))], (), id="before the claim"),
        pytest.param([question(2, "A")], [session(7, "A", began=NOON + timedelta(hours=2))], (), id="long after it"),
        pytest.param([question(2, "A")], [session(7, "A", began=NOON + timedelta(days=1))], (), id="the day after"),
        pytest.param([question(2, "A")], [session(7, "A", began="yesterday")], (), id="no time"),
        pytest.param([question(2, "A")], [session(True, "A")], (), id="no number"),
        pytest.param([question(2, "A")], [None, "x", {}, {"Messages": 7}], (), id="no sessions"),
    ],
)
def test_what_is_not_decided_stays_unknown(
    questions: list[Question], history: list[Any], known: tuple[str, ...]
) -> None:
    assert settled(questions, history, known=known)[1] == {}


def test_a_known_session_leaves_the_other_one_for_the_unknown_row() -> None:
    _, outcomes = settled([question(2, "A")], [session(7, "A"), session(8, "A")], known=("7",))
    assert references(outcomes) == {2: "8"}


def test_a_session_that_two_days_tell_of_is_one() -> None:
    late = datetime(2026, 11, 21, 23, 58, tzinfo=UTC)
    both = [session(7, "A", began=late)]
    assert references(settled([question(2, "A", late)], both, both)[1]) == {2: "7"}


def test_a_history_that_cannot_be_read_settles_nothing() -> None:
    with pytest.raises(Unanswered, match="did not tell the history"):
        drive(newoaks().settle([question(2, "A")], ()), failed(403, "fake-secret-key has no access"))


def test_no_question_asks_nothing() -> None:
    assert settled([]) == ([], {})


texts = st.sampled_from(["A", "B", "C"])


@given(sent=st.lists(texts, max_size=6), doubtful=st.sets(st.integers(0, 5)), lost=st.sets(st.integers(0, 5)))
def test_nothing_is_ever_proven_that_did_not_go_out(sent: list[str], doubtful: set[int], lost: set[int]) -> None:
    """Rows 0 to 5; of the doubtful ones some were lost on the way. The others were answered, and are known."""
    rows = dict(enumerate(sent))
    history = [session(100 + row, text) for row, text in rows.items() if not (row in doubtful and row in lost)]
    questions = [question(row, text) for row, text in rows.items() if row in doubtful]
    known = {str(100 + row) for row in rows if row not in doubtful}
    _, outcomes = settled(questions, history, known=known)
    for row, reference in references(outcomes).items():
        assert row not in lost
        assert reference == str(100 + row)
    for row, text in rows.items():
        alone = sum(1 for other in questions if other.text == text) == 1
        if row in doubtful and row not in lost and alone:
            assert row in outcomes

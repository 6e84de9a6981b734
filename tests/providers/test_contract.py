"""What every provider keeps, whichever gateway it speaks to. The providers are in tests/providers/tables."""

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batchsend.errors import UsageError
from batchsend.providers import KINDS, Attempt, HttpResponse, NoAnswer, NoResponse, NotConnected, build_provider
from batchsend.runs import Status
from batchsend.settings import Settings
from tests.providers.contract import (
    GENERIC,
    MEANINGLESS,
    Case,
    Golden,
    Rule,
    Table,
    answer,
    as_sent,
    deliver,
    drive,
)
from tests.providers.tables import all_tables

TABLES = all_tables()
every_provider = pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
FAILURES = (*map(answer, GENERIC), NoAnswer("reset"), NotConnected("refused"))
SIGNING_IN = [
    pytest.param(table, step, turn, id=f"{table.name} {step} {turn!r}")
    for table in TABLES
    for step in range(len(table.before))
    for turn in FAILURES
]


def attempt_of(table: Table, *script: HttpResponse | NoResponse) -> Attempt:
    """What comes of a message whose own request gets the script's answer."""
    _, attempt = drive(deliver(table.build()), *table.before, *script)
    assert isinstance(attempt, Attempt)
    return attempt


def rule_of(attempt: Attempt) -> Rule:
    return Rule(status=attempt.status, stop=attempt.stop, retry=attempt.retry)


def test_every_kind_of_provider_is_held_to_the_contract() -> None:
    assert set(KINDS) <= {table.name for table in TABLES}


# -- settings ---------------------------------------------------------------------------------------------------------


@every_provider
def test_it_keeps_to_the_manners_of_the_house(table: Table) -> None:
    provider = table.build()
    assert provider.name == table.name
    assert 0 < provider.pace.rate <= 50
    assert 1 <= provider.pace.concurrency <= 16
    kind = table.kind
    keys = [setting.key for setting in kind.settings]
    assert "base_url" in keys
    assert all(setting.about for setting in kind.settings)
    assert not kind.about.endswith(".")


@every_provider
def test_the_account_is_the_same_when_a_secret_is_renewed_and_nowhere_else(table: Table) -> None:
    assert table.build().account == table.build(**table.renewed).account == table.account
    for other in table.others:
        assert table.build(**other).account != table.account


@every_provider
def test_a_required_setting_that_is_missing_is_named_with_its_variable(table: Table) -> None:
    for setting in table.kind.settings:
        if setting.required:
            with pytest.raises(UsageError) as refused:
                table.build(**{setting.key: ""})
            assert setting.variable(table.name) in refused.value.hint


@every_provider
def test_an_address_that_is_none_is_refused_before_anything_is_sent(table: Table) -> None:
    with pytest.raises(UsageError, match="no web address"):
        table.build(base_url="gateway.example")


def test_an_unknown_provider_is_a_usage_error_that_lists_the_known() -> None:
    with pytest.raises(UsageError, match="carrier-pigeon") as refused:
        build_provider("carrier-pigeon", Settings({}, {}))
    assert all(name in refused.value.hint for name in KINDS)


# -- requests ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("table", "golden"),
    [pytest.param(table, golden, id=f"{table.name}: {golden.about}") for table in TABLES for golden in table.goldens],
)
def test_the_requests_are_the_documented_ones(table: Table, golden: Golden) -> None:
    script = golden.script or (*table.before, table.accepted)
    requests, _ = drive(golden.ask(table.build(**golden.settings)), *script)
    assert tuple(map(as_sent, requests)) == golden.sent


# -- answers ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("table", "case"),
    [pytest.param(table, case, id=f"{table.name}: {case.about}") for table in TABLES for case in table.cases],
)
def test_every_documented_answer_is_understood(table: Table, case: Case) -> None:
    before = table.before if case.ask is deliver else ()
    _, attempt = drive(case.ask(table.build(**case.settings)), *before, *case.script)
    assert rule_of(attempt) == Rule(status=case.status, stop=case.stop, retry=case.retry), attempt
    assert attempt.reference == case.reference
    assert case.says in attempt.reason


@every_provider
def test_a_message_is_accepted_by_the_documented_answer(table: Table) -> None:
    attempt = attempt_of(table, table.accepted)
    assert rule_of(attempt) == Rule(status=Status.ACCEPTED)
    assert attempt.http_status == table.accepted.status


@every_provider
@pytest.mark.parametrize("http_status", GENERIC)
@pytest.mark.parametrize("body", [b"", "<html>Sorry</html>"], ids=["empty", "page"])
def test_a_status_means_what_it_means_everywhere(table: Table, http_status: int, body: bytes | str) -> None:
    expected = table.unlike.get(http_status, GENERIC[http_status])
    assert rule_of(attempt_of(table, answer(http_status, body))) == expected


@every_provider
@pytest.mark.parametrize("body", MEANINGLESS.values(), ids=MEANINGLESS)
@pytest.mark.parametrize("http_status", [200, 201])
def test_a_2xx_that_says_nothing_proves_nothing(table: Table, http_status: int, body: bytes) -> None:
    assert rule_of(attempt_of(table, answer(http_status, body))) == Rule(status=Status.UNKNOWN)


@every_provider
def test_no_connection_is_proven_not_sent_and_silence_is_unknown(table: Table) -> None:
    assert rule_of(attempt_of(table, NotConnected("refused"))) == Rule(status=Status.NOT_SENT, retry=True)
    assert rule_of(attempt_of(table, NoAnswer("reset"))) == Rule(status=Status.UNKNOWN)


@every_provider
def test_a_rate_limit_is_waited_out_as_long_as_the_gateway_says(table: Table) -> None:
    headers = {"retry-after": "7"}
    assert attempt_of(table, HttpResponse(429, headers)).retry_after == 7.0


@pytest.mark.parametrize(("table", "step", "turn"), SIGNING_IN)
def test_whatever_goes_wrong_before_a_message_leaves_it_is_not_sent(
    table: Table, step: int, turn: HttpResponse | NoResponse
) -> None:
    _, attempt = drive(deliver(table.build()), *table.before[:step], turn)
    assert attempt.status is Status.NOT_SENT, attempt


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@every_provider
@given(
    http_status=st.integers(100, 999),
    body=st.binary(max_size=60) | json_values.map(json.dumps).map(str.encode),
    content_type=st.sampled_from(["application/json", "text/html", "text/plain", ""]),
)
def test_no_answer_at_all_can_break_it(table: Table, http_status: int, body: bytes, content_type: str) -> None:
    attempt = attempt_of(table, HttpResponse(http_status, {"content-type": content_type}, body))
    assert attempt.status is not Status.ACCEPTED
    assert not attempt.retry or attempt.status is Status.NOT_SENT
    if http_status >= 500:
        assert attempt.status is Status.UNKNOWN


ODD: tuple[Any, ...] = (None, True, False, 0, -1, 10**30, 1.5, float("nan"), "", "x", "500", [], [[]], {}, {"x": {}})


def spoiled(value: Any) -> Iterator[Any]:
    """The value with each of its parts, at any depth, gone or odd."""
    yield from ODD
    if isinstance(value, dict):
        for key in value:
            yield {name: part for name, part in value.items() if name != key}
            yield from ({**value, key: part} for part in spoiled(value[key]))
    elif isinstance(value, list):
        for place, part in enumerate(value):
            for odd in spoiled(part):
                changed = copy.copy(value)
                changed[place] = odd
                yield changed


@every_provider
def test_an_answer_with_any_part_of_it_spoiled_is_understood_or_unknown(table: Table) -> None:
    for before in range(len(table.before) + 1):
        script = [*table.before, table.accepted]
        good = script[before]
        for body in spoiled(good.json()):
            script[before] = answer(good.status, body)
            _, attempt = drive(deliver(table.build()), *script)
            assert isinstance(attempt, Attempt)
            assert not attempt.retry or attempt.status is Status.NOT_SENT


# -- secrets ----------------------------------------------------------------------------------------------------------


def attempts_at_every_step(table: Table, response: HttpResponse) -> Iterator[Attempt]:
    for before in range(len(table.before) + 1):
        _, attempt = drive(deliver(table.build()), *table.before[:before], response)
        assert isinstance(attempt, Attempt)
        yield attempt


@every_provider
def test_a_secret_that_a_gateway_quotes_is_quoted_no_further(table: Table) -> None:
    for secret in table.secrets:
        for http_status in GENERIC:
            for words in (f"Bad key {secret}!".encode(), {"detail": secret}, {secret: {"y": [secret]}}):
                for attempt in attempts_at_every_step(table, answer(http_status, words)):
                    assert secret not in repr(attempt), attempt


@every_provider
@pytest.mark.parametrize("http_status", [200, 400, 401, 500])
def test_a_secret_at_which_a_long_answer_is_cut_is_not_shown_in_part(table: Table, http_status: int) -> None:
    keys = ("Message", "message", "msg", "error", "err", "detail")
    for secret in table.secrets:
        for length in range(170, 200):
            words = "." * length + secret
            failed = {"Success": False, "success": False, "Code": 400, **dict.fromkeys(keys, words)}
            for body in (words.encode(), failed):
                for attempt in attempts_at_every_step(table, answer(http_status, body)):
                    assert secret[:4] not in repr(attempt), attempt


@every_provider
def test_a_secret_shows_in_no_text_but_its_request(table: Table) -> None:
    provider = table.build()
    requests, attempt = drive(deliver(provider), *table.before, table.accepted)
    held = vars(provider) if hasattr(provider, "__dict__") else {}
    shown = f"{provider!r} {held!r} {provider.account} {requests!r} {attempt!r} {[r.url for r in requests]}"
    for secret in table.secrets:
        assert secret not in shown


@every_provider
@pytest.mark.parametrize("spoilt", ["two\nlines", "caf\u00e9-s3cret", "tab\tbed"])
def test_a_secret_that_cannot_stand_in_a_header_is_refused_and_not_quoted(table: Table, spoilt: str) -> None:
    for setting in table.kind.settings:
        if setting.secret:
            with pytest.raises(UsageError, match=setting.key) as refused:
                table.build(**{setting.key: spoilt})
            assert spoilt not in refused.value.message + refused.value.hint

"""How trouble is spelled, and which request it strikes."""

import pytest

from batchsend.sandbox.trouble import Trouble, TroublePlan, TroubleRule, parse, parse_all


def _struck(*rules: str, seed: int = 0, requests: int = 6) -> list[str]:
    plan = TroublePlan(rules=parse_all(rules), seed=seed)
    return [str(plan.decide(number) or "-") for number in range(1, requests + 1)]


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("reject", TroubleRule(kind=Trouble.REJECT)),
        ("reject=0.25", TroubleRule(kind=Trouble.REJECT, share=0.25)),
        ("reject=.5", TroubleRule(kind=Trouble.REJECT, share=0.5)),
        ("reject=0", TroubleRule(kind=Trouble.REJECT, share=0.0)),
        ("reject=1", TroubleRule(kind=Trouble.REJECT)),
        ("reject=1.0", TroubleRule(kind=Trouble.REJECT)),
        ("error=0.000000001", TroubleRule(kind=Trouble.ERROR, share=1e-9)),
        ("error=@1", TroubleRule(kind=Trouble.ERROR)),
        ("error=@12", TroubleRule(kind=Trouble.ERROR, first=12)),
        ("rate_limit=x3", TroubleRule(kind=Trouble.RATE_LIMIT, last=3)),
        (" Rate-Limit=X3 ", TroubleRule(kind=Trouble.RATE_LIMIT, last=3)),
    ],
)
def test_trouble_is_read_and_spelled_back(text: str, rule: TroubleRule) -> None:
    assert parse(text) == rule
    assert parse(str(rule)) == rule


@pytest.mark.parametrize("kind", list(Trouble))
def test_every_kind_can_be_switched_on_by_its_name_and_says_what_it_is(kind: Trouble) -> None:
    assert parse(kind) == TroubleRule(kind=kind)
    assert kind.sentence != str(kind)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "flood",
        "rejected",
        "reject=",
        "reject=1.1",
        "reject=2",
        "reject=-0.1",
        "reject=0,5",
        "reject=0_1",  # float() would take it for 1
        "reject=nan",
        "reject=10%",
        "reject=٠",  # an Arabic zero is a digit to float()
        "reject=@0",
        "reject=x0",
        "reject=@-1",
        "reject=x1.5",
        "reject=@" + "9" * 5000,  # int() would complain in its own words
        "reject=0.1=0.2",
        "reject error",
    ],
)
def test_junk_is_refused_with_the_kinds_there_are(text: str) -> None:
    with pytest.raises(ValueError, match="is not a trouble") as refused:
        parse(text)
    assert all(kind in str(refused.value) for kind in Trouble)


@pytest.mark.parametrize(
    ("rules", "struck"),
    [
        ([], ["-", "-", "-", "-", "-", "-"]),
        (["error"], ["error"] * 6),
        (["error=0"], ["-"] * 6),
        (["error=x2"], ["error", "error", "-", "-", "-", "-"]),
        (["error=@5"], ["-", "-", "-", "-", "error", "error"]),
        (["error=x1", "slow=x3", "html=@6"], ["error", "slow", "slow", "-", "-", "html"]),
    ],
)
def test_the_first_rule_that_applies_strikes(rules: list[str], struck: list[str]) -> None:
    assert _struck(*rules) == struck


def test_a_share_strikes_about_that_share_of_the_requests() -> None:
    assert 200 < _struck("error=0.25", requests=1000).count("error") < 300


def test_the_same_seed_strikes_the_same_requests_and_another_seed_others() -> None:
    first = _struck("error=0.5", seed=1, requests=200)
    assert first == _struck("error=0.5", seed=1, requests=200)
    assert first != _struck("error=0.5", seed=2, requests=200)


def test_chance_does_not_depend_on_the_order_of_the_requests() -> None:
    plan = TroublePlan(rules=parse_all(["error=0.5"]))
    backwards = [plan.decide(number) for number in range(100, 0, -1)]
    assert backwards[::-1] == [plan.decide(number) for number in range(1, 101)]


def test_two_rules_with_shares_are_independent() -> None:
    struck = _struck("error=0.5", "slow=0.5", requests=400)
    assert {"error", "slow", "-"} == set(struck)


def test_one_lone_string_is_one_trouble() -> None:
    assert parse_all("slow") == (TroubleRule(kind=Trouble.SLOW),)

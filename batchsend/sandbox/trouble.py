"""The troubles of a real gateway, each of which a person can switch on."""

import random
import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

_SPELLING = re.compile(
    r"(?P<kind>[a-z_]+)"
    r"(?:=(?:@(?P<first>0*[1-9][0-9]{0,11})|x(?P<last>0*[1-9][0-9]{0,11})|(?P<share>[01]|[01]?\.[0-9]{1,9})))?"
)


class Trouble(StrEnum):
    """What can go wrong, with its sentence for people."""

    sentence: str

    def __new__(cls, kind: str, sentence: str) -> "Trouble":
        """A member is its kind and carries its sentence."""
        member = str.__new__(cls, kind)
        member._value_ = kind
        member.sentence = sentence
        return member

    REJECT = "reject", "the number is refused"
    RATE_LIMIT = "rate_limit", "too many requests: 429 with Retry-After"
    ERROR = "error", "a 500 before anything was accepted"
    ERROR_AFTER_ACCEPT = "error_after_accept", "the message is accepted, then the answer is a 500"
    DROP_BEFORE_ACCEPT = "drop_before_accept", "the connection is closed and nothing was accepted"
    DROP_AFTER_ACCEPT = "drop_after_accept", "the message is accepted, then the connection is reset"
    SLOW = "slow", "the answer comes late"
    NO_CREDITS = "no_credits", "the account has no credits left"
    BAD_TOKEN = "bad_token", "the credentials are refused"
    HTML = "html", "a login page instead of an answer, and nothing was accepted"


@dataclass(frozen=True, slots=True, kw_only=True)
class TroubleRule:
    """One trouble and the requests it strikes. str() spells it the way `parse` reads it.

    kind: what happens; share: how many of the requests, 0 to 1; first, last: the range of requests, from 1.
    """

    kind: Trouble
    share: float = 1.0
    first: int = 1
    last: int | None = None

    def __str__(self) -> str:
        if self.first > 1:
            return f"{self.kind}=@{self.first}"
        if self.last is not None:
            return f"{self.kind}=x{self.last}"
        if self.share < 1:
            return f"{self.kind}={self.share:.9f}".rstrip("0").rstrip(".")
        return str(self.kind)


def parse(text: str) -> TroubleRule:
    """Reads KIND, KIND=SHARE, KIND=@N (from the Nth request on) or KIND=xN (the first N requests).

    Raises ValueError, with the kinds there are, for anything else.
    """
    found = _SPELLING.fullmatch(text.strip().lower().replace("-", "_"))
    share = float(found["share"] or 1) if found else 1.0
    if found is None or found["kind"] not in set(Trouble) or share > 1:
        raise ValueError(
            f"{text!r} is not a trouble. Write KIND, KIND=SHARE (0 to 1, like 0.25), KIND=@N (from the Nth "
            f"request on) or KIND=xN (the first N requests), where KIND is one of {', '.join(Trouble)}."
        )
    return TroubleRule(
        kind=Trouble[found["kind"].upper()],
        share=share,
        first=int(found["first"] or 1),
        last=int(found["last"]) if found["last"] else None,
    )


def parse_all(troubles: Iterable[str | TroubleRule]) -> tuple[TroubleRule, ...]:
    """Reads several troubles, in order; rules pass through. One lone string counts as one trouble."""
    several = [troubles] if isinstance(troubles, str) else troubles
    return tuple(each if isinstance(each, TroubleRule) else parse(each) for each in several)


@dataclass(frozen=True, slots=True, kw_only=True)
class TroublePlan:
    """Which trouble strikes which request.

    It keeps no state: chance depends on the seed, the rule and the request's number and on nothing else,
    so threads can share it and the same seed tells the same story in whatever order requests arrive.

    rules: the first that applies wins; retry_after: seconds a `rate_limit` asks for; slow_seconds: how late
    a `slow` answer is.
    """

    rules: tuple[TroubleRule, ...] = ()
    seed: int = 0
    retry_after: int = 1
    slow_seconds: float = 2.0

    def decide(self, number: int) -> Trouble | None:
        """The trouble of this request (they count from 1), or None when it goes well."""
        for place, rule in enumerate(self.rules):
            in_range = rule.first <= number and (rule.last is None or number <= rule.last)
            if in_range and self._chance(place, number) < rule.share:
                return rule.kind
        return None

    def _chance(self, place: int, number: int) -> float:
        return random.Random(f"{self.seed}/{place}/{number}").random()  # noqa: S311 - practice, not secrecy

"""Enquiries over real sockets: one answer, or a sentence about why there is none."""

import socket
from collections.abc import Generator

import pytest

from batchsend.delivery import Unreachable, ask
from batchsend.providers import Enquiry, HttpRequest, HttpResponse, NoAnswer, NoResponse, NotConnected, Unanswered
from batchsend.sandbox import Sandbox


@pytest.fixture(autouse=True)
def no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)


def statuses(*urls: str) -> Enquiry[list[int]]:
    found = []
    for url in urls:
        response = yield HttpRequest("GET", url)
        found.append(response.status)
    return found


def troubles(url: str) -> Generator[HttpRequest, HttpResponse, type[NoResponse] | None]:
    try:
        yield HttpRequest("GET", url)
    except NoResponse as trouble:
        return type(trouble)
    return None


def unanswered(url: str) -> Enquiry[None]:
    yield HttpRequest("GET", url)
    raise Unanswered("It says nothing of it.")


def nowhere() -> str:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return f"http://127.0.0.1:{listener.getsockname()[1]}"


def test_an_enquiry_of_several_requests_is_carried_to_its_end() -> None:
    with Sandbox() as gateway:
        assert ask(statuses(f"{gateway.base_url}/_sandbox", f"{gateway.base_url}/none")) == [200, 404]


def test_an_enquiry_may_live_with_a_request_that_got_no_answer() -> None:
    assert ask(troubles(nowhere())) is NotConnected
    with Sandbox(trouble=["drop_before_accept"]) as gateway:
        assert ask(troubles(f"{gateway.base_url}/api/sms/")) is NoAnswer


def test_no_answer_is_one_sentence_for_people() -> None:
    with pytest.raises(Unreachable, match="cannot be asked") as failed:
        ask(statuses(nowhere()))
    assert "base_url" in failed.value.hint


def test_an_answer_that_says_nothing_is_unanswered() -> None:
    with Sandbox() as gateway, pytest.raises(Unanswered, match="says nothing"):
        ask(unanswered(gateway.base_url))


def test_practice_asks_nobody_else() -> None:
    with Sandbox() as gateway, pytest.raises(Unreachable, match="may not leave"):
        ask(statuses(f"{gateway.base_url}/_sandbox"), only="http://127.0.0.1:1")


def test_a_proxy_that_cannot_be_used_is_said_to_be_the_trouble(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "gopher://127.0.0.1:1")
    with pytest.raises(Unreachable, match="proxy"):
        ask(statuses(nowhere()))


def test_silence_ends() -> None:
    with Sandbox(trouble=["slow"], slow_seconds=60) as gateway, pytest.raises(Unreachable, match="no answer in time"):
        ask(statuses(f"{gateway.base_url}/api/sms/"), seconds=0.05)

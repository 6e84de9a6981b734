"""Every trouble, as a client over a real socket sees it."""

from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from batchsend.sandbox import Sandbox, Trouble

from .wire import FOREVER, GOOD, client_of, connect, post_bytes, until


@pytest.mark.parametrize(
    ("trouble", "status", "accepted"),
    [
        (Trouble.REJECT, 400, 0),
        (Trouble.RATE_LIMIT, 429, 0),
        (Trouble.ERROR, 500, 0),
        (Trouble.ERROR_AFTER_ACCEPT, 500, 1),
        (Trouble.SLOW, 200, 1),
        (Trouble.NO_CREDITS, 402, 0),
        (Trouble.BAD_TOKEN, 401, 0),
        (Trouble.HTML, 200, 0),
    ],
)
def test_trouble_is_answered_and_recorded_as_promised(
    sandbox: Sandbox, client: httpx.Client, trouble: Trouble, status: int, accepted: int
) -> None:
    sandbox.trouble = (trouble,)
    assert client.post("/api/sms/", json=GOOD).status_code == status
    assert len(sandbox.record.accepted()) == accepted
    sandbox.trouble = ()
    assert client.post("/api/sms/", json=GOOD).json() == {"success": True}


@pytest.mark.parametrize(
    ("trouble", "error", "accepted"),
    [
        (Trouble.DROP_BEFORE_ACCEPT, httpx.RemoteProtocolError, 0),
        (Trouble.DROP_AFTER_ACCEPT, httpx.ReadError, 1),
    ],
)
def test_a_dropped_connection_gives_no_answer(
    sandbox: Sandbox, client: httpx.Client, trouble: Trouble, error: type[httpx.HTTPError], accepted: int
) -> None:
    sandbox.trouble = (trouble,)
    with pytest.raises(error):
        client.post("/api/sms/", json=GOOD)
    assert (sandbox.requests, len(sandbox.record.accepted())) == (1, accepted)


def test_a_drop_after_acceptance_is_a_hard_reset_and_one_before_it_a_plain_close(sandbox: Sandbox) -> None:
    sandbox.trouble = ("drop_before_accept=x1", "drop_after_accept")
    with connect(sandbox) as connection:
        connection.sendall(post_bytes())
        assert connection.recv(1) == b""
    with connect(sandbox) as connection:
        connection.sendall(post_bytes())
        with pytest.raises(ConnectionResetError):
            connection.recv(1)


def test_a_rate_limit_says_when_to_come_back() -> None:
    with Sandbox(trouble=["rate_limit=x1"], retry_after=7) as sandbox, client_of(sandbox) as client:
        refused = client.post("/api/sms/", json=GOOD)
        assert (refused.status_code, refused.headers["Retry-After"]) == (429, "7")
        assert client.post("/api/sms/", json=GOOD).status_code == 200


def test_a_slow_message_is_accepted_although_nobody_waits_for_the_answer() -> None:
    with Sandbox(trouble=["slow"], slow_seconds=FOREVER) as sandbox, client_of(sandbox) as client:
        with pytest.raises(httpx.ReadTimeout):
            client.post("/api/sms/", json=GOOD, timeout=httpx.Timeout(10, read=0.05))
        until(lambda: len(sandbox.record.accepted()) == 1)


def test_new_trouble_counts_its_requests_from_one(sandbox: Sandbox, client: httpx.Client) -> None:
    client.post("/api/sms/", json=GOOD)
    sandbox.trouble = ("error=x1", "reject=@3")
    assert [client.post("/api/sms/", json=GOOD).status_code for _ in range(3)] == [500, 200, 400]
    assert [str(rule) for rule in sandbox.trouble] == ["error=x1", "reject=@3"]
    assert sandbox.requests == 4


def test_junk_trouble_leaves_the_old_trouble_on(sandbox: Sandbox) -> None:
    sandbox.trouble = ("error",)
    with pytest.raises(ValueError, match="is not a trouble"):
        sandbox.trouble = ("slow", "flood")
    assert [str(rule) for rule in sandbox.trouble] == ["error"]
    with pytest.raises(ValueError, match="is not a trouble"):
        Sandbox(trouble=["flood"])


def test_the_same_seed_gives_the_same_answers() -> None:
    def statuses(seed: int) -> list[int]:
        with Sandbox(trouble=["error=0.5"], seed=seed) as sandbox, client_of(sandbox) as client:
            return [client.post("/api/sms/", json=GOOD).status_code for _ in range(30)]

    assert statuses(1) == statuses(1)
    assert statuses(1) != statuses(2)


def test_many_connections_at_once_lose_nothing(sandbox: Sandbox) -> None:
    def send(place: int) -> int:
        with client_of(sandbox) as client:
            numbers = [f"+4072{place:03}{each:03}" for each in range(10)]
            return sum(client.post("/api/sms/", json=GOOD | {"to": to}).is_success for to in numbers)

    with ThreadPoolExecutor(16) as pool:
        assert sum(pool.map(send, range(16))) == 160
    assert sandbox.requests == 160
    assert sorted(sandbox.record.count_by_number().values()) == [1] * 160

"""`batchsend replies listen`, over real sockets: what is let in, what is answered, what is left when it dies."""

import json
import signal
import socket
import sqlite3
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from tests.acceptance.conftest import Shell
from tests.acceptance.listening import SET_UP, Listening, listening, sent_run
from tests.inbox.deliveries import SECRET, TOKEN, chat, delivery, post, text_message

ANA = "+40723000002"


def stored(batchsend: Shell) -> dict[str, str]:
    """Text by id, as any SQLite tool sees it."""
    with closing(sqlite3.connect(batchsend.folder / "ledger.sqlite")) as db:
        return dict(db.execute("SELECT id, text FROM replies"))


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory) -> Shell:
    return Shell(tmp_path_factory.mktemp("listening"))


@pytest.fixture(scope="module")
def listener(shell: Shell) -> Iterator[Listening]:
    with listening(shell) as found:
        yield found


def answers(shell: Shell, *arguments: str) -> Any:
    done = shell("replies", *arguments, "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_an_answer_is_stored_joined_and_shown(batchsend: Shell) -> None:
    run = sent_run(batchsend, 2, 3)
    with listening(batchsend) as listener:
        assert post(listener.address, delivery(chat(run.keys[3]), "At six?", "a1")).status_code == 200
        assert post(listener.address, text_message(ANA, "Stop!", "a2")).status_code == 200
        assert listener.stop() == 0
    assert "Name 3, +40723000003 (row 3 of" in listener.output
    assert "[opted out]" in listener.output
    assert "2 replies were stored" in listener.output
    assert SECRET not in listener.output
    found = {reply["row"]: reply for reply in answers(batchsend, "list")}
    assert {row: reply["text"] for row, reply in found.items()} == {2: "Stop!", 3: "At six?"}
    assert {reply["run"] for reply in found.values()} == {run.name}
    assert [it["number"] for it in answers(batchsend, "opt-outs")] == [ANA]


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"headers": {"x-hook-secret": "wrong"}}, 401),
        ({"headers": {"x-hook-secret": ""}}, 401),
        ({"headers": {}}, 401),
        ({"headers": {"x-hook-secret": SECRET + "x"}}, 401),
        ({"headers": {"x-hook-secret": "é".encode("latin-1")}}, 401),
        ({"method": "GET"}, 405),
        ({"method": "PUT"}, 405),
        ({"path": "/"}, 404),
        ({"path": "/replies"}, 404),
        ({"path": "/replies/a-path-nobody-guesses/"}, 404),
        ({"path": "/%ff"}, 404),
        ({"content": b""}, 400),
        ({"content": b"{"}, 400),
        ({"content": b"\xff"}, 400),
        ({"content": b"[" * 100_000}, 400),
        ({"content": b'{"payload": {}}'}, 400),
        ({"content": b" " * (2 * 1024 * 1024 + 1)}, 413),
        ({"content": json.dumps(delivery(chat("ab" * 16), id_project="other")).encode()}, 403),
        ({"content": json.dumps(delivery(chat("ab" * 16), sender="system")).encode()}, 200),
    ],
)
def test_what_is_not_let_in(shell: Shell, listener: Listening, change: dict[str, Any], status: int) -> None:
    before = stored(shell)
    address = urlsplit(listener.address)._replace(path=change.get("path", urlsplit(listener.address).path)).geturl()
    good = json.dumps(text_message(ANA, "Stop", "never")).encode()
    headers = change.get("headers", {"x-hook-secret": SECRET})
    answer = httpx.request(
        change.get("method", "POST"), address, content=change.get("content", good), headers=headers, trust_env=False
    )
    assert answer.status_code == status
    assert SECRET not in answer.text + str(answer.headers)
    assert stored(shell) == before


def test_a_body_without_a_length_is_cut_off_as_well(shell: Shell, listener: Listening) -> None:
    pieces = (b" " * 65_536 for _ in range(64))
    try:
        answer = httpx.post(listener.address, content=pieces, headers={"x-hook-secret": SECRET}, trust_env=False)
        assert answer.status_code == 413
    except httpx.WriteError:  # it has hung up while we were still talking
        pass
    assert post(listener.address, text_message(ANA, "still there", "b1")).status_code == 200
    assert stored(shell)["b1"] == "still there"


def test_the_largest_body_that_is_taken(shell: Shell, listener: Listening) -> None:
    body = json.dumps(text_message(ANA, "x" * 500_000, "b2")).encode().ljust(2 * 1024 * 1024)
    assert post(listener.address, body).status_code == 200
    assert len(stored(shell)["b2"]) == 500_000


def test_who_hangs_up_in_the_middle_harms_nobody(shell: Shell, listener: Listening) -> None:
    place = urlsplit(listener.address)
    head = f"POST {place.path} HTTP/1.1\r\nHost: x\r\nx-hook-secret: {SECRET}\r\nContent-Length: 500\r\n\r\n"
    with socket.create_connection((str(place.hostname), place.port or 0), timeout=10) as connection:
        connection.sendall(head.encode() + b'{"payload')
    with socket.create_connection((str(place.hostname), place.port or 0), timeout=10) as connection:
        connection.sendall(b"\x16\x03\x01 no HTTP at all\r\n\r\n")
        assert b"400" in connection.recv(1000)
    assert post(listener.address, text_message(ANA, "fine", "b3")).status_code == 200
    assert stored(shell)["b3"] == "fine"


def test_the_same_delivery_many_times_at_once_is_one_reply(shell: Shell, listener: Listening) -> None:
    body = text_message(ANA, "once", "c1")
    with ThreadPoolExecutor(16) as pool:
        codes = list(pool.map(lambda _: post(listener.address, body).status_code, range(48)))
    assert codes == [200] * 48
    assert [text for id_, text in stored(shell).items() if id_ == "c1"] == ["once"]


def test_wishes_in_disorder_end_with_the_newest(shell: Shell, listener: Listening) -> None:
    number = "+40723000077"
    for id_, text, minute in (("d3", "STOP", 3), ("d1", "STOP", 1), ("d2", "START", 2), ("d3", "STOP", 3)):
        body = text_message(number, text, id_, createdAt=f"2026-11-21T00:0{minute}:00.000Z")
        assert post(listener.address, body).status_code == 200
    found = {it["number"]: it["since"] for it in answers(shell, "opt-outs")}
    assert found[number].startswith("2026-11-21T00:03")


def test_a_terminal_is_not_controlled_by_what_strangers_write(batchsend: Shell) -> None:
    with listening(batchsend) as listener:
        post(listener.address, text_message(ANA, "\x1b[2J\x1b[31mred\r\nsecond", "e1"))
        listener.stop()
    assert "\x1b" not in listener.output
    assert "\x1b" not in batchsend("replies", "list").stdout


def test_a_terminal_that_nobody_reads_does_not_stop_the_storing(batchsend: Shell) -> None:
    with listening(batchsend) as listener:  # nobody reads its output, and a pipe holds 64 KB
        with httpx.Client(headers={"x-hook-secret": SECRET}, trust_env=False, timeout=30) as client:
            for number in range(300):
                body = text_message(ANA, "x" * 400, f"t{number}")
                assert client.post(listener.address, json=body).status_code == 200
        assert len(stored(batchsend)) == 300


def test_a_terminal_that_is_gone_does_not_stop_the_storing(batchsend: Shell) -> None:
    with listening(batchsend) as listener:
        assert listener.process.stdout is not None
        listener.process.stdout.close()
        for number in range(3):
            assert post(listener.address, text_message(ANA, "Hi", f"t{number}")).status_code == 200
        listener.process.send_signal(signal.SIGINT)
        assert listener.process.wait(timeout=30) == 0
    assert len(stored(batchsend)) == 3


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_cleanly_while_deliveries_come(batchsend: Shell, number: int) -> None:
    answered: list[str] = []
    with listening(batchsend) as listener:
        poster = threading.Thread(target=_post_until_gone, args=(listener.address, answered))
        poster.start()
        _wait_for(answered, 10)
        assert listener.stop(number) == 0, listener.output
        poster.join()
    assert "Traceback" not in listener.output
    assert "stored" in listener.output.splitlines()[-1]
    assert set(answered) <= set(stored(batchsend))


def test_a_killed_listener_has_stored_all_it_answered(batchsend: Shell) -> None:
    run = sent_run(batchsend, 2, left=(3, 4))
    answered: list[str] = []
    with listening(batchsend) as listener:
        posters = [
            threading.Thread(target=_post_until_gone, args=(listener.address, answered, f"p{n}-")) for n in range(4)
        ]
        for poster in posters:
            poster.start()
        _wait_for(answered, 40)
        assert post(listener.address, delivery(chat(run.keys[3]), "Stop", "last")).status_code == 200
        listener.process.send_signal(signal.SIGKILL)
        for poster in posters:
            poster.join()
        listener.process.communicate(timeout=30)
    found = stored(batchsend)
    assert set(answered) <= set(found)
    assert len(found) <= len(answered) + 1 + len(posters)  # nothing was made up: at most one each was on its way
    # the STOP was answered and perhaps not understood yet: whoever needs the opt-outs makes up for it
    assert "+40723000003" in {it["number"] for it in answers(batchsend, "opt-outs")}
    with listening(batchsend) as listener:
        assert post(listener.address, text_message(ANA, "again", "after")).status_code == 200
        assert listener.stop() == 0


def test_neither_secret_nor_token_is_in_any_file_or_output(batchsend: Shell) -> None:
    with listening(batchsend, "-p", "smartify") as listener:
        post(listener.address, text_message(ANA, "Stop", "f1"))
        post(listener.address, b"{")
        post(listener.address, text_message(ANA, "Stop", "f2"), secret="wrong")
        listener.stop()
    for secret in (SECRET, TOKEN):
        assert secret not in listener.output
        for file in filter(Path.is_file, batchsend.folder.rglob("*")):
            assert secret.encode() not in file.read_bytes(), file.name


def test_a_port_that_is_taken_is_said(batchsend: Shell) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = batchsend("replies", "listen", "--port", str(taken.getsockname()[1]), **SET_UP)
    assert done.returncode == 2
    assert "--port" in done.stderr


def test_without_a_subscription_it_does_not_listen(batchsend: Shell) -> None:
    done = batchsend("replies", "listen", "--port", "0", **{**SET_UP, "BATCHSEND_SMARTIFY_HOOK_SECRET": ""})
    assert done.returncode == 2
    assert "batchsend replies subscribe" in done.stderr


def _post_until_gone(address: str, answered: list[str], prefix: str = "p-") -> None:
    """Posts one delivery after the other, and notes which were answered."""
    for number in range(100_000):
        try:
            if post(address, text_message(ANA, "Hi", f"{prefix}{number}")).status_code == 200:
                answered.append(f"{prefix}{number}")
        except httpx.HTTPError:
            return


def _wait_for(answered: list[str], count: int) -> None:
    pause = threading.Event()
    for _ in range(6_000):
        if len(answered) >= count:
            return
        pause.wait(0.005)
    raise AssertionError("nobody answers")

"""batchsend providers, and the balance that an estimate and a send show."""

import json
import socket
from contextlib import chdir
from itertools import pairwise
from pathlib import Path
from subprocess import CompletedProcess

import pytest
from click.testing import CliRunner

from batchsend.cli import cli
from batchsend.providers import KINDS
from batchsend.sandbox import Sandbox
from tests.acceptance.conftest import Shell, results_of
from tests.lists import write_csv

NEWOAKS = {"BATCHSEND_NEWOAKS_SECRET_KEY": "fake-secret-key", "BATCHSEND_NEWOAKS_SERIAL_NUMBER": "SN7"}
MESSAGE = ("-m", "Hi {{ name }}, reply STOP to opt out")


def newoaks_at(address: str) -> dict[str, str]:
    return NEWOAKS | {"BATCHSEND_NEWOAKS_BASE_URL": address}


def robo_sms_at(address: str) -> dict[str, str]:
    return {"BATCHSEND_ROBO_SMS_TOKEN": "fake-token", "BATCHSEND_ROBO_SMS_BASE_URL": address}


class Inside(Shell):
    """The same command in this process: no start-up to wait for, where many small answers are compared."""

    def __call__(self, *arguments: str | Path, answer: str | None = None, **more: str) -> CompletedProcess[str]:
        environment = {"HOME": str(self.folder), "NO_PROXY": "*", **self.environment_of(more)}
        with chdir(self.folder):
            done = CliRunner().invoke(cli, list(map(str, arguments)), input=answer, env=environment)
        return CompletedProcess(arguments, done.exit_code, done.stdout, done.stderr)


@pytest.fixture
def inside(batchsend: Shell) -> Shell:
    return Inside(batchsend.folder)


@pytest.fixture
def people(batchsend: Shell) -> Path:
    rows = [[f"+4071000000{n}", f"P{n}"] for n in range(5)]
    return write_csv(batchsend.folder / "list.csv", [["Phone", "Name"], *rows])


@pytest.fixture
def nowhere() -> str:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return f"http://127.0.0.1:{listener.getsockname()[1]}"


def test_every_gateway_is_listed_with_what_it_needs_and_what_it_tells(inside: Shell) -> None:
    done = inside("providers", **NEWOAKS)
    lines = done.stdout.splitlines()
    assert done.returncode == 0
    assert [line.split()[0] for line in lines if line[:1].strip()][: len(KINDS)] == list(KINDS)
    found = {line.split()[0]: below for line, below in pairwise(lines) if line[:1].strip()}
    assert "needs token; 5 messages a second; cannot be asked" in found["robo-sms"]
    assert "needs secret_key, serial_number, base_url; 1 message a second" in found["hottask"]
    assert "has secret_key, serial_number;" in found["newoaks"]
    assert "can be asked its balance and what became of a message" in found["newoaks"]


@pytest.mark.parametrize("name", KINDS)
def test_a_gateway_is_shown_with_every_setting_and_no_secret(inside: Shell, name: str) -> None:
    secrets = {setting.variable(name): "s3cret" for setting in KINDS[name].settings if setting.secret}
    done = inside("providers", name, **secrets)
    assert done.returncode == 0
    for setting in KINDS[name].settings:
        assert setting.variable(name) in done.stdout
    assert "s3cret" not in done.stdout


def test_good_credentials_are_said_to_be_good_with_what_is_left(batchsend: Shell) -> None:
    with Sandbox(credits=7) as gateway:
        done = batchsend("providers", "newoaks", "--test", **newoaks_at(gateway.base_url))
        assert gateway.record.accepted() == []
    assert done.returncode == 0, done.stderr
    assert "the credentials work" in done.stdout
    assert "7 credits left, 0 used" in done.stdout
    assert "Nothing was sent" in done.stdout


def test_what_is_only_believed_is_said_to_be_believed(inside: Shell) -> None:
    with Sandbox() as gateway:
        done = inside("providers", "robo-sms", "--test", **robo_sms_at(gateway.base_url))
        assert gateway.record.accepted() == []
    assert done.returncode == 0, done.stderr
    assert "believed, not documented" in done.stdout


@pytest.mark.parametrize(
    ("trouble", "code", "says"),
    [
        ("bad_token", 4, "refused the credentials"),
        ("error", 5, "the gateway failed"),
        ("html", 5, "cannot be understood"),
        ("drop_before_accept", 5, "cannot be asked"),
    ],
)
@pytest.mark.parametrize("name", ["newoaks", "robo-sms"])
def test_a_test_that_fails_says_why(inside: Shell, name: str, trouble: str, code: int, says: str) -> None:
    with Sandbox(trouble=[trouble]) as gateway:
        both = newoaks_at(gateway.base_url) | robo_sms_at(gateway.base_url)
        done = inside("providers", name, "--test", **both)
    assert done.returncode == code, done.stdout
    assert says in done.stderr
    assert "may have taken" not in done.stderr
    assert "work" not in done.stdout


def test_a_gateway_that_is_not_there_or_not_set_up_or_not_named(inside: Shell, nowhere: str) -> None:
    unreachable = inside("providers", "newoaks", "--test", **newoaks_at(nowhere))
    assert (unreachable.returncode, "base_url" in unreachable.stderr) == (5, True)
    missing = inside("providers", "newoaks", "--test")
    assert (missing.returncode, "BATCHSEND_NEWOAKS_SECRET_KEY" in missing.stderr) == (2, True)
    assert inside("providers", "--test").returncode == 2
    assert inside("providers", "pigeon", "--test").returncode == 2


@pytest.mark.parametrize(("credits_", "short"), [(None, 0), (5, 0), (3, 2)])
def test_an_estimate_shows_the_balance_and_warns_when_it_is_short(
    inside: Shell, people: Path, credits_: int | None, short: int
) -> None:
    with Sandbox(credits=credits_) as gateway:
        arguments = ("estimate", people, *MESSAGE, "-p", "newoaks")
        done = inside(*arguments, **newoaks_at(gateway.base_url))
        data = json.loads(inside(*arguments, "--json", **newoaks_at(gateway.base_url)).stdout)["balance"]
    assert done.returncode == 0, done.stderr
    left = "no limit" if credits_ is None else f"{credits_} credits left"
    assert f"Balance of newoaks: {left}, 0 used" in done.stdout
    assert ("2 credits short, if each of the 5 messages takes one" in done.stdout) == (short == 2)
    assert data == {"remaining": credits_, "used": 0, "short": short, "problem": ""}


def test_an_estimate_needs_no_network(inside: Shell, people: Path, nowhere: str) -> None:
    done = inside("estimate", people, *MESSAGE, "-p", "newoaks", **newoaks_at(nowhere))
    assert done.returncode == 0, done.stderr
    assert "Balance of newoaks: not known. The gateway cannot be asked" in done.stdout
    unset = inside("estimate", people, *MESSAGE, "-p", "newoaks")
    assert (unset.returncode, "alance" in unset.stdout) == (0, False)
    wrong = inside("estimate", people, *MESSAGE, "-p", "newoaks", **newoaks_at("gateway.example"))
    assert (wrong.returncode, "not known. base_url = 'gateway.example'" in wrong.stdout) == (0, True)


def test_an_estimate_for_a_gateway_that_does_not_exist_says_so(inside: Shell, people: Path) -> None:
    assert inside("estimate", people, *MESSAGE, "-p", "pigeon").returncode == 2


def test_a_send_shows_the_balance_and_sends_all_the_same(batchsend: Shell, people: Path) -> None:
    with Sandbox(credits=3) as gateway:
        arguments = ("send", people, *MESSAGE, "-p", "newoaks", "-y", "-o", "out.xlsx", "--rate", "500")
        done = batchsend(*arguments, **newoaks_at(gateway.base_url))
        record = {each.to for each in gateway.record.accepted()}
    assert "Balance of newoaks: 3 credits left" in done.stdout
    assert "2 credits short" in done.stdout
    assert done.returncode == 4, done.stderr  # and the gateway stopped it
    rows = results_of(batchsend.folder / "out.xlsx")
    accepted = {row["send_to"]: row["send_reference"] for row in rows if row["send_status"] == "accepted"}
    assert set(accepted) == record
    assert len(set(accepted.values())) == 3
    assert all(int(reference) > 2**53 for reference in accepted.values())


def test_practice_shows_the_balance_of_the_practice_account(inside: Shell, people: Path) -> None:
    done = inside("send", people, *MESSAGE, "-p", "smarterbot", "-y", "--sandbox", "-o", "out.xlsx")
    assert done.returncode == 0, done.stderr
    assert "Balance of smarterbot: no limit, 0 used" in done.stdout

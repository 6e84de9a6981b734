"""Subscribing, over a real socket, through the provider's enquiries and the file that keeps the secret."""

import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from batchsend.delivery import Unreachable
from batchsend.errors import LedgerError, UsageError
from batchsend.inbox.hook_file import Hook, HookFile
from batchsend.inbox.subscribing import Subscribing, target_of
from batchsend.providers import Unanswered
from batchsend.providers.hook_settings import hook_settings
from batchsend.providers.tiledesk_hooks import TiledeskHooks, place_of
from batchsend.settings import Secret, Settings
from tests.inbox.deliveries import PROJECT, SECRET
from tests.inbox.project import Project, running

MINE = "https://example.org/replies/mine"
OTHER = "https://crm.example.com/hook"


@pytest.fixture
def project() -> Iterator[Project]:
    with running(Project()) as project:
        yield project


def subscribing(project: Project, folder: Path, **keys: str) -> Subscribing:
    given = {"project_id": PROJECT, "base_url": project.base_url, "email": "admin@example.org"}
    given |= {"password": "fake-password", **keys}
    settings = hook_settings("smartify", Settings({}, {"providers": {"smartify": given}}))
    file = HookFile(folder / "ledger.sqlite")
    return Subscribing(TiledeskHooks("smartify", settings), place_of("smartify", settings), file)


def kept(project: Project, folder: Path) -> Hook | None:
    place = f"smartify {project.base_url.removeprefix('http://')}/{PROJECT}"
    return HookFile(folder / "ledger.sqlite").find(place)


def test_a_subscription_is_made_and_its_secret_kept_in_a_private_file(project: Project, tmp_path: Path) -> None:
    hook, new = subscribing(project, tmp_path).subscribe(MINE)
    assert (new, hook.target, hook.secret.reveal()) == (True, MINE, SECRET)
    found = kept(project, tmp_path)
    assert found is not None
    assert (found.id, found.target, found.secret.reveal()) == (hook.id, MINE, SECRET)
    file = tmp_path / "ledger.sqlite.hooks.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [file]


def test_a_second_time_changes_nothing(project: Project, tmp_path: Path) -> None:
    first, _ = subscribing(project, tmp_path).subscribe(MINE)
    again, new = subscribing(project, tmp_path, email="", password="", jwt="fake.admin.token").subscribe(MINE)
    assert (new, again.id) == (False, first.id)
    assert [method for method, _ in project.asked] == ["GET", "POST", "GET"]


def test_another_target_is_left_alone_unless_it_is_to_be_replaced(project: Project, tmp_path: Path) -> None:
    project.add("https://example.org/requests", event="request.create")
    project.add(OTHER)
    with pytest.raises(UsageError, match=OTHER):
        subscribing(project, tmp_path).subscribe(MINE)
    assert [it["target"] for it in project.subscriptions] == ["https://example.org/requests", OTHER]
    assert kept(project, tmp_path) is None
    hook, _ = subscribing(project, tmp_path).subscribe(MINE, replace=True)
    assert hook.secret.reveal() == SECRET
    assert [it["target"] for it in project.subscriptions] == ["https://example.org/requests", MINE]


def test_our_own_target_without_its_secret_asks_for_it(project: Project, tmp_path: Path) -> None:
    project.add(MINE)
    with pytest.raises(UsageError, match="secret is not known") as caught:
        subscribing(project, tmp_path).subscribe(MINE)
    assert "--replace" in caught.value.hint


def test_the_target_of_the_answer_is_compared(project: Project, tmp_path: Path) -> None:
    project.rival = OTHER  # subscribes between our look and our asking
    with pytest.raises(UsageError, match=OTHER):
        subscribing(project, tmp_path).subscribe(MINE)
    assert kept(project, tmp_path) is None


def test_no_secret_no_subscription(project: Project, tmp_path: Path) -> None:
    project.tells = False
    with pytest.raises(Unanswered, match="no secret"):
        subscribing(project, tmp_path).subscribe(MINE)


@pytest.mark.parametrize(
    ("keys", "role", "said"),
    [
        ({"password": "wrong-fake"}, "admin", "refused email and password"),
        ({"jwt": "wrong.fake.jwt"}, "admin", "refused email and password"),
        ({}, "agent", "no administrator"),
        ({"project_id": "0" * 24}, "admin", "does not know this project"),
        ({"base_url": "http://127.0.0.1:1"}, "admin", "cannot be asked"),
    ],
)
def test_a_refusal_is_a_sentence_without_credentials(
    project: Project, tmp_path: Path, keys: dict[str, str], role: str, said: str
) -> None:
    project.role = role
    with pytest.raises((Unanswered, Unreachable), match=said) as caught:
        subscribing(project, tmp_path, **keys).subscribe(MINE)
    words = caught.value.message + caught.value.hint
    for secret in ("wrong-fake", "wrong.fake.jwt", "fake-password", "Basic YWRt"):
        assert secret not in words


def test_a_subscription_is_ended_and_its_secret_forgotten(project: Project, tmp_path: Path) -> None:
    hook, _ = subscribing(project, tmp_path).subscribe(MINE)
    with pytest.raises(UsageError):
        subscribing(project, tmp_path).remove("0" * 24)
    subscribing(project, tmp_path).remove(hook.id)
    assert project.subscriptions == []
    assert kept(project, tmp_path) is None


def test_an_address_without_a_path_gets_one_nobody_can_guess() -> None:
    first, second = target_of("https://example.org"), target_of("https://example.org/")
    assert first != second
    assert first.startswith("https://example.org/replies/")
    assert len(first) == len("https://example.org/replies/") + 24
    assert target_of("https://example.org", Hook("1", first, Secret("x"))) == first
    assert target_of("https://example.com", Hook("1", first, Secret("x"))) != first
    assert target_of(MINE, Hook("1", first, Secret("x"))) == MINE


@pytest.mark.parametrize(
    "given",
    ["", "example.org", "ftp://example.org", "https://", "https://example.org/?a=1", "https://example.org/#x",
     "http://example.org/replies", "https://[", "https://example.org:99999999/", "https://exämple.org/x"],
)  # fmt: skip
def test_what_is_no_safe_address_is_refused(given: str) -> None:
    with pytest.raises(UsageError):
        target_of(given)


@pytest.mark.parametrize("content", ["{", "[]", '{"x": 1}', '{"x": {"id": "1"}}', "\x00"])
def test_a_broken_file_is_named(tmp_path: Path, content: str) -> None:
    file = HookFile(tmp_path / "ledger.sqlite")
    file.path.write_text(content)
    with pytest.raises(LedgerError, match="hooks"):
        file.find("x")

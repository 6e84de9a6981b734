"""The same contract over real sockets: against the practice gateway, and one that quotes everything it is sent."""

import asyncio
import json
import logging
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from click.testing import CliRunner

from batchsend.cli import cli
from batchsend.cli.practice import practice_environment
from batchsend.delivery import ask
from batchsend.delivery.carry import carry
from batchsend.delivery.transport import HttpTransport
from batchsend.messages import Message
from batchsend.providers import (
    KINDS,
    Attempt,
    HasBalance,
    HasOutcomes,
    HasTest,
    NoResponse,
    Provider,
    Question,
    Stop,
    build_provider,
)
from batchsend.runs import Status
from batchsend.sandbox import Sandbox, Trouble
from batchsend.sandbox.custom import Custom
from batchsend.settings import Settings
from tests.acceptance.conftest import results_of
from tests.lists import write_csv
from tests.providers.contract import MESSAGE, PRACTICE, Rule, Table
from tests.providers.tables import all_tables

TABLES = all_tables()
PRACTISED = [table for table in TABLES if table.practice is not None]
every_provider = pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)


def every(ability: str) -> pytest.MarkDecorator:
    """The providers in practice whose Kind has this ability."""
    able = [table for table in PRACTISED if table.name in KINDS and getattr(KINDS[table.name], ability)]
    return pytest.mark.parametrize("table", able, ids=lambda table: table.name)


every_practised = pytest.mark.parametrize("table", PRACTISED, ids=lambda table: table.name)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME"):
        monkeypatch.setenv(name, str(tmp_path))
    monkeypatch.setenv("NO_PROXY", "*")
    return tmp_path


def practising(table: Table, gateway: Sandbox, **more: str) -> Provider:
    environment = practice_environment(table.kind, gateway.base_url)
    return build_provider(table.name, Settings(environment | more, table.tables))


def gateway_of(table: Table, trouble: Iterable[str]) -> Sandbox:
    definition = table.kind.definition
    return Sandbox(trouble=trouble, slow_seconds=0.02, dialects=[Custom(definition)] if definition else [])


def deliver(provider: Provider, gateway: Sandbox, message: Message = MESSAGE) -> Attempt:
    """As the sender does."""

    async def session() -> Attempt:
        async with HttpTransport(1, only=gateway.base_url) as transport:
            return await carry(provider.deliver(message), transport.send)

    try:
        return asyncio.run(session())
    except NoResponse as trouble:
        return Attempt.of_trouble(trouble)


# -- the practice gateway ---------------------------------------------------------------------------------------------


@every_practised
@pytest.mark.parametrize("trouble", [None, *Trouble], ids=str)
def test_a_message_comes_to_what_its_trouble_makes_of_it(table: Table, trouble: Trouble | None) -> None:
    assert table.practice is not None
    with gateway_of(table, [trouble] if trouble else []) as gateway:
        attempt = deliver(practising(table, gateway), gateway)
        record = [(each.to, each.text) for each in gateway.record.accepted()]
    expected = PRACTICE[trouble] if trouble is None else table.practice.get(trouble, PRACTICE[trouble])
    assert Rule(status=attempt.status, stop=attempt.stop, retry=attempt.retry) == expected, attempt
    assert record in ([], [(MESSAGE.to, MESSAGE.text)])
    if attempt.status is not Status.UNKNOWN:
        assert bool(record) == (attempt.status is Status.ACCEPTED)


@every("needs_secret")
def test_a_credential_that_is_not_the_gateways_stops_at_once(table: Table) -> None:
    secret = next(setting for setting in KINDS[table.name].settings if setting.secret and setting.required)
    with Sandbox(token="right") as gateway:
        assert deliver(practising(table, gateway), gateway).stop is Stop.CREDENTIALS
        right = practising(table, gateway, **{secret.variable(table.name): "right"})
        assert deliver(right, gateway).status is Status.ACCEPTED


@every("has_test")
def test_a_test_tells_good_credentials_from_bad_and_sends_nothing(table: Table) -> None:
    with Sandbox(slow_seconds=0.02) as gateway:
        found = {}
        for trouble in ("slow", "bad_token", "html"):
            provider = practising(table, gateway)
            assert isinstance(provider, HasTest)
            gateway.trouble = [trouble]
            found[trouble] = ask(provider.test(), gateway.base_url)
        assert gateway.record.accepted() == []
    assert found["slow"].status is Status.ACCEPTED, found
    assert found["bad_token"].stop is Stop.CREDENTIALS, found
    assert found["html"].status is not Status.ACCEPTED, found


@every("has_balance")
def test_a_balance_is_what_the_account_has_left(table: Table) -> None:
    with Sandbox(credits=7) as gateway:
        provider = practising(table, gateway)
        assert isinstance(provider, HasBalance)
        assert ask(provider.balance(), gateway.base_url).remaining == 7
        assert deliver(provider, gateway).status is Status.ACCEPTED
        after = ask(provider.balance(), gateway.base_url)
    assert (after.remaining, after.used) == (6, 1)
    with Sandbox() as gateway:
        unlimited = practising(table, gateway)
        assert isinstance(unlimited, HasBalance)
        assert ask(unlimited.balance(), gateway.base_url).remaining is None


@every("has_outcomes")
def test_outcomes_are_settled_as_the_gateways_own_record_says(table: Table) -> None:
    """Of three messages one is answered, one is taken without an answer, one is lost on the way."""
    with Sandbox() as gateway:
        provider = practising(table, gateway)
        assert isinstance(provider, HasOutcomes)
        questions, known = [], []
        for row, trouble in enumerate(([], ["drop_after_accept"], ["drop_before_accept"]), start=2):
            text, key = f"Hi {row}", f"{row:032x}"
            gateway.trouble = trouble
            begun = datetime.now(UTC)
            message = replace(MESSAGE, row=row, to=f"+4072300000{row}", text=text, key=key)
            attempt = deliver(provider, gateway, message)
            if attempt.status is Status.UNKNOWN:
                questions.append(Question(row, message.to, text, key, begun))
            else:
                known.append(attempt.reference)
        gateway.trouble = []
        outcomes = ask(provider.settle(questions, known), gateway.base_url)
        record = {each.text for each in gateway.record.accepted()}
    assert record == {"Hi 2", "Hi 3"}
    for question in questions:
        outcome = outcomes.get(question.row)
        if question.text in record:
            assert outcome is not None
            assert outcome.status is Status.ACCEPTED
            assert outcome.reference
        else:
            assert outcome is None or outcome.status is Status.NOT_SENT


@every_practised
def test_a_practice_run_balances_with_what_the_gateway_took(table: Table, home: Path) -> None:
    (home / "batchsend.toml").write_text(table.toml, encoding="utf-8")
    people = write_csv(home / "list.csv", [["Phone", "Name"], *([f"+4071000{n:04}", f"P{n}"] for n in range(40))])
    trouble = "reject=0.2,drop_before_accept=0.1,drop_after_accept=0.1,error_after_accept=0.1,error=0.1"
    arguments = ["send", str(people), "-m", "Hi {{ name }}", "-p", table.name, "-y", "--sandbox", "-o", "out.xlsx"]
    done = CliRunner().invoke(cli, arguments, env={"BATCHSEND_SANDBOX_TROUBLE": trouble})
    assert done.exit_code in {0, 1, 6}, done.output
    rows = results_of(home / "out.xlsx")
    lines = (home / "out.sandbox.jsonl").read_text(encoding="utf-8").splitlines()
    record = [json.loads(line)["text"] for line in lines]
    got = {status: {row["send_text"] for row in rows if row["send_status"] == status} for status in Status}
    assert len(rows) == 40
    assert len(record) == len(set(record))
    assert got[Status.ACCEPTED] <= set(record) <= got[Status.ACCEPTED] | got[Status.UNKNOWN]
    assert got[Status.ACCEPTED]
    assert got[Status.REJECTED]


# -- a gateway that quotes everything ---------------------------------------------------------------------------------


class _Quoting(BaseHTTPRequestHandler):
    status = 200

    def _quote(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        quoted = {
            "detail": f"{self.headers}{body.decode()}",
            **{str(value): str(value) for value in self.headers.values()},
        }
        answer = json.dumps(quoted).encode()
        self.send_response(self.status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    do_GET = do_POST = _quote  # noqa: N815 - http.server looks for these

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


@contextmanager
def quoting(status: int) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Quoting", (_Quoting,), {"status": status}))
    thread = Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


def everything_in(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Every file, and what is inside the workbooks."""
    for file in filter(Path.is_file, folder.rglob("*")):
        yield file.name, file.read_bytes()
        if zipfile.is_zipfile(file):
            with zipfile.ZipFile(file) as archive:
                yield from ((name, archive.read(name)) for name in archive.namelist())


@every_provider
@pytest.mark.parametrize("http_status", [200, 400, 401, 500])
def test_a_secret_is_in_no_output_no_log_no_ledger_and_no_workbook(
    table: Table, http_status: int, home: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    (home / "batchsend.toml").write_text(table.toml, encoding="utf-8")
    people = write_csv(home / "list.csv", [["Phone"], ["+40710000001"], ["+40710000002"]])
    with quoting(http_status) as address:
        environment = table.environment(base_url=address) | {"BATCHSEND_LEDGER": str(home / "ledger.sqlite")}
        run: dict[str, Any] = {"env": environment}
        sent = CliRunner().invoke(
            cli,
            ["-v", "send", str(people), "-m", "Hi", "-p", table.name, "-y", "-o", "out.xlsx", "--rate", "50"],
            **run,
        )
        listed = CliRunner().invoke(cli, ["providers", table.name], **run)
    assert len(results_of(home / "out.xlsx")) == 2, sent.output
    shown = sent.output + listed.output + caplog.text
    for secret in table.secrets:
        assert secret not in shown
        for name, content in everything_in(home):
            assert secret.encode() not in content, name

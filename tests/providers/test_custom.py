"""Providers that batchsend.toml defines: what is refused, and that nothing can break the reading of it."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batchsend.errors import UsageError
from batchsend.providers import HttpResponse, build_provider, kinds
from batchsend.providers.custom import at, judge
from batchsend.providers.custom_definition import read_definition
from batchsend.providers.placeholders import fill, names_in, reading
from batchsend.runs import Status
from batchsend.sandbox.custom import Custom, is_readable
from batchsend.sandbox.dialect import Reply, Request
from batchsend.settings import Settings
from tests.providers.contract import MESSAGE, drive
from tests.providers.tables.custom import ACME, TABLES, TWILIO

GOOD: dict[str, Any] = {
    "kind": "custom",
    "url": "https://api.example.com/send",
    "json": {"to": "{to}", "text": "{text}"},
}


def refusal_of(table: Any, name: str = "acme") -> UsageError:
    with pytest.raises(UsageError) as refused:
        read_definition(name, table, "batchsend.toml")
    return refused.value


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"kind": "costum"}, "kind"),
        ({"kind": None}, "kind"),
        ({"url": None}, "url"),
        ({"url": "api.example.com/send"}, "url"),
        ({"url": "https://{region}.example.com/send"}, "url"),  # no setting may lead it to another host
        ({"url": "https://user:word@api.example.com/send"}, "url"),
        ({"url": "https://api.example.com/{to"}, "url"),
        ({"url": 7}, "url"),
        ({"method": "DELETE"}, "method"),
        ({"headers": "Bearer x"}, "headers"),
        ({"headers": {"Content-Length": "7"}}, "headers.Content-Length"),
        ({"headers": {"Bad Name": "x"}}, "headers.Bad Name"),
        ({"headers": {"X-Text": "{text}"}}, "headers.X-Text"),
        ({"headers": {"X-Line": "a\nb"}}, "headers.X-Line"),
        ({"headers": {"X-Number": 1.5}}, "headers.X-Number"),
        ({"basic_auth": "{token}"}, "basic_auth"),
        ({"basic_auth": "{to}:{token}"}, "basic_auth"),
        ({"form": {"To": "{to}"}}, "form"),  # beside json
        ({"json": None, "form": {"To": "{to}", "Text": True}}, "form.Text"),
        ({"json": {"to": "{to}"}}, ""),  # no text
        ({"json": {"text": "{text}"}}, ""),  # no number
        ({"json": {"to": "{to}", "text": "{text} }"}}, "json.text"),
        ({"json": {"to": "{to}", "text": ["{text}", "{rate}"]}}, "json.text.1"),
        ({"json": {"to": "{to}", "text": "{text}", "at": tomllib.loads("d = 2026-11-21")["d"]}}, "json.at"),
        ({"retry_503": "yes"}, "retry_503"),
        ({"api_key": "fake"}, "api_key"),  # nothing uses it
        ({"methode": "POST"}, "methode"),
        ({"answer": "201"}, "answer"),
        ({"answer": {"sucess": 1}}, "answer.sucess"),
        ({"answer": {"status": 400}}, "answer.status"),
        ({"answer": {"status": "201"}}, "answer.status"),
        ({"answer": {"status": True}}, "answer.status"),
        ({"answer": {"path": "status"}}, "answer.path"),
        ({"answer": {"accepted": "ok"}}, "answer.path"),
        ({"answer": {"path": "a..b", "accepted": "ok"}}, "answer.path"),
        ({"answer": {"path": 7, "accepted": "ok"}}, "answer.path"),
        ({"answer": {"path": "a", "accepted": {"b": 1}}}, "answer.accepted"),
        ({"answer": {"refused": "no"}}, "answer.refused"),
        ({"answer": {"path": "a", "accepted": ["x", 1], "refused": [1]}}, "answer.refused"),
        ({"answer": {"no_credits": 402}}, "answer.no_credits"),
    ],
)
def test_a_mistake_is_named_with_its_file_and_key(change: dict[str, Any], key: str) -> None:
    table = {name: value for name, value in {**GOOD, **change}.items() if value is not None}
    refused = refusal_of(table)
    assert refused.message.startswith(f"batchsend.toml: [providers.acme] {key}")


@pytest.mark.parametrize("name", ["Acme", "a_b", "a--b", "-a", "a b", "ä"])
def test_a_name_that_gives_no_variable_is_refused(name: str) -> None:
    assert "no name" in refusal_of(GOOD, name).message


def test_what_is_no_table_is_refused() -> None:
    assert "no table" in refusal_of("acme").message


def test_it_stands_beside_the_others_and_a_misspelt_name_is_found() -> None:
    assert {"robo-sms", "smartify", "acme", "twilio"} <= set(kinds(Settings({}, _both())))
    with pytest.raises(UsageError, match=r"\[providers.robosms\] kind is missing"):
        kinds(Settings({}, {"providers": {"robosms": {"token": "fake"}}}))


def _both() -> dict[str, Any]:
    return tomllib.loads(f"{ACME}\n{TWILIO}")


def test_the_file_of_a_mistake_is_named(tmp_path: Path) -> None:
    (tmp_path / "batchsend.toml").write_text('[providers.acme]\nkind = "custom"\n', encoding="utf-8")
    settings = Settings.load({}, tmp_path)
    with pytest.raises(UsageError, match=re.escape(str(tmp_path / "batchsend.toml"))):
        build_provider("acme", settings)


def test_settings_come_from_the_environment_or_the_file() -> None:
    tables = _both()
    tables["providers"]["acme"] |= {"api_key": "from-file", "route": "r1", "rate": 7}
    for environment, key in (({}, "from-file"), ({"BATCHSEND_ACME_API_KEY": "from-environment"}, "from-environment")):
        settings = Settings(environment, tables)
        (request,), _ = drive(build_provider("acme", settings).deliver(MESSAGE))
        assert request.headers["Authorization"] == f"Bearer {key}"
        assert settings.pace("acme") == (7.0, None)


def test_a_secret_that_was_written_into_the_definition_does_not_print() -> None:
    table = GOOD | {"headers": {"X-Key": "fake-written-out"}, "url": "https://api.example.com/send?key=fake-in-url"}
    definition = read_definition("acme", table, "batchsend.toml")
    made = build_provider("acme", Settings({}, {"providers": {"acme": table}}))
    shown = f"{definition!r} {vars(made)!r} {made.account} {definition.about}"
    assert "fake" not in shown


def test_without_a_path_the_status_or_the_reference_decides_and_a_page_never() -> None:
    by_status = read_definition("acme", GOOD, "")
    by_reference = read_definition("acme", GOOD | {"answer": {"reference": "id"}}, "")
    for body, status_alone, with_reference in (
        (b'{"id": "7"}', Status.ACCEPTED, Status.ACCEPTED),
        (b"OK", Status.ACCEPTED, Status.UNKNOWN),
        (b"", Status.ACCEPTED, Status.UNKNOWN),
        (b"<html>Log in</html>", Status.UNKNOWN, Status.UNKNOWN),
    ):
        response = HttpResponse(200, {}, body)
        assert judge(response, by_status).status is status_alone
        assert judge(response, by_reference).status is with_reference


@pytest.mark.parametrize(
    ("path", "found"),
    [("a.0.b", 1), ("a.1.b", None), ("a.x", None), ("a.0.b.c", None), ("c", None), ("a.-1", None)],
)
def test_paths(path: str, found: object) -> None:
    assert at({"a": [{"b": 1}], "c": None}, path.split(".")) == found


@given(st.text(alphabet="{}abc_ \n€", max_size=30))
def test_a_text_with_braces_is_read_or_refused(text: str) -> None:
    try:
        names = names_in(text)
    except ValueError as error:
        assert "lone" in str(error)  # noqa: PT017 - both are fine
        return
    filled = fill(text, dict.fromkeys(names, "€1"))
    assert reading(text).fullmatch(filled)
    if not names:
        assert fill(text, {}) == text.replace("{{", "{").replace("}}", "}")


_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.sampled_from(["{to}", "{text}", "{", "ok", "a.b", ""]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["status", "path", "accepted", "x"]), inner, max_size=3)
    ),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from([*GOOD, "headers", "form", "answer", "basic_auth", "about", "x"]), _values))
def test_whatever_stands_there_is_a_definition_or_a_sentence(table: dict[str, Any]) -> None:
    try:
        read_definition("acme", {**GOOD, **table}, "batchsend.toml")
    except UsageError as refused:
        assert refused.message.startswith("batchsend.toml: [providers.acme]")  # noqa: PT017 - both are fine


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_the_practice_gateway_takes_what_the_definition_sends(table: Any) -> None:
    definition = table.kind.definition
    gateway = Custom(definition)
    assert is_readable(definition)
    (request,), _ = drive(table.build().deliver(MESSAGE))
    path = request.url.removeprefix(definition.origin).partition("?")[0]
    assert gateway.owns(path)
    headers = {name.lower(): value for name, value in request.headers.items()}
    reply = gateway.answer(Request(method=request.method, path=path, headers=headers, body=request.body), None)
    assert isinstance(reply, Reply)
    assert reply.accepted is not None
    assert (reply.accepted.to, reply.accepted.text) == (MESSAGE.to, MESSAGE.text)
    attempt = judge(HttpResponse(reply.status, {}, reply.body), definition)
    assert (attempt.status, attempt.reference) == (Status.ACCEPTED, "practice-1")
    wrong = gateway.answer(Request(method=request.method, path=path, headers=headers, body=b"{}"), None)
    assert isinstance(wrong, Reply)
    assert (wrong.status, wrong.accepted) == (400, None)

"""A provider written down in batchsend.toml: `[providers.NAME]` with kind = "custom", read and checked."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from typing import Any, NoReturn

from batchsend.errors import UsageError
from batchsend.providers.placeholders import names_in
from batchsend.settings import COMMON, Setting

OF_THE_MESSAGE = ("to", "digits", "region", "text", "name", "key")
"""Blanks that every message fills. digits: the number without its +. key: the same on every try, see Message."""

_KEYS = frozenset("kind about url method headers basic_auth json form answer retry_503 needs_phone base_url".split())
_ANSWER_KEYS = frozenset("status path accepted refused reference error no_credits".split())
_METHODS = ("POST", "PUT", "PATCH", "GET")
_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_ORIGIN = re.compile(r"(https?://[^\s/?#{}@]+)(/[^\s#]*)?")
_HEADER = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_OUR_HEADERS = frozenset({"host", "content-length", "transfer-encoding", "connection"})
_IN_A_HEADER = frozenset({"to", "digits", "region", "key"})


@dataclass(frozen=True, slots=True)
class Answers:
    """How an answer is read. statuses: those that may mean "accepted", empty for any 2xx. Paths: keys and positions.

    accepted, refused: values at `path`. no_credits: words, in lower case, of a refusal that concerns the account.
    """

    statuses: frozenset[int] = frozenset()
    path: tuple[str, ...] = ()
    accepted: tuple[Any, ...] = ()
    refused: tuple[Any, ...] = ()
    reference: tuple[str, ...] = ()
    error: tuple[str, ...] = ()
    no_credits: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Definition:
    """origin: https://host. path: the rest of the address. body, form: with blanks; at most one of them is there.

    It may hold secrets that were written into it instead of a blank, so it does not print.
    """

    name: str
    about: str
    method: str
    origin: str
    path: str = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    basic_auth: str = field(repr=False)
    body: Any = field(repr=False)
    form: Mapping[str, str] | None = field(repr=False)
    answers: Answers
    retry_503: bool
    needs_phone: bool
    blanks: Mapping[str, str]
    """The settings it needs, and where each stands."""

    @property
    def settings(self) -> tuple[Setting, ...]:
        needed = (
            Setting(name, f"the {{{name}}} in {place}", secret=True, required=True)
            for name, place in self.blanks.items()
        )
        return (*needed, Setting("base_url", "address of the gateway", default=self.origin))


def read_definition(name: str, table: Mapping[str, Any], file: str) -> Definition:
    """Raises UsageError that names the file and the key."""
    return _Reader(name, table, file).definition()


class _Reader:
    def __init__(self, name: str, table: Mapping[str, Any], file: str) -> None:
        self._name = name
        self._table = table
        self._where = f"{file}: [providers.{name}]"
        self._blanks: dict[str, str] = {}
        self._of_the_message: set[str] = set()

    def definition(self) -> Definition:
        if not isinstance(self._table, dict):
            self._refuse("", "is no table", "")
        if not _NAME.fullmatch(self._name):
            self._refuse("", "is no name for a provider", "It has small letters, digits and single dashes.")
        table = self._table
        if table.get("kind") != "custom":
            self._refuse("kind", "is missing or unknown", 'Set kind = "custom", or correct the name of the provider.')
        method = self._choice("method", _METHODS, "POST")
        origin, path = self._address()
        body, form = table.get("json"), self._form()
        if body is not None and form is not None:
            self._refuse("form", "stands beside json", "A request has one body: keep one of the two.")
        if body is not None:
            self._blanks_of_all("json", body)
        headers = self._headers()
        self._needs_a_number_and_a_text()
        basic_auth = self._text("basic_auth")
        if basic_auth and ":" not in basic_auth:
            self._refuse("basic_auth", "has no colon", 'It is "user:password", as in "{account}:{password}".')
        self._take_blanks("basic_auth", basic_auth, allowed=frozenset())
        answers = self._answers()
        known = {*_KEYS, *self._blanks, *(setting.key for setting in COMMON)}
        self._refuse_unknown("", table, known)
        return Definition(
            name=self._name,
            about=self._text("about") or f"{origin.partition('://')[2]}, as set up in batchsend.toml",
            method=method,
            origin=origin,
            path=path,
            headers=headers,
            basic_auth=basic_auth,
            body=body,
            form=form,
            answers=answers,
            retry_503=self._flag("retry_503", otherwise=False),
            needs_phone=self._flag("needs_phone", otherwise=True),
            blanks=self._blanks,
        )

    def _address(self) -> tuple[str, str]:
        found = _ORIGIN.fullmatch(self._text("url"))
        if not found:
            self._refuse("url", "is no web address", 'For example url = "https://api.example.com/v1/messages".')
        path = found[2] or "/"
        self._take_blanks("url", path)
        return found[1], path

    def _headers(self) -> dict[str, str]:
        headers = self._strings("headers") or {}
        for header, value in headers.items():
            place = f"headers.{header}"
            if not _HEADER.fullmatch(header) or header.lower() in _OUR_HEADERS:
                self._refuse(place, "is no header that can be set", "Leave it out.")
            if not value.isascii() or not value.isprintable():
                self._refuse(place, "has a line break or a character beyond ASCII in it", "Headers are plain ASCII.")
            self._take_blanks(place, value, allowed=_IN_A_HEADER)
        return headers

    def _form(self) -> dict[str, str] | None:
        form = self._strings("form")
        for key, value in (form or {}).items():
            self._take_blanks(f"form.{key}", value)
        return form

    def _blanks_of_all(self, place: str, value: Any) -> None:
        match value:
            case str():
                self._take_blanks(place, value)
            case dict():
                for key, inner in value.items():
                    self._blanks_of_all(f"{place}.{key}", inner)
            case list():
                for position, inner in enumerate(value):
                    self._blanks_of_all(f"{place}.{position}", inner)
            case date() | time():
                self._refuse(place, "is a date", "JSON has none: put it into quotes.")

    def _take_blanks(self, place: str, text: str, allowed: frozenset[str] = frozenset(OF_THE_MESSAGE)) -> None:
        """Notes which settings a text needs; every blank that the message does not fill is one."""
        try:
            names = names_in(text)
        except ValueError as error:
            self._refuse(place, str(error), "A blank looks like {to}.")
        for blank in sorted(names):
            if blank in _KEYS or blank in {setting.key for setting in COMMON}:
                self._refuse(place, f"uses {{{blank}}}, which is a key of its own", "Give the setting another name.")
            if blank not in OF_THE_MESSAGE:
                self._blanks.setdefault(blank, place)
            elif blank not in allowed:
                self._refuse(place, f"uses {{{blank}}}, which cannot stand there", "Put it into the body or the url.")
            elif not place.startswith("headers."):
                self._of_the_message.add(blank)

    def _needs_a_number_and_a_text(self) -> None:
        if not self._of_the_message & {"to", "digits"}:
            self._refuse("", "says nowhere who the message is for", "Put {to} into json, form or url.")
        if "text" not in self._of_the_message:
            self._refuse("", "says nowhere what the message is", "Put {text} into json, form or url.")

    def _answers(self) -> Answers:
        table = self._table.get("answer", {})
        if not isinstance(table, dict):
            self._refuse("answer", "is no table", f"Write it as [providers.{self._name}.answer].")
        self._refuse_unknown("answer.", table, _ANSWER_KEYS)
        statuses = _listed(table.get("status", []))
        if any(type(status) is not int or not 200 <= status <= 299 for status in statuses):
            self._refuse("answer.status", "is no status of success", "They go from 200 to 299.")
        accepted, refused = _listed(table.get("accepted", [])), _listed(table.get("refused", []))
        if any(isinstance(value, dict | list | float | date | time) for value in accepted + refused):
            self._refuse("answer.accepted", "holds something else than texts, whole numbers, true and false", "")
        if ("path" in table) != bool(accepted):
            self._refuse(
                "answer.path", "and answer.accepted belong together", 'As in path = "status", accepted = "ok".'
            )
        if refused and not accepted:
            self._refuse("answer.refused", "needs answer.path and answer.accepted", "")
        if any(_is_in(value, accepted) for value in refused):
            self._refuse("answer.refused", "has a value that is accepted as well", "")
        words = _listed(table.get("no_credits", []))
        if not all(isinstance(word, str) and word.strip() for word in words):
            self._refuse("answer.no_credits", "is no text", 'As in no_credits = ["insufficient balance"].')
        return Answers(
            statuses=frozenset(statuses),
            path=self._path("path"),
            accepted=accepted,
            refused=refused,
            reference=self._path("reference"),
            error=self._path("error"),
            no_credits=tuple(word.casefold() for word in words),
        )

    def _path(self, key: str) -> tuple[str, ...]:
        path = self._table.get("answer", {}).get(key, "")
        if not isinstance(path, str) or (path and not all(path.split("."))):
            self._refuse(f"answer.{key}", "is no path", 'It is made of names and positions, as in "messages.0.status".')
        return tuple(path.split(".")) if path else ()

    def _strings(self, key: str) -> dict[str, str] | None:
        """A table of texts; whole numbers are taken as they are written."""
        if key not in self._table:
            return None
        table = self._table[key]
        if not isinstance(table, dict):
            self._refuse(key, "is no table", f'As in {key} = {{Name = "value"}}.')
        for name, value in table.items():
            if not isinstance(value, str) and type(value) is not int:
                self._refuse(f"{key}.{name}", "is no text", "Put it into quotes.")
        return {name: str(value) for name, value in table.items()}

    def _text(self, key: str) -> str:
        value = self._table.get(key, "")
        if not isinstance(value, str):
            self._refuse(key, "is no text", "Put it into quotes.")
        return value.strip()

    def _choice(self, key: str, choices: tuple[str, ...], default: str) -> str:
        value = self._text(key).upper() or default
        if value not in choices:
            self._refuse(key, f"is {value!r}", f"It is one of {', '.join(choices)}.")
        return value

    def _flag(self, key: str, *, otherwise: bool) -> bool:
        value = self._table.get(key, otherwise)
        if not isinstance(value, bool):
            self._refuse(key, "is neither true nor false", f"As in {key} = true, without quotes.")
        return value

    def _refuse_unknown(self, prefix: str, table: Mapping[str, Any], known: frozenset[str] | set[str]) -> None:
        if unknown := sorted(set(table) - known):
            hint = f"The keys are {', '.join(sorted(known))}."
            if not prefix:
                hint += f" A secret needs a blank where it is used: {{{unknown[0]}}}."
            self._refuse(f"{prefix}{unknown[0]}", "is not a key", hint)

    def _refuse(self, key: str, what: str, hint: str) -> NoReturn:
        raise UsageError(f"{self._where} {f'{key} ' if key else ''}{what}.", hint)


def _listed(value: Any) -> tuple[Any, ...]:
    return tuple(value) if isinstance(value, list) else (value,)


def _is_in(value: Any, values: tuple[Any, ...]) -> bool:
    """Whether it is one of them, as JSON has it: 1 is not true."""
    return any(type(value) is type(other) and value == other for other in values)

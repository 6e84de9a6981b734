"""The dialect of a gateway that batchsend.toml defines: it takes what is defined, and says what is called success."""

import json
import threading
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl

from batchsend.providers.custom_definition import Definition
from batchsend.providers.placeholders import reading
from batchsend.sandbox.dialect import Drop, Message, Reply, Request
from batchsend.sandbox.trouble import Trouble


class Custom:
    """Every path that is nobody else's is its own: it is asked last."""

    def __init__(self, definition: Definition) -> None:
        self.name = definition.name
        self._definition = definition
        self._lock = threading.Lock()
        self._last_id = 0

    def owns(self, path: str) -> bool:
        return reading(self._definition.path.partition("?")[0]).fullmatch(path) is not None

    def answer(self, request: Request, trouble: Trouble | None, retry_after: int = 1) -> Reply | Drop:
        return self._outage(trouble) or self._refusal(trouble, retry_after) or self._message(request, trouble)

    def _outage(self, trouble: Trouble | None) -> Reply | Drop | None:
        match trouble:
            case Trouble.DROP_BEFORE_ACCEPT:
                return Drop(reset=False)
            case Trouble.ERROR:
                return Reply.html(500, "Server Error (500)")
            case Trouble.HTML:
                return Reply.html(200, "Log in")
        return None

    def _refusal(self, trouble: Trouble | None, retry_after: int) -> Reply | None:
        match trouble:
            case Trouble.RATE_LIMIT:
                headers = (("Retry-After", str(retry_after)),)
                return Reply.json(429, self._complaint("too many requests"), headers=headers)
            case Trouble.BAD_TOKEN:
                return Reply.json(401, self._complaint("wrong credentials"))
            case Trouble.NO_CREDITS:
                return Reply.json(402, self._complaint("no credits left"))
            case Trouble.REJECT:
                return Reply.json(400, self._complaint("the number is not valid"))
        return None

    def _message(self, request: Request, trouble: Trouble | None) -> Reply | Drop:
        message = self._read(request)
        if message is None:
            return Reply.json(400, self._complaint("that is not the request of the definition"))
        if trouble is Trouble.DROP_AFTER_ACCEPT:
            return Drop(reset=True, accepted=message)
        if trouble is Trouble.ERROR_AFTER_ACCEPT:
            return Reply.html(500, "Server Error (500)", accepted=message)
        status = min(self._definition.answers.statuses, default=200)
        return Reply.json(status, self._success(), accepted=message)

    def _success(self) -> Any:
        answers = self._definition.answers
        with self._lock:
            self._last_id += 1
            number = f"practice-{self._last_id}"
        said: Any = {}
        if answers.reference:
            said = _put(said, answers.reference, number)
        return _put(said, answers.path, answers.accepted[0]) if answers.path else said

    def _complaint(self, words: str) -> Any:
        return _put({}, self._definition.answers.error or ("error",), words)

    def _read(self, request: Request) -> Message | None:
        """What the request asks to send; None when it has not the shape of the definition."""
        definition = self._definition
        if request.method != definition.method:
            return None
        found: dict[str, str] = {}
        body: Any = {}
        if definition.form is not None:
            body = dict(parse_qsl(request.body.decode("utf-8", "replace"), keep_blank_values=True))
            fits = _compare(definition.form, body, found)
        else:
            try:
                body = json.loads(request.body)
            except (ValueError, RecursionError):
                return None
            fits = _compare(definition.body, body, found)
        to = found.get("to") or (f"+{found['digits']}" if "digits" in found else "")
        if not fits or not to or "text" not in found:
            return None
        return Message(to=to, text=found["text"], body=body if isinstance(body, dict) else {"body": body})


def is_readable(definition: Definition) -> bool:
    """Whether the number and the text stand in the body, where the dialect can find them again."""
    template = definition.form if definition.form is not None else definition.body
    written = json.dumps(template, default=str)
    return "{text}" in written and ("{to}" in written or "{digits}" in written)


def _compare(template: Any, value: Any, found: dict[str, str]) -> bool:
    """Whether a value is the template with its blanks filled; notes what they were filled with."""
    match template:
        case str():
            match = reading(template).fullmatch(value) if isinstance(value, str) else None
            found.update(match.groupdict() if match else {})
            return match is not None
        case Mapping():
            same = isinstance(value, dict) and value.keys() == template.keys()
            return same and all(_compare(template[key], value[key], found) for key in template)
        case list():
            same = isinstance(value, list) and len(value) == len(template)
            return same and all(_compare(*pair, found) for pair in zip(template, value, strict=True))
    return bool(template == value)


def _put(base: Any, path: Sequence[str], value: Any) -> Any:
    """The JSON value with something at a path; a position makes a list."""
    if not path:
        return value
    step, *rest = path
    if step.isdecimal():
        kept = base if isinstance(base, list) else []
        filler: list[Any] = [{} for _ in range(int(step) + 1 - len(kept))]
        kept = [*kept, *filler]
        kept[int(step)] = _put(kept[int(step)], rest, value)
        return kept
    kept_keys = base if isinstance(base, dict) else {}
    return kept_keys | {step: _put(kept_keys.get(step, {}), rest, value)}

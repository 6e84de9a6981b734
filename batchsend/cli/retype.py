"""The command that was typed, as the one to type next."""

import re
import shlex

import click
from click.core import ParameterSource

_LEFT_OUT = {"output", "as_json", "only_estimate", "yes"}


def as_send(context: click.Context) -> str:
    """The `send` that does what this `estimate` (or `send --dry-run`) showed."""
    words = ["batchsend", "send"]
    for parameter in context.command.params:
        name = str(parameter.name)
        given = context.params.get(name)
        if name in _LEFT_OUT or context.get_parameter_source(name) is not ParameterSource.COMMANDLINE:
            continue
        if isinstance(parameter, click.Argument):
            words.append(quoted(str(given)))
            continue
        option = max(parameter.opts, key=len)
        for value in given if isinstance(given, tuple) else (given,):
            words += [option] if value is True else [option, quoted(str(value))]
    if not context.params.get("provider"):
        words.append("--provider PROVIDER")
    return " ".join(words)


def quoted(word: str) -> str:
    """A word of a command line, in double quotes, which every shell knows, as long as they will do."""
    if re.fullmatch(r"[\w@%+=:,./-]+", word, re.ASCII):
        return word
    return shlex.quote(word) if re.search(r'["$`\\!\n]', word) else f'"{word}"'

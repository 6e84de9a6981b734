"""The README is tried: its commands exist with these options, its tables say what the code says."""

import re
import shlex

import click
import pytest

from batchsend.cli import cli
from batchsend.cli.exits import Exit
from batchsend.runs import Status
from tests.acceptance.conftest import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMANDS = [
    line.split("&&")[-1].strip().removeprefix(".venv/bin/")
    for block in re.findall(r"```sh\n(.*?)```", README, re.DOTALL)
    for line in block.splitlines()
]


@pytest.mark.parametrize("line", [line for line in COMMANDS if line.startswith("batchsend ")])
def test_every_command_in_the_readme_is_one(line: str) -> None:
    name, *arguments = shlex.split(line)[1:]
    command = cli.commands[name]
    context = command.make_context(name, arguments, resilient_parsing=False)
    context.close()


def test_the_readme_sets_up_in_exactly_two_commands() -> None:
    assert sum("pip install" in line for line in README.splitlines()) == 2


@pytest.mark.parametrize("status", Status)
def test_every_status_is_in_the_readme(status: Status) -> None:
    assert f"| {status} |" in README


@pytest.mark.parametrize("code", Exit)
def test_every_exit_code_is_in_the_readme(code: Exit) -> None:
    assert re.search(rf"(: |· |·\n){code:d} ", README)


@pytest.mark.parametrize("name", sorted(cli.commands))
def test_every_command_and_every_option_has_help(name: str) -> None:
    command = cli.commands[name]
    assert command.help
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            assert parameter.help, parameter.name

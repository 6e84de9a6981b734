"""The README is tried: its commands exist with these options, its tables say what the code says."""

import json
import re
import shlex
from collections.abc import Iterator

import click
import pytest
from click.testing import CliRunner

from batchsend.cli import cli
from batchsend.cli.exits import Exit
from batchsend.providers import KINDS
from batchsend.results.kinds import RESULTS, SKIPPED, TO_FIX, UNKNOWN
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


def _commands(group: click.Group) -> Iterator[click.Command]:
    for command in group.commands.values():
        yield command
        if isinstance(command, click.Group):
            yield from _commands(command)


@pytest.mark.parametrize("command", list(_commands(cli)), ids=lambda command: command.name)
def test_every_command_and_every_option_has_help(command: click.Command) -> None:
    assert command.help
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            assert parameter.help, parameter.name


def test_every_command_about_replies_is_documented_and_every_documented_one_exists() -> None:
    group = cli.commands["replies"]
    assert isinstance(group, click.Group)
    documented = (ROOT / "docs" / "replies.md").read_text(encoding="utf-8")
    assert set(re.findall(r"batchsend replies ([a-z-]+)", documented)) == set(group.commands)
    for line in re.findall(r"^batchsend replies (.*)$", documented, re.MULTILINE):
        name, *arguments = shlex.split(line)
        group.commands[name].make_context(name, arguments).close()


@pytest.mark.parametrize("name", KINDS)
def test_every_gateway_and_each_of_its_settings_is_documented(name: str) -> None:
    documented = (ROOT / "docs" / "providers.md").read_text(encoding="utf-8")
    assert f"`{name}`" in README
    assert re.search(rf"^## .*\b{name}\b", documented, re.MULTILINE)
    for setting in KINDS[name].settings:
        assert f"`{setting.key}" in documented, setting.key


def test_every_key_of_the_estimate_as_data_is_documented() -> None:
    contacts = ROOT / "samples" / "contacts.csv"
    done = CliRunner().invoke(cli, ["estimate", str(contacts), "-m", "Hi \u2019", "--smart-encoding", "--json"])
    documented = (ROOT / "docs" / "messages.md").read_text(encoding="utf-8")
    data = json.loads(done.stdout)
    for key in [*data, *data["totals"], *data["cautions"][0], *data["samples"]["first"], *data["reworded"][0]]:
        assert f"`{key}`" in documented, key


def test_every_column_and_sheet_of_the_workbook_is_documented() -> None:
    documented = (ROOT / "docs" / "workbook.md").read_text(encoding="utf-8")
    for kind in (RESULTS, TO_FIX, UNKNOWN, SKIPPED):
        assert f"| `{kind.title}` |" in documented
        for column in kind.columns:
            assert f"`{column.name}`" in documented, column.name

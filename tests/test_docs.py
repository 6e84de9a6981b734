"""The README is tried: its commands exist with these options, its tables say what the code says."""

import json
import re
import shlex

import click
import pytest
from click.testing import CliRunner

from batchsend.cli import cli
from batchsend.cli.exits import Exit
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


@pytest.mark.parametrize("name", sorted(cli.commands))
def test_every_command_and_every_option_has_help(name: str) -> None:
    command = cli.commands[name]
    assert command.help
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            assert parameter.help, parameter.name


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

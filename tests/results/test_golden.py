"""The whole workbook of a small run, cell by cell."""

import json
from pathlib import Path

import pytest

from .golden import GOLDEN, contents, write_golden

EXPECTED = json.loads(GOLDEN.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, dict[str, object]]]:
    path = write_golden(tmp_path_factory.mktemp("golden") / Path("golden.xlsx"))
    return dict(json.loads(json.dumps(contents(path))))


def test_the_sheets_are_these(found: dict[str, dict[str, dict[str, object]]]) -> None:
    assert list(found) == list(EXPECTED)


@pytest.mark.parametrize("sheet", EXPECTED)
def test_a_sheet_is_as_it_was_approved(sheet: str, found: dict[str, dict[str, dict[str, object]]]) -> None:
    """If it was meant: python -m tests.results.golden, and look at the diff."""
    assert found[sheet]["sheet"] == EXPECTED[sheet]["sheet"]
    assert found[sheet]["cells"] == EXPECTED[sheet]["cells"]

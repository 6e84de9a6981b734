"""A folder that is really full, not one that a test says is."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from batchsend.results.landing import CannotWriteError
from batchsend.results.workbook import write_workbook
from batchsend.runs.status import Status

from .sample import facts, records, row

ROWS = [
    row(number, Status.ACCEPTED, (f"Ana {number * 7919}", "0722"), text=f"{number * 104729}") for number in range(9_000)
]


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Path]:
    """A file system of 64 kB."""
    folder = tmp_path / "small"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(folder)]
    done = subprocess.run(mount, capture_output=True, check=False)
    if done.returncode:
        pytest.skip("a small file system can only be mounted by root with the right to mount")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)  # noqa: S607


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "tmp"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    return folder


def test_a_full_folder_sends_the_whole_workbook_to_a_private_one(small: Path, temporary: Path) -> None:
    place = write_workbook(small / "r.xlsx", facts(len(ROWS)), ROWS)
    assert place.parent.parent == temporary
    assert len(records(place)) == len(ROWS)
    assert list(small.iterdir()) == [], "no draft takes what little room there is"


def test_a_small_workbook_still_fits(small: Path) -> None:
    assert write_workbook(small / "r.xlsx", facts(1), ROWS[:1]) == small / "r.xlsx"


def test_when_both_are_full_a_sentence_says_so(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.mkdtemp", lambda prefix: str(_made(small / prefix)))
    with pytest.raises(CannotWriteError, match=r"No space left on device.*nor to the temporary folder") as caught:
        write_workbook(small / "r.xlsx", facts(len(ROWS)), ROWS)
    assert "batchsend report" in caught.value.hint
    assert list(small.iterdir()) == []


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder

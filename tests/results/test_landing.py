"""A workbook is whole at the place that is returned, or there is none, and nothing else is left behind."""

import errno
import io
import os
import stat
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

import pytest

from batchsend.results.landing import CannotWriteError, land
from batchsend.results.row import ResultRow
from batchsend.results.workbook import write_workbook
from batchsend.runs.status import Status

from .sample import facts, one_of_each, row, sheet_names

Replace = Callable[[object, object], None]


@pytest.fixture
def target(tmp_path: Path) -> Path:
    folder = tmp_path / "out"
    folder.mkdir()
    return folder / "results.xlsx"


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The system's temporary folder, for this test alone."""
    folder = tmp_path / "tmp"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def everything(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


def refuse(monkeypatch: pytest.MonkeyPatch, refused: Callable[[Path], bool]) -> None:
    """os.replace as a system where some targets are held by another program."""
    real = os.replace

    def replace(source: Path, to: Path) -> None:
        if refused(Path(to)):
            raise PermissionError(errno.EACCES, "held by another program", str(to))
        real(source, to)

    monkeypatch.setattr(os, "replace", replace)


def parts(workbook: Path) -> dict[str, bytes]:
    """What a workbook is made of, without the time at which it was saved and a default that openpyxl comes to spell."""
    with zipfile.ZipFile(workbook) as package:
        names = [name for name in package.namelist() if name != "docProps/core.xml"]
        return {name: package.read(name).replace(b' outlineLevelCol="0"', b"") for name in names}


def hello(stream: BinaryIO) -> None:
    stream.write(b"hello")


def test_the_file_is_where_it_was_asked_for_and_nothing_else_is(target: Path, temporary: Path) -> None:
    assert write_workbook(target, facts(7), one_of_each()) == target
    assert sheet_names(target)[0] == "Summary"
    assert everything(target.parent) == ["results.xlsx"]
    assert everything(temporary) == []


def test_an_existing_file_is_kept(target: Path, temporary: Path) -> None:
    target.write_bytes(b"mine")
    assert land(target, hello, overwrite=False) == target.with_name("results (2).xlsx")
    assert land(target, hello, overwrite=False) == target.with_name("results (3).xlsx")
    assert target.read_bytes() == b"mine"
    assert everything(target.parent) == ["results (2).xlsx", "results (3).xlsx", "results.xlsx"]
    assert everything(temporary) == []


def test_an_existing_file_is_replaced_when_asked(target: Path) -> None:
    target.write_bytes(b"mine")
    assert land(target, hello, overwrite=True) == target
    assert target.read_bytes() == b"hello"
    assert everything(target.parent) == ["results.xlsx"]


def test_a_dangling_link_counts_as_a_file(target: Path) -> None:
    target.symlink_to("nowhere.xlsx")
    assert land(target, hello, overwrite=False) == target.with_name("results (2).xlsx")
    assert target.is_symlink()


def test_a_file_that_is_held_open_gets_a_neighbour(
    target: Path, temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target.write_bytes(b"mine")
    refuse(monkeypatch, lambda path: path == target)
    assert land(target, hello, overwrite=True) == target.with_name("results (2).xlsx")
    assert target.read_bytes() == b"mine"
    assert everything(target.parent) == ["results (2).xlsx", "results.xlsx"]
    assert everything(temporary) == []


@pytest.mark.parametrize("exists", [True, False])
def test_a_folder_that_takes_no_file_sends_it_to_a_private_one(
    target: Path, temporary: Path, monkeypatch: pytest.MonkeyPatch, *, exists: bool
) -> None:
    if exists:
        target.write_bytes(b"mine")
    refuse(monkeypatch, lambda path: path.parent == target.parent)
    place = land(target, hello, overwrite=exists)
    assert place.name == "results.xlsx"
    assert place.parent.parent == temporary
    assert place.read_bytes() == b"hello"
    assert stat.S_IMODE(place.parent.stat().st_mode) == stat.S_IRWXU
    assert everything(target.parent) == (["results.xlsx"] if exists else [])
    assert len(everything(temporary)) == 2, "the folder and the file in it"


def test_a_folder_that_does_not_exist_sends_it_to_a_private_one(target: Path, temporary: Path) -> None:
    missing = target.parent / "typo" / "results.xlsx"
    place = write_workbook(missing, facts(7), one_of_each())
    assert place.parent.parent == temporary
    assert sheet_names(place)[0] == "Summary"
    assert not missing.parent.exists()


def test_when_nothing_works_a_sentence_says_so_and_nothing_is_left(
    target: Path, temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    refuse(monkeypatch, lambda _path: True)
    with pytest.raises(CannotWriteError, match=r"results\.xlsx \(held by another program\), nor to") as caught:
        write_workbook(target, facts(7), one_of_each())
    assert "batchsend report" in caught.value.hint
    assert everything(target.parent) == []
    assert everything(temporary) == []


def test_a_full_disk_while_writing_leaves_the_old_file_and_no_draft(target: Path, temporary: Path) -> None:
    target.write_bytes(b"mine")

    def full(stream: BinaryIO) -> None:
        stream.write(b"half")
        raise OSError(errno.ENOSPC, "no space left")

    with pytest.raises(CannotWriteError, match="no space left"):
        land(target, full, overwrite=True)
    assert target.read_bytes() == b"mine"
    assert everything(target.parent) == ["results.xlsx"]
    assert everything(temporary) == []


def test_a_full_disk_while_writing_sends_the_whole_file_to_a_private_folder(
    target: Path, temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real_sync = os.fsync
    full = iter([True])

    def fsync(descriptor: int) -> None:
        if next(full, False):
            raise OSError(errno.ENOSPC, "no space left")
        real_sync(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    place = write_workbook(target, facts(7), one_of_each())
    monkeypatch.undo()
    assert place.parent.parent == temporary
    assert parts(place) == parts(write_workbook(target, facts(7), one_of_each())), "begun twice, written once"
    assert everything(target.parent) == ["results.xlsx"]


class FullDisk(io.RawIOBase):
    """A file that takes nothing, as its buffer learns when it is full or closed."""

    def readable(self) -> bool:
        return True

    writable = seekable = readable

    def seek(self, offset: int, whence: int = 0) -> int:  # noqa: ARG002 - the signature of the parent
        return offset

    def write(self, data: object) -> int:  # noqa: ARG002
        raise OSError(errno.ENOSPC, "no space left")


@pytest.mark.parametrize("rows", [1, 3000])
def test_a_full_temporary_folder_is_said_in_a_sentence(
    target: Path, monkeypatch: pytest.MonkeyPatch, rows: int
) -> None:
    monkeypatch.setattr("batchsend.results.grid.TemporaryFile", lambda: io.BufferedRandom(FullDisk()))
    with pytest.raises(CannotWriteError, match="no space left"):
        write_workbook(target, facts(rows), (row(number, Status.ACCEPTED) for number in range(2, rows + 2)))
    assert everything(target.parent) == []


def test_a_row_that_fails_leaves_nothing(target: Path, temporary: Path) -> None:
    def rows() -> Iterator[ResultRow]:
        yield row(2, Status.ACCEPTED)
        raise RuntimeError("the ledger broke")

    with pytest.raises(RuntimeError, match="the ledger broke"):
        write_workbook(target, facts(2), rows())
    assert everything(target.parent) == []
    assert everything(temporary) == []


def test_an_interruption_while_saving_leaves_nothing(
    target: Path, temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("batchsend.results.grid.Grid.copy_rows_to", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_workbook(target, facts(7), one_of_each())
    assert everything(target.parent) == []
    assert everything(temporary) == []


def test_the_file_is_on_the_disk_before_it_gets_its_name(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    steps: list[str] = []
    real_sync, real_replace = os.fsync, os.replace

    def fsync(descriptor: int) -> None:
        is_folder = stat.S_ISDIR(os.fstat(descriptor).st_mode)
        steps.append("sync folder" if is_folder else f"sync {os.fstat(descriptor).st_size} bytes")
        real_sync(descriptor)

    def replace(source: Path, to: Path) -> None:
        assert Path(source).parent == Path(to).parent
        steps.append("name it")
        real_replace(source, to)

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(os, "replace", replace)
    land(target, hello, overwrite=False)
    assert steps == ["sync 5 bytes", "name it", "sync folder"]

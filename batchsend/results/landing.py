"""Where a finished file goes: whole or not at all, and never over another one unasked."""

import os
import secrets
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from batchsend.errors import BatchsendError

_MOST_NAMES = 1_000


class CannotWriteError(BatchsendError):
    """No place would take the file."""


def land(path: Path, fill: Callable[[BinaryIO], None], *, overwrite: bool) -> Path:
    """Writes a file through `fill` and puts it at `path`; returns where it really is.

    In this order: `path`; `name (2).xlsx`, ... beside it, when `path` exists and may not be replaced, or is held
    open by another program; a private folder in the system's temporary one, when that folder takes no file or is
    full. `fill` is called again when what it wrote did not fit.
    """
    try:
        draft = _draft(path.parent)
    except OSError as error:
        return _land_elsewhere(path, fill, error)
    try:
        try:
            _fill(draft, fill)
        except OSError as error:
            draft.unlink(missing_ok=True)  # it may be half as large as the disk that is full
            return _land_elsewhere(path, fill, error)
        try:
            return _move(draft, path, overwrite=overwrite)
        except OSError as error:
            return _land_elsewhere(path, lambda stream: _copy(draft, stream), error)
    finally:
        with suppress(OSError):
            draft.unlink(missing_ok=True)


def _land_elsewhere(path: Path, fill: Callable[[BinaryIO], None], why: OSError) -> Path:
    """A folder of its own, which only this user can read: the file is full of people's numbers."""
    folder: Path | None = None
    landed = False
    try:
        folder = Path(tempfile.mkdtemp(prefix="batchsend-"))
        draft = _draft(folder)
        _fill(draft, fill)
        place = _move(draft, folder / path.name, overwrite=False)
        landed = True
    except OSError as error:
        raise _cannot_write(path, why, error) from error
    finally:
        if folder is not None and not landed:
            shutil.rmtree(folder, ignore_errors=True)
    return place


def _draft(folder: Path) -> Path:
    """A new empty file in the folder where the real one will be, so that a move cannot leave half of it."""
    draft = folder / f".batchsend-{secrets.token_hex(8)}.tmp"
    draft.open("xb").close()
    return draft


def _fill(draft: Path, fill: Callable[[BinaryIO], None]) -> None:
    with draft.open("r+b") as stream:
        fill(stream)
        stream.flush()
        os.fsync(stream.fileno())


def _move(draft: Path, path: Path, *, overwrite: bool) -> Path:
    """To `path`, or to the first free name beside it."""
    if overwrite or not _taken(path):
        try:
            return _replace(draft, path)
        except OSError:
            if not _taken(path):
                raise
    for beside in islice(_names_beside(path), _MOST_NAMES):
        if not _taken(beside):
            return _replace(draft, beside)
    raise FileExistsError(f"{path} and {_MOST_NAMES} names beside it are taken")


def _replace(draft: Path, path: Path) -> Path:
    os.replace(draft, path)  # noqa: PTH105  the call the promise rests on, by its own name
    _sync_folder(path.parent)
    return path


def _sync_folder(folder: Path) -> None:
    """So that the new name survives a power cut; not every system lets a folder be opened."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _taken(path: Path) -> bool:
    return os.path.lexists(path)


def _names_beside(path: Path) -> Iterator[Path]:
    number = 2
    while True:
        yield path.with_name(f"{path.stem} ({number}){path.suffix}")
        number += 1


def _copy(draft: Path, stream: BinaryIO) -> None:
    with draft.open("rb") as source:
        shutil.copyfileobj(source, stream)


def _cannot_write(path: Path, why: OSError, elsewhere: OSError | None = None) -> CannotWriteError:
    nor = f", nor to the temporary folder ({_cause(elsewhere)})" if elsewhere else ""
    return CannotWriteError(
        f"The results workbook cannot be written to {path} ({_cause(why)}){nor}.",
        "Nothing is lost: the ledger holds every row. Make room or choose another folder with -o, then write the "
        "workbook again with `batchsend report`.",
    )


def _cause(error: OSError) -> str:
    return error.strerror or str(error)

"""A run is worked on by one process at a time."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from batchsend.errors import RunHeld


def lock_folder(ledger: Path) -> Path:
    """Where the locks of a ledger are; made when it is missing. Raises OSError."""
    folder = Path(f"{ledger}.locks")
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


@contextmanager
def holding(ledger: Path, run: str) -> Iterator[None]:
    """Holds the run until the block ends or the process does, however it ends: the lock is the operating system's.

    Raises RunHeld, with the holder's process number, when another process holds it.
    """
    folder = lock_folder(ledger)
    # the file stays: to remove it would let two processes hold two files of the same name
    lock = FileLock(folder / f"{run}.lock", timeout=0, mode=0o600)
    holder = folder / f"{run}.pid"
    try:
        lock.acquire()
    except Timeout:
        raise RunHeld(
            f"Run {run} is being sent by another process (number {_number_in(holder)}).",
            "Wait until it ends, or end it first.",
        ) from None
    try:
        holder.touch(mode=0o600)
        holder.write_text(str(os.getpid()), encoding="ascii")
        yield
    finally:
        holder.unlink(missing_ok=True)
        lock.release()


def _number_in(holder: Path) -> str:
    """Whoever holds the run may be about to write its number, or to take it away."""
    try:
        return holder.read_text(encoding="ascii") or "unknown"
    except FileNotFoundError:
        return "unknown"


def is_held(ledger: Path, run: str) -> bool:
    """Whether a process holds the run, this one included."""
    path = lock_folder(ledger) / f"{run}.lock"
    if not path.exists():
        return False
    try:
        with FileLock(path, timeout=0, mode=0o600):
            return False
    except Timeout:
        return True

"""A small disk, whose free space a test chooses."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

_SIZE = 4096


class Disk:
    """A tmpfs; sizes are KiB."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._filler = path / "filler"

    @property
    def free(self) -> int:
        found = os.statvfs(self.path)
        return found.f_bavail * found.f_frsize // 1024

    def leave(self, kib: int) -> None:
        with self._filler.open("wb") as filler:
            if self.free > kib:
                os.posix_fallocate(filler.fileno(), 0, (self.free - kib) * 1024)

    def make_room(self) -> None:
        self._filler.unlink(missing_ok=True)


@contextmanager
def disk(folder: Path) -> Iterator[Disk]:
    """Mounted while the block lasts. Raises CalledProcessError or OSError where this user may not mount."""
    path = folder / "disk"
    path.mkdir()
    _run("mount", "-t", "tmpfs", "-o", f"size={_SIZE}k,mode=0700", "tmpfs", path)
    try:
        yield Disk(path)
    finally:
        _run("umount", "--lazy", path)


@cache
def can_mount() -> bool:
    try:
        with TemporaryDirectory() as folder, disk(Path(folder)):
            return True
    except (OSError, subprocess.CalledProcessError):
        return False


def _run(*words: str | Path) -> None:
    subprocess.run(words, check=True, capture_output=True)

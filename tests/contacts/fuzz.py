"""Workbooks damaged in many ways, and what reading them to the end comes to."""

import random
import zipfile
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

from batchsend.contacts.book import Book
from batchsend.contacts.look import Look
from batchsend.contacts.sheet_table import SheetTable
from batchsend.contacts.source import ReadOptions, Row
from batchsend.errors import ContactsRefused, UsageError

WORKBOOKS = Path(__file__).parents[1] / "data" / "workbooks"


def rows_of(path: Path, looks: Callable[[Path], Callable[[str], Look]], sheet: str) -> list[Row]:
    return list(SheetTable(path, ReadOptions(sheet=sheet), Book(path, "a workbook", looks(path))).rows())


def read_all(path: Path, looks: Callable[[Path], Callable[[str], Look]]) -> int:
    """How many sheets could be read; it raises whatever is no refusal."""
    read = 0
    while True:
        try:
            rows_of(path, looks, str(read + 1))
        except (ContactsRefused, UsageError):
            return read
        read += 1


def damaged(content: bytes, seed: int) -> bytes:
    """Some bytes changed, or the end missing, or a piece repeated."""
    chance = random.Random(seed)
    bytes_ = bytearray(content)
    way = chance.random()
    if way < 0.15:
        return bytes(bytes_[: chance.randrange(len(bytes_))])
    if way < 0.25:
        at, length = chance.randrange(len(bytes_)), chance.randrange(200)
        return bytes(bytes_[: at + length] + bytes_[at:])
    for _ in range(chance.choice((1, 2, 5, 30))):
        at = chance.randrange(len(bytes_))
        bytes_[at] = chance.choice(
            (0, 1, 0x7F, 0x80, 0xFF, chance.randrange(256), bytes_[at] ^ 1 << chance.randrange(8))
        )
    return bytes(bytes_)


def damaged_parts(content: bytes, seed: int, part: str) -> bytes:
    """A package in which one part is damaged and the zip around it is sound."""
    file = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as before, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as after:
        for name in before.namelist():
            inner = before.read(name)
            after.writestr(name, damaged(inner, seed) if name == part else inner)
    return file.getvalue()


def versions(name: str, seeds: range, *parts: str) -> Iterator[bytes]:
    """The file damaged once for each seed, and each of its parts likewise."""
    content = (WORKBOOKS / name).read_bytes()
    for seed in seeds:
        yield damaged(content, seed)
        for part in parts:
            yield damaged_parts(content, seed, part)

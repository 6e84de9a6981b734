"""Whatever is done to a file, it is read or refused in one sentence: the readers never fail in another way."""

import itertools
import random
import time
from pathlib import Path

import pytest

from batchsend.contacts import ReadOptions, open_contacts
from batchsend.errors import ContactsRefused, UsageError
from tests.contacts.fuzz import damaged_parts

ROOT = Path(__file__).parents[2]
FILES = sorted(
    path
    for folder in (ROOT / "samples", ROOT / "tests" / "data" / "workbooks")
    for path in folder.iterdir()
    if path.suffix in {".csv", ".xlsx", ".xls", ".ods", ".xlsb"}
)
_SECONDS = 60


def damaged(content: bytes, chance: random.Random) -> bytes:
    """A copy with bytes changed, dropped, repeated or moved, or with its end missing."""
    data = bytearray(content)
    for _ in range(chance.choice([1, 1, 2, 5, 20])):
        at, size = chance.randrange(len(data) or 1), chance.choice([1, 1, 2, 8, 100])
        match chance.randrange(6):
            case 0:
                data[at : at + size] = chance.randbytes(size)
            case 1:
                del data[at : at + size]
            case 2:
                data[at:at] = data[at : at + size] * chance.choice([1, 2, 50])
            case 3:
                del data[at:]
            case 4:
                data[at:at] = chance.choice([b'"', b"\0", b"\r", b"\n", b";", b"\xff\xfe", b"<", b"\xc8"])
            case _:
                data[at : at + 1] = bytes([chance.choice([0, 1, 127, 128, 255])])
    return bytes(data)


def read_all(path: Path) -> int:
    """Rows read to the end; it raises whatever is no refusal."""
    try:
        contacts = open_contacts(path, ReadOptions(hidden="include"))
        return sum(len(batch) for batch in contacts.batches())
    except (ContactsRefused, UsageError):
        return 0


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_damaged_file_is_read_or_refused(path: Path, tmp_path: Path) -> None:
    target = tmp_path / f"list{path.suffix}"
    for seed in range(20):
        target.write_bytes(damaged(path.read_bytes(), random.Random(seed)))
        read_all(target)


@pytest.mark.parametrize(
    "part", ["xl/worksheets/sheet1.xml", "xl/styles.xml", "xl/workbook.xml", "xl/sharedStrings.xml"]
)
def test_a_workbook_with_a_damaged_part_is_read_or_refused(part: str, tmp_path: Path) -> None:
    content = (ROOT / "samples" / "messy.xlsx").read_bytes()
    for seed in range(40):
        (tmp_path / "list.xlsx").write_bytes(damaged_parts(content, seed, part))
        read_all(tmp_path / "list.xlsx")


@pytest.mark.long
def test_damaged_files_for_a_minute(tmp_path: Path) -> None:
    until = time.monotonic() + _SECONDS
    contents = {path: path.read_bytes() for path in FILES}
    for seed in itertools.count(1000):
        if time.monotonic() > until:
            break
        path = FILES[seed % len(FILES)]
        target = tmp_path / f"list{path.suffix}"
        target.write_bytes(damaged(contents[path], random.Random(seed)))
        read_all(target)

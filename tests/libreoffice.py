"""LibreOffice as a second opinion: it opens a workbook, saves it again, and both must hold the same.

`python -m tests.libreoffice FOLDER` looks at every workbook of ours below a folder; .ci/run does so after the tests.
"""

import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile

import pytest
from python_calamine import load_workbook

SOFFICE = shutil.which("soffice")
needs_libreoffice = pytest.mark.skipif(
    SOFFICE is None, reason="LibreOffice is not installed: apt-get install libreoffice-calc"
)
_AT_ONCE = 50


def resaved(paths: Sequence[Path], folder: Path, form: str = "xlsx") -> list[Path]:
    """Each workbook as LibreOffice saves it, in `folder`. A name twice is no good: they all go there."""
    subprocess.run(
        [str(SOFFICE), f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--norestore",
         "--convert-to", form, "--outdir", str(folder), *map(str, paths)],
        check=True, capture_output=True, timeout=600,
    )  # fmt: skip
    return [folder / f"{path.stem}.{form}" for path in paths]


def differences(ours: Path, theirs: Path) -> list[str]:
    """What LibreOffice did not find as we wrote it; and formulas and links, of which there is none."""
    if not theirs.exists():
        return ["it cannot be opened"]
    found = [f"{name}: {what}" for name in _sheets(theirs) for what in _active(theirs, name)]
    one, other = load_workbook(ours), load_workbook(theirs)
    if one.sheet_names != other.sheet_names:
        return [*found, f"sheets {other.sheet_names} instead of {one.sheet_names}"]
    for name in one.sheet_names:
        rows, others = (book.get_sheet_by_name(name).to_python(skip_empty_area=False) for book in (one, other))
        if len(rows) != len(others):
            found.append(f"{name}: {len(others)} rows instead of {len(rows)}")
        for number, (row, seen) in enumerate(zip(rows, others, strict=False), 1):
            while row and row[-1] == "":
                row.pop()
            while len(seen) > len(row) and seen[-1] == "":
                seen.pop()
            if list(map(_comparable, row)) != list(map(_comparable, seen)):
                found.append(f"{name} row {number}: {seen!r} instead of {row!r}")
    return found


def _sheets(path: Path) -> list[str]:
    with ZipFile(path) as archive:
        return [name for name in archive.namelist() if name.startswith("xl/worksheets/sheet")]


def _active(path: Path, name: str) -> list[str]:
    with ZipFile(path) as archive:
        xml = archive.read(name)
    formulas = {text.decode() for text in re.findall(rb"<f[ >][^<]*?([^<>]*)</f>", xml)}
    links = {"a link"} if b"<hyperlink" in xml else set()
    return sorted(formulas - {"TRUE()", "FALSE()"} | links)  # which is how it writes a truth value of any workbook


def _comparable(cell: Any) -> Any:
    """Line ends and the last digits of a moment are each program's own."""
    match cell:
        case str():
            return cell.replace("\r\n", "\n").replace("\r", "\n")
        case bool() | float() | int():
            return float(f"{cell:.14g}")
        case datetime():
            return (cell + timedelta(milliseconds=500)).replace(microsecond=0)
        case date():
            return datetime.combine(cell, time())
        case time():
            return timedelta(hours=cell.hour, minutes=cell.minute, seconds=round(cell.second + cell.microsecond / 1e6))
        case timedelta():
            return timedelta(seconds=round(cell.total_seconds()))
        case _:
            return cell


def is_ours(path: Path) -> bool:
    try:
        with ZipFile(path) as archive:
            return b"<dc:creator>batchsend<" in archive.read("docProps/core.xml")
    except (BadZipFile, KeyError, OSError):
        return False


def main(folder: Path) -> int:
    ours = sorted(path for path in folder.rglob("*.xlsx") if path.is_file() and is_ours(path))
    wrong = 0
    for start in range(0, len(ours), _AT_ONCE):
        with tempfile.TemporaryDirectory() as place:
            copies = [Path(place) / f"in-{number}.xlsx" for number in range(len(ours[start : start + _AT_ONCE]))]
            for path, copy in zip(ours[start:], copies, strict=False):
                copy.symlink_to(path.absolute())
            out = Path(place) / "out"
            out.mkdir()
            for path, copy, theirs in zip(ours[start:], copies, resaved(copies, out), strict=False):
                for difference in differences(copy, theirs)[:5]:
                    wrong += 1
                    print(f"{path.relative_to(folder)}: {difference[:300]}")  # noqa: T201
    print(f"LibreOffice opened {len(ours)} workbooks and found {wrong} differences.")  # noqa: T201
    return 1 if wrong or not ours else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))

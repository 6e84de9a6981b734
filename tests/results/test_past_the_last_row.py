"""More rows than a sheet can have, for real."""

from collections.abc import Iterator
from pathlib import Path
from xml.etree.ElementTree import iterparse
from zipfile import ZipFile

import pytest

from batchsend.results.row import ResultRow
from batchsend.results.sheets import MAX_ROWS
from batchsend.results.workbook import write_workbook
from batchsend.runs.status import Status

from .sample import facts, row, sheet_names

_ROW = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}row"


def rows_of(path: Path, part: str) -> tuple[int, int]:
    """How many rows a sheet has, and the number of its last; streamed."""
    count = last = 0
    with ZipFile(path) as archive, archive.open(part) as stream:
        for _, element in iterparse(stream):  # noqa: S314  we wrote it
            if element.tag == _ROW:
                count, last = count + 1, int(element.get("r", 0))
            if element.tag.endswith(("row", "c")):
                element.clear()
    return count, last


@pytest.mark.long
def test_a_million_and_some_rows_go_on_in_results_2(tmp_path: Path) -> None:
    surplus = 25
    total = MAX_ROWS - 1 + surplus

    def rows() -> Iterator[ResultRow]:
        for number in range(2, total + 2):
            yield row(number, Status.ACCEPTED, ("Ana", "+40722000000"), action="", to="+40722000000")

    path = write_workbook(tmp_path / "r.xlsx", facts(total), rows())
    assert sheet_names(path)[:3] == ["Summary", "Results", "Results 2"]
    assert rows_of(path, "xl/worksheets/sheet2.xml") == (1_048_576, 1_048_576)
    assert rows_of(path, "xl/worksheets/sheet3.xml") == (surplus + 1, surplus + 1)

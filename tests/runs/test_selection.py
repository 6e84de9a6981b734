from pathlib import Path

import pytest

from batchsend.contacts import open_contacts
from batchsend.errors import UsageError
from batchsend.runs.selection import Selection
from tests.lists import write_csv


def chosen(tmp_path: Path, rows: str | None = None, limit: int | None = None, sample: int | None = None) -> list[int]:
    listed = write_csv(tmp_path / "list.csv", [["Phone"], *([f"p{n}"] for n in range(2, 32))])  # rows 2 to 31
    batches = Selection.parse(rows, limit, sample).batches(open_contacts(listed))
    return [contact.row for batch in batches for contact in batch]


@pytest.mark.parametrize(
    ("rows", "limit", "expected"),
    [
        (None, None, list(range(2, 32))),
        (None, 3, [2, 3, 4]),
        ("5-8", None, [5, 6, 7, 8]),
        ("5-8", 2, [5, 6]),
        ("30-", None, [30, 31]),
        ("31, 2 ,4-5", None, [2, 4, 5, 31]),  # the order of the list stays
    ],
)
def test_rows_are_chosen_by_the_numbers_a_person_sees(
    tmp_path: Path, rows: str | None, limit: int | None, expected: list[int]
) -> None:
    assert chosen(tmp_path, rows, limit) == expected


def test_a_sample_is_spread_over_the_list_and_the_same_each_time(tmp_path: Path) -> None:
    sample = chosen(tmp_path, sample=6)
    assert (len(sample), sample) == (6, sorted(sample))
    assert sample == chosen(tmp_path, sample=6)
    assert sample[0] < 12
    assert sample[-1] > 20


@pytest.mark.parametrize(("sample", "expected"), [(99, 30), (1, 1)])
def test_a_sample_is_no_larger_than_the_list(tmp_path: Path, sample: int, expected: int) -> None:
    assert len(chosen(tmp_path, sample=sample)) == expected


@pytest.mark.parametrize("rows", ["1", "900-"])
def test_a_selection_of_nobody_is_a_usage_error(tmp_path: Path, rows: str) -> None:
    with pytest.raises(UsageError, match="No row"):
        chosen(tmp_path, rows)


@pytest.mark.parametrize("rows", ["x", "0", "5-3", "-3", "1-2-3", "2;3"])
def test_what_is_no_range_is_a_usage_error(tmp_path: Path, rows: str) -> None:
    with pytest.raises(UsageError, match="--rows"):
        chosen(tmp_path, rows)

"""No room on the disk: nothing leaves without a claim, the sentence names the disk, and with room the run goes on."""

import pytest

from tests.crashes.disk import can_mount
from tests.crashes.full_disk import STEP, Full, fill_up, needed
from tests.crashes.result import Result

mounted = pytest.mark.skipif(not can_mount(), reason="only root may mount a small disk (mount -t tmpfs)")
_PARTS = 8


def _hold(full: Full, sizes: range) -> Result:
    total = Result(0)
    for kib in sizes:
        total.add(fill_up(full, kib))
    assert not total.violations, "\n".join(total.violations)
    assert (total.duplicates, total.lost) == (0, 0)
    return total


def _sizes(part: int, parts: int) -> range:
    return range(part * STEP, needed(), parts * STEP)


@mounted
def test_the_disk_of_the_ledger_fills_up() -> None:
    total = _hold(Full.LEDGER, range(0, needed(), needed() // 5))
    assert total.exits[5] > 1
    assert total.commands["send"] > 0


def test_no_file_may_grow() -> None:
    _hold(Full.FILES, range(STEP, needed(), needed() // 3))


@mounted
@pytest.mark.parametrize("kib", [0, 8, 24])
def test_the_folder_of_the_workbook_is_full(kib: int) -> None:
    _hold(Full.WORKBOOK, range(kib, kib + 1))


@mounted
@pytest.mark.long
@pytest.mark.parametrize("part", range(_PARTS))
def test_the_disk_of_the_ledger_of_every_size(part: int) -> None:
    assert _hold(Full.LEDGER, _sizes(part, _PARTS)).exits[5] > 0


@mounted
@pytest.mark.long
def test_some_of_the_sizes_stop_a_run_half_way() -> None:
    assert _hold(Full.LEDGER, range(needed() - 16 * STEP, needed(), STEP)).half_way > 0


@mounted
@pytest.mark.long
@pytest.mark.parametrize("full", [Full.FOLDER, Full.EVERYTHING])
def test_all_is_on_the_disk_that_fills_up(full: Full) -> None:
    _hold(full, _sizes(0, 4))


@pytest.mark.long
def test_no_file_may_grow_beyond_any_size() -> None:
    _hold(Full.FILES, _sizes(1, 4))

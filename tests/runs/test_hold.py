import multiprocessing
import os
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from batchsend.errors import RunHeld
from batchsend.runs.hold import holding, lock_folder


def _hold(ledger: Path, pipe: Connection) -> None:
    with holding(ledger, "run-1"):
        pipe.send(os.getpid())
        pipe.recv()


def test_a_run_is_held_by_one_process_and_free_when_that_is_killed(tmp_path: Path) -> None:
    ours, theirs = multiprocessing.get_context("spawn").Pipe()
    process = multiprocessing.get_context("spawn").Process(target=_hold, args=(tmp_path / "ledger", theirs))
    process.start()
    number = ours.recv()
    with pytest.raises(RunHeld, match=str(number)), holding(tmp_path / "ledger", "run-1"):
        pass
    with holding(tmp_path / "ledger", "run-2"):  # another run is free
        pass
    process.kill()
    process.join()
    with holding(tmp_path / "ledger", "run-1"):
        pass
    ours.close()
    theirs.close()


@pytest.mark.parametrize("written", [None, ""])
def test_a_holder_whose_number_is_not_written_yet(tmp_path: Path, written: str | None) -> None:
    ledger = tmp_path / "ledger"
    with holding(ledger, "run-1"):
        number = lock_folder(ledger) / "run-1.pid"
        number.unlink()
        if written is not None:
            number.write_text(written, encoding="ascii")
        with pytest.raises(RunHeld, match="number unknown"), holding(ledger, "run-1"):
            pass

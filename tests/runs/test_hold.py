import multiprocessing
import os
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from batchsend.errors import RunHeld
from batchsend.runs.hold import holding


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

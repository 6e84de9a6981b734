"""One seed: a list is sent through trouble, process after process, until nothing is left; then the books are checked.

Everything but the gateway, the disk and the clock is the real thing: plan, ledger, book, lock, provider, retry policy,
sender. What the command does around them (batchsend/cli: send, resume, carry_out) is repeated here in `process`.
"""

import random
import tempfile
from datetime import UTC, datetime, timedelta
from math import exp, log
from pathlib import Path

from batchsend.errors import BatchsendError
from batchsend.messages import Message, Written
from batchsend.runs import Ledger, Run, Status
from tests.runs.plans import message, rejection
from tests.simulation.books import check_books, check_step
from tests.simulation.disk import Crash, Disk, DiskPlan, Failing
from tests.simulation.gateway import CLEAR, Account, Weather
from tests.simulation.process import Interruptions, Process
from tests.simulation.result import Result

_EPOCH = datetime(2026, 11, 21, tzinfo=UTC)
_MOST_CALM_LIVES = 3


def simulate(seed: int, without: frozenset[str] = frozenset()) -> Result:
    """without: names of faults to leave out."""
    with tempfile.TemporaryDirectory(prefix="batchsend-sim-") as folder:
        return _Simulation(seed, Path(folder), without).run()


class _Simulation:
    def __init__(self, seed: int, folder: Path, without: frozenset[str]) -> None:
        self._folder = folder
        self._result = Result(seed)
        self._chance = chance = random.Random(f"batchsend {seed}")
        self._weather = Weather.of(chance, without)
        self._concurrency = chance.choice((1, 2, 2, 3, 5, 8))
        self._rate = chance.choice((1.0, 5.0, 5.0, 30.0, 1000.0))
        self._written = _list(chance)
        self._stormy_lives = chance.choice((1, 2, 4, 8))
        self._crashing, self._failing, self._interrupting = (chance.choice((0.0, 0.3, 0.8)) for _ in range(3))
        self._messages = {c.row: m for c, m in self._written if isinstance(m, Message)}
        self._account = Account({(m.to, m.text): row for row, m in self._messages.items()})
        self._states: dict[int, Status] = {}
        self._explained: set[int] = set()
        self._path = folder / "0" / "ledger.sqlite"
        self._path.parent.mkdir()
        self._life = 0
        self._elapsed = 0.0
        self._process: Process | None = None

    def run(self) -> Result:
        result = self._result
        lives = 0
        finished = False
        while not finished and not self._violations:
            calm = lives - self._stormy_lives
            if calm >= _MOST_CALM_LIVES:
                self._complain("the run does not come to its end though nothing goes wrong any more")
                break
            finished = self._live(calm=calm >= 0)
            lives += 1
        result.messages = len(self._messages)
        result.requests = self._account.requests
        result.faults += self._account.faults
        result.resumes = lives - 1
        result.violations = self._violations
        check_books(result, self._states, self._account, self._messages, self._explained)
        return result

    @property
    def _violations(self) -> list[str]:
        return self._account.violations

    def _complain(self, violation: str) -> None:
        self._account.complain(violation)
        self._log("VIOLATION", violation)

    def _log(self, *words: object) -> None:
        time = self._process.time() if self._process else 0.0
        self._result.log.append((self._life, round(time, 6), *words))

    def _now(self) -> datetime:
        return _EPOCH + timedelta(seconds=self._elapsed + (self._process.time() if self._process else 0.0))

    def _live(self, *, calm: bool) -> bool:
        """One process, from its start to its end or death. True when nothing is left to send."""
        chance = self._chance
        self._life += 1
        survivor = self._folder / str(self._life) / self._path.name
        disk = Disk(self._path, DiskPlan() if calm else self._disk_plan(), chance, survivor)
        process = self._process = Process(
            disk=disk,
            account=self._account,
            weather=CLEAR if calm else self._weather,
            chance=chance,
            concurrency=self._concurrency,
            rate=self._rate,
            interruptions=Interruptions() if calm else self._interruptions(),
            now=self._now,
            log=self._log,
            observe=self._observe,
            complain=self._complain,
        )
        finished = False
        self._log("start", "calm" if calm else "storm")
        try:
            with disk.mounted():
                finished = process.main(self._written)
        except Crash:
            self._log("crash")
        except SystemExit:
            self._log("the sender was ended by force")
        except (BatchsendError, OSError) as error:
            self._log("failed", str(error).replace(str(self._folder), ""))
        except Exception as error:  # noqa: BLE001 - whatever it is, it goes into the log of this seed
            self._unexpected(error, disk)
        if not disk.alive:
            self._path = survivor
            self._result.crashes += 1
        self._result.faults += disk.faults + process.faults
        self._result.seconds += process.time()
        self._elapsed += process.time() + chance.choice((1.0, 60.0, 3600.0, 200_000.0))
        self._process = None
        return finished

    def _unexpected(self, error: Exception, disk: Disk) -> None:
        if isinstance(error, AssertionError) or not disk.faults:
            self._complain(f"{type(error).__name__}: {error}")
        else:
            self._log("failed", f"{type(error).__name__}: {error}")

    def _observe(self, ledger: Ledger, run: Run, *, interrupted: bool) -> None:
        """Looks into the ledger. interrupted: what is claimed now was on its way when something ended it."""
        rows = list(ledger.book(run).rows())
        claimed = {row.row for row in rows if row.claimed}
        if len(claimed) > self._concurrency:
            self._complain(f"{len(claimed)} messages are claimed, {self._concurrency} fit in flight")
        if interrupted:
            self._explained |= claimed
        for violation in check_step(rows, self._states, self._account, self._written, interrupted=interrupted):
            self._complain(violation)

    def _disk_plan(self) -> DiskPlan:
        chance = self._chance
        return DiskPlan(
            fail_at=_some(chance, 600) if chance.random() < self._failing else None,
            failing=chance.choice(list(Failing)),
            crash_at=_some(chance, 600) if chance.random() < self._crashing else None,
            crash_after=chance.random() < 0.5,
            power=chance.random() < 0.4,
        )

    def _interruptions(self) -> Interruptions:
        chance = self._chance
        found = Interruptions(
            crash_at_await=_some(chance, 300) if chance.random() < self._crashing / 2 else None,
            crash_at_time=exp(chance.uniform(-4, 6)) if chance.random() < self._crashing / 2 else None,
            rival_at=exp(chance.uniform(-4, 3)) if chance.random() < 0.1 else None,
            repeats=chance.random() < 0.1,
        )
        if chance.random() < self._interrupting:
            found.stop_at = exp(chance.uniform(-4, 5))
            if chance.random() < 0.6:
                found.abandon_at = found.stop_at + exp(chance.uniform(-6, 3))
        return found


def _some(chance: random.Random, most: int) -> int:
    """A number from 1, small ones as likely as great ones."""
    return int(exp(chance.uniform(0.0, log(most))))


def _list(chance: random.Random) -> list[Written]:
    """Contacts: most get a message, some are invalid or left out, some numbers get two on purpose."""
    written: list[Written] = []
    for row in range(2, 2 + chance.choice((1, 3, 8, 8, 20, 40))):
        kind = chance.random()
        if kind < 0.1:
            written.append(rejection(row, skipped=kind < 0.05))
        elif kind < 0.15 and row > 2:
            written.append(message(row, to=f"+40723{row - 1:06}", copy=1))
        else:
            written.append(message(row))
    return written

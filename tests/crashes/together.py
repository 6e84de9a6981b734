"""Several processes started together on one list, or to resume one run: one sends, the others say why they do not."""

import random
import re
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.crashes.books import Books, check_books, check_ends, check_workbook, read_ledger
from tests.crashes.command import Command, Ended
from tests.crashes.gateway import Gateway
from tests.crashes.killed import Death
from tests.crashes.people import MESSAGE, VARIANTS, People, as_csv
from tests.crashes.result import Result

_HEAD_START = 0.03
_SECONDS = 0.25  # what a send takes
_REASONS = re.compile(
    r"These very messages belong to run 2\S+ of .*\(\d+ accepted.*Nothing was sent now"
    r"|Run 2\S+ is being sent by another process \(number (\d+|unknown)\)"
    r"|Run 2\S+ has nothing left to send"
)


class _Round:
    def __init__(self, seed: int, folder: Path, gateway: Gateway, chance: random.Random, broken: str) -> None:
        self.chance = chance
        self.folder = folder
        self.gateway = gateway
        self.people = People.some(chance.choice((1, 10, 25)), chance)
        self.result = Result(seed, messages=len(self.people.numbers))
        environment = {"BATCHSEND_ROBO_SMS_BASE_URL": gateway.base_url, "BATCHSEND_ROBO_SMS_TOKEN": "fake-token"}
        self.command = Command(folder, environment, broken=broken)

    def send(self, listed: Path) -> tuple[str | Path, ...]:
        return ("send", listed, "-m", MESSAGE, "-p", "robo-sms", "-y", *self._pace())

    def resume(self) -> tuple[str | Path, ...]:
        return ("resume", *self._pace())

    def start(self, *commands: tuple[str | Path, ...]) -> list[Ended]:
        """All at one moment, or one a little later than the other."""
        moment = time.monotonic() + _HEAD_START
        spread = self.chance.choice((0.0, 0.0, 0.02, _SECONDS))
        running = [self.command.start(*words, at=moment + self.chance.uniform(0, spread)) for words in commands]
        ended = [each.wait() for each in running]
        for each in ended:
            self.result.exits[each.code] += 1
            if "Traceback" in each.said or "failed inside" in each.said:
                self.result.violations.append(each.said)
        return ended

    def judge(self, ended: list[Ended], before: Books) -> Result:
        """One did it all, the others sent nothing and said why. Where nothing was left to send, all may say so."""
        out = self.result.violations
        losers = [each for each in ended if each.code in {2, 7}]
        left = not before.run or before.count("planned") > 0
        if len(losers) not in {len(ended) - 1, len(ended) - left}:
            out.append("not exactly one of them sent: " + " | ".join(f"{each.code}: {each.said}" for each in ended))
        out += [f"it does not say why: {each.code} {each.said}" for each in losers if not _REASONS.search(each.said)]
        books = read_ledger(self.folder / "ledger.sqlite")
        taken = self.gateway.record.count_by_number()
        out += check_books(books, len(self.people.rows), before, taken)
        out += check_ends(books, before.claimed)
        for written in (self.folder / each.workbook for each in ended if each.workbook):
            out += check_workbook(written, books, None)
        self.result.accepted, self.result.unknown = books.count("accepted"), books.count("unknown")
        self.result.duplicates = sum(count > 1 for count in taken.values())
        self.result.lost = len(set(self.people.numbers) - set(taken) - before.claimed)
        if self.result.lost:
            out.append(f"{self.result.lost} people got no message")
        return self.result

    def _pace(self) -> tuple[str, ...]:
        return ("--rate", "1000", "--concurrency", str(self.chance.choice((1, 4))))


def send_together(seed: int, processes: int = 2, broken: str = "") -> Result:
    """The same list, as different people bring it, sent by several processes at once."""
    chance = random.Random(f"together/{seed}")
    with TemporaryDirectory(prefix="together-") as name, Gateway() as gateway:
        folder = Path(name)
        it = _Round(seed, folder, gateway, chance, broken)
        first = as_csv(it.people, folder)
        variants = [chance.choice(list(VARIANTS)) for _ in range(processes - 1)]
        it.result.commands.update(variants)
        lists = [first, *(VARIANTS[variant](it.people, folder) for variant in variants)]
        chance.shuffle(lists)
        return it.judge(it.start(*map(it.send, lists)), Books("", (), 0, "ok"))


def resume_together(seed: int, processes: int = 2, broken: str = "") -> Result:
    """A run whose process was killed, resumed by several at once."""
    chance = random.Random(f"resume/{seed}")
    with TemporaryDirectory(prefix="together-") as name, Gateway() as gateway:
        folder = Path(name)
        it = _Round(seed, folder, gateway, chance, broken)
        point, nth = chance.choice((("after the run begins", 1), ("after a claim", 1), ("after a record", 1)))
        killed = it.command(*it.send(as_csv(it.people, folder)), death=Death(point, nth))
        it.result.kills[point] += killed.killed
        before = read_ledger(folder / "ledger.sqlite")
        it.result.commands["resume"] += processes
        return it.judge(it.start(*[it.resume()] * processes), before)

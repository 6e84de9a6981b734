"""The life of one run: sent, killed, resumed, killed again, until it is over; and the books after each step."""

import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.crashes.books import Books, check_books, check_ends, check_whole, check_workbook, read_ledger
from tests.crashes.command import Command, Ended, Running
from tests.crashes.gateway import Blow, Gateway
from tests.crashes.killed import POINTS, Death
from tests.crashes.people import MESSAGE, People, as_csv
from tests.crashes.result import Result

RANDOM_MOMENT = "at a random moment"
RANDOM_MESSAGE = "at a random moment of the sending"
_ANYWHERE = (RANDOM_MOMENT, RANDOM_MESSAGE, *Blow)
PLACES = (*_ANYWHERE, *POINTS)
"""Where a command can be made to die."""

_SENDING = tuple(place for place in PLACES if place not in POINTS or not POINTS[place].resumed)
_SECONDS = 0.25  # what a send takes, start to end
_MOST_STEPS = 25
_TROUBLES = (
    (),
    (),
    ("slow=0.5",),
    ("reject=0.1", "slow=0.2"),
    ("drop_after_accept=0.1", "error=0.05"),
    ("drop_before_accept=0.1", "error_after_accept=0.05", "slow=0.2"),
    ("rate_limit=0.1",),
)
_OVER = {0, 1, 6}
_GOES_ON = {4, 5}


@dataclass(frozen=True, slots=True)
class Circumstances:
    """concurrency: messages in flight at once. deaths: at most so many. installed: the script itself, not a fork."""

    people: People
    concurrency: int
    trouble: tuple[str, ...]
    deaths: int
    installed: bool
    broken: str


def live(
    seed: int, first: str | None = None, *, installed: bool = False, deaths: int | None = None, broken: str = ""
) -> Result:
    """One run from a seed. first: where it dies first; the rest is drawn. What it finds wrong is in the result.

    installed, broken: see Command.
    """
    chance = random.Random(f"{seed}/{first}")
    circumstances = Circumstances(
        People.some(chance.choice((3, 12, 20, 30)), chance),
        chance.choice((1, 2, 4, 8)),
        chance.choice(_TROUBLES),
        chance.randint(1, 4) if deaths is None else deaths,
        installed,
        broken,
    )
    if first is not None and "second claim" in first:
        circumstances = replace(circumstances, concurrency=4, trouble=("rate_limit=0.2",))
    with TemporaryDirectory(prefix="crashes-") as folder, Gateway(circumstances.trouble, seed=seed) as gateway:
        return _Life(seed, chance, circumstances, Path(folder), gateway).until_over(first)


class _Life:
    def __init__(
        self, seed: int, chance: random.Random, circumstances: Circumstances, folder: Path, gateway: Gateway
    ) -> None:
        self._chance = chance
        self._case = circumstances
        self._folder = folder
        self._gateway = gateway
        self._list = as_csv(circumstances.people, folder)
        self._ledger = folder / "ledger.sqlite"
        self._command = Command(
            folder,
            {"BATCHSEND_ROBO_SMS_BASE_URL": gateway.base_url, "BATCHSEND_ROBO_SMS_TOKEN": "fake-token"},
            installed=circumstances.installed,
            broken=circumstances.broken,
        )
        self._pace = ("--rate", "1000", "--concurrency", str(circumstances.concurrency), "-o", "out.xlsx")
        self._books = Books("", (), 0, "ok")
        self._explained: set[str] = set()
        self._workbook = ""
        self._result = Result(seed, messages=len(circumstances.people.numbers))

    def until_over(self, first: str | None) -> Result:
        places = self._places(first)
        steps = 0
        while not self._step(next(places, None)):
            steps += 1
            if steps > _MOST_STEPS:
                self._wrong(f"not over after {steps} commands")
                break
        self._gateway.stop()
        self._look()
        self._close()
        if self._result.violations:
            died = ", ".join(self._result.kills)
            self._wrong(f"  {self._case.concurrency} at once, {self._case.trouble}, to die first {first}; died {died}")
        return self._result

    def _places(self, first: str | None) -> Iterator[str | None]:
        """Where the commands die, one after the other. A place that only a resume passes needs something to resume."""
        left = self._case.deaths
        if first is not None and first not in _SENDING:
            yield RANDOM_MESSAGE
        if first is not None:
            yield first
            left -= 1
        for _ in range(left):
            yield self._chance.choice(PLACES if self._books.run else _SENDING)

    def _step(self, place: str | None) -> bool:
        """One command, killed or not, and a look at the books. Returns whether the run is over."""
        begun = bool(self._books.run)
        again = begun and self._chance.random() < 0.1  # somebody types the same again
        sends = again or not begun
        name, words = ("send", self._send()) if sends else ("resume", ("resume", *self._pace))
        self._result.commands["send again" if again else name] += 1
        ended = self._run(place, *words)
        self._result.exits[ended.code] += 1
        self._workbook = "" if ended.killed else ended.workbook
        self._look(ended, place)
        if "Traceback" in ended.said or "failed inside" in ended.said or "hung" in ended.said:
            self._wrong(f"{name} said: {ended.said}")
        if again:
            return self._refused(ended)
        if ended.killed or ended.code in _GOES_ON:
            return False
        if ended.code in _OVER or (name == "resume" and ended.code == 2 and "nothing left" in ended.said):
            return True
        self._wrong(f"{name} ended with {ended.code}: {ended.said}")
        return True

    def _send(self) -> tuple[str | Path, ...]:
        return ("send", self._list, "-m", MESSAGE, "-p", "robo-sms", "-y", *self._pace)

    def _refused(self, ended: Ended) -> bool:
        if not ended.killed and ended.code != 7:
            self._wrong(f"the same list was taken again, exit {ended.code}: {ended.said}")
        return False

    def _run(self, place: str | None, *words: str | Path) -> Ended:
        if place is None:
            return self._command(*words)
        if place in POINTS:
            ended = self._command(*words, death=Death(place, self._chance.randint(1, POINTS[place].passes)))
        else:
            with self._aimed(place):
                running = self._command.start(*words)
                self._gateway.at(running)
                self._strike(place, running)
                ended = running.wait()
        (self._result.kills if ended.killed else self._result.missed)[place] += 1
        return ended

    @contextmanager
    def _aimed(self, place: str) -> Iterator[None]:
        if place in set(Blow):
            self._gateway.aim(Blow(place), self._chance.randint(1, len(self._case.people.numbers)))
        yield
        self._gateway.disarm()

    def _strike(self, place: str, running: Running) -> None:
        """From outside, at a moment that nobody chose."""
        if place == RANDOM_MOMENT:
            time.sleep(self._chance.uniform(0, (5 if self._case.installed else 1.1) * _SECONDS))
            running.kill()
        elif place == RANDOM_MESSAGE:
            wanted = self._gateway.seen + self._chance.randint(1, len(self._case.people.numbers))
            while self._gateway.seen < wanted and not running.over:
                time.sleep(0.001)
            time.sleep(self._chance.uniform(0, 0.01))
            running.kill()

    def _look(self, ended: Ended | None = None, place: str | None = None) -> None:
        """The books, while nothing runs."""
        if not self._ledger.exists():
            return
        books = read_ledger(self._ledger)
        taken = self._gateway.record.count_by_number()
        out = self._result.violations
        out += check_books(books, len(self._case.people.rows), self._books, taken)
        out += check_whole(self._folder)
        self._explained |= books.claimed | self._gateway.ambiguous
        if ended is not None and ended.killed and books.run:
            on_their_way = len(books.claimed)
            self._result.at_death.append(on_their_way)
            if on_their_way > self._case.concurrency:
                self._wrong(f"{on_their_way} were on their way {place}, {self._case.concurrency} may be")
        elif ended is not None and ended.code in _OVER | _GOES_ON and books.claimed:
            self._wrong(f"{len(books.claimed)} are still claimed by nobody")
        self._books = books

    def _close(self) -> None:
        result, books, taken = self._result, self._books, self._gateway.record.count_by_number()
        result.violations += check_ends(books, self._explained)
        listed = self._case.people.rows
        if books.run:
            result.violations += check_workbook(self._last_workbook(), books, listed)
        result.accepted = books.count("accepted")
        result.unknown = books.count("unknown")
        result.unknown_but_accepted = sum(row.status == "unknown" and taken.get(row.number, 0) for row in books.rows)
        result.duplicates = sum(count > 1 for count in taken.values())
        result.lost = sum(row.status == "accepted" and not taken.get(row.number) for row in books.rows)
        result.lost += len(self._case.people.numbers) - len({row.number for row in books.rows if row.number})

    def _last_workbook(self) -> Path:
        """The one the last command wrote, or, when it was killed on the way, the one that can always be had."""
        if self._workbook:
            return self._folder / self._workbook
        told = self._command("report", "-o", "last.xlsx")
        if told.code:
            self._wrong(f"report ended with {told.code}: {told.said}")
        return self._folder / "last.xlsx"

    def _wrong(self, what: str) -> None:
        self._result.violations.append(what)

"""python -m tests.crashes --kills N --rounds M: any number of deaths and of starts together, and what they came to."""

import argparse
import os
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from tests.crashes.disk import can_mount
from tests.crashes.full_disk import STEP, Full, fill_up, needed
from tests.crashes.life import PLACES, live
from tests.crashes.result import Result
from tests.crashes.together import resume_together, send_together

_SHOWN = 20


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.crashes", description=__doc__)
    parser.add_argument("--kills", type=int, default=200, help="how often the command is killed, at least")
    parser.add_argument("--rounds", type=int, default=200, help="how often two are started together on one list")
    parser.add_argument("--disks", action="store_true", help="send on a full disk of every size, too (as root)")
    parser.add_argument("--start", type=int, default=0, help="the first seed")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="how many at once")
    given = parser.parse_args()
    began = time.monotonic()
    total = Result(given.start)
    with ThreadPoolExecutor(given.jobs) as pool:
        lives = _lives(pool, total, given.start, given.kills, given.jobs)
        rounds = _all(pool, total, _rounds(given.start, given.rounds))
        disks = _all(pool, total, _disks()) if given.disks and can_mount() else 0
    _report(total, {"runs killed": lives, "rounds together": rounds, "full disks": disks}, time.monotonic() - began)
    return 1 if total.violations else 0


def _lives(pool: ThreadPoolExecutor, total: Result, start: int, kills: int, jobs: int) -> int:
    """Every place in its turn, until there were so many kills. Returns how many lives it took."""
    seed = start
    while total.kills.total() < kills:
        seeds = range(seed, seed + 4 * jobs)
        for result in pool.map(lambda each: live(each, PLACES[each % len(PLACES)]), seeds):
            total.add(result)
        seed = seeds.stop
    return seed - start


def _rounds(start: int, count: int) -> Iterator[Callable[[], Result]]:
    """Of ten, seven send with two processes, one with three, and two resume."""
    for seed in range(start, start + count):
        if seed % 10 in {8, 9}:
            yield partial(resume_together, seed)
        else:
            yield partial(send_together, seed, processes=3 if seed % 10 == 7 else 2)


def _disks() -> Iterator[Callable[[], Result]]:
    for full in Full:
        first = STEP if full is Full.FILES else 0  # what the command says goes to a file, too
        yield from (partial(fill_up, full, kib) for kib in range(first, needed(), STEP))


def _all(pool: ThreadPoolExecutor, total: Result, work: Iterator[Callable[[], Result]]) -> int:
    results = list(pool.map(lambda each: each(), work))
    for result in results:
        total.add(result)
    return len(results)


def _report(total: Result, counts: dict[str, int], seconds: float) -> None:
    on_their_way = total.at_death or [0]
    rows = [
        *((name, f"{count:,}") for name, count in counts.items()),
        ("messages", f"{total.messages:,}"),
        ("kills", f"{total.kills.total():,}"),
        *((f"  {place}", f"{count:,}") for place, count in sorted(total.kills.items())),
        ("resumes", f"{total.commands['resume']:,}"),
        ("sent again, refused", f"{total.commands['send again']:,}"),
        ("stopped half way by a full disk", f"{total.half_way:,}"),
        ("accepted", f"{total.accepted:,}"),
        ("unknown", f"{total.unknown:,}, of which the gateway had taken {total.unknown_but_accepted:,}"),
        ("on their way at a kill", f"{max(on_their_way)} at most, {statistics.fmean(on_their_way):.2f} on average"),
        ("duplicates", f"{total.duplicates:,}"),
        ("lost", f"{total.lost:,}"),
        ("violations", f"{len(total.violations):,}"),
        ("seconds", f"{seconds:.1f}"),
    ]
    sys.stdout.write("".join(f"{violation}\n" for violation in total.violations[:_SHOWN]))
    sys.stdout.write("".join(f"{name:44} {value}\n" for name, value in rows))


if __name__ == "__main__":
    sys.exit(main())

"""python -m tests.simulation --seeds N [--start S] [--without FAULT]: any number of seeds, and what they came to."""

import argparse
import os
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial

from tests.simulation.faults import FAULTS
from tests.simulation.result import Result
from tests.simulation.simulation import simulate

_SHOWN = 5


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--seeds", type=int, default=1000, help="how many seeds")
    parser.add_argument("--start", type=int, default=0, help="the first seed")
    parser.add_argument("--without", action="append", default=[], choices=sorted(FAULTS), help="a fault to leave out")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="processes")
    parser.add_argument("--log", action="store_true", help="print the log of every seed")
    given = parser.parse_args()
    began = time.monotonic()
    totals: Counter[str] = Counter()
    faults: Counter[str] = Counter()
    bad: list[Result] = []
    for result in results(range(given.start, given.start + given.seeds), frozenset(given.without), given.jobs):
        totals.update(dict(_figures(result)))
        faults.update(result.faults)
        if given.log:
            show(result)
        if result.violations:
            bad.append(result)
    for result in bad[:_SHOWN] if not given.log else ():
        show(result)
    if bad:
        sys.stdout.write(f"seeds that failed: {' '.join(str(result.seed) for result in bad)}\n")
    report(totals, faults, time.monotonic() - began)
    return 1 if bad else 0


def results(seeds: range, without: frozenset[str], jobs: int) -> Iterator[Result]:
    if jobs == 1:
        yield from (simulate(seed, without) for seed in seeds)
        return
    with ProcessPoolExecutor(jobs) as pool:
        yield from pool.map(partial(simulate, without=without), seeds, chunksize=20)


def show(result: Result) -> None:
    lines = [f"seed {result.seed}"]
    lines += ["  " + " ".join(str(word) for word in entry) for entry in result.log]
    lines += [f"  VIOLATION {violation}" for violation in result.violations]
    sys.stdout.write("\n".join(lines) + "\n\n")


def report(totals: Counter[str], faults: Counter[str], seconds: float) -> None:
    rows = [
        *((name.replace("_", " "), f"{totals[name]:,}") for name in ("seeds", "messages", "requests")),
        ("faults", f"{faults.total():,}"),
        *((f"  {name}", f"{count:,}") for name, count in faults.most_common()),
        *((name, f"{totals[name]:,}") for name in ("crashes", "resumes")),
        ("simulated hours", f"{totals['milliseconds'] / 3_600_000:,.1f}"),
        ("accepted", f"{totals['accepted']:,}"),
        ("unknown", f"{totals['unknown']:,}, of which the gateway had taken {totals['unknown_but_accepted']:,}"),
        ("load balancer's doubles", f"{totals['balancer']:,} (no sender can prevent them)"),
        *((name, f"{totals[name]:,}") for name in ("duplicates", "lost", "violations")),
        ("seconds", f"{seconds:.1f}"),
    ]
    sys.stdout.write("".join(f"{name:26} {value}\n" for name, value in rows))


def _figures(result: Result) -> Iterator[tuple[str, int]]:
    yield "seeds", 1
    yield "milliseconds", round(result.seconds * 1000)
    yield "violations", len(result.violations)
    for name in (
        "messages", "requests", "crashes", "resumes", "accepted", "unknown", "unknown_but_accepted", "balancer",
        "duplicates", "lost",
    ):  # fmt: skip
        yield name, getattr(result, name)


if __name__ == "__main__":
    sys.exit(main())

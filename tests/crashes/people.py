"""The list of one round, and the ways in which somebody brings the same list a second time."""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.lists import write_csv, write_xlsx

HEADER = ("Phone", "Name")
MESSAGE = "Hello {{ name }}, the shop opens on Friday. Reply STOP to opt out."


@dataclass(frozen=True, slots=True)
class People:
    """rows: of the list, below its header. numbers: who gets a message."""

    rows: tuple[tuple[str, str], ...]
    numbers: tuple[str, ...]

    @classmethod
    def some(cls, count: int, chance: random.Random) -> "People":
        """`count` people with a number each, and a few rows that get no message."""
        first = chance.randrange(1000) * 1000
        numbers = tuple(f"+4071{first + n:07}" for n in range(count))
        rows = [(number, f"Person {n}") for n, number in enumerate(numbers)]
        rows.append((numbers[0], "Person 0"))
        rows.append(("not a number", "Nobody"))
        rows.append(("", "No number"))
        chance.shuffle(rows)
        return cls(tuple(rows), numbers)


def as_csv(people: People, folder: Path, name: str = "list") -> Path:
    return write_csv(folder / f"{name}.csv", [HEADER, *people.rows])


def _sorted(people: People, folder: Path) -> Path:
    return write_csv(folder / "sorted.csv", [HEADER, *sorted(people.rows)])


def _other_columns(people: People, folder: Path) -> Path:
    rows = [(name, "", number) for number, name in people.rows]
    return write_csv(folder / "columns.csv", [("Name", "Remark", "Mobile phone"), *rows])


VARIANTS: Mapping[str, Callable[[People, Path], Path]] = {
    "the same file": as_csv,
    "renamed": lambda people, folder: as_csv(people, folder, "copy of list"),
    "sorted": _sorted,
    "other columns": _other_columns,
    "semicolons": lambda people, folder: write_csv(folder / "excel.csv", [HEADER, *people.rows], "utf-16", ";"),
    "tabs": lambda people, folder: write_csv(folder / "list.tsv", [HEADER, *people.rows], delimiter="\t"),
    "a workbook": lambda people, folder: write_xlsx(folder / "list.xlsx", [HEADER, *people.rows]),
    "a sorted workbook": lambda people, folder: write_xlsx(folder / "sorted.xlsx", [HEADER, *sorted(people.rows)]),
}

"""Which column of a file that came back holds which column of the list, whatever it is called now."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from batchsend.contacts.contact import Cell, is_empty
from batchsend.contacts.headers import Role, fold, locate
from batchsend.results.kinds import TO_FIX
from batchsend.results.returned import ReturnedSheet
from batchsend.results.same_cell import Likeness, likeness

_ENOUGH = 0.6
"""A renamed column is known by its cells: so many of them must be the list's own."""


@dataclass(frozen=True, slots=True)
class Matched:
    """places: column of the list -> column of the sheet. renamed: old -> new name. missing, added: names."""

    places: Mapping[int, int]
    renamed: Mapping[str, str]
    missing: tuple[str, ...]
    added: tuple[str, ...]


Pairs = Sequence[tuple[Sequence[Cell], Sequence[Cell]]]
"""Cells as they were sent, and as they came back, of some rows."""


def match_columns(
    headers: Sequence[str], sheet: ReturnedSheet, pairs: Pairs, named: Mapping[int, str] | None = None
) -> Matched:
    """headers: of the list, those of surplus cells among them. named: columns of the list a person gave a new name for.

    Raises UsageError when a name that was given is not in the sheet.
    """
    free = [column for column in range(len(sheet.headers)) if column not in set(sheet.ours.values())]
    places = {old: locate(sheet.headers, new, Role.PHONE) for old, new in (named or {}).items()}
    free = [column for column in free if column not in places.values()]
    for spelling in (str.strip, fold):
        _match_names(headers, sheet.headers, spelling, places, free)
    renamed: dict[str, str] = {}
    for old in [old for old in range(len(headers)) if old not in places and headers[old]]:
        new = _by_cells(old, free, pairs)
        new = _by_neighbours(old, free, places, len(headers), sheet) if new is None else new
        if new is not None:
            places[old] = new
            free.remove(new)
            renamed[headers[old]] = sheet.headers[new]
    missing = tuple(header for old, header in enumerate(headers) if old not in places and header)
    return Matched(places, renamed, missing, tuple(sheet.headers[column] for column in free if sheet.headers[column]))


def _match_names(
    headers: Sequence[str], now: Sequence[str], spelling: Callable[[str], str], places: dict[int, int], free: list[int]
) -> None:
    """The same name as often as before: the first is the first, the second the second."""
    before = [spelling(header) for header in headers]
    after = {column: spelling(now[column]) for column in free}
    left = Counter(name for old, name in enumerate(before) if name and old not in places)
    for name, count in left.items():
        there = [column for column in free if after[column] == name]
        if len(there) == count:
            places |= zip(
                [old for old, it in enumerate(before) if it == name and old not in places], there, strict=True
            )
            for column in there:
                free.remove(column)


def _by_cells(old: int, free: Sequence[int], pairs: Pairs) -> int | None:
    """The free column that holds what this one held, in most of its rows."""
    filled = [(sent[old], back) for sent, back in pairs if old < len(sent) and not is_empty(sent[old])]
    if not filled:
        return None
    shares = {
        column: sum(_same(cell, back, column) for cell, back in filled) / len(filled) for column in free
    }  # fmt: skip
    best = max(shares, key=lambda column: shares[column], default=None)
    if best is None or shares[best] < _ENOUGH or list(shares.values()).count(shares[best]) > 1:
        return None
    return best


def _same(sent: Cell, back: Sequence[Cell], column: int) -> bool:
    return column < len(back) and likeness(sent, back[column]) is not Likeness.OTHER


def _by_neighbours(
    old: int, free: Sequence[int], places: Mapping[int, int], width: int, sheet: ReturnedSheet
) -> int | None:
    """The free column that stands alone between the two that this one stood between; where cells are there to be
    corrected they prove nothing, but elsewhere they would have told.
    """
    if sheet.kind != TO_FIX.title:
        return None
    before = places.get(old - 1) if old else -1
    after = places.get(old + 1) if old + 1 < width else min(sheet.ours.values())
    if before is None or after is None or after - before != 2 or before + 1 not in free:
        return None
    return before + 1

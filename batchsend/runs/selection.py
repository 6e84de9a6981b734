"""Which rows of a list are meant, by the numbers a person sees. The others are left alone; nothing is renumbered."""

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Self

from batchsend.contacts.contact import Contact
from batchsend.contacts.contact_list import BATCH, ContactList
from batchsend.errors import UsageError

_SEED = 480  # a sample is the same each time, so that what was estimated is what is sent


@dataclass(frozen=True, slots=True)
class Selection:
    """ranges: first and last row number, inclusive; empty for all. limit: so many from the top. sample: so many of what
    is left, spread over the list, the same ones each time.
    """

    ranges: tuple[tuple[int, int], ...] = ()
    limit: int | None = None
    sample: int | None = None

    @classmethod
    def parse(cls, rows: str | None, limit: int | None, sample: int | None) -> Self:
        """rows: such as `5-20`, `2,7,30-`. Raises UsageError for what is no range."""
        ranges = []
        for part in (rows or "").split(","):
            if not part.strip():
                continue
            match = re.fullmatch(r"\s*(\d+)\s*(?:-\s*(\d*))?\s*", part)
            first, last = (int(match[1]), match[2]) if match else (0, None)
            final = first if match and last is None else int(last) if last else 2**31
            if not match or first < 1 or final < first:
                raise UsageError(f"--rows {part.strip()!r} is no row number or range.", "For example: --rows 5-20,31")
            ranges.append((first, final))
        return cls(tuple(ranges), limit, sample)

    def batches(self, contacts: ContactList) -> Iterator[list[Contact]]:
        """Raises UsageError when it comes to nobody."""
        chosen: Iterator[Contact] = islice(self._in_ranges(contacts), self.limit)
        if self.sample is not None:
            drawn = self._draw(sum(1 for _ in islice(self._in_ranges(contacts), self.limit)))
            chosen = (contact for place, contact in enumerate(chosen) if place in drawn)
        found = False
        while batch := list(islice(chosen, BATCH)):
            found = True
            yield batch
        if not found:
            raise UsageError("No row of the list is chosen.", "Row numbers are those of the spreadsheet: see --rows.")

    def _in_ranges(self, contacts: ContactList) -> Iterator[Contact]:
        rows = (contact for batch in contacts.batches() for contact in batch)
        if not self.ranges:
            return rows
        return (contact for contact in rows if any(first <= contact.row <= last for first, last in self.ranges))

    def _draw(self, count: int) -> set[int]:
        chance = random.Random(_SEED)  # noqa: S311 - a sample, no secret
        return set(chance.sample(range(count), min(self.sample or 0, count)))


ALL = Selection()

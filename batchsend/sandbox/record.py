"""What the practice gateway accepted: the truth a run is compared with."""

import json
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """One accepted message.

    number: its place in the order of acceptance, from 1; provider: whose dialect it came in; to, text: exactly
    as they arrived; body: the whole request body as it was understood; time_utc: when it was accepted.
    """

    number: int
    provider: str
    to: str
    text: str
    body: dict[str, object]
    time_utc: datetime

    def as_dict(self) -> dict[str, object]:
        """The same as plain values, ready for JSON."""
        return {
            "number": self.number,
            "provider": self.provider,
            "to": self.to,
            "text": self.text,
            "body": self.body,
            "time_utc": self.time_utc.isoformat(timespec="milliseconds"),
        }


class Record:
    """Every accepted message, in memory and, if there is a path, as lines of JSON appended to that file.

    Threads may share it. A line has reached the operating system when `add` returns. The file is opened for
    each line, so there is nothing to close and a file moved away starts anew.
    """

    def __init__(self, path: Path | None = None, clock: Callable[[], datetime] = _now) -> None:
        self.path = path
        self._clock = clock
        self._lock = threading.Lock()
        self._accepted: list[Accepted] = []
        self._last_number = 0

    def check(self) -> None:
        """Raises OSError if the file cannot be written; creates it empty if it is not there."""
        self._append("")

    def add(self, provider: str, *, to: str, text: str, body: dict[str, object]) -> Accepted:
        """Remembers one message. Raises OSError, and remembers nothing, if the file cannot be written."""
        with self._lock:
            accepted = Accepted(
                number=self._last_number + 1,
                provider=provider,
                to=to,
                text=text,
                body=body,
                time_utc=self._clock(),
            )
            if self.path is not None:
                self._append(json.dumps(accepted.as_dict()) + "\n")
            self._last_number = accepted.number
            self._accepted.append(accepted)
        return accepted

    def accepted(self) -> list[Accepted]:
        """The messages so far, in the order they were accepted."""
        with self._lock:
            return list(self._accepted)

    def count_by_number(self) -> dict[str, int]:
        """How many messages each phone number got."""
        return dict(Counter(each.to for each in self.accepted()))

    def clear(self) -> None:
        """Forgets the messages in memory. The file keeps its lines, and numbering goes on."""
        with self._lock:
            self._accepted.clear()

    def _append(self, line: str) -> None:
        if self.path is not None:
            with self.path.open("a", encoding="ascii", newline="\n") as file:
                file.write(line)

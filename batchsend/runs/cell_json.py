"""Original cells as JSON text for the ledger: plain values as they are, dates and times tagged."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from types import MappingProxyType
from typing import Any

from batchsend.contacts.contact import Cell

_READERS: Mapping[str, Callable[[Any], Cell]] = {
    "datetime": datetime.fromisoformat,
    "date": date.fromisoformat,
    "time": time.fromisoformat,
    "seconds": lambda seconds: timedelta(seconds=seconds),
}


@dataclass(frozen=True, slots=True)
class _Formatted:
    cell: Cell
    format: str


def dump_cells(cells: Sequence[Cell], formats: Mapping[int, str] = MappingProxyType({})) -> str:
    """formats: the number formats of cells, by position."""
    if formats:
        cells = [_Formatted(cell, formats[i]) if i in formats else cell for i, cell in enumerate(cells)]  # type: ignore[misc]
    text = json.dumps(cells, default=_tagged, ensure_ascii=False, separators=(",", ":"))
    try:
        text.encode()
    except UnicodeEncodeError:  # half a character, which only an escape can keep
        return json.dumps(cells, default=_tagged, separators=(",", ":"))
    return text


def load_cells(text: str) -> tuple[Cell, ...]:
    return load(text)[0]


def load(text: str) -> tuple[tuple[Cell, ...], dict[int, str]]:
    """The cells, and the number formats of those that have one."""
    values = _DECODER.decode(text)
    formats = {i: value.format for i, value in enumerate(values) if isinstance(value, _Formatted)}
    return tuple(value.cell if isinstance(value, _Formatted) else value for value in values), formats


def dump_shown(shown: Mapping[int, str]) -> str:
    """The texts of formatted cells; "" when there are none."""
    return json.dumps(shown) if shown else ""


def load_shown(text: str) -> dict[int, str]:
    return {int(column): seen for column, seen in json.loads(text).items()} if text else {}


def _tagged(cell: object) -> dict[str, Any]:
    match cell:
        case datetime():
            return {"datetime": cell.isoformat()}
        case date():
            return {"date": cell.isoformat()}
        case time():
            return {"time": cell.isoformat()}
        case timedelta():
            return {"seconds": cell.total_seconds()}
        case _Formatted():
            return {"cell": cell.cell, "format": cell.format}
    raise TypeError(f"not a cell: {cell!r}")


def _untagged(tagged: dict[str, Any]) -> Cell | _Formatted:
    if len(tagged) == 2:
        return _Formatted(**tagged)
    ((tag, value),) = tagged.items()
    return _READERS[tag](value)


_DECODER = json.JSONDecoder(object_hook=_untagged)  # json.loads would make one for every row

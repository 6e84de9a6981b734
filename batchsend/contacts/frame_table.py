"""A pandas DataFrame as a list of contacts, for programs that use batchsend as a library."""

from collections.abc import Iterator
from datetime import date, time, timedelta
from pathlib import Path
from typing import Any

import pandas as pd

from batchsend.contacts.contact import Cell
from batchsend.contacts.source import Row, Source


class FrameTable:
    """Row 1 is the column names, and the first record is row 2, as if the frame had been saved as a spreadsheet.

    The index is no column: use reset_index() first when it means something.
    """

    merged = ()

    def __init__(self, frame: pd.DataFrame, name: str) -> None:
        self._frame = frame
        self.source = Source(Path(name), "DataFrame")

    def rows(self) -> Iterator[Row]:
        yield Row(1, tuple(str(column) for column in self._frame.columns))
        for number, values in enumerate(self._frame.itertuples(index=False, name=None), start=2):
            yield Row(number, tuple(map(_cell, values)))


def _cell(value: Any) -> Cell:
    """A plain Python value: numpy's and pandas' own types are unwrapped, NaN, NaT and NA are empty cells."""
    if isinstance(value, pd.Timestamp):
        return None if pd.isna(value) else value.to_pydatetime(warn=False)
    if isinstance(value, pd.Timedelta):
        return value.to_pytimedelta()
    if hasattr(value, "item") and not isinstance(value, str):
        value = value.item()
    if value is None or value is pd.NA or value is pd.NaT or value != value:  # only NaN is not itself
        return None
    return value if isinstance(value, str | bool | int | float | date | time | timedelta) else str(value)

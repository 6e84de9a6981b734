"""A contact list that can be streamed more than once."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from batchsend.contacts.contact import Contact, RowProblem, is_empty
from batchsend.contacts.file_kind import open_table
from batchsend.contacts.header_row import Header, find_header
from batchsend.contacts.headers import Columns, field_names, find_columns, fold
from batchsend.contacts.source import ReadOptions, Row, Source, Table
from batchsend.errors import ContactsRefused

if TYPE_CHECKING:
    import pandas as pd

BATCH = 2_000
"""Contacts in a batch: the unit in which lists move through every room."""

_CUT_OFF = frozenset({65_535, 65_536, 1_048_575, 1_048_576})
_TOTALS = frozenset(
    """
    total totals grandtotal subtotal sum count average totaal summe gesamt gesamtsumme somme totale suma totalgeneral
    """.split()
)
_MAYBE_TOTAL = re.compile("tot|su[mb]|som|count|aver|gesamt", re.IGNORECASE)
"""A quick look before the careful one: nearly every row is a person."""
_PHONE_DIGITS = 7
_NAMED = 10


@dataclass(slots=True)
class ContactList:
    """headers: the header cells as text, "" for a column without one. fields: their template names.

    header_row: as a person counts, 0 for a list without one. table: the rows of the file, header included.
    warnings: sentences for a person; what shows only at the end of the file is there once it was read to its end.
    """

    table: Table
    headers: tuple[str, ...]
    fields: tuple[str, ...]
    columns: Columns
    header_row: int
    skip_hidden: bool = False
    warnings: list[str] = field(default_factory=list)

    @property
    def source(self) -> Source:
        return self.table.source

    @property
    def ambiguous_fields(self) -> set[str]:
        """Template names that several columns would have."""
        keys = [fold(header) for header in self.headers if header]
        return {key for key in keys if keys.count(key) > 1}

    @property
    def ignored_columns(self) -> list[int]:
        """Positions of the columns without a header: no template can name them."""
        return [i for i, name in enumerate(self.fields) if not name]

    def batches(self, size: int = BATCH) -> Iterator[list[Contact]]:
        """All contacts below the header, in order. Wholly empty rows are no contacts; numbers never shift."""
        contacts = self._contacts()
        while batch := list(islice(contacts, size)):
            yield batch

    def _contacts(self) -> Iterator[Contact]:
        last, width = 0, len(self.headers)
        short: list[int] = []
        for row in self.table.rows():
            if row.number > self.header_row and not all(map(is_empty, row.cells)):
                last = row.number
                if len(row.cells) < width and len(short) <= _NAMED:
                    short.append(row.number)
                yield self._contact(row)
        self._warn_if_cut_off(last)
        if short:
            rows = ", ".join(f"{number:,}" for number in short[:_NAMED]) + (", ..." if len(short) > _NAMED else "")
            self._warn(f"rows with fewer cells than columns, so that the last ones are taken for empty: {rows}")

    def _contact(self, row: Row) -> Contact:
        width = len(self.headers)
        cells = row.cells[:width]
        if len(cells) < width:
            cells += (None,) * (width - len(cells))
        surplus = row.cells[width:]
        problem = None
        if not all(map(is_empty, surplus)):
            cells, problem = row.cells, RowProblem.EXTRA_CELLS
        elif row.hidden and self.skip_hidden:
            problem = RowProblem.HIDDEN
        elif self._is_merged(row.number):
            problem = RowProblem.MERGED
        elif self._is_total(row):
            problem = RowProblem.TOTAL
        if not row.shown:
            return Contact(row.number, cells, problem)
        return Contact(row.number, cells, problem, row.shown, row.formats)

    def _is_merged(self, row: int) -> bool:
        """Only the first cell of a merged area has the value: the others would fall back to the default country."""
        used = {*self.columns.phone, self.columns.country, self.columns.id}
        return any(
            top + 1 < row <= bottom + 1 and any(left <= column <= right for column in used if column is not None)
            for (top, left), (bottom, right) in self.table.merged
        )

    def _is_total(self, row: Row) -> bool:
        """`Total: 41` in the first filled cell, and no phone number in the phone columns."""
        first = next(cell for cell in row.cells if not is_empty(cell))
        if not isinstance(first, str) or not _MAYBE_TOTAL.search(first):
            return False
        if fold(first).rstrip("_0123456789").replace("_", "") not in _TOTALS:
            return False
        phones = [str(row.cells[column]) for column in self.columns.phone if column < len(row.cells)]
        return all(sum(map(str.isdigit, phone)) < _PHONE_DIGITS for phone in phones)

    def _warn_if_cut_off(self, last: int) -> None:
        if last in _CUT_OFF or last - self.header_row in _CUT_OFF:
            sentence = (
                f"the list ends at row {last:,}, just where spreadsheet programs stop: "
                "people may have been cut off when it was exported"
            )
            self._warn(sentence)

    def _warn(self, sentence: str) -> None:
        if sentence not in self.warnings:
            self.warnings.append(sentence)


def open_contacts(path: Path, options: ReadOptions | None = None, *, empty_is_fine: bool = False) -> ContactList:
    """Opens a list and finds its header and columns; reads no further than it needs for that.

    Raises ContactsRefused when the file is no list of contacts or needs a decision, UsageError when an option does
    not fit it.
    """
    options = options or ReadOptions()
    return _contacts_of(open_table(path, options), options, empty_is_fine=empty_is_fine)


def contacts_from_frame(
    frame: "pd.DataFrame", options: ReadOptions | None = None, name: str = "DataFrame"
) -> ContactList:
    """The rows of a pandas DataFrame as contacts; the first record is row 2. name: for messages and the workbook.

    Raises what open_contacts raises.
    """
    from batchsend.contacts.frame_table import FrameTable  # pandas takes longer to import than all else

    return _contacts_of(FrameTable(frame, name), options or ReadOptions())


def _contacts_of(table: Table, options: ReadOptions, *, empty_is_fine: bool = False) -> ContactList:
    header = find_header(table, options)
    contacts = ContactList(
        table,
        header.cells,
        field_names(header.cells),
        _columns(header, options),
        header.row,
        skip_hidden=options.hidden == "skip",
        warnings=[*table.source.warnings, *header.warnings],
    )
    _settle_hidden(contacts, options)
    if not empty_is_fine and next(contacts.batches(1), None) is None:
        raise ContactsRefused(f"{table.source.name} has a header but no contacts below it (row {header.row}).")
    return contacts


def _columns(header: Header, options: ReadOptions) -> Columns:
    columns = find_columns(header.cells, options.mapping)
    for role, used in (("phone", columns.phone), ("country", (columns.country,)), ("id", (columns.id,))):
        for column in used:
            name = "" if column is None else fold(header.cells[column])
            if name and [fold(cell) for cell in header.cells].count(name) > 1:
                raise ContactsRefused(
                    f"More than one column is called {header.cells[column or 0]!r}, and it is the {role} column.",
                    "Rename one of them in the file, then try again.",
                )
    return columns


def _settle_hidden(contacts: ContactList, options: ReadOptions) -> None:
    """People hide rows to leave them out: who hid some must say what is meant."""
    source = contacts.source
    if source.hidden_rows and options.hidden is None:
        raise ContactsRefused(
            f"{source.hidden_rows:,} rows of {source.name} are hidden (the first is row {source.first_hidden_row:,}).",
            "Say what to do with the people in them: --hidden skip leaves them out, --hidden include writes to them.",
        )
    hidden = [contacts.headers[i] or "(no header)" for i in source.hidden_columns if i < len(contacts.headers)]
    if hidden:
        contacts.warnings.append(f"hidden columns are read like the others: {', '.join(hidden)}")

"""A contact list that can be streamed more than once."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from batchsend.contacts.contact import Cell, Contact, RowProblem, display, is_empty
from batchsend.contacts.headers import Columns, Role, field_names, find_columns, plays
from batchsend.contacts.sheet_table import SheetTable
from batchsend.contacts.source import ReadOptions, Row, Source, Table
from batchsend.contacts.text_table import TextTable
from batchsend.errors import ContactsRefused

BATCH = 2_000
"""Contacts in a batch: the unit in which lists move through every room."""

_HEADER_WITHIN = 30


@dataclass(frozen=True, slots=True)
class ContactList:
    """headers: the header cells as text, "" for a column without one. fields: their template names.

    header_row: as a person counts. table: the rows of the file, header included.
    """

    table: Table
    headers: tuple[str, ...]
    fields: tuple[str, ...]
    columns: Columns
    header_row: int

    @property
    def source(self) -> Source:
        return self.table.source

    def batches(self, size: int = BATCH) -> Iterator[list[Contact]]:
        """All contacts below the header, in order. Wholly empty rows are no contacts; numbers never shift."""
        contacts = (
            self._contact(number, cells)
            for number, cells in self.table.rows()
            if number > self.header_row and not all(map(is_empty, cells))
        )
        while batch := list(islice(contacts, size)):
            yield batch

    def _contact(self, row: int, cells: tuple[Cell, ...]) -> Contact:
        width = len(self.headers)
        kept = (*cells[:width], *(None,) * (width - len(cells)))
        surplus = cells[width:]
        if all(map(is_empty, surplus)):
            return Contact(row, kept)
        return Contact(row, (*kept, *surplus), RowProblem.EXTRA_CELLS)


def open_contacts(path: Path, options: ReadOptions | None = None) -> ContactList:
    """Opens a list and finds its header and columns; reads no further than the header.

    Raises ContactsRefused when the file is no list of contacts, UsageError when an option does not fit it.
    """
    options = options or ReadOptions()
    table = _table(path, options)
    header_row, cells = _find_header(table, options)
    headers = tuple(display(cell) for cell in cells)
    while headers and not headers[-1]:
        headers = headers[:-1]
    contacts = ContactList(table, headers, field_names(headers), find_columns(headers, options.mapping), header_row)
    if next(contacts.batches(1), None) is None:
        raise ContactsRefused(f"{path.name} has a header but no contacts below it (row {header_row}).")
    return contacts


def _table(path: Path, options: ReadOptions) -> Table:
    if path.is_dir():
        raise ContactsRefused(f"{path} is a folder.", "Name the file with the contacts in it.")
    if not path.exists():
        raise ContactsRefused(f"{path} does not exist.", "Check the name; drag the file into the terminal.")
    try:
        with path.open("rb") as file:
            magic = file.read(8)
    except OSError as error:
        raise ContactsRefused(f"{path} cannot be opened: {error.strerror}.") from None
    if not magic:
        raise ContactsRefused(f"{path.name} is empty (0 bytes).")
    if magic.startswith(b"%PDF"):
        raise ContactsRefused(f"{path.name} is a PDF document, not a spreadsheet.", "Export the list as .xlsx.")
    if magic.startswith((b"PK", b"\xd0\xcf\x11\xe0")):
        return SheetTable(path, options)
    return TextTable(path, options)


def _find_header(table: Table, options: ReadOptions) -> Row:
    """The row of column names: the one named, else the first with a phone column in it, else the first filled."""
    filled = (row for row in table.rows() if not all(map(is_empty, row[1])))
    if options.header_row is not None:
        for row in filled:
            if row[0] == options.header_row:
                return row
        raise ContactsRefused(f"Row {options.header_row} of {table.source.name} is empty or does not exist.")
    first = list(islice(filled, _HEADER_WITHIN))
    if not first:
        raise ContactsRefused(f"{table.source.name} has nothing in it.")
    for row in first:
        if any(plays(Role.PHONE, cell) for cell in row[1]):
            return row
    return first[0]

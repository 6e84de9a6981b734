"""Delimited text files: .csv, .tsv, .txt."""

import codecs
import csv
import io
import re
from collections.abc import Iterator, Sequence
from itertools import count
from pathlib import Path
from typing import NoReturn

from batchsend.contacts.dialects import FIELD, NO_DELIMITER, find_dialect, looks_like_a_row, mended
from batchsend.contacts.encodings import find_encoding
from batchsend.contacts.source import ReadOptions, Row, Source
from batchsend.errors import ContactsRefused, UsageError

_HEAD = 256 * 1024
_MANY_LINES = 200
_NOT_A_LIST_IN_A_CELL = 5

_UNREADABLE = "\udfff"
"""Stands for bytes that are no text in the file's encoding; no text holds it."""

codecs.register_error("batchsend-mark", lambda error: (_UNREADABLE, getattr(error, "end", 0)))


class TextTable:
    """A delimited text file; its encoding, delimiter and quoting are found out where the person did not name them.

    Row numbers count records, as a spreadsheet that opens the file does: an empty line is a row, a line break
    inside quotes is not, and a first line `sep=;` is none. Cells are strings exactly as they stand in the file.
    """

    def __init__(self, path: Path, options: ReadOptions) -> None:
        self._path = path
        self._found_as = self._state()
        if options.delimiter is not None and (len(options.delimiter) != 1 or options.delimiter in '\r\n"'):
            raise UsageError(f"--delimiter {options.delimiter!r} is not one character that can separate columns.")
        self._encoding = find_encoding(path, options.encoding)
        self._dialect = find_dialect(self._head(), options.delimiter, self._encoding.escapes)
        delimiter = self._dialect.delimiter
        self.source = Source(
            path,
            {"\t": "TSV", NO_DELIMITER: "text"}.get(delimiter, "CSV"),
            encoding=self._encoding.name,
            delimiter="" if delimiter == NO_DELIMITER else delimiter,
            sample=self._encoding.sample,
            warnings=(*self._encoding.warnings, *self._nul_warning()),
        )
        if not self._encoding.sound:
            self._refuse_unreadable()
        self._check_unchanged()

    @property
    def merged(self) -> Sequence[tuple[tuple[int, int], tuple[int, int]]]:
        return ()

    def rows(self) -> Iterator[Row]:
        self._check_unchanged()
        with self._open("strict") as file:
            try:
                yield from self._parsed(self._lines(file))
            except UnicodeError:
                self._check_unchanged()
                self._refuse_unreadable()
        self._check_unchanged()

    def _open(self, errors: str) -> io.TextIOWrapper:
        try:
            file = self._path.open("rb")
        except OSError as error:
            raise ContactsRefused(f"{self._path.name} cannot be opened: {error.strerror}.") from None
        file.seek(self._encoding.mark)
        return io.TextIOWrapper(file, self._encoding.name, errors, newline="")

    def _head(self) -> str:
        with self._open("replace") as file:
            try:
                text = file.read(_HEAD)
            except UnicodeError:  # a codec with shift states can fail all the same; the file will be refused
                return ""
        if len(text) == _HEAD:
            text = text[: max(text.rfind("\n"), text.rfind("\r")) + 1] or text
        return text.replace("\0", "")

    def _lines(self, file: io.TextIOWrapper, *, nuls: bool = False) -> Iterator[str]:
        """Lines as csv needs them; only \\n, \\r and \\r\\n end one."""
        if self._dialect.sep_line:
            file.readline()
        lines: Iterator[str] = file
        if self._encoding.nuls and not nuls:
            lines = (line.replace("\0", "") for line in lines)
        return map(self._keep_backslashes, lines) if self._dialect.escape else lines

    def _keep_backslashes(self, line: str) -> str:
        """Doubles a backslash that escapes nothing, as in C:\\new: csv would drop it."""
        if "\\" not in line:
            return line
        escaped = self._dialect.quote, self._dialect.delimiter, "\\"
        return re.sub(r"\\(.|\n|\Z)", lambda m: m[0] if m[1] in escaped else "\\" + m[0], line)

    def _parsed(self, lines: Iterator[str]) -> Iterator[Row]:
        """The rows. `pending` holds the lines since the last one, for what csv cannot read as it stands."""
        pending: list[str] = []
        reader = self._dialect.reader(self._watched(lines, pending))
        for number in count(1):
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                cells = self._mend(number, lines, pending, error)
            except _Unclosed:
                self._refuse_unclosed(number)
            if len(pending) > 1:
                self._check_swallowed(number, pending)
            del pending[:]
            yield Row(number, tuple(cells))

    def _watched(self, lines: Iterator[str], pending: list[str]) -> Iterator[str]:
        for line in lines:
            pending.append(line)
            if len(pending) % _MANY_LINES == 0:
                below = pending[1:]
                if sum(looks_like_a_row(line, self._dialect) for line in below) * 2 > len(below):
                    raise _Unclosed
            yield line

    def _mend(self, number: int, lines: Iterator[str], pending: list[str], error: csv.Error) -> list[str]:
        """The cells of a row with a quote where none should be; csv has given up on its last line."""
        if "field limit" in str(error) or sum(map(len, pending)) > 2 * FIELD:
            raise ContactsRefused(
                f"{self._path.name}: a cell of row {number} has more than {FIELD:,} characters.",
                f"Look for a quote ({self._dialect.quote}) that is opened in that row and not closed.",
            )
        while (cells := mended("".join(pending), self._dialect)) is None:
            line = next(lines, None)
            if line is None or len(pending) > _MANY_LINES or len(line) > FIELD:
                self._refuse_unclosed(number)
            pending.append(line)
        return cells

    def _check_swallowed(self, number: int, pending: Sequence[str]) -> None:
        """A cell over several lines that are rows of the list: its quote was never closed, and people are in it."""
        first, *inside, last = pending
        rows = sum(looks_like_a_row(line, self._dialect) for line in inside)
        if self._dialect.width == 1:
            swallowed = rows >= _NOT_A_LIST_IN_A_CELL
        else:
            swallowed = rows > 0 or all(looks_like_a_row(line, self._dialect) for line in (first, last))
        if swallowed:
            self._refuse_unclosed(number)

    def _refuse_unclosed(self, number: int) -> NoReturn:
        raise ContactsRefused(
            f"{self._path.name}: a quote ({self._dialect.quote}) is opened in row {number} and not closed, "
            "so the rows below it would become part of one cell.",
            "Open the file in a text editor and close or remove the quote, or export the list again.",
        )

    def _refuse_unreadable(self) -> NoReturn:
        number = self._first_row_with(_UNREADABLE)
        where = f"row {number} holds bytes" if number else "it holds bytes"
        raise ContactsRefused(
            f"{self._path.name} cannot be read as {self._encoding.name}: {where} that are no text in it.",
            "Save it again as 'CSV UTF-8' or .xlsx, or name its encoding, such as --encoding cp1252",
        )

    def _nul_warning(self) -> tuple[str, ...]:
        if not self._encoding.nuls:
            return ()
        number = self._first_row_with("\0")
        return (f"The file has NUL characters, the first in row {number}; they were left out.",) if number else ()

    def _first_row_with(self, character: str) -> int | None:
        with self._open("batchsend-mark") as file:
            rows = self._parsed(self._lines(file, nuls=True))
            try:
                return next((row.number for row in rows if any(character in str(cell) for cell in row.cells)), None)
            except UnicodeError:
                return None

    def _state(self) -> tuple[int, int, int, int]:
        try:
            now = self._path.stat()
        except OSError as error:
            raise ContactsRefused(f"{self._path.name} cannot be opened: {error.strerror}.") from None
        return now.st_size, now.st_mtime_ns, now.st_ino, now.st_dev

    def _check_unchanged(self) -> None:
        if self._state() != self._found_as:
            raise ContactsRefused(
                f"{self._path.name} changed while it was read.",
                "Wait until it is saved or downloaded completely, then try again.",
            )


class _Unclosed(Exception):
    """A cell runs over too many lines that look like rows."""

"""Delimited text files."""

import csv
import io
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from batchsend.contacts.source import ReadOptions, Row, Source
from batchsend.errors import ContactsRefused

_DELIMITERS = (",", ";", "\t", "|")
_SAMPLE_BYTES = 64 * 1024
_FIELD_CHARACTERS = 1_000_000


class TextTable:
    """A .csv file in UTF-8, with or without a byte order mark.

    Row numbers count records, as a spreadsheet that opens the file does: an empty line is a row, a line break
    inside quotes is not.
    """

    merged = ()

    def __init__(self, path: Path, options: ReadOptions) -> None:
        encoding = options.encoding or "utf-8"
        sample = self._sample(path, encoding)
        self._encoding = "utf-8-sig" if encoding.lower() in {"utf-8", "utf8"} else encoding
        self._delimiter = options.delimiter or find_delimiter(sample)
        self.source = Source(path, "CSV", encoding=encoding, delimiter=self._delimiter)

    @staticmethod
    def _sample(path: Path, encoding: str) -> str:
        with path.open("rb") as file:
            head = file.read(_SAMPLE_BYTES)
        if b"\0" in head:
            raise ContactsRefused(
                f"{path.name} is neither a text file nor an Excel workbook.",
                "Save the list as .xlsx or .csv.",
            )
        try:
            return head.decode(encoding, errors="ignore")
        except LookupError:
            raise ContactsRefused(f"There is no text encoding called {encoding!r}.") from None

    def rows(self) -> Iterator[Row]:
        csv.field_size_limit(_FIELD_CHARACTERS)
        with self.source.path.open(encoding=self._encoding, newline="") as file:
            reader = csv.reader(file, delimiter=self._delimiter)
            number = 0
            try:
                for number, cells in enumerate(reader, start=1):
                    yield Row(number, tuple(cells))
            except UnicodeDecodeError as error:
                raise ContactsRefused(
                    f"{self.source.name} is not in {self._encoding.removesuffix('-sig').upper()}: "
                    f"the text after row {number} cannot be read (byte {error.start}).",
                    "Save it again as 'CSV UTF-8', or name its encoding: --encoding cp1252",
                ) from None
            except csv.Error as error:
                raise ContactsRefused(f"{self.source.name}, after row {number}: {error}.") from None


def find_delimiter(sample: str) -> str:
    """The delimiter under which most of the sample's rows have the same number of columns, and the most of them."""
    return max(_DELIMITERS, key=lambda delimiter: _consistency(sample, delimiter))


def _consistency(sample: str, delimiter: str) -> tuple[float, int]:
    try:
        widths = [len(row) for row in csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter) if row]
    except csv.Error:
        return 0.0, 0
    if not widths:
        return 0.0, 0
    width, count = Counter(widths).most_common(1)[0]
    return (count / len(widths), width) if width > 1 else (0.0, 1)

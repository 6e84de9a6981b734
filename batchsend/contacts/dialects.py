"""How a text file is cut into cells: every plausible way is tried on the beginning of the file, and judged.

A way is good when the rows come out equally wide, the cells look like things a contact list holds, and one row
looks like a header with a phone column. Lines above that header do not count.
"""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import islice

from batchsend.contacts.headers import Role, plays

Cells = Sequence[str]

SEVERAL_CELLS = ",;\t|"
SELDOM = "^~:"
NO_DELIMITER = "\ufdd0"
"""Never a character of a text: what "separates" the columns of a list that has only one."""

FIELD = 1_000_000
"""Characters in a cell; a longer one is no cell."""

_ROWS = 1_000
_TYPED_ROWS = 100
_HEADER_WITHIN = 30
_ONE_COLUMN = 0.25
_SURE = 0.9
_MENDED = 50
_CELL = 100

_SEP_LINE = re.compile(r'\A"?sep=(.)"?(?:\r\n|\r|\n|\Z)', re.IGNORECASE)
_DELIMITER_AT_QUOTE = re.compile(r'"[,;\t|]|[,;\t|]"')
_PHONE = re.compile(r"[\s'=\"]*\+?[\d\s().+/-]{5,}")
_KINDS = re.compile(
    r"\s*|[+-]?\d[\d ]*(?:[.,]\d+)*\s?[%€$£]?"  # a number, perhaps with a decimal comma
    r"|\d{1,4}([./-])\d{1,2}\1\d{1,4}(?:[ T][\d:.]+)?"  # a date
    r"|[^@\s,;|]+@[^@\s,;|]+\.\w+|https?://\S+"  # an address
    r"|[^\W\d_][^,;\t|^~\"]*"  # words
)


@dataclass(frozen=True, slots=True)
class Dialect:
    """delimiter: NO_DELIMITER for one column. escape: quotes inside quotes stand behind a backslash.

    spaced: the opening quote may stand behind delimiter and space. sep_line: the first line only names the delimiter.
    width: the number of columns of most rows. phone: the position of the phone column, where the header names one.
    """

    delimiter: str
    quote: str = '"'
    escape: bool = False
    spaced: bool = False
    sep_line: bool = False
    width: int = 1
    phone: int | None = None

    def reader(self, lines: Iterable[str], *, strict: bool = True) -> Iterator[list[str]]:
        csv.field_size_limit(FIELD)
        return csv.reader(
            lines,
            delimiter=self.delimiter,
            quotechar=self.quote,
            escapechar="\\" if self.escape else None,
            skipinitialspace=self.spaced,
            strict=strict,
        )


def find_dialect(text: str, wanted: str | None = None, escapes: Sequence[str] = ()) -> Dialect:
    """The dialect of a file that begins with `text`.

    wanted: the delimiter the person named. escapes: lines of the file in which a backslash precedes a quote.
    """
    named = _SEP_LINE.match(text)
    if named:
        text = text[named.end() :]
        wanted = wanted or named[1]
    found = max(
        (_judged(dialect, text, escapes) for dialect in _candidates(text, wanted, escapes)), key=lambda pair: pair[0]
    )[1]
    return replace(found, sep_line=named is not None)


def _candidates(text: str, wanted: str | None, escapes: Sequence[str]) -> Iterator[Dialect]:
    delimiters = [wanted] if wanted else [c for c in SEVERAL_CELLS + SELDOM if c in text]
    if not wanted:
        delimiters.append(NO_DELIMITER)
        if _quotes(text, " ", '"') > text.count("\n") / 2 and not _DELIMITER_AT_QUOTE.search(text):
            delimiters.append(" ")
    for delimiter in delimiters:
        plain = Dialect(delimiter)
        yield plain
        if escapes and delimiter != "\\" and _escapes_quotes(plain, text, escapes):
            yield replace(plain, escape=True)
        if f'{delimiter} "' in text and delimiter != " ":
            yield replace(plain, spaced=True)
        if _only_single_quotes(text, delimiter):
            yield replace(plain, quote="'")
            if "\\'" in text:
                yield replace(plain, quote="'", escape=True)


def _escapes_quotes(plain: Dialect, text: str, escapes: Sequence[str]) -> bool:
    """Whether fewer rows are malformed when a backslash escapes; C:\\dir\\ in quotes escapes nothing."""
    escaped = replace(plain, escape=True)
    with_it, without = (sum(_parse(way, part)[1] for part in (text, *escapes)) for way in (escaped, plain))
    return with_it < without


def _quotes(text: str, delimiter: str, quote: str) -> int:
    """How many cells are wholly in quotes."""
    side = rf"(?:^|(?<={re.escape(delimiter)}))", rf"(?={re.escape(delimiter)}|\r|\n|\Z)"
    return len(re.findall(rf"{side[0]}{quote}[^{quote}\r\n]+{quote}{side[1]}", text, re.MULTILINE))


def _only_single_quotes(text: str, delimiter: str) -> bool:
    """A cell that begins with an apostrophe is often a number kept as text; quotes come in pairs and often."""
    found = 0 if delimiter == "'" else _quotes(text, delimiter, "'")
    return found >= 2 and found * 3 > text.count("\n") and not _quotes(text, delimiter, '"')


def _judged(dialect: Dialect, text: str, escapes: Sequence[str]) -> tuple[float, Dialect]:
    rows, broken = _parse(dialect, text)
    if escapes:
        broken += _parse(dialect, "".join(escapes))[1]
    filled = [row for row in rows if any(cell.strip() for cell in row)]
    if not filled:  # delimiters and nothing else: a file with nothing in it
        return float(dialect.delimiter != NO_DELIMITER), dialect
    start, width, phone = _header(filled)
    below = filled[start:]
    even = _evenness(below, width)
    whole = len(filled) / (len(filled) + broken)
    found = replace(dialect, width=width, phone=phone)
    if width == 1:
        trailing = sum(len(row) > 1 for row in below) / len(below)
        used = 1.0 if dialect.delimiter == NO_DELIMITER else 0.5 + 0.9 * trailing
        return _ONE_COLUMN * used * even * whole, found
    if dialect.delimiter in SELDOM and even < _SURE:
        return 0.0, found
    cells = [cell for row in below[:_TYPED_ROWS] for cell in row]
    typed = sum(_is_phone(cell) or _KINDS.fullmatch(cell[:_CELL].strip()) is not None for cell in cells) / len(cells)
    score = even * even * typed * (1 - 1 / (2 * width)) * whole
    if phone is not None:
        score += 0.5 * even * whole
    return score * (0.5 if dialect.delimiter in SELDOM else 1.0) * (0.99 if dialect.spaced else 1.0), found


def _is_phone(cell: str) -> bool:
    return len(cell) < _CELL and _PHONE.fullmatch(cell) is not None


def _parse(dialect: Dialect, text: str) -> tuple[list[Cells], int]:
    """The rows, and how many were not well formed under this dialect."""
    pending: list[str] = []

    def lines() -> Iterator[str]:
        for line in io.StringIO(text, newline=""):
            pending.append(line)
            yield line

    reader = dialect.reader(lines())
    rows: list[Cells] = []
    broken = 0
    while len(rows) < _ROWS and broken < _ROWS:
        try:
            rows.append(next(reader))
        except StopIteration:
            break
        except csv.Error:
            broken += 1
            rows.append(mended("".join(pending[:_MENDED]), dialect) or ())
        del pending[:]
    return rows, broken


def _header(rows: Sequence[Cells]) -> tuple[int, int, int | None]:
    """Where the table begins, its width, and its phone column: a header of one cell may also be a title."""
    for start, row in enumerate(islice(rows, _HEADER_WITHIN)):
        phones = [i for i, cell in enumerate(row) if plays(Role.PHONE, cell)]
        if phones and len(row) > 1:
            return start, _without_empty_end(row), phones[0]
    widths = Counter(_without_empty_end(row) for row in rows)
    width = max(widths, key=lambda width: (widths[width], width))
    start = next(i for i, row in enumerate(rows) if _without_empty_end(row) == width)
    return (start if start < _HEADER_WITHIN else 0), width, None


def _evenness(rows: Sequence[Cells], width: int) -> float:
    """The share of rows that fit; rows that are even among themselves but not with the header count nearly as much."""
    fitting = sum(_fit(row, width) for row in rows)
    alike = max(Counter(len(row) for row in rows[1:] if len(row) > 1).values(), default=0) if len(rows) > 2 else 0
    return max(fitting, 0.8 * alike) / len(rows)


def _without_empty_end(row: Cells) -> int:
    width = len(row)
    while width > 1 and not row[width - 1].strip():
        width -= 1
    return width


def _fit(row: Cells, width: int) -> float:
    """1 for a row of that width, also when only empty cells are missing or too many."""
    if len(row) == width or (len(row) > width and not any(cell.strip() for cell in row[width:])):
        return 1.0
    return 0.4 if 1 < len(row) < width else 0.0


def looks_like_a_row(line: str, dialect: Dialect) -> bool:
    """Whether a line on its own would be a row of the list: as wide, with a phone number in its place."""
    plain = line.rstrip("\r\n")
    if plain.count(dialect.delimiter) < dialect.width - 1:
        return False
    ways = [plain.split(dialect.delimiter), next(dialect.reader([plain], strict=False), [])]
    for cells in ways:
        if _fit(cells, dialect.width) == 1.0:
            places = cells if dialect.phone is None else cells[dialect.phone : dialect.phone + 1]
            if any(_is_phone(cell.strip(dialect.quote + " ")) for cell in places):
                return True
    return False


def mended(text: str, dialect: Dialect) -> list[str] | None:
    """The cells of a row whose quotes are not all at the ends of cells, as in `"Ion "Gica" Pop",0722`.

    A quote closes a cell only where the cell can end. None when the last cell is still open.
    """
    before, ends, runs = _patterns(dialect)
    cells: list[str] = []
    at = 0
    while True:
        begin = _end(before, text, at)
        if text.startswith(dialect.quote, begin):
            closing = _closing(text, begin, runs)
            if closing is None:
                return None
            at = _end(ends, text, closing + 1)
            cell = text[begin + 1 : closing].replace(dialect.quote * 2, dialect.quote) + text[closing + 1 : at]
        else:
            at = _end(ends, text, begin)
            cell = text[begin:at]
        if dialect.escape:
            cell = re.sub(rf"\\([\\{dialect.quote}{re.escape(dialect.delimiter)}])", r"\1", cell)
        cells.append(cell)
        if text[at : at + 1] != dialect.delimiter:
            return cells if not text[at:].strip("\r\n") else None
        at += 1


@cache
def _patterns(dialect: Dialect) -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """What may stand before a cell, the cell up to its end, and quotes with the end of a cell behind them."""
    delimiter = re.escape(dialect.delimiter)
    return (
        re.compile(" *" if dialect.spaced else ""),
        re.compile(rf"(?:\\.|[^\r\n{delimiter}])*+" if dialect.escape else rf"[^\r\n{delimiter}]*"),
        re.compile(
            (r"\\.|" if dialect.escape else "") + rf"({dialect.quote}+)( *(?:[\r\n{delimiter}]|\Z))?", re.DOTALL
        ),
    )


def _end(pattern: re.Pattern[str], text: str, begin: int) -> int:
    found = pattern.match(text, begin)
    return found.end() if found else begin


def _closing(text: str, begin: int, runs: re.Pattern[str]) -> int | None:
    """Where the quote stands that closes the one at `begin`; a quote that no cell can end with is literal."""
    stray = False
    for found in runs.finditer(text, begin + 1):
        if found[1] is None:
            continue
        odd = len(found[1]) % 2 == 1
        if found[2] is not None and (odd or stray):
            return found.end(1) - 1
        stray = stray != odd
    return None

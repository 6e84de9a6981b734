"""The second look at a sheet of an .xlsx workbook, straight from its XML, a piece at a time."""

import re
from collections.abc import Iterator, Sequence

from batchsend.contacts.contact import Cell
from batchsend.contacts.header_row import column_letters
from batchsend.contacts.look import CellProblem, RowLook, SheetFacts
from batchsend.contacts.number_formats import GENERAL
from batchsend.contacts.package import Package
from batchsend.errors import ContactsRefused

_HIDDEN = re.compile(rb"""\bhidden\s*=\s*["'](?:1|true)["']|\bht\s*=\s*["']0(?:\.0+)?["']""")
_NUMBER = re.compile(rb"""\br\s*=\s*["'](\d+)["']""")
_COLUMN = re.compile(rb"""\br\s*=\s*["']([A-Z]+)\d+["']""")
_STYLE = re.compile(rb"""\bs\s*=\s*["'](\d+)["']""")
_TYPE = re.compile(rb"""\bt\s*=\s*["'](\w+)["']""")
_FAR_COLUMN = re.compile(rb"""\br\s*=\s*["']([A-Z]{2,3})\d""")
_MOST_SPARSE_CELLS = 8_000_000
_SPARSE = 10
_NEVER = b"(?!)"


class XlsxLook:
    """part: the sheet's XML in the package. formats: the number format code of each cell style, by its index.

    Raises ContactsRefused for a sheet that would fill the memory with nothing.
    """

    def __init__(self, package: Package, part: str, formats: Sequence[str]) -> None:
        self._package = package
        self._part = part
        self._formats = formats
        self._tags = _Tags(_prefix(package, part), formats)
        self._anything_notable = False
        self.facts = self._scan()

    def rows(self) -> Iterator[RowLook]:
        if not self._anything_notable and not self.facts.hidden_rows:
            return
        number = 0
        for block in self._blocks():
            starts = list(self._tags.row.finditer(block))
            ends = [match.start() for match in starts[1:]] + [len(block)] * bool(starts)  # the head may stand alone
            for match, end in zip(starts, ends, strict=True):
                named = _NUMBER.search(match[1])
                number = int(named[1]) if named else number + 1
                hidden = bool(_HIDDEN.search(match[1]))
                if hidden or self._tags.notable.search(block, match.end(), end):
                    yield self._row(number, block[match.end() : end], hidden=hidden)

    def _blocks(self) -> Iterator[bytes]:
        """The sheet's XML in pieces that begin with a row and end where another begins (the first begins with the head,
        the last ends with the tail).
        """
        rest: list[bytes] = []
        for chunk in self._package.chunks(self._part):
            cut = chunk.rfind(self._tags.row_start)
            if cut > 0:
                yield b"".join((*rest, chunk[:cut]))
                rest = [chunk[cut:]]
            else:
                rest.append(chunk)
        yield b"".join(rest)

    def _row(self, number: int, body: bytes, *, hidden: bool) -> RowLook:
        values: dict[int, Cell] = {}
        formats: dict[int, str] = {}
        column = -1
        for match in self._tags.cell.finditer(body):
            attributes, content = match[1], match[2] or b""
            named = _COLUMN.search(attributes)
            column = _column_number(named[1]) if named else column + 1
            kind = _TYPE.search(attributes)
            value = self._tags.value.search(content)
            if kind and kind[1] == b"e":
                values[column] = value[1].decode("utf-8", "replace") if value else "#N/A"
            elif self._tags.formula in content and not (value and value[1]) and kind is None:
                values[column] = CellProblem.NO_RESULT
            elif value and (style := _STYLE.search(attributes)) and int(style[1]) < len(self._formats):
                code = self._formats[int(style[1])]
                if code != GENERAL:
                    formats[column] = code
        return RowLook(number, hidden, values, formats=formats)

    def _scan(self) -> SheetFacts:
        """One pass over the whole sheet before anything else reads it."""
        tags = self._tags
        last = hidden_rows = first_hidden = filled = width = merged = 0
        head = b""
        for block in self._blocks():
            head = head or block
            filled += block.count(tags.value_start) + block.count(tags.text_start)
            merged += block.count(b"mergeCell ")
            width = max([width, *(_column_number(letters) + 1 for letters in set(_FAR_COLUMN.findall(block)))])
            last = max(last, _last_number(block, tags))
            self._anything_notable = self._anything_notable or tags.notable_in(block)
            for match in tags.hidden_rows(block):
                end = block.find(tags.row_start, match.end())
                if tags.content.search(block, match.end(), end if end > 0 else len(block)):
                    hidden_rows += 1
                    named = _NUMBER.search(match[0])
                    first_hidden = first_hidden or (int(named[1]) if named else 0)
        if width * last > max(_MOST_SPARSE_CELLS, filled * _SPARSE):
            raise ContactsRefused(
                f"{self._package.path.name} is not read: it has a cell far away from the others, in column "
                f"{column_letters(width - 1)} of its {last:,} rows.",
                "Copy the contacts into a new workbook and save it.",
            )
        warnings = [f"{merged:,} merged areas: only the first cell of each has the value"] if merged else []
        return SheetFacts(hidden_rows, first_hidden, _hidden_columns(head, tags), tuple(warnings))


class _Tags:
    """The sheet's tags as patterns, with the namespace prefix that this file uses for them."""

    def __init__(self, prefix: bytes, formats: Sequence[str]) -> None:
        tag = b"<" + prefix
        styles = b"|".join(str(style).encode() for style, code in enumerate(formats) if code != GENERAL) or _NEVER
        self.row_start = tag + b"row"
        self.value_start = tag + b"v>"
        self.text_start = tag + b"is>"
        self.formula = tag + b"f"
        self.row = re.compile(tag + rb"row\b([^>]*)>")
        self._hidden_row = re.compile(tag + rb"row\b[^>]*(?:%s)[^>]*>" % _HIDDEN.pattern)
        self._formatted = styles != _NEVER
        self.column = re.compile(tag + rb"col\b([^>]*)>")
        self.cell = re.compile(tag + rb"c\b([^>]*?)(?:/>|>(.*?)</" + prefix + rb"c>)", re.DOTALL)
        self.value = re.compile(tag + rb"v\b[^>]*>([^<]*)<")
        self.content = re.compile(tag + rb"(?:v|is|f)\b")
        notable = rb"""c\b[^>]*\b(?:t\s*=\s*["']e["']|s\s*=\s*["'](?:%s)["'])[^>]*>""" % styles
        self.notable = re.compile(tag + rb"(?:f\b|" + notable + rb")")

    # most sheets have nothing to find; a plain search says so much sooner than a pattern
    def notable_in(self, block: bytes) -> bool:
        plausible = self._formatted or self.formula in block or b'"e"' in block or b"'e'" in block
        return plausible and bool(self.notable.search(block))

    def hidden_rows(self, block: bytes) -> Iterator[re.Match[bytes]]:
        plausible = b"hidden" in block or b"ht=" in block
        return self._hidden_row.finditer(block) if plausible else iter(())


def _prefix(package: Package, part: str) -> bytes:
    """The namespace prefix of the sheet's tags, colon included; b"" as nearly everywhere."""
    head = next(package.chunks(part), b"")
    found = re.search(rb"<([\w.-]+:)?worksheet\b", head)
    return (found[1] or b"") if found else b""


def _last_number(block: bytes, tags: _Tags) -> int:
    """The number of the last row of a block that has one."""
    at = block.rfind(tags.row_start)
    named = _NUMBER.search(block, at, block.find(b">", at)) if at >= 0 else None
    return int(named[1]) if named else 0


def _hidden_columns(head: bytes, tags: _Tags) -> tuple[int, ...]:
    hidden: list[int] = []
    for match in tags.column.finditer(head):
        if _HIDDEN.search(match[1]):
            first, final = (re.search(rb"""\b%s\s*=\s*["'](\d+)""" % name, match[1]) for name in (b"min", b"max"))
            if first and final:
                hidden += range(int(first[1]) - 1, min(int(final[1]), 16_384))
    return tuple(hidden)


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1

"""A compound file (OLE, [MS-CFB]) holds streams, as .xls workbooks and encrypted .xlsx workbooks do."""

import struct
from array import array
from collections.abc import Iterator
from pathlib import Path
from typing import IO, NamedTuple

from batchsend.errors import ContactsRefused

_HEADER = struct.Struct("<26xH2xHH6xIII8xIIII109I")  # 2.2
_LAST_SECTOR = 0xFFFFFFFA
_END = 0xFFFFFFFE
_SECTORS = {9: 512, 12: 4096}
_MINI = 64
_MINI_BELOW = 4096
_ENTRY = 128
_AT_ONCE = 2048


class _Entry(NamedTuple):
    start: int
    size: int


class Stream:
    """The bytes of one stream. places: where its pieces of equal length are in the file."""

    def __init__(self, path: Path, places: "array[int]", piece: int, size: int) -> None:
        self.size = size
        self._path = path
        self._places = places
        self._piece = piece

    def place(self, offset: int) -> int:
        return self._places[offset // self._piece] + offset % self._piece

    def chunks(self, offset: int = 0) -> Iterator[bytes]:
        """The bytes from there to the end, as many at a time as lie together."""
        places, piece = self._places, self._piece
        first, skip = divmod(offset, piece)
        with self._path.open("rb") as file:
            while first * piece < self.size:
                after = first + 1
                while after < len(places) and after - first < _AT_ONCE and places[after] == places[after - 1] + piece:
                    after += 1
                file.seek(places[first])
                yield file.read(min(after * piece, self.size) - first * piece)[skip:]
                first, skip = after, 0


class CompoundFile:
    """Raises ContactsRefused for a file whose chains of sectors lead out of it or round in circles: the reader of the
    values follows them without a doubt.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._length = path.stat().st_size
        with path.open("rb") as file:
            head = file.read(_HEADER.size)
            if len(head) < _HEADER.size:
                raise self._damaged("it ends too early")
            version, shift, mini_shift, *numbers = _HEADER.unpack(head)
            directory_count, table_count, directory, mini_table, mini_count, more, _, *table_sectors = numbers
            if shift not in _SECTORS or mini_shift != 6 or version not in {3, 4}:
                raise self._damaged("its header is not one")
            self._sector = _SECTORS[shift]
            self._count = -(-self._length // self._sector) - 1
            if max(directory_count, table_count, mini_count) > self._count:
                raise self._damaged("it ends too early")
            self._table = self._read_table(file, table_sectors, more)
        entries = list(self._read_directory(directory))
        self._entries = dict(reversed(entries))
        self._mini_table = array("I")
        if mini_count:
            self._root = self._stream(entries[0][1])
            self._mini_table.frombytes(b"".join(self._whole(mini_table).chunks()))

    @property
    def names(self) -> frozenset[str]:
        return frozenset(self._entries)

    def stream(self, name: str) -> Stream:
        """The first stream of that name, whatever storage it is in."""
        entry = self._entries[name]
        if entry.size >= _MINI_BELOW:
            return self._stream(entry)
        chain = self._follow(entry.start, self._mini_table)
        if chain and (max(chain) + 1) * _MINI > self._root.size:
            raise self._damaged("a stream leads out of it")
        return self._of(array("Q", (self._root.place(number * _MINI) for number in chain)), _MINI, entry.size)

    def _stream(self, entry: _Entry) -> Stream:
        places = array("Q", ((number + 1) * self._sector for number in self._follow(entry.start, self._table)))
        return self._of(places, self._sector, entry.size)

    def _whole(self, start: int) -> Stream:
        chain = self._follow(start, self._table)
        return self._stream(_Entry(start, len(chain) * self._sector))

    def _of(self, places: "array[int]", piece: int, size: int) -> Stream:
        full, rest = divmod(size, piece)
        needed = places[: full + bool(rest)]
        last = needed.pop() + (rest or piece) if size and len(needed) * piece >= size else 0
        if (size and not last) or max([last, *(place + piece for place in needed)]) > self._length:
            raise self._damaged("it ends too early")
        return Stream(self._path, places, piece, size)

    def _follow(self, start: int, table: "array[int]") -> "array[int]":
        chain = array("I")
        number = start
        while number != _END:
            if number >= len(table) or len(chain) > len(table):
                raise self._damaged("a chain of its sectors is broken")
            chain.append(number)
            number = table[number]
        if table is self._table and chain and max(chain) >= self._count:
            raise self._damaged("it ends too early")
        return chain

    def _read_table(self, file: IO[bytes], sectors: list[int], more: int) -> "array[int]":
        """What follows each sector (2.3), from the sectors that the header names and those that they chain to (2.5)."""
        seen = 0
        while more < _LAST_SECTOR:
            *further, more = self._numbers(file, more)
            sectors += further
            seen += 1
            if seen > self._count:
                raise self._damaged("a chain of its sectors is broken")
        table = array("I")
        for number in sectors:
            if number < _LAST_SECTOR:
                table.extend(self._numbers(file, number))
        return table

    def _numbers(self, file: IO[bytes], sector: int) -> "array[int]":
        file.seek((sector + 1) * self._sector)
        content = file.read(self._sector)
        if len(content) < self._sector:
            raise self._damaged("it ends too early")
        return array("I", struct.unpack(f"<{self._sector // 4}I", content))

    def _read_directory(self, start: int) -> Iterator[tuple[str, _Entry]]:
        content = b"".join(self._whole(start).chunks())
        if not content:
            raise self._damaged("its directory is empty")
        for at in range(0, len(content), _ENTRY):
            name = content[at : at + 64].decode("utf-16-le", "replace").partition("\0")[0]
            first, size, size_above = struct.unpack_from("<III", content, at + 116)
            yield name, _Entry(first, size + (size_above << 32) * (self._sector > 512))

    def _damaged(self, why: str) -> ContactsRefused:
        return ContactsRefused(
            f"{self._path.name} is damaged ({why}); the download may be incomplete.", "Download or export it again."
        )

"""Which encoding a text file is in: byte order marks, then strict UTF-8, then the letters themselves."""

import codecs
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from batchsend.contacts.alphabets import readings
from batchsend.errors import ContactsRefused

_BLOCK = 1 << 20
_LINE = 4_000_000
_ENOUGH = 64
_A_FEW = 10
_CLOSE = 5.0
_LONGEST_PIECE = 1_000

_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
"""The longer marks first: that of UTF-32 begins with that of UTF-16."""

_NOT_FOR_FILES = {
    "charmap", "idna", "mbcs", "oem", "punycode", "raw-unicode-escape", "undefined", "unicode-escape", "utf-7",
}  # fmt: skip
_FAMILIES = {"unicode": "utf-16", "utf-8-sig": "utf-8", "utf-8-bom": "utf-8"}

_ASCII = bytes(range(128))
_CONTROLS = bytes(set(range(32)) - set(b"\0\t\n\v\f\r\x1a"))
_PIECE = re.compile(rb'[^\r\n\t,;"]+')
_LOST_INSIDE = re.compile(r"(?<=[^\W\d_])\?+(?=[^\W\d_])|(?:^|(?<=[\s(-]))\?(?=[^\W\d_])|\?{4}")
_LOST_LAST = re.compile(r"(?:[^\W\d_]+[ -]){0,2}[^\W\d_]+\?")
_CEDILLAS = str.maketrans("ŞşŢţ", "ȘșȚț")


@dataclass(frozen=True, slots=True)
class Encoding:
    """name: what Python and `--encoding` call it. mark: the length of the byte order mark.

    sound: every byte of the file can be read in it. nuls: there are NUL characters to leave out.
    escapes: lines with a quote behind a backslash, wherever in the file, for who judges the quoting.
    """

    name: str
    mark: int
    sound: bool
    nuls: bool
    sample: str
    escapes: tuple[str, ...]
    warnings: tuple[str, ...]


def find_encoding(path: Path, wanted: str | None = None) -> Encoding:
    """The encoding the person named, else the one the whole file speaks for; reads it once or twice."""
    with path.open("rb") as file:
        head = file.read(_BLOCK // 16)
    name, mark = _settled(head, wanted)
    found = _Evidence.of(path, name, mark)
    if not (name or "").startswith(("utf-16", "utf-32")) and found.is_binary():
        raise ContactsRefused(
            f"{path.name} is neither a text file nor an Excel workbook.", "Save the list as .xlsx or .csv."
        )
    warnings = []
    if name is None:
        name, doubt = _judge(found.pieces) if found.is_older() else ("utf-8", "")
        warnings += [doubt] if doubt else []
        found.sound = found.sound if name == "utf-8" else _Evidence.of(path, name, mark).sound
        texts = [piece.decode(name, "replace") for piece in found.pieces]
        doubts = [piece.decode(name, "replace") for piece in found.doubts]
        escapes = [line.decode(name, "replace") for line in found.escapes]
    else:
        texts, doubts, escapes = (
            [piece.decode("utf-8", "replace") for piece in pieces]
            for pieces in (found.pieces, found.doubts, found.escapes)
        )
    if found.sound:
        warnings += [sentence for sentence in (_lost([*doubts, *texts]), _read_twice(texts)) if sentence]
    return Encoding(name, mark, found.sound, found.nuls > 0, sample_of(texts), tuple(escapes), tuple(warnings))


def _settled(head: bytes, wanted: str | None) -> tuple[str | None, int]:
    """What needs no judging: the named encoding, else that of the byte order mark, else that of the NULs."""
    marked, mark = next(((name, len(mark)) for mark, name in _MARKS if head.startswith(mark)), (None, 0))
    if not wanted:
        return marked or _by_nuls(head), mark
    name = _known(wanted)
    if marked and marked.startswith(name.removesuffix("-le").removesuffix("-be")):
        return marked, mark
    if name in {"utf-16", "utf-32"}:
        return _by_nuls(head) or f"{name}-le", 0
    return name, 0


def _by_nuls(head: bytes) -> str | None:
    """UTF-16 or UTF-32 without a mark: the digits, letters and delimiters of a list have NULs at the same places."""
    shares = [head[i::4].count(0) / max(1, len(head[i::4])) for i in range(4)]
    a, b, c, d = shares
    if min(c, d) > 0.9 and a < 0.1:
        return "utf-32-le"
    if min(a, b) > 0.9 and d < 0.1:
        return "utf-32-be"
    even, odd = (a + c) / 2, (b + d) / 2
    if max(even, odd) < 0.25 or min(even, odd) > max(even, odd) / 10:
        return None
    name = "utf-16-le" if odd > even else "utf-16-be"
    text = head.decode(name, "ignore")
    return None if any(c < " " and c not in "\t\n\v\f\r\x1a" for c in text) else name


def _known(wanted: str) -> str:
    plain = "-".join(wanted.strip().lower().replace("_", "-").split())
    plain = _FAMILIES.get(plain, plain)
    try:
        name = codecs.lookup(plain).name.replace("_", "-")
        b" ".decode(name, "ignore")  # base64 and its like are codecs, but none of text
    except (LookupError, ValueError, UnicodeError):
        name = ""
    name = _FAMILIES.get(name, name)
    if not name or name in _NOT_FOR_FILES:
        raise ContactsRefused(
            f"There is no text encoding called {wanted!r}.",
            "Common ones: --encoding cp1250 (Central Europe), cp1252 (Western Europe), cp1251 (Cyrillic), utf-8.",
        )
    return name


class _Evidence:
    """What one reading of a file showed.

    pieces: cell-like pieces with bytes beyond ASCII, enough of each such byte wherever in the file it stands.
    """

    def __init__(self) -> None:
        self.pieces: dict[bytes, None] = {}
        self.doubts: list[bytes] = []
        self.escapes: list[bytes] = []
        self.sound = True
        self.size = self.nuls = self.controls = 0
        self._seen: Counter[int] = Counter()

    @classmethod
    def of(cls, path: Path, name: str | None, mark: int) -> "_Evidence":
        """name: the encoding when it is settled; the evidence is then in UTF-8."""
        found = cls()
        for block in _lines_of(_recoded(path, name, mark, found), path):
            found._add(block)
        return found

    def is_binary(self) -> bool:
        return self.nuls * 8 > self.size or (self.controls > _A_FEW and self.controls * 20 > self.size)

    def is_older(self) -> bool:
        """Neither UTF-8 nor UTF-8 with a few broken places."""
        if self.sound:
            return False
        broken = sum(not _reads(piece) for piece in self.pieces)
        return len(self.pieces) - broken < max(2, 2 * broken)

    def _add(self, block: bytes) -> None:
        first = not self.size
        self.size += len(block)
        self.nuls += block.count(0)
        self.controls += len(block) - len(block.translate(None, _CONTROLS))
        if b"?" in block and len(self.doubts) < _ENOUGH:
            below = re.sub(rb"\A[^\r\n]*", b"", block) if first else block  # a header may well end in "?"
            self.doubts += [piece for piece in _PIECE.findall(below) if b"?" in piece and _short(piece)][:_ENOUGH]
        if b'\\"' in block and len(self.escapes) < _ENOUGH:
            lines = block.splitlines(keepends=True)
            self.escapes += [line for line in lines if b'\\"' in line and _short(line)][:_ENOUGH]
        if not block.isascii():
            self.sound = self.sound and _reads(block)
            self._collect(block)

    def _collect(self, block: bytes) -> None:
        wanted = {byte for byte in set(block.translate(None, _ASCII)) if self._seen[byte] < _ENOUGH}
        if not wanted:
            return
        for piece in _PIECE.findall(block):
            if not piece.isascii() and not wanted.isdisjoint(piece):
                self._seen.update(set(piece) & wanted)
                wanted = {byte for byte in wanted if self._seen[byte] < _ENOUGH}
                self.pieces[_cut(piece)] = None


def _reads(block: bytes) -> bool:
    try:
        block.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _short(piece: bytes) -> bool:
    return len(piece) <= _LONGEST_PIECE


def _cut(piece: bytes) -> bytes:
    if _short(piece):
        return piece.strip()
    start = len(piece) - len(piece.lstrip(_ASCII))
    return piece[max(0, start - 20) : start + _LONGEST_PIECE]


def _recoded(path: Path, name: str | None, mark: int, found: _Evidence) -> Iterator[bytes]:
    """The file in blocks, in UTF-8 when its encoding is settled; says in `found` when a byte cannot be read."""
    with path.open("rb") as file:
        file.seek(mark)
        decoder = codecs.getincrementaldecoder(name)() if name else None
        while block := file.read(_BLOCK):
            yield _utf8(decoder, block, found) if decoder else block
        if decoder:
            yield _utf8(decoder, b"", found)


def _utf8(decoder: codecs.IncrementalDecoder, block: bytes, found: _Evidence) -> bytes:
    try:
        text = decoder.decode(block, final=not block)
    except UnicodeError:  # the file will be refused; a decoder with shift states may fail again and again
        found.sound = False
        decoder.reset()
        return b""
    return text.encode("utf-8", "replace")


def _lines_of(blocks: Iterator[bytes], path: Path) -> Iterator[bytes]:
    """Blocks cut after a line's end."""
    rest, lines = b"", 0
    for block in blocks:
        end = max(block.rfind(b"\n"), block.rfind(b"\r")) + 1
        if end:
            yield rest + block[:end]
            lines += block.count(b"\n", 0, end) or block.count(b"\r", 0, end)
            rest = b""
        rest += block[end:]
        if len(rest) > _LINE:
            raise ContactsRefused(
                f"{path.name} is no list of contacts: row {lines + 1} has more than {_LINE:,} characters in one line."
            )
    if rest:
        yield rest


def _judge(pieces: dict[bytes, None]) -> tuple[str, str]:
    """The most probable older encoding, and a warning when another would show other letters and is as probable."""
    best, *others = readings(list(pieces))
    for other in others:
        if best.score - other.score > _CLOSE:
            break
        pairs = [(piece.decode(best.encoding, "replace"), piece.decode(other.encoding, "replace")) for piece in pieces]
        differ = [pair for pair in pairs if pair[0].translate(_CEDILLAS) != pair[1].translate(_CEDILLAS)]
        if differ:
            ours, theirs = (sample_of(texts) for texts in zip(*differ, strict=True))
            return best.encoding, (
                f"The file may be in one of two encodings: {best.encoding} shows {ours!r}, "
                f"{other.encoding} shows {theirs!r}. It was read as {best.encoding}; "
                f"if the other is right, type --encoding {other.encoding}"
            )
    return best.encoding, ""


def sample_of(texts: Sequence[str]) -> str:
    """The first pieces that have letters beyond ASCII, in one short line."""
    lettered = [text for text in texts if any(c > "\x7f" and c.isalpha() for c in text)] or list(texts)
    line = " ".join(lettered[0].split())[:60] if lettered else ""
    for text in lettered[1:3]:
        if len(line) + len(text) < 60:
            line += ", " + " ".join(text.split())
    return line


def _lost(texts: Sequence[str]) -> str:
    """Letters the export replaced: they cannot be had back."""
    for text in (" ".join(text.split()) for text in texts):
        if "\ufffd" in text:
            break
        if any(sign in text for sign in "/=&@") or "?" not in text:
            continue
        if _LOST_INSIDE.search(text) or (_LOST_LAST.fullmatch(text) and text.istitle()):
            break
    else:
        return ""
    return (
        f"Letters were lost when this file was saved, before it came here: {text[:60]!r}. "
        "Export the list again, as 'CSV UTF-8' or .xlsx."
    )


def _read_twice(texts: Sequence[str]) -> str:
    """UTF-8 that was taken for a Windows encoding and saved as UTF-8 again."""
    for text in texts:
        for wrong in ("cp1252", "cp1250"):
            # what the encoding does not define came through as a control character
            raw = b"".join(c.encode(wrong, "ignore") or c.encode("latin-1", "replace") for c in text)
            try:
                right = raw.decode("utf-8")
            except UnicodeError:
                continue
            if len(right) < len(text) and "?" not in right:
                return (
                    f"Letters were garbled when this file was saved, before it came here: {text[:60]!r} "
                    f"was probably {right[:60]!r}. Export the list again, as 'CSV UTF-8' or .xlsx."
                )
    return ""

"""An .xlsx, .xlsb or .ods file is a zip of parts; it is opened with suspicion, as it may come from anybody."""

import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO
from xml.etree import ElementTree

from batchsend.errors import ContactsRefused

_MOST_PARTS = 5_000
_MOST_INFLATED = 4 * 1024**3
_MOST_STRINGS = 400 * 1024**2
_SMALL_PART = 32 * 1024**2
_RATIO = 150
_RATIO_COUNTS_FROM = 20 * 1024**2
_CHUNK = 1024 * 1024
_SAVE_AGAIN = "Open it in Excel or LibreOffice and save it again as .xlsx, or export it as .csv."


class Package:
    """Raises ContactsRefused for what no spreadsheet program writes: bombs, entity tricks, broken parts."""

    def __init__(self, path: Path) -> None:
        self.path = path
        with self._troubles():
            self._zip = zipfile.ZipFile(path)
            self._check()

    @property
    def parts(self) -> list[str]:
        return self._zip.namelist()

    def close(self) -> None:
        self._zip.close()

    def chunks(self, part: str) -> Iterator[bytes]:
        """The part's bytes, XML or binary, inflated as they are read; what the zip says of it must be true."""
        with self._troubles(), self._zip.open(part) as stream:
            yield from _plain_xml(stream, self.path)

    def xml(self, part: str) -> ElementTree.Element:
        """A small part, parsed; the tags keep their namespaces."""
        with self._troubles():
            if self._zip.getinfo(part).file_size > _SMALL_PART:
                self._refuse(f"its part {part} is larger than any spreadsheet program makes it")
            return ElementTree.fromstring(b"".join(self.chunks(part)))  # noqa: S314 - chunks refuses a DOCTYPE

    def _check(self) -> None:
        parts = self._zip.infolist()
        if len(parts) > _MOST_PARTS:
            self._refuse(f"it has {len(parts):,} parts where a workbook has a few dozen")
        if any(part.flag_bits & 1 for part in parts):
            self._refuse("its parts are encrypted")
        if sum(part.file_size for part in parts) > _MOST_INFLATED:
            self._refuse("it would unpack to more than 4 GB")
        for part in parts:
            strings = part.filename.lower().endswith("sharedstrings.xml") and part.file_size > _MOST_STRINGS
            bomb = part.file_size > _RATIO_COUNTS_FROM and part.file_size > _RATIO * max(1, part.compress_size)
            if strings or bomb:
                self._refuse(
                    f"its part {part.filename} unpacks to {part.file_size / 1024**2:,.0f} MB, as a zip bomb does"
                )

    def _refuse(self, why: str) -> None:
        raise ContactsRefused(f"{self.path.name} is not read: {why}.", _SAVE_AGAIN)

    @contextmanager
    def _troubles(self) -> Iterator[None]:
        try:
            yield
        except ContactsRefused:
            raise
        except LookupError as error:
            raise ContactsRefused(f"{self.path.name} is not a whole workbook: {error.args[0]}", _SAVE_AGAIN) from None
        except (zipfile.BadZipFile, zipfile.LargeZipFile, EOFError, OSError, ValueError, NotImplementedError) as error:
            raise ContactsRefused(
                f"{self.path.name} is damaged ({error}); the download may be incomplete.",
                "Download or export it again.",
            ) from None
        except ElementTree.ParseError as error:
            raise ContactsRefused(f"{self.path.name} is damaged: {error}.", _SAVE_AGAIN) from None
        except Exception as error:
            if type(error).__module__ != "zlib":
                raise
            raise ContactsRefused(f"{self.path.name} is damaged ({error}).", "Download or export it again.") from None


_ELEMENT = re.compile(rb"<[A-Za-z_]")
_ODD_BEGINNING = re.compile(rb"^(?:\xff\xfe|\xfe\xff|<\x00|\x00<)")


def _plain_xml(stream: IO[bytes], path: Path) -> Iterator[bytes]:
    """A DOCTYPE stands before the first element, so that only what comes before that is searched for it."""
    before = b""
    in_prolog = True
    while chunk := stream.read(_CHUNK):
        if in_prolog:
            before += chunk
            if _ODD_BEGINNING.match(before):
                raise ContactsRefused(f"{path.name} is not read: its parts are not in UTF-8.", _SAVE_AGAIN)
            if b"<!DOCTYPE" in before or b"<!ENTITY" in before:
                raise ContactsRefused(
                    f"{path.name} is not read: it declares a DOCTYPE, which spreadsheets do not have and attacks do.",
                    _SAVE_AGAIN,
                )
            in_prolog = _ELEMENT.search(before) is None and before.lstrip()[:1] == b"<" and len(before) < _SMALL_PART
        yield chunk

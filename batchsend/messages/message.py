"""What one person gets."""

from dataclasses import dataclass

from batchsend.messages.rewording import Change
from batchsend.messages.sizes import Size


@dataclass(frozen=True, slots=True)
class Message:
    """row: the number of its contact in the list. to: E.164. region: ISO alpha-2 of the number.

    name: the contact's name, "" when the list has none. copy, note: see Recipient. changes: what was reworded to make
    it cheaper; the text is the one that is sent. key: names this message of this run, the same on every try and not to
    be guessed (hexadecimal); "" until it is claimed.
    """

    row: int
    to: str
    region: str
    text: str
    size: Size
    name: str = ""
    copy: int = 0
    note: str = ""
    changes: tuple[Change, ...] = ()
    key: str = ""

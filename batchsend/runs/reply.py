"""An answer to a message, as it came and as it is kept."""

from dataclasses import dataclass
from datetime import datetime

from batchsend.recipients.stop_words import Wish


@dataclass(frozen=True, slots=True)
class Reply:
    """id: the gateway's own, the same when a delivery is repeated. sender: a name, "" when there is none.

    written_at: UTC, None when the gateway does not say. What it answers is told by `key` (see Message) where the
    conversation names one message, or by `number` (E.164) where it names a person; the other is "".
    """

    provider: str
    id: str
    conversation: str
    sender: str
    text: str
    written_at: datetime | None
    key: str = ""
    number: str = ""


@dataclass(frozen=True, slots=True)
class KeptReply:
    """A reply with what it belongs to. run: its name; row: its number in the list; both None when nothing matches.

    number: E.164, "" when it is not known. name: of the contact, else of the sender. Times are UTC.
    """

    provider: str
    id: str
    run: str | None
    row: int | None
    number: str
    name: str
    text: str
    wish: Wish
    written_at: datetime
    received_at: datetime

    @property
    def outcome(self) -> str:
        """What it led to, for people; "" when it asks for nothing."""
        if self.wish and not self.number:
            return f"asks for {self.wish}, but whose number it is, is not known"
        return self.wish.sentence

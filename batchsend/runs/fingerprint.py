"""What makes two runs the same: the same texts to the same numbers through the same account."""

import hashlib
from collections.abc import Iterable

from batchsend.messages.message import Message

_MODULUS = 1 << 256


class Fingerprint:
    """A hash of a set of messages that does not depend on their order, taken as they stream by.

    Each message is hashed and the hashes are added up modulo 2**256 (a multiset hash, "AdHash"), so a re-sorted,
    renamed or re-saved list gives the same value and memory does not grow. count: messages so far.
    """

    def __init__(self) -> None:
        self._sum = 0
        self.count = 0

    def add(self, messages: Iterable[Message]) -> None:
        for message in messages:
            digest = hashlib.sha256(f"{message.to}\0{message.text}".encode("utf-8", "surrogatepass")).digest()
            self._sum = (self._sum + int.from_bytes(digest)) % _MODULUS
            self.count += 1

    def of(self, provider: str, account: str) -> str:
        """The fingerprint of these messages through one provider and account, as 64 hex digits."""
        whole = f"{provider}\0{account}\0{self.count}\0{self._sum:064x}"
        return hashlib.sha256(whole.encode()).hexdigest()

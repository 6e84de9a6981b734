"""How many messages may be in flight at once: halved when the gateway says it is too much, then slowly more again."""


class Window:
    """most: never more than so many. Additive increase, multiplicative decrease, as TCP does (RFC 5681)."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._size = float(most)
        self._halvings = 0

    @property
    def size(self) -> int:
        return int(self._size)

    @property
    def ticket(self) -> int:
        """What a message takes along when it leaves."""
        return self._halvings

    def widen(self) -> None:
        """A message got through: one more for each window of them."""
        self._size = min(self._most, self._size + 1 / self._size)

    def halve(self, ticket: int) -> None:
        """The gateway turned a message away. Those that had left before the last halving say nothing new."""
        if ticket == self._halvings:
            self._size = max(1.0, self._size / 2)
            self._halvings += 1

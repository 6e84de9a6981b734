"""The credits of the practice account, whichever dialect spends them."""

import threading


class Purse:
    """credits: to start with, None for no end. Threads may share it."""

    def __init__(self, credits: int | None = None) -> None:  # noqa: A002
        if credits is not None and credits < 0:
            raise ValueError(f"A balance of {credits} credits makes no sense; it starts at 0 or more.")
        self._left = credits
        self._spent = 0
        self._lock = threading.Lock()

    @property
    def left(self) -> int | None:
        """What is left, or None when there is no end."""
        return self._left

    @property
    def spent(self) -> int:
        """What was spent, also where there is no end."""
        return self._spent

    def pay(self, cost: int) -> bool:
        """Takes the cost, or nothing and says False when it is more than there is."""
        with self._lock:
            if self._left is not None:
                if cost > self._left:
                    return False
                self._left -= cost
            self._spent += cost
            return True

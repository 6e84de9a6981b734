"""Which of a person's numbers was rewritten, and from what."""

from itertools import takewhile

from batchsend.contacts.contact import display
from batchsend.results.row import ResultRow


def changed_from(row: ResultRow, phone_columns: tuple[int, ...]) -> str | None:
    """What was typed where `row.to` came from; None when it was typed as it is sent, or nothing was sent to."""
    if not row.to:
        return None
    typed = [display(row.cells[column]) for column in phone_columns if column < len(row.cells)]
    typed = [each for each in typed if each]
    if not typed or row.to in typed:
        return None
    return max(typed, key=lambda each: _shared_end(each, row.to))


def _shared_end(typed: str, number: str) -> int:
    """How many last digits two spellings have in common."""
    pairs = zip(reversed(_digits(typed)), reversed(_digits(number)), strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


def _digits(text: str) -> list[int]:
    return [int(character) for character in text if character.isdecimal()]

"""The states of a row. The words are the contract: workbook, ledger, help and docs use them."""

from enum import StrEnum


class Status(StrEnum):
    """send_status of a row; `meaning` and `action` are its two sentences for people."""

    PLANNED = "planned"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    NOT_SENT = "not_sent"
    UNKNOWN = "unknown"
    INVALID = "invalid"
    SKIPPED = "skipped"

    @property
    def meaning(self) -> str:
        return _SENTENCES[self][0]

    @property
    def action(self) -> str:
        """What a person should do about a row in this state."""
        return _SENTENCES[self][1]


_SENTENCES = {
    Status.PLANNED: ("dry run: would be sent", "Nothing to do; send when ready."),
    Status.ACCEPTED: ("the gateway took it (not: delivered)", "Nothing to do. Never send again."),
    Status.REJECTED: ("the gateway refused this row", "Fix what the reason names, then retry."),
    Status.NOT_SENT: ("proven that it never left", "Safe to send again."),
    Status.UNKNOWN: (
        "it may have gone out; nobody can prove it",
        "Check with the person or the gateway's own panel; do not send again unless you decide to.",
    ),
    Status.INVALID: ("the row cannot be sent", "Fix the row, then retry."),
    Status.SKIPPED: ("left out on purpose", "Nothing to do."),
}

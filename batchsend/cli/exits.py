"""The one place where errors and endings become exit codes."""

from collections import Counter
from enum import IntEnum

from batchsend.delivery import Ending
from batchsend.errors import (
    AlreadySent,
    BatchsendError,
    InputRefused,
    LimitExceeded,
    NotConfirmed,
    RunHeld,
    UsageError,
)
from batchsend.providers import Attempt, Stop
from batchsend.runs import Status


class Exit(IntEnum):
    OK = 0
    SOME_NOT_SENT = 1
    USAGE = 2
    REFUSED = 3
    STOPPED_BY_PROVIDER = 4
    STOPPED = 5
    UNKNOWN = 6
    ALREADY_SENT = 7
    INTERRUPTED = 130


_ERRORS: tuple[tuple[type[BatchsendError], Exit], ...] = (
    (UsageError, Exit.USAGE),
    (InputRefused, Exit.REFUSED),
    (LimitExceeded, Exit.REFUSED),
    (NotConfirmed, Exit.REFUSED),
    (AlreadySent, Exit.ALREADY_SENT),
    (RunHeld, Exit.ALREADY_SENT),
    (BatchsendError, Exit.STOPPED),
)
_ENDINGS = {
    Ending.INTERRUPTED: Exit.INTERRUPTED,
    Ending.CREDENTIALS: Exit.STOPPED_BY_PROVIDER,
    Ending.CREDITS: Exit.STOPPED_BY_PROVIDER,
    Ending.PROVIDER: Exit.STOPPED,
    Ending.PAUSED: Exit.STOPPED,
    Ending.LEDGER: Exit.STOPPED,
}


def of_error(error: BatchsendError) -> Exit:
    return next(code for kind, code in _ERRORS if isinstance(error, kind))


def of_test(attempt: Attempt) -> Exit:
    """How a test of the credentials ended that did not find them good."""
    return Exit.STOPPED_BY_PROVIDER if attempt.stop in {Stop.CREDENTIALS, Stop.CREDITS} else Exit.STOPPED


def of_run(ending: Ending, counts: Counter[Status]) -> Exit:
    """How a send ended: why it stopped counts before what became of its rows."""
    if ending in _ENDINGS:
        return _ENDINGS[ending]
    if counts[Status.UNKNOWN]:
        return Exit.UNKNOWN
    return of_rows(counts)


def of_rows(counts: Counter[Status]) -> Exit:
    left = counts[Status.INVALID] + counts[Status.REJECTED] + counts[Status.NOT_SENT]
    return Exit.SOME_NOT_SENT if left else Exit.OK

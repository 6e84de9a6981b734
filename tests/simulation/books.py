"""The checker, in Jepsen's words: ok (accepted), fail (rejected, not sent), info (unknown), against the gateway."""

from collections.abc import Iterator, Mapping, Sequence

from batchsend.messages import Message, Written
from batchsend.runs import LedgerRow, Status
from tests.simulation.gateway import Account
from tests.simulation.result import Result

_OPEN = {Status.PLANNED, Status.NOT_SENT}
_NOT_A_MESSAGE = {Status.INVALID, Status.SKIPPED}


def check_step(
    rows: Sequence[LedgerRow],
    states: dict[int, Status],
    account: Account,
    written: Sequence[Written],
    *,
    interrupted: bool,
) -> Iterator[str]:
    """Each time somebody looks: every row is there, in one state, and a settled row stays as it is. Updates states."""
    if [row.row for row in rows] != [contact.row for contact, _ in written]:
        yield f"the ledger has {len(rows)} rows of {len(written)}, or others"
    for row in rows:
        before = states.get(row.row, Status.PLANNED)
        if before not in _OPEN and (row.status is not before or row.claimed):
            yield f"row {row.row} was {before} and is {'claimed' if row.claimed else row.status}"
        if row.claimed:
            if not interrupted:
                yield f"row {row.row} is still claimed at the end"
        else:
            states[row.row] = row.status
            yield from _row(row.row, row.status, account)


def _row(row: int, status: Status, account: Account) -> Iterator[str]:
    accepted = account.accepted[row]
    if accepted > 1:
        yield f"duplicate: row {row} ({status}) was accepted {accepted} times"
    if status is Status.ACCEPTED and accepted == 0:
        yield f"lost: row {row} is accepted, and the gateway never took it"
    if status not in {Status.ACCEPTED, Status.UNKNOWN} and accepted:
        yield f"row {row} is {status}, and the gateway took it"


def check_books(
    result: Result, states: Mapping[int, Status], account: Account, messages: Mapping[int, Message], explained: set[int]
) -> None:
    """After the last resume. Adds to the result's figures and violations."""
    out = result.violations
    whole = not out  # a seed that was broken off has rows that are still open
    for row in messages:
        status = states.get(row, Status.PLANNED)
        result.accepted += status is Status.ACCEPTED
        result.unknown += status is Status.UNKNOWN
        result.unknown_but_accepted += status is Status.UNKNOWN and account.accepted[row] > 0
        result.duplicates += account.accepted[row] > 1
        result.lost += status is Status.ACCEPTED and not account.accepted[row]
        if status is Status.UNKNOWN and row not in explained | account.ambiguous:
            out.append(f"row {row} is unknown for no reason")
        if whole and (status in _OPEN or status in _NOT_A_MESSAGE):
            out.append(f"row {row} is {status} after the last resume")
    for row, status in states.items():
        if row not in messages and status not in _NOT_A_MESSAGE:
            out.append(f"row {row} gets no message and is {status}")
    result.balancer = account.repeated.total()
    bound = len(explained & set(messages)) + len(account.ambiguous)
    if result.unknown > bound:
        out.append(f"{result.unknown} unknown, {bound} can be explained")

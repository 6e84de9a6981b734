"""Plan (what would be sent) and Ledger (what happened, durable)."""

from batchsend.runs.book import Book
from batchsend.runs.ledger import Ledger
from batchsend.runs.plan import Plan, Problem, Totals
from batchsend.runs.run import Claim, LedgerRow, Outcome, Run, RunDetails, RunState
from batchsend.runs.status import Status

__all__ = [
    "Book", "Claim", "Ledger", "LedgerRow", "Outcome", "Plan", "Problem", "Run", "RunDetails", "RunState", "Status",
    "Totals",
]  # fmt: skip

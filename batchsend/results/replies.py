"""The sheet of what people answered: only there when somebody did."""

from collections.abc import Iterable

from batchsend.results.kinds import utc
from batchsend.results.looks import COUNT, MOMENT, OUR_HEADER, TEXT
from batchsend.results.package import Package
from batchsend.results.sheets import Heading, Stack
from batchsend.runs.reply import KeptReply

REPLIES = "Replies"
_HEADINGS = tuple(
    Heading(text, width, OUR_HEADER)
    for text, width in (("row", 9), ("number", 18), ("name", 26), ("time_utc", 20), ("text", 80), ("opt_out", 22))
)
_LOOKS = {0: COUNT, 1: TEXT, 2: TEXT, 3: MOMENT, 4: TEXT, 5: TEXT}


def write_replies(package: Package, replies: Iterable[KeptReply], max_rows: int) -> None:
    """One line for each, in the order they come in. opt_out: what the reply asked for, if it asked for anything."""
    stack: Stack | None = None
    for reply in replies:
        stack = stack or Stack(package, REPLIES, "2A9D8F", _HEADINGS, max_rows)
        moment = utc(reply.written_at)
        stack.write((reply.row, reply.number, reply.name, moment, reply.text, reply.outcome), _LOOKS)
    if stack:
        stack.close()

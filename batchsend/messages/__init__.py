"""What each one gets and costs: template -> text -> characters, credits, SMS parts. Pure."""

from batchsend.messages.cell_text import MissingValueError
from batchsend.messages.message import Message
from batchsend.messages.rewording import Rewording
from batchsend.messages.sizes import CREDIT_CHARACTERS, Encoding, Size, measure
from batchsend.messages.template import Template
from batchsend.messages.writing import Written, write_messages

__all__ = [
    "CREDIT_CHARACTERS", "Encoding", "Message", "MissingValueError", "Rewording", "Size", "Template", "Written",
    "measure", "write_messages",
]  # fmt: skip

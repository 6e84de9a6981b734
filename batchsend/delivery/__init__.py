"""The sender: claims, paces, retries, stops, records. The only room with an event loop and an HTTP client."""

from batchsend.delivery.ask import Unreachable, ask
from batchsend.delivery.sender import Ending, Progress, Sender
from batchsend.delivery.session import Interrupts, deliver

__all__ = ["Ending", "Interrupts", "Progress", "Sender", "Unreachable", "ask", "deliver"]

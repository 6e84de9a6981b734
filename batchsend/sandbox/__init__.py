"""A practice gateway on loopback: it speaks every provider's dialect, accepts, and sends nothing to anybody."""

from batchsend.sandbox.record import Accepted, Record
from batchsend.sandbox.server import Sandbox
from batchsend.sandbox.trouble import Trouble, TroublePlan, TroubleRule, parse

__all__ = ["Accepted", "Record", "Sandbox", "Trouble", "TroublePlan", "TroubleRule", "parse"]

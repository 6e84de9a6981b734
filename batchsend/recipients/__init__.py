"""Who may and can be written to: phone -> E.164, duplicates, opt-outs. Pure."""

from batchsend.recipients.countries import find_region, locale_of
from batchsend.recipients.phone import PhoneKind, PhoneNumber, PhoneProblem, Repair
from batchsend.recipients.phones import normalize, normalize_batch
from batchsend.recipients.recipient import Recipient, Rejection
from batchsend.recipients.screening import Policy, Screening
from batchsend.recipients.suppression import Suppression, read_suppression

__all__ = [
    "PhoneKind", "PhoneNumber", "PhoneProblem", "Policy", "Recipient", "Rejection", "Repair", "Screening",
    "Suppression",
    "find_region", "locale_of", "normalize", "normalize_batch", "read_suppression",
]  # fmt: skip

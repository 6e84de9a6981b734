"""Recipients -> messages."""

from collections.abc import Iterable, Iterator

from batchsend.contacts.contact import Contact
from batchsend.messages.cell_text import MissingValueError
from batchsend.messages.message import Message
from batchsend.messages.rewording import Rewording
from batchsend.messages.sizes import measure
from batchsend.messages.template import RenderError, Template
from batchsend.recipients.recipient import Recipient, Rejection

PLAIN = Rewording(smart=False, transliterate=False)
"""Texts as they were written."""

Written = tuple[Contact, Message | Rejection]
"""A row of the list and what it came to."""


def write_messages(
    batches: Iterable[list[Recipient | Rejection]], template: Template, rewording: Rewording = PLAIN
) -> Iterator[list[Written]]:
    """One pair for every row that came in, in order."""
    for batch in batches:
        yield [(item.contact, _written(item, template, rewording)) for item in batch]


def _written(item: Recipient | Rejection, template: Template, rewording: Rewording) -> Message | Rejection:
    if isinstance(item, Rejection):
        return item
    try:
        text = template.render(item.contact)
    except MissingValueError as missing:
        stands = f"{missing.found} stands" if missing.found else "nothing"
        reason = f"{stands} in the column for {missing.field}"
        return _rejected(item, "missing_value", reason)
    except RenderError as error:
        reason = f"the template does not work for this row: {error}"
        return _rejected(item, "template_failed", reason)
    if any("\ud800" <= character <= "\udfff" for character in text):
        return _rejected(item, "broken_text", "a character of the message is half of one")
    if "{{" in text or "}}" in text:
        return _rejected(item, "leftover_placeholder", "a {{ }} is left in the message")
    if not text.strip():
        return _rejected(item, "empty_text", "the message would be empty")
    reworded = rewording.apply(text)
    return Message(
        row=item.contact.row,
        to=item.to,
        region=item.region,
        text=reworded.text,
        size=measure(reworded.text),
        name=item.name,
        copy=item.copy,
        note=item.note,
        changes=reworded.changes,
    )


def _rejected(item: Recipient, code: str, reason: str) -> Rejection:
    return Rejection(item.contact, code, reason, phone=item.phone, identity=item.identity)

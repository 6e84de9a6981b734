"""What a retry sends and what it leaves, and why: the ledger and a person's corrections decide, never a status cell."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from batchsend.contacts.contact import Contact, is_empty
from batchsend.contacts.contact_list import BATCH
from batchsend.contacts.headers import field_names, fold
from batchsend.messages.message import Message
from batchsend.messages.template import Template
from batchsend.messages.writing import Written, write_messages
from batchsend.recipients.recipient import Recipient, Rejection
from batchsend.recipients.screening import Policy, Screening
from batchsend.runs.corrections import Correction, Corrections, corrected_contact
from batchsend.runs.retry_result import Left, Retry, Trouble, Wishes
from batchsend.runs.run import Run, RunDetails
from batchsend.runs.standing import Holder, Kept, Standing
from batchsend.runs.status import Status


class Retrying:
    """Decides row by row, in the order of the list. Changes nothing."""

    def __init__(
        self, run: Run, standing: Standing, corrections: Corrections, wishes: Wishes, template: Template
    ) -> None:
        details = run.details
        suppressed = {**standing.suppressed(), **wishes.suppressed}
        self._policy: Policy = details.terms.policy(suppressed, wishes.region)
        columns = details.terms.columns(details.phone_columns)
        self._screening = Screening(columns, details.headers, self._policy)
        self._width = len(details.headers)
        self._rewording = details.terms.rewording
        self._template = template
        self._standing = standing
        self._corrections = corrections
        self._wishes = wishes
        self._moved: dict[int, str] = {}
        self._taken: dict[str, int] = {}
        self._copies: Counter[str] = Counter()
        self.result = Retry()

    def messages(self) -> Iterator[list[Written]]:
        """What will be sent, as it will be sent; what else was decided is in `result`."""
        for batch in self._standing.batches(BATCH):
            yield self._decided(batch)

    def _decided(self, batch: list[Kept]) -> list[Written]:
        open_rows = [kept for kept in batch if self._is_open(kept)]
        written = self._write(open_rows)
        return [sent for kept in open_rows for sent in self._settle(kept, *written[kept.row])]

    def _is_open(self, kept: Kept) -> bool:
        """Whether the row may be sent, as far as its state goes; the others are counted here."""
        row, result, corrections = kept.row, self.result, self._corrections
        if kept.status is Status.ACCEPTED:
            return self._leave(kept, Left.ACCEPTED)
        if all(map(is_empty, kept.contact.cells)):  # no row of a list is empty: its data was removed since
            return self._leave(kept, Left.FORGOTTEN)
        if row not in corrections.seen:
            if kept.status in (Status.PLANNED, Status.NOT_SENT):
                result.never_sent += 1
            return self._leave(kept, Left.ABSENT)
        if row in corrections.conflicts:
            return self._leave(kept, Left.CONFLICT, corrections.conflicts[row])
        if kept.status is Status.UNKNOWN and not self._wishes.include_unknown:
            return self._leave(kept, Left.UNKNOWN)
        if kept.status is Status.SKIPPED and row not in corrections.changed and kept.code != "duplicate":
            return self._leave(kept, Left.SKIPPED)
        return True

    def _leave(self, kept: Kept, why: Left, sentence: str = "") -> bool:
        self.result.left[why] += 1
        if sentence:
            self.result.troubles.append(Trouble(kept.row, why, sentence))
        if kept.status is Status.PLANNED:
            self.result.held_back.append(kept.row)
        return False

    def _write(self, rows: list[Kept]) -> dict[int, Written]:
        """What each row comes to now. A message that stood before and was not corrected is sent as it stood."""
        written: dict[int, Written] = {kept.row: (kept.contact, kept.message) for kept in rows if kept.message}
        looked_at = [kept for kept in rows if not self._stands(kept)]
        for kept, (contact, item) in zip(looked_at, self._rendered(looked_at), strict=True):
            untouched = isinstance(item, Message) and not self._correction(kept).edits
            if kept.message is None or not untouched:
                written[kept.row] = contact, item
        doubtful = [
            kept
            for kept in looked_at
            if isinstance(written[kept.row][1], Rejection) and self._correction(kept).doubtful
        ]
        for contact, item in self._rendered(doubtful, doubtful=True):
            if isinstance(item, Message):
                written[contact.row] = contact, item
        return written

    def _stands(self, kept: Kept) -> bool:
        return kept.message is not None and not self._correction(kept).edits and not self._wishes.suppressed

    def _rendered(self, rows: list[Kept], *, doubtful: bool = False) -> list[Written]:
        contacts = [self._contact(kept, doubtful=doubtful) for kept in rows]
        screened = self._screening.screen(contacts)
        numbers = {item.to for item in screened if isinstance(item, Recipient)}
        holders = self._standing.holders(numbers)
        alone = [
            self._alone(item, holders.get(item.to, [])) if isinstance(item, Recipient) else item for item in screened
        ]
        (written,) = write_messages([alone], self._template, self._rewording)
        return written

    def _alone(self, item: Recipient, holders: Sequence[Holder]) -> Recipient | Rejection:
        """The number belongs to no other row of the run: not now, and not so that it may have got a message before."""
        row, number = item.contact.row, item.to
        others = [holder for holder in holders if holder.row != row and not self._has_moved(holder, number)]
        taker = self._taken.setdefault(number, row)
        if self._policy.keep_duplicates:
            return replace(item, copy=self._copy(row, number, holders))
        if others or taker != row:
            first = others[0] if others else Holder(taker, Status.PLANNED, 0)
            reason = f"same {'id' if item.identity else 'number'} as row {first.row}"
            if first.status in (Status.ACCEPTED, Status.UNKNOWN):
                reason += f", which is {first.status}" if not first.past else ", which may have got its message there"
            return Rejection(item.contact, "duplicate", reason, skipped=True, phone=item.phone, identity=item.identity)
        return replace(item, copy=0)

    def _copy(self, row: int, number: str, holders: Sequence[Holder]) -> int:
        own = next((holder.copy for holder in holders if holder.row == row and not holder.past), None)
        if own is not None:
            return own
        used = max((holder.copy + 1 for holder in holders), default=0)
        copy = max(used, self._copies[number])
        self._copies[number] = copy + 1
        return copy

    def _has_moved(self, holder: Holder, number: str) -> bool:
        return not holder.past and holder.status is not Status.UNKNOWN and self._moved.get(holder.row, number) != number

    def _correction(self, kept: Kept) -> Correction:
        return self._corrections.changed.get(kept.row) or _NOTHING

    def _contact(self, kept: Kept, *, doubtful: bool) -> Contact:
        correction = self._correction(kept)
        edits = {**correction.doubtful, **correction.edits} if doubtful else correction.edits
        return corrected_contact(kept, edits, self._width)

    def _settle(self, kept: Kept, contact: Contact, item: Message | Rejection) -> list[Written]:
        """Notes what is to be done about a row, and returns it when it is sent."""
        if isinstance(item, Rejection):
            self._refuse(kept, contact, item)
            return []
        stands = kept.message is not None and (item.to, item.text) == (kept.message.to, kept.message.text)
        if kept.status is Status.REJECTED and stands and not self._wishes.include_rejected:
            self._leave(kept, Left.UNCHANGED, kept.reason)
            return []
        if kept.row in self._corrections.hidden:
            if self._wishes.hidden is False:
                self._leave(kept, Left.HIDDEN)
                return []
            self.result.hidden.append(kept.row)
        self.result.unknown += kept.status is Status.UNKNOWN
        if not stands or contact.cells != kept.contact.cells:
            self._correct(contact, item, item.to)
        elif kept.status is not Status.PLANNED:
            self.result.again.append(kept.row)
        return [(contact, item)]

    def _refuse(self, kept: Kept, contact: Contact, item: Rejection) -> None:
        if kept.status is Status.UNKNOWN:
            self._leave(kept, Left.UNKNOWN, f"corrected, but cannot be sent: {item.reason}")
            return
        if kept.message is not None or contact.cells != kept.contact.cells:
            self._correct(contact, item, "")
        skipped = item.skipped and kept.status is Status.SKIPPED and contact.cells == kept.contact.cells
        why = Left.SKIPPED if item.skipped else Left.WRONG
        self.result.left[why] += 1
        if not skipped:
            self.result.troubles.append(Trouble(kept.row, why, item.reason))

    def _correct(self, contact: Contact, item: Message | Rejection, number: str) -> None:
        self.result.corrected.append((contact, item))
        self._moved[contact.row] = number


_NOTHING = Correction()


def template_of(details: RunDetails) -> Template:
    """The message of a run, for its own columns. Raises TemplateRefused."""
    keys = [fold(header) for header in details.headers if header]
    twice = {key for key in keys if keys.count(key) > 1}
    return Template(details.template_text, details.template_name, field_names(details.headers), details.headers, twice)

"""A run of another ledger, entered into this one from its results workbook."""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice

from batchsend.contacts.contact import Cell, Contact, display
from batchsend.contacts.contact_list import BATCH
from batchsend.errors import InputRefused
from batchsend.messages.message import Message
from batchsend.messages.sizes import measure
from batchsend.results.cells import CUT
from batchsend.results.column_match import Matched, match_columns
from batchsend.results.kinds import RESULTS
from batchsend.results.returned import Returned, ReturnedRow, ReturnedSheet
from batchsend.runs.amendments import Entry
from batchsend.runs.fingerprint import Fingerprint
from batchsend.runs.ledger import Ledger
from batchsend.runs.run import Outcome, Run, RunDetails
from batchsend.runs.status import Status
from batchsend.runs.terms import Terms

_E164 = re.compile(r"\+[1-9]\d{6,14}")
_WITH_MESSAGE = frozenset({Status.ACCEPTED, Status.REJECTED, Status.NOT_SENT, Status.UNKNOWN})


@dataclass(slots=True)
class Adopted:
    """run: a draft, until somebody confirms it. fingerprint: of its messages. missing: rows of the list that are not in
    the workbook. unclear: rows whose status cell says none of ours, taken as unknown.
    """

    run: Run
    fingerprint: str = ""
    counts: Counter[Status] = field(default_factory=Counter)
    missing: int = 0
    unclear: list[int] = field(default_factory=list)


def details_of_identity(returned: Returned, template_text: str = "", template_name: str = "") -> RunDetails:
    """Raises InputRefused when the hidden sheet is gone or holds too little."""
    said = returned.identity
    if not said.get("run") or not said.get("headers"):
        raise InputRefused(
            f"The run of {returned.path.name} is not in the ledger of this computer, and the file does not say "
            "enough to go on without it.",
            "Take the .xlsx that batchsend wrote, or the ledger it was sent with: --ledger FILE",
        )
    text = template_text or said.get("template_text", "")
    if not text:
        raise InputRefused("The workbook does not hold the message.", "Give it with -t FILE.")
    headers = tuple(json.loads(said["headers"]))
    return RunDetails(
        list_name=said["list_name"],
        sheet=said["sheet"],
        headers=headers,
        phone_columns=tuple(json.loads(said["phone_columns"])),
        template_name=template_name or said["template"],
        template_text=text,
        provider=said["provider"],
        account=said["account"],
        practice=json.loads(said.get("practice", "false")),
        terms=Terms.load(said.get("terms", ""), headers),
    )


class Adoption:
    """Enters a workbook's rows as its own status cells tell them, in the careful reading: what is no status of ours may
    have gone out.
    """

    def __init__(self, ledger: Ledger, returned: Returned, details: RunDetails) -> None:
        self._ledger = ledger
        self._returned = returned
        self._details = details
        self._copies: Counter[str] = Counter()
        self._seen: set[int] = set()
        self._adopted = Adopted(ledger.draft(details, returned.identity["run"]))
        self._fingerprint = Fingerprint()
        self._opted_out: dict[str, str] = {}

    def enter(self) -> Adopted:
        """The run as a draft. Raises InputRefused when rows cannot be told apart or columns of the list are gone."""
        adopted, amendments = self._adopted, self._ledger.amendments(self._adopted.run)
        try:
            for sheet in self._sheets():
                matched = self._matched(sheet)
                rows = sheet.rows()
                while batch := list(islice(rows, BATCH)):
                    amendments.enter(self._entries(sheet, matched, batch))
        except BaseException:
            self._ledger.discard(adopted.run)
            raise
        amendments.suppress(self._opted_out)
        adopted.missing = int(self._returned.identity.get("rows") or 0) - len(self._seen)
        adopted.fingerprint = self._fingerprint.of(self._details.provider, self._details.account)
        return adopted

    def _sheets(self) -> list[ReturnedSheet]:
        sheets = [sheet for sheet in self._returned.of_kind(RESULTS.title) if "send_status" in sheet.ours]
        if not sheets:
            raise InputRefused(
                f"The run is not in the ledger of this computer, and {self._returned.path.name} has no sheet Results "
                "with the column send_status any more, which says who got the message.",
                "Take the whole workbook that batchsend wrote.",
            )
        return sheets

    def _matched(self, sheet: ReturnedSheet) -> Matched:
        matched = match_columns(self._details.headers, sheet, ())
        if matched.missing:
            raise InputRefused(
                f"The sheet {sheet.title} has no column {matched.missing[0]} any more.",
                "Without the ledger the columns are known by their names only: give it its name again.",
            )
        return matched

    def _entries(self, sheet: ReturnedSheet, matched: Matched, batch: list[ReturnedRow]) -> Iterator[Entry]:
        for row in batch:
            if row.row is None or (row.run and row.run != self._adopted.run.name):
                continue  # the reading of corrections names it
            if row.row in self._seen:
                raise InputRefused(
                    f"Row {row.row} of the list stands twice in the workbook.", "Delete one of the two, and save it."
                )
            self._seen.add(row.row)
            cells = tuple(row.cell(matched.places.get(old)) for old in range(len(self._details.headers)))
            yield self._entry(Contact(row.row, cells), {name: row.cell(at) for name, at in sheet.ours.items()})

    def _entry(self, contact: Contact, ours: Mapping[str, Cell]) -> Entry:
        number = contact.row
        said = {name: cell if isinstance(cell, str) else display(cell) for name, cell in ours.items()}
        status = self._status(number, said["send_status"])
        message = self._message(contact, status, said)
        if status in (Status.NOT_SENT, Status.REJECTED) and message is None:
            status = Status.INVALID  # what it was to get is not known: it is written anew
        self._adopted.counts[status] += 1
        to = said.get("send_to", "")
        if said.get("send_code") == "opted_out" and self._names_somebody(to):
            self._opted_out[to] = f"row {number} of the workbook"
        outcome = Outcome(
            number, status, said.get("send_code", ""), said.get("send_reason", ""), said.get("send_reference", "")
        )
        attempts, moment = said.get("send_attempts", ""), ours.get("send_time_utc")
        return Entry(
            contact, outcome, message, to, int(attempts) if attempts.isdecimal() else 0,
            moment.replace(tzinfo=UTC) if isinstance(moment, datetime) else None,
        )  # fmt: skip

    def _status(self, number: int, said: str) -> Status:
        word = said.strip().casefold().replace(" ", "_")
        if word in (Status.PLANNED, Status.NOT_SENT):
            return Status.NOT_SENT
        if word in set(Status):
            return Status(word)
        self._adopted.unclear.append(number)
        return Status.UNKNOWN

    def _names_somebody(self, to: str) -> bool:
        return bool(to.strip() if self._details.terms.id_column is not None else _E164.fullmatch(to))

    def _message(self, contact: Contact, status: Status, said: Mapping[str, str]) -> Message | None:
        to, text = said.get("send_to", ""), said.get("send_text", "")
        if status not in _WITH_MESSAGE or not self._names_somebody(to) or not text or text.endswith(CUT):
            return None
        copy = self._copies[to]
        self._copies[to] += 1
        name = self._details.terms.name_column
        message = Message(
            contact.row, to, said.get("send_country", ""), text, measure(text),
            "" if name is None else contact.text(name), copy,
        )  # fmt: skip
        self._fingerprint.add([message])
        return message

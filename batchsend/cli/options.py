"""Options that several commands share, and what they say as values of the rooms."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import click

from batchsend.contacts import ContactList, ReadOptions, open_contacts
from batchsend.errors import ContactsRefused, UsageError
from batchsend.messages import Rewording, Template
from batchsend.providers import needs_phone
from batchsend.recipients import Policy, Suppression, find_region, locale_of, read_suppression
from batchsend.runs import Ledger, Plan, RunDetails
from batchsend.runs.plan import FindRepeats
from batchsend.runs.planning import make_plan
from batchsend.runs.selection import Selection
from batchsend.runs.terms import Terms
from batchsend.settings import Settings

Command = TypeVar("Command", bound=Callable[..., Any])

_FILE = click.Path(path_type=Path)
_LIST_OPTIONS = (
    click.argument("contacts", type=_FILE),
    click.option("-c", "--country", metavar="ISO", help="Country of numbers without a prefix, such as RO."),
    click.option(
        "--map",
        "mapping",
        multiple=True,
        metavar="ROLE=COLUMN",
        help="Which column is phone, country, name or id; phone=Mobile,Home takes the first that is usable.",
    ),
    click.option("--sheet", metavar="NAME", help="The sheet of the workbook that holds the contacts."),
    click.option(
        "--header-row", type=click.IntRange(min=0), metavar="N", help="The row with the column names; 0: none."
    ),
    click.option(
        "--hidden", type=click.Choice(["include", "skip"]), help="Hidden rows: write to them, or leave them out."
    ),
    click.option("--encoding", metavar="NAME", help="Text encoding of a .csv file."),
    click.option("--delimiter", metavar="CHAR", help="What separates the columns of a .csv file."),
    click.option(
        "--suppress", multiple=True, type=_FILE, metavar="FILE", help="A list of people who opted out; repeatable."
    ),
    click.option(
        "--duplicates",
        type=click.Choice(["skip", "send"]),
        default="skip",
        help="Rows with the same number: skip the later ones (default), or send to each.",
    ),
    click.option("--allow-landline", is_flag=True, help="Send to landlines as well; premium-rate numbers never."),
    click.option("--rows", metavar="5-20,31", help="Only these rows, by their number in the spreadsheet."),
    click.option("--limit", type=click.IntRange(min=1), metavar="N", help="Only the first N rows."),
    click.option(
        "--sample",
        type=click.IntRange(min=1),
        metavar="N",
        help="Only N rows spread over the list, the same each time.",
    ),
)
_MESSAGE_OPTIONS = (
    click.option(
        "-t", "--template", type=_FILE, metavar="FILE", help="The message; {{ first_name }} is the column First Name."
    ),
    click.option(
        "--smart-encoding", is_flag=True, help="Write curly quotes, dashes and the like in the cheaper GSM alphabet."
    ),
    click.option("--transliterate", is_flag=True, help="Write letters the GSM alphabet lacks without their accents."),
    click.option("-m", "--message", metavar="TEXT", help="The message itself."),
)


def list_options(command: Command) -> Command:
    return _decorated(command, _LIST_OPTIONS)


def message_options(command: Command) -> Command:
    return _decorated(command, _MESSAGE_OPTIONS)


def _decorated(command: Command, options: tuple[Callable[[Command], Command], ...]) -> Command:
    for option in reversed(options):
        command = option(command)
    return command


@dataclass(frozen=True, slots=True)
class ListOptions:
    """What the shared options said, as they came from click."""

    contacts: Path
    country: str | None
    mapping: tuple[str, ...]
    sheet: str | None
    header_row: int | None
    hidden: str | None
    encoding: str | None
    delimiter: str | None
    suppress: tuple[Path, ...]
    duplicates: str
    allow_landline: bool
    rows: str | None
    limit: int | None
    sample: int | None

    def open(self) -> ContactList:
        delimiter = self.delimiter.replace("\\t", "\t") if self.delimiter else None
        if delimiter is not None and len(delimiter) != 1:
            raise UsageError(f"--delimiter {self.delimiter!r} is not one character.")
        region = self.region()
        options = ReadOptions(
            mapping=read_mapping(self.mapping),
            sheet=self.sheet,
            header_row=self.header_row,
            encoding=self.encoding,
            delimiter=delimiter,
            hidden=self.hidden,
            locale=locale_of(region) if region else None,
        )
        return open_contacts(self.contacts, options)

    def region(self) -> str | None:
        """Raises UsageError when --country names no country."""
        return read_region(self.country)

    def suppression(self, ledger: Path) -> Suppression:
        """Who opted out: in the ledger, if there is one, and in the lists of --suppress."""
        lists = (open_contacts(path, empty_is_fine=True) for path in self.suppress)
        return read_suppression(lists, self.region(), opted_out_in(ledger))

    def selection(self) -> Selection:
        return Selection.parse(self.rows, self.limit, self.sample)

    def policy(self, suppression: Suppression) -> Policy:
        return Policy(
            self.region(),
            suppression.numbers,
            keep_duplicates=self.duplicates == "send",
            allow_landline=self.allow_landline,
        )


def read_region(country: str | None) -> str | None:
    """Raises UsageError for what is no country."""
    if country is None:
        return None
    region = find_region(country)
    if region is None:
        raise UsageError(f"--country {country}: no such country.", "Give its two letters, such as RO or GB.")
    return region


@dataclass(frozen=True, slots=True)
class MessageOptions:
    """What the options about the message said, as they came from click."""

    template: Path | None
    message: str | None
    smart_encoding: bool
    transliterate: bool

    def read(self, contacts: ContactList) -> Template:
        """Raises UsageError unless exactly one of the two is given."""
        if (self.template is None) == (self.message is None):
            raise UsageError("Give the message with -t FILE or -m TEXT, one of the two.")
        columns = contacts.fields, contacts.headers, contacts.ambiguous_fields
        if self.template is not None:
            return Template.read(self.template, *columns)
        text = str(self.message)
        if any("\ud800" <= character <= "\udfff" for character in text):
            raise UsageError(
                "The text of --message is not valid in the encoding of this terminal.", "Put it into a file: -t"
            )
        return Template(text, "--message", *columns)

    def rewording(self) -> Rewording:
        return Rewording(smart=self.smart_encoding, transliterate=self.transliterate)


def opted_out_in(path: Path) -> dict[str, str]:
    """The opt-out list of a ledger, for the screening. To look at a list makes no ledger."""
    if not path.exists():
        return {}
    with Ledger.opened(path) as ledger:
        return ledger.opt_outs().numbers()


@contextmanager
def repeats_in(path: Path) -> Iterator[FindRepeats]:
    """What went out within a day, for a plan that is only looked at. It makes no ledger."""
    if not path.exists():
        yield lambda _: {}
        return
    with Ledger.opened(path) as ledger:
        yield ledger.repeats().of


def refuse_unreadable(suppression: Suppression) -> None:
    """A send may not go on while it is not known who opted out. Raises ContactsRefused."""
    if not suppression.unreadable:
        return
    file, row, cell = suppression.unreadable[0]
    raise ContactsRefused(
        f"{len(suppression.unreadable):,} opt-outs cannot be read, the first is {cell!r} in {file} row {row}.",
        "Correct them, or give their country with --country; somebody who opted out must not be written to.",
    )


def refuse_ids(contacts: ContactList, provider: str, settings: Settings) -> None:
    """Raises UsageError when the list goes by an id and the gateway writes to phone numbers."""
    if contacts.columns.id is not None and provider and needs_phone(provider, settings):
        raise UsageError(
            f"--map id=... : {provider} writes to phone numbers, so the list cannot go by an id.",
            'Leave it out, and say which column holds the numbers: --map "phone=COLUMN"',
        )


def terms_of(options: ListOptions, contacts: ContactList, wording: MessageOptions) -> Terms:
    policy, columns = options.policy(Suppression()), contacts.columns
    by_id = columns.id is not None
    return Terms(
        region=policy.default_region,
        country_column=columns.country,
        name_column=columns.name,
        id_column=columns.id,
        other_phones=columns.phone if by_id else (),
        keep_duplicates=policy.keep_duplicates,
        allow_landline=policy.allow_landline,
        smart=wording.smart_encoding,
        transliterate=wording.transliterate,
    )


def details_of(
    contacts: ContactList, template: Template, provider: str, account: str, terms: Terms, *, practice: bool
) -> RunDetails:
    return RunDetails(
        list_name=contacts.source.name,
        sheet=contacts.source.sheet,
        headers=contacts.headers,
        phone_columns=contacts.columns.address,
        template_name=template.name,
        template_text=template.text,
        provider=provider,
        account=account,
        practice=practice,
        terms=terms,
    )


def plan_list(
    options: ListOptions,
    contacts: ContactList,
    template: Template,
    rewording: Rewording,
    suppression: Suppression,
    repeats: FindRepeats = lambda _: {},
    *,
    again: bool = False,
) -> Plan:
    """again: what went out within a day is only counted, not left out."""
    policy, selection = options.policy(suppression), options.selection()
    return make_plan(contacts, policy, template, selection, rewording, repeats, again=again)


def read_mapping(given: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    mapping: dict[str, tuple[str, ...]] = {}
    for item in given:
        role, separator, columns = item.partition("=")
        names = tuple(name.strip() for name in columns.split(",") if name.strip())
        if not separator or not names:
            raise UsageError(f"--map {item!r} is not ROLE=COLUMN.", 'For example: --map "phone=Mobile"')
        mapping[role.strip().lower()] = names
    return mapping


def default_output(list_name: str, run_name: str) -> Path:
    return Path(os.curdir) / f"{Path(list_name).stem}-results-{run_name}.xlsx"

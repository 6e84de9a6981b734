"""Header cells: how they are compared, and which column plays which role."""

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from batchsend.contacts.contact import Cell, display
from batchsend.errors import ContactsRefused, UsageError


class Role(StrEnum):
    """What batchsend can take a column for."""

    PHONE = "phone"
    COUNTRY = "country"
    NAME = "name"
    ID = "id"


_SPELLINGS: Mapping[Role, tuple[str, ...]] = {
    Role.PHONE: tuple(
        """
        phone phones phonenumber phonenumbers phoneno phonenr phone1 phone1value mobile mobiles mobilephone
        mobilephonenumber mobilenumber mobileno mobilenr mobil cell cellphone cellphonenumber cellnumber cellular
        tel telno telnr telnumber telephone telephonenumber telephoneno telefon telefonnr telefonnummer
        telefonmobil mobiltelefon mobilnummer handy handynummer rufnummer nrtelefon nrtel numartelefon
        numardetelefon telefono telefonomovil movil celular telefone telemovel cellulare numerotelefono
        numerodetelefono portable numerodeportable numeroportable telephoneportable gsm gsmnumber msisdn whatsapp
        whatsappnumber sms smsnumber smsphone contactnumber contactphone number numar e164
        """.split()
    ),
    Role.COUNTRY: tuple(
        """
        countryiso countryiso2 isocountry isocountrycode countrycodeiso country countries countrycode land lander
        landercode landcode landescode tara codtara pays codepays pais codigopais paese nazione countrydialcode
        dialcode dialingcode callingcode iso iso2 isocode alpha2 iso3
        """.split()
    ),
    Role.NAME: tuple(
        """
        firstname first givenname prenume vorname prenom nombre name fullname contactname customername customer
        contact nume nom nome displayname
        """.split()
    ),
    Role.ID: (),  # only a person can say that a list goes by one
}
"""In the order of preference: where a list has several columns for the country or the name, the first named wins."""


_RESERVED = frozenset("row self none true false and or not in is if else loop caller varargs kwargs super".split())
"""Words that mean something else in a template: a column of that name is reached with a _ behind it."""


def fold(header: Cell) -> str:
    """The name a template uses for a column: "First  NAME " -> "first_name", "Țară" -> "tara".

    Accents, case, spaces, punctuation and invisible characters do not count. A leading digit gets a "_" before
    it, so that the name can stand in a template.
    """
    text = unicodedata.normalize("NFKD", display(header)).casefold()
    text = "".join(c for c in text if not unicodedata.combining(c) and unicodedata.category(c) != "Cf")
    key = re.sub(r"[\W_]+", "_", text).strip("_")
    return f"_{key}" if key[:1].isdigit() else key


def squeeze(header: Cell) -> str:
    """The folded header without its separators: how spellings are compared."""
    return fold(header).replace("_", "")


def plays(role: Role, header: Cell) -> bool:
    """Whether a column of this name is taken for the role; what stands in brackets does not count."""
    return rank(role, header) is not None


def rank(role: Role, header: Cell) -> int | None:
    """How much a name is liked for a role, 0 the most; None when it is not."""
    for spelling in (squeeze(header), squeeze(re.sub(r"\([^)]*\)|\[[^\]]*\]", " ", display(header)))):
        if spelling in _SPELLINGS[role]:
            return _SPELLINGS[role].index(spelling)
    return None


@dataclass(frozen=True, slots=True)
class Columns:
    """Positions (from 0) of the columns that have a role. phone: in the order of preference; none only with an id.

    id: who a contact is, where the list goes by that and not by the phone.
    """

    phone: tuple[int, ...]
    country: int | None = None
    name: int | None = None
    id: int | None = None

    @property
    def address(self) -> tuple[int, ...]:
        """The columns that say whom a message is for."""
        return self.phone if self.id is None else (self.id,)


def find_columns(headers: Sequence[str], mapping: Mapping[str, Sequence[str]]) -> Columns:
    """The columns by role: from `--map` where it names one, else from the headers' spelling.

    mapping: role -> the column names given for it. Raises ContactsRefused when there is no phone column or more
    than one candidate, UsageError when `--map` names a column or a role that does not exist.
    """
    if unknown := set(mapping) - set(Role):
        raise UsageError(f"--map {min(unknown)}=... : there is no such role.", f"The roles are {', '.join(Role)}.")
    by_id = _one(headers, mapping, Role.ID)
    return Columns(
        phone=_mapped(headers, mapping, Role.PHONE) or _phones(headers, needed=by_id is None),
        country=_one(headers, mapping, Role.COUNTRY),
        name=_one(headers, mapping, Role.NAME),
        id=by_id,
    )


def _phones(headers: Sequence[str], *, needed: bool) -> tuple[int, ...]:
    """Where none is needed, all that may hold one: only opt-outs are looked up by them."""
    if needed:
        return (_only_phone(headers),)
    return tuple(i for i, header in enumerate(headers) if plays(Role.PHONE, header))


def _mapped(headers: Sequence[str], mapping: Mapping[str, Sequence[str]], role: Role) -> tuple[int, ...]:
    return tuple(locate(headers, wanted, role) for wanted in mapping.get(role, ()))


def locate(headers: Sequence[str], wanted: str, role: Role) -> int:
    """Position of the column a person named: exactly as written, else by its folded name."""
    for same in (lambda h: h.strip() == wanted.strip(), lambda h: fold(h) == fold(wanted)):
        found = [i for i, header in enumerate(headers) if header and same(header)]
        if len(found) == 1:
            return found[0]
        if found:
            break
    what = "more than one column has that name" if found else "there is no such column"
    raise UsageError(f"--map {role}={wanted}: {what}.", f"The columns are: {listing(headers)}.")


def _only_phone(headers: Sequence[str]) -> int:
    found = [i for i, header in enumerate(headers) if plays(Role.PHONE, header)]
    if len(found) == 1:
        return found[0]
    if not found:
        raise ContactsRefused(
            f"No phone column was found. The columns are: {listing(headers)}.",
            'Say which one holds the phone numbers: --map "phone=COLUMN"',
        )
    names = [headers[i] for i in found]
    if len(set(map(fold, names))) < len(names):
        raise ContactsRefused(
            f"More than one column is called {names[0]!r}.", "Rename one of them in the file, then try again."
        )
    raise ContactsRefused(
        f"More than one column may hold the phone numbers: {listing(names)}.",
        f'Say which one to use: --map "phone={names[0].strip()}"',
    )


def _one(headers: Sequence[str], mapping: Mapping[str, Sequence[str]], role: Role) -> int | None:
    if given := _mapped(headers, mapping, role):
        if len(given) > 1:
            raise UsageError(f"--map {role}=... can name one column only.")
        return given[0]
    ranks = {i: liked for i, header in enumerate(headers) if (liked := rank(role, header)) is not None}
    return min(ranks, key=lambda i: (ranks[i], i), default=None)


def field_names(headers: Sequence[str]) -> tuple[str, ...]:
    """The template name of each column, unique: a second `Notes` is `notes_2`; no header, no name ("")."""
    seen: Counter[str] = Counter()
    names: list[str] = []
    keys = [f"{key}_" if key in _RESERVED else key for key in map(fold, headers)]
    taken = set(keys)
    for key in keys:
        if not key:
            names.append("")
            continue
        seen[key] += 1
        name = key
        while seen[key] > 1 and (name := f"{key}_{seen[key]}") in taken:
            seen[key] += 1
        taken.add(name)
        names.append(name)
    return tuple(names)


def listing(headers: Sequence[str]) -> str:
    """Header names for a sentence."""
    return ", ".join(" ".join(header.split()) for header in headers if header.strip()) or "(none)"

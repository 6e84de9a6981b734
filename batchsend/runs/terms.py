"""The terms a run's list was read and written under, so that a corrected row is treated as all the others were."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Self

from batchsend.contacts.headers import Columns, Role, rank
from batchsend.messages.rewording import Rewording
from batchsend.recipients.screening import Policy


@dataclass(frozen=True, slots=True)
class Terms:
    """region: for numbers without a country of their own (ISO alpha-2). country_column, name_column: positions from 0.

    id_column: who a contact is, where the list goes by that. other_phones: of such a list, where opt-outs are looked
    up. smart, transliterate: how texts were reworded.
    """

    region: str | None = None
    country_column: int | None = None
    name_column: int | None = None
    id_column: int | None = None
    other_phones: tuple[int, ...] = ()
    keep_duplicates: bool = False
    allow_landline: bool = False
    smart: bool = False
    transliterate: bool = False

    def columns(self, address: tuple[int, ...]) -> Columns:
        """address: the columns that say whom a message is for."""
        phone = address if self.id_column is None else self.other_phones
        return Columns(phone, self.country_column, self.name_column, self.id_column)

    def policy(self, suppressed: Mapping[str, str], region: str | None = None) -> Policy:
        return Policy(region or self.region, suppressed, self.keep_duplicates, self.allow_landline)

    @property
    def rewording(self) -> Rewording:
        return Rewording(smart=self.smart, transliterate=self.transliterate)

    def dump(self) -> str:
        return json.dumps(asdict(self), separators=(",", ":"))

    @classmethod
    def load(cls, text: str, headers: Sequence[str]) -> Self:
        """headers: for a run that did not note its terms ("{}" or ""): its columns are found again as they were."""
        noted = json.loads(text or "{}")
        if not noted:
            return cls(country_column=_liked(headers, Role.COUNTRY), name_column=_liked(headers, Role.NAME))
        return cls(**noted | {"other_phones": tuple(noted.get("other_phones", ()))})


def _liked(headers: Sequence[str], role: Role) -> int | None:
    ranks = {column: liked for column, header in enumerate(headers) if (liked := rank(role, header)) is not None}
    return min(ranks, key=lambda column: (ranks[column], column), default=None)

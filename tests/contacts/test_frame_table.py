from datetime import date, datetime, timedelta

import pandas as pd
import pytest

from batchsend.contacts import Contact, contacts_from_frame
from batchsend.errors import ContactsRefused


def test_a_frame_is_read_as_if_it_had_been_saved_as_a_spreadsheet() -> None:
    frame = pd.DataFrame(
        {
            "Phone": ["0723555666", None, 723555667],
            "Joined": pd.Series(["2026-12-24", None, "2026-12-25"], index=[10, 20, 30], dtype="datetime64[ns]"),
            "Count": pd.array([1, None, 3], dtype="Int64"),
            "Share": [0.5, float("nan"), 2.0],
            "Since": [date(2026, 1, 2), None, None],
            "Took": pd.Series(["1h", None, "2h"], index=[10, 20, 30], dtype="timedelta64[ns]"),
            "VIP": [True, False, None],
        },
        index=[10, 20, 30],
    )
    contacts = contacts_from_frame(frame)
    ((first, second, third),) = contacts.batches()
    assert first.cells == (
        "0723555666", datetime(2026, 12, 24), 1, 0.5, date(2026, 1, 2), timedelta(hours=1), True,  # noqa: DTZ001
    )  # fmt: skip
    assert second == Contact(3, (None, None, None, None, None, None, False))
    assert third.cells[0] == 723555667
    assert [contact.row for contact in (first, second, third)] == [2, 3, 4]


def test_a_frame_without_a_phone_column_is_refused() -> None:
    with pytest.raises(ContactsRefused, match="No phone column"):
        contacts_from_frame(pd.DataFrame({"Name": ["Ana"]}))

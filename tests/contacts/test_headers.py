import pytest

from batchsend.contacts.headers import Columns, field_names, find_columns, fold
from batchsend.errors import ContactsRefused, UsageError


@pytest.mark.parametrize(
    ("header", "key"),
    [
        ("First Name", "first_name"),
        ("  first  NAME ", "first_name"),
        ("First\u00a0Name", "first_name"),
        ("first-name", "first_name"),
        ("\ufeffPhone", "phone"),  # a byte order mark that came through
        ("Pho\u200bne", "phone"),  # a zero-width space
        ("Țară", "tara"),
        ("Số điện thoại", "so_đien_thoai"),  # đ has no decomposition; it is a letter of its own
        ("2nd phone", "_2nd_phone"),  # a template name cannot begin with a digit
        ("E-mail (work)", "e_mail_work"),
        ("???", ""),
        (None, ""),
        (2026.0, "_2026"),
    ],
)
def test_headers_are_folded_to_template_names(header: str | float | None, key: str) -> None:
    assert fold(header) == key


@pytest.mark.parametrize(
    "header",
    ["Phone", "PHONE NUMBER", "phone_number", "Phone-No.", "Mobile", "Cell Phone", "tel", "Telefon", "Nr. telefon",
     "Număr de telefon", "MSISDN", "Number", "Handynummer", "Móvil", "WhatsApp"],
)  # fmt: skip
def test_common_spellings_are_phone_columns(header: str) -> None:
    assert find_columns(["Name", header, "City"], {}).phone == (1,)


@pytest.mark.parametrize("header", ["Country", "country code", "COUNTRY_ISO", "ISO", "Țara", "Land", "Pays"])
def test_common_spellings_are_country_columns(header: str) -> None:
    assert find_columns(["Phone", header], {}).country == 1


@pytest.mark.parametrize("header", ["Region", "Phoned on", "Phone type", "Cellar", "Order number"])
def test_words_that_only_look_alike_have_no_role(header: str) -> None:
    assert find_columns(["Phone", header], {}) == Columns(phone=(0,))


def test_no_phone_column_is_refused_with_the_headers_and_what_to_type() -> None:
    with pytest.raises(ContactsRefused) as refused:
        find_columns(["Customer", "Reach at"], {})
    assert "Customer, Reach at" in refused.value.message
    assert '--map "phone=' in refused.value.hint


def test_two_phone_columns_are_refused_with_both_names_and_what_to_type() -> None:
    with pytest.raises(ContactsRefused) as refused:
        find_columns(["Phone", "Name", "Mobile"], {})
    assert "Phone, Mobile" in refused.value.message
    assert '--map "phone=Phone"' in refused.value.hint


def test_the_map_settles_which_phone_column_is_used() -> None:
    assert find_columns(["Phone", "Mobile"], {"phone": ["mobile "]}).phone == (1,)


def test_the_first_name_is_preferred_as_the_name() -> None:
    assert find_columns(["Phone", "Name", "First Name"], {}).name == 2


@pytest.mark.parametrize(
    ("mapping", "says"),
    [
        ({"phone": ["Fax"]}, "no such column"),
        ({"phone": ["NOTES"]}, "more than one column"),
        ({"shoe": ["Phone"]}, "no such role"),
        ({"country": ["Phone", "Notes"]}, "one column only"),
    ],
)
def test_a_map_that_does_not_fit_the_list_is_a_usage_error(mapping: dict[str, list[str]], says: str) -> None:
    with pytest.raises(UsageError, match=says):
        find_columns(["Phone", "Notes", "notes"], mapping)


@pytest.mark.parametrize(
    ("headers", "fields"),
    [
        (["Notes", "Notes", "notes"], ("notes", "notes_2", "notes_3")),
        (["Notes", "Notes_2", "Notes"], ("notes", "notes_2", "notes_3")),  # notes_2 is taken by a real column
        (["Notes", "", "City"], ("notes", "", "city")),
    ],
)
def test_every_column_has_a_template_name_of_its_own(headers: list[str], fields: tuple[str, ...]) -> None:
    assert field_names(headers) == fields


def test_a_list_goes_by_an_id_only_when_a_person_says_so() -> None:
    by_phone = find_columns(["ID", "Phone"], {})
    assert (by_phone.id, by_phone.address) == (None, (1,))
    by_id = find_columns(["ID", "Phone", "Mobile"], {"id": ["id"]})
    assert (by_id.id, by_id.phone, by_id.address) == (0, (1, 2), (0,))  # the phones find opt-outs
    assert find_columns(["ID", "Name"], {"id": ["ID"]}).phone == ()
    with pytest.raises(UsageError, match="one column only"):
        find_columns(["ID", "Name"], {"id": ["ID", "Name"]})

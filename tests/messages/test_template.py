from pathlib import Path

import pytest

from batchsend.contacts import Contact
from batchsend.errors import TemplateRefused
from batchsend.messages import MissingValueError, Template
from batchsend.messages.template import RenderError

FIELDS = ("first_name", "phone", "voucher", "")
HEADERS = ("First Name", "Phone", "Voucher ", "")


def template(text: str) -> Template:
    return Template(text, "offer.txt", FIELDS, HEADERS)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Hi {{ first_name }}", "Hi Ștefan"),
        ("{{ row['First Name'] }}: {{ row['Voucher '] }}", "Ștefan: 10"),
        ("{{ first_name|upper }} & <b>", "ȘTEFAN & <b>"),  # nothing is escaped: this is no web page
        ("two\r\nlines\r\n", "two\nlines"),
        ("keeps\n\n", "keeps\n"),  # only the file's own final newline goes
    ],
)
def test_a_row_is_rendered(text: str, message: str) -> None:
    assert template(text).render(Contact(2, ("Ștefan", "0723", 10.0, None))) == message


@pytest.mark.parametrize(
    "text",
    [
        "{{ voucher }}",
        "{{ voucher|upper }}",
        "{{ 'x' ~ voucher }}",
        "{{ voucher + 'x' }}",
        "{{ [voucher] }}",
        "{{ voucher|list }}",
        "{{ voucher|length }}",
        "{% for c in voucher %}{{ c }}{% endfor %}",
    ],
)
@pytest.mark.parametrize("empty", [None, "", " "])
def test_printing_an_empty_cell_is_refused_and_names_the_placeholder(text: str, empty: str | None) -> None:
    with pytest.raises(MissingValueError) as missing:
        template(text).render(Contact(2, ("Ana", "0723", empty, None)))
    assert missing.value.field == "voucher"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{{ voucher | default('none') }}", "none"),
        ("{% if voucher %}{{ voucher }}{% else %}no code{% endif %}", "no code"),
    ],
)
def test_a_default_or_a_condition_makes_an_empty_cell_fine(text: str, message: str) -> None:
    assert template(text).render(Contact(2, ("Ana", "0723", None, None))) == message


@pytest.mark.parametrize("text", ["Hi {{ frist_name }}", "{{ row['Surname'] }}", "{{ row.Surname }}"])
def test_a_placeholder_without_a_column_refuses_the_run_and_lists_the_columns(text: str) -> None:
    with pytest.raises(TemplateRefused) as refused:
        template(text)
    assert "frist_name" in refused.value.message or "Surname" in refused.value.message
    assert "first_name, phone, voucher" in refused.value.hint


def test_a_template_that_is_no_template_names_file_and_line() -> None:
    with pytest.raises(TemplateRefused, match=r"offer\.txt, line 2"):
        template("Hi\n{{ first_name")


@pytest.mark.parametrize(
    "text", ["{{ ''.__class__.__mro__ }}", "{% include 'secrets' %}", "{{ first_name.__init__.__globals__ }}"]
)
def test_a_template_reaches_nothing_but_its_row(text: str) -> None:
    with pytest.raises((TemplateRefused, RenderError)):
        template(text).render(Contact(2, ("Ana", "0723", 1, None)))


def test_a_template_file_is_utf8_text(tmp_path: Path) -> None:
    path = tmp_path / "offer.txt"
    path.write_bytes("\ufeffBună {{ first_name }}\r\n".encode())
    assert Template.read(path, FIELDS, HEADERS).render(Contact(2, ("Ana", "", 1, None))) == "Bună Ana"
    path.write_bytes("Bună".encode("utf-16"))
    with pytest.raises(TemplateRefused, match="not a text file in UTF-8"):
        Template.read(path, FIELDS, HEADERS)
    with pytest.raises(TemplateRefused, match="cannot be read"):
        Template.read(tmp_path / "none.txt", FIELDS, HEADERS)


def test_a_template_that_fails_on_a_row_says_so_of_that_row_only() -> None:
    second_name = template("{{ first_name.split(' ')[1] }}")
    assert second_name.render(Contact(2, ("Ana Pop", "", 1, None))) == "Pop"
    with pytest.raises(RenderError):
        second_name.render(Contact(3, ("Cher", "", 1, None)))


def test_a_column_called_row_does_not_hide_the_row() -> None:
    it = Template("{{ row['Row'] }}", "t", ("row",), ("Row",))
    assert it.render(Contact(2, ("7",))) == "7"

from datetime import date
from pathlib import Path

import pytest

from batchsend.contacts import Cell, Contact
from batchsend.errors import TemplateRefused
from batchsend.messages import MissingValueError, Template
from batchsend.messages.bounds import BoundedEnvironment, OutOfBoundsError
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
        "{{ voucher|join }}",
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


@pytest.mark.parametrize("found", ["#N/A", "#REF!", "nan", "None", "NaT", "#NO RESULT"])
def test_what_a_program_writes_for_nothing_is_nothing(found: str) -> None:
    with pytest.raises(MissingValueError) as missing:
        template("Hi {{ first_name }}").render(Contact(2, (found, "", 1, None)))
    assert (missing.value.field, missing.value.found) == ("first_name", found)
    assert template("Hi {{ first_name | default('you') }}").render(Contact(2, (found, "", 1, None))) == "Hi you"


@pytest.mark.parametrize("name", ["Nan", "N/A", "none of the above", "Nora"])
def test_what_may_be_a_name_is_one(name: str) -> None:
    assert template("Hi {{ first_name }}").render(Contact(2, (name, "", 1, None))) == f"Hi {name}"


@pytest.mark.parametrize(
    ("text", "cell", "message"),
    [
        ("{{ voucher | date('%d %b') }}", date(2026, 12, 24), "24 Dec"),
        ("{{ voucher | date('%d.%m.%Y') }}", "2026-12-24", "24.12.2026"),
        ("{{ voucher | date }}", "24.12.2026", "24 Dec"),
        ("{{ voucher | money }}", 1234.5, "1,234.50"),
        ("{{ voucher | money }}", "0,50", "0.50"),
        ("{{ voucher | int }}", "12,5", "12"),
        ("{{ voucher | float }}", "1.234,50", "1234.5"),
        ("{{ voucher | money('EUR', 'de') }}", "1.234,50", "1.234,50\u00a0€"),
        ("{{ voucher | plural('voucher') }}", 1.0, "1 voucher"),
        ("{{ voucher | plural('box', 'boxes') }}", "2", "2 boxes"),
        ("{{ voucher | title }}", "ana maria", "Ana Maria"),
        ("{{ voucher | truncate(8) }}", "a very long text", "a..."),
        ("{% for word in voucher.split() %}{{ word[0] }}{% endfor %}", "Ana Maria Pop", "AMP"),
        ("{{ voucher ~ '!' ~ 1 }}", "x", "x!1"),
    ],
)
def test_filters_people_need(text: str, cell: Cell, message: str) -> None:
    assert template(text).render(Contact(2, ("Ana", "", cell, None))) == message


@pytest.mark.parametrize(
    "text", ["{{ voucher | date }}", "{{ voucher | money }}", "{{ voucher | plural('x') }}", "{{ voucher | int }}"]
)
def test_a_filter_that_does_not_fit_the_value_is_a_problem_of_the_row(text: str) -> None:
    with pytest.raises(RenderError):
        template(text).render(Contact(2, ("Ana", "", "03/04/2026 or so", None)))


@pytest.mark.parametrize(
    "text",
    ["Hi {first_name}", "Hi <<First Name>>", "Hi «voucher»", "\nHi { First Name }", "Hi {name}", "<<Firts Name>>"],
)
def test_placeholders_of_other_programs_are_explained_not_sent(text: str) -> None:
    with pytest.raises(TemplateRefused, match="would be sent as it stands") as refused:
        template(text)
    assert "{{ " in refused.value.hint


@pytest.mark.parametrize("text", ["a < b << c", "{}", "50% { 20 }", "f{x"])
def test_braces_that_are_no_placeholder_are_text(text: str) -> None:
    assert template(text).render(Contact(2, ("Ana", "", 1, None))) == text


def test_a_placeholder_of_two_columns_is_refused() -> None:
    with pytest.raises(TemplateRefused, match="several columns called note"):
        Template("{{ note }}", "t", ("note", "note_2"), ("Note", "note"), ambiguous={"note"})


@pytest.mark.parametrize(
    "text",
    [
        "{% for i in range(1000) %}{% for j in range(1000) %}{% endfor %}{% endfor %}",
        "{% for i in range(999999999) %}x{% endfor %}",
        "{{ 'x' * 999999999 }}",
        "{{ [1] * 99999999 }}",
        "{{ 9 ** (9 ** 9) }}",
        "{% macro again() %}{{ again() }}{% endmacro %}{{ again() }}",
        "{% set x = 'aaaaaaaaaa' %}" + "{% set x = x ~ x %}" * 40 + "{{ x }}",
        "{% set x = 'aaaaaaaaaa' %}" + "{% set x = x + x %}" * 40 + "{{ x }}",
        "{{ '%999999999d' % 1 }}",
        "{{ 'x'.center(999999999) }}",
        "{{ ('x' * 9000).replace('', 'y' * 9000) | length }}",
        "{% for i in range(999) %}{{ 'a' * 20 }}{% endfor %}",
        "{% include '/etc/passwd' %}",
        "{% import 'os' as os %}",
        "{% extends 'x' %}",
        "{{ 'x' | center(999999999) }}",
        "{{ '{0.__class__}'.format(1) }}",
        "{{ ''.__class__.__mro__ }}",
        "{{ " + "(" * 5000 + "1" + ")" * 5000 + " }}",
        "{{ range.__self__ }}",
        "{{ cycler }}",
        "{{ first_name.upper }}",
        "{{ range }}",
        "{{ none }}",
        "{{ row }}",
        "{{ [first_name] }}",
        "{{ first_name | truncate(1) }}",
    ],
)
def test_a_hostile_template_is_refused(text: str) -> None:
    with pytest.raises((TemplateRefused, RenderError)):
        template(text).render(Contact(2, ("Ana", "", 1, None)))


def test_a_template_that_takes_too_long_is_refused() -> None:
    seconds = iter(range(10_000))
    environment = BoundedEnvironment(clock=lambda: next(seconds))
    _, slow = environment.bounded_template("{% for i in range(9) %}{% endfor %}", "t")
    with pytest.raises(OutOfBoundsError, match="steps"):
        environment.render_bounded(slow, {})


def test_a_text_depends_on_its_own_row_only() -> None:
    it = template("{{ first_name | default('you') }} {{ voucher | default('') }}")
    rows = [
        Contact(n, (name, "", voucher, None)) for n, (name, voucher) in enumerate([("A", 1), (None, 2), ("C", None)])
    ]
    alone = [template(it.text).render(row) for row in rows]
    assert [it.render(row) for row in rows] == alone == [it.render(row) for row in reversed(rows)][::-1]


@pytest.mark.parametrize("amount", ["1.234", "2,345"])
def test_a_number_that_can_be_read_in_two_ways_is_not_guessed(amount: str) -> None:
    with pytest.raises(RenderError, match="two ways"):
        template("{{ voucher | money }}").render(Contact(2, ("Ana", "", amount, None)))


def test_the_exact_header_of_two_columns_is_refused() -> None:
    with pytest.raises(TemplateRefused, match="several columns called Note"):
        Template("{{ row['Note'] }}", "t", ("note", "note_2"), ("Note", "Note"), ambiguous={"note"})

import json
import shlex
from pathlib import Path

import openpyxl
import pytest

from tests.acceptance.conftest import ROOT, Shell, results_of
from tests.lists import write_csv, write_xlsx

MESSY = ROOT / "samples" / "messy.xlsx"


def test_estimate_names_every_row_that_cannot_be_sent_and_the_credits_of_the_rest(batchsend: Shell) -> None:
    done = batchsend("estimate", MESSY, "-m", "Hi {{ first_name }}", "-c", "RO")
    assert done.returncode == 1, done.stderr
    for row, reason in (
        (14, "more than one number"), (15, "letters"), (21, "rounded"), (26, "country is not known: Freedonia"),
        (35, "nothing in the column for first_name"), (36, "a date"),
    ):  # fmt: skip
        assert any(f"row {row} " in line and reason in line for line in done.stdout.splitlines()), (row, reason)
    assert "20 of 42 rows can be sent (20 cannot, 2 left out)" in done.stdout
    assert "credits      20" in done.stdout


def test_estimate_as_data_adds_up(batchsend: Shell) -> None:
    done = batchsend("estimate", MESSY, "-m", "Hi {{ first_name }}", "-c", "RO", "--json")
    data = json.loads(done.stdout)
    totals = data["totals"]
    assert totals["rows"] == totals["messages"] + totals["invalid"] + totals["skipped"] == 42
    assert len(data["problems"]) == totals["invalid"] + totals["skipped"]
    assert data["columns"][0] == {"header": "first  NAME", "field": "first_name"}


def test_the_workbook_of_an_estimate_has_every_row_as_planned(batchsend: Shell) -> None:
    done = batchsend("estimate", MESSY, "-m", "Hi {{ first_name }}", "-c", "RO", "-o", "plan.xlsx")
    assert done.returncode == 1
    rows = results_of(batchsend.folder / "plan.xlsx")
    assert len(rows) == 42
    assert sum(row["send_credits"] for row in rows if row["send_status"] == "planned") == 20


def test_send_dry_run_is_estimate(batchsend: Shell) -> None:
    arguments = (MESSY, "-m", "Hi {{ first_name }}", "-c", "RO")
    dry = batchsend("send", *arguments, "-p", "robo-sms", "--dry-run")
    assert dry.stdout == batchsend("estimate", *arguments).stdout
    assert dry.returncode == 1


def test_check_groups_problems_and_writes_the_rows_to_fix(batchsend: Shell) -> None:
    done = batchsend("check", MESSY, "-c", "RO", "-o", "fix.xlsx")
    assert done.returncode == 1
    assert "2  more than one number in the cell\n          in rows 14, 42; for example" in done.stdout
    assert "21 of 42 rows can be sent." in done.stdout
    assert len(results_of(batchsend.folder / "fix.xlsx")) == 42
    assert len(results_of(batchsend.folder / "fix.xlsx", "To fix")) == 19
    assert json.loads(batchsend("check", MESSY, "-c", "RO", "--json").stdout)["can_be_sent"] == 21


def test_the_suppression_list_is_left_out(batchsend: Shell) -> None:
    samples = ROOT / "samples"
    done = batchsend("check", samples / "contacts.csv", "--suppress", samples / "suppression.csv", "-c", "RO", "--json")
    problems = json.loads(done.stdout)["problems"]
    assert [problem["code"] for problem in problems] == ["opted_out"] * 3
    assert done.returncode == 0  # left out on purpose is no failure


@pytest.mark.parametrize("template", sorted((ROOT / "templates").glob("*.txt")), ids=lambda path: path.stem)
@pytest.mark.parametrize("contacts", ["contacts.csv", "contacts.xlsx"])
def test_every_template_renders_for_every_person_of_the_samples(
    batchsend: Shell, template: Path, contacts: str
) -> None:
    done = batchsend("estimate", ROOT / "samples" / contacts, "-t", template, "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["totals"]["messages"] == 72


def test_a_placeholder_without_a_column_lists_the_columns(batchsend: Shell) -> None:
    done = batchsend("estimate", MESSY, "-m", "Hi {{ frist_name }}", "-c", "RO")
    assert done.returncode == 3
    assert "frist_name" in done.stderr
    assert "first_name" in done.stderr


def test_two_phone_columns_are_refused_with_what_to_type(batchsend: Shell) -> None:
    listed = write_csv(batchsend.folder / "list.csv", [["Phone", "Mobile"], ["+40723555666", "+40723555667"]])
    done = batchsend("check", listed)
    assert done.returncode == 3
    assert '--map "phone=Phone"' in done.stderr
    assert batchsend("check", listed, "--map", "phone=Mobile").returncode == 0


def bad_inputs(folder: Path) -> list[Path]:
    (folder / "empty.csv").write_bytes(b"")
    (folder / "really-a.xlsx").write_bytes(b"%PDF-1.7\n" + bytes(range(256)) * 20)
    (folder / "broken.xlsx").write_bytes(b"PK\x03\x04" + bytes(range(256)) * 20)
    (folder / "header.csv").write_text("Phone,Name\n")
    (folder / "folder").mkdir()
    write_xlsx(folder / "nothing.xlsx", [])
    return [
        folder / name
        for name in ("empty.csv", "really-a.xlsx", "broken.xlsx", "header.csv", "folder", "nothing.xlsx", "none.csv")
    ]


def test_bad_input_gets_one_clear_sentence(batchsend: Shell) -> None:
    for path in bad_inputs(batchsend.folder):
        done = batchsend("estimate", path, "-m", "Hi")
        assert done.returncode == 3, (path.name, done.stderr)
        assert done.stdout == ""
        assert "Traceback" not in done.stderr
        assert 1 <= len(done.stderr.splitlines()) <= 2, done.stderr


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("estimate", MESSY), "-t FILE or -m TEXT"),
        (("estimate", MESSY, "-m", "x", "-t", "y"), "one of the two"),
        (("estimate", MESSY, "-m", "x", "-c", "Freedonia"), "no such country"),
        (("check", MESSY, "--map", "phone"), "ROLE=COLUMN"),
        (("check", MESSY, "--delimiter", "ab"), "one character"),
        (("send", MESSY, "-m", "x", "-p", "pigeon", "-y"), "no provider 'pigeon'"),
        (("resume", "nope"), "no run 'nope'"),
        (("report",), "no runs yet"),
        (("estimate", MESSY, "-m", "x", "-o", "nowhere/plan.xlsx"), "no folder nowhere"),
        (("estimate", MESSY, "-m", "x", "-o", "plan.csv"), ".xlsx file"),
        (("send", MESSY, "-m", "x", "-p", "robo-sms", "--sandbox", "-y", "-o", "nowhere/out.xlsx"), "no folder"),
        (("estimate", MESSY, "-m", "\udcff"), "not valid in the encoding"),
        (("sandbox", "--trouble", "rain"), "rain"),
        (("--config", "none.toml", "runs"), "cannot be read"),
    ],
)
def test_what_was_typed_wrong_is_a_usage_error(batchsend: Shell, arguments: tuple[str, ...], says: str) -> None:
    done = batchsend(*arguments)
    assert done.returncode == 2, done.stdout
    assert says in done.stderr
    assert "Traceback" not in done.stderr


def test_what_is_reworded_is_shown_and_is_what_is_sent(batchsend: Shell) -> None:
    listed = write_csv(batchsend.folder / "list.csv", [["Phone", "Name"], ["+40723555666", "Ștefan"]])
    text = "Hi {{ name }} \u2013 it\u2019s on! Reply STOP"
    plain = batchsend("estimate", listed, "-m", text)
    assert "SMS parts    1  UCS-2 1" in plain.stdout
    done = batchsend("estimate", listed, "-m", text, "--smart-encoding", "--transliterate", "-o", "plan.xlsx")
    assert "SMS parts    1  GSM-7 1" in done.stdout
    for change in ("\u2013 -> - in 1", "\u2019 -> ' in 1", "Ș -> S in 1"):
        assert change in done.stdout
    assert "  | Hi Stefan - it's on! Reply STOP" in done.stdout
    assert results_of(batchsend.folder / "plan.xlsx")[0]["send_text"] == "Hi Stefan - it's on! Reply STOP"


def test_the_cost_in_money_is_that_of_the_prices(batchsend: Shell) -> None:
    listed = write_csv(batchsend.folder / "list.csv", [["Phone"], ["+40723555666"], ["+447400123456"]])
    settings = batchsend.folder / "batchsend.toml"
    settings.write_text('[prices]\ncurrency = "EUR"\nper_credit = 0.05\nper_part = {RO = 0.03, default = 0.1}\n')
    arguments = ("estimate", listed, "-m", "a" * 200, "--json")  # 1 credit and 2 parts each
    assert json.loads(batchsend(*arguments).stdout)["cost"] == {"amount": pytest.approx(0.36), "currency": "EUR"}
    settings.write_text("[prices]\nper_part = {RO = 0.03}\n")  # and none for GB
    assert json.loads(batchsend(*arguments).stdout)["cost"]["amount"] is None
    assert "no price per part is set for GB" in batchsend("estimate", listed, "-m", "a").stdout


def test_what_is_worth_money_or_trust_is_said(batchsend: Shell) -> None:
    listed = write_csv(batchsend.folder / "list.csv", [["Phone"], ["+40723555666"]])
    data = json.loads(batchsend("estimate", listed, "-m", "Look: https://bit.ly/x \u2019", "--json").stdout)
    assert {caution["code"] for caution in data["cautions"]} >= {"no_opt_out", "short_link"}
    assert data["ucs2_characters"] == [{"character": "\u2019", "messages": 1}]
    said = batchsend("estimate", listed, "-m", "Look: https://bit.ly/x").stdout
    assert "Careful" in said


def test_rows_are_chosen_without_shifting_their_numbers(batchsend: Shell) -> None:
    done = batchsend("estimate", MESSY, "-m", "Hi", "-c", "RO", "--rows", "14-16,30", "--json")
    data = json.loads(done.stdout)
    assert [problem["row"] for problem in data["problems"]] == [14, 15, 16]
    assert data["samples"]["first"]["row"] == 30


def test_check_as_data_says_what_the_text_says(batchsend: Shell) -> None:
    data = json.loads(batchsend("check", MESSY, "-c", "RO", "--json").stdout)
    two = next(group for group in data["groups"] if group["code"] == "two_numbers")
    assert (two["count"], two["rows"], two["example"]["row"]) == (2, [14, 42], 14)
    assert sum(group["count"] for group in data["groups"]) == len(data["problems"])
    assert data["first_rows"][0]["cells"]["first_name"] == "Andrei"


def test_short_rows_are_named(batchsend: Shell) -> None:
    listed = batchsend.folder / "list.csv"
    listed.write_text("Phone,Name\n+40723555666,Ana\n+40723555667\n", encoding="utf-8")
    done = batchsend("check", listed)
    assert "fewer cells than columns, so that the last ones are taken for empty: 3" in done.stdout


def test_the_workbook_of_an_estimate_names_the_send_to_type(batchsend: Shell) -> None:
    path = write_csv(batchsend.folder / "my list.csv", [("Phone", "Name"), ("+40723000001", "Ana")])
    given = ("-m", "Hi {{ name }}, $5 off", "--duplicates", "send", "--transliterate", "-p", "robo-sms")
    assert batchsend("estimate", path.name, *given, "-o", "dry.xlsx").returncode == 0
    summary = openpyxl.load_workbook(batchsend.folder / "dry.xlsx")["Summary"]
    commands = [cell for (cell, *_) in summary.iter_rows(values_only=True) if str(cell).startswith("batchsend ")]
    assert [shlex.split(str(command)) for command in commands] == [
        ["batchsend", "send", "my list.csv", "--duplicates", "send", "--transliterate", "--message",
         "Hi {{ name }}, $5 off", "--provider", "robo-sms"]
    ]  # fmt: skip

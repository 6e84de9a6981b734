"""The day after: a results workbook comes back."""

import csv
import json
import os
import pty
import shutil
import sqlite3
import subprocess
from collections import Counter
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from batchsend.sandbox import Sandbox
from tests.acceptance.conftest import COMMAND, Shell, results_of, stop_politely, wait_for_accepted
from tests.acceptance.inside import Inside
from tests.lists import write_csv, write_xlsx

LIBREOFFICE = shutil.which("soffice") or shutil.which("libreoffice")
FAST = ("--rate", "1000", "--concurrency", "1")
PEOPLE = [
    ["Phone", "Name", "City"],
    ["+40723000001", "Ana", "Cluj"],
    ["12", "Ion", "Iasi"],
    ["+40723000003", "", "Arad"],
    ["0723000004", "Dan", "Cluj"],
    ["+40723000001", "Ana again", "Cluj"],
    ["+40723000006", "Eva", "Cluj"],
]


@pytest.fixture
def batchsend(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Inside:
    return Inside.at(tmp_path, monkeypatch)


@pytest.fixture
def shell(batchsend: Inside, gateway: Sandbox) -> Shell:
    """For what ends in the middle."""
    assert gateway.requests == 0
    return Shell(batchsend.folder, batchsend.environment)


def send(batchsend: Inside | Shell, rows: list[list[str]] = PEOPLE, *more: str, message: str = "Hi {{ name }}") -> Path:
    listed = write_csv(batchsend.folder / "list.csv", rows)
    batchsend("send", listed, "-m", message, "-p", "robo-sms", "-y", "-o", "out.xlsx", *FAST, *more)
    return batchsend.folder / "out.xlsx"


def edit(path: Path, sheet: str, changes: dict[int, dict[str, Any]], target: str = "back.xlsx") -> Path:
    """changes: row of the list -> column -> new cell."""
    book = openpyxl.load_workbook(path)
    page = book[sheet]
    header = [cell.value for cell in page[1]]
    for cells in page.iter_rows(min_row=2):
        for name, value in changes.get(int(str(cells[header.index("send_row")].value)), {}).items():
            cells[header.index(name)].value = value
    book.save(path.with_name(target))
    return path.with_name(target)


def as_csv(path: Path, sheet: str, target: str = "back.csv", without: tuple[str, ...] = ()) -> Path:
    page = openpyxl.load_workbook(path)[sheet]
    header = [cell.value for cell in page[1]]
    kept = [at for at, name in enumerate(header) if name not in without]
    with path.with_name(target).open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([row[at] for at in kept] for row in page.iter_rows(values_only=True))
    return path.with_name(target)


def cells_of(path: Path, sheet: str) -> list[tuple[Any, ...]]:
    return list(openpyxl.load_workbook(path)[sheet].iter_rows(values_only=True))


def statuses(path: Path) -> dict[int, str]:
    return {int(row["send_row"]): row["send_status"] for row in results_of(path)}


def last_json(text: str) -> Any:
    return json.loads(text)


def test_what_was_corrected_is_sent_and_nothing_else(batchsend: Inside, gateway: Sandbox) -> None:
    out = send(batchsend)
    assert statuses(out) == {2: "accepted", 3: "invalid", 4: "invalid", 5: "invalid", 6: "skipped", 7: "accepted"}
    back = edit(out, "To fix", {3: {"Phone": "+40 723 000 002"}, 4: {"Name": "Mia"}})
    dry = batchsend("retry", back, "--dry-run")
    assert "2 messages to send" in dry.stdout
    assert "row 5       no country prefix and no country given" in dry.stdout
    assert len(gateway.record.accepted()) == 2
    done = batchsend("retry", back, "-y", "-o", "new.xlsx", *FAST)
    assert done.returncode == 1, done.stderr
    new = batchsend.folder / "new.xlsx"
    assert statuses(new) == {**statuses(out), 3: "accepted", 4: "accepted"}
    assert [(it.to, it.text) for it in gateway.record.accepted()[2:]] == [
        ("+40723000002", "Hi Ion"), ("+40723000003", "Hi Mia"),
    ]  # fmt: skip
    history = openpyxl.load_workbook(new)["History"].iter_rows(2, 99, max_col=4, values_only=True)
    assert [row for row in history if row[0]] == [
        (3, 1, "invalid", "no country prefix and no country given"), (3, 2, "accepted", None),
        (4, 1, "invalid", "nothing in the column for name"), (4, 2, "accepted", None),
    ]  # fmt: skip
    again = batchsend("retry", back, "-y", *FAST)  # the same file once more: the ledger knows better
    assert "0 messages to send" in again.stdout
    assert len(gateway.record.accepted()) == 4


def test_a_status_that_was_retyped_sends_nothing(batchsend: Inside, gateway: Sandbox) -> None:
    out = send(batchsend)
    back = edit(out, "Results", {2: {"send_status": "not_sent", "Phone": "+40723000099"}, 7: {"send_status": "Failed"}})
    done = batchsend("retry", back, "-y")
    assert done.returncode == 1
    assert "row 2 (not_sent, but it is accepted), row 7 (Failed, but it is accepted)" in done.stdout
    assert len(gateway.record.accepted()) == 2


def test_a_corrected_number_that_somebody_else_of_the_list_has_is_not_sent(batchsend: Inside, gateway: Sandbox) -> None:
    back = edit(send(batchsend), "To fix", {3: {"Phone": "+40723000001"}})
    done = batchsend("retry", back, "-y")
    assert "row 3       same number as row 2, which is accepted" in done.stdout
    assert len(gateway.record.accepted()) == 2


def test_a_rejected_row_is_sent_after_a_correction_or_when_asked(batchsend: Inside, gateway: Sandbox) -> None:
    gateway.trouble = ["reject"]
    out = send(batchsend, PEOPLE[:2] + PEOPLE[6:])
    gateway.trouble = []
    assert statuses(out) == {2: "rejected", 3: "rejected"}
    back = edit(out, "To fix", {2: {"Phone": "+40723000011", "City": "Turda"}, 3: {"City": "Turda"}})
    done = batchsend("retry", back, "--json", "--dry-run")
    found = last_json(done.stdout)
    assert (found["totals"]["messages"], found["not_sent"]["unchanged"]) == (1, 1)
    assert batchsend("retry", back, "-y", "--include-rejected").returncode == 0
    assert Counter(gateway.record.count_by_number()) == {"+40723000011": 1, "+40723000006": 1}


def test_rows_that_were_deleted_are_left_and_not_sent_by_a_later_resume(batchsend: Inside, gateway: Sandbox) -> None:
    gateway.trouble = ["no_credits=@2"]
    rows = [["Phone", "Name"], *([f"+4072300{n:04}", f"P{n}"] for n in range(6))]
    out = send(batchsend, rows)
    gateway.trouble = []
    book = openpyxl.load_workbook(out)
    book["Results"].delete_rows(4, 2)  # rows 4 and 5
    book.save(batchsend.folder / "back.xlsx")
    done = batchsend("retry", "back.xlsx", "-y", "-o", "new.xlsx", *FAST)
    assert "2  not in the file that came back; left as they are (2 of them were never sent)" in done.stdout
    assert done.returncode == 1, done.stderr
    assert Counter(statuses(batchsend.folder / "new.xlsx").values()) == {"accepted": 4, "not_sent": 2}
    assert batchsend("resume").returncode == 2
    assert batchsend("retry", "new.xlsx", "-y", *FAST).returncode == 0
    assert Counter(gateway.record.count_by_number().values()) == {1: 6}


def test_unknown_rows_are_sent_only_when_asked(batchsend: Inside, gateway: Sandbox) -> None:
    gateway.trouble = ["drop_after_accept"]
    out = send(batchsend, PEOPLE[:2])
    gateway.trouble = []
    assert "unknown: may have gone out" in batchsend("retry", out, "-y").stdout
    assert len(gateway.record.accepted()) == 1
    done = batchsend("retry", out, "-y", "--include-unknown", "-o", "new.xlsx")
    assert done.returncode == 0, done.stderr
    assert len(gateway.record.accepted()) == 2
    summary = openpyxl.load_workbook(batchsend.folder / "new.xlsx")["Summary"].iter_rows(values_only=True)
    sums = {row[0]: row[1] for row in summary}
    assert (sums["accepted"], sums["worst case"]) == (1, 2)  # one message went out twice, and is charged twice


@pytest.mark.parametrize(("typed", "sent"), [("2\ny\n", 4), ("3\n", 2), ("2\nn\n", 2), ("y\n", 2)])
def test_a_person_types_how_many_may_get_it_twice(shell: Shell, gateway: Sandbox, typed: str, sent: int) -> None:
    gateway.trouble = ["drop_after_accept"]
    out = send(shell, PEOPLE[:2] + PEOPLE[6:])
    gateway.trouble = []
    keyboard, terminal = pty.openpty()
    try:
        os.write(keyboard, typed.encode())
        done = subprocess.run(
            [COMMAND, "retry", out, "--include-unknown", *FAST],
            cwd=shell.folder, env=shell.environment_of(), stdin=terminal, capture_output=True, text=True, timeout=60,
            check=False,
        )  # fmt: skip
    finally:
        os.close(keyboard)
        os.close(terminal)
    assert done.returncode == (0 if sent == 4 else 3), done.stdout + done.stderr
    assert "2 rows may have got the message already" in done.stdout
    assert len(gateway.record.accepted()) == sent


def test_a_text_file_without_our_hidden_sheet_is_enough(batchsend: Inside, gateway: Sandbox) -> None:
    out = send(batchsend)
    back = as_csv(edit(out, "To fix", {3: {"Phone": "+40723000002"}}), "To fix")
    done = batchsend("retry", back, "-y", *FAST)
    assert done.returncode == 1, done.stderr + done.stdout  # rows 4 and 5 are still wrong
    assert gateway.record.count_by_number()["+40723000002"] == 1
    assert len(gateway.record.accepted()) == 3


@pytest.mark.parametrize("sheet", ["Results", "To fix"])
def test_a_file_that_names_no_run_is_known_by_its_rows(batchsend: Inside, gateway: Sandbox, sheet: str) -> None:
    out = send(batchsend)
    back = as_csv(edit(out, sheet, {3: {"Phone": "+40723000002"}}), sheet, without=("send_run",))
    assert batchsend("retry", back, "--dry-run").stdout.count("1 message to send") == 1
    send(batchsend, PEOPLE, "--again")  # the same list once more: now it may be either
    unclear = batchsend("retry", back, "--dry-run")
    assert unclear.returncode == 2
    assert "--run NAME" in unclear.stderr
    runs = [run["run"] for run in json.loads(batchsend("runs", "--json").stdout)]
    assert batchsend("retry", back, "--dry-run", "--run", runs[1]).returncode == 1
    assert len(gateway.record.accepted()) == 4


def test_excels_csv_spoils_no_row(batchsend: Inside, gateway: Sandbox) -> None:
    """It takes the + and the zeros away, or writes 4.0723E+10; the rows that nobody touched are sent as they were."""
    gateway.trouble = ["no_credits"]
    out = send(
        batchsend, [["Phone", "Name"], ["+40723000001", "Ana"], ["0723000002", "Ion"], ["+40723000003", ""]], "-c", "RO"
    )
    gateway.trouble = []
    spoiled = {2: {"Phone": "4.0723E+10", "send_to": "4.0723E+10"}, 3: {"Phone": "723000002", "send_to": "40723000002"}}
    back = as_csv(
        edit(edit(out, "Results", spoiled), "Results", {4: {"Phone": "40723000003", "Name": "Mia"}}), "Results"
    )
    done = batchsend("retry", back, "-y", *FAST)
    assert done.returncode == 0, done.stdout + done.stderr
    assert [(it.to, it.text) for it in gateway.record.accepted()] == [
        ("+40723000001", "Hi Ana"), ("+40723000002", "Hi Ion"), ("+40723000003", "Hi Mia"),
    ]  # fmt: skip


def test_who_was_forgotten_since_does_not_come_back_with_an_old_workbook(batchsend: Inside, gateway: Sandbox) -> None:
    gateway.trouble = ["reject"]
    out = send(batchsend, PEOPLE[:2])
    gateway.trouble = []
    with closing(sqlite3.connect(batchsend.folder / "ledger.sqlite")) as db:
        db.execute("""UPDATE rows SET cells = '[null, null, null]', number = '', text = '', copy = NULL""")
        db.commit()
    for workbook in (out, edit(out, "To fix", {2: {"Phone": "+40723000099"}})):
        done = batchsend("retry", workbook, "-y", "--include-rejected")
        assert "somebody asked to be forgotten" in done.stdout
    assert gateway.record.accepted() == []


def test_two_corrections_that_differ_are_left_and_named(batchsend: Inside, gateway: Sandbox) -> None:
    back = edit(send(batchsend), "To fix", {3: {"Phone": "+40723000002"}})
    back = edit(back, "Results", {3: {"Phone": "+40723000012"}})
    done = batchsend("retry", back, "-y")
    assert "row 3       Phone was corrected in two ways: '+40723000012' and '+40723000002'" in done.stdout
    assert len(gateway.record.accepted()) == 2


def test_a_column_sorted_alone_is_noticed(batchsend: Inside, gateway: Sandbox) -> None:
    gateway.trouble = ["no_credits"]
    out = send(batchsend, [["Phone", "Name"], ["+40723000001", "Ana"], ["+40723000002", "Ion"]])
    gateway.trouble = []
    back = edit(out, "Results", {2: {"Phone": "+40723000002"}, 3: {"Phone": "+40723000001"}})
    done = batchsend("retry", back, "-y")
    assert done.stdout.count("same number as row") == 2
    back = edit(out, "Results", {2: {"send_row": 3}, 3: {"send_row": 2}})
    assert "is not this row's number" in batchsend("retry", back, "-y").stdout
    assert gateway.record.accepted() == []


def test_hidden_rows_that_would_be_sent_are_asked_about(batchsend: Inside, gateway: Sandbox) -> None:
    gateway.trouble = ["no_credits"]
    out = send(batchsend, [["Phone", "Name"], ["+40723000001", "Ana"], ["+40723000002", "Ion"]])
    gateway.trouble = []
    book = openpyxl.load_workbook(out)
    book["Results"].row_dimensions[2].hidden = True
    book.save(out)
    done = batchsend("retry", out, "-y")
    assert done.returncode == 3
    assert "--hidden skip" in done.stderr
    assert batchsend("retry", out, "-y", "--hidden", "skip").returncode == 1
    assert gateway.record.count_by_number() == {"+40723000002": 1}


def test_who_opted_out_since_is_left_out(batchsend: Inside, gateway: Sandbox) -> None:
    gateway.trouble = ["no_credits"]
    out = send(batchsend, [["Phone", "Name"], ["+40723000001", "Ana"], ["+40723000002", "Ion"], ["7", "Eva"]])
    gateway.trouble = []
    stop = write_csv(batchsend.folder / "stop.csv", [["Phone"], ["+40723000001"], ["+40723000004"]])
    back = edit(out, "To fix", {4: {"Phone": "+40723000004"}})
    done = batchsend("retry", back, "-y", "--suppress", stop, "-o", "new.xlsx")
    assert done.returncode == 0, done.stdout
    assert gateway.record.count_by_number() == {"+40723000002": 1}
    assert statuses(batchsend.folder / "new.xlsx") == {2: "skipped", 3: "accepted", 4: "skipped"}


def test_opt_outs_of_the_send_hold_for_corrected_numbers(batchsend: Inside, gateway: Sandbox) -> None:
    stop = write_csv(batchsend.folder / "stop.csv", [["Phone"], ["+40723000002"]])
    out = send(batchsend, PEOPLE, "--suppress", str(stop))
    done = batchsend("retry", edit(out, "To fix", {3: {"Phone": "+40723000002"}}), "-y")
    assert "row 3       opted out (stop.csv row 2)" in done.stdout
    assert len(gateway.record.accepted()) == 2


def test_a_country_given_now_makes_numbers_readable(batchsend: Inside, gateway: Sandbox) -> None:
    assert batchsend("retry", send(batchsend), "-y", "-c", "RO").returncode == 1
    assert gateway.record.count_by_number()["+40723000004"] == 1


def test_a_corrected_row_gets_the_text_all_others_got(batchsend: Inside, gateway: Sandbox) -> None:
    """How a cell looks in the list (12,50 and not 12.5), the rewording, the country column: all as it was."""
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    rows: list[list[Any]] = [
        ["Phone", "Name", "Price", "Country"],
        ["+40723000001", "Ana", 12.5, None],
        ["", "Ștefan’s", 1250.0, "RO"],
    ]
    for row in rows:
        page.append(row)
    page["C2"].number_format = page["C3"].number_format = '#,##0.00 "lei"'
    book.save(batchsend.folder / "list.xlsx")
    batchsend(
        "send", "list.xlsx", "-m", "{{ name }}: {{ price }}", "-p", "robo-sms", "-y", "-o", "out.xlsx",
        "--smart-encoding", "--transliterate",
    )  # fmt: skip
    back = edit(batchsend.folder / "out.xlsx", "To fix", {3: {"Phone": "0723 000 002"}})
    assert batchsend("retry", back, "-y").returncode == 0
    assert [it.text for it in gateway.record.accepted()] == ["Ana: 12.50 lei", "Stefan's: 1,250.00 lei"]


def test_on_another_computer_the_workbook_is_believed_with_care(batchsend: Inside, gateway: Sandbox) -> None:
    gateway.trouble = ["no_credits=@3"]
    rows = [["Phone", "Name"], *([f"+4072300{n:04}", f"P{n}"] for n in range(5)), ["7", "Eva"]]
    out = send(batchsend, rows)
    gateway.trouble = []
    back = edit(edit(out, "To fix", {7: {"Phone": "+40723000077"}}), "Results", {6: {"send_status": "sent?"}})
    elsewhere = {"BATCHSEND_LEDGER": str(batchsend.folder / "elsewhere.sqlite")}
    dry = batchsend("retry", back, "--dry-run", **elsewhere)
    assert "is not in the ledger of this computer" in dry.stdout
    assert "1 row without a status of ours are taken as unknown: 6" in dry.stdout
    assert batchsend("runs", **elsewhere).stdout.startswith("No runs yet.")
    done = batchsend("retry", back, "-y", "-o", "new.xlsx", **elsewhere)
    assert done.returncode == 6, done.stdout + done.stderr
    assert statuses(batchsend.folder / "new.xlsx") == {
        2: "accepted", 3: "accepted", 4: "accepted", 5: "accepted", 6: "unknown", 7: "accepted",
    }  # fmt: skip
    assert Counter(gateway.record.count_by_number().values()) == {1: 5}
    assert batchsend("retry", back, "-y", **elsewhere).returncode == 0  # now it knows the run
    assert len(gateway.record.accepted()) == 5
    listed = batchsend.folder / "list.csv"
    same = batchsend("send", listed, "-m", "Hi {{ name }}", "-p", "robo-sms", "-y", **elsewhere)
    assert same.returncode == 7  # and the list itself is not sent a second time


def test_a_retry_that_is_killed_goes_on_with_resume(shell: Shell, gateway: Sandbox) -> None:
    gateway.trouble = ["reject"]
    rows = [["Phone", "Name"], *([f"+4072300{n:04}", f"P{n}"] for n in range(200))]
    out = send(shell, rows)
    gateway.trouble = []
    process = shell.start("retry", out, "-y", "--include-rejected", "--rate", "200", "--concurrency", "4")
    wait_for_accepted(gateway, 20)
    process.kill()
    process.communicate(timeout=60)
    done = shell("resume", "-o", "new.xlsx", "--rate", "1000")
    assert done.returncode in {0, 6}, done.stderr
    counts = Counter(statuses(shell.folder / "new.xlsx").values())
    assert counts["accepted"] + counts["unknown"] == 200
    assert counts["unknown"] <= 4
    assert max(gateway.record.count_by_number().values()) == 1


def test_an_interrupted_retry_is_finished_by_another_retry(shell: Shell, gateway: Sandbox) -> None:
    gateway.trouble = ["reject"]
    rows = [["Phone", "Name"], *([f"+4072300{n:04}", f"P{n}"] for n in range(200))]
    out = send(shell, rows)
    gateway.trouble = []
    process = shell.start("retry", out, "-y", "--include-rejected", "--rate", "100", "-o", "half.xlsx")
    wait_for_accepted(gateway, 20)
    stop_politely(process)
    assert shell("retry", "half.xlsx", "-y", "--rate", "1000").returncode == 0
    assert Counter(gateway.record.count_by_number().values()) == {1: 200}


def test_nothing_is_sent_without_yes_where_nobody_can_be_asked(batchsend: Inside, gateway: Sandbox) -> None:
    out = send(batchsend)
    done = batchsend("retry", out)
    assert done.returncode == 2
    assert "--yes" in done.stderr
    assert len(gateway.record.accepted()) == 2


def test_the_summary_says_how_the_rest_is_sent(batchsend: Inside, gateway: Sandbox) -> None:
    gateway.trouble = ["no_credits=@2"]
    out = send(batchsend, PEOPLE[:2] + PEOPLE[6:])
    gateway.trouble = ["no_credits"]
    run = results_of(out)[0]["send_run"]
    assert f"batchsend resume {run}" in [row[0] for row in cells_of(out, "Summary")]
    only_one = as_csv(out, "Results")
    only_one.write_text("".join(only_one.read_text(encoding="utf-8").splitlines(keepends=True)[:2]), encoding="utf-8")
    assert "(1 of them were never sent)" in batchsend("retry", only_one, "-y").stdout


@pytest.mark.parametrize(
    ("sheet", "says"), [("Summary", "no column send_row"), ("Skipped", "does not say which run it belongs to")]
)
def test_a_sheet_that_is_none_of_ours_is_refused_with_what_to_do(
    batchsend: Inside, gateway: Sandbox, sheet: str, says: str
) -> None:
    out = send(batchsend, PEOPLE[:2])
    done = batchsend("retry", as_csv(out, sheet), "-y")
    assert done.returncode in {2, 3}
    assert says in done.stderr
    assert len(gateway.record.accepted()) == 1


def test_a_dry_run_has_nothing_to_retry(batchsend: Inside) -> None:
    listed = write_csv(batchsend.folder / "list.csv", PEOPLE)
    batchsend("estimate", listed, "-m", "Hi", "-o", "plan.xlsx")
    done = batchsend("retry", "plan.xlsx", "-y")
    assert done.returncode == 3
    assert "dry run" in done.stderr


@pytest.mark.long
@pytest.mark.skipif(LIBREOFFICE is None, reason="LibreOffice is not installed here (apt-get install libreoffice-calc)")
@pytest.mark.parametrize("kind", ["xlsx", "ods", "csv"])
def test_libreoffice_saves_it_again(batchsend: Inside, gateway: Sandbox, kind: str) -> None:
    gateway.trouble = ["no_credits=@2"]
    rows: list[list[Any]] = [["Phone", "Name", "Since", "Price"]]
    rows += [[f"07230000{n:02}", f"P{n}", date(2026, 5, 8), 12.5] for n in range(3)]
    write_xlsx(batchsend.folder / "list.xlsx", [*rows, ["", "Eva", date(2026, 1, 2), 1234.5]])
    text = "{{ name }} {{ since }} {{ price }}"
    batchsend("send", "list.xlsx", "-m", text, "-p", "robo-sms", "-c", "RO", "-y", "-o", "out.xlsx", *FAST)
    gateway.trouble = []
    back = edit(batchsend.folder / "out.xlsx", "Results", {5: {"Phone": "+40723000099"}})
    if kind == "csv":
        book = openpyxl.load_workbook(back)
        for name in set(book.sheetnames) - {"Results"}:
            del book[name]
        book.save(back)
    profile = f"-env:UserInstallation=file://{batchsend.folder}/profile"
    command = [str(LIBREOFFICE), profile, "--headless", "--convert-to", kind, "--outdir", "saved", str(back)]
    subprocess.run(command, cwd=batchsend.folder, check=True, capture_output=True, timeout=120)
    done = batchsend("retry", f"saved/back.{kind}", "-y", *FAST)
    assert done.returncode == 0, done.stdout + done.stderr
    assert [it.text for it in gateway.record.accepted()] == [
        "P0 2026-05-08 12.5", "P1 2026-05-08 12.5", "P2 2026-05-08 12.5", "Eva 2026-01-02 1234.5",
    ]  # fmt: skip


def test_a_list_that_went_by_an_id_comes_back(batchsend: Inside) -> None:
    rows = [["Member", "Name", "Phone"], ["A1", "Ana", ""], ["", "Ion", ""], ["A3", "", ""]]
    listed = write_csv(batchsend.folder / "members.csv", rows)
    by_id = ("--map", "id=Member", "-m", "Hi {{ name }}", "-p", "smartify", "--sandbox", "-y", "-o", "out.xlsx")
    assert batchsend("send", listed, *by_id, *FAST).returncode == 1
    out = batchsend.folder / "out.xlsx"
    back = edit(out, "To fix", {3: {"Member": "A1"}, 4: {"Name": "Eva"}})
    done = batchsend("retry", back, "-y", *FAST, "-o", "twice.xlsx")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "same id as row 2, which is accepted" in done.stdout
    assert statuses(batchsend.folder / "twice.xlsx") == {2: "accepted", 3: "skipped", 4: "accepted"}
    back = edit(out, "To fix", {3: {"Member": "A2"}})
    elsewhere = {"BATCHSEND_LEDGER": str(batchsend.folder / "elsewhere.sqlite")}
    there = batchsend("retry", back, "-y", *FAST, "-o", "there.xlsx", **elsewhere)
    assert there.returncode == 1, there.stderr
    assert statuses(batchsend.folder / "there.xlsx") == {2: "accepted", 3: "accepted", 4: "invalid"}


def test_who_replied_stop_since_is_left_out(batchsend: Inside, gateway: Sandbox) -> None:
    gateway.trouble = ["no_credits"]
    back = edit(send(batchsend), "To fix", {3: {"Phone": "+40799000000"}})
    gateway.trouble = []
    for number in ("+40723000001", "+40799000000"):
        assert batchsend("replies", "stop", number).returncode == 0
    dry = batchsend("retry", back, "--dry-run").stdout
    assert [line for line in dry.splitlines() if "row 3 " in line and "opted out on" in line], dry
    assert batchsend("retry", back, "-y", *FAST, "-o", "new.xlsx").returncode == 1
    assert {each.to for each in gateway.record.accepted()} == {"+40723000006"}
    found = statuses(batchsend.folder / "new.xlsx")
    assert (found[2], found[3]) == ("skipped", "skipped")


def test_a_purged_run_is_not_taken_anew_from_its_workbook(batchsend: Inside, gateway: Sandbox) -> None:
    out = edit(send(batchsend), "To fix", {3: {"Phone": "+40723000002"}})
    sent = gateway.requests
    with closing(sqlite3.connect(batchsend.folder / "ledger.sqlite", isolation_level=None)) as db:
        db.execute("UPDATE runs SET created_at = '2020-01-01T09:00:00+00:00', ended_at = '2020-01-01T09:05:00+00:00'")
    assert "Purged" in batchsend("purge", "--older-than", "90d", "--yes").stdout
    done = batchsend("retry", out, "-y", *FAST)
    assert done.returncode == 2
    assert "are gone: purged on" in done.stderr
    assert gateway.requests == sent

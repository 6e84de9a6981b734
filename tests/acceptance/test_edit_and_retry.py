"""A person edits the workbook in every way, and retries: nobody who got the message gets it again, no row is lost."""

import csv
import shutil
import subprocess
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from python_calamine import CalamineWorkbook

from batchsend.cli import cli
from batchsend.runs import Ledger, Status
from batchsend.sandbox import Sandbox
from tests.lists import write_csv

LIBREOFFICE = shutil.which("soffice") or shutil.which("libreoffice")
PEOPLE = 9
NEW = [f"+4072355{n:04}" for n in range(6)]
STATUSES = [*Status, "Failed", ""]
AT_FIRST = [["no_credits=@3"], ["drop_after_accept"], ["reject"], ["reject=0.4", "drop_after_accept=0.4"]]
TROUBLES = [
    [],
    ["reject=0.4"],
    ["drop_after_accept=0.4"],
    ["reject=0.3", "drop_after_accept=0.2"],
    ["no_credits"],
    ["html"],
]


class EditAndRetry(RuleBasedStateMachine):
    """hand: the file the person works on. wanted_twice: numbers whose second message was asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="edit-and-retry-"))
        self.gateway = Sandbox().__enter__()
        self.environment = {
            "BATCHSEND_LEDGER": str(self.folder / "ledger.sqlite"),
            "BATCHSEND_ROBO_SMS_BASE_URL": self.gateway.base_url,
            "BATCHSEND_ROBO_SMS_TOKEN": "fake",
            "HOME": str(self.folder),
        }
        self.written = 0
        self.wanted_twice: Counter[str] = Counter()

    def teardown(self) -> None:
        self.gateway.__exit__(None, None, None)
        shutil.rmtree(self.folder)

    @initialize(trouble=st.sampled_from(AT_FIRST))
    def send(self, trouble: list[str]) -> None:
        rows = [[f"+4072300{n:04}", f"P{n}", "Cluj"] for n in range(PEOPLE - 4)]
        rows += [
            ["12", "Short", "Iasi"],
            ["0723004444", "Home", ""],
            [rows[0][0], "Twin", "Arad"],
            ["+40723009999", "", "x"],
        ]
        listed = write_csv(self.folder / "list.csv", [["Phone", "Name", "City"], *rows])
        self.gateway.trouble = trouble
        self.hand = self.run("send", str(listed), "-m", "Hi {{ name }}", "-p", "robo-sms", "-y")
        self.gateway.trouble = []

    def run(self, *arguments: str) -> Path:
        self.written += 1
        output = self.folder / f"out{self.written}.xlsx"
        done = CliRunner().invoke(cli, [*arguments, "-o", str(output), "--rate", "1000"], env=self.environment)
        assert done.exit_code in {0, 1, 3, 4, 5, 6}, done.output
        assert "failed inside" not in done.output, done.output
        return output if output.exists() else self.hand

    @property
    def is_workbook(self) -> bool:
        return self.hand.suffix == ".xlsx"

    def edit(self, sheet: str) -> tuple[Any, Any]:
        book = openpyxl.load_workbook(self.hand)
        page = next((page for page in book.worksheets if page.title == sheet), book.worksheets[0])
        return book, page

    def save(self, book: Any) -> None:
        self.written += 1
        self.hand = self.folder / f"hand{self.written}.xlsx"
        book.save(self.hand)

    @precondition(lambda self: self.is_workbook)
    @rule(sheet=st.sampled_from(["Results", "To fix"]), column=st.integers(0, 7), backwards=st.booleans())
    def sort(self, sheet: str, column: int, backwards: bool) -> None:
        book, page = self.edit(sheet)
        _, *rows = page.iter_rows(values_only=True)
        page.delete_rows(2, len(rows))
        for row in sorted(rows, key=lambda row: str(row[column]), reverse=backwards):
            page.append(row)
        self.save(book)

    @precondition(lambda self: self.is_workbook)
    @rule(sheet=st.sampled_from(["Results", "To fix"]), place=st.integers(2, PEOPLE + 1))
    def delete_row(self, sheet: str, place: int) -> None:
        book, page = self.edit(sheet)
        if place <= page.max_row:
            page.delete_rows(place)
        self.save(book)

    @precondition(lambda self: self.is_workbook)
    @rule(place=st.integers(2, PEOPLE), count=st.integers(1, 4))
    def shorten_and_retry(self, place: int, count: int) -> None:
        book, page = self.edit("Results")
        page.delete_rows(place, count)
        self.save(book)
        self.gateway.trouble = []
        self.retry_with()

    @precondition(lambda self: self.is_workbook)
    @rule(
        sheet=st.sampled_from(["Results", "To fix"]),
        place=st.integers(2, PEOPLE + 1),
        number=st.sampled_from([*NEW, "+40723000000", "+40723000001", "0723 000 002", "14", ""]),
    )
    def edit_phone(self, sheet: str, place: int, number: str) -> None:
        book, page = self.edit(sheet)
        if place <= page.max_row:
            page.cell(place, self.column(page, "Phone", 1)).value = number
        self.save(book)

    @precondition(lambda self: self.is_workbook)
    @rule(place=st.integers(2, PEOPLE + 1), name=st.sampled_from(["Ada", "Vlad", ""]))
    def edit_name(self, place: int, name: str) -> None:
        book, page = self.edit("Results")
        if place <= page.max_row:
            page.cell(place, self.column(page, "Name", 2)).value = name
        self.save(book)

    @precondition(lambda self: self.is_workbook)
    @rule(places=st.lists(st.integers(2, PEOPLE + 1), min_size=1), said=st.sampled_from(STATUSES))
    def retype_status(self, places: list[int], said: str) -> None:
        book, page = self.edit("Results")
        for place in places:
            page.cell(place, self.column(page, "send_status", 5)).value = said
        self.save(book)

    @precondition(lambda self: self.is_workbook)
    @rule(
        sheet=st.sampled_from(["Results", "To fix"]),
        place=st.integers(1, 4),
        name=st.sampled_from(["Checked", "", "Phone 2"]),
    )
    def add_column(self, sheet: str, place: int, name: str) -> None:
        book, page = self.edit(sheet)
        page.insert_cols(place)
        for row in range(1, page.max_row + 1):
            page.cell(row, place).value = name if row == 1 else f"+4072399{row:04}"
        self.save(book)

    @precondition(lambda self: self.is_workbook)
    @rule(sheet=st.sampled_from(["Results", "To fix"]), old=st.sampled_from(["Phone", "Name", "City"]))
    def rename_column(self, sheet: str, old: str) -> None:
        book, page = self.edit(sheet)
        for cell in page[1]:
            if cell.value == old:
                cell.value = f"{old} (corrected)"
        self.save(book)

    @precondition(lambda self: self.is_workbook)
    @rule(place=st.integers(2, PEOPLE + 1))
    def copy_row(self, place: int) -> None:
        book, page = self.edit("Results")
        page.append([cell.value for cell in page[min(place, page.max_row)]])
        self.save(book)

    @precondition(lambda self: self.is_workbook)
    @rule(sheet=st.sampled_from(["Results", "To fix"]))
    def save_as_csv(self, sheet: str) -> None:
        _, page = self.edit(sheet)
        self.written += 1
        self.hand = self.folder / f"hand{self.written}.csv"
        with self.hand.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(page.iter_rows(values_only=True))

    @rule()
    def report_anew(self) -> None:
        self.hand = self.folder / f"report{self.written}.xlsx"
        done = CliRunner().invoke(cli, ["report", "-o", str(self.hand)], env=self.environment)
        assert done.exit_code == 0, done.output

    @rule(trouble=st.sampled_from(TROUBLES), country=st.booleans(), rejected=st.booleans())
    def retry(self, trouble: list[str], country: bool, rejected: bool) -> None:
        self.gateway.trouble = trouble
        given = ["-c", "RO"] * country + ["--include-rejected"] * rejected
        self.retry_with(*given)

    @rule(country=st.booleans())
    def retry_unknown(self, country: bool) -> None:
        """What is asked for twice may come twice, and nothing else."""
        with Ledger.opened(self.folder / "ledger.sqlite") as ledger:
            for run in ledger.runs():
                self.wanted_twice.update({kept.number for kept in ledger.standing(run).unknown()})
        self.gateway.trouble = []
        self.retry_with("--include-unknown", *["-c", "RO"] * country)

    def retry_with(self, *given: str) -> None:
        before = Counter(self.gateway.record.count_by_number())
        present = self.present()
        self.hand = self.run("retry", str(self.hand), "-y", *given)
        new = set(Counter(self.gateway.record.count_by_number()) - before)
        with Ledger.opened(self.folder / "ledger.sqlite") as ledger:
            (run,) = ledger.runs()
            kept = [kept for batch in ledger.standing(run).batches(99) for kept in batch]
        rows = {it.row for it in kept if it.number in new and it.message}
        assert rows <= present, "a row that was deleted got a message"

    def present(self) -> set[int]:
        """The rows of the list that the file has."""
        if self.hand.suffix == ".ods":
            return self.present_in_ods()
        if not self.is_workbook:
            with self.hand.open(encoding="utf-8", newline="") as file:
                return {int(float(row["send_row"])) for row in csv.DictReader(file) if row["send_row"]}
        book = openpyxl.load_workbook(self.hand)
        found: set[int] = set()
        for sheet in ("Results", "To fix"):
            if sheet in book.sheetnames:
                page = book[sheet]
                column = self.column(page, "send_row", 4)
                found |= {int(str(row[column - 1])) for row in page.iter_rows(2, values_only=True) if row[column - 1]}
        return found

    def present_in_ods(self) -> set[int]:
        book = CalamineWorkbook.from_path(self.hand)
        found: set[int] = set()
        for sheet in {"Results", "To fix"} & set(book.sheet_names):
            header, *rows = book.get_sheet_by_name(sheet).to_python()
            at = header.index("send_row") if "send_row" in header else 3
            found |= {int(float(str(row[at]))) for row in rows if row[at]}
        return found

    @staticmethod
    def column(page: Any, name: str, otherwise: int) -> int:
        return next((cell.column for cell in page[1] if cell.value in (name, f"{name} (corrected)")), otherwise)

    @invariant()
    def nobody_gets_it_twice(self) -> None:
        twice = {number for number, count in self.gateway.record.count_by_number().items() if count > 1}
        assert twice <= set(self.wanted_twice)

    @invariant()
    def the_books_balance(self) -> None:
        with Ledger.opened(self.folder / "ledger.sqlite") as ledger:
            for run in ledger.runs():
                kept = [kept for batch in ledger.standing(run).batches(99) for kept in batch]
                past = {it.number for it in ledger.standing(run).history() if it.status is Status.UNKNOWN}
        assert [it.row for it in kept] == list(range(2, PEOPLE + 2))
        got = set(self.gateway.record.count_by_number())
        accepted = [it.number for it in kept if it.status is Status.ACCEPTED]
        assert len(accepted) == len(set(accepted))
        assert set(accepted) <= got
        assert got <= {*accepted, *past, *(it.number for it in kept if it.status is Status.UNKNOWN)}


class WithLibreOffice(EditAndRetry):
    @precondition(lambda self: self.is_workbook)
    @rule(kind=st.sampled_from(["xlsx", "ods"]))
    def save_with_libreoffice(self, kind: str) -> None:
        self.written += 1
        target = self.folder / f"office{self.written}"
        profile = f"-env:UserInstallation=file://{self.folder}/profile"
        assert LIBREOFFICE is not None
        subprocess.run(
            [LIBREOFFICE, profile, "--headless", "--convert-to", kind, "--outdir", target, self.hand],
            check=True, capture_output=True, timeout=120,
        )  # fmt: skip
        saved = target / f"{self.hand.stem}.{kind}"
        self.hand = self.folder / f"office{self.written}.{kind}"
        saved.rename(self.hand)
        if kind == "ods":
            self.retry_with()


def test_editing_and_retrying_texts_nobody_twice_and_loses_no_row() -> None:
    run_state_machine_as_test(
        EditAndRetry,
        settings=settings(
            max_examples=8, stateful_step_count=8, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )


@pytest.mark.long
def test_editing_and_retrying_for_long() -> None:
    run_state_machine_as_test(
        EditAndRetry,
        settings=settings(
            max_examples=50, stateful_step_count=12, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )


@pytest.mark.long
@pytest.mark.skipif(LIBREOFFICE is None, reason="LibreOffice is not installed here (apt-get install libreoffice-calc)")
def test_editing_with_libreoffice_between() -> None:
    run_state_machine_as_test(
        WithLibreOffice,
        settings=settings(
            max_examples=5, stateful_step_count=8, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )

"""The Summary adds up and says in plain words what happened."""

import re
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from batchsend.results.row import ResultRow, RunFacts
from batchsend.results.sentences import NOTHING_LEFT, circumstances, next_steps, opening
from batchsend.results.tally import OTHER, Tally
from batchsend.results.workbook import write_workbook
from batchsend.runs.status import Status

from .sample import CREATED, facts, one_of_each, read, row, texts


def tally(rows: Sequence[ResultRow]) -> Tally:
    counted = Tally()
    for each in rows:
        counted.add(each)
    return counted


def summary(path: Path, given: RunFacts, rows: Sequence[ResultRow]) -> str:
    return texts(read(write_workbook(path / "r.xlsx", given, rows), "Summary"))


def some(status: Status, count: int) -> list[ResultRow]:
    return [row(number, status) for number in range(count)]


def test_the_counts_of_the_table_add_up_to_the_rows_of_the_list(tmp_path: Path) -> None:
    rows = [*one_of_each(), *some(Status.ACCEPTED, 5), *some(Status.INVALID, 2)]
    lines = read(write_workbook(tmp_path / "r.xlsx", facts(14), rows), "Summary")
    counts = {line[0]: line[1] for line in lines if line[3] in {status.meaning for status in Status}}
    assert counts == {
        "planned": 1, "accepted": 6, "rejected": 1, "not_sent": 1, "unknown": 1, "invalid": 3, "skipped": 1,
    }  # fmt: skip
    assert [line[1] for line in lines if line[0] == "all rows"] == [14]


def test_credits_are_estimated_accepted_and_at_worst() -> None:
    counted = tally([row(2, status, credits=10**place, parts=2) for place, status in enumerate(Status)])
    assert list(Status).index(Status.ACCEPTED) == 1
    assert counted.accepted == (10, 2)
    assert counted.worst == (10 + 10 ** list(Status).index(Status.UNKNOWN), 4)
    left_out = (Status.INVALID, Status.SKIPPED)
    meant = [status for status in Status if status not in left_out]
    assert counted.estimated == (sum(10 ** list(Status).index(status) for status in meant), 2 * len(meant))


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(Status), st.sampled_from(["RO", "MD", ""]), st.integers(0, 9))))
def test_sums_agree_with_one_another(drawn: list[tuple[Status, str, int]]) -> None:
    counted = tally([row(2, status, country=country, credits=price) for status, country, price in drawn])
    assert counted.rows == len(drawn) == sum(counted.by_country.values())
    assert counted.estimated[0] == sum(counted.country_credits.values())
    assert counted.accepted[0] == sum(counted.country_spent.values()) <= counted.worst[0] <= counted.estimated[0]
    assert counted.by_status[Status.ACCEPTED] == sum(counted.country_accepted.values())


@pytest.mark.parametrize(
    ("rows", "dry_run", "sentence"),
    [
        ([], False, "The list has no rows."),
        (some(Status.ACCEPTED, 1), False, "1 of 1 person: the gateway took the message."),
        (
            [*some(Status.ACCEPTED, 2), *some(Status.INVALID, 1)],
            False,
            "2 of 3 people: the gateway took the message. 1 row needs fixing.",
        ),
        (
            [*some(Status.REJECTED, 1), *some(Status.INVALID, 1), *some(Status.UNKNOWN, 2)],
            False,
            (
                "0 of 4 people: the gateway took the message. 2 rows need fixing. "
                "2 rows are unknown: the message may have gone out."
            ),
        ),
        (
            [*some(Status.NOT_SENT, 1), *some(Status.SKIPPED, 2)],
            False,
            (
                "0 of 3 people: the gateway took the message. 1 row was not sent, and that is certain. "
                "2 rows were left out on purpose."
            ),
        ),
        (some(Status.PLANNED, 2), True, "2 of 2 people would get the message."),
    ],
)
def test_the_opening_says_what_happened(rows: list[ResultRow], dry_run: bool, sentence: str) -> None:
    assert opening(facts(len(rows), dry_run=dry_run), tally(rows)) == sentence


def test_a_settled_run_has_nothing_to_do() -> None:
    assert next_steps(facts(2), tally(some(Status.ACCEPTED, 2)), "r.xlsx") == [NOTHING_LEFT]


def test_an_unknown_row_is_never_offered_for_sending_again() -> None:
    [step] = next_steps(facts(2), tally(some(Status.UNKNOWN, 2)), "r.xlsx")
    assert "not sent again unless you ask" in step.sentence
    assert step.command == "batchsend reconcile r.xlsx"


@pytest.mark.parametrize(
    ("name", "command"),
    [
        ("r-2026-11-21-kd8u.xlsx", "batchsend retry r-2026-11-21-kd8u.xlsx"),
        ("results (2).xlsx", 'batchsend retry "results (2).xlsx"'),
        ("clienți.xlsx", 'batchsend retry "clienți.xlsx"'),
    ],
)
def test_rows_to_fix_come_with_the_command_that_takes_this_workbook(name: str, command: str) -> None:
    [step] = next_steps(facts(1), tally(some(Status.REJECTED, 1)), name)
    assert step.command == command


@pytest.mark.parametrize("status", [Status.NOT_SENT, Status.PLANNED])
def test_what_never_left_comes_first_with_the_command_that_sends_it(status: Status) -> None:
    rows = [*some(status, 2), *some(Status.INVALID, 1)]
    first, second = next_steps(facts(3, next_command="batchsend resume run-1"), tally(rows), "r.xlsx")
    assert first.command == "batchsend resume run-1"
    assert "To fix" in second.sentence


def test_a_dry_run_offers_the_send_and_no_retry() -> None:
    rows = [*some(Status.PLANNED, 2), *some(Status.INVALID, 1)]
    given = facts(3, dry_run=True, next_command="batchsend send clienți.xlsx -t primavara.txt -p robo-sms")
    fix, send = next_steps(given, tally(rows), "r.xlsx")
    assert (fix.command, send.command) == ("", given.next_command)
    assert "clienți.xlsx" in fix.sentence


@pytest.mark.parametrize(
    ("given", "line"),
    [
        ({}, "Sent on 8 May 2026, 09:00 UTC, through robo_sms, with the template primavara.txt."),
        ({"practice": True}, ("Sent on 8 May 2026, 09:00 UTC, through the practice gateway for robo_sms, with the "
                             "template primavara.txt.")),
        ({"ended_at": CREATED + timedelta(seconds=59)}, ("Sent on 8 May 2026, 09:00 UTC, through robo_sms, with the "
                                                        "template primavara.txt.")),
        ({"ended_at": CREATED + timedelta(minutes=7), "template": "C:\\texte\\mai.txt"},
         "Sent on 8 May 2026, 09:00 to 09:07 UTC, through robo_sms, with the template mai.txt."),
        ({"ended_at": CREATED + timedelta(days=1), "template": "--message"},
         "Sent on 8 May 2026, 09:00 to 9 May, 09:00 UTC, through robo_sms, with a message typed by hand."),
        ({"dry_run": True, "provider": "", "template": ""}, "Looked at on 8 May 2026, 09:00 UTC."),
    ],
)  # fmt: skip
def test_one_line_says_when_and_how(given: dict[str, Any], line: str) -> None:
    assert circumstances(facts(1, **given)) == line


def test_practice_is_never_taken_for_the_real_thing(tmp_path: Path) -> None:
    text = summary(tmp_path, facts(7, practice=True), one_of_each())
    assert text.startswith("Practice, nobody was texted: clienți.xlsx")


def test_a_dry_run_says_so_first(tmp_path: Path) -> None:
    rows = [row(2, Status.PLANNED, country="RO", credits=1, parts=1)]
    text = summary(tmp_path, facts(1, dry_run=True), rows)
    assert text.startswith("Dry run, nothing was sent: clienți.xlsx")
    assert "accepted" not in text.lower()
    assert "estimated | 1 | 1" in text
    assert "RO | 1 | 1" in text


def test_the_page_names_the_circumstances_and_the_next_command(tmp_path: Path) -> None:
    text = summary(tmp_path, facts(7), one_of_each())
    for piece in (
        "List | clienți.xlsx", "Sheet | Foaie1", "Template | primavara.txt", "Provider | robo_sms",
        "Account | acct-1", "Run | run-1", "Started (UTC) | 2026-05-08 09:00:00",
        "batchsend 0.1.0, phonenumbers 9.0.43", "batchsend retry r.xlsx", "Message | Dragă {{ nume }}",
    ):  # fmt: skip
        assert piece in text
    assert "Ended" not in text


def test_reasons_are_counted_by_code_with_an_example_where_rows_differ(tmp_path: Path) -> None:
    rows = [
        row(2, Status.SKIPPED, code="duplicate", reason="duplicate of row 5"),
        row(3, Status.SKIPPED, code="duplicate", reason="duplicate of row 6"),
        row(4, Status.INVALID, code="too_short", reason="too short"),
        row(5, Status.ACCEPTED, code="", reason="a note on a row without trouble"),
    ]
    text = summary(tmp_path, facts(4), rows)
    assert "skipped | 2 | duplicate, for example: duplicate of row 5" in text
    assert "invalid | 1 | too short" in text
    assert "a note" not in text


def test_reasons_without_end_are_counted_but_not_kept() -> None:
    counted = tally([row(n, Status.REJECTED, code=f"error {n}", reason=f"error {n}") for n in range(5_000)])
    assert len(counted.by_reason) == len(counted.sentences) <= 501
    assert counted.by_reason.total() == 5_000
    assert counted.by_reason[Status.REJECTED, OTHER] == 4_500


def test_the_summary_has_a_chart_of_the_counts(tmp_path: Path) -> None:
    path = write_workbook(tmp_path / "r.xlsx", facts(7), one_of_each())
    lines = read(path, "Summary")
    first = next(number for number, line in enumerate(lines, 1) if line[0] == "planned")
    with ZipFile(path) as archive:
        chart = archive.read("xl/charts/chart1.xml").decode()
    assert re.findall(r"<(?:c:)?f>([^<]*)<", chart) == [
        f"'Summary'!$A${first}:$A${first + 6}",
        f"'Summary'!$B${first}:$B${first + 6}",
    ]


def test_an_empty_list_has_a_summary_and_no_chart(tmp_path: Path) -> None:
    path = write_workbook(tmp_path / "r.xlsx", facts(0, next_command=""), [])
    assert "The list has no rows." in texts(read(path, "Summary"))
    with ZipFile(path) as archive:
        assert not [name for name in archive.namelist() if "chart" in name]

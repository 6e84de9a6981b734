"""The estimate is the bill and the preview is the message, for a long list, through the practice gateway."""

import json
import os
import random
from pathlib import Path

import pytest

from tests.acceptance.conftest import Shell, results_of
from tests.lists import write_csv

COLUMNS = ("send_row", "send_to", "send_text", "send_characters", "send_credits", "send_parts", "send_encoding")
TEMPLATE = "Hi {{ name }}, {{ note | default('see you soon') }} Reply STOP to opt out."


def long_list(path: Path, count: int) -> Path:
    """People with names in many letters and notes of very different lengths, some rows of them faulty."""
    chance = random.Random(1)
    names = ["Ana", "Ștefan", "Zoë", "Łukasz", "Иван", "🎉 Mia", "O’Brien", "Ng", ""]
    rows = []
    for n in range(count):
        phone = "N/A" if n % 97 == 0 else f"+4071{n:07}"
        rows.append([phone, chance.choice(names), "x" * chance.choice([0, 0, 5, 90, 100, 430, 440, 950])])
    return write_csv(path, [["Phone", "Name", "Note"], *rows])


def compared(batchsend: Shell, count: int) -> None:
    listed = long_list(batchsend.folder / "list.csv", count)
    arguments = (listed, "-m", TEMPLATE, "--smart-encoding")
    estimate = batchsend("estimate", *arguments, "-o", "plan.xlsx", "--json")
    totals = json.loads(estimate.stdout)["totals"]
    sent = batchsend("send", *arguments, "-p", "robo-sms", "--sandbox", "-y", "-o", "out.xlsx", "--rate", "100000")
    assert sent.returncode == 1, sent.stderr  # some rows cannot be sent
    planned, results = results_of(batchsend.folder / "plan.xlsx"), results_of(batchsend.folder / "out.xlsx")
    assert len(planned) == len(results) == count
    assert [[row[c] for c in COLUMNS] for row in planned] == [[row[c] for c in COLUMNS] for row in results]
    accepted = [row for row in results if row["send_status"] == "accepted"]
    assert len(accepted) == totals["messages"]
    assert sum(row["send_credits"] for row in accepted) == totals["credits"]
    assert sum(row["send_parts"] for row in accepted) == totals["parts"]
    with (batchsend.folder / "out.sandbox.jsonl").open(encoding="utf-8") as record:
        arrived = {item["to"]: item["text"] for item in map(json.loads, record)}
    assert arrived == {row["send_to"]: row["send_text"] for row in accepted}


def test_estimate_and_send_agree_row_by_row(batchsend: Shell) -> None:
    compared(batchsend, 500)


@pytest.mark.long
def test_estimate_and_send_agree_row_by_row_for_many(batchsend: Shell) -> None:
    """BATCHSEND_TEST_ROWS=100000 takes some ten minutes."""
    batchsend.seconds = 1_800
    compared(batchsend, int(os.environ.get("BATCHSEND_TEST_ROWS", "20000")))

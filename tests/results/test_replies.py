import zipfile
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from batchsend.recipients.stop_words import Wish
from batchsend.results.workbook import write_workbook
from batchsend.runs.reply import KeptReply
from tests.results.sample import facts, one_of_each, read, records, sheet_names

AT = datetime(2026, 11, 21, 10, 5, tzinfo=UTC)
REPLY = KeptReply("smartify", "1", "run-1", 2, "+40723000002", "Ana", "At six?", Wish.NONE, AT, AT)


def test_replies_get_a_sheet_with_their_row_and_what_they_ask_for(tmp_path: Path) -> None:
    rows = one_of_each()
    stop = replace(REPLY, id="2", row=3, text="Stop!", wish=Wish.STOP)
    path = write_workbook(tmp_path / "out.xlsx", facts(len(rows)), rows, replies=iter([REPLY, stop]))
    assert sheet_names(path)[-2:] == ["Replies", "_batchsend"]
    assert records(path, "Replies") == [
        {"row": 2, "number": "+40723000002", "name": "Ana", "time_utc": datetime(2026, 11, 21, 10, 5),  # noqa: DTZ001
         "text": "At six?", "opt_out": ""},
        {"row": 3, "number": "+40723000002", "name": "Ana", "time_utc": datetime(2026, 11, 21, 10, 5),  # noqa: DTZ001
         "text": "Stop!", "opt_out": "opted out"},
    ]  # fmt: skip


def test_without_replies_there_is_no_sheet(tmp_path: Path) -> None:
    rows = one_of_each()
    assert "Replies" not in sheet_names(write_workbook(tmp_path / "out.xlsx", facts(len(rows)), rows))


def test_a_reply_is_never_a_formula_and_keeps_its_lines(tmp_path: Path) -> None:
    texts = ["=1+1", '=HYPERLINK("http://x","y")', "+40", "-1", "@SUM(1)", "a\nb", "\x07bell", "x" * 40_000]
    replies = [replace(REPLY, id=str(n), text=text, name=text[:200]) for n, text in enumerate(texts)]
    rows = one_of_each()
    path = write_workbook(tmp_path / "out.xlsx", facts(len(rows)), rows, replies=replies)
    found = [line[4] for line in read(path, "Replies")[1:]]
    assert found[:6] == texts[:6]
    assert found[6] == "\ufffdbell"
    assert found[7].startswith("x" * 32_000)
    with zipfile.ZipFile(path) as archive:
        assert not any(b"<f>" in archive.read(name) for name in archive.namelist() if "worksheets" in name)


def test_more_replies_than_a_sheet_holds_go_on_on_the_next(tmp_path: Path) -> None:
    replies = [replace(REPLY, id=str(number)) for number in range(25)]
    rows = one_of_each()
    path = write_workbook(tmp_path / "out.xlsx", facts(len(rows)), rows, replies=replies, max_rows=11)
    assert [name for name in sheet_names(path) if name.startswith("Replies")] == ["Replies", "Replies 2", "Replies 3"]

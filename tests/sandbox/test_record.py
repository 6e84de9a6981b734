"""What was accepted is remembered, once, in order."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest

from batchsend.sandbox.record import Accepted, Record

NOON = datetime(2025, 3, 1, 12, tzinfo=UTC)


def _record(path: Path | None = None) -> Record:
    return Record(path, clock=lambda: NOON)


def _add(record: Record, to: str = "+40722000001", text: str = "Salut") -> Accepted:
    return record.add("robo-sms", to=to, text=text, body={"to": to, "content": text})


def test_messages_are_numbered_from_one_in_the_order_they_were_accepted() -> None:
    record = _record()
    first, second = _add(record), _add(record, to="+40722000002")
    assert first == Accepted(
        number=1,
        provider="robo-sms",
        to="+40722000001",
        text="Salut",
        body={"to": "+40722000001", "content": "Salut"},
        time_utc=NOON,
    )
    assert second.number == 2
    assert record.accepted() == [first, second]


def test_messages_are_counted_by_phone_number() -> None:
    record = _record()
    for to in ("+1", "+2", "+1"):
        _add(record, to=to)
    assert record.count_by_number() == {"+1": 2, "+2": 1}


def test_a_list_that_was_handed_out_does_not_change() -> None:
    record = _record()
    before = record.accepted()
    _add(record)
    assert before == []


@pytest.mark.parametrize(
    "text",
    ["Ștefan", "două\nrânduri", "a line\u2028separator", "🎉", "\ud800 alone"],
)
def test_every_message_is_one_line_of_json_by_the_time_it_is_accepted(tmp_path: Path, text: str) -> None:
    path = tmp_path / "accepted.jsonl"
    record = _record(path)
    for _ in range(2):
        _add(record, text=text)
    lines = path.read_text(encoding="utf-8").splitlines()
    assert [json.loads(line) for line in lines] == [each.as_dict() for each in record.accepted()]
    assert json.loads(lines[1])["text"] == text
    assert json.loads(lines[1])["time_utc"] == "2025-03-01T12:00:00.000+00:00"


def test_the_file_is_appended_to(tmp_path: Path) -> None:
    path = tmp_path / "accepted.jsonl"
    _add(_record(path))
    _add(_record(path))
    assert len(path.read_text(encoding="utf-8").splitlines()) == 2


def test_clearing_forgets_the_messages_but_neither_the_file_nor_the_numbering(tmp_path: Path) -> None:
    path = tmp_path / "accepted.jsonl"
    record = _record(path)
    _add(record)
    record.clear()
    assert record.accepted() == []
    assert _add(record).number == 2
    assert len(path.read_text(encoding="utf-8").splitlines()) == 2


def test_what_cannot_be_written_was_not_accepted(tmp_path: Path) -> None:
    record = _record(tmp_path / "missing" / "accepted.jsonl")
    with pytest.raises(FileNotFoundError):
        record.check()
    with pytest.raises(FileNotFoundError):
        _add(record)
    assert record.accepted() == []


def test_threads_lose_nothing_and_mix_no_lines(tmp_path: Path) -> None:
    path = tmp_path / "accepted.jsonl"
    record = _record(path)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda place: _add(record, to=f"+{place}"), range(400)))
    assert [each.number for each in record.accepted()] == list(range(1, 401))
    assert [json.loads(line)["number"] for line in path.read_text().splitlines()] == list(range(1, 401))
    assert set(record.count_by_number().values()) == {1}

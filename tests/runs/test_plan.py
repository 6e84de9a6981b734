from batchsend.contacts.headers import Columns
from batchsend.messages import Message
from batchsend.recipients import Rejection
from batchsend.runs import Plan, Status
from tests.runs.plans import message, plan_of, rejection


def test_totals_add_up_to_the_rows_read() -> None:
    plan = plan_of(message(2, text="a" * 481), rejection(3), message(4, text="ș"), rejection(5, skipped=True)).exhaust()
    totals = plan.totals
    assert (totals.rows, totals.messages, totals.invalid, totals.skipped) == (4, 2, 1, 1)
    assert (totals.credits, totals.parts, totals.characters) == (3, 5, 482)
    assert totals.by_encoding == {"GSM-7": 1, "UCS-2": 1}
    assert totals.by_country == {"RO": 2}
    assert totals.by_reason == {"no_phone": 1, "duplicate": 1}


def test_rows_without_a_message_are_named() -> None:
    plan = plan_of(rejection(3), message(4), rejection(5, skipped=True)).exhaust()
    assert [(p.row, p.phone, p.status, p.reason) for p in plan.problems] == [
        (3, "x", Status.INVALID, "a reason"),
        (5, "x", Status.SKIPPED, "a reason"),
    ]


def test_the_samples_are_the_first_and_the_first_longest() -> None:
    plan = plan_of(message(2, text="one"), message(3, text="three"), message(4, text="seven")).exhaust()
    assert plan.first is not None
    assert plan.longest is not None
    assert (plan.first.row, plan.longest.row) == (2, 3)


def test_the_fingerprint_does_not_depend_on_order_or_row_numbers() -> None:
    one = plan_of(message(2, to="+1", text="a"), message(3, to="+2", text="b")).exhaust()
    other = plan_of(message(7, to="+2", text="b"), rejection(8), message(9, to="+1", text="a")).exhaust()
    assert one.fingerprint.of("robo-sms", "acc") == other.fingerprint.of("robo-sms", "acc")


def test_the_fingerprint_changes_with_text_number_count_provider_and_account() -> None:
    fingerprints = {
        plan_of(*rows).exhaust().fingerprint.of(provider, account)
        for rows in (
            [message(2, to="+1", text="a")],
            [message(2, to="+1", text="b")],
            [message(2, to="+2", text="a")],
            [message(2, to="+1", text="a")] * 2,
            [],
        )
        for provider, account in (("robo-sms", "acc"), ("robo-sms", "other"), ("newoaks", "acc"))
    }
    assert len(fingerprints) == 15


def test_repeats_are_left_out_cost_nothing_and_still_belong_to_the_fingerprint() -> None:
    whole = plan_of(message(2), message(3)).exhaust()
    less = Plan([[message(2), message(3)]], Columns(phone=(0,)), lambda found: {found[1].row: "it went yesterday"})
    ((first, second),) = less.batches()
    assert isinstance(first[1], Message)
    assert isinstance(second[1], Rejection)
    assert (second[1].code, second[1].reason, second[1].skipped) == ("sent_recently", "it went yesterday", True)
    assert (less.totals.messages, less.totals.skipped, less.totals.credits) == (1, 1, 1)
    assert less.fingerprint.of("p", "a") == whole.fingerprint.of("p", "a")

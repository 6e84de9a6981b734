from batchsend.contacts import Contact
from batchsend.messages import Message, Template, measure, write_messages
from batchsend.recipients import PhoneKind, PhoneNumber, Recipient, Rejection


def recipient(row: int, name: str | None) -> Recipient:
    return Recipient(Contact(row, (name,)), PhoneNumber(f"+4072355566{row}", "RO", PhoneKind.MOBILE, ""), name or "")


def written(template: str, *items: Recipient | Rejection) -> list[Message | Rejection]:
    (batch,) = write_messages([list(items)], Template(template, "t", ["name"], ["Name"]))
    return [item for _, item in batch]


def test_every_recipient_gets_its_own_text_and_its_size() -> None:
    assert written("Hi {{ name }}", recipient(2, "Ana"), recipient(3, "Ion")) == [
        Message(2, "+40723555662", "RO", "Hi Ana", measure("Hi Ana"), "Ana"),
        Message(3, "+40723555663", "RO", "Hi Ion", measure("Hi Ion"), "Ion"),
    ]


def test_a_row_whose_value_is_missing_is_rejected_and_the_next_is_not() -> None:
    rejected, message = written("Hi {{ name }}", recipient(2, None), recipient(3, "Ion"))
    assert isinstance(rejected, Rejection)
    assert (rejected.code, rejected.reason) == ("missing_value", "nothing in the column for name")
    assert isinstance(message, Message)


def test_an_empty_text_is_rejected() -> None:
    (rejected,) = written(" {% if name %} {% endif %}\n", recipient(2, "Ana"))
    assert isinstance(rejected, Rejection)
    assert rejected.code == "empty_text"


def test_a_rejection_passes_unchanged() -> None:
    rejection = Rejection(Contact(2, ("x",)), "no_phone", "no phone number")
    assert written("Hi", rejection) == [rejection]


def test_a_row_the_template_does_not_work_for_is_rejected() -> None:
    message, rejected = written("{{ name.split(' ')[1] }}", recipient(2, "Ana Pop"), recipient(3, "Cher"))
    assert isinstance(message, Message)
    assert isinstance(rejected, Rejection)
    assert rejected.code == "template_failed"

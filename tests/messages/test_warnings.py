from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batchsend.messages.message import Message
from batchsend.messages.sizes import measure
from batchsend.messages.warnings import Caution, Example, Room, Warned, Warnings, room_left, shown

OPT_OUT = " Reply STOP to opt out"
FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467"


def messages(*texts: str) -> list[Message]:
    """Rows 2, 3, ..., below a header."""
    return [Message(row, "+40723555666", "RO", text, measure(text)) for row, text in enumerate(texts, 2)]


def found(*texts: str, most_parts: int = 3) -> dict[Warned, Caution]:
    warnings = Warnings(most_parts)
    warnings.add(messages(*texts))
    return {caution.code: caution for caution in warnings.found()}


def codes(texts: Iterable[str]) -> set[Warned]:
    return set(found(*texts))


@pytest.mark.parametrize(
    "text",
    [
        "Sale. Reply STOP to opt out",
        "Sale. reply stop to end",
        "Sale. Text STOP!",
        "Sale. Txt 'stop'",
        "Sale. Info STOP",
        "Sale. STOP=no more",
        "Sale. stop to 40404",
        "Soldes. STOP36111",
        "Soldes. Stop SMS au 36184",
        "Soldes. Envoyez stop",
        "Soldes. Pour vous désabonner: https://example.com/s",
        "Soldes. Se De\u0301sabonner",  # decomposed
        "Reduceri. Dezabonare: 0723",
        "Reduceri. Raspunde cu stop",
        "Aktion. Antworten Sie mit Stop",
        "Aktion. Zum Abmelden hier klicken",
        "Rebajas. Responde BAJA",
        "Rebajas. Para darse de baja llame",
        "Saldi. Disiscriviti qui",
        "Saldos. Responda SAIR",
        "Saldos. Para cancelar ligue",
        "Actie. Afmelden? Bel ons",
        "Actie. Stuur UIT",
        "Promocja. Wypisz się",
        "Promocja. Odpisz STOP",
        "Akció. Leiratkozás itt",
        "Sale https://example.com/unsub/1",
        "Sale. Opt-out here",
        "SALE. UNSUBSCRIBE HERE",
        "Скидки. Отписаться: 1234",
    ],
)
def test_wording_that_says_how_to_opt_out(text: str) -> None:
    assert Warned.NO_OPT_OUT not in found(text)


@pytest.mark.parametrize(
    "text",
    [
        "Sale this weekend",
        "A stopover in Paris",
        "NON-STOP party",
        "Non STOP party",
        "A one-stop shop",
        "Nonstop music, nonSTOP fun",
        "Don't stop now",
        "Stop by our shop",
        "STOP BY OUR SHOP",  # everything is in capitals
        "STOP! Sale",
        "Planta baja, precios a la baja",
        "Send friends to the weekend sale",
        "Puede cancelar su cita",
        "Text us",
    ],
)
def test_wording_that_does_not(text: str) -> None:
    assert Warned.NO_OPT_OUT in found(text)


def test_how_one_text_says_it_is_no_excuse_for_the_next() -> None:
    caution = found(
        "Reply stop", "Reply stopover", "Reply stop", "Reply stop-gap", "Text stop to 123", "Stop to 12", "Ana: sale"
    )[Warned.NO_OPT_OUT]
    assert (caution.rows, caution.examples) == (4, (Example(3, "Reply stopover"),))


@given(st.lists(st.sampled_from(["reply ", "stop", " to", " 123", "over", "non-", "\n", "STOP", " opt out", "!", "é"])))
def test_what_came_before_never_changes_the_verdict(parts: list[str]) -> None:
    text = "".join(["x", *parts])
    for before in ("reply stop", "text stop!", "stop to 1234", "stop 123 é", "please unsubscribe"):
        alone = Warned.NO_OPT_OUT in found(text)
        assert (Warned.NO_OPT_OUT in found(before, text)) == alone


@pytest.mark.parametrize(
    ("text", "link"),
    [
        ("See bit.ly/abc now", "bit.ly/abc"),
        ("See https://bit.ly/abc", "https://bit.ly/abc"),
        ("See HTTPS://WWW.TinyURL.com/x", "HTTPS://WWW.TinyURL.com/x"),
        ("(t.co/x", "t.co/x"),
        ("https://example.com/a then goo.gl/b", "goo.gl/b"),
    ],
)
def test_a_shortened_link(text: str, link: str) -> None:
    assert found(text)[Warned.SHORT_LINK].detail == link


@pytest.mark.parametrize(
    "text",
    [
        "https://example.com/bit.ly/abc",  # its path
        "https://example.com/?to=https://bit.ly/abc",
        "example.com/?to=bit.ly/abc",
        "https://rabbit.ly/abc",
        "https://at.co/abc",  # ends in t.co
        "https://bit.ly.example.com/abc",
        "https://www.bit.ly.example.com/abc",
        "ana@bit.ly/x",
        "we like bit.ly",  # leads nowhere
        "bit.ly/ x",
        "it.co",
    ],
)
def test_a_link_that_is_not_shortened(text: str) -> None:
    assert Warned.SHORT_LINK not in found(text)


@pytest.mark.parametrize(
    ("text", "detail"),
    [
        ("Your p\u0430ypal", "p\u0430ypal: \u0430 CYRILLIC SMALL LETTER A"),
        ("\u039dike sale", "\u039dike: \u039d GREEK CAPITAL LETTER NU"),
        ("give \u0430 gift", "\u0430: \u0430 CYRILLIC SMALL LETTER A"),  # alone between Latin words
        ("M\u043eлл", "M\u043eлл: \u043e CYRILLIC SMALL LETTER O"),  # Latin is the odd one out
    ],
)
def test_a_word_of_two_alphabets(text: str, detail: str) -> None:
    assert found(text)[Warned.MIXED_ALPHABETS].detail == detail


@pytest.mark.parametrize(
    "text",
    [
        "Hi Сара, see you",  # every letter has a Latin double, and it is a name
        "SMS а WhatsApp потом",  # Russian
        "Привет Ana",
        "IT-шник",
        "Ελλάδα SMS",
        "10 kΩ, ΔT, β-blocker’",  # Greek letters that nobody takes for Latin ones
        "Ștefan é",
    ],
)
def test_words_of_one_alphabet(text: str) -> None:
    assert Warned.MIXED_ALPHABETS not in found(text)


def test_invisible_characters() -> None:
    caution = found("x", "su\u200bper\ufeff", f"{FAMILY} \u2714\ufe0f", "a\u00adb")[Warned.INVISIBLE]
    assert (caution.rows, caution.examples[0].row) == (2, 3)
    assert caution.detail == "U+200B ZERO WIDTH SPACE, U+FEFF ZERO WIDTH NO-BREAK SPACE"


@pytest.mark.parametrize("text", ["Hi , see", "Hi  , see", "Dear  Pop", "Hi .", "a, , b", "a,, b", "for you ( )"])
def test_a_hole_where_a_placeholder_had_nothing(text: str) -> None:
    assert Warned.HOLE in found(text)


@pytest.mark.parametrize(
    "text",
    [
        "End.  Start",  # two spaces after a sentence, as some people type
        "Soldes !",  # French
        "from .5 to .com",
        "well ...",
        "call f() now",
        "a\n\nb",
        "Hi, Ana.",
        "x  ",
    ],
)
def test_no_hole(text: str) -> None:
    assert Warned.HOLE not in found(text)


def test_more_than_the_allowed_parts() -> None:
    texts = ["a" * 306, "a" * 307, "a" * 459, "a" * 460]
    assert found(*texts)[Warned.MANY_PARTS].rows == 1
    caution = found(*texts, most_parts=2)[Warned.MANY_PARTS]
    assert (caution.rows, caution.detail, caution.examples[0].row) == (3, "3 parts", 3)


def test_uneven_lengths_name_the_longest_and_the_shortest() -> None:
    caution = found("a" * 150, "b" * 20, "c" * 320, "d" * 170)[Warned.UNEVEN]
    assert [example.row for example in caution.examples] == [4, 3]
    assert caution.detail == "row 4 has 320 characters in 3 parts; row 3 has 20 characters in 1 part"
    assert caution.rows == 2  # those that take more parts than the shortest


@pytest.mark.parametrize(
    "lengths",
    [
        (20, 160),  # the same one part
        (150, 170),  # more parts, and little longer
        (120, 180),  # 1.5 times is not more than 1.5 times
        (200,),
        (),
    ],
)
def test_lengths_that_are_not_uneven(lengths: tuple[int, ...]) -> None:
    assert Warned.UNEVEN not in codes("a" * length for length in lengths)


def test_the_longest_texts_stand_before_a_boundary() -> None:
    caution = found("a" * 10, "b" * 158, "c" * 158)[Warned.NEAR_BOUNDARY]
    assert (caution.rows, caution.examples[0].row) == (2, 3)
    assert caution.detail == "characters to the next part: 2, to the next credit: 322"
    assert caution.examples[0].excerpt == "…" + "b" * 80  # its end is where something can be cut


@pytest.mark.parametrize(("length", "near"), [(154, False), (155, True), (160, True), (161, False), (478, True)])
def test_near_is_five_characters(length: int, near: bool) -> None:
    assert (Warned.NEAR_BOUNDARY in found("a" * length)) == near


@pytest.mark.parametrize(
    ("text", "to_next_part", "to_next_credit"),
    [
        ("", 0, 0),  # its first character costs the first part
        ("a", 159, 479),
        ("a" * 159, 1, 321),
        ("a" * 160, 0, 320),
        ("a" * 161, 145, 319),
        ("a" * 306, 0, 174),
        ("ș" * 69, 1, 411),
        ("ș" * 70, 0, 410),
        ("ș" * 71, 63, 409),
        ("a" * 479, 133, 1),
        ("a" * 480, 132, 0),
        ("a" * 481, 131, 479),
        ("€" * 80, 0, 400),  # two units each
        ("🎉" * 34 + "ș", 1, 411),
        ("🎉" * 67, 65, 346),  # 33 pairs in each part of 67: one pair in the third
        ("a" * 152 + "€" + "a" * 151, 0, 176),  # 305 units; the € was not split, so both parts are full
    ],
)
def test_room_left(text: str, to_next_part: int, to_next_credit: int) -> None:
    assert room_left(text) == Room(to_next_part, to_next_credit)


@given(st.text(max_size=30), st.integers(1, 60))
def test_room_left_is_exact(text: str, times: int) -> None:
    text = "x" + text * times
    size, room = measure(text), room_left(text)
    assert measure(text + "a" * room.to_next_part).parts == size.parts
    assert measure(text + "a" * (room.to_next_part + 1)).parts == size.parts + 1
    assert measure(text + "a" * room.to_next_credit).credits == size.credits
    assert measure(text + "a" * (room.to_next_credit + 1)).credits == size.credits + 1


def test_the_characters_that_forced_ucs_2_are_counted_by_message() -> None:
    warnings = Warnings()
    warnings.add(messages("it’s", "it’s ’ș", "plain é€"))
    warnings.add(messages(*["’"] * 1480))
    assert [count.sentence for count in warnings.ucs2_characters()] == [
        "’ RIGHT SINGLE QUOTATION MARK in 1,482 messages",
        "ș LATIN SMALL LETTER S WITH COMMA BELOW in 1 message",
    ]
    assert warnings.uncounted == 0


def test_distinct_characters_are_counted_up_to_a_bound() -> None:
    warnings = Warnings()
    warnings.add(messages(*(chr(0x4E00 + i) for i in range(600))))
    warnings.add(messages("\u4e00", "\u4e00\u9000"))
    assert len(warnings.ucs2_characters()) == 500
    assert warnings.ucs2_characters()[0].messages == 3
    assert warnings.uncounted == 101


@pytest.mark.parametrize(
    ("character", "text"),
    [
        ("ș", "ș LATIN SMALL LETTER S WITH COMMA BELOW"),
        ("\u200b", "U+200B ZERO WIDTH SPACE"),
        ("\u00a0", "U+00A0 NO-BREAK SPACE"),
        ("\u0326", "U+0326 COMBINING COMMA BELOW"),
        ("\t", "U+0009"),
    ],
)
def test_a_character_for_people(character: str, text: str) -> None:
    assert shown(character) == text


def test_nothing_to_warn_about() -> None:
    assert found() == {}
    assert found("Hi Ana, see you." + OPT_OUT, "Hi Ion, see you." + OPT_OUT) == {}


def test_an_example_is_one_line_around_what_was_found() -> None:
    text = "a" * 200 + "\nsee bit.ly/x now\n" + "b" * 200
    (example,) = found(text)[Warned.SHORT_LINK].examples
    assert example.row == 2
    assert "see bit.ly/x now" in example.excerpt
    assert "\n" not in example.excerpt
    assert len(example.excerpt) == 82  # with … on both sides


def test_cautions_come_in_the_order_of_their_codes_and_each_says_a_sentence() -> None:
    warnings = Warnings()
    warnings.add(messages("x , bit.ly/x", "p\u0430y\u200b " + "a" * 600))
    cautions = warnings.found()
    order = list(Warned)
    assert [order.index(caution.code) for caution in cautions] == sorted(order.index(c.code) for c in cautions)
    assert len(cautions) >= 6
    assert all(code.sentence for code in Warned)


@given(st.lists(st.text(), max_size=5))
def test_any_text_is_looked_at(texts: list[str]) -> None:
    for caution in found(*texts).values():
        assert 1 <= caution.rows <= len(texts)
        assert all(example.row - 2 < len(texts) for example in caution.examples)

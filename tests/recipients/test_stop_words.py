import string
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batchsend.recipients.stop_words import _POLITE, _START, _STOP, Wish, wish_of


@pytest.mark.parametrize(
    "text",
    [
        "STOP", "stop", " Stop. ", "„STOP”", "STOP!!!", "stop 🙏", "S\u200btop", "ＳＴＯＰ", "STOP STOP",
        "Stop, please", "please stop", "Opt-out", "opt out", "OPTOUT", "stopall", "STOP ALL", "Unsubscribe",
        "cancel", "End", "QUIT", "revoke", "STOP SMS", "(stop)", "*STOP*", "stop\n", "don't text me", "Don’t text me!",
        "Dezabonează-mă", "dezaboneaza-ma", "DEZABONARE", "stop, mulțumesc", "Stop, vă rog!",
        "ARRÊT", "arret", "Stop svp", "Désabonner", "Abmelden", "abmelden bitte", "BAJA", "Alto.", "Cancella", "SAIR",
        "Uitschrijven", "Wypisz", "REZYGNUJĘ", "leiratkozás", "Odhlásit", "СТОП", "Стоп!", "отписаться", "Відписатися",
        "ΔΙΑΓΡΑΦΗ", "Διαγραφή", "ΣΤΟΠ", "İPTAL", "çıkış", "CIKIS", "إلغاء", "הסר", "退订", "td", "停止",
    ],
)  # fmt: skip
def test_a_short_answer_that_is_nothing_else_stops(text: str) -> None:
    assert wish_of(text) is Wish.STOP


@pytest.mark.parametrize("text", ["START", "start!", "UnStop", "Opt in", "СТАРТ", "start please"])
def test_somebody_comes_back(text: str) -> None:
    assert wish_of(text) is Wish.START


@pytest.mark.parametrize(
    "text",
    [
        "please do not stop", "Please don't stop", "non-stop", "nonstop", "The bus stop is closed", "stop by my place",
        "I will stop by at 5", "bus stop", "Can I cancel my order?", "at the end", "weekend", "friend", "stopover",
        "yes", "no", "ok", "DA", "", "   ", "!!!", "🙂", "\\start", "/start", "\\stop", "#stop", "@stop", "start stop",
        "stop start", "stop5", "when do you start", "START at 10?", "please", "thanks", "mulțumesc", "Oui", "Nu",
        "stop " * 20,
    ],
)  # fmt: skip
def test_anything_else_is_left_to_a_person(text: str) -> None:
    assert wish_of(text) is Wish.NONE


@pytest.mark.parametrize("text", sorted(_STOP))
def test_every_stop_word_works_in_capitals_and_with_its_accents_composed_or_not(text: str) -> None:
    assert {wish_of(text), wish_of(text.upper()), wish_of(unicodedata.normalize("NFC", text))} == {Wish.STOP}


def test_no_word_means_both() -> None:
    assert not _STOP & _START


@given(st.text())
def test_any_text_gets_a_verdict(text: str) -> None:
    assert wish_of(text) in Wish


@given(
    st.sampled_from(sorted(_STOP)),
    st.text(st.sampled_from(" \t\n.,;:!?\"'()*-–…“”🙂\u200b\ufe0f")),
    st.text(st.sampled_from(" \t\n.,;:!?\"'()*-–…“”🙂\u200b\ufe0f")),
)
def test_what_stands_around_the_word_makes_no_difference(word: str, before: str, after: str) -> None:
    text = before[:15] + word + after[:15]
    assert wish_of(text) is Wish.STOP


@given(st.sampled_from(sorted(_STOP)), st.text(string.ascii_letters, min_size=8, max_size=12))
def test_a_word_among_other_words_is_no_wish(word: str, other: str) -> None:
    known = {part for phrase in _STOP | _START | _POLITE for part in phrase.split()}
    if other.casefold() not in known:
        assert wish_of(f"{other} {word}") is Wish.NONE
        assert wish_of(f"{word} {other}") is Wish.NONE

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batchsend.messages.rewording import Reworded, Rewording, invisible_characters
from batchsend.messages.sizes import Encoding, beyond_gsm_7, measure, utf16_units

SMART = Rewording(smart=True, transliterate=False)
TRANSLITERATE = Rewording(smart=False, transliterate=True)
BOTH = Rewording(smart=True, transliterate=True)

FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
RAINBOW_FLAG = "\U0001f3f3\ufe0f\u200d\U0001f308"
COUPLE = "\U0001f469\U0001f3fd\u200d\u2764\ufe0f\u200d\U0001f468\U0001f3fb"
ENGLAND = "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f"
EMOJI = [FAMILY, RAINBOW_FLAG, COUPLE, ENGLAND, "1\ufe0f\u20e3", "\u2122\ufe0f", "\u2714\ufe0f", "\U0001f1f7\U0001f1f4"]
ODD = "aeoEMm ½¼5º²ª·…’“–\u00a0\u200b\u200d\ufe0f\u00ad\u0301\u0326\u0306ășŞœŒÞłﬁＡ！\u3000™€[й漢🎉\u202aא\n\t`×"

texts = st.text() | st.text(st.sampled_from(ODD)) | st.lists(st.sampled_from([*EMOJI, *ODD])).map("".join)
long_texts = st.tuples(st.text(st.sampled_from(ODD), max_size=20), st.sampled_from(ODD), st.integers(0, 500)).map(
    lambda drawn: drawn[0] + drawn[1] * drawn[2]
)
rewordings = st.builds(Rewording, smart=st.booleans(), transliterate=st.booleans())


@pytest.mark.parametrize(
    ("text", "reworded"),
    [
        ("It’s “ok”", 'It\'s "ok"'),
        ("„ok” ‚ok‘", "\"ok\" 'ok'"),
        ("« ok »", '" ok "'),
        ("5′ 6″ `x´", "5' 6\" 'x'"),  # the backtick is ASCII, and still not in GSM 03.38
        ("9–5 — −3 ‐ ‑", "9-5 - -3 - -"),
        ("wait…", "wait..."),
        ("10\u00a0EUR\u202f5\u20091\u20072", "10 EUR 5 1 2"),
        ("a\tb\u2028c", "a b\nc"),
        ("\ufeffsu\u200bper\u00adsale\u2060", "supersale"),
        ("• one ● two", "* one * two"),
        ("oﬃce ﬁsh ﬂat", "office fish flat"),
        ("ＳＡＬＥ　５０％！", "SALE 50%!"),
        ("½ price, 1½ cups", "1/2 price, 1 1/2 cups"),  # not 11/2
        ("½5", "½5"),  # not 1/25
        ("Brand™ © ®", "BrandTM (c) (R)"),
        ("nº 5, 1ª", "no 5, 1a"),
        ("30º", "30º"),  # degrees: 30o would be read as 300
        ("20 m² and 10²", "20 m2 and 10²"),  # 102 is another number
        ("col·lecció A · B", "col.lecció A * B"),  # ó is for transliterate
        ("5×3 → 15", "5x3 -> 15"),
        ("€5 [ok] ~ Ñandú", "€5 [ok] ~ Ñandú"),  # ú is not GSM, but it is a letter
        ("\u212b", "Å"),  # the angstrom sign is that letter
        ("caf" + "e\u0301", "café"),  # composed it is GSM
        ("s\u0326", "ș"),  # composed it is shorter; no accent is lost
    ],
)
def test_typographic_look_alikes_become_gsm_characters(text: str, reworded: str) -> None:
    assert SMART.apply(text).text == reworded


@pytest.mark.parametrize(
    ("text", "reworded"),
    [
        ("șşțţăâî ȘŞȚŢĂÂÎ", "ssttaai SSTTAAI"),
        ("őűłđħığčšžýřůćęąśźżń", "ouldhigcszyruceaszzn"),
        ("ŐŰŁĐĦİĞČŠŽÝŘŮ", "OULDHIGCSZYRU"),
        ("óõãêôûëïç", "ooaeoueic"),
        ("éèùìòàäöüñåøæß ÉÅÄÖÜÑÇÆØ", "éèùìòàäöüñåøæß ÉÅÄÖÜÑÇÆØ"),  # GSM has these
        ("Çç", "Çc"),  # GSM has the capital only
        ("œuvre Œuvre CŒUR ŒUVRE", "oeuvre Oeuvre COEUR OEUVRE"),
        ("Þór ÞÓR þú", "Thor THOR thu"),
        ("s\u0326t\u0326a\u0306", "sta"),  # decomposed
        ("e\u0301 a\u030a", "é å"),  # decomposed, and GSM has it
        ("ǘ ế ǽ", "ü e æ"),  # one accent less may be enough
        ("H\u0337i\u0337", "Hi"),
        ("Привет Ώ Ελλάδα 你好 مرحبا й", "Привет Ώ Ελλάδα 你好 مرحبا й"),
        ("It’s – ok…", "It’s – ok…"),  # for smart
    ],
)
def test_letters_lose_the_accents_that_gsm_lacks(text: str, reworded: str) -> None:
    assert TRANSLITERATE.apply(text).text == reworded


@pytest.mark.parametrize(
    "text",
    [
        "你好，世界！…",  # full-width punctuation is right beside Chinese
        "Hi 🎉…",  # three dots would cost two characters more and bring nothing
        "…" * 70,  # one part; 210 dots are two
        "½" * 67 + "a",
    ],
)
def test_what_shows_is_left_where_it_would_not_make_the_text_cheaper(text: str) -> None:
    assert BOTH.apply(text) == Reworded(text)


def test_the_other_look_alikes_are_replaced_beside_an_emoji() -> None:
    assert SMART.apply("It’s… 🎉").text == "It's… 🎉"


@pytest.mark.parametrize(
    "text",
    [
        "می\u200cخواهم",  # Persian spells with the zero-width non-joiner
        "क्\u200dष",
        "\u200fשלום\u200e 5",
    ],
)
def test_what_shapes_a_script_stays(text: str) -> None:
    assert BOTH.apply(text).text == text
    assert invisible_characters(text) == []


def test_each_change_is_told_once_in_order_of_appearance() -> None:
    assert BOTH.apply("Țară’s ’ă\u200b").changes == (("Ț", "T"), ("ă", "a"), ("’", "'"), ("\u200b", ""))


def test_a_mark_that_meets_its_letter_is_composed() -> None:
    assert SMART.apply("e\u200b\u0301").text == "é"


@pytest.mark.parametrize("sequence", EMOJI)
@pytest.mark.parametrize("rewording", [SMART, TRANSLITERATE, BOTH])
def test_emoji_sequences_survive(sequence: str, rewording: Rewording) -> None:
    assert rewording.apply(f"x\u200b {sequence}{sequence}’").text.count(sequence) == 2


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (FAMILY + COUPLE + ENGLAND + "\u2714\ufe0f", []),
        ("a\u200bb\u200bc\ufeff", ["\u200b", "\ufeff"]),
        ("a\u200db", ["\u200d"]),  # joins nothing
        ("a\ufe0f", ["\ufe0f"]),  # no emoji before it
        ("\U0001f468\u200d!", ["\u200d"]),
        ("hid\U000e0061den", ["\U000e0061"]),
    ],
)
def test_invisible_characters(text: str, found: list[str]) -> None:
    assert invisible_characters(text) == found


def test_without_both_the_text_is_returned_itself() -> None:
    text = "Țară’s"
    assert Rewording(smart=False, transliterate=False).apply(text).text is text


@given(st.text() | texts | long_texts, rewordings)
def test_it_never_costs_more(text: str, rewording: Rewording) -> None:
    before, after = measure(text), measure(rewording.apply(text).text)
    assert (after.parts <= before.parts, after.credits <= before.credits) == (True, True)


@given(texts | long_texts, rewordings)
def test_applying_it_twice_changes_nothing_more(text: str, rewording: Rewording) -> None:
    once = rewording.apply(text).text
    assert rewording.apply(once) == Reworded(once)


@given(texts, rewordings)
def test_the_changes_say_whether_the_text_changed(text: str, rewording: Rewording) -> None:
    reworded = rewording.apply(text)
    assert bool(reworded.changes) == (reworded.text != text)
    assert all(old != new and not beyond_or_longer(old, new) for old, new in reworded.changes)


def beyond_or_longer(old: str, new: str) -> bool:
    """A replacement is GSM, or it is the same letter composed."""
    return bool(beyond_gsm_7(new)) and unicodedata.normalize("NFC", old) != new


@given(st.text(st.characters(codec="latin-1")).filter(lambda text: not beyond_gsm_7(text)), rewordings)
def test_a_gsm_text_is_unchanged(text: str, rewording: Rewording) -> None:
    assert rewording.apply(text) == Reworded(text)


@given(st.lists(st.sampled_from(EMOJI), max_size=5), texts, rewordings)
def test_emoji_survive_among_anything(sequences: list[str], text: str, rewording: Rewording) -> None:
    reworded = rewording.apply(f"{text} {''.join(sequences)} ")
    assert reworded.text.endswith(f" {''.join(sequences)} ")


@given(st.text(st.sampled_from("abc șțăâîőł’“–\u00a0"), min_size=1))
def test_text_of_known_letters_becomes_gsm_7_and_no_longer(text: str) -> None:
    reworded = BOTH.apply(text).text
    assert measure(reworded).encoding is Encoding.GSM_7
    assert utf16_units(reworded) <= utf16_units(text)

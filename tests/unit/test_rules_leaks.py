"""Six words in a row of a private text are told in any spelling; what all may read is no leak."""

import time

from hypothesis import given
from hypothesis import strategies as st

from inbox_bot.rules import leaks

PRIVATE = "Meine Tochter fährt täglich zur Klinik, größte Sorge: kein Telefon im Haus."


def found(text: str, *known: str) -> list[str]:
    return [one.source for one in leaks.find(text, [("m12", PRIVATE)], known)]


def test_any_spelling_is_told() -> None:
    """Case, punctuation, umlauts, hyphens, line breaks, zero-width characters, letters apart."""
    for text in (
        "meine tochter fährt täglich zur klinik",
        "MEINE TOCHTER FAEHRT TAEGLICH ZUR KLINIK!",
        "Gut: Meine-Tochter, fa\u0308hrt … täg-\nlich\tzur Kli\u00adnik",
        "M e i n e T o c h t e r f ä h r t täglichzurKlinik",
        "da Meine Toch\u200bter fahrt taglich zur \uff2blinik",
        "zur Klinik, groesste Sorge: kein Telefon",
    ):
        assert found(text) == ["m12"], text


def test_fewer_words_or_others_are_none() -> None:
    """Five words, another order, and nothing at all."""
    for text in ("Tochter fährt täglich zur Klinik", "zur Klinik fährt täglich meine Tochter", "", "eeee"):
        assert not found(text), text


def test_what_all_may_read_is_none() -> None:
    """His own public words, stock phrases, and a ticket number, which counts as no word."""
    assert not found("Meine Tochter fährt täglich zur Klinik", f"@acme {PRIVATE}")
    stock = "Wir melden uns so schnell wie möglich bei Ihnen."
    assert not leaks.find(stock, [("m1", f"Ja. {stock}")])
    assert not leaks.find("Ihr Ticket 427-918-354 ist da", [("m1", "Ihr Ticket 427-918-354 ist da")])


def test_the_whole_stretch_is_named() -> None:
    """As far as both go on together, in the private text's words."""
    (one,) = leaks.find("zur KLINIK groesste Sorge kein Telefon im Haus", [("m12", PRIVATE)])
    assert one.phrase == "zur Klinik größte Sorge kein Telefon im Haus"


WORDS = st.lists(st.text("abdfghiklmnorstuzäöüßéAE", min_size=1, max_size=9), min_size=6, max_size=30)


@given(
    words=WORDS, gaps=st.lists(st.sampled_from([" ", "", "\n", "-", " … ", "\u200b", "\u00ad"])), upper=st.booleans()
)
def test_no_run_passes(words: list[str], gaps: list[str], upper: bool) -> None:
    """Wherever six words of a text are said again, however they are put together."""
    joins = [*gaps, *[" "] * 6][:6]
    said = "also " + "".join(word + gap for word, gap in zip(words[-6:], joins, strict=True))
    if any(leaks.letters(word) for word in words[-6:]):
        assert leaks.find(said.upper() if upper else said, [("m1", " ".join(words))])


def test_a_long_history_is_bounded() -> None:
    """A thousand private messages of thirty words take well under a second, also the first time."""
    private = [(f"m{n}", " ".join(f"wort{n * 7 % 997}x{k}" for k in range(30))) for n in range(1000)]
    start = time.process_time()
    assert not leaks.find("Wir kümmern uns darum. " * 12, private)
    assert time.process_time() - start < 1

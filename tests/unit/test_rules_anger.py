"""Anger: whether a customer is annoyed or complains, by which words, and how often he has asked already."""

import time as clock
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inbox_bot.rules import anger
from inbox_bot.rules.anger import Level

LINES = (Path(__file__).parents[1] / "data" / "anger.txt").read_text(encoding="utf-8").splitlines()
TABLE = [tuple(line.replace("\\n", "\n").split(" => ")) for line in LINES if line and not line.startswith("#")]


def judged(text: str) -> str:
    """Level and words as the table has them."""
    return anger.judge(text).reason or "-"


def test_the_table_is_long_enough() -> None:
    """At least 100 texts, each once, of all three levels."""
    assert len({text for text, _ in TABLE}) == len(TABLE) >= 100
    assert {cell.partition(":")[0] for _, cell in TABLE} == {"-", "annoyed", "complaint"}


@pytest.mark.parametrize(("text", "cell"), TABLE)
def test_how_a_text_is_met(text: str, cell: str) -> None:
    """Level and the words that led to it, as the table says."""
    assert judged(text) == cell


def test_a_level_always_has_its_words() -> None:
    """A reason that can be shown; and none for a calm text."""
    found = anger.judge("Das ist eine Frechheit, ich gehe zum Anwalt. Eine Frechheit!")
    assert (found.level, found.words) == (Level.COMPLAINT, ("Frechheit", "Anwalt"))
    assert found.reason == "complaint: Frechheit, Anwalt"
    assert anger.judge("Guten Tag") == anger.CALM
    assert anger.CALM.reason == ""


def test_words_in_decomposed_text() -> None:
    """A Mac writes ü in two characters."""
    assert anger.judge("So eine Unverscha\u0308mtheit!").words == ("Unverscha\u0308mtheit",)


ASKED = "Wann bekomme ich meine Gutschrift?"


@pytest.mark.parametrize(
    ("text", "earlier", "times", "matter"),
    [
        (ASKED, [], 1, ""),
        (ASKED, ["Mein Internet ist tot."], 1, ""),
        (ASKED, ["Bitte um Erstattung der 20 Euro."], 2, "refund"),
        ("Wo bleibt die Rückzahlung?", [ASKED, "Wir ziehen um.", "Ich warte auf mein Geld zurück."], 3, "refund"),
        ("Status?", ["Wie ist der Stand?", "Gibt es etwas Neues? Bitte Status."], 3, "state"),
        ("Bitte rufen Sie mich zurück.", ["Ich bitte um Rückruf.", "Please call me."], 3, "call back"),
        ("Any update on my line?", ["When will my line work?"], 2, "line"),
        ("Please confirm in writing.", ["Could you confirm my cancellation?"], 2, "confirmation"),
        ("Danke für die Gutschrift.", [ASKED, ASKED], 1, ""),
        (ASKED, ["Danke für die Gutschrift im Mai."], 1, ""),
        (ASKED, ["> Wann kommt die Gutschrift?\nDanke, hat sich geklärt."], 1, ""),
        ("Ich schreibe Ihnen zum dritten Mal.", [], 3, ""),
        ("Noch immer keine Antwort!", [], 2, ""),
        ("I have asked for this several times.", [], 3, ""),
        ("How many times do I have to write?", ["Hello"], 3, ""),
        ("Ich schreibe zum 5. Mal.", [], 5, ""),
        ("Ich schreibe jetzt zum sechsten Mal.", [], 6, ""),
        ("Das habe ich schon 5x gemeldet.", [], 5, ""),
        ("This is my third email.", [], 3, ""),
        ("I have called six times.", [], 6, ""),
        ("Das habe ich schon mehrmals gemeldet.", [], 3, ""),
        ("Wie oft muss ich noch anrufen?", [], 3, ""),
        ("Danke, das klappt zum dritten Mal hervorragend.", [], 1, ""),
        ("The router restarts several times a day.", [], 1, ""),
        ("How many times can I change my tariff?", [], 1, ""),
        ("Wie oft muss ich das Passwort ändern?", [], 1, ""),
        ("Ich habe schon mehrmals gute Erfahrungen mit Ihnen gemacht.", [], 1, ""),
        ("Meine Box zeigt ein rotes Licht oben", ["meine box zeigt ein rotes Licht oben!"], 2, ""),
        ("Hallo", ["Hallo", "Hallo"], 1, ""),
        ("> Ich schreibe zum dritten Mal.\nDanke, alles gut.", [], 1, ""),
    ],
)
def test_how_often_he_has_asked(text: str, earlier: list[str], times: int, matter: str) -> None:
    """By his own words, by the same text, or by the matter that his earlier messages asked for."""
    found = anger.repeated(text, earlier)
    assert (found.times, found.matter) == (times, matter)
    assert bool(found.reason) is (times > 1)


def test_what_he_says_outweighs_what_is_on_record() -> None:
    """Two on record, the third time by his own count (he has called, too)."""
    found = anger.repeated("Zum dritten Mal: Wann kommt die Gutschrift?", [ASKED])
    assert (found.times, found.reason) == (3, "he says so: zum dritten mal")


FOOTER = "\n".join(["Vera Muster", "Muster GmbH", "Amtsgericht Musterstadt HRB 1234", "Geschäftsführung: Vera Muster"])


@pytest.mark.parametrize(
    "closing",
    [
        "Mit freundlichen Grüßen", "Freundliche Grüsse", "Viele Grüße aus Berlin", "Danke und Gruß",
        "Mit freundlichen Grüßen / Best regards", "Thanks,", "",
    ],
)  # fmt: skip
@pytest.mark.parametrize("more", [0, 14])
def test_the_footer_of_a_firm_is_no_complaint(closing: str, more: int) -> None:
    """However the letter is closed, and however long the footer is."""
    footer = FOOTER + "\nRaum" * more
    text = f"unser Internet ist ausgefallen. Können Sie bitte nachsehen?\n\n{closing}\n{footer}"
    assert anger.judge(text) == anger.CALM


PIECES = st.sampled_from(
    [
        "nicht", "Anwalt", "Beschwerde", "sauer", "!!!", "???", "GEHT", "NICHT", "MEHR", "angry", "not", ",", ".", "\n",
        ">", "„", "“", '"', "--", "MfG", "Viele Grüße", "PS", "Betrug", "İ", "u\u0308", "zum dritten Mal", "Status?",
    ]
)  # fmt: skip
TEXTS = st.text(max_size=300) | st.lists(PIECES, max_size=40).map(" ".join)


@settings(max_examples=300, deadline=None)
@given(TEXTS, st.lists(TEXTS, max_size=3))
def test_any_text_is_read(text: str, earlier: list[str]) -> None:
    """Nothing crashes it; a level has words, and all of them stand in the text."""
    found = anger.judge(text)
    assert (found.level is Level.NONE) is (not found.words)
    flat = " ".join(text.split())
    assert all(word in flat for word in found.words)
    assert anger.repeated(text, earlier).times >= 1


@pytest.mark.parametrize(
    "piece",
    ["a", " ", "nicht ", "Anwalt ", "FRECH ", "!", "?!", "Status? ", "\n", '"', "MfG\n", "-- \n", "Von: a\n",
    "zum 5. mal ",
     "Thanks,\n", "A B ", "unglaublich ", "5x ", "viele Grüße aus "],
)  # fmt: skip
def test_bounded_time(piece: str) -> None:
    """100 kB of anything, with as much before it, take less than two seconds of the processor."""
    text = (piece * (100_000 // len(piece) + 1))[:100_000]
    began = clock.process_time()
    anger.judge(text)
    anger.repeated(text, [text, text])
    assert clock.process_time() - began < 2.0

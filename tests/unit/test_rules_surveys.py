"""Who is asked how satisfied he is, and which texts give a score: the guard's rules one by one, lists of phrasings."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox_bot.rules.surveys import ASK, LATE, Answer, guard, read
from inbox_bot.views import Afterwards

SETTLED = Afterwards()


def test_where_nothing_speaks_against_it_he_is_asked() -> None:
    """And that is the reason."""
    decision = guard(SETTLED)
    assert (decision.ask, decision.reason) == (True, ASK)


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        (replace(SETTLED, settled_by_person=False), "nobody settled it: time did"),
        (replace(SETTLED, complained=True), "the customer was angry or complained in it"),
        (replace(SETTLED, broken_promise=True), "a promise in it was broken"),
        (replace(SETTLED, open_besides=True), "another ticket of his is open"),
        (replace(SETTLED, touched_by_incident=True), "an incident touches him"),
        (replace(SETTLED, asked_lately=True), "he was asked not long ago"),
    ],
)
def test_each_rule_says_why_he_is_not_asked(facts: Afterwards, reason: str) -> None:
    """In words that the list shows."""
    decision = guard(facts)
    assert (decision.ask, decision.reason) == (False, reason)


def test_neither_late_nor_without_a_way() -> None:
    """What is long settled is not asked about; who may get no message is not sent one, and the way says why."""
    assert guard(SETTLED, overdue=LATE).ask
    assert guard(SETTLED, overdue=LATE + timedelta(seconds=1)).reason == "it was settled too long ago"
    assert guard(SETTLED, closed="he is blocked").reason == "he is blocked"
    assert not guard(SETTLED, closed="he is blocked").ask


@given(
    st.builds(
        Afterwards, open_besides=st.booleans(), touched_by_incident=st.booleans(), broken_promise=st.booleans(),
        settled_by_person=st.booleans(), asked_lately=st.booleans(), complained=st.booleans(),
    ),
    st.timedeltas(timedelta(0), timedelta(days=14)),
    st.sampled_from(["", "no way"]),
)  # fmt: skip
def test_nobody_is_asked_while_any_rule_is_broken(facts: Afterwards, overdue: timedelta, closed: str) -> None:
    """Whatever else holds; and there is always a reason."""
    decision = guard(facts, overdue=overdue, closed=closed)
    allowed = facts == SETTLED and overdue <= LATE and not closed
    assert decision.ask is allowed
    assert decision.reason
    assert (decision.reason == ASK) is allowed


SCORES = {
    1: [
        "1", "One", "eins", "1 star", "1 Stern", "1. Leider ging gar nichts", "1, nie wieder", "1 gar nicht zufrieden",
        "1 unfortunately it broke again", "1!!!", "1 von 5", "1 - so eine Frechheit", "1, weil niemand kam",
    ],
    2: [
        "2", "zwei", "2, weil es ewig gedauert hat", "2 weil es drei Wochen gedauert hat", "2 (zu langsam)",
        "Meine Bewertung: 2", "2\nEs hat drei Wochen gedauert.", "2, der Techniker kam zweimal nicht",
        "2 not satisfied", "two, because nobody called", "2/5", "2 leider", "2, nicht gut", "2 zu lange gewartet",
        "2 nicht gut", "2, naja", "2, Internet fällt ständig aus",
    ],
    3: [
        "3", "three out of five", "3: ging so", "3 Punkte", "Zufriedenheit: 3", "3 - geht besser", "drei", "3 of 5",
        "3 geht so", "3 naja", "3, okay", "3 war ok", "3, es hat lange gedauert, bis jemand geantwortet hat",
    ],
    4: [
        "4/5", "4 / 5", "4 out of 5", "vier", "4 = zufrieden", "4 stars", "⭐⭐⭐⭐", "Hallo! 4. Danke!",
        "Guten Tag, ich gebe eine 4", "Bewertung 4", "I'd say 4", "my rating is 4", "eine 4", '"4"', "vier von fünf",
        "4 aber es hat lange gedauert", "4, all good", "4\n\nMit freundlichen Grüßen\nE. Winter", "4 sehr gut",
        "4 würde ich sagen", "4 – danke der Nachfrage", "4, und danke", "4 und danke", "4, and thanks",
        "4, nicht schlecht", "4 nicht schlecht", "4, not bad", "4 ganz gut", "4, took a bit long but solved",
        "4, gar nicht schlecht", "4, erst lief es nicht, nun läuft es", "Ich würde eine 4 geben", "⭐⭐⭐⭐ danke",
    ],
    5: [
        "5", "5.", "5!", " 5 ", "5/5", "5 von 5", "fünf", "Fünf", "fuenf", "Five.", "5 danke", "5 Danke!", "5, danke",
        "5 - danke", "5 – vielen Dank", "5 Sterne", "5️⃣", "5 👍", "👍 5", "Hallo, 5", "Ich gebe 5 Sterne",
        "I give it a 5", "eine glatte 5", "ganz klar eine 5", "*5*", "5 thanks a lot", "5 very satisfied",
        "5, because Ben was great", "5\n\nViele Grüße\nEva Winter", "@acme 5", "> 1\n5", "5 Punkte, danke", "5 :-)",
        "5, alles super", "5 perfekt", "5 Dankeschön", "5, besser geht es nicht", "5, schneller geht's nicht",
        "5, erst ging nichts, jetzt läuft es", "5, one of the best", "5, und vielen Dank!", "5 und weiter so",
        "5 and thank you", "5 no complaints", "5, no complaints", "5 von mir", "eine 5 von mir", "Danke, 5", "volle 5",
        "5⭐", "Ich vergebe 5 Sterne", "Meine Antwort lautet 5", "5, bitte weiter so", "5, ich möchte mich bedanken",
        "5 ok", "5, der Techniker war super nett und pünktlich", "5, Frau Amsel war toll!",
        "5, wir können Sie nur empfehlen", "5, I would like to thank you", "5, please keep it up", "5, nie enttäuscht",
    ],
}  # fmt: skip


@pytest.mark.parametrize(("text", "score"), [(text, score) for score, texts in SCORES.items() for text in texts])
def test_what_gives_a_score(text: str, score: int) -> None:
    """A number alone, or first with a comment."""
    found = read(text)
    assert found is not None, text
    assert found.score == score


NONE = [
    # amounts, times, ranges
    "3 Tage", "3 Tage gewartet", "4 Wochen ohne Netz", "3 weeks", "3 days without net", "5 Minuten", "five minutes",
    "Two days", "5 Uhr", "3:30", "Viertel nach 4", "2 Router", "2x angerufen", "2 x angerufen", "3 Mal", "3 times",
    "4 mal angerufen", "5-mal", "5€", "5 Euro", "5%", "5 %", "4G", "5 G", "4-5", "4 - 5", "4 oder 5", "4 bis 5",
    "5 or 4", "4, 5", "4,5", "3.5", "1 Jahr", "1, 2 oder 3", "4, eher 3", "4, vielleicht 3", "2 von uns", "1/2", "2/3",
    # other numbers
    "0", "6", "7", "10", "05", "-1", "2026", "5/10", "5 von 10", "1 von 3", "+49 30 1234567", "030 1234567",
    "5 5 5 1234", "427-918-354", "Nr. 4", "Ticket 4", "Kundennummer 5", "Ich habe 5 Router",
    # dates, ordinals, lists
    "1. März", "Am 1. März", "1. Mai", "3. März, bitte", "1.3.", "1.3.2026", "3/5/2026", "2. Mahnung", "4. Stock",
    "3. Etage", "1st", "2nd reminder", "5th", "1) Router geht nicht", "1. Router geht nicht\n2. Rechnung fehlt",
    # sayings and school marks
    "Eins A!", "1a", "1A", "Note 1", "Note 4", "Schulnote 2", "1 und 1", "5 an der Zahl",
    # matters of their own
    "Eine Frage noch", "Ein Problem", "One more thing", "One thing", "Zwei Sachen noch", "Drei Wochen", "2 Fragen",
    "1 Frage: geht das so", "Wie geht das", "Danke", "Es geht nicht", "Mein Anschluss geht nicht", "STOP", "-", "",
    "Nein, es ist nicht gelöst.",
    # questions
    "5?", "2, warum?", "5 - wann kommt der Techniker?", "Was heißt 5?", "4 danke. Und wann kommt die Rechnung?",
    # more numbers than one, in words; a list over lines
    "vier, fünf Tage kein Netz", "Fünf, sechs Mal angerufen", "two, three days", "Eins, zwei oder drei",
    "1: Internet geht nicht\n2: Rechnung falsch", "1 - Internet\n2 - Telefon", "1, Internet\n2. Telefon",
    # it does not work
    "5 danke, aber es geht wieder nicht", "5, nichts geht mehr", "4, das Internet geht immer noch nicht",
    "4, leider funktioniert gar nichts", "5 - it does not work", "4, still not working", "3, alles kaputt",
    # a matter of its own
    "5, ich kündige", "5, ich möchte kündigen", "4, bitte rufen Sie mich an", "4, please call me", "5, Rückruf bitte",
    "5, bitte schicken Sie mir die Rechnung", "5, meine neue Adresse ist Lange Gasse 3", "5, my address has changed",
    "5, ich brauche noch einen Router", "4, I need a new router", "5, jetzt ist das Telefon tot",
    "5, Ausfall in der Gasse", "4, aber das Internet ist weg", "5, but no internet since yesterday",
    "4, aber jetzt ist die Rechnung falsch", "4, wo bleibt meine Gutschrift", "5, wann kommt die Gutschrift",
    "3, Router defekt", "4, Tel. 030 1234567", "3, Kundennummer 4711", "4, und noch eine Frage",
    "5 und die Rechnung stimmt nicht", "5, und wie bekomme ich das Passwort", "4, still waiting for the refund",
    "5, the refund has not arrived", "5, mein Nachbar hat auch ein Problem", "4, der Techniker war aber nicht da",
    "5, Sie haben doppelt abgebucht", "5, you charged me twice", "5, Karte sperren",
    "5, gibt es auch einen schnelleren Tarif", "5, do you have fibre", "4, haben Sie auch Glasfaser",
    # counted, agreed, listed
    "4 since March", "5 since yesterday", "3 as agreed", "3 all broken", "3 leider kaputt", "4 alles Weitere per Mail",
    "5 da war niemand", "3, Dienstag", "3, Mittwoch passt", "2: ja", "1: ja 2: nein", "1 - ja",
    "2 von mir bestellte Router", "4 und 5", "4, und 5 Tage gewartet", "⭐⭐⭐⭐⭐⭐",
    # the opposite of their number
    "2, gut", "2 = gut", "1, gut", "2, nicht schlecht", "1, not bad",
    "1, sehr zufrieden", "1 super", "2, very good", "5, eine Katastrophe", "4 nie wieder", "5, sehr enttäuscht",
]  # fmt: skip


@pytest.mark.parametrize("text", NONE)
def test_what_gives_none(text: str) -> None:
    """A person reads it."""
    assert read(text) is None


def test_the_comment_is_what_stands_behind_it() -> None:
    """Without signs, greeting and name."""
    assert read("2, weil es drei Wochen gedauert hat!\n\nViele Grüße\nEva Winter") == Answer(
        score=2, comment="weil es drei Wochen gedauert hat"
    )
    assert read("5") == Answer(score=5)


def test_a_file_and_a_long_text_are_for_a_person() -> None:
    """Whoever writes so much says more than a number."""
    assert read("5", files=True) is None
    assert read("5, " + "und noch etwas " * 60) is None


@given(st.text(max_size=200))
def test_any_text_can_be_read(text: str) -> None:
    """What is found is a number of the scale."""
    found = read(text)
    assert found is None or 1 <= found.score <= 5

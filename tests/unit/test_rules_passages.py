"""Passages: what a writer says himself, and where the sentence and clause around a word end."""

import pytest

from inbox_bot.rules.passages import Passage, lower, phrases


def spoken(text: str, *, signed: bool = False) -> str:
    """What is left of a text, in one line."""
    return " ".join(Passage(text, signed=signed).own.split())


@pytest.mark.parametrize(
    ("text", "own"),
    [
        ("Ja.\n> Nein.\nDoch.", "Ja. Doch."),
        ("Ja.\n  >> Nein.", "Ja."),
        ("Ja.\nAm 3. März 2026 schrieb Eva Winter <eva@mail.example>:\nNein.", "Ja."),
        ("Ja.\nOn 3 March 2026, Eva Winter wrote:\n> No.", "Ja."),
        ("Ja.\n-----Ursprüngliche Nachricht-----\nNein.", "Ja."),
        ("Ja.\nVon: Eva Winter\nGesendet: heute\nNein.", "Ja."),
        ("Ja.\n-- \nEva Winter", "Ja."),
        ("Sie sagten „nein“, ich sage ja.", "Sie sagten , ich sage ja."),
        ('You said "no", I say yes.', "You said , I say yes."),
        ("Sie sagten »nein«, ‚nein‘ und “no”.", "Sie sagten , und ."),
        ("stor\u00adniert und ent\u200bstört", "storniert und entstört"),
        ('Der 19" Monitor ist 5" hoch.', 'Der 19" Monitor ist 5" hoch.'),
        ("Siehe https://mail.example/heute und heute@mail.example.", "Siehe und"),
    ],
)
def test_what_is_not_his_own_is_blanked(text: str, own: str) -> None:
    """Quoted lines, older mail, signatures, words in quotation marks, addresses."""
    assert spoken(text) == own


@pytest.mark.parametrize(
    ("text", "own"),
    [
        ("Ja.\nViele Grüße\nEva Winter\nAnwältin", "Ja."),
        ("Ja.\nMfG, Eva Winter", "Ja."),
        ("Ja.\nKind regards Eva Winter\nAttorney", "Ja."),
        ("Ja.\nViele Grüße\nEva\nPS: Nein.", "Ja. PS: Nein."),
        ("Ja.\nFreundliche Grüsse\nEva Winter\nAnwältin", "Ja."),
        ("Ja.\nViele Grüße aus Berlin\nEva Winter\nAnwältin", "Ja."),
        ("Ja.\nDanke und Gruß\nEva Winter\nAnwältin", "Ja."),
        ("Ja.\nVielen Dank und viele Grüße,\nEva Winter\nAnwältin", "Ja."),
        ("Ja.\nMit freundlichen Grüßen / Best regards\nEva Winter\nAnwältin", "Ja."),
        ("Ja.\nThanks,\nEva\nAttorney", "Ja."),
        ("Ja.\nVielen Dank\n\nEva Winter\nAnwältin", "Ja."),
        ("Danke,\naber ich bin sauer.", "Danke, aber ich bin sauer."),
        ("Thanks.\nThis is a scam!", "Thanks. This is a scam!"),
        ("Ja.\nGruß\nEva\n" + "\n\n".join(["Zeile"] * 17), "Ja."),
        ("Ja.\nViele Grüße aus dem Urlaub sende ich nicht.", "Ja. Viele Grüße aus dem Urlaub sende ich nicht."),
        ("Gruß\n" + "Zeile\n" * 30, "Gruß " + "Zeile " * 29 + "Zeile"),
    ],
)
def test_what_stands_below_a_closing_formula(text: str, own: str) -> None:
    """In a letter that came in it is a signature, but for a postscript, and unless it is long."""
    assert spoken(text, signed=True) == own
    assert spoken("Ja.\nViele Grüße\nEva") == "Ja. Viele Grüße Eva"


def test_everything_keeps_its_place() -> None:
    """Blanks stand where something was; new lines stay."""
    text = "Ja.\n> Nein.\n„Nein“ doch"
    own = Passage(text).own
    assert len(own) == len(text)
    assert own.index("doch") == text.index("doch")
    assert own.count("\n") == 2


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("Eins. Zwei DA drei. Vier.", "zwei da drei"),
        ("Am 3. Mai DA, z.B. um 5 Uhr. Vier.", "am 3. mai da, z.b. um 5 uhr"),
        ("Nummer 427-918-355. Zwei DA! Drei", "zwei da"),
        ("Eins\n\nZwei\nDA drei\n\nVier", "zwei\nda drei"),
        ("- eins\n- zwei DA\n- drei", "- zwei da"),
        ("Kosten: 3.50 Euro DA.", "kosten: 3.50 euro da"),
        ("DA", "da"),
    ],
)
def test_where_a_sentence_ends(text: str, sentence: str) -> None:
    """Not at the dots of dates, numbers and abbreviations, nor at the end of a line."""
    passage = Passage(text)
    at = text.index("DA")
    assert passage.around(at, at + 2).sentence.strip() == sentence
    start, end = passage.sentence(at, at + 2)
    assert text[start:end].lower() == sentence


@pytest.mark.parametrize(
    ("text", "clause"),
    [
        ("Eins, zwei DA drei, vier", "zwei da drei"),
        ("Er kam und wir sind DA, vier", "wir sind da"),
        ("Montag und Dienstag DA", "montag und dienstag da"),
        ("Eins (zwei DA) drei", "zwei da"),
        ("Eins: zwei DA - drei", "zwei da"),
        ("We came and we are DA", "we are da"),
    ],
)
def test_where_a_clause_ends(text: str, clause: str) -> None:
    """At commas and the like, and at a joint that begins a new one."""
    at = text.index("DA")
    assert Passage(text).around(at, at + 2).clause.strip() == clause


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("Ist er DA?", True),
        ("Er ist DA.", False),
        ("Er ist DA, ok?", False),
        ("Er ist DA, und wann kommt sie wieder?", True),
    ],
)
def test_what_is_asked(text: str, asked: bool) -> None:
    """A few words behind a statement make no question of it."""
    at = text.index("DA")
    assert Passage(text).around(at, at + 2).asked is asked


def test_lower_case_keeps_every_place() -> None:
    """İ would become two characters, and everything behind it be found one too far."""
    assert lower("İABC ß") == "İabc ß"


def test_phrases_are_whole_words() -> None:
    """In any spacing; `*` stands for letters; no words find nothing."""
    pattern = phrases(("zu hause", "frech*"))
    assert [found[0] for found in pattern.finditer("zu  hause frechheit unfrech zu\nhausen")] == [
        "zu  hause",
        "frechheit",
    ]
    assert phrases(()).search("irgendwas") is None

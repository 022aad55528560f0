"""Own words, where a mail program changed what it quotes: no line of an internal note goes on, or nothing at all."""

import textwrap
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inbox_bot.rules.nearly import Nearly
from inbox_bot.rules.own_words import UNMARKED, own_words

LINK = "https://wiki.intern.example/kunden/4711"
SAFE = (
    "https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fwiki.intern.example%2Fkunden%2F4711"
    "&data=05%7C02%7C&reserved=0"
)
BLOCK = "Von: Acme <hilfe@acme.example>\nGesendet: Montag, 9. März 2026 13:00\nAn: Anna Berg\nBetreff: Ticket\n"
END = "mein Anschluss geht seit gestern nicht mehr"
NOTICE = """\
Eva Winter schreibt am 9. März 2026 um 12:00 Uhr per E-Mail:

Und die Rechnung?

Ticket 427-918-354 (Anschluss)
Verlauf (nur für das Team, das Neueste zuerst):

Notiz von Ben, geschrieben am 9. März 2026 um 11:00 Uhr:
{note}

Kunde von Eva Winter, geschrieben am 9. März 2026 um 10:00 Uhr:
mein Anschluss geht seit gestern nicht mehr
"""
ANSWER = "Wir prüfen das."
CHANGES = [
    (LINK, SAFE),
    (f"Siehe {LINK}", f"Siehe {SAFE}"),
    ("Łukasz: Betrugsverdacht!", "?ukasz: Betrugsverdacht!"),
    ("Łukasz: Betrugsverdacht!", "\ufffdukasz: Betrugsverdacht!"),
    ("Kunde ist 🙈 schwierig", "Kunde ist ?? schwierig"),
    ("Kunde ist schwierig", "Kundeist  schwierig"),
]


def changed(note: str, seen: str) -> tuple[str, str]:
    return NOTICE.format(note=note), NOTICE.format(note=seen)


@pytest.mark.parametrize(("note", "seen"), CHANGES)
def test_changed_line_of_an_unmarked_quote(note: str, seen: str) -> None:
    """Nearly ours is ours: above an unmarked quote he answers as ever, and below its end."""
    sent, quote = changed(note, seen)
    for letter in (f"{ANSWER}\n\n{BLOCK}\n{quote}", f"{BLOCK}\n{quote}\n{ANSWER}"):
        found = own_words(letter, sent=[sent])
        assert (found.refused, found.text) == ("", ANSWER)


@pytest.mark.parametrize("place", ["above", "below", "above, no head", "below, no head"])
def test_strange_line_of_an_unmarked_quote(place: str) -> None:
    """What is among our lines and nothing like them comes back, whoever wrote it."""
    sent, quote = changed("Łukasz: Betrugsverdacht!", "=?utf-8?b?xYF1a2Fzeg==?=")
    head = "" if "no head" in place else f"{BLOCK}\n"
    letter = f"{ANSWER}\n\n{head}{quote}" if "above" in place else f"{head}{quote}\n{ANSWER}"
    found = own_words(letter, sent=[sent])
    assert (found.refused, found.text, found.lines) == (UNMARKED, "", ("=?utf-8?b?xYF1a2Fzeg==?=",))


@pytest.mark.parametrize("head", ["", f"{BLOCK}\n"])
def test_the_end_of_an_unmarked_quote_must_be_seen(head: str) -> None:
    """Below it he is heard only where our mail ends: what ends before, or goes on, may be a note of ours."""
    sent, quote = changed("Niemand weiß.", "Niemand weiß.")
    assert own_words(f"{head}{quote}\n{ANSWER}", sent=[sent]).text == ANSWER
    lost = quote.replace(END, "mein Anschlu?")
    assert own_words(f"{head}{lost}\n{ANSWER}", sent=[sent]).refused == UNMARKED
    longer = f"{sent}\nNotiz von Ben:\nKunde lügt"
    assert own_words(f"{head}{quote}\nNotiz von Ben:\nKunde l?gt", sent=[longer, sent]).refused == UNMARKED


def test_the_beginning_of_an_unintroduced_quote_must_be_seen() -> None:
    """So what stands above it may be our first line."""
    sent = f"Notiz: Kunde lügt\n{NOTICE.format(note='Niemand weiß.')}"
    assert own_words(f"{ANSWER}\n\n{sent}", sent=[sent]).text == ANSWER
    assert own_words(f"{ANSWER}\n\n{sent}".replace("Kunde lügt", "Kunde l?gt"), sent=[sent]).refused == UNMARKED


def test_a_marked_line_that_breaks_off() -> None:
    """A program that wraps a marked line and marks its first half only: the other half is ours, or may be."""
    note = "Bei Anruf ist immer erst der Teamleiter zu fragen, denn Łukasz lügt"
    quote = f"> {note}".replace(" denn", "\ndenn")
    assert own_words(f"{ANSWER}\n{quote}", sent=[note]).text == ANSWER
    assert own_words(f"{ANSWER}\n{quote}".replace("Łukasz lügt", "?ukasz l?gt"), sent=[note]).refused == UNMARKED
    among = "> Bei Anruf ist immer erst\nNein.\n> der Teamleiter zu fragen, denn Łukasz lügt\nDoch."
    assert own_words(among, sent=[note]).text == "Nein.\n\nDoch."


def test_a_mark_of_his_own_makes_no_marked_quote() -> None:
    """A line that he marked himself above a quote without a head and marks."""
    sent, quote = changed("Kunde lügt", "=?x?=")
    letter = f"> Und die Rechnung?\n{ANSWER}\n\n{quote}"
    assert own_words(letter, sent=[sent]).refused == UNMARKED
    assert own_words(letter.replace("=?x?=", "Kunde lügt"), sent=[sent]).text == ANSWER


def test_his_own_lines() -> None:
    """What he wrote before he may write anew; in a quote it stays a quote."""
    mine = "der Techniker hat Ihre Nummer und ruft Sie heute an."
    sent = NOTICE.format(note=mine)
    for letter in (f"{mine}\n\n{BLOCK}\n{sent}", f"{BLOCK}\n{sent}\n{mine}", mine, f"{mine}\n\n{sent}"):
        assert own_words(letter, sent=[sent], his=[mine]).text == mine
    assert own_words(mine, sent=[sent]).refused
    assert own_words(f"{ANSWER}\n\n{BLOCK}\n{sent}", sent=[sent], his=[mine]).text == ANSWER
    assert own_words(f"{ANSWER}\n\n{sent}", sent=[sent], his=[mine]).text == ANSWER


@pytest.mark.parametrize(
    ("line", "is_line"),
    [
        ("Kunde  ist schwierig!", True),
        ("Kunde ist schwierig, aber nett", False),
        ("Der Kunde ist schwierig", False),
        ("Ganz anders", False),
        ("siehe https://far.example/x", False),
        (SAFE, True),
        ("", False),
    ],
)
def test_nearly(line: str, is_line: bool) -> None:
    """What adds words is none of ours, and a link is ours only if it leads where ours leads."""
    assert Nearly(["Kunde ist schwierig", LINK, ""]).is_line(line) is is_line


def test_nearly_is_bounded() -> None:
    """Whatever is compared with whatever."""
    near = Nearly(f"{number} {'ab' * 150}" for number in range(5000))
    begun = time.process_time()
    for number in range(10_000):
        near.is_line(f"{'ba' * 150} {number}")
    assert time.process_time() - begun < 10
    assert not near.is_line("0 " + "ab" * 150)


# What nobody may hear of, in letters that no program changes.
SECRET = ["Łügner", "Kündigung", "droht", "Betrüger", LINK, "Kulanz", "schwierig", "🙈", "zwölf", "Müller", "Verdacht"]
CORES = ("gner", "ndigung", "droht", "betr", "intern.example", "kulanz", "schwierig", "ller", "verdacht")
OPEN = ["Anschluss", "geht", "seit", "gestern", "nicht", "mehr", "Rechnung", "Störung", "Nummer"]
HIS = ["wir", "schicken", "Ihnen", "morgen", "einen", "neuen", "Apparat,", "ohne", "Kosten.", "gern!"]
HEADS = [
    "",
    BLOCK,
    "Am Di., 3. März 2026 um 10:15 Uhr schrieb Acme Hilfe <hilfe@acme.example>:\n",
    "________________________________\nFrom: Acme Help <h@acme.example>\nSent: Tuesday, March 3, 2026 10:15 AM\n"
    "To: Anna Berg <anna@acme.example>\nSubject: New ticket\n",
    "-----Ursprüngliche Nachricht-----\n",
]


def lines_of(some: list[str], most: int) -> st.SearchStrategy[str]:
    return st.lists(
        st.lists(st.sampled_from(some), min_size=1, max_size=9).map(" ".join), min_size=1, max_size=most
    ).map("\n".join)


@st.composite
def notices(draw: st.DrawFn) -> str:
    """A mail of ours with notes in its history, as the templates make them."""
    parts = ["Eva Winter schreibt am 9. März 2026 um 12:00 Uhr per E-Mail:\n", draw(lines_of(OPEN, 3)), "Verlauf:"]
    for number in range(draw(st.integers(1, 4))):
        note = draw(st.booleans()) or number == 0
        parts.append(f"\n{'Notiz' if note else 'Kunde'}, geschrieben am {number + 1}. März 2026 um 11:00 Uhr:")
        parts.append(draw(lines_of(SECRET if note else OPEN, 3)))
    return "\n".join(parts)


@st.composite
def quotes(draw: st.DrawFn, notice: str) -> list[str]:
    """The notice as a mail program quotes it: characters lost, links rewritten, blanks, wrapped, with a prefix."""
    lost = draw(st.sampled_from(["", "?", "\ufffd", "none"]))
    rate = draw(st.sampled_from([1, 1, 2, 5]))
    lines = []
    for number, whole in enumerate(notice.split("\n")):
        line = whole
        if draw(st.booleans()):
            line = line.replace(LINK, SAFE)
        if lost != "none" and number % rate == 0:
            line = "".join(c if c.isascii() else lost for c in line)
        if draw(st.integers(0, 5)) == 0:
            line = line.replace(" ", draw(st.sampled_from(["  ", "\u00a0", "\t", ""])))
        lines.append(line)
    mark = draw(st.sampled_from(["> ", ">", "| ", "", ""]))
    width, every = draw(st.sampled_from([0, 0, 30, 72])), draw(st.booleans())
    quote = []
    for line in lines:
        pieces = textwrap.wrap(line, width) if width else [line]
        quote += [mark * (every or not at) + piece for at, piece in enumerate(pieces or [""])]
    return quote


@settings(max_examples=600)
@given(st.data())
def test_no_line_of_a_note_reaches_the_customer(data: st.DataObject) -> None:
    """Whatever a mail program does to what it quotes: notes are cut, or the mail comes back."""
    notice = data.draw(notices())
    quote = data.draw(quotes(notice))
    answer = data.draw(lines_of(HIS, 3))
    place = data.draw(st.sampled_from(["above", "below", "both", "among", "nowhere"]))
    if place == "among":
        quote.insert(data.draw(st.integers(0, len(quote))), answer)
    head = data.draw(st.sampled_from(HEADS))
    above, below = answer * (place in ("above", "both")), answer * (place in ("below", "both"))
    found = own_words(f"{above}\n\n{head}\n" + "\n".join(quote) + f"\n\n{below}", sent=[notice])
    assert bool(found.refused) == (not found.text)
    told = found.text.casefold()
    assert not [core for core in CORES if core in told]

"""Quotes and signatures: folded away, but never what the author wrote."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inbox_bot.channels.mime.parse import parse
from inbox_bot.channels.mime.quoted import fold, fold_foreign
from inbox_bot.model import Incoming
from tests.unit.mime_builders import NOW, mail


@pytest.mark.parametrize(
    ("text", "own"),
    [
        ("Geht nicht.\nBitte um Rückruf: 0171", "Geht nicht.\nBitte um Rückruf: 0171"),
        ("Danke!\n\nAm 3. März 2026 um 10:15 schrieb Acme Hilfe <h@acme.example>:\n> alt\n> alt", "Danke!"),
        ("Danke!\n\nAm Di., 3. März 2026 um 10:15 Uhr schrieb Acme <\nh@acme.example>:\n\n> alt", "Danke!"),
        ("Danke!\n\nAm Di., 3. März 2026 um 10:15 Uhr\nAcme <h@acme.example> schrieb:\n> alt", "Danke!"),
        ("Thanks\n\nOn Mon, Mar 3, 2026 at 10:15 AM Acme <h@acme.example> wrote:\n\nold without marks", "Thanks"),
        ("Hallo\n\nVon: Acme <h@acme.example>\nGesendet: Montag\nAn: Eva\nBetreff: x\n\nalt", "Hallo"),
        ("Hallo\n\n*Von:* Acme\n*Gesendet:* Montag\n*An:* Eva\n\nalt", "Hallo"),
        ("Hallo\n\n________________________________\nVon: A\nGesendet: M\nAn: E\nBetreff: x\n\nalt", "Hallo"),
        ("Hallo\n\n-----Ursprüngliche Nachricht-----\nVon: x\n\nalt", "Hallo"),
        ("Hello\n\n-----Original Message-----\nFrom: x\n\nold", "Hello"),
        ("FYI\n\n---------- Forwarded message ---------\nFrom: x\n\nold", "FYI"),
        ("Salut\n\nLe mar. 3 mars 2026 à 10:00, Acme <h@acme.example> a écrit :\n\nvieux", "Salut"),
        ("Hej\n\nFra: x\nSendt: y\nTil: z\nEmne: a\n\ngammel", "Hej"),
        ("> was geht nicht?\nDas Licht.\n> seit wann?\nMontag.", "Das Licht.\nMontag."),
        ("> alt\n> alt\n\nAntwort unten.\n", "Antwort unten."),
        ("Eva schrieb:\n> alt\nMeine Antwort", "Meine Antwort"),
        ("Geht.\n\n-- \nEva Müller\nTel. 0171", "Geht."),
        ("Geht.\n\n--\nEva Müller", "Geht."),
        ("Geht.\n\nVon meinem iPhone gesendet", "Geht."),
        ("OK\n\nSent from my phone\n\nOn 3 March 2026 10:15, Acme wrote:\n> old", "OK"),
        # What only looks like a quote stays.
        (
            "Am Montag schrieb mir Ihr Kollege:\nSie bekommen 50 Euro.",
            "Am Montag schrieb mir Ihr Kollege:\nSie bekommen 50 Euro.",
        ),
        ("Von: Köln\nnach Bonn", "Von: Köln\nnach Bonn"),
        ("- eins\n- zwei\n\nMit freundlichen Grüßen\nEva", "- eins\n- zwei\n\nMit freundlichen Grüßen\nEva"),
        # Folding would leave nothing: everything stays.
        ("> nur ein Zitat", "> nur ein Zitat"),
        (
            "-----Original Message-----\nFrom: x\n\nforwarded only",
            "-----Original Message-----\nFrom: x\n\nforwarded only",
        ),
        ("", ""),
    ],
)
def test_fold(text: str, own: str) -> None:
    """The first part is what the author wrote, wherever he wrote it."""
    assert fold(text)[0] == own


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                "eins",
                "> zitat",
                "",
                "-- ",
                "--",
                "Am 3.3.2026 um 10:00 schrieb Eva:",
                "Von: a",
                "An: b",
                "Betreff: c",
                "x:",
            ]
        ),
        max_size=14,
    )
)
def test_nothing_is_lost(lines: list[str]) -> None:
    """Every line with words is in one of the two halves, whatever the order, and something is always shown."""
    text = "\n".join(lines)
    own, quoted = fold(text)
    both = [line for line in f"{own}\n{quoted}".split("\n") if line.strip()]
    assert sorted(line.strip() for line in both) == sorted(line.strip() for line in lines if line.strip())
    assert own or not text.strip()


@pytest.mark.parametrize(
    "text",
    [
        "> a\n" * 100_000,
        "Am x schrieb y:\n" * 60_000,
        "Von: x\n" * 60_000,
        "Am " * 6_000 + "\nx:\n",
        "\n " * 395 + "a" * 18_000 + "\nx:",
    ],
)
def test_hostile_text_costs_little(text: str) -> None:
    """Text made to be slow is folded, or left alone, in about a second at most."""
    begun = time.process_time()
    fold(text)
    assert time.process_time() - begun < 3


@pytest.mark.parametrize(
    ("text", "own"),
    [
        ("Salut\n\nLe mar. 3 mars 2026 à 10:00, Acme <h@acme.example> a écrit :\n\nvieux", "Salut"),
        ("Hej\n\nFra: x\nSendt: y\nTil: z\nEmne: a\n\ngammel", "Hej"),
        ("Danke!\n\nAm 3. März 2026 um 10:15 schrieb Acme <h@acme.example>:\n> alt", None),
        ("Hallo\n\nVon: Acme <h@acme.example>\nGesendet: Montag\nAn: Eva\nBetreff: x\n\nalt", None),
        ("Le mar. 3 mars 2026 à 10:00, Acme <h@acme.example> a écrit :\n> vieux\n\nneuf", None),
        ("Ja.\n-- \nEva", None),
        ("Ja.", None),
        (" \n>\n", None),
        ("", None),
    ],
)
def test_fold_foreign(text: str, own: str | None) -> None:
    """Only what is below an unmarked head in another language is folded (None: nothing)."""
    found, rest = fold_foreign(text)
    assert found.strip("\n") == (text if own is None else own).strip("\n")
    assert bool(rest) == (own is not None)


def test_whole() -> None:
    """On request quotes and signature stay in the text."""
    raw = mail(body="Ja.\r\n-- \r\nEva\r\n> alt\r\n")
    found = parse(raw, key="7:1", at=NOW, whole=True)
    assert isinstance(found, Incoming)
    assert (found.text.rstrip("\n"), found.quoted) == ("Ja.\n-- \nEva\n> alt", "")

"""Own words: what of an agent's letter is his, why the rest is cut, and when nothing goes out."""

import pytest

from inbox_bot.rules import commands
from inbox_bot.rules.cuts import Why
from inbox_bot.rules.own_words import EMPTY, LONG, NAMED, PARTLY, UNMARKED, Answer, own_words

NOTICE = """\
Neues Ticket 427-918-354, eröffnet am 3. März 2026, 10:15 Uhr:
Anschluss gestört

Priorität: hoch
Notiz von Ben: der Kunde hat schon zweimal angerufen und droht jetzt mit Kündigung.

Hallo,

mein Anschluss geht seit Montag nicht mehr und niemand meldet sich bei mir zurück.
Bitte um Rückruf!

Mit freundlichen Grüßen
Eva Winter

Ansehen:    inbox-bot show 427-918-354

--\x20
Acme Hilfe, nur für das Team
"""
MARKED = "\n".join(f"> {line}".rstrip() for line in NOTICE.split("\n"))
HEAD = "Am Di., 3. März 2026 um 10:15 Uhr schrieb Acme Hilfe <hilfe@acme.example>:"
BLOCK = "Von: Acme Hilfe <hilfe@acme.example>\nGesendet: Dienstag, 3. März 2026 10:15\nAn: Anna Berg\nBetreff: Ticket"
LETTER = "Guten Tag Frau Winter,\n\nder Techniker kommt am Freitag.\n\nMit freundlichen Grüßen\nAnna Berg"


def of(letter: str, *secrets: str) -> Answer:
    return own_words(letter, sent=[NOTICE], secrets=secrets)


@pytest.mark.parametrize(
    ("letter", "own"),
    [
        (LETTER, LETTER),
        (f"{LETTER}\n\n{HEAD}\n\n{MARKED}", LETTER),
        (f"{HEAD}\n{MARKED}\n\n{LETTER}", LETTER),
        (f"{LETTER}\n\n{BLOCK}\n\n{NOTICE}", LETTER),
        (f"{BLOCK}\n\n{NOTICE}\n{LETTER}", LETTER),
        (f"{NOTICE}\n{LETTER}", LETTER),
        (f"{LETTER}\n\n{NOTICE}", LETTER),
        (f"{LETTER}\n-- \nAnna Berg\nAcme GmbH\n\n{HEAD}\n{MARKED}", LETTER),
        (f"{LETTER}\n\n--\nAnna Berg\nAcme GmbH", LETTER),
        (f"{LETTER}\n\nGet Outlook for iOS<https://aka.example/o>\n{BLOCK}\n\n{NOTICE}", LETTER),
        # Greeting and closing are the customer's as well as his; a sentence of an earlier answer is ours.
        ("Hallo,\nja.\nMit freundlichen Grüßen", "Hallo,\nja.\nMit freundlichen Grüßen"),
        ("Ja.\nPriorität: hoch\nNein.", "Ja.\nNein."),
        # A quoted line that was wrapped by a program which marked its first half only.
        (
            "> mein Anschluss geht seit Montag nicht mehr und niemand meldet\nsich bei mir zurück.\nDoch, ich!",
            "Doch, ich!",
        ),
        # Among the lines of a marked quote.
        (f"{HEAD}\n{MARKED}\nFreitag.\n> Wann?\nMorgens.", "Freitag.\n\nMorgens."),
        # What a server put above or below the quote is nobody's answer.
        (f"{LETTER}\n{BLOCK}\n\n[EXTERN] Vorsicht mit Anhängen\n\n{NOTICE}\nAcme GmbH, Sitz Köln", LETTER),
        # A colleague's mail further down in an unmarked chain.
        (f"{LETTER}\n{BLOCK}\n\n{NOTICE}\nVon: Ben\nGesendet: Montag\nBetreff: x\n\nDer Kunde lügt.", LETTER),
        # Other languages' introductions, before a quote only.
        (f"Ja.\nLe mar. 3 mars 2026 à 10:15, Acme <h@acme.example> a écrit :\n{MARKED}", "Ja."),
        (f"Ja.\nLe mar. 3 mars 2026 à 10:15, Acme <h@acme.example> a écrit :\n{NOTICE}", "Ja."),
        ("Ja.\nLe mar. 3 mars 2026 à 10:15, Acme <h@acme.example> a écrit :\n-- \nPriorität: hoch", "Ja."),
        ("Ja.\n\nLe mar. 3 mars 2026 à 10:15, Acme <\nh@acme.example> a écrit :\n> alt", "Ja."),
        ("Zum Termin am 3.3.2026:\nwir kommen.", "Zum Termin am 3.3.2026:\nwir kommen."),
        ("Zur ersten Frage:\n> Wann?\nMorgens.", "Zur ersten Frage:\n\nMorgens."),
        ("Danke!\nAcme Hilfe schrieb am 3.3.2026 um 10:15:\n> alt", "Danke!"),
        ("👍", "👍"),
        ("Gesendet mit der Post.", "Gesendet mit der Post."),
        ("eins\n--\n" + "zwei\n" * 13, "eins\n--\n" + "zwei\n" * 12 + "zwei"),
    ],
)
def test_own(letter: str, own: str) -> None:
    """His words, all of them, and nothing else."""
    found = of(letter)
    assert (found.refused, found.text) == ("", own)


@pytest.mark.parametrize(
    ("letter", "reason", "lines"),
    [
        ("", EMPTY, ()),
        (MARKED, EMPTY, ()),
        (f"{BLOCK}\n\n{NOTICE}", EMPTY, ()),
        (f"{HEAD}\n{MARKED}\n-- \nAnna Berg", EMPTY, ()),
        ("-----\n\n…", EMPTY, ()),
        ("x" * 200_001, LONG, ()),
        ("x\n" * 10_001, LONG, ()),
        (
            "Guten Tag,\nwie ich höre, der Kunde hat schon zweimal angerufen und so weiter.",
            PARTLY,
            ("wie ich höre, der Kunde hat schon zweimal angerufen und so weiter.",),
        ),
        (
            "Der Anrufer (der Kunde hat\nschon zweimal angerufen) ist wütend.",
            PARTLY,
            ("Der Anrufer (der Kunde hat", "schon zweimal angerufen) ist wütend."),
        ),
        (f"{LETTER}\n(https://intern.acme.example/ticket/427/x)\n", "", ()),
        (f"{BLOCK}\n\nGern.\n\n{NOTICE}", UNMARKED, ("Gern.",)),
        # Among the lines of a quote that bears no marks anything may be a line of ours, changed.
        (f"{BLOCK}\n\n{NOTICE}".replace("Bitte um Rückruf!", "Bitte um Rückruf!\nGern."), UNMARKED, ("Gern.",)),
        (f"Siehe unten.\n{BLOCK}\n\n{NOTICE}".replace("Hallo,", "Hallo,\nGern."), UNMARKED, ("Gern.",)),
        (f"{BLOCK}\n\nganz andere Worte", UNMARKED, ("ganz andere Worte",)),
        (f"{LETTER}\n\n{HEAD}\nganz andere Worte", UNMARKED, ("ganz andere Worte",)),
        (f"Gern.\nAn: Hilfe+R-abc@acme.example\n{HEAD}\n{MARKED}", NAMED, ("An: Hilfe+R-abc@acme.example",)),
    ],
)
def test_refused(letter: str, reason: str, lines: tuple[str, ...]) -> None:
    """Where it is unclear whose words these are, there is no text, but the lines in question."""
    found = of(letter, "hilfe+r-abc@acme.example")
    assert (found.refused, found.lines, found.text == "") == (reason, lines, bool(reason))


def test_link_targets_count() -> None:
    """The target of a link of ours, in brackets, is six words like others; so it is no way out."""
    notice = "Ansehen (https://intern.acme.example/tickets/427/alles)"
    found = own_words("Gern: (https://intern.acme.example/tickets/427/alles)", sent=[notice])
    assert found.refused == PARTLY


def test_several_mails_of_ours() -> None:
    """What he quotes may also be a later mail of ours."""
    later = "In einer Minute geht diese Antwort an den Kunden hinaus:"
    assert own_words(f"Nein, so:\n{later}", sent=[NOTICE, later]).text == "Nein, so:"


def test_what_was_cut() -> None:
    """Everything that is left out is told, in order and with its reason."""
    found = of(f"{LETTER}\nPriorität: hoch\n-- \nAnna\n\n{HEAD}\n> Hallo,")
    assert [(one.why, one.text) for one in found.cut] == [
        (Why.REPEATED, "Priorität: hoch"),
        (Why.SIGNATURE, "-- \nAnna"),
        (Why.HEAD, HEAD),
        (Why.QUOTE, "> Hallo,"),
    ]


HELPFUL = f"{NOTICE}\n/note\n/assign NAME\n/resolve\n"


@pytest.mark.parametrize(
    "letter",
    [
        "/note\nDer Kunde lügt.",
        "\n/resolve\n/note\n\nDer Kunde lügt.",
        f"/note\nDer Kunde lügt.\n\n{BLOCK}\n\n{HELPFUL}",
        f"/note\nDer Kunde lügt.\n\n{HELPFUL}",
        f"{HEAD}\n> {NOTICE.splitlines()[0]}\n> /note\n\n/note\nDer Kunde lügt.",
        f"{HELPFUL}\n\n/note\nDer Kunde lügt.",
        f"{BLOCK}\n\n{HELPFUL}\n\n/note\nDer Kunde lügt.",
    ],
)
def test_commands_are_no_repeats(letter: str) -> None:
    """A note stays a note though our mail named the command on a line of its own: else it would go to the customer."""
    found = own_words(letter, sent=[HELPFUL])
    assert found.refused or commands.read(found.text).answer == ""
    if letter.lstrip().startswith("/") and HELPFUL not in letter:
        assert commands.read(found.text).has(commands.Name.NOTE)

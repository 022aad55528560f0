"""Data that is asked for in public is told apart from an invitation to send it in private."""

import pytest

from inbox_bot.rules import demands


@pytest.mark.parametrize(
    "text",
    [
        "Bitte nennen Sie uns Ihre Kundennummer.",
        "Wie lautet Ihr Geburtsdatum?",
        "Gern! Wir brauchen noch Ihre Anschrift. Danke.",
        "Schick uns deine Handynummer!",
        "Please send us your customer number.",
        "What is your date of birth?",
        "Could you tell us your phone number?",
        "@eva_w Bitte nennen Sie uns Ihre Kundennummer.",
        "Unter welcher Nummer erreichen wir Sie?",
        "Wann sind Sie geboren?",
        "Wie lautet Ihre private Handynummer?",
        "Nennen Sie uns bitte Ihre\nKundennummer.",
        "Danke für Ihre Nachricht\nBitte nennen Sie uns Ihre Kundennummer",
        "Bitte senden Sie uns Ihre Kunden\u00adnummer.",
    ],
)
def test_it_is_asked_for(text: str) -> None:
    """In German and English."""
    assert [one for one in demands.find(text) if not one.in_private]


@pytest.mark.parametrize(
    "text",
    [
        "Bitte nennen Sie uns Ihre Kundennummer per DM.",
        "Please send us your customer number by DM!",
        "Bitte schicken Sie uns Ihre Adresse in einer Direktnachricht.",
        "Bitte posten Sie hier nicht Ihre Telefonnummer.",
        "Bitte schicken Sie uns Ihre Kundennummer per PN.",
        "Bitte schicken Sie uns Ihre Kundennummer (DM).",
        "Bitte schicken Sie uns Ihre Kundennummer\nbitte per DM.",
        "Bitte senden Sie Ihre Kundennummer an hilfe@acme.example.",
        "Please tell us your customer number in a private message.",
        "Ihre Kundennummer steht auf der Rechnung.",
        "Wir schicken Ihnen heute ein neues Modem.",
        "",
    ],
)
def test_it_is_not(text: str) -> None:
    """By direct message or mail it may be; and a word alone asks for nothing."""
    assert not [one for one in demands.find(text) if not one.in_private]


def test_a_hostile_text_takes_no_time() -> None:
    """However long it is."""
    assert not demands.find("bitte nennen " * 1500)

"""Data that is asked for in public is told apart from an invitation to send it in private."""

import time

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
        "Bitte löschen Sie den Beitrag und nennen Sie uns Ihre Kundennummer.",
        "Bitte nennen Sie uns Ihre Kundennummer, die Sie im Portal finden.",
        "Wie lautet Ihre Kundennummer?",
        "Unter welcher Rufnummer erreichen wir Sie?",
        "Wie können wir Sie telefonisch erreichen?",
        "Könnten Sie mir noch Ihre Kundennummer geben?",
        "Ich bräuchte noch Ihre Kundennummer.",
        "Uns fehlt noch Ihre Kundennummer.",
        "Es fehlt noch Ihr Geburtsdatum.",
        "Wir benötigen Ihre IBAN.",
        "Kannst du mir deine Kundennummer schicken?",
        "What's your customer number?",
        "We are missing your customer number.",
        "Under which number can we reach you?",
        "Which phone number can we reach you on?",
        "Unter welcher Nummer können wir Sie erreichen?",
        "Bitte teilen Sie uns Ihre Handynummer mit.",
        "Bitte um Ihre Kundennummer.",
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


@pytest.mark.parametrize(
    "text",
    [
        "Bitte rufen Sie uns unter der Rufnummer 0800 1234567 an.",
        "Sie erreichen uns unter der Telefonnummer 0800 1234567.",
        "Please call us on our phone number 0800 1234567.",
        "Bitte schicken Sie das an unsere E-Mail-Adresse hilfe@acme.example.",
        "Please send it to our e-mail address help@acme.example.",
        "Wir senden die Rechnung an Ihre E-Mail-Adresse.",
        "We will send the invoice to your e-mail address.",
        "Wir rufen Sie unter Ihrer Telefonnummer an. Bitte halten Sie sich bereit.",
        "Bitte nennen Sie Ihre Kundennummer nicht öffentlich.",
        "Bitte veröffentlichen Sie Ihre Telefonnummer nicht.",
        "Bitte löschen Sie den Beitrag mit Ihrer Telefonnummer.",
        "Please delete the post with your phone number.",
        "Please do not share your customer number here.",
        "Bitte schreiben Sie hier keine Telefonnummer.",
        "Ihre neue Rufnummer wird morgen geschaltet, bitte haben Sie Geduld.",
        "Wir brauchen Ihre Kundennummer nicht.",
        "Die Gutschrift geht auf Ihre Bankverbindung. Bitte prüfen Sie das.",
        "Ist Ihre Rufnummer wieder erreichbar?",
        "Geht Ihre Rufnummer wieder?",
        "Does your phone number work again?",
        "Danke, Ihre Kundennummer habe ich notiert.",
        "Wir haben Ihre Bankverbindung geändert, wie Sie gebeten haben.",
        "Please find your customer number on the invoice.",
        "Bitte suchen Sie Ihre Kundennummer auf der Rechnung nicht, wir haben sie.",
        "Can you still be reached at your phone number?",
        "Bitte behalten Sie Ihre Kundennummer bereit.",
        "We need to port your phone number first.",
        "Wir senden Ihnen die Karte an Ihre Adresse.",
        "Bitte geben Sie im Kundenportal Ihre Kundennummer ein.",
        "Bitte melden Sie sich im Portal mit Ihrer Kundennummer an.",
        "Please log in with your customer number.",
    ],
)
def test_what_only_names_it_asks_for_nothing(text: str) -> None:
    """Our own number, where something goes, what must not be posted, what works again: nothing is stopped for it."""
    assert demands.find(text) == []


def test_a_hostile_text_takes_no_time() -> None:
    """However long it is."""
    assert not demands.find("bitte nennen " * 1500)
    begun = time.thread_time()
    demands.find("an unsere rufnummer " * 1500)
    assert time.thread_time() - begun < 1

"""Words: thanks only, opt-outs, and whether our own text asks the customer to write."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox_bot.rules import words

THANKS = [
    "Es geht! Danke!",
    "thank you, works again",
    "Danke",
    "danke!!!",
    "DANKE!",
    "Vielen Dank!",
    "Vielen lieben Dank für die schnelle Hilfe!",
    "Herzlichen Dank",
    "Besten Dank für Ihre Unterstützung",
    "@acme Danke, es geht wieder",
    "@acme @acmehilfe danke 👍",
    "Läuft wieder, danke.",
    "Alles läuft wieder. Danke sehr!",
    "Super, funktioniert jetzt. Danke!",
    "Hat geklappt, vielen Dank",
    "Problem gelöst. Danke!",
    "Das Problem ist behoben, danke schön",
    "Perfekt, danke!",
    "Ok danke",
    "Ja, danke Ihnen",
    "Danke Frau Berger!",
    "Danke, Internet geht wieder :)",
    "Jetzt geht's wieder, danke 🙏",
    "Danke euch, ihr seid die Besten",
    "Tausend Dank, Ihr seid super!",
    "Danke für die Rückmeldung",
    "Danke, alles gut",
    "Hat sich erledigt, danke",
    "Vielen Dank!\n\nMit freundlichen Grüßen\nEva Winter",
    "Danke!\nLG Eva",
    "Viele Grüße und danke!",
    "LG, danke schön",
    "Hallo Herr Kern,\nes geht wieder, vielen Dank.\nViele Grüße\nEva Winter",
    "Danke\n-- \nEva Winter\nAm Markt 5\n12345 Neustadt",
    "👍",
    "🙏🏽❤️",
    "Es läuft",
    "Thanks!",
    "Thank you so much",
    "Many thanks for your quick help",
    "It works now, thanks",
    "Thanks, all good now",
    "Working again. Cheers!",
    "It’s fixed, thank you!",
    "Problem solved, thanks a lot",
    "Great, thanks for fixing it",
    "Awesome, thank you guys!",
    "Everything works. Thank you very much!\nKind regards\nTom Field",
    "thx",
    "much appreciated",
]

NO_THANKS = [
    "",
    "?",
    "Geht es wieder?",
    "Geht es jetzt",
    "Danke, wann kommt der Techniker",
    "Danke, aber es geht nicht",
    "Danke, aber es geht wieder",
    "Thanks but no",
    "Danke für nichts",
    "Nein danke",
    "No thanks",
    "Danke, geht nicht",
    "Es geht so. Danke",
    "Danke, leider immer noch langsam",
    "Danke, das Problem ist wieder da",
    "Thanks, the problem is back",
    "Danke, wieder Störung",
    "Danke, wieder kaputt",
    "Danke im Voraus",
    "Thanks in advance",
    "Danke, bitte kündigen",
    "Danke, ich warte",
    "Danke, rufen Sie mich an",
    "Danke, 3 Tage ohne Internet",
    "Danke 🙄",
    "👎",
    "Es funktioniert kein Telefon, danke",
    "Vielen Dank, eine Frage noch",
    "Danke, noch nicht",
    "works?",
    "is it working now",
    "It is not working, thanks",
    "thanks, still down",
    "thanks, never again",
    "Thank you, when will it be fixed",
    "Works again until tomorrow",
    "ok",
    "Super",
    "Status?",
    "Ich bedanke mich bei Ihrem Kollegen, der gestern hier war und alles so gut erklärt hat, und bei Ihnen auch",
    "Danke " * 13,
    "Danke! Rechnung anbei.",
    "Mit freundlichen Grüßen\nEva Winter",
    "Danke. Gruß an die Kollegen in der Technik und in der Buchhaltung",
    "Danke, funktioniert nur im Wohnzimmer",
    "Danke, sonst klappt alles",
    "Danke. Gruß, geht nicht mehr",
    "Danke.\nMit freundlichen Grüßen\nEva Winter\nRouter blinkt rot",
    "Hat das geklappt",
    "Hello",
    "stop",
]


@pytest.mark.parametrize("text", THANKS)
def test_thanks(text: str) -> None:
    """Mere thanks, and news that all works again, are recognised with greetings, names and emoji."""
    assert words.is_thanks(text)


@pytest.mark.parametrize("text", NO_THANKS)
def test_no_thanks(text: str) -> None:
    """A question, a denial, a limit, a further wish or any doubt is more than thanks."""
    assert not words.is_thanks(text)


OPT_OUTS = [
    "stop",
    "STOPP!",
    "Stop.",
    "stop!!!",
    "@acme stop",
    "@acme @eva_w STOPP",
    ".@acme stop",
    "@acme: stop",
    "bitte stop",
    "Stop please",
    "stop now",
    "STOP ALL",
    "stopall",
    "unsubscribe",
    "Please unsubscribe me",
    "opt out",
    "Opt-out",
    "OPTOUT",
    "opt me out please",
    "abmelden",
    "Bitte abbestellen!",
    "keine automatischen Nachrichten",
    "Keine automatischen Nachrichten mehr!",
    "Bitte keine automatischen Antworten mehr",
    "bitte keine weiteren automatischen E-Mails",
    "keine automatisierten Mails mehr bitte",
    "Keine automatische Antwort",
    "keine Bot-Nachrichten",
    "kein Bot",
    "No bots please",
    "no automated messages",
    "No more automatic replies, please.",
    "no automated e-mails",
    "Stop sending me automated messages",
    "stop the automatic replies",
    "please don't send me any automated messages",
    "don’t send automatic messages",
    "stop bot",
    "Lassen Sie mich in Ruhe!",
    "leave me alone",
    "remove me",
    "quit",
    "'stop'",
    "Stopp\n\nMit freundlichen Grüßen\nEva Winter",
    "unsubscribe\n-- \nEva Winter",
]

NO_OPT_OUTS = [
    "",
    "stop?",
    "Wie kann ich automatische Nachrichten abmelden?",
    "Stopp die Kündigung",
    "Bitte die Kündigung stoppen, ich bleibe",
    "Bitte stoppen Sie den Auftrag",
    "stop charging me",
    "Please stop the technician",
    "Stop, my line is dead",
    "Ich bekomme keine Nachrichten mehr",
    "Keine Nachrichten mehr",
    "keine Mails",
    "no emails",
    "Ich kann keine Mails senden",
    "keine Antwort",
    "Ich habe keine Antwort bekommen",
    "keine automatischen Updates",
    "keine automatische Verlängerung",
    "Keine automatische Verlängerung des Vertrags bitte",
    "no automatic renewal please",
    "Non-stop",
    "nonstop Ausfälle",
    "Ich will meinen Anschluss abmelden",
    "Telefon abmelden",
    "cancel",
    "Kündigung",
    "end",
    "Ende",
    "cancel my contract",
    "unsubscribed me from TV, why",
    "bot",
    "Ist das ein Bot",
    "Was soll der Bot",
    "danke",
    "bitte",
    "please",
    "nicht",
    "Stop and go im Netz",
    "busstop",
    "quit working yesterday",
    "opt out of the fee for router rental",
    "stop 5",
    "@stop",
    "@acme",
    "remove my old address",
]


@pytest.mark.parametrize("text", OPT_OUTS)
def test_opt_out(text: str) -> None:
    """A message that is nothing but the wish to be left alone by machines is honoured."""
    assert words.is_opt_out(text)


@pytest.mark.parametrize("text", NO_OPT_OUTS)
def test_no_opt_out(text: str) -> None:
    """A message with a matter of its own is no opt-out, whatever words it uses."""
    assert not words.is_opt_out(text)


ASKS = [
    "Bitte senden Sie uns Ihre Kundennummer.",
    "Bitte schicken Sie uns ein Foto des Routers.",
    "Schreiben Sie uns bitte eine Direktnachricht.",
    "Bitte antworten Sie auf diese Mail.",
    "Senden Sie uns bitte die Rufnummer per DM.",
    "Könnten Sie uns die Rechnungsnummer nennen?",
    "Können Sie uns kurz die Adresse mitteilen.",
    "Teilen Sie uns bitte mit, ob es wieder geht.",
    "Bitte teilen Sie uns mit, wann Sie zu Hause sind.",
    "Bitte bestätigen Sie den Termin.",
    "Wir benötigen noch Ihre Kundennummer.",
    "Dafür brauchen wir Ihre Rufnummer.",
    "Bitte geben Sie uns Bescheid, wenn es wieder geht.",
    "Bitte melden Sie sich bei uns.",
    "Melden Sie sich bitte unter dieser Adresse.",
    "Sagen Sie uns bitte, seit wann das so ist.",
    "Bitte ergänzen Sie die fehlenden Angaben.",
    "Seit wann besteht die Störung?",
    "Welche Lampen leuchten am Router? Vielen Dank.",
    "Hallo Frau Winter, leuchtet die DSL-Lampe? Viele Grüße, UB",
    "Geht es jetzt?",
    "Ist das richtig? (siehe oben)",
    "„Geht es wieder?“",
    "Schick uns bitte eine DM!",
    "Meldet euch bitte per DM.",
    "Nennen Sie uns den Namen des Technikers.",
    "Bitte lassen Sie uns die Unterlagen zukommen und antworten Sie mit dem Datum.",
    "Die Leitung ist geprüft. Bitte schreiben Sie uns, wenn sie wieder ausfällt.",
    "Wir bitten um Ihre Antwort bis Freitag.",
    "Wir bitten Sie, uns die Unterlagen zu senden.",
    "Please send us your customer number.",
    "Please DM us your phone number.",
    "Could you tell us since when",
    "Can you confirm the address.",
    "Let us know if it works now.",
    "Please let me know which lamp is lit.",
    "We need your customer number.",
    "Kindly reply to this mail with the date.",
    "Send us a direct message.",
    "DM us, please.",
    "Please reply with the number.",
    "Is the light green?",
    "Which router do you have? Thanks.",
    "Tell us when it happened.",
    "What happened?!",
    "Please provide your account details.",
]

ASKS_NOTHING = [
    "",
    "Die Störung ist behoben.",
    "Der Techniker kommt morgen zwischen 8 und 12 Uhr.",
    "Wir haben Ihre Nachricht erhalten.",
    "Ihre Kundennummer haben wir notiert.",
    "Wir melden uns bis morgen bei Ihnen.",
    "Wir schreiben Ihnen, sobald die Leitung geprüft ist.",
    "Bitte antworten Sie nicht auf diese Mail.",
    "Bitte nicht antworten.",
    "Bitte haben Sie etwas Geduld, wir geben Ihnen Nachricht.",
    "Bei Fragen melden Sie sich bitte.",
    "Bei Rückfragen schreiben Sie uns gern.",
    "Falls Sie noch Fragen haben, antworten Sie einfach auf diese Mail.",
    "Haben Sie noch Fragen?",
    "Sie können uns jederzeit schreiben.",
    "Wenn es wieder ausfällt, schreiben Sie uns bitte.",
    "Sollte das Problem wieder auftreten, melden Sie sich bitte.",
    "Sie müssen nichts weiter tun.",
    "Bitte starten Sie den Router neu.",
    "Bitte entschuldigen Sie die Störung.",
    "Wir bitten um Entschuldigung.",
    "Wir bitten um Verständnis.",
    "Vielen Dank für Ihre Nachricht.",
    "Danke für Ihre Antwort.",
    "Die Rechnung liegt bei.",
    "Ihr Ticket hat die Nummer 427-918-354.",
    "Ihre Mail ist angekommen.",
    "Details: https://acme.example/hilfe?seite=2&ort=3",
    "Der Auftrag ist bestätigt.",
    "Schönen Tag noch!",
    "The fault has been fixed.",
    "Your message has arrived.",
    "We will write to you tomorrow.",
    "Please do not reply to this mail.",
    "Please don't share personal data in public.",
    "If you have any questions, just reply to this mail.",
    "Let us know if you have any questions.",
    "Any questions?",
    "Should it fail again, please write to us.",
    "Please restart the router.",
    "Please accept our apologies.",
    "Thank you for your reply.",
    "Thanks for letting us know.",
    "No need to answer.",
    "You can write to us at any time.",
    "Have a nice day!",
]


@pytest.mark.parametrize("text", ASKS)
def test_asks(text: str) -> None:
    """Questions and requests for words, numbers or files make us wait for the customer."""
    assert words.asks_to_write(text)


@pytest.mark.parametrize("text", ASKS_NOTHING)
def test_asks_nothing(text: str) -> None:
    """News, thanks, prohibitions, standing invitations and requests to do something else wait for nobody."""
    assert not words.asks_to_write(text)


@given(st.text())
def test_any_text(text: str) -> None:
    """Any text has an answer, and nothing is thanks and opt-out at once."""
    words.asks_to_write(text)
    assert not (words.is_thanks(text) and words.is_opt_out(text))


@pytest.mark.parametrize(
    "piece", ["danke ", "@a ", "-", "\n", "- ", "lg ", "bitte ", "? ", "keine ", "stop\n", "((", "a"]
)
def test_hostile_length(piece: str) -> None:
    """A megabyte of anything is decided in a moment."""
    begin = time.process_time()
    for rule in (words.is_thanks, words.is_opt_out, words.asks_to_write):
        for count in (100, 599, 1_000_000):
            rule(piece * (count // len(piece)))
    assert time.process_time() - begin < 5

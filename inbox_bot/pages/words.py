"""The words of the page in German and English; nothing here decides anything."""

from collections.abc import Mapping

WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "title": "Customer", "open": "Open requests", "settled": "Settled requests", "about": "About",
        "known": "What the customer told us",
        "promises": "Promised", "incidents": "Affected by", "actions": "Done", "authorised": "May act for the customer",
        "messages": "Everything written", "none": "nothing", "wrote": "wrote last", "has": "worked on by",
        "nobody": "nobody", "due": "due", "files": "Files",
        "incoming": "customer", "outgoing": "we", "note": "note", "automatic": "automatic", "email": "mail",
        "twitter": "direct message", "public": "public post", "proven": "proven", "not proven": "not proven",
        "made": "made", "number": "Number", "until": "until", "since": "since", "everything": "everything",
        "in public": "in public", "ended": "ended", "reference": "reference", "taken back": "taken back",
        "customer_number": "Customer number", "phone": "Telephone", "iban": "IBAN", "mail": "Mail address",
        "birthday": "Date of birth", "new": "new", "pending": "waits for the customer", "resolved": "resolved",
        "closed": "closed", "kept": "kept", "broken": "not kept", "withdrawn": "withdrawn", "queued": "not sent yet",
        "sending": "being sent", "sent": "sent", "delivered": "delivered", "failed": "FAILED", "uncertain": "uncertain",
        "replaced": "Some characters cannot be shown here and stand as ?; the HTML form has them all.",
    },
    "de": {
        "title": "Kunde", "open": "Offene Anliegen", "settled": "Erledigte Anliegen", "about": "Anliegen",
        "known": "Was der Kunde angegeben hat",
        "promises": "Zugesagt", "incidents": "Betroffen von", "actions": "Ausgeführt",
        "authorised": "Darf für den Kunden handeln",
        "messages": "Alles Geschriebene", "none": "nichts", "wrote": "schrieb zuletzt", "has": "in Arbeit bei",
        "nobody": "niemandem", "due": "fällig", "files": "Dateien", "incoming": "Kunde", "outgoing": "wir",
        "note": "Notiz", "automatic": "automatisch", "email": "E-Mail", "twitter": "Direktnachricht",
        "public": "öffentlicher Beitrag", "proven": "nachgewiesen", "not proven": "nicht nachgewiesen",
        "made": "zugesagt", "number": "Nummer", "until": "bis", "since": "seit", "everything": "alles",
        "in public": "öffentlich", "ended": "beendet", "reference": "Vorgang", "taken back": "zurückgenommen",
        "customer_number": "Kundennummer", "phone": "Telefon", "iban": "IBAN", "mail": "Mailadresse",
        "birthday": "Geburtsdatum", "new": "neu", "pending": "wartet auf den Kunden", "resolved": "erledigt",
        "closed": "abgeschlossen", "kept": "gehalten", "broken": "nicht gehalten", "withdrawn": "zurückgenommen",
        "queued": "noch nicht gesendet", "sending": "wird gesendet", "sent": "gesendet", "delivered": "zugestellt",
        "failed": "NICHT ZUGESTELLT", "uncertain": "ungewiss",
        "replaced": "Einige Zeichen lassen sich hier nicht zeigen und stehen als ?; die HTML-Fassung hat sie alle.",
    },
}  # fmt: skip
"""The English ones are whole; German has the same keys and one more, for `open` as a state."""

OPEN_STATE = {"en": "open", "de": "offen"}

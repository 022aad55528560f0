"""Word lists in German and English for `phishing`: paper, attachments, secrets, and the ways without them."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Looks:
    """One language's words, in lower case. `easy`: ways that need no paper. `give`: by which a secret is asked for,
    `never`: by which it is not."""

    printing: tuple[str, ...]
    signing: tuple[str, ...]
    posting: tuple[str, ...]
    easy: tuple[str, ...]
    attached: tuple[str, ...]
    secrets: tuple[str, ...]
    give: tuple[str, ...]
    never: tuple[str, ...]


LOOKS: Mapping[str, Looks] = {
    "de": Looks(
        printing=("ausdrucken", "drucken sie", "druck", "ausgedruckt", "ausgedruckte", "ausdruck"),
        signing=(
            "unterschreiben", "unterschrieben", "unterschriebene", "unterschriebenes", "unterschrift", "unterzeichnen",
            "unterzeichnet", "unterzeichnete",
        ),
        posting=(
            "fax", "faxen", "per fax", "telefax", "per post", "auf dem postweg", "postalisch", "einscannen",
            "eingescannt", "im original", "einschreiben",
        ),
        easy=(
            "auf diese e-mail", "auf diese mail", "antworten sie", "antworte", "hier antworten", "antworten sie hier",
            "schreiben sie uns", "schreib uns", "online", "im kundenkonto", "telefonisch", "rufen sie", "ruf uns",
            "genügt", "reicht", "formlos", "als direktnachricht",
        ),
        attached=("anhang", "im anhang", "anbei", "angehängt", "angehängte", "beigefügt", "beigefügte", "anlage"),
        secrets=(
            "passwort", "passwörter", "kennwort", "kennwörter", "pin", "tan", "zugangsdaten", "kreditkartennummer",
            "kartennummer", "sicherheitscode",
        ),
        give=(
            "senden sie", "schicken sie", "nennen sie", "teilen sie", "geben sie", "bestätigen sie", "mailen sie",
            "schick uns", "sende uns", "nenn uns", "nenne uns", "teil uns", "gib uns", "bestätige", "brauchen wir",
            "benötigen wir", "wir brauchen", "wir benötigen",
        ),
        never=("nie", "niemals", "nicht", "kein", "keine", "keinen", "keinesfalls"),
    ),
    "en": Looks(
        printing=("print", "print out", "printed", "printout"),
        signing=("sign", "signed", "signature"),
        posting=("fax", "by fax", "by post", "by mail", "scan", "scanned", "registered letter", "the original"),
        easy=(
            "answer this e-mail", "answer this email", "reply to this", "just reply", "just answer", "answer here",
            "write to us", "online", "in your account", "by phone", "by telephone", "call us", "is enough",
            "by direct message",
        ),
        attached=("attached", "attachment", "enclosed", "enclosure"),
        secrets=(
            "password", "passwords", "pin", "passcode", "security code", "card number", "credit card number",
            "log-in details", "login details",
        ),
        give=(
            "send us", "tell us", "give us", "let us have", "confirm", "provide", "enter", "please send", "we need",
            "share",
        ),
        never=("never", "not", "no", "don't", "do not"),
    ),
}  # fmt: skip

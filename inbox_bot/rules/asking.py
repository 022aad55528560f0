"""Asking: decides whether a text asks the customer to name personal data right there, in German or English."""

import re

_LONGEST = 20_000  # characters of a text that are looked at
_DATA = (
    r"(?:kunden-?nummer|kundenkontonummer|telefon-?nummer|handy-?nummer|rufnummer|mobilnummer|mailadresse|"
    r"e-?mail-?adresse|anschrift|adresse|geburtsdatum|geburtstag|iban|bankverbindung|kontonummer|"
    r"customer\s+(?:number|id)|account\s+number|(?:phone|telephone|mobile)\s+number|e-?mail\s+address|"
    r"(?:postal\s+|home\s+)?address|date\s+of\s+birth|birthday|bank\s+details)"
)
_ASK = (
    r"(?:nennen|schicken|senden|geben|teilen|mitteilen|schreiben|posten|brauchen|benötigen|schick|nenn|gib|sende|"
    r"send|give|tell|post|provide|share|need|wie\s+lautet|wie\s+ist|was\s+ist|what\s+is|what['’]s|may\s+(?:we|i)\s+have|"
    r"could\s+you|haben\s+sie)"
)
_YOURS = r"(?:ihre?[nmrs]?|deine?[nmrs]?|your|die|das|the)"
_WANTED = re.compile(
    rf"(?<!\w){_ASK}(?!\w)[^.!?]{{0,60}}?(?<!\w){_YOURS}\s+(?:\w+\s+){{0,2}}?{_DATA}(?!\w)", re.IGNORECASE
)
_PRIVATELY = re.compile(
    r"(?<!\w)(?:dm|dms|pn|direktnachricht\w*|direct\s+message\w*|privat\w*|private\w*|per\s+(?:e-?)?mail|"
    r"by\s+(?:e-?)?mail|via\s+(?:e-?)?mail)(?!\w)",
    re.IGNORECASE,
)
_NOT = re.compile(r"(?<!\w)(?:keine?n?|nicht|niemals|no|not|never|don['’]t)(?!\w)", re.IGNORECASE)
_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n+")


def find(text: str) -> str:
    """The words that ask for it, "" = none do: to send it by direct message or mail, or not to post it, may be said."""
    for sentence in _SENTENCE.split(text[:_LONGEST]):
        found = _WANTED.search(sentence)
        if found and not _PRIVATELY.search(sentence) and not _NOT.search(sentence):
            return found[0]
    return ""

"""Words in German and English by which data is asked for, for `demands`."""

import re

from inbox_bot.care import DetailKind

# What is asked for: a beginning of a word, or words. None: where he lives, which is not kept as a detail.
NOUNS: dict[DetailKind | None, tuple[str, ...]] = {
    DetailKind.CUSTOMER_NUMBER: (
        "kundennummer", "kundennr", "kunden-nr", "kundenkonto", "vertragskonto", "customer number", "customer no",
        "customer id", "account number",
    ),
    DetailKind.PHONE: (
        "telefonnummer", "rufnummer", "rückrufnummer", "handynummer", "mobilnummer", "telefon-nr", "telefonnr",
        "handynr", "phone number", "telephone number", "mobile number", "number to call", "nummer, unter der",
        "nummer können wir", "nummer erreichen wir", "number can we reach", "number may we call",
        "sie telefonisch erreichen", "dich telefonisch erreichen",
    ),
    DetailKind.IBAN: ("iban", "bankverbindung", "kontonummer", "bank details", "bank account"),
    DetailKind.MAIL: (
        "e-mail-adresse", "e-mailadresse", "email-adresse", "emailadresse", "mailadresse", "mail-adresse",
        "e-mail address", "email address", "mail address",
    ),
    None: (
        "anschrift", "ihre adresse", "deine adresse", "postal address", "home address", "your address",
        "wo wohnen sie", "wo wohnst du", "where do you live",
    ),
    DetailKind.BIRTHDAY: (
        "geburtsdatum", "geburtstag", "date of birth", "birth date", "birthday", "wann sind sie geboren",
        "wann bist du geboren", "when were you born",
    ),
}  # fmt: skip

# How it is asked for, in the same sentence.
ASKING = (
    "bitte", "nennen", "nenn ", "teilen sie", "teile uns", "senden", "sende ", "schicken", "schick ", "schreiben sie",
    "schreib ", "brauchen", "benötigen", "wie lautet", "wie ist", "geben sie", "gib uns", "haben sie", "hast du",
    "please", "send", "tell", "what is", "what's", "need", "could you", "can you", "give us", "let us", "may we",
    "may i", "provide",
)  # fmt: skip
# And by these what is a matter of data alone.
ASKING_DATA = (
    *ASKING,
    "bräuchte",
    "fehlt",
    "fehlen",
    "missing",
    "um ihre",
    "um deine",
    "welche",
    "which",
    "what number",
)

# Where one of these stands in the sentence, nothing is asked for.
NOT_ASKING = (
    "nicht nötig", "nicht mehr nötig", "brauchen sie nicht", "brauchen wir nicht", "nicht erneut", "liegt uns vor",
    "liegt vor", "haben wir", "habe ich", "danke für", "vielen dank für", "nie ", "niemals", "nicht ihre",
    "nicht deine", "hier nicht", "keine", "do not post", "don't post", "not post", "not necessary", "no need",
    "do not need", "don't need", "not needed", "we have your", "thank you for", "thanks for", "never ",
)  # fmt: skip

# Before the noun: he is to do something else with it, unless he is told to tell it after all.
ELSEWHERE = re.compile(
    r"\b(?:lösch\w*|veröffentlich\w*|delete|remove|do not share|don't share|do not give|don't give|do not write|"
    r"don't write|\w*portal\w*|anmelden|einloggen|melden sie sich|log in|sign in|finden sie|find|suchen sie|look up|"
    r"behalten sie|halten sie|keep)\b(?!.*\b(?:nenn\w*|teil\w*|schick\w*|send\w*|schreib\w*|geben sie uns|gib uns|tell|"
    r"give us)\b)"
)
# What we do ourselves, or he with something else.
OURS = re.compile(
    r"\b(?:wir|ich|we|i)(?:'ll| will| haben| werden| have)? (?:senden|sende|schicken|schicke|schreiben|nennen|teilen|"
    r"send|tell|provide)\b|\bneed to (?!know|have|be told)\w+|\bbitte (?:haben sie geduld|rufen sie|ruf)\b|"
    r"\bplease call\b"
)
# Directly before the noun: it is ours, or only where something goes to or is done.
BEFORE = re.compile(
    r"\b(?:unser\w*|our|(?:an|auf|unter|von|zu|über|bei|in|to|at|on|under|from|via|by) (?:(?:der|die|den|dem|das|the|"
    r"this|dieser|diese|diesem|ihre\w*|ihr|deine\w*|dein|eure\w*|your|folgende\w*) ?)?)\s*\Z"
)
# Directly behind it.
BEHIND = re.compile(
    r"\w*(?: noch| bitte)?,? (?:bitte|please|brauch\w*|benötig\w*|bräuchte\w*|fehl\w*|nennen|nennst|mitteilen|senden|"
    r"schicken|geben|is missing)\b"
)
NOT_BEHIND = re.compile(r"\w*(?: hier| jetzt| mehr)? nicht\b")
# A question for data begins so; any other asks whether something is done with it.
QUESTION = re.compile(r"\b(?:wie|welche\w*|was|wann|wo|which|what|how|when|where)\b")

# By these the data comes in private: whole words; `*` stands for any ending. A mail address says so, too.
PRIVATE = (
    "direktnachricht*", "dm", "dms", "pn", "pns", "pm", "privat", "private nachricht*", "privaten nachricht*",
    "privatnachricht*", "privatem weg*", "per mail", "per e-mail", "per email", "direct message*", "in private",
    "privately", "private message*", "by mail", "by e-mail", "by email", "via mail", "via e-mail", "via email",
)  # fmt: skip

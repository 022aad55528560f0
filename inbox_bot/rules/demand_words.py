"""Words in German and English by which data is asked for, for `demands`."""

from inbox_bot.care import DetailKind

# What is asked for: a beginning of a word, or words. None: where he lives, which is not kept as a detail.
NOUNS: dict[DetailKind | None, tuple[str, ...]] = {
    DetailKind.CUSTOMER_NUMBER: (
        "kundennummer", "kundennr", "kunden-nr", "kundenkonto", "vertragskonto", "customer number", "customer no",
        "customer id", "account number",
    ),
    DetailKind.PHONE: (
        "telefonnummer", "rufnummer", "rückrufnummer", "handynummer", "mobilnummer", "phone number",
        "telephone number", "mobile number", "number to call", "nummer, unter der", "telefon-nr", "telefonnr",
        "handynr", "nummer erreichen wir", "nummer können wir sie", "nummer können wir dich",
    ),
    DetailKind.IBAN: ("iban", "bankverbindung", "kontonummer", "bank details", "bank account"),
    DetailKind.MAIL: (
        "mailadresse", "mail-adresse", "e-mail-adresse", "email-adresse", "e-mail address",
        "mail address", "email address",
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

# Where one of these stands in the sentence, nothing is asked for.
NOT_ASKING = (
    "nicht nötig", "nicht mehr nötig", "brauchen sie nicht", "brauchen wir nicht", "nicht erneut", "liegt uns vor",
    "liegt vor", "haben wir", "habe ich", "danke für", "vielen dank für", "nie ", "niemals", "nicht ihre",
    "nicht deine", "hier nicht", "keine", "do not post", "don't post", "not post", "not necessary", "no need",
    "do not need", "don't need", "not needed", "we have your", "thank you for", "thanks for", "never ",
)  # fmt: skip

# By these the data comes in private: whole words; `*` stands for any ending. A mail address says so, too.
PRIVATE = (
    "direktnachricht*", "dm", "dms", "pn", "pns", "pm", "privat", "private nachricht*", "privaten nachricht*",
    "privatnachricht*", "privatem weg*", "per mail", "per e-mail", "per email", "direct message*", "in private",
    "privately", "private message*", "by mail", "by e-mail", "by email", "via mail", "via e-mail", "via email",
)  # fmt: skip

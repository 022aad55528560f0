"""Word lists in German and English for `surveys`: how a customer writes a score, and what goes before and behind it.
All in lower case."""

import re

NUMBERS = {
    "eins": 1, "zwei": 2, "drei": 3, "vier": 4, "fünf": 5, "fuenf": 5,
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5,
}  # fmt: skip
OUT_OF = ("von 5", "von fünf", "out of 5", "out of five", "of 5", "of five")
SECOND = (
    "zwei", "drei", "vier", "fünf", "fuenf", "sechs", "sieben", "acht", "neun", "zehn",
    "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    "oder", "bis", "und", "or", "to", "and", "x", "mal", "times",
)  # fmt: skip
"""Behind a number they say that it is none, or not the only one."""
UNITS = ("sterne", "stern", "punkte", "punkt", "stars", "star", "points", "point")

# What may stand before the number. A school mark ("Note 1") is no score: there 1 is the best.
GREETINGS = (
    "hallo", "guten tag", "guten morgen", "guten abend", "moin", "hi", "hello", "dear team", "good morning", "hey",
    "liebes team", "hallo team", "hallo zusammen", "sehr geehrte damen und herren",
)  # fmt: skip
LEADS = (
    "ich gebe", "ich gebe eine", "ich gebe ihnen eine", "ich gebe euch eine", "von mir eine", "von mir gibt es eine",
    "meine bewertung", "meine bewertung ist", "meine bewertung ist eine", "bewertung", "zufriedenheit",
    "meine zufriedenheit", "meine antwort", "meine antwort ist", "antwort", "ich würde sagen", "ich sage",
    "eine", "eine klare", "eine glatte", "ganz klar eine", "ganz klar", "klare", "glatte", "das ist eine",
    "das war eine",
    "i give", "i give you a", "i give it a", "i'd give it a", "i would give it a", "i'd say", "i would say",
    "i'd say a", "my rating", "my rating is", "rating", "my answer", "my answer is", "answer", "satisfaction",
    "score", "my score", "my score is", "a", "a clear", "a solid", "definitely a", "that's a", "from me a",
)  # fmt: skip

# The first word of a comment that follows the number without a sign between them.
BEHIND = (
    "danke", "dankeschön", "vielen", "herzlichen", "besten", "weil", "da", "denn", "alles", "super", "toll", "top",
    "prima", "sehr", "leider", "aber", "wegen", "zufrieden", "unzufrieden", "bestens", "perfekt", "klasse", "würde",
    "thanks", "thank", "many", "because", "since", "as", "all", "great", "perfect", "excellent", "very", "but",
    "unfortunately", "sadly", "satisfied", "happy", "well",
)  # fmt: skip
BEHIND_TWO = ("gar nicht", "nicht zufrieden", "überhaupt nicht", "not satisfied", "not happy", "not at", "it was")

# A comment that says the opposite of its number: a school mark, or a slip.
PRAISE = (
    "sehr zufrieden", "voll zufrieden", "super", "toll", "top", "prima", "perfekt", "klasse", "hervorragend",
    "ausgezeichnet", "bestens", "sehr gut", "spitze", "very satisfied", "very happy", "great", "perfect", "excellent",
    "brilliant", "fantastic", "very good", "very well",
)  # fmt: skip
BLAME = (
    "unzufrieden", "nicht zufrieden", "enttäuscht", "enttäuschend", "schlecht", "furchtbar", "katastrophe",
    "katastrophal", "miserabel", "nie wieder", "frechheit", "not satisfied", "not happy", "dissatisfied", "unhappy",
    "disappointed", "disappointing", "terrible", "awful", "horrible", "never again", "bad",
)  # fmt: skip
BROKEN = (
    "geht nicht", "geht nichts", "geht gar nicht", "geht gar nichts", "geht leider nicht", "geht es nicht",
    "geht das nicht", "wieder nicht", "wieder nichts", "immer noch nicht", "noch immer nicht", "immer noch nichts",
    "nichts geht", "nichts funktioniert", "funktioniert nicht", "funktioniert nichts", "funktioniert gar nicht",
    "funktioniert gar nichts", "funktioniert leider nicht", "läuft nicht", "klappt nicht", "ist kaputt",
    "alles kaputt", "wieder kaputt", "does not work", "doesn't work", "do not work", "don't work", "not working",
    "isn't working", "nothing works", "is broken", "still broken", "is down", "still down",
)  # fmt: skip
"""It does not work now, whatever he thinks of us."""
BEST = re.compile(
    r"\b(?:besser|schneller|mehr|einfacher|freundlicher|netter) geht(?:'?s)?(?: es| das| ja| wohl)? nicht\b"
)
"""Praise that sounds like it."""
DENIALS = ("nicht", "kein", "keine", "not", "no", "wenig", "never", "nie", "isn't", "wasn't")

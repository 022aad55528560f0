"""Courtesies: decides which lines of a letter are mere politeness, that any letter may share with any other."""

from inbox_bot.rules.repeats import Words

_LONGEST = 8  # words

# Casefolded, as `repeats.words` gives them.
_KIND = frozenset(
    (
        # German
        "hallo", "guten", "tag", "morgen", "abend", "moin", "servus", "liebe", "lieber", "sehr", "geehrte", "geehrter",
        "geehrtes", "damen", "und", "herren", "frau", "herr", "herrn", "dr", "prof", "mit", "freundlichen",
        "freundlichem", "freundliche", "grüssen", "gruss", "grüsse", "gruessen", "gruesse", "viele", "vielen", "beste",
        "besten", "herzliche", "herzlichen", "schöne", "schönen", "noch", "einen", "wochenende", "lg", "vg", "mfg",
        "danke", "dank", "vorab", "im", "voraus", "für", "ihre", "ihren", "geduld", "nachricht", "anfrage", "mail",
        "rückmeldung", "verständnis", "ja", "nein", "gern", "gerne", "bitte", "ihr", "ihnen", "team", "kundenservice",
        # English
        "hello", "hi", "hey", "dear", "good", "morning", "afternoon", "evening", "mr", "mrs", "ms", "sir", "madam",
        "or", "thanks", "thank", "you", "many", "very", "much", "for", "your", "message", "patience", "reply", "e",
        "email", "best", "kind", "warm", "regards", "wishes", "sincerely", "yours", "cheers", "faithfully", "yes", "no",
        "ok", "okay", "please", "the", "and", "support",
    )
)  # fmt: skip
_GREETINGS = frozenset(("hallo", "guten", "moin", "liebe", "lieber", "sehr", "hello", "hi", "hey", "dear", "good"))
_NAMES = 3  # words of a name behind a greeting


def is_courtesy(line: str, words: Words) -> bool:
    """Whether a line consists of a greeting, thanks, a closing formula, yes or no; a name may follow a greeting."""
    if not words or len(words) > _LONGEST:
        return False
    others = [word for word in words if word not in _KIND]
    if not others:
        return True
    capital = [word for word in line.replace(",", " ").replace("!", " ").split() if word[0].isupper()]
    names = {word.casefold() for word in capital}
    return words[0] in _GREETINGS and len(others) <= _NAMES and set(others) <= names

"""Yes or no: decides from a short answer whether it works again for a customer who was asked."""

import re

from inbox_bot.incidents import Works
from inbox_bot.rules import words

_LONGEST = 120  # characters; whoever writes more says more than yes or no
_LONGEST_WHOLE = 4_000  # with what is quoted
_YES = re.compile(
    r"(?i)(?:ja|jap|jup|yes|yep|yeah|jo|klar|super|perfekt|perfect|great|ok|okay|alles|bei mir|hier|it's|it|all|"
    r"everything|now|jetzt|es|seit \w+|danke|dank|vielen|besten|thanks|thank you|many|works|working|is|ist|sind|are|"
    r"läuft|laeuft|geht|gehen|funktioniert|funktionieren|klappt|wieder|again|fine|gut|good|in ordnung|bestens|"
    r"tut|tuts|und|and|bei uns|here|for me|for us|wunderbar|prima|sehr|very|well|behoben|fixed|gerade|eben|sir|sie|"
    r"ja bitte|einwandfrei|normal|back|online|up|mails?|e-?mails?|internet|telefon|kommen|an|das|die|der|mein|meine|my)"
)
_SAYS_YES = re.compile(
    r"(?i)\b(?:ja|jap|jup|jo|yes|yep|yeah|läuft|laeuft|geht|funktioniert|funktionieren|klappt|tut|works|working|behoben|"
    r"fixed|alles gut|in ordnung|einwandfrei|fine|bestens)\b"
)
_SAYS_NO = re.compile(
    r"(?i)\b(?:nein|nee|nö|noe|no|nope|nicht|nichts|kein\w*|leider|immer noch|still|doesn'?t|does not|isn'?t|not|"
    r"nothing|never|gestört|kaputt|tot|weg|down|broken|aber|but|teilweise|partly|langsam|slow)\b"
)
_PLAIN_NO = re.compile(
    r"(?i)(?:nein|nee|nö|noe|no|nope|leider|immer noch|noch|still|nicht|not|nichts|nothing|gar|at all|es|it|das|geht|"
    r"gehen|funktioniert|klappt|läuft|laeuft|tut|sich|works?|working|doesn'?t|does|isn'?t|is|ist|danke|thanks|bei mir|"
    r"bei uns|hier|here|for me|for us|yet|wieder|again|weiterhin|sorry|unfortunately|gestört|kaputt|tot|down|broken|"
    r"alles|mails?|e-?mails?|internet|telefon|die|der|my|meine?|sie|kommen|an|keine?|any|auch|überhaupt|noch immer|ja)"
)
_NEGATED = re.compile(r"(?i)\b(?:nicht|nichts|kein\w*|not|nothing|never)\b|n't\b")
_FAULT = re.compile(r"(?i)\b(?:gestört|kaputt|tot|weg|down|broken)\b")
_ASKS = re.compile(
    r"(?i)(?:geht|gehen|läuft|laufen|funktioniert|funktionieren|klappt|tut|ist|sind|is|are|does|do|did|will|can)\s+"
    r"(?:es|das|die|der|alles|mein\w*|dein\w*|ihr\w*|it|that|the|my|your|everything|they|wieder\s+alles)\b"
)
_POLITE = re.compile(r"(?i)(?:nein|nee|no|nope)[\s,.!]*(?:danke\w*|dank|thanks|thank you)[\s,.!]*")
_QUOTED = re.compile(r"^[^\S\n]*>.*$", re.MULTILINE)
_SENT_BY = re.compile(
    r"(?im)^\s*(?:(?:von|aus) (?:mein\w*|outlook|der|samsung)\b.{0,60}|gesendet (?:von|mit|aus)\b.{0,60}|"
    r"sent (?:from|with|via)\b.{0,60}|(?:vg|lg|mfg|br)\b.{0,40})$"
)
_WORD = re.compile(r"[^\W_](?:[\w'’-]*\w)?")


def judge(text: str) -> Works:
    """YES or NO only where nothing else is said, beside a greeting and a name: no question, no number, no word beyond.
    In doubt UNKNOWN, and a person reads it anyway."""
    if len(text) > _LONGEST_WHOLE:
        return Works.UNKNOWN
    own = words.body(_SENT_BY.sub("", _QUOTED.sub("", text)))
    said, name = words.parted(own)
    said = _unsigned(said if words.is_name(name) else own)
    if not said or len(said) > _LONGEST or "?" in said or any(one.isdigit() for one in said):
        return Works.UNKNOWN
    if _ASKS.match(said) or _POLITE.fullmatch(said):
        return Works.UNKNOWN
    no, yes = _SAYS_NO.search(said) is not None, _SAYS_YES.search(said) is not None
    negated = _NEGATED.search(said) is not None
    if no and not (yes and not negated) and not (negated and _FAULT.search(said)) and _only(_PLAIN_NO, said):
        return Works.NO
    if yes and not no and _only(_YES, said):
        return Works.YES
    return Works.UNKNOWN


def _unsigned(text: str) -> str:
    """On one line, without a last line that can only be a name."""
    lines = [" ".join(line.split()) for line in text.splitlines() if line.strip()]
    if (
        len(lines) > 1
        and words.is_name(lines[-1].split())
        and not _only(_YES, lines[-1])
        and not _only(_PLAIN_NO, lines[-1])
    ):
        lines = lines[:-1]
    return " ".join(lines)


def _only(allowed: re.Pattern[str], said: str) -> bool:
    """Whether nothing is left of it without these words."""
    left = re.compile(rf"(?<!\w)(?:{allowed.pattern.removeprefix('(?i)')})(?!\w)", re.IGNORECASE).sub(" ", said)
    return _WORD.search(left) is None

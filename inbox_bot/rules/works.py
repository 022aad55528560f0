"""Yes or no: decides from a short answer whether it works again for a customer who was asked."""

import re

from inbox_bot.incidents import Works

_LONGEST = 120  # characters; whoever writes more says more than yes or no
_YES = re.compile(
    r"(?i)(?:ja|jap|jup|yes|yep|yeah|jo|klar|super|perfekt|perfect|great|ok|okay|alles|bei mir|hier|it|everything|all|"
    r"now|jetzt|es|seit \w+|danke|dank|vielen|besten|thanks|thank you|many|works|working|is|ist|sind|are|"
    r"läuft|laeuft|geht|gehen|funktioniert|funktionieren|klappt|wieder|again|fine|gut|good|in ordnung|bestens|"
    r"tut|tuts|und|and|bei uns|here|for me|for us|wunderbar|prima|sehr|very|well|behoben|fixed|so|gerade|eben|sir|sie|"
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
_WORD = re.compile(r"[^\W_](?:[\w'’-]*\w)?")


def judge(text: str) -> Works:
    """YES or NO only where nothing else is said: no question, no number, no word beyond; in doubt UNKNOWN, and a person
    reads it anyway."""
    said = " ".join(text.split())
    if not said or len(said) > _LONGEST or "?" in said or any(one.isdigit() for one in said):
        return Works.UNKNOWN
    no = _SAYS_NO.search(said) is not None
    yes = _SAYS_YES.search(said) is not None
    if no and _only(_PLAIN_NO, said):
        return Works.NO
    if yes and not no and _only(_YES, said):
        return Works.YES
    return Works.UNKNOWN


def _only(words: re.Pattern[str], said: str) -> bool:
    """Whether nothing is left of it without these words."""
    left = re.compile(rf"(?<!\w)(?:{words.pattern.removeprefix('(?i)')})(?!\w)", re.IGNORECASE).sub(" ", said)
    return _WORD.search(left) is None

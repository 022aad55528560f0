"""Words: decides whether a text is only thanks, only an opt-out, or (our own text) asks the customer to write."""

import re
import unicodedata
from functools import cache

from inbox_bot.rules import wordlists as lists

_MOST_WORDS = 12  # in thanks; whoever writes more says something
_LONGEST = 600  # characters of a message that may be thanks or an opt-out
_OWN_LONGEST = 20_000  # characters of our own text that are looked at
_HANDLES = re.compile(r"\A(?:\s*\.?@\w{1,50}[,:]?)+")
_SIGNATURE = re.compile(r"^-- ?$.*", re.MULTILINE | re.DOTALL)
_CLAUSES = re.compile(r"[.!,;:\n…–—()]+|\s-+\s")
_SENTENCES = re.compile(r"(?<=[.!?…:])\s+|\n+")
_QUESTION = re.compile(r"\?[\"'»“”)\]!?]*(?:\s|$)")
_GLAD = re.compile("[👍🙏😊🙂😀😃😄😁🥰😍🎉🥳💪👏✅👌💯🤗✌🙌🍀🌞☺❤♥💙💚💛🧡💜🖤😘]")
_TINT = re.compile("[\ufe0f\u200d\U0001f3fb-\U0001f3ff]")  # variation selector, joiner, skin tones
_SMILEYS = re.compile(r"(?<!\w)[:;]-?[)D](?!\w)|<3|\^\^")
_PUNCTUATION = re.compile(r"[.!,;:…*_\"„“”()\[\]–—-]+")

_THANKS = frozenset(lists.THANKS)
_VOCABULARY = _THANKS | frozenset(lists.FILLERS) | frozenset(lists.TITLES)
_TITLES = frozenset(lists.TITLES)
_TROUBLES = frozenset(lists.TROUBLES)
_SOLVED = frozenset(lists.SOLVED)
_OPENINGS = frozenset(lists.QUESTION_OPENINGS)
_SUBJECTS = frozenset(lists.QUESTION_SUBJECTS)
_OPT_OUTS = frozenset(lists.OPT_OUTS)
_OPT_OUT_FILLERS = frozenset(lists.OPT_OUT_FILLERS)


@cache  # made when first asked for: most commands read no texts
def _any_of(phrases: tuple[str, ...]) -> re.Pattern[str]:
    longest_first = sorted(phrases, key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)")


@cache
def _closing() -> re.Pattern[str]:
    return re.compile(rf"(?:\A|[.!,;\n])\s*{_any_of(lists.CLOSINGS).pattern}", re.IGNORECASE)


@cache
def _stops() -> re.Pattern[str]:
    parts = (lists.OPT_OUT_NEGATIONS, lists.OPT_OUT_KINDS, lists.OPT_OUT_THINGS)
    return re.compile("(?:{}) (?:{}) (?:{})".format(*("|".join(map(re.escape, part)) for part in parts)))


def is_thanks(text: str) -> bool:
    """Whether a customer's text says thanks (or that all works again) and nothing else; False in any doubt."""
    plain = body(text)
    if not plain or "?" in plain:
        return False
    plain, glad = _SMILEYS.subn(" ", plain)
    plain, tinted = _GLAD.subn(" ", _TINT.sub("", plain))
    glad += tinted
    said, name = parted(plain)
    clauses = [clause.split() for clause in _CLAUSES.split(said.lower())]
    words = [word for clause in clauses for word in clause]
    if not words:
        return glad > 0 and not name
    if len(words) > _MOST_WORDS or not is_name(name) or any(c.isdigit() for c in plain):
        return False
    if any(_asks(clause) or not _only_kind_words(clause) for clause in clauses):
        return False
    flat = " ".join(words)
    if _any_of(lists.HALF_HEARTED).search(flat):
        return False
    return not _THANKS.isdisjoint(words) or _any_of(lists.SETTLED).search(flat) is not None


def is_opt_out(text: str) -> bool:
    """Whether a text consists of a wish to get no automatic messages (X's automation rules)."""
    plain = _TINT.sub("", body(text))
    if "?" in plain:
        return False
    said, name = parted(plain)
    words = [word.strip("'") for word in _PUNCTUATION.sub(" ", said.lower().replace("e-mail", "email")).split()]
    if not words or len(words) > _MOST_WORDS or not is_name(name):
        return False
    whole = " ".join(words)
    kept = " ".join(word for word in words if word not in _OPT_OUT_FILLERS)
    return whole in _OPT_OUTS or kept in _OPT_OUTS or any(_stops().fullmatch(form) for form in (whole, kept))


def asks_to_write(text: str) -> bool:
    """Whether our own text wants words from the customer: a question, or a request to write, send or confirm."""
    plain = unicodedata.normalize("NFC", text[:_OWN_LONGEST]).lower().replace("’", "'")
    return any(_wants_words(sentence) for sentence in _SENTENCES.split(plain))


def body(text: str) -> str:
    """The text without leading handles and signature; "" where it is too long to be so little."""
    if len(text) > _LONGEST:
        return ""
    plain = unicodedata.normalize("NFC", text).replace("’", "'").replace("\r", "")
    return _SIGNATURE.sub("", _HANDLES.sub("", plain)).strip()


def parted(plain: str) -> tuple[str, list[str]]:
    """What is said, and the words after the closing formula."""
    for closing in _closing().finditer(plain):
        name = _PUNCTUATION.sub(" ", plain[closing.end() :]).split()
        if _THANKS.isdisjoint(word.lower() for word in name):
            return plain[: closing.start()], name
    return plain, []


def is_name(words: list[str]) -> bool:
    """Up to four capitalised words, or one that may be small; else something is said after the closing."""
    return len(words) < 2 or (len(words) <= 4 and all(word[0].isupper() for word in words))


def _asks(clause: list[str]) -> bool:
    return len(clause) > 1 and clause[0] in _OPENINGS and clause[1] in _SUBJECTS


def _only_kind_words(clause: list[str]) -> bool:
    bare = [word.strip("\"'„“”*_") for word in clause]
    if not _TROUBLES.isdisjoint(bare) and _SOLVED.isdisjoint(bare):
        return False
    return all(
        word in _VOCABULARY or not word or (before in _TITLES and word.isalpha())
        for before, word in zip(["", *bare], bare, strict=False)
    )


def _wants_words(sentence: str) -> bool:
    if _any_of(lists.REFUSALS).search(sentence) or _any_of(lists.INVITATIONS).search(sentence):
        return False
    if _QUESTION.search(sentence):
        return True
    request = _any_of(lists.DEMANDS).search(sentence) or (
        _any_of(lists.WRITING).search(sentence) and _any_of(lists.REQUESTS).search(sentence)
    )
    if not request:
        return False
    condition = _any_of(lists.CONDITIONS).search(sentence)
    return condition is None or condition.start() > request.start()

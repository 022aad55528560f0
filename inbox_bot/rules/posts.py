"""Posts and direct messages on X: decides whether a text can go out, how long X finds it, and where it may be split."""

import html
import re
import unicodedata
from collections.abc import Callable

from inbox_bot.errors import Unsendable

LIMIT = 280
DM_LIMIT = 10_000  # plain characters

_CASHTAG = re.compile(r"(?<!\S)\$[A-Za-z]{1,6}(?:[._][A-Za-z]{1,2})?(?![\w$])")
_LEADING_HANDLES = re.compile(r"(?:\s*@\w{1,50}\b)+\s*")
_SCHEME = re.compile(r"https?://[^\s<>\"]+", re.IGNORECASE)
_SPACE = re.compile(r"\s+")
_SENTENCE_END = re.compile(r"[.!?…][\"»“”)]?(?=\s)|(?=\n)")
_LINK = "\ue000"  # private use: in no text of ours
_LAST_PART = 0.6  # a sentence's end counts as a good cut when the part is at least so full
_LONGEST = 100_000  # characters that are worth counting exactly (about half a second)


def weight(text: str) -> int:
    """The length as X counts it (twitter-text v3): links 23, emoji 2, wide characters 2; line breaks as LF."""
    return _parsed(text)[0]


def problem(text: str, *, public: bool, urls_allowed: bool, limit: int = LIMIT) -> str:
    """What keeps this text from going out, in one line for its writer; "" where nothing does."""
    if not text.strip():
        return "the text is empty; write something"
    if not public:
        over = len(text) - DM_LIMIT
        return f"{over} characters too long for a direct message (limit {DM_LIMIT}); shorten it" if over > 0 else ""
    length, valid = _parsed(text)
    if length > limit:
        return (
            f"{length - limit} characters too long for a post (X counts {length}, limit {limit});"
            " shorten it or use a direct message"
        )
    if not valid:
        return "the text has a character that X refuses (U+FFFE, U+FEFF or U+FFFF); remove it"
    links = [] if urls_allowed else _links(text)
    if links:
        return f"the text contains the link {links[0][0][:80]}, and a post with a link costs $0.20; leave it out"
    if len(_CASHTAG.findall(text)) > 1:
        return "the text has more than one cashtag ($ABC), which X refuses; keep at most one"
    return ""


def split(text: str, limit: int = LIMIT, parts: int = 2) -> tuple[str, ...]:
    """The text as it is where it fits, else in at most `parts` posts that end in " (1/2)", cut at sentences or spaces.

    Raises `Unsendable` where it needs more.
    """
    text = text.strip()
    if not text:
        raise Unsendable("the text is empty; write something")
    if weight(text) <= limit:
        return (text,)
    for count in range(2, parts + 1):
        room = limit - len(f" ({count}/{count})")
        for cut in (_at_sentence, _at_good_sentence, _at_space):
            pieces = _pieces(text, room, count, cut)
            if pieces:
                return tuple(f"{piece} ({index}/{len(pieces)})" for index, piece in enumerate(pieces, 1))
    raise Unsendable(
        f"too long for {parts} post{'s' if parts > 1 else ''} (X counts {weight(text)}, limit {limit} each);"
        " shorten it or use a direct message"
    )


def same(ours: str, theirs: str) -> bool:
    """Whether a post or DM as X tells it is the text that we sent: links are shortened there, `&` is escaped, handles
    are put before it, and a link to its pictures behind it."""
    mine, its = _bare(ours), _bare(theirs)
    return bool(mine) and (mine == its or mine == its.removesuffix(_LINK).rstrip())


def _parsed(text: str) -> tuple[int, bool]:
    """(weighted length, whether all characters are allowed)."""
    from twitter_text import parse_tweet  # type: ignore[import-untyped]  # ships no types; 120 ms to import
    from twitter_text.has_invalid_characters import has_invalid_characters  # type: ignore[import-untyped]  # likewise

    plain = unicodedata.normalize("NFC", text.replace("\r\n", "\n"))
    if not plain:
        return 0, False
    if len(plain) > _LONGEST:
        return len(plain), True
    return int(parse_tweet(plain).weightedLength), not has_invalid_characters(plain)


def _links(text: str) -> list[tuple[str, int, int]]:
    """(link, begin, end) of all that X would turn into links, and of all that has a scheme, in order."""
    from twitter_text.extract_urls import (  # type: ignore[import-untyped]  # ships no types; 120 ms to import
        extract_urls_with_indices,
    )

    text = text[:_LONGEST]
    found = [(str(u["url"]), int(u["indices"][0]), int(u["indices"][1])) for u in extract_urls_with_indices(text)]
    # Which endings are domains changes faster than the library; who writes a scheme means a link.
    begins = {begin for _, begin, _ in found}
    found += [(m.group(), m.start(), m.end()) for m in _SCHEME.finditer(text) if m.start() not in begins]
    return sorted(found, key=lambda link: link[1])


def _bare(text: str) -> str:
    text = html.unescape(text[:_LONGEST])
    kept: list[str] = []
    done = 0
    for _, begin, end in _links(text):
        if begin >= done:
            kept += [text[done:begin], _LINK]
        done = max(done, end)
    text = "".join([*kept, text[done:]])
    text = _LEADING_HANDLES.sub("", text, count=1) if text.lstrip().startswith("@") else text
    return _SPACE.sub(" ", unicodedata.normalize("NFC", text)).strip()


def _pieces(text: str, room: int, count: int, cut: Callable[[str, int], int]) -> list[str]:
    """The text in at most `count` pieces, each as full as `cut` allows; [] where that is not possible.

    Filling each piece is best: a shorter piece only leaves more to the others.
    """
    pieces: list[str] = []
    while text and len(pieces) < count:
        if weight(text) <= room:
            return [*pieces, text]
        end = cut(text, room)
        if end == 0:
            return []
        pieces.append(text[:end].rstrip())
        text = text[end:].strip()
    return []


def _at_sentence(text: str, room: int) -> int:
    return _last_fitting(text, room, [match.end() for match in _SENTENCE_END.finditer(text)])


def _at_good_sentence(text: str, room: int) -> int:
    sentence, space = _at_sentence(text, room), _at_space(text, room)
    return sentence if sentence >= _LAST_PART * space else space


def _at_space(text: str, room: int) -> int:
    return _last_fitting(text, room, [match.start() for match in _SPACE.finditer(text)])


def _last_fitting(text: str, room: int, ends: list[int]) -> int:
    """The last of the ascending `ends` up to which the text fits, 0 for none; some ten counts of length."""
    low, high = 0, len(ends)
    while low < high:
        middle = (low + high) // 2
        if weight(text[: ends[middle]]) <= room:
            low = middle + 1
        else:
            high = middle
    return ends[low - 1] if low else 0

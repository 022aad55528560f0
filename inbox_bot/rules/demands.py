"""Demands: decides which data a text of ours asks the customer for, and whether it asks for it in private."""

import re
from dataclasses import dataclass

from inbox_bot.care import DetailKind
from inbox_bot.rules import demand_words as lists
from inbox_bot.rules.passages import phrases

_LONGEST = 20_000  # characters of a text that are looked at
_NEAR = 80  # characters beside a noun
_SHORT = 3  # words of a question that is only the noun
_SENTENCE = re.compile(r"[^.!?]+[.!?]*")
_LINE = re.compile(r"\n[ \t]{0,80}")
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
_ADDRESS = re.compile(r"\w@\w")  # a mail address, no handle
_PRIVATE = phrases(lists.PRIVATE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """Data that a sentence asks for; `phrase`: its word for it. `in_private`: it says to send it by DM or mail.
    `kind` None: where he lives."""

    kind: DetailKind | None
    phrase: str
    in_private: bool


def find(text: str) -> list[Demand]:
    """What a text asks for, each kind once, in the order of the text."""
    found: dict[DetailKind | None, Demand] = {}
    for match in _SENTENCE.finditer(_joined(text[:_LONGEST])):
        sentence = f" {match[0].casefold().strip()} "
        if _has(lists.NOT_ASKING, sentence):
            continue
        clear = lists.OURS.sub(" ", sentence)
        asked = min((at for word in lists.ASKING_DATA if (at := clear.find(word)) >= 0), default=len(clear))
        if clear.endswith("? ") and (len(clear.split()) <= _SHORT or lists.QUESTION.search(clear)):
            asked = 0
        for kind, nouns in lists.NOUNS.items():
            noun = next((one for one in nouns if _asks_for(one, clear, asked)), "")
            if noun:
                place = re.search(rf"(?<!\w){re.escape(noun)}\w*", match[0], re.IGNORECASE)
                found.setdefault(
                    kind,
                    Demand(kind=kind, phrase=place[0] if place else noun, in_private=_is_private(sentence)),
                )
    return list(found.values())


def _asks_for(noun: str, sentence: str, asked: int) -> bool:
    """Whether it is this that a sentence asks for. `asked`: where the first word of asking stands; else one stands
    directly behind."""
    for place in re.finditer(rf"(?<![\w-]){re.escape(noun)}", sentence):
        before, behind = sentence[: place.start()][-_NEAR:], sentence[place.end() :][:_NEAR]
        if lists.BEFORE.search(before) or lists.NOT_BEHIND.match(behind) or lists.ELSEWHERE.search(before):
            continue
        if asked < place.start() or lists.BEHIND.match(behind):
            return True
    return False


def _joined(text: str) -> str:
    """The text in whole sentences: a line ends one where it is empty, or where the next one begins to ask."""

    def broken(found: re.Match[str]) -> str:
        after = text[found.end() : found.end() + 40]
        asks = after[:1].isupper() and after.casefold().startswith(lists.ASKING)
        return ".\n" if asks or not after or after[0] == "\n" else " "

    text = _UNSEEN.sub("", text)
    return _LINE.sub(broken, text)


def _is_private(sentence: str) -> bool:
    return bool(_PRIVATE.search(sentence) or _ADDRESS.search(sentence))


def _has(words: tuple[str, ...], text: str) -> bool:
    return any(word in text for word in words)

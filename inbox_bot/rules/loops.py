"""Decides whether a machine answers our automatic messages, and how long the next one to such a sender must wait.

Mail without any machine header (RFC 3834 is kept by those who know it) and X, which has none, leave only the talk
itself to judge by: who wrote when, and how alike the texts are. Two things follow from it. `spaced` slows every
exchange in which each automatic message of ours is soon answered, whoever answers: no responder can draw more than two
messages in ten minutes. `suspected` ends it where the other side behaves as no person does.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from inbox_bot.records import Ticket
from inbox_bot.rules.tokens import Found
from inbox_bot.views import Side, Turn

LOOKED_AT = timedelta(hours=24)
"""How far back a talk is judged; so long silence also ends a suspicion."""
MOST_TURNS = 60
"""Newest turns of one talk that are judged."""

_PROMPT = timedelta(minutes=15)  # the mailboxes of machines are read at least as often
_SOON = timedelta(minutes=2)
_AT_ONCE = timedelta(seconds=30)
_SKEW = timedelta(seconds=1)  # arrivals are known by the second
_EACH = 2  # messages with which a machine answers one: "received", "in progress"
_SUBSTANCE = 40  # characters from which people do not write the same text again
_ALIKE = 0.85
_LONGEST = 2000
_FACTORS = (1, 1, 3, 6, 12)  # by how many of our messages in a row were soon answered
_MANY = 6
_EVEN, _EVEN_SECONDS = 0.1, 5.0

_DIGITS = re.compile(r"\d+")
_WORD = re.compile(r"\w+")
_MACHINE = re.compile(
    r"\b(?:automatisch (?:geschrieben|generiert|erstellt|erzeugt|versen?det|verschickt)"
    r"|automatische (?:antwort|nachricht|e-?mail|eingangsbest\w+|abwesenheits\w+)"
    r"|automatically (?:written|generated|created|sent)|(?:written|generated|created|sent) automatically"
    r"|(?:automatic|automated|auto) (?:reply|response|message|answer|acknowledge?ment)|auto-?(?:reply|response)"
    r"|(?:do not|don't) (?:reply|respond|answer) to this|nicht auf diese (?:e-?mail|nachricht)"
    r"|out of (?:the )?office)\b"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Round:
    """One automatic message of ours and what came before the next."""

    ours: Turn
    theirs: tuple[Turn, ...]

    @property
    def lags(self) -> list[timedelta]:
        return [turn.at - self.ours.at for turn in self.theirs]


def suspected(turns: Iterable[Turn], now: datetime) -> str:
    """Why a machine seems to answer us, "" where nothing shows it. `turns` as they came on record, the last is theirs.

    Only what came after the last word of a person of ours counts. A machine answers each message, once or twice, and
    soon. People who are left waiting write more often, or later, or something else: only all of it together counts.
    """
    rounds = _answered(_rounds(turns, now), most=_EACH)
    if len(rounds) < 2:
        return ""
    texts = [_plain(one.theirs[0].text) for one in rounds[-3:]]
    both = rounds[-2:]
    soon = all(lag <= _SOON for one in both for lag in one.lags)
    says = [_MACHINE.search(text) is not None for text in texts[-2:]]
    if all(says) or (any(says) and soon):
        return "it says itself that its messages are automatic, and answers ours"
    same = all(len(text) >= _SUBSTANCE for text in texts[-2:]) and _alike(texts[-1], texts[-2])
    if same and (soon or len(rounds) > 2):
        return "it answers our automatic messages with the same text"
    if all(_repeats(one) for one in both):
        return "it sends our own words back"
    if len(rounds) > 2 and all(lag <= _AT_ONCE for one in rounds[-3:] for lag in one.lags):
        return f"it answered three automatic messages within {_AT_ONCE.seconds} seconds each"
    if len(rounds) > 3 and _even([one.lags[0].total_seconds() for one in rounds[-4:]]):
        return "it answers our automatic messages after always the same time"
    if len(rounds) >= _MANY:
        return f"it answered {_MANY} automatic messages in a row"
    return ""


def spaced(turns: Iterable[Turn], now: datetime, coalesce_seconds: float) -> timedelta:
    """How long after the last automatic message the next one may go: longer, the more of them in a row were soon
    answered; once, three, six, twelve times the usual."""
    count = len(_answered(_rounds(turns, now)))
    return timedelta(seconds=coalesce_seconds) * _FACTORS[min(count, len(_FACTORS) - 1)]


def relayed(related: Ticket | None, found: Found, now: datetime) -> str:
    """Why a machine seems to answer us under ever new addresses, "" where nothing shows it. `related`: the ticket to
    which a stranger's mail, which opens one of its own, bears our signed name `found`.

    That a colleague answers in another's place happens; that the answer to this answer comes from a third address
    within a day, and no person of ours has said a word, is a machine's way, or something for a person to look at.
    """
    named = found.answered or found.bounced or found.numbers
    if related is None or not named or related.related is None or related.answered_at is not None:
        return ""
    return "ever new addresses answer our automatic messages" if now - related.opened_at < LOOKED_AT else ""


def over(looping_at: datetime, turns: Sequence[Turn], now: datetime) -> bool:
    """Whether a suspicion has ended by itself: nothing was said since, or for a day, before what comes now."""
    return now - max([looping_at, *(turn.at for turn in turns)]) >= LOOKED_AT


def _rounds(turns: Iterable[Turn], now: datetime) -> list[_Round]:
    recent = [turn for turn in turns if now - turn.at < LOOKED_AT][-MOST_TURNS:]
    rounds: list[_Round] = []
    for turn in recent:
        if turn.side is Side.PERSON:
            rounds = []
        elif turn.side is Side.OURS:
            rounds.append(_Round(ours=turn, theirs=()))
        else:
            # what was on record before ours cannot answer it, nor can what was written before ours went out
            place = next((n for n in reversed(range(len(rounds))) if rounds[n].ours.at <= turn.at + _SKEW), None)
            if place is not None:
                rounds[place] = _Round(ours=rounds[place].ours, theirs=(*rounds[place].theirs, turn))
    return rounds


def _answered(rounds: Sequence[_Round], most: int = MOST_TURNS) -> list[_Round]:
    """The last rounds in a row in which we were answered, by at most so many messages and all of them soon."""
    found: list[_Round] = []
    for one in reversed(rounds):
        soon = all(lag <= _PROMPT for lag in one.lags) if most < MOST_TURNS else any(lag <= _PROMPT for lag in one.lags)
        if not (one.theirs and len(one.theirs) <= most and soon):
            break
        found.insert(0, one)
    return found


def _plain(text: str) -> str:
    """Without numbers, which a machine counts up, and in one line."""
    return " ".join(_DIGITS.sub("0", text[:_LONGEST]).casefold().split())


def _alike(one: str, other: str) -> bool:
    first, second = set(_WORD.findall(one)), set(_WORD.findall(other))
    return bool(first) and len(first & second) >= _ALIKE * len(first | second)


def _repeats(one: _Round) -> bool:
    ours = _plain(one.ours.text)
    return len(ours) >= _SUBSTANCE and _alike(ours, _plain(one.theirs[0].text))


def _even(seconds: Sequence[float]) -> bool:
    return max(seconds) - min(seconds) <= max(_EVEN_SECONDS, _EVEN * max(seconds))

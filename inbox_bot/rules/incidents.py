"""Incidents: decides whether a message is about one, by which way somebody is told of it, and at which pace."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from math import ceil

from inbox_bot.incidents import How, Incident
from inbox_bot.model import Channel
from inbox_bot.records import Identity
from inbox_bot.rules import acknowledge

_HASHTAG = re.compile(r"#(\w+)")
_BURST = 2.0  # seconds' worth of messages that may be put in line at once


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How many of each channel go out in an hour beside what else is sent."""

    mails: float = 36_000
    dms: float = 40

    def of(self, channel: Channel) -> float:
        """An hour's worth."""
        return self.mails if channel is Channel.EMAIL else self.dms


def match(incident: Incident, text: str, *, topic: str = "", at: datetime, known: Collection[int] = ()) -> How | None:
    """Why a message of that time is about the incident, None where nothing shows it. `topic` of its ticket; `known`:
    the incidents in which its customer has a ticket already. Words count from their beginning: "mail" finds
    "Mailserver", not "Email"."""
    if at < incident.since:
        return None
    if incident.id in known:
        return How.KNOWN
    if topic and topic in (incident.area, incident.topic):
        return How.AREA
    words = [word for word in incident.words if not word.startswith("#")]
    tags = {word[1:].casefold() for word in incident.words if word.startswith("#")}
    if tags & {tag.casefold() for tag in _HASHTAG.findall(text)}:
        return How.HASHTAG
    return How.WORDS if words and _any_of(tuple(words)).search(text) else None


@lru_cache(maxsize=200)
def _any_of(words: tuple[str, ...]) -> re.Pattern[str]:
    spelt = ("\\s+".join(map(re.escape, word.split())) for word in words)
    return re.compile(rf"(?<!\w)(?:{'|'.join(spelt)})", re.IGNORECASE)


def read_words(written: str) -> tuple[str, ...]:
    """Words as an agent gives them: "mail|imap|posteingang|#ausfall"."""
    return tuple(dict.fromkeys(word for part in written.split("|") if (word := " ".join(part.split()))))


def way(identities: Sequence[Identity], last: Channel | None, avoided: Channel | None = None) -> Identity | None:
    """By which of his addresses somebody is told in private: where he wrote last, if that way is open, else another
    one; None where none is. `avoided`: the channel that does not work, used only where there is no other."""
    open_ = [one for one in identities if acknowledge.worth_offering(one.channel, one)]
    return min(open_, key=lambda one: (one.channel is avoided, one.channel is not last, -one.id), default=None)


def allowance(per_hour: float, last: datetime | None, unsent: int, now: datetime) -> int:
    """How many may be put in line now; `last`: when the last one was, `unsent`: those of them that have not left. So
    whoever comes meanwhile waits for a few of them at most."""
    burst = max(1, ceil(per_hour / 3600 * _BURST))
    elapsed = timedelta(hours=1) if last is None else max(now - last, timedelta())
    earned = int(per_hour * (elapsed / timedelta(hours=1)))
    return max(0, min(burst, earned, 3 * burst - unsent))


def duration(counts: Mapping[Channel, int], pace: Pace) -> timedelta:
    """How long it takes until the last one has his message: the channels go on beside each other."""
    return max((timedelta(hours=count / pace.of(channel)) for channel, count in counts.items()), default=timedelta())

"""What is on record about incidents: what is broken, who is affected, what they are told, and who has been told.

As in `records`: an `id` below zero is new.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from inbox_bot.model import Channel


class How(StrEnum):
    """Why a ticket belongs to an incident."""

    WORDS = "words"
    HASHTAG = "hashtag"
    AREA = "area"
    KNOWN = "known"  # his customer has another ticket in it
    AGENT = "agent"


class Works(StrEnum):
    """What a customer says when he is asked whether it works again."""

    UNKNOWN = ""
    YES = "yes"
    NO = "no"


class Told(StrEnum):
    """What became of one recipient of an update."""

    WAITING = "waiting"
    QUEUED = "queued"  # his message is on its way; its delivery says how far
    SKIPPED = "skipped"  # the reason says why he is not written to


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """Something that is broken for many. `titles`: what, in few words, by language; `texts`: what is told last, by
    language. `words`: those that show that a message is about it; `area`: what is broken, in a word; tickets of the
    topic of that name, or of `topic`, are in it. `next_update_at`: when all who are affected were told to hear of it
    again."""

    id: int
    titles: Mapping[str, str]
    area: str
    words: tuple[str, ...]
    since: datetime
    opened_at: datetime
    opened_by: int
    texts: Mapping[str, str] = field(default_factory=dict)
    topic: str = ""
    next_update_at: datetime | None = None
    closed_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Update:
    """One text to all who are affected. `asks`: whether it works again. `post`: it also goes out as a post of ours.
    `stopped_at`: since then it goes to nobody else; `ended_at`: it has gone to everybody."""

    id: int
    incident: int
    at: datetime
    agent: int
    texts: Mapping[str, str]
    next_update_at: datetime | None = None
    asks: bool = False
    post: bool = False
    stopped_at: datetime | None = None
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Affected:
    """A ticket that belongs to an incident. `by`: the agent who said so. `undone_at`: it does not, after all.
    `asked_at`: its customer was asked whether it works; `works`: what he said."""

    incident: int
    ticket: int
    how: How
    at: datetime
    by: int | None = None
    undone_at: datetime | None = None
    asked_at: datetime | None = None
    works: Works = Works.UNKNOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """One customer and one update: by which of his addresses he is told, about which of his tickets. `identity` None =
    no private way is open to him. `delivery`: what brings it to him."""

    update: int
    customer: int
    ticket: int
    identity: int | None
    channel: Channel | None
    told: Told = Told.WAITING
    reason: str = ""
    queued_at: datetime | None = None
    delivery: int | None = None

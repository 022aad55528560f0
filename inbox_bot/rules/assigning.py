"""Assigning: decides who gets a new ticket, who is called to one that went wrong, and who is served next."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from inbox_bot.model import AgentRole, Direction
from inbox_bot.records import Message
from inbox_bot.rules.hours import Hours, is_open

_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One of the team, as far as it matters who gets a ticket.

    `languages`: empty = any. `skills`: topics. `hours`: his own, or else the team's. `load`: open tickets he has.
    """

    id: int
    name: str
    hours: Hours
    role: AgentRole = AgentRole.AGENT
    disabled: bool = False
    languages: frozenset[str] = frozenset()
    skills: frozenset[str] = frozenset()
    load: int = 0
    last_assigned_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A new ticket. `language`, `topic`: "" = not known. `previous`: the agent whom this customer had last."""

    language: str = ""
    topic: str = ""
    previous: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """`agent` is None where it waits for somebody; `reason` says why him, or why nobody."""

    agent: int | None
    reason: str


def choose(request: Request, team: Sequence[Candidate], at: datetime) -> Choice:
    """Who gets a new ticket: whom the customer had last, else of those on duty who fit the one with the least to do.

    Language and topic are asked for only where somebody of the team has them, or a ticket would wait for ever. Among
    equals it is who has been given nothing for longest. A supervisor gets one only where no agent who fits is on
    duty. Who is disabled or off duty never gets one. The order of `team` does not matter.
    """
    enabled = [one for one in team if not one.disabled]
    on_duty = [one for one in enabled if is_open(one.hours, at)]
    previous = next((one for one in on_duty if one.id == request.previous), None)
    if previous is not None:
        return Choice(agent=previous.id, reason=f"{previous.name} had this customer last")
    if not on_duty:
        return Choice(agent=None, reason="nobody is on duty" if enabled else "there is no agent who is not disabled")
    speaking = [one for one in on_duty if _speaks(one, request.language)]
    if not speaking:
        if any(_speaks(one, request.language) for one in enabled):
            return Choice(agent=None, reason=f"nobody on duty speaks {request.language}")
        speaking = on_duty
    agents = [one for one in speaking if one.role is AgentRole.AGENT] or speaking
    skilled = [one for one in agents if request.topic and request.topic in one.skills]
    chosen = min(skilled or agents, key=_turn)
    why = [f"has the least to do ({chosen.load} open)"]
    if request.language in chosen.languages:
        why.append(f"speaks {request.language}")
    if skilled:
        why.append(f"knows {request.topic}")
    if chosen.role is AgentRole.SUPERVISOR:
        why.append("no agent who fits is on duty")
    return Choice(agent=chosen.id, reason=f"{chosen.name}: {', '.join(why)}")


def call(team: Sequence[Candidate], at: datetime, language: str = "") -> Choice:
    """Which supervisor is called to what is overdue, repeated, angry or failed: on duty, speaking the language where
    one does, with the least to do. None where none is on duty; then all of them have to be told."""
    enabled = [one for one in team if one.role is AgentRole.SUPERVISOR and not one.disabled]
    on_duty = [one for one in enabled if is_open(one.hours, at)]
    if not on_duty:
        return Choice(agent=None, reason="no supervisor is on duty" if enabled else "there is no supervisor")
    chosen = min([one for one in on_duty if _speaks(one, language)] or on_duty, key=_turn)
    return Choice(agent=chosen.id, reason=f"{chosen.name}: supervisor on duty")


def waiting_since(messages: Iterable[Message]) -> datetime | None:
    """Since when the customer of a ticket waits: his first message after a person's last words. None = he does not.

    So who writes again keeps his place, and an automatic answer does not cost him it.
    """
    ours, theirs = _NEVER, []
    for message in messages:
        if message.automatic:
            continue
        if message.direction is Direction.OUTGOING:
            ours = max(ours, message.at)
        elif message.direction is Direction.INCOMING:
            theirs.append(message.at)
    return min((at for at in theirs if at > ours), default=None)


def in_order(waiting: Iterable[tuple[datetime, int]]) -> list[int]:
    """Tickets, each with since when it waits, in the order in which they are served: by arrival, for everybody."""
    return [ticket for _, ticket in sorted(waiting)]


def _speaks(one: Candidate, language: str) -> bool:
    return not language or not one.languages or language in one.languages


def _turn(one: Candidate) -> tuple[int, datetime, int]:
    return one.load, one.last_assigned_at or _NEVER, one.id

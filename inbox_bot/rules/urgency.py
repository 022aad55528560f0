"""Urgency: decides how an angry, complaining or repeated message raises its ticket, and when a person is called."""

from dataclasses import dataclass, replace
from datetime import datetime

from inbox_bot.model import Priority
from inbox_bot.records import Ticket
from inbox_bot.rules.anger import Anger, Level, Repeated

_SECOND, _CALLED = 2, 3  # how often he has asked: the second time comes first, the third one calls a person
_ORDER = list(Priority)


@dataclass(frozen=True, slots=True, kw_only=True)
class Raised:
    """The ticket as it is from now on; why, "" = nothing was found; whether a person is called to it now."""

    ticket: Ticket
    reason: str = ""
    call: bool = False


def raised(ticket: Ticket, anger: Anger, repeated: Repeated, at: datetime) -> Raised:
    """A complaint makes it urgent; anger and what is asked again make it high, and nothing lowers it.

    Who says himself that he asks for the third time counts as angry, and nothing automatic goes to him. Where only his
    messages are alike they are confirmed as ever. A person is called to anger, to what becomes a complaint, and to the
    third time.
    """
    angry = anger.level is not Level.NONE or (repeated.said and repeated.times >= _CALLED)
    if not angry and repeated.times < _SECOND:
        return Raised(ticket=ticket)
    priority = Priority.URGENT if anger.level is Level.COMPLAINT else Priority.HIGH
    worse = _ORDER.index(priority) < _ORDER.index(ticket.priority)
    reasons = [anger.reason]
    if repeated.times >= _SECOND:
        reasons.append(f"asked {repeated.times} times: {repeated.reason}")
    return Raised(
        ticket=replace(
            ticket,
            priority=priority if worse else ticket.priority,
            angry_at=(ticket.angry_at or at) if angry else ticket.angry_at,
        ),
        reason="; ".join(filter(None, reasons)),
        call=(angry and (ticket.angry_at is None or (worse and priority is Priority.URGENT)))
        or (repeated.times == _CALLED and ticket.angry_at is None),
    )

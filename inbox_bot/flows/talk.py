"""Keeps up the talk with each sender of a lot, and ends automatic messages to one that a machine seems to write for."""

from dataclasses import replace

from inbox_bot.flows.lot import Lot
from inbox_bot.model import Incoming
from inbox_bot.records import Identity, LogEntry
from inbox_bot.rules import loops
from inbox_bot.rules.tokens import Found
from inbox_bot.views import Side, Turn

_OURSELVES = "inbox-bot"


def judged(lot: Lot, item: Incoming, identity: Identity) -> Identity:
    """The identity as it is after this message of his; a talk is known only where several automatic messages of ours
    went out lately."""
    if identity.id not in lot.known.turns and identity.looping_at is None:
        return identity
    turns = lot.known.turns.setdefault(identity.id, [])
    before = identity
    if identity.looping_at is not None and loops.over(identity.looping_at, turns, lot.now):
        identity = replace(identity, looping_at=None)
    turns.append(Turn(at=item.at, side=Side.THEIRS, text=item.text))
    reason = loops.suspected(turns, lot.now)
    if reason and identity.looping_at is None:
        identity = replace(identity, looping_at=lot.now)
        lot.filing.log.append(LogEntry(at=lot.now, who=_OURSELVES, what="loop suspected", detail=reason))
    if identity != before:
        lot.put_identity(identity)
    return identity


def relayed(lot: Lot, related: int | None, found: Found) -> str:
    """Why a new ticket beside `related` gets no automatic answer: see `loops.relayed`."""
    ticket = lot.known.tickets.get(related) if related is not None else None
    return loops.relayed(ticket, found, lot.now)

"""Gathers what is on record of a ticket as the facts that templates need or refuse."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from inbox_bot.casework import Action
from inbox_bot.flows.case import Case
from inbox_bot.model import AgentRole, Direction, TicketState
from inbox_bot.ports import Transaction
from inbox_bot.records import Agent, LogEntry, Message
from inbox_bot.rules import authorisations, words
from inbox_bot.rules.fitting import Standing, lifts
from inbox_bot.rules.routes import Route
from inbox_bot.rules.states import REOPEN

SENT = "template"
"""What the log calls a template that went out; the entry's detail is its name."""


async def standing(tx: Transaction, case: Case, route: Route, now: datetime) -> Standing:
    """How the ticket stands for an answer by that way."""
    ticket = case.ticket
    log = await tx.log(ticket.id)
    facts = set(_of_ticket(case, route))
    facts |= {f"action:{one.kind}" for one in await tx.actions_of(ticket.id) if _proven(one, now)}
    facts |= {f"promise:{one.state}" for one in await tx.promises_of(ticket.id)}
    facts |= {f"tag:{tag}" for tag in (await tx.tags_of([ticket.id])).get(ticket.id, ())}
    facts |= {f"sent:{one.detail}" for one in log if one.what == SENT}
    granted = await tx.authorisations_of(ticket.customer)
    facts |= {"authorised"} if authorisations.acting(granted, ticket.customer, ticket.topic, now) else set()
    held = _held(log, await tx.agents(), case.messages)
    return Standing(
        channel=route.identity.channel,
        visibility=route.visibility,
        state=TicketState.RESOLVED if held and ticket.state is not TicketState.CLOSED else ticket.state,
        facts=frozenset(facts),
        topic=ticket.topic,
    )


def _of_ticket(case: Case, route: Route) -> Iterator[str]:
    ticket = case.ticket
    arrived = [entry for entry in case.entries if entry.message.direction is Direction.INCOMING]
    facts = {
        "answered": ticket.answered_at is not None,
        "number_delivered": ticket.number_delivered_at is not None,
        "proven": route.identity.proven or bool(route.answers and route.answers.proof),
        "attachments": any(entry.files for entry in arrived),
        "assigned": ticket.assignee is not None,
        "angry": ticket.angry_at is not None,
        "asked": ticket.asked,
        "dm": any(one.wrote_dm_at is not None for one in case.identities),
    }
    return (name for name, true in facts.items() if true)


def _proven(action: Action, now: datetime) -> bool:
    """As `rules.claims` wants it for the same words in a text."""
    evidence = bool(action.reference.strip()) and action.confirmed_by is not None
    return evidence and action.taken_back_at is None and action.at <= now


def _held(log: Sequence[LogEntry], agents: Sequence[Agent], messages: Sequence[Message]) -> bool:
    """Whether a settled matter was reopened by one of the team who is no supervisor, and the customer has not written
    since."""
    supervisors = {agent.name for agent in agents if agent.role is AgentRole.SUPERVISOR}
    reopened = next((one for one in reversed(log) if one.what == REOPEN), None)
    if reopened is None or lifts(reopened.who, supervisors):
        return False
    return not any(
        one.at > reopened.at
        and one.direction is Direction.INCOMING
        and not one.automatic
        and not words.is_thanks(one.text)
        for one in messages
    )

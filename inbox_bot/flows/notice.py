"""Makes what one of the team is told by mail: a ticket is his, a colleague named him, something needs a person."""

from dataclasses import replace
from datetime import datetime

from inbox_bot.records import Agent, Message, Notice, Ticket

ASSIGNED, MENTIONED, ANGRY, REPEATED = "assigned", "mentioned", "angry", "repeated"
AWAKE, REMINDER, APPROVED, REFUSED, WAITS = "awake", "reminder", "approved", "refused", "waits_for_approval"
_LONGEST = 4000  # characters of a message that is shown


def assigned(ticket: Ticket, agent: int, message: Message | None, why: str, now: datetime) -> Notice:
    """The ticket is his from now on; the customer's last message comes along."""
    told = about(ticket, ASSIGNED, agent, f"{why}.", now, message)
    return replace(told, message=message.id if message else None)


def mentioned(ticket: Ticket, agent: Agent, by: str, note: Message) -> Notice:
    """A colleague's note names him."""
    return about(ticket, MENTIONED, agent.id, f"{by}:", note.at, note)


def about(
    ticket: Ticket, kind: str, agent: int | None, text: str, now: datetime, message: Message | None = None
) -> Notice:
    """Any other word about a ticket; the text of `message` is shown below. `agent` None: to the team."""
    shown = [text] if text else []
    if message is not None:
        body = message.text.strip()
        shown.append(body if len(body) <= _LONGEST else f"{body[:_LONGEST]} […]")
    return Notice(
        kind=kind,
        at=now,
        subject=f"{kind.replace('_', ' ')}: {ticket.subject}",
        text="\n\n".join(shown),
        ticket=ticket.id,
        agent=agent,
    )

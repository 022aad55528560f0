"""Makes what one of the team is told by mail: a ticket is his, a colleague named him, something needs a person."""

import logging
from datetime import datetime

from inbox_bot.errors import InboxBotError
from inbox_bot.flows.house import House
from inbox_bot.model import Channel
from inbox_bot.records import Agent, Message, Notice, Ticket

log = logging.getLogger(__name__)

ASSIGNED, MENTIONED, ANGRY, REPEATED = "assigned", "mentioned", "angry", "repeated"
RATED = "rated"
AWAKE, REMINDER, APPROVED, REFUSED, WAITS = "awake", "reminder", "approved", "refused", "waits_for_approval"
LONGEST = 4000  # characters of a message that is shown


def assigned(
    house: House, ticket: Ticket, agent: int, message: Message | None, now: datetime, *, by: str = ""
) -> Notice:
    """The ticket is his from now on, `by` a colleague's hand; the customer's last message comes along."""
    return about(house, ticket, ASSIGNED, agent, now, by=by, body=_shown(message), message=message)


def mentioned(house: House, ticket: Ticket, agent: Agent, by: str, note: Message) -> Notice:
    """A colleague's note names him."""
    return about(house, ticket, MENTIONED, agent.id, note.at, by=by, body=_shown(note))


def about(
    house: House,
    ticket: Ticket,
    kind: str,
    agent: int | None,
    now: datetime,
    *,
    message: Message | None = None,
    **facts: object,
) -> Notice:
    """Any other word about a ticket, as the template `agent-word` says it of these facts in the brand's language.
    `agent` None: to the team. `message`: the one that it brings."""
    subject, text = words(house, kind, number=ticket.number, subject=ticket.subject, **facts)
    return Notice(
        kind=kind,
        at=now,
        subject=subject,
        text=text,
        ticket=ticket.id,
        agent=agent,
        message=message.id if message else None,
    )


def words(house: House, kind: str, **facts: object) -> tuple[str, str]:
    """Subject and text of a notice in the brand's language."""
    given = {"what": kind, "subject": "", "number": "", "answerable": house.gateway is not None}
    try:
        rendered = house.texts.render("agent-word", Channel.EMAIL, house.brand.language, given | facts)
    except InboxBotError as error:  # a company's own text must not keep a message from being filed
        log.warning("word_not_made", extra={"kind": kind, "reason": str(error)})
        return kind.replace("_", " "), str(facts.get("body", ""))
    return rendered.subject, rendered.text


def _shown(message: Message | None) -> str:
    body = message.text.strip() if message else ""
    return body if len(body) <= LONGEST else f"{body[:LONGEST]} […]"

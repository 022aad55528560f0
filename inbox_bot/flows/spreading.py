"""Tells those who are affected by an incident, a few at a time beside what else is sent, each once."""

import logging
from collections.abc import Sequence
from dataclasses import replace

from inbox_bot.errors import InboxBotError
from inbox_bot.flows import greeting, outage, writing
from inbox_bot.flows.again import again
from inbox_bot.flows.house import House, Inbox
from inbox_bot.incidents import Affected, How, Incident, Recipient, Told, Update
from inbox_bot.model import Channel, Kind, Visibility
from inbox_bot.ports import Transaction
from inbox_bot.records import Customer, Identity, Ticket
from inbox_bot.rules import acknowledge, incidents
from inbox_bot.writes import Filing

log = logging.getLogger(__name__)


async def spread(house: House) -> int:
    """Put the next messages in line, so many as their channels' pace allows now; how many were dealt with."""
    async with house.store.read() as tx:
        under_way = await tx.spreading()
    if not under_way:
        return 0
    done = 0
    for channel in Channel:
        inbox = next((box for box in house.inboxes.values() if box.channel is channel), None)
        if inbox is not None:
            done += await _by(house, inbox, under_way)
    return done


@again
async def _by(house: House, inbox: Inbox, under_way: Sequence[Update]) -> int:
    """One transaction: whoever is killed in it has told nobody, and whoever is told is marked."""
    now, done = house.now(), 0
    async with house.store.write() as tx:
        last, unsent = await tx.spread(inbox.channel, now)
        most = incidents.allowance(house.pace.of(inbox.channel), last, unsent, now)
        for update in under_way:
            if done < most:
                done += await _some(house, tx, inbox, update, most - done)
            if not await tx.anybody_waits(update.id):
                await tx.end_update(update.id, now)
                log.info("update_told", extra={"incident": update.incident, "update": update.id})
    return done


async def _some(house: House, tx: Transaction, inbox: Inbox, update: Update, most: int) -> int:
    incident = await tx.incident(update.incident)
    assert incident is not None  # its update names it
    filing, refs, marked, asked, moved = Filing(), writing.References(), [], [], []
    for recipient, customer, ticket in await tx.to_be_told(update.id, inbox.channel, most):
        his = await tx.identities(customer.id)
        identity, reason = _still(his, recipient, customer, ticket)
        delivery: int | None = None
        if identity is not None:
            try:
                delivery = _queue(house, filing, refs, incident, update, identity, customer, ticket)
            except InboxBotError as error:
                identity, reason = None, str(error)
        now = house.now()
        told = Told.QUEUED if identity is not None else Told.SKIPPED
        queued_at = now if identity is not None else None
        marked.append(replace(recipient, told=told, reason=reason, queued_at=queued_at, delivery=delivery))
        if identity is not None:
            asked.append(ticket.id)
            if ticket.id != recipient.ticket:  # it was merged: what he answers comes to the one that goes on
                moved.append(Affected(incident=incident.id, ticket=ticket.id, how=How.KNOWN, at=now))
    if marked:
        ids = await tx.save(filing)
        await tx.mark_told([replace(one, delivery=ids.get(one.delivery or 0)) for one in marked])
        await tx.affect(moved)
        if update.asks:
            await tx.mark_asked(incident.id, asked, house.now())
    return len(marked)


def _still(
    his: Sequence[Identity], recipient: Recipient, customer: Customer, ticket: Ticket
) -> tuple[Identity | None, str]:
    """His address, or another that is open by now; "" or why he is not written to."""
    if ticket.junk or ticket.erased_at is not None or not his:
        return None, "nobody is left to be told"
    known = next((one for one in his if one.id == recipient.identity), None)
    if known is not None and acknowledge.worth_offering(known.channel, known):
        return known, ""
    other = incidents.way(his, recipient.channel)
    return other, "" if other else "no private way to him is open any more"


def _queue(
    house: House,
    filing: Filing,
    refs: writing.References,
    incident: Incident,
    update: Update,
    identity: Identity,
    customer: Customer,
    ticket: Ticket,
) -> int:
    now = house.now()
    told = replace(incident, texts=update.texts, next_update_at=update.next_update_at)
    given = {
        **greeting.facts(house, ticket, identity, [], customer=customer),
        **outage.facts(told),
        "asks": update.asks,
    }
    language = customer.language or house.brand.language
    inbox = ticket.inbox if ticket.channel is identity.channel and ticket.inbox in house.inboxes else ""
    inbox = inbox or next(box.name for box in house.inboxes.values() if box.channel is identity.channel)
    _, delivery = writing.queue(
        house, filing, refs, kind=Kind.INCIDENT, ticket=ticket, identity=identity,
        rendered=house.texts.render("incident", identity.channel, language, given),
        visibility=Visibility.PRIVATE, at=now, due_at=now, inbox=inbox, automatic=True,
    )  # fmt: skip
    return delivery.id

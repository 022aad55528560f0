"""Tells those who are affected by an incident, a few at a time beside what else is sent, each once."""

import logging
from dataclasses import dataclass, field, replace

from inbox_bot.errors import InboxBotError
from inbox_bot.flows import greeting, outage, writing
from inbox_bot.flows.again import again
from inbox_bot.flows.house import House
from inbox_bot.incidents import Affected, How, Incident, Recipient, Told, Update
from inbox_bot.model import Channel, Kind, Visibility
from inbox_bot.ports import Transaction
from inbox_bot.records import Customer, Identity, Ticket
from inbox_bot.rules import acknowledge, incidents
from inbox_bot.writes import Filing

log = logging.getLogger(__name__)

_LOT = 200


async def spread(house: House) -> int:
    """Put the next messages in line, so many as their channels' pace allows now; how many were dealt with."""
    async with house.store.read() as tx:
        if not await tx.spreading():
            return 0
    return await _spread(house)


@again
async def _spread(house: House) -> int:
    """One transaction: whoever is killed in it has told nobody, and whoever is told is marked."""
    now, done = house.now(), 0
    here = {box.channel for box in house.inboxes.values()}
    async with house.store.write() as tx:
        for incident in sorted({one.incident for one in await tx.spreading()}):
            await tx.incident(incident)  # locked: a stop comes before us, or after
        under_way = await tx.spreading()
        for channel in sorted(here):
            last, unsent = await tx.spread(channel, now)
            left = incidents.allowance(house.pace.of(channel), last, unsent, now)
            for update in under_way:
                told = await _some(house, tx, update, channel, left) if left > 0 else 0
                left, done = left - told, done + told
        for update in under_way:
            if set(Channel) - here:  # a channel that is not configured any more
                done += await _some(house, tx, update, None, _LOT, only=frozenset(Channel) - here)
            if not await tx.anybody_waits(update.id):
                await tx.end_update(update.id, now)
                log.info("update_told", extra={"incident": update.incident, "update": update.id})
    return done


async def _some(
    house: House,
    tx: Transaction,
    update: Update,
    channel: Channel | None,
    most: int,
    *,
    only: frozenset[Channel] = frozenset(),
) -> int:
    """Tell the next ones by this channel; `only`: those of these channels, by whatever way is open."""
    incident = await tx.incident(update.incident)
    assert incident is not None  # its update names it
    telling = _Telling(house=house, tx=tx, incident=incident, update=update)
    rows = await tx.to_be_told(update.id, channel, most)
    for recipient, owner in rows:
        if not only or recipient.channel in only:
            await telling.tell(recipient, owner)
    await telling.save()
    return len(telling.marked)


@dataclass(slots=True, kw_only=True)
class _Telling:
    """What one transaction tells: the messages, what became of the recipients, the tickets that are asked about."""

    house: House
    tx: Transaction
    incident: Incident
    update: Update
    filing: Filing = field(default_factory=Filing)
    refs: writing.References = field(default_factory=writing.References)
    marked: list[Recipient] = field(default_factory=list)
    asked: list[int] = field(default_factory=list)
    moved: list[Affected] = field(default_factory=list)
    others: list[Recipient] = field(default_factory=list)

    async def tell(self, recipient: Recipient, owner: int) -> None:
        """Queue his message, or note why there is none. `owner`: whose the ticket is by now; he is told too where
        nobody has thought of him."""
        now = self.house.now()
        if owner != recipient.customer:
            self.others.append(
                Recipient(
                    update=self.update.id, customer=owner, ticket=recipient.ticket, identity=None,
                    channel=recipient.channel,
                )
            )  # fmt: skip
        queued, reason = None, "no ticket of his is in it any more"
        inside = await self.tx.tickets_in(self.incident.id, recipient.customer)
        if inside:
            queued, reason = await self._queued(recipient, inside[0][2])
        if queued is not None:
            about = [one for one in inside if one[1] is not How.KNOWN] or inside[:1]
            self.asked += [row for row, _, _ in about]
            self.moved += [
                Affected(incident=self.incident.id, ticket=ticket.id, how=How.KNOWN, at=now)
                for row, _, ticket in about
                if ticket.id != row  # it was merged: what he writes comes to the one that goes on
            ]
        told = Told.SKIPPED if queued is None else Told.QUEUED
        identity, delivery = queued or (recipient.identity, None)
        self.marked.append(
            replace(
                recipient, told=told, reason=reason, identity=identity, delivery=delivery,
                queued_at=now if queued else None,
            )
        )  # fmt: skip

    async def _queued(self, recipient: Recipient, ticket: Ticket) -> tuple[tuple[int, int] | None, str]:
        """(identity, delivery) where it is queued; else why not."""
        here = {box.channel for box in self.house.inboxes.values()}
        his = [one for one in await self.tx.identities(recipient.customer) if one.channel in here]
        known = next((one for one in his if one.id == recipient.identity), None)
        if known is None or not acknowledge.worth_offering(known.channel, known):
            known = incidents.way(his, recipient.channel)
        customer = await self.tx.customer(recipient.customer)
        if known is None or customer is None:
            return None, "no private way to him is open any more"
        try:
            delivery = _queue(self.house, self.filing, self.refs, self.incident, self.update, known, customer, ticket)
        except InboxBotError as error:
            return None, str(error)
        return (known.id, delivery), ""

    async def save(self) -> None:
        """Write it all."""
        if not self.marked:
            return
        ids = await self.tx.save(self.filing)
        await self.tx.mark_told([replace(one, delivery=ids.get(one.delivery or 0)) for one in self.marked])
        await self.tx.add_recipients(self.others)
        await self.tx.affect(self.moved)
        if self.update.asks:
            await self.tx.mark_asked(self.incident.id, self.asked, self.house.now())


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
        **outage.facts(told, now),
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

"""Brings a number whose delivery failed to the customer by another way of his."""

import logging
from datetime import datetime

from inbox_bot.errors import InboxBotError
from inbox_bot.flows import attendance, greeting, writing
from inbox_bot.flows.again import again
from inbox_bot.flows.house import House
from inbox_bot.flows.writing import References
from inbox_bot.model import Kind, Visibility
from inbox_bot.ports import Transaction
from inbox_bot.records import Identity, Ticket
from inbox_bot.rules import acknowledge
from inbox_bot.writes import Filing

log = logging.getLogger(__name__)


@again
async def find_another_way(house: House) -> int:
    """A number whose delivery failed goes to the customer's next private address, where he has one."""
    await attendance.measure(house)
    now = house.now()
    sent = 0
    async with house.store.write() as tx:
        for ticket in await tx.stranded(now):
            failed = await tx.failed_identities(ticket.id)
            for identity in await tx.identities(ticket.customer):
                if identity.id in failed or not acknowledge.worth_offering(identity.channel, identity):
                    continue
                if await _number_to(house, tx, ticket, identity, now):
                    sent += 1
                    break
    return sent


async def _number_to(house: House, tx: Transaction, ticket: Ticket, identity: Identity, now: datetime) -> bool:
    """Queue the number of a ticket to this address; False where that way is not open."""
    inbox = next((box for box in house.inboxes.values() if box.channel is identity.channel), None)
    if inbox is None:
        return False
    filing, refs = Filing(), References()
    customer = await tx.customer(ticket.customer)
    spoken = (customer.language if customer else "") or house.brand.language
    try:
        rendered = house.texts.render(
            "acknowledgement",
            identity.channel,
            spoken,
            {
                **greeting.facts(house, ticket, identity, [], hours=True, customer=customer),
                **greeting.self_service(house, ticket),
            },
        )
        writing.queue(
            house, filing, refs, kind=Kind.ACKNOWLEDGEMENT, ticket=ticket, identity=identity, rendered=rendered,
            visibility=Visibility.PRIVATE, at=now, due_at=now, inbox=inbox.name, automatic=True,
        )  # fmt: skip
    except InboxBotError as error:
        log.warning("no_other_way", extra={"ticket": ticket.id, "reason": str(error)})
        return False
    await tx.save(filing)
    return True

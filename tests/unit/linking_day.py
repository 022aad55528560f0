"""A day on which people prove that two addresses are theirs: shared by the tests of linking."""

import re
from dataclasses import dataclass, replace

from inbox_bot.flows import customers
from inbox_bot.flows.house import House
from inbox_bot.model import Channel, Incoming
from inbox_bot.records import Message
from tests.unit.flow_house import Day, dm, mail

AUTHSERV = "mx.acme.example"
RECEIVED = (
    f"Received: from out.post.example ([192.0.2.7]) by {AUTHSERV} with ESMTPS id x1; Mon, 9 Mar 2026 12:00:00 +0000"
)
CODE = re.compile(r"link-([a-z2-9]{10})")
EVA = "Eva Winter <eva.winter@post.example>"
MAIL = "eva.winter@post.example"


@dataclass(slots=True)
class Linking(Day):
    """A day at a mailbox whose own server says who wrote; `authserv_id` "" = it says nothing."""

    authserv_id: str = AUTHSERV

    @property
    def house(self) -> House:
        """With the name in force."""
        house = super(Linking, self).house
        inboxes = {**house.inboxes, "mail": replace(house.inboxes["mail"], authserv_id=self.authserv_id)}
        return replace(house, inboxes=inboxes)

    async def begins(self, text: str = "Mein Anschluss geht nicht.") -> None:
        """Anna is there, and somebody has written a DM."""
        await self.agent()
        await self.writes(text)

    async def writes(self, text: str, *, id: int = 5001, author: str = "1001") -> None:
        """A DM."""
        source = await self.takes(dm(text, id=id, author=author, at=self.now))
        assert source.settled

    async def mails(self, text: str = "Anbei alles.", *, id: int = 1, result: str = "pass", **how: str) -> None:
        """A mail about whose From our server says `result`."""
        await self.takes(a_mail(text, id=id, result=result, **how))

    async def invited(self, to: Channel = Channel.EMAIL, key: str = "1001") -> str:
        """Anna sends a code; the code."""
        done = await customers.invite(self.house, key, to, "anna")
        [code] = set(CODE.findall(done.text))
        return f"link-{code}"

    async def owners(self) -> dict[str, int]:
        """Customer by address."""
        found = {}
        async with self.store.read() as tx:
            for id in range(1, 60):
                for identity in await tx.identities(id):
                    found[identity.address] = identity.customer
        return found

    async def filed(self) -> list[Message]:
        """All messages of tickets, by id."""
        found: dict[int, Message] = {}
        async with self.store.read() as tx:
            for ticket, _, _ in await tx.tickets(states=[], customer=None, limit=1000):
                for entry in await tx.timeline(ticket.customer, ticket.id):
                    found[entry.message.id] = entry.message
        return [found[id] for id in sorted(found)]

    async def belongs(self) -> dict[str, tuple[int, str]]:
        """By external id of what came in: customer, and the number of its ticket."""
        numbers = {}
        async with self.store.read() as tx:
            for ticket, _, _ in await tx.tickets(states=[], customer=None, limit=1000):
                numbers[ticket.id] = (ticket.customer, ticket.number)
        found = {}
        for one in await self.filed():
            if one.direction == "incoming" and one.ticket is not None:
                assert numbers[one.ticket][0] == one.customer, "a message in another's ticket"
                found[one.external_id] = (one.customer or 0, numbers[one.ticket][1])
        return found


def a_mail(
    text: str = "Anbei alles.", *more: str, id: int = 1, result: str = "pass", sender: str = EVA, **how: str
) -> Incoming:
    """A mail with Eva's From, and what our server found about it."""
    found = f"Authentication-Results: {AUTHSERV}; dmarc={result} header.from=post.example"
    headers = (found, RECEIVED) if result else (RECEIVED,)
    return mail(text, *headers, *more, id=id, sender=sender, **how)  # type: ignore[arg-type]  # mail's own texts

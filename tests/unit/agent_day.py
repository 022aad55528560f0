"""A day on which agents answer by mail: notices with real bytes, replies to them as a mail program writes them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default

from inbox_bot.casework import AgentMail
from inbox_bot.channels.mime.build import build
from inbox_bot.channels.mime.parse import parse
from inbox_bot.flows import agent_mail
from inbox_bot.flows.agent_notices import tell_agents
from inbox_bot.flows.house import Gateway, House
from inbox_bot.model import Address, Channel, Incoming, Unreadable
from inbox_bot.outgoing import Draft, Parcel
from inbox_bot.ports import Store
from inbox_bot.records import Agent, Ticket
from tests.fakes import FakeSender
from tests.unit.desk_house import NOW
from tests.unit.flow_house import Day, mail

ANNA = "anna@acme.example"
EVA = "eva.winter@post.example"
US = Address(channel=Channel.EMAIL, address="hilfe@acme.example", name="Acme")
AUTHSERV = "mx.acme.example"
OWN = (f"Authentication-Results: {AUTHSERV}; dmarc=pass header.from=post.example", "Received: from a by b")
"""Above a mail of Eva: she wrote it."""
PROVEN = f"Authentication-Results: {AUTHSERV}; dmarc=pass header.from=acme.example\r\nReceived: from a by b\r\n"


class InPlace:
    """Reads letters without a process of their own."""

    async def read(self, raw: bytes, key: str, at: datetime) -> Incoming | Unreadable:
        """Whole."""
        return parse(raw, key=key, at=at, whole=True)


@dataclass(slots=True, kw_only=True)
class MailSender(FakeSender):
    """Composes real mails."""

    def compose(self, draft: Draft) -> bytes:
        """As the sender of mail does."""
        self.drafts.append(draft)
        return build(draft, sender=US, host="acme.example")


@dataclass(slots=True)
class AgentDay(Day):
    """`mail` composes real bytes; the gateway is on, and the mail server says who wrote."""

    mail: FakeSender = field(default_factory=lambda: MailSender(inbox="mail", channel=Channel.EMAIL))

    @property
    def house(self) -> House:
        """See above."""
        house = super(AgentDay, self).house
        gateway = Gateway(address="hilfe@acme.example", undo=timedelta(seconds=60), letters=InPlace())
        inboxes = {**house.inboxes, "mail": replace(house.inboxes["mail"], authserv_id=AUTHSERV)}
        return replace(house, gateway=gateway, inboxes=inboxes)

    async def told(self, agent: Agent | None = None) -> EmailMessage:
        """Tell and send what is due; gives the last mail to the agent (to anybody of the team)."""
        await tell_agents(self.house)
        return (await self.letters(agent))[-1]

    async def letters(self, agent: Agent | None = None) -> list[EmailMessage]:
        """All mails that have gone to an agent so far, oldest first; what is due is sent before."""
        await self.sends()
        return [
            read(one)
            for one in self.mail.parcels
            if one.kind == "notice" and (not agent or one.to.address == agent.address)
        ]

    async def customers(self) -> list[EmailMessage]:
        """All mails by people of ours that have reached Eva."""
        await self.sends()
        return [read(one) for one in self.mail.parcels if one.kind == "reply"]

    async def answers(
        self,
        to: EmailMessage,
        text: str,
        *,
        sender: str = ANNA,
        headers: str = PROVEN,
        id: str = "a1@acme.example",
        quoted: bool = True,
        vouched: bool = False,
        relayed: bool = True,
        more: Sequence[str] = (),
    ) -> AgentMail:
        """Somebody answers a mail of ours, quoting it below; our own mail server hands it over."""
        return await agent_mail.received(
            self.house,
            reply(to, text, sender=sender, headers=headers, id=id, quoted=quoted, more=more),
            to=address_of(to),
            vouched=vouched,
            relayed=relayed,
        )

    async def everything(self) -> list[str]:
        """All rows of all tables, but what came to reply addresses."""
        return await rows(self.house)


def address_of(letter: EmailMessage) -> str:
    """Where an answer to it goes."""
    return str(letter["Reply-To"]).strip("<> ")


def body(letter: EmailMessage) -> str:
    """Its text."""
    part = letter.get_body(("plain",))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def read(parcel: Parcel) -> EmailMessage:
    """What was sent, read strictly."""
    found = BytesParser(policy=default).parsebytes(parcel.payload)
    assert isinstance(found, EmailMessage)
    return found


def reply(
    to: EmailMessage,
    text: str,
    *,
    sender: str = ANNA,
    headers: str = PROVEN,
    id: str = "a1@acme.example",
    quoted: bool = True,
    more: Sequence[str] = (),
) -> bytes:
    """The bytes of an answer, as Thunderbird writes it on top."""
    quote = "".join(f"> {line}\n" for line in body(to).splitlines())
    written = f"{text}\n\nAm 09.03.26 um 12:00 schrieb Acme:\n{quote}" if quoted else text
    lines = [
        f"From: Anna Berg <{sender}>",
        f"To: {address_of(to)}",
        f"Subject: Re: {re.sub(chr(10), '', str(to['Subject'])).encode('ascii', 'replace').decode()}",
        f"Message-ID: <{id}>",
        f"In-Reply-To: {to['Message-ID']}",
        "Date: Mon, 09 Mar 2026 12:01:00 +0000",
        *more,
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=utf-8",
        "Content-Transfer-Encoding: 8bit",
        "",
        written,
    ]
    return headers.encode() + "\r\n".join(lines).replace("\r\n", "\n").replace("\n", "\r\n").encode()


async def rows(house: House) -> list[str]:
    """All that the database holds, but for `agent_mails` and the search index."""
    from sqlalchemy import text

    from inbox_bot.store.database import Database
    from inbox_bot.store.tables import metadata

    assert isinstance(house.store, Database)
    found = []
    async with house.store.writer.connect() as connection:
        for table in metadata.sorted_tables:
            if table.name not in {"agent_mails", "search"}:  # SQLite cannot list the index of words
                result = await connection.execute(text(f'SELECT * FROM "{table.name}"'))
                found += sorted(f"{table.name}: {tuple(row)}" for row in result)
    return found


__all__ = ["ANNA", "AUTHSERV", "EVA", "NOW", "PROVEN", "AgentDay", "address_of", "body", "mail", "reply"]


async def written_to(store: Store) -> AgentDay:
    """Anna's house, in which Eva has written and has her number."""
    day = AgentDay(store)
    await day.agent("anna", "AB")
    await day.takes(mail("Mein Anschluss geht seit gestern nicht mehr.", *OWN))
    await day.sends()
    return day


async def the_ticket(day: AgentDay) -> Ticket:
    """Eva's one ticket."""
    async with day.store.read() as tx:
        ((ticket, _, _),) = await tx.tickets(states=(), customer=None, limit=9)
    return ticket


async def agents(day: AgentDay) -> dict[str, Agent]:
    """By name."""
    async with day.store.read() as tx:
        return {agent.name: agent for agent in await tx.agents()}

"""Takes in a mail to an agent's reply address: decides whether it is his own answer, and does what it says, once.

Nothing is done for one that nothing proves to be his; what no person wrote as an answer is recorded and no more.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

from inbox_bot.casework import AgentMail
from inbox_bot.domains import mailbox
from inbox_bot.errors import Stopped, UsageError
from inbox_bot.flows import agent_brakes, agent_letters, agent_orders, agent_words, arrival
from inbox_bot.flows.agent_orders import Done
from inbox_bot.flows.agent_words import Answered, Said, Unclear
from inbox_bot.flows.case import case_of
from inbox_bot.flows.desk import committed
from inbox_bot.flows.house import House, Inbox
from inbox_bot.flows.together import together
from inbox_bot.flows.writing import References
from inbox_bot.model import Channel, Incoming, Outcome, Unreadable
from inbox_bot.ports import Transaction
from inbox_bot.records import Agent, LogEntry
from inbox_bot.rules import no_answer, proof, tokens
from inbox_bot.rules.tokens import Answering
from inbox_bot.writes import Filing

UNPROVEN = "nothing proves that an agent wrote it"
_BAD_ADDRESS = "the reply address is not good any more; answer a newer mail"
_ANOTHERS = "the reply address was made for another mailbox; answer a mail that we sent to you"
_OTHER_WORDS = "a mail with the same Message-ID and other words was dealt with before; write it as a new mail"
_MOST_LEFT = 60  # lines left out that are shown


@dataclass(frozen=True, slots=True, kw_only=True)
class _Letter:
    """A mail, read whole, of an agent who is proven to have written it. `to`: all its recipients; `about`: what its
    reply address says, None where it is no good one; `line`: as it goes on record."""

    item: Incoming
    to: tuple[str, ...]
    about: Answering | None
    writer: Agent
    line: AgentMail

    @property
    def keys(self) -> list[str]:
        """By what it goes on record: what it says to what, when, by which alone a replayed mail is known; and its
        Message-ID."""
        written = self.item.mail.header("date") if self.item.mail else ""
        about = self.about.about if self.about else ""
        files = (f"{one.name} {one.size}" for one in self.item.attachments)
        said = "\0".join((about, written, self.item.subject, self.item.text, *files))
        return [f"text:{hashlib.sha256(said.encode('utf-8', 'replace')).hexdigest()}", self.item.external_id]


async def received(house: House, raw: bytes, *, to: str, vouched: bool, relayed: bool = False) -> AgentMail:
    """What became of a mail that was handed to us; `to` is the envelope's recipient. Raises `StoreError` and `Paused`,
    after which it has to be handed over again. `vouched`: by a client that is believed what it says of From;
    `relayed`: by a mail server of our own, which lets nobody else write its Authentication-Results (RFC 8601 5)"""
    now, inbox = house.now(), _inbox(house)
    if house.gateway is None:
        raise UsageError("agents answer by mail only where [gateway] is enabled")
    item = await house.gateway.letters.read(raw, "handed over", now)
    if isinstance(item, Unreadable):
        key = f"unreadable:{hashlib.sha256(raw).hexdigest()}"
        unread = AgentMail(inbox=inbox.name, key=key, at=now, outcome=Outcome.QUARANTINED, reason=item.reason)
        return await _record(house, unread)
    if item.mail is not None and not (vouched or relayed):
        # Whoever spoke to us himself could write any verdict, in our own mail server's name, too.
        heard = tuple(field for field in item.mail.headers if field[0] != "authentication-results")
        item = replace(item, mail=replace(item.mail, headers=heard))
    checked = house.signatures if inbox.verify_dkim else None
    if checked is not None and item.mail is not None and proof.worth_checking(item, authserv_id=inbox.authserv_id):
        signers = await checked.signers([item])
        item = replace(item, mail=replace(item.mail, signed_by=signers.get(item.key, "")))
    return await take(house, item, to=(to,), vouched=vouched)


async def take(house: House, item: Incoming, *, to: Sequence[str] = (), vouched: bool = False) -> AgentMail:
    """What became of a mail, read whole, to an agent's reply address; once only, however often it comes."""
    now, inbox = house.now(), _inbox(house)
    recipients = (*to, *(item.mail.recipients if item.mail else ()))
    line = AgentMail(inbox=inbox.name, key=item.external_id, at=now, outcome=Outcome.REFUSED)
    silent = no_answer.judge(item, found=arrival.names_in(house, item))
    if silent is not None:
        # Apart, too: nobody has shown yet who wrote it, and it must not pass for a real mail of that Message-ID.
        key = f"silent:{line.key}"
        return await _record(house, replace(line, key=key, outcome=silent.outcome, reason=silent.reason))
    about = tokens.answering(house.keys, recipients, now)
    async with house.store.read() as tx:
        writer = _writer(item, await tx.agents(), inbox, about, vouched=vouched)
    if writer is None:
        # Apart from what is dealt with: the same mail may come once more, with a proof.
        return await _record(house, replace(line, key=f"unproven:{line.key}", reason=UNPROVEN))
    letter = _Letter(item=item, to=recipients, about=about, writer=writer, line=replace(line, agent=writer.id))
    async with house.store.read() as tx:
        if await _known(tx, letter):
            return _again(letter)
        other = await tx.agent_mail_known(letter.line.inbox, item.external_id)
    try:
        return await (_returned(house, letter, UsageError(_OTHER_WORDS)) if other else _obeyed(house, letter))
    except UsageError as refused:
        return await _returned(house, letter, refused)


def _inbox(house: House) -> Inbox:
    """The mailbox of the reply addresses; where they are none's, the first one."""
    address = house.gateway.address.lower() if house.gateway else ""
    own = (box for box in house.inboxes.values() if box.channel is Channel.EMAIL and box.address.lower() == address)
    inbox = next(own, house.mail_inbox)
    if inbox is None:
        raise UsageError("agents answer by mail only where an email inbox is configured")
    return inbox


def _writer(
    item: Incoming, agents: Sequence[Agent], inbox: Inbox, about: Answering | None, *, vouched: bool
) -> Agent | None:
    """Who is proven to have written it: From is his address, and somebody we trust stands for From."""
    sender = mailbox(item.author.address) if item.author else ""
    his = [one for one in agents if one.disabled_at is None and mailbox(one.address) == sender]
    if not his or item.mail is None or not item.mail.from_sound:
        return None
    shown = proof.judge(item, authserv_id=inbox.authserv_id)
    # A client of ours is believed, unless our own mail server says that it is another's From.
    trusted = vouched and not proof.contrary(item, authserv_id=inbox.authserv_id)
    if shown.standing is not proof.Standing.PROVEN and not trusted:
        return None
    return next((one for one in his if about is not None and one.id == about.agent), his[0])


async def _obeyed(house: House, letter: _Letter) -> AgentMail:
    """Do what it says, and record that, in one transaction. Raises `UsageError` where it cannot be done."""
    if letter.about is None:
        raise UsageError(_BAD_ADDRESS)
    if letter.about.agent != letter.writer.id:
        raise UsageError(_ANOTHERS)
    async with house.store.read() as tx:
        mail = await agent_words.answered(tx, letter.about)
    said = await agent_words.said(house, letter.item, letter.to, letter.writer, mail)

    async def act(tx: Transaction) -> AgentMail:
        if await _known(tx, letter):
            return _again(letter)
        agent_brakes.slow_down(await case_of(tx, mail.number), letter.writer, said.orders)
        joined = together(house, tx)
        done = await agent_orders.obey(joined, mail.number, letter.writer, said.orders, said.files, mail.message.id)
        filing = Filing()
        await _tell(house, tx, filing, letter.writer, mail, said, done)
        made = replace(letter.line, outcome=Outcome.FILED, ticket=mail.message.ticket, message=done.message)
        filing.agent_mails += [replace(made, key=key) for key in letter.keys]
        await tx.save(filing)
        return made

    return await committed(house, act)


async def _tell(
    house: House, tx: Transaction, filing: Filing, writer: Agent, mail: Answered, said: Said, done: Done
) -> None:
    """Show him what was done, and what exactly goes out."""
    case = await case_of(tx, mail.number)
    facts: dict[str, object] = {**agent_letters.about(house, case), "done": done.lines}
    seen, name, queued = mail.message.id, "agent-told", done.queued
    if queued is not None and house.gateway is not None:
        by_mail = queued.channel is Channel.EMAIL
        until = (house.now() + house.gateway.undo).astimezone(house.hours(house.now()).zone)
        files = next((entry.files for entry in case.entries if entry.message.id == queued.message), ())
        seen, name = queued.message, "agent-preview"
        facts |= {
            "to": f"@{queued.to.handle}" if queued.to.handle else queued.to.address,
            "way": agent_letters.way(queued.channel, queued.visibility),
            "until": f"{until:%H:%M:%S}",
            "text": queued.text + (f"\n\n-- \n{house.brand.footer}" if by_mail and house.brand.footer else ""),
            "names": [file.name for file in files],
            "cut": said.left[:_MOST_LEFT],
            "approval": queued.approval,
        }
    rendered = agent_letters.render(house, name, facts)
    agent_letters.queue(house, filing, References(), agent=writer, ticket=case.ticket, seen=seen, rendered=rendered)


async def _returned(house: House, letter: _Letter, refused: UsageError) -> AgentMail:
    """Nothing of it was done: it comes back to him with the reason, and that is on record."""
    reasons = refused.reasons if isinstance(refused, Stopped) else (str(refused),)
    newer = refused.newer if isinstance(refused, Stopped) else ()
    facts: dict[str, object] = {
        "reasons": reasons,
        "lines": refused.lines if isinstance(refused, Unclear) else (),
        "newer": newer,
        "override": isinstance(refused, Stopped) and refused.override,
    }

    async def act(tx: Transaction) -> AgentMail:
        if await _known(tx, letter):
            return _again(letter)
        filing, made = Filing(), replace(letter.line, reason="; ".join(reasons))
        about: dict[str, object] = {"number": "", "customer": "", "subject": ""}
        ticket, seen = None, None
        if letter.about is not None and letter.about.agent == letter.writer.id:  # else it is none of his business
            told = await tx.told(letter.about.about)
            message = await tx.message(told.message) if told is not None and told.message is not None else None
            if message is not None and message.ticket is not None:
                case = await case_of(tx, await tx.number_of(message.ticket))
                about, ticket = agent_letters.about(house, case), case.ticket
                seen = max(one.id for one in case.messages) if newer else message.id
                made = replace(made, ticket=ticket.id)
                what = LogEntry(at=made.at, who=letter.writer.name, what="mail returned", ticket=ticket.id)
                filing.log.append(replace(what, detail=made.reason))
        writer = letter.writer
        keys = [key for key in letter.keys if not await tx.agent_mail_known(made.inbox, key)]
        if counted := await agent_brakes.may_return(tx, made.inbox, writer, made.ticket, made.at):
            rendered = agent_letters.render(house, "agent-returned", about | facts)
            agent_letters.queue(house, filing, References(), agent=writer, ticket=ticket, seen=seen, rendered=rendered)
            keys = [*keys, counted]
        filing.agent_mails += [replace(made, key=key) for key in keys]
        await tx.save(filing)
        return made

    return await committed(house, act)


async def _record(house: House, line: AgentMail) -> AgentMail:
    """Put it on record, once."""

    async def act(tx: Transaction) -> AgentMail:
        if not await tx.agent_mail_known(line.inbox, line.key):
            await tx.save(Filing(agent_mails=[line]))
        return line

    return await committed(house, act)


async def _known(tx: Transaction, letter: _Letter) -> bool:
    return await tx.agent_mail_known(letter.line.inbox, letter.keys[0])


def _again(letter: _Letter) -> AgentMail:
    return replace(letter.line, outcome=Outcome.DUPLICATE, reason="dealt with before")

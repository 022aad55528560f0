"""Opens a ticket from a telephone call, so that its number goes out to the customer like any other."""

from dataclasses import dataclass, replace

from inbox_bot.errors import Unsendable, UsageError
from inbox_bot.flows import details, writing
from inbox_bot.flows.answering import Queued, signed
from inbox_bot.flows.desk import acting, committed
from inbox_bot.flows.greeting import facts
from inbox_bot.flows.house import House, Inbox
from inbox_bot.model import Channel, Direction, Kind, TicketState, Visibility
from inbox_bot.ports import Transaction
from inbox_bot.records import Agent, Customer, Identity, LogEntry, Message, Ticket
from inbox_bot.rules import claims, due_times, numbers, promises, words
from inbox_bot.rules.reasons import reason_of
from inbox_bot.rules.topics import topic_of
from inbox_bot.views import BY_TELEPHONE
from inbox_bot.writes import Filing

_SUBJECT = 80  # characters of the call's first line


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A telephone call: who called (mail address, X handle or user id), what about, from which number. `text` is what
    the customer said and may read; `note` is for the team alone."""

    key: str
    text: str
    who: str
    note: str = ""
    phone: str = ""
    subject: str = ""


async def open_ticket(house: House, call: Call) -> Queued:
    """File the call as a note on a new ticket and queue the message that gives the customer its number.

    An X user must have written a DM before. Raises `UsageError` with what to do instead, also where the text promises
    a time or says that something is done: that has its place in an answer.
    """
    if not call.text.strip():
        raise UsageError("the ticket needs a text: what the call was about")
    _only_what_he_said(house, f"{call.subject}\n{call.text}")

    async def act(tx: Transaction) -> Queued:
        agent, filing, refs = await acting(tx, call.who), Filing(), writing.References()
        identity, customer = await _caller(house, tx, call, filing, refs)
        if identity.blocked_at is not None:
            raise UsageError(f"{call.key} is blocked; first run: inbox-bot block {call.key} --undo")
        inbox = _inbox(house, identity.channel)
        ticket = _ticket(house, call, identity, inbox, refs)
        language = customer.language or house.brand.language
        given = {
            **facts(house, ticket, identity, [], hours=True, customer=customer),
            "text": call.text.strip(),
            "agent": agent,
            "give_number": True,
            "at": ticket.opened_at,
            "waiting": "",  # he has been spoken with
        }
        rendered = house.texts.render("opening", identity.channel, language, given)
        if identity.channel is Channel.TWITTER:
            rendered = writing.with_text(rendered, signed(rendered.text, agent))
        note = _note(call, ticket, identity, agent, refs)
        filing.messages.append(note)
        filing.details += details.told(house, note, f"{call.text}\n{call.phone}")
        try:
            message, delivery = writing.queue(
                house,
                filing,
                refs,
                kind=Kind.OPENING,
                ticket=ticket,
                identity=identity,
                rendered=rendered,
                visibility=Visibility.PRIVATE,
                at=ticket.opened_at,
                due_at=ticket.opened_at,
                agent=agent,
            )
        except Unsendable as error:
            raise UsageError(str(error)) from error
        filing.tickets.append(
            replace(ticket, last_outgoing_at=ticket.opened_at, asked=words.asks_to_write(rendered.text))
        )
        filing.log.append(
            LogEntry(at=ticket.opened_at, who=agent.name, what="open", ticket=ticket.id, detail=ticket.reason)
        )
        ids = await tx.save(filing)
        return Queued(
            ticket=replace(ticket, id=ids[ticket.id]),
            message=ids[message.id],
            delivery=ids[delivery.id],
            channel=identity.channel,
            visibility=Visibility.PRIVATE,
            to=identity,
            text=rendered.text,
            withdrawn=0,
        )

    return await committed(house, act)


def _only_what_he_said(house: House, text: str) -> None:
    now = house.now()
    reckoned = due_times.calendar(house.hours(now), now)
    promised = promises.find(
        text, now=now, zone=reckoned.zone, end_of_day=reckoned.end_of_day, workday=reckoned.workday
    )
    if promised:
        raise UsageError(
            f'"{promised[0].phrase}" reads as a promise of ours, and the text goes to the customer: say only what he '
            "said; note what he was promised with: inbox-bot promise NUMBER TIME"
        )
    if claimed := claims.find(text):
        raise UsageError(
            f'"{claimed[0].phrase}" says that something is done, and the text goes to the customer: say only what he '
            "said; for the team: --note"
        )


async def _caller(
    house: House, tx: Transaction, call: Call, filing: Filing, refs: writing.References
) -> tuple[Identity, Customer]:
    key = call.key.strip()
    if "@" in key[1:]:
        known = await _known(tx, Channel.EMAIL, key)
        return known[-1] if known else _stranger(house, key, filing, refs)
    known = await _known(tx, Channel.TWITTER, key)
    if not known:
        raise UsageError(f'nobody on X is known as "{key}"; open the ticket for a mail address instead')
    reachable = [pair for pair in known if pair[0].wrote_dm_at is not None]
    if not reachable:
        raise UsageError(f"{key} has written no DM yet, and X allows ours only then; open it for a mail address")
    return reachable[-1]


async def _known(tx: Transaction, channel: Channel, key: str) -> list[tuple[Identity, Customer]]:
    wanted = key.removeprefix("@").casefold()
    return [
        (identity, customer)
        for customer in await tx.find_customers(key)
        for identity in await tx.identities(customer.id)
        if identity.channel is channel and wanted in {identity.handle.casefold(), identity.address.casefold()}
    ]


def _stranger(house: House, key: str, filing: Filing, refs: writing.References) -> tuple[Identity, Customer]:
    """A customer we have not met, with this mail address; not proven until he writes from it."""
    local, _, domain = key.rpartition("@")
    if not local or "." not in domain or any(char.isspace() or not char.isprintable() for char in key):
        raise UsageError(f'"{key}" is not a mail address; write it as name@domain')
    address, now = f"{local}@{domain.lower()}", house.now()
    if any(address.lower() == box.address.lower() for box in house.inboxes.values()):
        raise UsageError(
            f'"{key}" is an inbox of ours, whose mails we would answer ourselves; give the customer\'s own'
        )
    customer = Customer(id=refs.new(), name=address, language="", created_at=now)
    identity = Identity(id=refs.new(), customer=customer.id, channel=Channel.EMAIL, address=address, created_at=now)
    filing.customers.append(customer)
    filing.identities.append(identity)
    return identity, customer


def _inbox(house: House, channel: Channel) -> Inbox:
    inbox = next((box for box in house.inboxes.values() if box.channel is channel), None)
    if inbox is None:
        raise UsageError(f"no inbox for {channel} is configured, so the number could not go out")
    return inbox


def _ticket(house: House, call: Call, identity: Identity, inbox: Inbox, refs: writing.References) -> Ticket:
    now = house.now()
    first = next(line.strip() for line in call.text.splitlines() if line.strip())
    return Ticket(
        id=refs.new(),
        number=numbers.draw(house.bits),
        customer=identity.customer,
        inbox=inbox.name,
        channel=inbox.channel,
        state=TicketState.NEW,
        subject=" ".join(call.subject.split()) or (first if len(first) <= _SUBJECT else f"{first[: _SUBJECT - 1]}…"),
        opened_at=now,
        reason=_reason(call),
        last_incoming_at=now,
        topic=topic_of(f"{call.subject}\n{call.text}", house.topics),
        contact_reason=reason_of(f"{call.subject}\n{call.text}", house.reasons),
    )


def _note(call: Call, ticket: Ticket, identity: Identity, agent: Agent, refs: writing.References) -> Message:
    return Message(
        id=refs.new(),
        ticket=ticket.id,
        customer=identity.customer,
        identity=identity.id,
        inbox=ticket.inbox,
        channel=ticket.channel,
        direction=Direction.NOTE,
        visibility=Visibility.INTERNAL,
        external_id="",
        at=ticket.opened_at,
        text="\n\n".join(filter(None, (call.text.strip(), call.note.strip()))),
        subject=ticket.subject,
        reason=_reason(call),
        agent=agent.id,
    )


def _reason(call: Call) -> str:
    phone = " ".join(call.phone.split())
    return f"{BY_TELEPHONE} from {phone}" if phone else BY_TELEPHONE

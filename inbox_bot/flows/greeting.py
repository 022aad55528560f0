"""Acknowledges what the intake files: the number at once for a new ticket, a shared confirmation for what follows."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from inbox_bot.errors import InboxBotError
from inbox_bot.flows import attendance, linking, outage, temper, writing
from inbox_bot.flows.house import House
from inbox_bot.flows.lot import Lot, Question
from inbox_bot.model import Channel, Incoming, Kind, TicketState, Visibility
from inbox_bot.ports import Rendered, Spoken
from inbox_bot.records import Customer, Identity, Message, Notice, Ticket
from inbox_bot.rules import acknowledge, address, loops, numbers
from inbox_bot.rules import linking as codes
from inbox_bot.rules.status import Asked

log = logging.getLogger(__name__)

UNPROVEN = "ticket_unproven"
"""The kind of a notice of a new ticket whose sender nothing proves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """One message as the templates list it. `files`: the attachments' names."""

    at: datetime
    subject: str
    channel: str
    visibility: str
    files: tuple[str, ...] = ()


def greet(
    lot: Lot,
    item: Incoming,
    message: Message,
    ticket: Ticket,
    identity: Identity,
    *,
    opens: bool,
    quiet: str,
    asked: Asked = Asked.NOTHING,
) -> None:
    """Decide on the acknowledgement and the read receipt of one filed message, and add the message to the filing. What
    is `asked` alone is left to the record (`status`)."""
    ticket = temper.met(lot, item, message, ticket)
    place = len(lot.filing.messages)  # before what answers it, so that the order on record is the talk's
    if asked:
        lot.questions.append(Question(item=item, message=message.id, ticket=ticket.id, identity=identity, asked=asked))
    else:
        message = acknowledged(lot, item, message, ticket, identity, opens=opens, quiet=quiet)
    lot.filing.messages.insert(place, message)
    if opens:
        announce(lot, ticket, message, identity)
    if lot.house.gateway is not None:
        told = Notice(kind="message", at=lot.now, subject="", text="", ticket=ticket.id, message=message.id)
        lot.filing.notices.append(told)


def acknowledged(
    lot: Lot, item: Incoming, message: Message, ticket: Ticket, identity: Identity, *, opens: bool, quiet: str
) -> Message:
    """The message as it is once its acknowledgement and its read receipt are decided on."""
    house = lot.house
    quiet = quiet or (acknowledge.ANGRY if acknowledge.spared(ticket) else "")
    automatic = lot.known.automatic.setdefault(identity.id, [])
    due = acknowledge.due(
        item,
        quiet=quiet,
        identity=identity,
        opens=opens,
        public_done=ticket.greeted,
        automatic=automatic,
        public_last_hour=lot.public_last_hour,
        policy=house.policy,
        hold_seconds=lot.inbox.hold_seconds,
        now=lot.now,
        to_customer=lot.known.to_customer.get(identity.customer, ()),
        spacing=loops.spaced(lot.known.turns.get(identity.id, ()), lot.now, house.policy.coalesce_seconds),
        crowded=lot.crowd(identity),
        exposed=item.key in lot.exposed,
    )
    if due.when is acknowledge.When.NOW:
        assert due.at is not None
        try:
            delivery = _queue(lot, item, message, ticket, identity, due.at, approval=due.approval)
        except InboxBotError as error:
            # The message is filed all the same; the missing number shows in the audit with this reason.
            lot.put_ticket(replace(lot.known.tickets[ticket.id], quiet=f"not acknowledged: {error}"))
        else:
            message = replace(message, acknowledged_by=delivery)
            automatic.append(lot.now)
            lot.known.to_customer.setdefault(identity.customer, []).append(lot.now)
            if item.visibility is Visibility.PUBLIC:
                lot.public_last_hour += not due.approval  # what waits for a person takes nobody's place
                lot.put_ticket(replace(lot.known.tickets[ticket.id], greeted=True))
    elif due.when is acknowledge.When.LATER:
        message = replace(message, acknowledge_at=due.at)
    elif opens and not ticket.quiet:
        lot.put_ticket(replace(lot.known.tickets[ticket.id], quiet=due.reason))
    # a receipt is asked for by his mail program and says nothing that could anger him
    if due.when is not acknowledge.When.NEVER or due.reason == acknowledge.ANGRY:
        read_receipt(lot, item, message, ticket, identity)
    return message


def _queue(
    lot: Lot,
    item: Incoming,
    message: Message,
    ticket: Ticket,
    identity: Identity,
    due_at: datetime,
    *,
    approval: bool,
) -> int:
    house = lot.house
    public = item.visibility is Visibility.PUBLIC
    arrived = Arrived(
        at=item.at,
        subject=item.subject,
        channel=identity.channel.value,
        visibility=item.visibility.value,
        files=tuple(file.name for file in item.attachments),
    )
    rendered = house.texts.render(
        "acknowledgement-public" if public else "acknowledgement",
        identity.channel,
        message.language,
        {
            **facts(
                house,
                ticket,
                identity,
                [arrived],
                hint=_quotes_a_number(item, ticket),
                hours=True,
                customer=lot.known.customers.get(identity.customer),
            ),
            **outage.facts(lot.outages.told.get(ticket.id), lot.now),
            "exposed": item.key in lot.exposed,
            **_offer(lot, item, ticket, identity),
            **({} if public else self_service(house, ticket)),
        },
    )
    _, delivery = writing.queue(
        house,
        lot.filing,
        lot.refs,
        kind=Kind.ACKNOWLEDGEMENT,
        ticket=ticket,
        identity=identity,
        rendered=answering(rendered, item.subject),
        visibility=item.visibility,
        at=lot.now,
        due_at=due_at,
        answered=writing.Answered.of(message),
        inbox=lot.inbox.name,
        automatic=True,
        approval=approval,
    )
    return delivery.id


def _offer(lot: Lot, item: Incoming, ticket: Ticket, identity: Identity) -> Mapping[str, object]:
    """To who writes us a direct message and whose mail address nobody has proven yet: a code, in private alone."""
    house = lot.house
    private = item.post is not None and item.visibility is Visibility.PRIVATE
    if not private or not house.policy.offer_mail or house.mail_inbox is None or identity.proven_by not in ("", "x"):
        return {}
    code = linking.add_invitation(house, lot.filing, lot.refs, identity, Channel.EMAIL, ticket, lot.now)
    return {"code": codes.written(code), "link_address": linking.mail_address(house, code)}


def self_service(house: House, ticket: Ticket) -> Mapping[str, object]:
    """For the first private acknowledgement: the page on which he may help himself until a person answers. Who is angry
    gets his number and a person, and is not sent to a page."""
    reason = house.reasons.get(ticket.contact_reason) if ticket.angry_at is None else None
    return {"link": Spoken(words=reason.links)} if reason else {}


def _quotes_a_number(item: Incoming, ticket: Ticket) -> bool:
    """Whether a new ticket's first message quotes some well-formed number; not whether that number exists, which
    would tell a prober."""
    return bool(set(numbers.find(f"{item.subject}\n{item.text}")) - {ticket.number})


def answering(rendered: Rendered, subject: str) -> Rendered:
    """With a subject that answers his, where the template has none."""
    return rendered if rendered.subject else replace(rendered, subject=f"Re: {subject}" if subject else "")


def facts(
    house: House,
    ticket: Ticket,
    identity: Identity,
    messages: Sequence[Arrived],
    *,
    hint: bool = False,
    hours: bool = False,
    customer: Customer | None = None,
) -> Mapping[str, object]:
    """What every customer-facing template may use; nothing here is private to anybody but this customer.

    `hours`: also when we are there, for which a command has to load the public holidays.
    """
    mail = house.mail_inbox
    return {
        "number": ticket.number,
        "subject": ticket.subject,
        "customer": identity.name,
        **address.facts(customer),
        "messages": list(messages),
        "mail_address": mail.address if mail else "",
        "related_hint": hint,
        "first_dm": ticket.number_delivered_at is None,
        "at": messages[0].at if messages else ticket.opened_at,
        "joined": False,
        "settled": ticket.state in {TicketState.RESOLVED, TicketState.CLOSED},
        **(attendance.facts(house, ticket, identity.channel) if hours else {}),
    }


def read_receipt(lot: Lot, item: Incoming, message: Message, ticket: Ticket, identity: Identity) -> None:
    """Queue the read receipt, if one may go. It counts among the automatic messages to him, and none goes above their
    limit: a receipt is never owed (RFC 8098 2.1), and put off it would tell nothing."""
    own = frozenset(box.address.lower() for box in lot.house.inboxes.values() if box.channel is Channel.EMAIL)
    to = acknowledge.read_receipt(item, ticket=ticket, policy=lot.house.policy, own=own, proven=bool(message.proof))
    to_customer = lot.known.to_customer.setdefault(identity.customer, [])
    if to is None or acknowledge.capped(to_customer, lot.house.policy, lot.now) is not None:
        return
    try:
        writing.queue_read_receipt(lot.house, lot.filing, lot.refs, to=to, message=message, ticket=ticket, at=lot.now)
    except InboxBotError as error:
        log.warning("no_read_receipt", extra={"key": item.key, "reason": str(error)})
    else:
        lot.receipted.add(item.key)
        to_customer.append(lot.now)


def announce(lot: Lot, ticket: Ticket, message: Message, identity: Identity) -> None:
    """Tell the team of a new ticket, and whether anything proves who wrote."""
    who = identity.name or (f"@{identity.handle}" if identity.handle else identity.address)
    subject = f"{who}: {ticket.subject}"
    lot.filing.notices.append(
        Notice(
            kind="ticket" if message.proof else UNPROVEN,
            at=lot.now,
            subject=subject,
            text=_shortened(message.text),
            ticket=ticket.id,
        )
    )


def announce_stray(lot: Lot, message: Message) -> None:
    """Tell the team of a mail that no answer could reach: it has no ticket, so nothing else would show it today."""
    text = f"It names no address to answer.\n\n{_shortened(message.text)}"
    subject = f"a mail without a sender: {message.subject}"
    lot.filing.notices.append(Notice(kind="unanswered", at=lot.now, subject=subject, text=text))


def announce_bounce(lot: Lot, item: Incoming) -> None:
    """Tell the team of a bounce that names nothing of ours, where no return path of our own would show it: a customer
    may not have got his mail. (With plus-addresses it is backscatter.)"""
    recipients = (
        sorted({line.recipient for line in item.mail.report.lines if line.recipient})
        if (item.mail and item.mail.report)
        else []
    )
    text = f"It does not say which mail of ours it is about; look at it: inbox-bot raw {item.key}"
    subject = f"a bounce about {', '.join(recipients[:3]) or 'an unknown address'}"
    lot.filing.notices.append(Notice(kind="bounce", at=lot.now, subject=subject, text=text))


def _shortened(text: str) -> str:
    return text if len(text) <= 4000 else text[:4000] + " […]"

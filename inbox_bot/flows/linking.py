"""Links whoever brings a code to the person who was given it, before the lot is filed; tells that one what arrived.

Nothing else than a code from a proven sender, or an agent, makes two people one.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from inbox_bot.care import Grouping, Invitation, Regrouping
from inbox_bot.errors import InboxBotError
from inbox_bot.flows import arrival, writing
from inbox_bot.flows.house import House, Inbox
from inbox_bot.flows.lot import Lot
from inbox_bot.model import Channel, Incoming, Kind, Outcome, Unreadable, Visibility
from inbox_bot.ports import Transaction
from inbox_bot.records import Agent, Customer, Identity, LogEntry, Message, Ticket
from inbox_bot.rules import acknowledge, address, linking, proof, tokens, triage
from inbox_bot.rules.proof import Standing
from inbox_bot.views import Known
from inbox_bot.writes import Filing

log = logging.getLogger(__name__)

CUSTOMER = "the customer"
OURSELVES = "inbox-bot"
_PUBLIC = "others could read it"


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """What a code did: `invited` is told that the message has arrived; `number` of the ticket it was about, or ""."""

    invited: Identity
    number: str = ""


def found(names: tokens.Found, done: Joined | None) -> tokens.Found:
    """The names of ours in a message: a code is as good as a signed name of its ticket."""
    return replace(names, numbers=(done.number, *names.numbers)) if done is not None and done.number else names


@dataclass(frozen=True, slots=True, kw_only=True)
class Settling:
    """What linking needs of a lot before it is filed."""

    house: House
    tx: Transaction
    inbox: Inbox
    known: Known
    ours: triage.Ours
    now: datetime


async def joined(settling: Settling, items: Sequence[Incoming | Unreadable]) -> Mapping[str, Joined]:
    """By key: the messages whose code has linked their author. Then what is known must be looked up anew."""
    found: dict[str, Joined] = {}
    for item in items:
        if isinstance(item, Unreadable):
            continue
        if shown := linking.published(item):
            await _void(settling, shown)
        if not linking.codes_in(item):
            continue
        answers_us = bool(arrival.names_in(settling.house, item).answered)
        for invitation, invited in await settling.tx.invitations(linking.codes_in(item, answers_us=answers_us)):
            if item.key not in found and (done := await _used(settling, item, invitation, invited)) is not None:
                found[item.key] = done
    return found


async def _void(settling: Settling, codes: Sequence[str]) -> None:
    """Whoever reads it could come with it: what stands in public proves nothing."""
    for invitation, _ in await settling.tx.invitations(codes):
        if invitation.used_at is None:
            entry = LogEntry(at=settling.now, who=OURSELVES, what="code void", ticket=invitation.ticket, detail=_PUBLIC)
            spent = replace(invitation, used_at=settling.now)
            await settling.tx.save(Filing(invitations=[spent], log=[entry]))


async def _used(settling: Settling, item: Incoming, invitation: Invitation, invited: Identity) -> Joined | None:
    house, now = settling.house, settling.now
    verdict = triage.judge(
        item,
        ours=settling.ours,
        known=settling.known,
        found=arrival.names_in(house, item),
        now=now,
        max_age_hours=house.policy.max_age_hours,
    )
    author = verdict.author
    if verdict.outcome is not Outcome.FILED or verdict.elsewhere or author is None:
        return None
    # who gets no automatic answer (one of the team, a list) may have sent on what another has read
    unwelcome = verdict.quiet if verdict.quiet != acknowledge.TOO_OLD else ""
    why = linking.refusal(invitation, author.channel, author.address, now) or unwelcome
    shown = proof.judge(item, authserv_id=settling.inbox.authserv_id, form=author != item.author)
    if not why and shown.standing is not Standing.PROVEN:
        why = "nothing proves who wrote"
        if shown.standing is Standing.BELIEVED and author == item.author:
            why = "asked to confirm it"
            await _ask_back(settling, item, invitation, invited)
    if why:
        log.info("code_not_taken", extra={"key": item.key, "reason": why})
        return None
    by = f"code sent by {'DM' if invited.channel is Channel.TWITTER else 'mail'}"
    known = settling.known.identities.get((author.channel, author.address))
    fresh = Identity(
        id=-1, customer=invited.customer, channel=author.channel, address=author.address, created_at=now,
        handle=author.handle, name=author.name,
    )  # fmt: skip
    identity = replace(
        known or fresh, customer=invited.customer, proven=True, proven_at=now, proven_by=by,
    )  # fmt: skip
    moves, taken = [], []
    if known is not None and known.customer != invited.customer:
        both = [await settling.tx.customer(one) for one in (invited.customer, known.customer)]
        moves, taken = await settling.tx.belongings(known.customer, invited.customer), address.inherited(*both)
        for one in await settling.tx.suggestions_between(known.customer, invited.customer):
            settled = replace(one, settled_at=now, settled_by=CUSTOMER, accepted=True)
            await settling.tx.save(Filing(suggestions=[settled]))
    kept = replace(invited, proven=True, proven_at=invited.proven_at or now, proven_by=invited.proven_by or by)
    linked = Regrouping(
        id=-1, grouping=Grouping.LINK, kept=invited.customer, other=identity.id, at=now, who=CUSTOMER,
        evidence=by + (address.TAKEN if taken else ""),
    )  # fmt: skip
    if moves:
        await settling.tx.regroup(linked, moves)
    entry = LogEntry(at=now, who=CUSTOMER, what="link", ticket=invitation.ticket, detail=f"{author.channel}: {by}")
    ids = await settling.tx.save(
        Filing(
            customers=taken,
            identities=[identity, kept],
            invitations=[replace(invitation, used_at=now, used_by=identity.id)],
            log=[entry],
        )
    )
    if not moves:
        await settling.tx.regroup(replace(linked, other=ids.get(identity.id, identity.id)), [])
    settling.known.identities[author.channel, author.address] = replace(identity, id=ids.get(identity.id, identity.id))
    number = await settling.tx.number_of(invitation.ticket) if invitation.ticket is not None else ""
    return Joined(invited=kept, number=number)


async def _ask_back(settling: Settling, item: Incoming, invitation: Invitation, invited: Identity) -> None:
    """Where no mail server says who wrote, From is free text: whoever reads that mailbox is sent a code for X."""
    house, now = settling.house, settling.now
    identity = settling.known.identities.get((Channel.EMAIL, item.author.address)) if item.author else None
    if identity is None or invited.channel is not Channel.TWITTER or not acknowledge.welcome(identity):
        return  # a new one: its next mail finds him on record
    if any(one.expires_at > now for one in await settling.tx.open_invitations(identity.id)):
        return
    tickets = [t for t in settling.known.tickets.values() if t.customer == identity.customer and not t.junk]
    if not tickets:
        return
    filing, refs = Filing(), writing.References()
    code = add_invitation(house, filing, refs, identity, Channel.TWITTER, tickets[-1], now, address=invited.address)
    try:
        queue_invitation(
            house, filing, refs, identity, tickets[-1], code, Channel.TWITTER, item.language, automatic=True,
            customer=settling.known.customers.get(identity.customer),
        )  # fmt: skip
    except InboxBotError as error:
        log.warning("no_invitation", extra={"key": item.key, "reason": str(error)})
        return
    await settling.tx.save(filing)


def add_invitation(
    house: House,
    filing: Filing,
    refs: writing.References,
    identity: Identity,
    to: Channel,
    ticket: Ticket | None,
    now: datetime,
    *,
    address: str = "",
    valid: timedelta = linking.VALID,
) -> str:
    """Note an offer to prove an address on `to`; its code, which must go to this identity in private only."""
    code = linking.new_code(house.bits)
    filing.invitations.append(
        Invitation(
            id=refs.new(), code=code, identity=identity.id, channel=to, made_at=now, expires_at=now + valid,
            ticket=ticket.id if ticket else None, address=address,
        )
    )  # fmt: skip
    return code


def queue_invitation(
    house: House,
    filing: Filing,
    refs: writing.References,
    identity: Identity,
    ticket: Ticket,
    code: str,
    to: Channel,
    language: str,
    *,
    automatic: bool,
    agent: Agent | None = None,
    customer: Customer | None = None,
) -> str:
    """Queue the message that brings the code; its text."""
    inbox = inbox_for(house, ticket, identity.channel)
    facts = {
        "number": ticket.number,
        "subject": ticket.subject,
        "code": linking.written(code),
        "link_address": mail_address(house, code),
        "handle": next((box.address for box in house.inboxes.values() if box.channel is Channel.TWITTER), ""),
        "agent": agent,
        "to_mail": to is Channel.EMAIL,
        **address.facts(customer),
    }
    rendered = house.texts.render("link-invitation", identity.channel, language or house.brand.language, facts)
    writing.queue(
        house, filing, refs, kind=Kind.CONFIRMATION, ticket=ticket, identity=identity, rendered=rendered,
        visibility=Visibility.PRIVATE, at=house.now(), due_at=house.now(), inbox=inbox, agent=agent,
        automatic=automatic, carries_number=False,
    )  # fmt: skip
    return rendered.text


def mail_address(house: House, code: str) -> str:
    """Where a mail with this code goes: the inbox's own address where it takes no extensions."""
    box = house.mail_inbox
    if box is None:
        return ""
    return linking.address(code, box.address) if box.plus_address else box.address


def inbox_for(house: House, ticket: Ticket, channel: Channel) -> str:
    """The inbox from which somebody on a channel is written to about a ticket; "" = there is none."""
    if ticket.channel is channel and ticket.inbox in house.inboxes:
        return ticket.inbox
    return next((box.name for box in house.inboxes.values() if box.channel is channel), "")


def tell(lot: Lot, item: Incoming, message: Message, ticket: Ticket, done: Joined) -> None:
    """Confirm in the way of the invitation that the message has arrived, once: where he waits for it."""
    identity, house = done.invited, lot.house
    if identity.channel is lot.inbox.channel or not acknowledge.worth_offering(identity.channel, identity):
        return
    capped = acknowledge.capped(lot.known.to_customer.get(identity.customer, ()), house.policy, lot.now)
    if capped is not None or acknowledge.spared(ticket):
        return
    customer = lot.known.customers.get(identity.customer)
    facts = {
        "number": ticket.number,
        "subject": item.subject,
        "at": item.at,
        "files": tuple(file.name for file in item.attachments),
        "by_mail": item.mail is not None,
        **address.facts(customer),
    }
    language = message.language or (customer.language if customer else "") or house.brand.language
    try:
        rendered = house.texts.render("link-arrived", identity.channel, language, facts)
        writing.queue(
            house, lot.filing, lot.refs, kind=Kind.CONFIRMATION, ticket=ticket, identity=identity, rendered=rendered,
            visibility=Visibility.PRIVATE, at=lot.now, due_at=lot.now,
            inbox=inbox_for(house, ticket, identity.channel), automatic=True, carries_number=False,
        )  # fmt: skip
    except InboxBotError as error:
        log.warning("arrival_not_told", extra={"key": item.key, "reason": str(error)})
    else:
        lot.known.to_customer.setdefault(identity.customer, []).append(lot.now)

"""Answers from the record who asks only how his matter stands or whether he was heard: in private, in the transaction
that files the question. A person's answer is still owed."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import chain

from inbox_bot.errors import InboxBotError, UsageError
from inbox_bot.flows import attendance, greeting, writing
from inbox_bot.flows.asking import open_ones, own_tickets, survivor, taken
from inbox_bot.flows.case import case_of
from inbox_bot.flows.greeting import Arrived
from inbox_bot.flows.house import House
from inbox_bot.flows.lot import Lot, Question
from inbox_bot.flows.progress import Progress, entries_of, progress, received
from inbox_bot.model import Channel, DeliveryState, Kind, Visibility
from inbox_bot.ports import Rendered, Transaction
from inbox_bot.records import Customer, Identity, LogEntry, Message, Ticket
from inbox_bot.rules import acknowledge, loops, numbers
from inbox_bot.rules.acknowledge import Due, When
from inbox_bot.rules.reasons import title_of
from inbox_bot.rules.status import Asked
from inbox_bot.views import Entry

log = logging.getLogger(__name__)

_OURSELVES = "inbox-bot"
_MOST_TOLD = 5
_WAYS = {Channel.EMAIL: "mail", Channel.TWITTER: "dm"}
_VOID = {DeliveryState.WITHDRAWN, DeliveryState.FAILED}


async def answer(lot: Lot, tx: Transaction) -> None:
    """Answer the lot's questions; what may not be answered so is acknowledged as any other message."""
    for question in lot.questions:
        place = next(at for at, one in enumerate(lot.filing.messages) if one.id == question.message)
        message, ticket = lot.filing.messages[place], lot.known.tickets[question.ticket]
        identity = lot.known.identities[question.identity.channel, question.identity.address]
        asking = _Asking(
            lot=lot, tx=tx, question=question, message=message, ticket=ticket, identity=identity,
            told=_told(lot, question, ticket),
        )  # fmt: skip
        delivery = await asking.answered()
        if delivery is None:
            ticket = taken(lot, question.item, ticket, thanks=False)
            lot.filing.messages[place] = greeting.acknowledged(
                lot, question.item, message, ticket, identity, opens=False, quiet=""
            )
            continue
        lot.filing.messages[place] = replace(message, acknowledged_by=delivery)
        greeting.read_receipt(lot, question.item, message, ticket, identity)
        lot.filing.ledger = [
            replace(line, reason=f"{line.reason}; asks only for {question.asked}: answered automatically")
            if line.message == message.id
            else line
            for line in lot.filing.ledger
        ]


def _told(lot: Lot, question: Question, placed: Ticket) -> list[Ticket]:
    """The tickets he is told of: those he names, else all that are open, newest first; where none is, the one settled
    last. That in which the answer stands is always among them."""
    own = own_tickets(lot.known, question.identity)
    item = question.item
    named = numbers.find(f"{item.subject}\n{item.text}")
    wanted = {survivor(lot.known, one).id for one in lot.known.tickets.values() if one.number in named}
    told = ([one for one in own if one.id in wanted] or open_ones(own))[:_MOST_TOLD]
    return told if placed in told else [placed, *told[: _MOST_TOLD - 1]]


@dataclass(slots=True, kw_only=True)
class _Asking:
    """One question on its way to an answer."""

    lot: Lot
    tx: Transaction
    question: Question
    message: Message
    ticket: Ticket
    identity: Identity
    told: list[Ticket]

    async def answered(self) -> int | None:
        """The delivery that answers it, None where nothing was queued."""
        if any(one.angry_at is not None for one in self.told):
            return None
        if self.message.visibility is not Visibility.PUBLIC:
            return await self._in_private(self.identity, self.lot.inbox.name)
        public = self._public_due()
        target = await self._private_way()
        if target is not None:
            told = await self._in_private(*target)
            if told is not None and public.when is When.NOW:
                self._in_public("status-public", {"way": _WAYS[target[0].channel]}, public)
            return told
        entries = await entries_of(self.tx, self.ticket)
        if public.when is not When.NOW or any(self._lately(entries, self.identity, Visibility.PUBLIC)):
            return None
        delivery = self._in_public("please-dm", {}, public)
        if delivery is not None:  # so that what he then writes comes to this ticket
            self.lot.put_ticket(replace(self.lot.known.tickets[self.ticket.id], asked=True))
        return delivery

    # --- by which way

    async def _private_way(self) -> tuple[Identity, str] | None:
        """His DM where X lets us write one, else the mail address shown to be his; and the inbox to send from."""
        if acknowledge.worth_offering(Channel.TWITTER, self.identity):
            return self.identity, self.lot.inbox.name
        mail = self.lot.house.mail_inbox
        if mail is None:
            return None
        for one in await self.tx.identities(self.ticket.customer):
            if one.channel is Channel.EMAIL and one.proven and acknowledge.welcome(one):
                return one, mail.name
        return None

    def _private_due(self, target: Identity) -> Due:
        known, house = self.lot.known, self.lot.house
        return acknowledge.due(
            replace(self.question.item, visibility=Visibility.PRIVATE), quiet="", identity=target, opens=True,
            public_done=False, automatic=known.automatic.get(target.id, ()), public_last_hour=0, policy=house.policy,
            hold_seconds=0, now=self.lot.now, to_customer=known.to_customer.get(target.customer, ()),
            spacing=loops.spaced(known.turns.get(target.id, ()), self.lot.now, house.policy.coalesce_seconds),
        )  # fmt: skip

    def _public_due(self) -> Due:
        """Each post that asks is an interaction of its own, which X lets us answer once."""
        known, lot = self.lot.known, self.lot
        return acknowledge.due(
            self.question.item, quiet="", identity=self.identity, opens=False, public_done=False,
            automatic=known.automatic.get(self.identity.id, ()), public_last_hour=lot.public_last_hour,
            policy=lot.house.policy, hold_seconds=lot.inbox.hold_seconds, now=lot.now,
            to_customer=known.to_customer.get(self.identity.customer, ()),
        )  # fmt: skip

    # --- what is said

    async def _in_private(self, target: Identity, inbox: str) -> int | None:
        if self._private_due(target).when is not When.NOW:
            return None
        lot, entries = self.lot, await entries_of(self.tx, self.ticket)
        try:
            rendered = await self._text(target, entries)
            if rendered.text in self._lately(entries, target, Visibility.PRIVATE):
                return None  # nothing has changed since he was told
            delivery = self._queue(rendered, target, inbox, Visibility.PRIVATE)
        except InboxBotError as error:
            log.warning("status_not_told", extra={"ticket": self.ticket.id, "reason": str(error)})
            return None
        about = ", ".join(numbers.pretty(one.number) for one in self.told)
        way = _WAYS[target.channel]
        lot.filing.log.append(
            LogEntry(
                at=lot.now, who=_OURSELVES, what=Kind.STATUS.value, ticket=self.ticket.id,
                detail=f"answered automatically by {way}, from the record of {about}: {self.question.asked}",
            )
        )  # fmt: skip
        return delivery

    def _in_public(self, template: str, given: Mapping[str, object], due: Due) -> int | None:
        lot = self.lot
        himself = lot.known.customers.get(self.identity.customer)
        facts = {**greeting.facts(lot.house, self.ticket, self.identity, [], customer=himself), **given}
        try:
            rendered = lot.house.texts.render(template, Channel.TWITTER, self.message.language, facts)
            delivery = self._queue(rendered, self.identity, lot.inbox.name, Visibility.PUBLIC, due)
        except InboxBotError as error:
            log.warning("status_not_told", extra={"ticket": self.ticket.id, "reason": str(error)})
            return None
        lot.public_last_hour += not due.approval
        lot.put_ticket(replace(lot.known.tickets[self.ticket.id], greeted=True))
        lot.filing.log.append(
            LogEntry(
                at=lot.now, who=_OURSELVES, what=Kind.STATUS.value, ticket=self.ticket.id,
                detail=f"answered automatically in public ({template})",
            )
        )  # fmt: skip
        return delivery

    async def _text(self, target: Identity, entries: Sequence[Entry]) -> Rendered:
        lot, asked = self.lot, self.question.asked
        fresh = list(lot.filing.messages)
        record = {one.id: entries if one is self.ticket else await entries_of(self.tx, one) for one in self.told}
        language, himself = self.message.language, lot.known.customers.get(target.customer)
        tickets = [
            await progress(self.tx, one, record[one.id], fresh, lot.now, _about(lot.house, one, language))
            for one in self.told
        ]
        arrived: list[Arrived] = []
        if asked is not Asked.STATUS:
            now = [(one, self._as_arrived(one)) for one in fresh if one.ticket in record]
            most = acknowledge.most_listed(target.channel)
            arrived = received(chain.from_iterable(record.values()), now)[-most:]
        rendered = text(lot.house, self.ticket, target, tickets, arrived, asked, language, himself)
        subject = self.message.subject if target.id == self.identity.id else ""
        return greeting.answering(rendered, subject or self.ticket.subject)

    def _as_arrived(self, message: Message) -> Arrived:
        names = [one.attachment.name for one in self.lot.filing.files if one.message == message.id]
        return Arrived(
            at=message.at, subject=message.subject, channel=message.channel.value,
            visibility=message.visibility.value, files=tuple(names),
        )  # fmt: skip

    def _lately(self, entries: Sequence[Entry], target: Identity, visibility: Visibility) -> set[str]:
        """What he was told so within the time in which messages share an acknowledgement."""
        lot = self.lot
        since = lot.now - timedelta(seconds=lot.house.policy.coalesce_seconds)
        sent = [(entry.message, one) for entry in entries for one, _ in entry.deliveries]
        texts = {one.id: one for one in lot.filing.messages}
        sent += [(texts[one.message], one) for one in lot.filing.deliveries if one.message in texts]
        return {
            message.text
            for message, one in sent
            if one.kind is Kind.STATUS
            and one.identity == target.id
            and one.visibility is visibility
            and one.created_at > since
            and one.state not in _VOID
        }

    def _queue(
        self, rendered: Rendered, target: Identity, inbox: str, visibility: Visibility, due: Due | None = None
    ) -> int:
        lot = self.lot
        _, delivery = writing.queue(
            lot.house,
            lot.filing,
            lot.refs,
            kind=Kind.STATUS,
            ticket=self.ticket,
            identity=target,
            rendered=rendered,
            visibility=visibility,
            at=lot.now,
            due_at=(due.at if due else None) or lot.now,
            answered=writing.Answered.of(self.message)
            if target.id == self.identity.id and visibility is self.message.visibility
            else None,
            inbox=inbox,
            automatic=True,
            approval=due.approval if due else False,
            carries_number=visibility is Visibility.PRIVATE,
        )
        lot.known.automatic.setdefault(target.id, []).append(lot.now)
        lot.known.to_customer.setdefault(target.customer, []).append(lot.now)
        return delivery.id


def _about(house: House, ticket: Ticket, language: str) -> str:
    return title_of(ticket.contact_reason, house.reasons, language, house.brand.language)


def text(
    house: House,
    ticket: Ticket,
    target: Identity,
    tickets: Sequence[Progress],
    arrived: Sequence[Arrived],
    asked: Asked,
    language: str,
    customer: Customer | None,
) -> Rendered:
    """The words in which a customer is told how his tickets stand, and with `arrived` what has reached us."""
    given = dict(greeting.facts(house, ticket, target, arrived, hours=True, customer=customer))
    if asked is not Asked.RECEIPT:
        given |= {"tickets": list(tickets)}
    name = "confirmation" if asked is Asked.RECEIPT else "status"
    return house.texts.render(name, target.channel, language or house.brand.language, given)


async def preview(house: House, written: str, channel: Channel | None = None, language: str = "") -> Rendered:
    """The very text that the customer of a ticket would get now, had he asked in it. Raises `UsageError`."""
    await attendance.measure(house)
    async with house.store.read() as tx:
        case = await case_of(tx, written)
        ways = [one for one in case.identities if channel is None or one.channel is channel]
        here = [one for one in ways if one.channel is case.ticket.channel]
        if not ways:
            raise UsageError(f"the customer of ticket {numbers.pretty(case.ticket.number)} has no such address")
        language = language or (case.customer.language if case.customer else "")
        about = _about(house, case.ticket, language)
        found = await progress(tx, case.ticket, case.entries, (), house.now(), about)
    return text(house, case.ticket, (here or ways)[0], [found], (), Asked.STATUS, language, case.customer)

"""Files one lot of incoming things: asks the rules about each and gathers the writes of one transaction."""

import hashlib
from dataclasses import dataclass, field, replace
from datetime import datetime

from inbox_bot.flows import greeting
from inbox_bot.flows.house import House, Inbox
from inbox_bot.flows.writing import References
from inbox_bot.model import Address, Channel, DeliveryState, Direction, Incoming, Outcome, TicketState, Visibility
from inbox_bot.records import (
    Customer,
    Delivery,
    Filing,
    Identity,
    Known,
    LedgerLine,
    Message,
    MessageFile,
    Settlement,
    Ticket,
)
from inbox_bot.rules import delivery as deliveries
from inbox_bot.rules import language, numbers, posts, states, threading, tokens, triage, words


@dataclass(slots=True, kw_only=True)
class Intake:
    """The running state of one lot: what is known (with this lot's own rows added) and what will be written.

    `in_flight`: our deliveries whose outcome is open, to recognise our own posts. `receipted`: keys whose read
    receipt is queued. `answered_elsewhere`: tickets that the team answered in X's own app.
    """

    house: House
    inbox: Inbox
    stream: str
    known: Known
    now: datetime
    in_flight: list[tuple[Delivery, str]]
    public_last_hour: int
    filing: Filing = field(default_factory=Filing)
    refs: References = field(default_factory=References)
    settlements: list[Settlement] = field(default_factory=list)
    receipted: set[str] = field(default_factory=set)
    answered_elsewhere: set[int] = field(default_factory=set)
    _tickets: dict[int, Ticket] = field(default_factory=dict)
    _identities: dict[int, Identity] = field(default_factory=dict)
    _customers: dict[int, Customer] = field(default_factory=dict)

    def take(self, item: Incoming) -> None:
        """Decide the fate of one thing and note its writes."""
        recipients = item.mail.recipients if item.mail else ()
        found = tokens.find(self.house.keys, recipients=recipients, references=item.references)
        verdict = self._judge(item, found)
        message: Message | None = None
        if verdict.elsewhere:
            message = self._sent_elsewhere(item)
        elif verdict.outcome in {Outcome.FILED, Outcome.JUNK, Outcome.AUTOMATIC}:
            message = self._file(item, verdict, found)
        elif verdict.delivery is not None:
            self._evidence(item, verdict)
        self._ledger(item, verdict, message)

    def finish(self) -> Filing:
        """All writes of the lot."""
        self.filing.customers = list(self._customers.values())
        self.filing.identities = list(self._identities.values())
        self.filing.tickets = list(self._tickets.values())
        return self.filing

    # --- the rules' questions

    def _judge(self, item: Incoming, found: tokens.Found) -> triage.Verdict:
        house = self.house
        own = frozenset(
            box.address.lower() for box in house.inboxes.values() if box.channel is Channel.EMAIL and box.address
        )
        ours = triage.Ours(
            addresses=own,
            form_senders=self.inbox.form_senders,
            spam_header=self.inbox.spam_header,
            team=frozenset(address.lower() for address in house.team) | self.known.agents,
        )
        verdict = triage.judge(
            item, ours=ours, known=self.known, found=found, now=self.now, max_age_hours=house.policy.max_age_hours
        )
        if verdict.elsewhere and (match := self._own_words(item)) is not None:
            return triage.Verdict(
                outcome=Outcome.ECHO, reason="our delivery, recognised by its text", author=None, delivery=match
            )
        return verdict

    def _own_words(self, item: Incoming) -> Delivery | None:
        """A delivery whose answer was lost and which shows here under X's id."""
        assert item.post is not None
        to = item.post.partner or item.post.reply_to_author
        for delivery, text in self.in_flight:
            if delivery.to == to and delivery.visibility is item.visibility and posts.same(text, item.text):
                self.in_flight.remove((delivery, text))
                return delivery
        return None

    # --- what is evidence about something of ours

    def _evidence(self, item: Incoming, verdict: triage.Verdict) -> None:
        delivery = verdict.delivery
        assert delivery is not None
        if verdict.outcome is Outcome.ECHO:
            if delivery.state in {DeliveryState.SENDING, DeliveryState.UNCERTAIN}:
                self.settlements.append(deliveries.seen(delivery, item.external_id, self.now))
            return
        report = item.mail.report if item.mail else None
        settlement = (
            deliveries.reported(delivery, report, self.now)
            if report is not None
            else deliveries.bounced(delivery, item.subject, self.now)
        )
        if settlement is None:
            return
        self.settlements.append(settlement)
        if settlement.state is DeliveryState.FAILED and delivery.identity is not None:
            identity = self._identity_of(delivery.identity)
            if identity is not None:
                self._put_identity(replace(identity, undeliverable_at=self.now))

    # --- what is filed

    def _file(self, item: Incoming, verdict: triage.Verdict, found: tokens.Found) -> Message:
        outcome = verdict.outcome
        author = verdict.author
        known_author = author is not None and (author.channel, author.address) in self.known.identities
        wanted = author is not None and (known_author or outcome is not Outcome.AUTOMATIC)
        identity = self._author(item, author) if author is not None and wanted else None
        quiet = verdict.quiet
        ticket: Ticket | None = None
        opens = False
        reason = verdict.reason
        if outcome is not Outcome.JUNK and identity is not None:
            if outcome is Outcome.FILED and words.is_opt_out(item.text):
                identity = replace(identity, opted_out_at=item.at)
                self._put_identity(identity)
                quiet = "the customer wants no automatic messages"
            place = threading.place(
                item,
                identity=identity,
                known=self.known,
                found=found,
                now=self.now,
                young_hours=self.house.young_hours,
            )
            reason = place.reason
            if place.ticket is not None:
                ticket = self.known.tickets[place.ticket]
            elif outcome is Outcome.FILED and not place.beside:
                ticket = self._open(item, identity, place, quiet)
                opens = True
        elif outcome is Outcome.FILED:
            reason = "nobody to answer"
        message = self._message(item, identity, ticket, reason, automatic=outcome is Outcome.AUTOMATIC)
        if ticket is None or identity is None:
            self.filing.messages.append(message)
            return message
        self._answers(found, item, identity)
        if outcome is Outcome.AUTOMATIC:
            self.filing.messages.append(message)
            return message
        if not opens:
            ticket = states.on_incoming(ticket, item.at, thanks=words.is_thanks(item.text))
            self.put_ticket(ticket)
        greeting.greet(self, item, message, ticket, identity, opens=opens, quiet=quiet)
        return message

    def _open(self, item: Incoming, identity: Identity, place: threading.Place, quiet: str) -> Ticket:
        ticket = Ticket(
            id=self.refs.new(),
            number=numbers.draw(self.house.bits),
            customer=identity.customer,
            inbox=self.inbox.name,
            channel=self.inbox.channel,
            state=TicketState.NEW,
            subject=item.subject or _first_words(item.text),
            opened_at=item.at,
            reason=place.reason,
            quiet=quiet,
            related=place.related,
            last_incoming_at=item.at,
        )
        self.put_ticket(ticket)
        return ticket

    def _message(
        self, item: Incoming, identity: Identity | None, ticket: Ticket | None, reason: str, *, automatic: bool
    ) -> Message:
        customer = self.known.customers.get(identity.customer) if identity else None
        spoken = language.detect(
            item.text,
            hint=item.language,
            customer=customer.language if customer else "",
            brand=self.house.brand.language,
        )
        if customer is not None and customer.language != spoken and not automatic:
            self._put_customer(replace(customer, language=spoken))
        message = Message(
            id=self.refs.new(),
            ticket=ticket.id if ticket else None,
            customer=identity.customer if identity else None,
            identity=identity.id if identity else None,
            inbox=self.inbox.name,
            channel=self.inbox.channel,
            direction=Direction.INCOMING,
            visibility=item.visibility,
            external_id=item.external_id,
            at=item.at,
            text=item.text,
            subject=item.subject,
            quoted=item.quoted,
            html=item.html,
            language=spoken,
            conversation=item.conversation,
            content_hash=item.content_hash,
            references=item.references,
            raw=hashlib.sha256(item.raw).hexdigest() if item.raw else "",
            reason=reason,
            automatic=automatic,
        )
        self.filing.files += [MessageFile(message=message.id, attachment=file) for file in item.attachments]
        self.known.messages.setdefault(item.external_id, []).append(message)
        if identity is not None and ticket is not None and item.conversation:
            self.known.conversations[item.conversation, identity.customer] = ticket.id
        return message

    def _answers(self, found: tokens.Found, item: Incoming, identity: Identity) -> None:
        """An answer that bears our token shows that what it answers has arrived."""
        for token in found.answered[:1]:
            delivery = self.known.deliveries.get(token)
            if delivery is not None and delivery.identity == identity.id:
                settlement = deliveries.answered(delivery, item.at, self.now)
                if settlement is not None:
                    self.settlements.append(settlement)

    def _sent_elsewhere(self, item: Incoming) -> Message:
        """A post or DM of our account that we did not send: an answer that the team gave in X's own app."""
        assert item.post is not None
        partner = item.post.partner or item.post.reply_to_author
        identity = self.known.identities.get((Channel.TWITTER, partner))
        place = threading.place(
            item, identity=identity, known=self.known, found=tokens.Found(), now=self.now,
            young_hours=self.house.young_hours,
        )  # fmt: skip
        ticket = self.known.tickets[place.ticket] if identity and place.ticket is not None else None
        message = replace(
            self._message(item, identity, ticket, "sent elsewhere", automatic=False), direction=Direction.OUTGOING
        )
        self.filing.messages.append(message)
        if ticket is not None:
            self.put_ticket(states.on_answer(ticket, item.at, asked=words.asks_to_write(item.text)))
            self.answered_elsewhere.add(ticket.id)
        return message

    # --- rows that later items of the lot must see

    def _author(self, item: Incoming, author: Address) -> Identity:
        known = self.known.identities.get((author.channel, author.address))
        dm = item.at if item.post is not None and item.post.dm else None
        if known is None:
            customer = Customer(id=self.refs.new(), name=author.name or author.handle, language="", created_at=self.now)
            self._put_customer(customer)
            known = Identity(
                id=self.refs.new(),
                customer=customer.id,
                channel=author.channel,
                address=author.address,
                created_at=self.now,
                handle=author.handle,
                name=author.name,
                wrote_dm_at=dm,
            )
            self._put_identity(known)
            return known
        newer = replace(
            known,
            handle=author.handle or known.handle,
            name=author.name or known.name,
            wrote_dm_at=max(filter(None, (dm, known.wrote_dm_at)), default=None),
            undeliverable_at=None if self._writes_again(known, item) else known.undeliverable_at,
        )
        if newer != known:
            self._put_identity(newer)
        return newer

    @staticmethod
    def _writes_again(identity: Identity, item: Incoming) -> bool:
        private = item.visibility is Visibility.PRIVATE
        return private and identity.undeliverable_at is not None and item.at > identity.undeliverable_at

    def _identity_of(self, id: int) -> Identity | None:
        return self._identities.get(id) or next((row for row in self.known.identities.values() if row.id == id), None)

    def _put_identity(self, identity: Identity) -> None:
        self._identities[identity.id] = identity
        self.known.identities[identity.channel, identity.address] = identity

    def _put_customer(self, customer: Customer) -> None:
        self._customers[customer.id] = customer
        self.known.customers[customer.id] = customer

    def put_ticket(self, ticket: Ticket) -> None:
        self._tickets[ticket.id] = ticket
        self.known.tickets[ticket.id] = ticket

    def _ledger(self, item: Incoming, verdict: triage.Verdict, message: Message | None) -> None:
        digest = hashlib.sha256(item.raw).hexdigest() if item.raw else ""
        if digest:
            self.filing.raws[digest] = item.raw
        if message is not None:
            self.known.hashes.setdefault(item.content_hash, item.external_id)
        self.filing.ledger.append(
            LedgerLine(
                inbox=self.inbox.name,
                stream=self.stream,
                key=item.key,
                outcome=verdict.outcome,
                reason=verdict.reason,
                at=self.now,
                external_id=item.external_id,
                content_hash=item.content_hash,
                message=message.id if message else None,
                raw=digest,
            )
        )


def _first_words(text: str) -> str:
    line = next((line.strip() for line in text.splitlines() if line.strip()), "")
    return line if len(line) <= 80 else line[:79].rsplit(" ", 1)[0] + "…"

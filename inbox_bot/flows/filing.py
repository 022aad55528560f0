"""Files one lot of incoming things: asks the rules about each and gathers the writes of one transaction."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from inbox_bot.flows import affected, arrival, asking, details, greeting, linking, rating, reasons, talk
from inbox_bot.flows.entering import enter
from inbox_bot.flows.lot import Lot
from inbox_bot.model import Channel, DeliveryState, Direction, Incoming, Outcome, TicketState
from inbox_bot.records import Delivery, Identity, Message, MessageFile, Ticket
from inbox_bot.rules import acknowledge, language, numbers, posts, proof, states, threading, tokens, triage, words
from inbox_bot.rules import delivery as deliveries
from inbox_bot.rules.status import Asked
from inbox_bot.rules.topics import topic_of


@dataclass(slots=True, kw_only=True)
class Intake:
    """Decides one lot, item by item.

    `in_flight`: our deliveries whose outcome is open, to recognise our own posts. `joined`: by key, what a code has
    linked. `filed`: what is on a ticket now, by whom, and the other's ticket whose number it quotes.
    """

    lot: Lot
    ours: triage.Ours
    in_flight: list[tuple[Delivery, str]]
    joined: Mapping[str, linking.Joined] = field(default_factory=dict)
    filed: list[tuple[Incoming, Message, Identity, int | None]] = field(default_factory=list)

    def take(self, item: Incoming) -> None:
        """Decide the fate of one thing and note its writes."""
        found = linking.found(arrival.names_in(self.lot.house, item), self.joined.get(item.key))
        verdict = self._judge(item, found)
        message: Message | None = None
        if verdict.elsewhere:
            message = self._sent_elsewhere(item)
        elif verdict.outcome in {Outcome.FILED, Outcome.JUNK, Outcome.AUTOMATIC}:
            message = self._file(item, verdict, found)
        elif verdict.delivery is not None:
            self._evidence(item, verdict)
        elif verdict.outcome is Outcome.BOUNCE and not self.lot.inbox.plus_address:
            greeting.announce_bounce(self.lot, item)
        enter(self.lot, item, verdict, message)

    # --- the rules' questions

    def _judge(self, item: Incoming, found: tokens.Found) -> triage.Verdict:
        max_age_hours = self.lot.house.policy.max_age_hours
        verdict = triage.judge(
            item, ours=self.ours, known=self.lot.known, found=found, now=self.lot.now, max_age_hours=max_age_hours
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
                self.lot.settle(deliveries.seen(delivery, item.external_id, self.lot.now))
            return
        report = item.mail.report if item.mail else None
        settlement = (
            deliveries.reported(delivery, report, self.lot.now)
            if report is not None
            else deliveries.bounced(delivery, item.subject, self.lot.now)
        )
        if settlement is None:
            return
        self.lot.settle(settlement)
        identity = self.lot.identity_of(delivery.identity) if delivery.identity is not None else None
        if identity is None:
            return
        if settlement.state is DeliveryState.FAILED and deliveries.hard(report):
            self.lot.put_identity(replace(identity, undeliverable_at=item.at))
            self.lot.dead.add(identity.id)
        elif settlement.state is DeliveryState.DELIVERED and deliveries.revives(delivery, identity.undeliverable_at):
            self.lot.put_identity(replace(identity, undeliverable_at=None))
            self.lot.dead.discard(identity.id)

    # --- what is filed

    def _file(self, item: Incoming, verdict: triage.Verdict, found: tokens.Found) -> Message:
        outcome = verdict.outcome
        shown = proof.judge(item, authserv_id=self.lot.inbox.authserv_id, form=verdict.author != item.author)
        doubtful = shown.standing is proof.Standing.DOUBTFUL
        identity = self._author(item, verdict, shown)
        quiet = verdict.quiet
        ticket: Ticket | None = None
        asked, posed = Asked.NOTHING, None
        opens = False
        reason = verdict.reason
        if outcome is not Outcome.JUNK and identity is not None:
            if outcome is Outcome.FILED and words.is_opt_out(item.text):
                identity, quiet = self._asked_out(item, identity, doubtful=doubtful)
            if outcome is Outcome.FILED and not quiet:
                identity = talk.judged(self.lot, item, identity)
            place = threading.place(
                item,
                standing=shown.standing,
                identity=identity,
                known=self.lot.known,
                found=found,
                now=self.lot.now,
                young_hours=self.lot.house.young_hours,
            )
            person = doubtful or bool(quiet) or outcome is not Outcome.FILED
            place, asked, posed = affected.placed(self.lot, item, identity, place, found, person=person)
            reason = place.reason
            if place.ticket is not None:
                ticket = self.lot.known.tickets[place.ticket]
            elif outcome is Outcome.FILED and not place.beside:
                quiet = quiet or talk.relayed(self.lot, place.related, found)
                ticket = self._open(item, identity, place, quiet)
                opens = True
        elif outcome is Outcome.FILED:
            reason = "nobody to answer"
        message = self._message(item, identity, ticket, reason, shown, automatic=outcome is Outcome.AUTOMATIC)
        if ticket is None or identity is None:
            self.lot.filing.messages.append(message)
            if outcome is Outcome.FILED and identity is None:
                greeting.announce_stray(self.lot, message)
            return message
        if not doubtful:
            self._answers(found, item, identity)
        if outcome is Outcome.AUTOMATIC:
            self.lot.filing.messages.append(message)
            return message
        if not opens:
            ticket = asking.written(self.lot, item, ticket, asked, rated=posed is not None)
        ticket = reasons.heard(self.lot, item, ticket)
        ticket = affected.met(self.lot, item, ticket)
        details.noted(self.lot, item, message)
        rating.greet(self.lot, item, message, ticket, identity, posed, opens=opens, quiet=quiet, asked=asked)
        self._linked(item, message, identity, None if doubtful else place.related, quiet=quiet)
        return message

    def _linked(self, item: Incoming, message: Message, identity: Identity, quoted: int | None, *, quiet: str) -> None:
        assert message.ticket is not None  # the caller has just placed it
        if (done := self.joined.get(item.key)) is not None and not quiet:
            linking.tell(self.lot, item, message, self.lot.known.tickets[message.ticket], done)
        self.filed.append((item, message, identity, quoted))

    def _asked_out(self, item: Incoming, identity: Identity, *, doubtful: bool) -> tuple[Identity, str]:
        """He wants nothing automatic: so it is from now on, unless somebody else may have said so in his name."""
        if doubtful:
            return identity, acknowledge.ASKED_OUT
        identity = replace(identity, opted_out_at=item.at)
        self.lot.put_identity(identity)
        self._stop_automatic(identity)
        return identity, acknowledge.OPTED_OUT

    def _author(self, item: Incoming, verdict: triage.Verdict, shown: proof.Proof) -> Identity | None:
        """Who wrote: a machine is not met; what it wrote, or is junk or spoofed, changes nothing of the one named."""
        author = verdict.author
        if author is None:
            return None
        known = self.lot.known.identities.get((author.channel, author.address))
        machine = verdict.outcome is Outcome.AUTOMATIC
        if known is None:
            return None if machine else self.lot.author(item, author, shown)
        spoofed = verdict.outcome is Outcome.JUNK or shown.standing is proof.Standing.DOUBTFUL
        return known if machine or spoofed else self.lot.author(item, author, shown)

    def _stop_automatic(self, identity: Identity) -> None:
        """What is queued for a customer who opts out must not go out any more (X's automation rules)."""
        for ticket in self.lot.known.tickets.values():
            if ticket.customer == identity.customer:
                self.lot.needless[ticket.id] = acknowledge.OPTED_OUT

    def _open(self, item: Incoming, identity: Identity, place: threading.Place, quiet: str) -> Ticket:
        ticket = Ticket(
            id=self.lot.refs.new(),
            number=numbers.draw(self.lot.house.bits),
            customer=identity.customer,
            inbox=self.lot.inbox.name,
            channel=self.lot.inbox.channel,
            state=TicketState.NEW,
            subject=item.subject or _first_words(item.text),
            opened_at=item.at,
            reason=place.reason,
            quiet=quiet,
            related=place.related,
            last_incoming_at=item.at,
            topic=topic_of(f"{item.subject}\n{item.text}", self.lot.house.topics),
        )
        self.lot.put_ticket(ticket)
        return ticket

    def _message(
        self,
        item: Incoming,
        identity: Identity | None,
        ticket: Ticket | None,
        reason: str,
        shown: proof.Proof,
        *,
        automatic: bool,
    ) -> Message:
        customer = self.lot.known.customers.get(identity.customer) if identity else None
        spoken = language.detect(
            item.text,
            hint=item.language,
            customer=customer.language if customer else "",
            brand=self.lot.house.brand.language,
        )
        his = customer is not None and (shown.standing is not proof.Standing.DOUBTFUL or not customer.language)
        if customer is not None and his and customer.language != spoken and not automatic:
            self.lot.put_customer(replace(customer, language=spoken))
        message = Message(
            id=self.lot.refs.new(),
            ticket=ticket.id if ticket else None,
            customer=ticket.customer if ticket else identity.customer if identity else None,
            identity=identity.id if identity else None,
            inbox=self.lot.inbox.name,
            channel=self.lot.inbox.channel,
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
            proof=shown.by,
        )
        self.lot.filing.files += [MessageFile(message=message.id, attachment=file) for file in item.attachments]
        self.lot.known.messages.setdefault(item.external_id, []).append(message)
        if identity is not None and ticket is not None and item.conversation:
            self.lot.known.conversations[item.conversation, identity.customer] = ticket.id
        return message

    def _answers(self, found: tokens.Found, item: Incoming, identity: Identity) -> None:
        """An answer that bears our token shows that what it answers has arrived; automatic ones often bear it only in
        the return path that they go to (RFC 3834 4)."""
        for token in (*found.answered, found.bounced)[:1]:
            delivery = self.lot.known.deliveries.get(token)
            if delivery is not None and delivery.identity == identity.id:
                settlement = deliveries.answered(delivery, item.at, self.lot.now)
                if settlement is not None:
                    self.lot.settle(settlement)

    def _sent_elsewhere(self, item: Incoming) -> Message:
        """A post or DM of our account that we did not send: an answer that the team gave in X's own app."""
        assert item.post is not None
        partner = item.post.partner or item.post.reply_to_author
        identity = self.lot.known.identities.get((Channel.TWITTER, partner))
        place = threading.place(
            item, standing=proof.Standing.PROVEN, identity=identity, known=self.lot.known, found=tokens.Found(),
            now=self.lot.now, young_hours=self.lot.house.young_hours,
        )  # fmt: skip
        ticket = self.lot.known.tickets[place.ticket] if identity and place.ticket is not None else None
        ours = proof.Proof(standing=proof.Standing.PROVEN, by="", reason="our own account")
        filed = self._message(item, identity, ticket, "sent elsewhere", ours, automatic=False)
        message = replace(filed, direction=Direction.OUTGOING)
        self.lot.filing.messages.append(message)
        if ticket is not None:
            self.lot.put_ticket(states.on_answer(ticket, item.at, asked=words.asks_to_write(item.text)))
            if ticket.number_delivered_at is not None:  # else what is queued brings the number, which that did not
                self.lot.needless.setdefault(ticket.id, "the team has answered in X itself")
        return message


def _first_words(text: str) -> str:
    line = next((line.strip() for line in text.splitlines() if line.strip()), "")
    return line if len(line) <= 80 else line[:79].rsplit(" ", 1)[0] + "…"

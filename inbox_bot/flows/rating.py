"""Takes in what customers answer to the question how satisfied they are: keeps the score, and opens a ticket for a
supervisor where it is low."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from inbox_bot.casework import Survey
from inbox_bot.errors import InboxBotError
from inbox_bot.flows import asking, assigning, greeting, notice, writing
from inbox_bot.flows.lot import Lot, Rating
from inbox_bot.model import Direction, Incoming, Kind, Priority, TicketState, Visibility
from inbox_bot.ports import Transaction
from inbox_bot.records import Identity, LogEntry, Message, Ticket
from inbox_bot.rules import acknowledge, anger, loops, numbers, surveys
from inbox_bot.rules.acknowledge import When
from inbox_bot.rules.status import Asked
from inbox_bot.rules.surveys import Answer
from inbox_bot.rules.threading import Place
from inbox_bot.rules.tokens import Found
from inbox_bot.rules.urgency import raised
from inbox_bot.views import Known, Posed

log = logging.getLogger(__name__)

_OURSELVES = "inbox-bot"
REASON = "answers our question how satisfied he is"


def scores(items: Sequence[Incoming]) -> dict[str, Answer]:
    """By key, what reads as a score in what came in private."""
    found = {}
    for item in items:
        if item.visibility is Visibility.PRIVATE:
            files = any(not file.content_id for file in item.attachments)  # what stands in the text itself is a logo
            if (answer := surveys.read(item.text, files=files)) is not None:
                found[item.key] = answer
    return found


async def posed(
    tx: Transaction, known: Known, items: Sequence[Incoming], found: Mapping[str, Answer], now: datetime
) -> list[Posed]:
    """The questions that the writers of these scores were asked; their tickets are known from then on."""
    writers = {(one.author.channel, one.author.address) for one in items if one.author and one.key in found}
    customers = {identity.customer for key, identity in known.identities.items() if key in writers}
    if not customers:
        return []
    questions = await tx.surveys_posed(customers, now - surveys.ANSWERED_WITHIN)
    for one in questions:
        known.tickets.setdefault(one.ticket.id, one.ticket)
    return questions


def recognised(lot: Lot, item: Incoming, identity: Identity, found: Found) -> Posed | None:
    """The question that a message answers: the one whose mail it is a reply to, or the last that we said to this very
    address, while nothing of his is open. A mail that names neither a mail of ours nor the ticket is no reply."""
    if item.key not in lot.scores or identity.looping_at is not None:
        return None
    replied = next((token for token in found.answered if token in lot.known.deliveries), "")
    named = {*numbers.find(f"{item.subject}\n{item.text}"), *found.numbers}
    at_work = any(one.state in asking.AT_WORK for one in asking.own_tickets(lot.known, identity))
    for one in lot.posed:
        ticket = lot.known.tickets[one.ticket.id]
        if ticket.customer != identity.customer or ticket.junk or ticket.erased_at is not None:
            continue
        meant = ticket.number in named if named else item.mail is None
        last = one.latest and one.identity == identity.id and meant and not at_work
        if one.token == replied if replied else last:
            return one
    return None


def placed(
    lot: Lot, item: Incoming, identity: Identity, place: Place, found: Found, *, person: bool
) -> tuple[Place, Asked, Posed | None]:
    """Where a message belongs, what it asks that the record may answer, or else which question of ours it answers: then
    it belongs to the ticket that was asked about, also where that is closed. `person`: as for `asking.recognised`."""
    if not person and (question := recognised(lot, item, identity, found)) is not None:
        return Place(ticket=question.ticket.id, reason=REASON), Asked.NOTHING, question
    return *asking.recognised(lot, item, identity, place, person=person), None


def greet(
    lot: Lot,
    item: Incoming,
    message: Message,
    ticket: Ticket,
    identity: Identity,
    question: Posed | None,
    *,
    opens: bool,
    quiet: str,
    asked: Asked,
) -> None:
    """As `greeting.greet`, but that nothing acknowledges what only answers a question of ours."""
    if question is None:
        greeting.greet(lot, item, message, ticket, identity, opens=opens, quiet=quiet, asked=asked)
        return
    lot.filing.messages.append(message)
    greeting.read_receipt(lot, item, message, ticket, identity)
    lot.ratings.append(
        Rating(item=item, message=message.id, identity=identity, posed=question, answer=lot.scores[item.key])
    )


async def enter(lot: Lot, tx: Transaction) -> None:
    """Keep the lot's scores, the last word of each; call a person to what is low, tell the team of comments."""
    kept: dict[int, Survey] = {}
    for rating in lot.ratings:
        before = kept.get(rating.posed.survey.id, rating.posed.survey)
        answer, ticket = rating.answer, lot.known.tickets[rating.posed.ticket.id]
        kept[before.id] = replace(before, score=answer.score, comment=answer.comment, answered_at=rating.item.at)
        lot.filing.log.append(
            LogEntry(
                at=lot.now, who=_OURSELVES, what=Kind.SURVEY.value, ticket=ticket.id,
                detail=f"he answered {answer.score} of 5",
            )
        )  # fmt: skip
        if answer.low and not (before.score is not None and before.score <= surveys.LOW):
            await _call(lot, tx, rating, ticket)
        elif answer.comment:
            lot.filing.notices.append(
                notice.about(
                    lot.house, ticket, notice.RATED, ticket.assignee, lot.now, score=answer.score,
                    body=answer.comment,
                )
            )  # fmt: skip
    lot.filing.surveys += kept.values()


async def _call(lot: Lot, tx: Transaction, rating: Rating, about: Ticket) -> None:
    """A ticket of its own for a supervisor, whose number reaches the customer like any other."""
    place = next(at for at, one in enumerate(lot.filing.messages) if one.id == rating.message)
    message = lot.filing.messages[place]
    chosen = await assigning.supervisor_on_duty(lot.house, tx, lot.now, message.language)
    fresh = _ticket(lot, rating, about, chosen.agent)
    told, reason = _queue(lot, rating, message, fresh)
    fresh = replace(fresh, quiet=reason)
    lot.put_ticket(fresh)
    if told is not None:
        lot.filing.messages[place] = replace(message, acknowledged_by=told)
    facts: dict[str, Any] = {"score": rating.answer.score, "other_number": about.number, "body": rating.answer.comment}
    _, text = notice.words(lot.house, notice.RATED, number=fresh.number, subject=fresh.subject, **facts)
    lot.filing.messages.append(_note(lot, rating, fresh, text))
    if chosen.agent is not None:
        lot.filing.log.append(
            LogEntry(at=lot.now, who=_OURSELVES, what="assign", ticket=fresh.id, detail=chosen.reason)
        )
    lot.calls.append(notice.about(lot.house, fresh, notice.RATED, None, lot.now, **facts))


def _ticket(lot: Lot, rating: Rating, about: Ticket, assignee: int | None) -> Ticket:
    ticket = Ticket(
        id=lot.refs.new(),
        number=numbers.draw(lot.house.bits),
        customer=about.customer,
        inbox=lot.inbox.name,
        channel=lot.inbox.channel,
        state=TicketState.NEW,
        subject=about.subject,
        opened_at=rating.item.at,
        reason=f"{rating.answer.score} of 5 for {numbers.pretty(about.number)}",
        related=about.id,
        assignee=assignee,
        last_incoming_at=rating.item.at,
        priority=Priority.HIGH,
        topic=about.topic,
    )
    text = rating.answer.comment
    return raised(ticket, anger.judge(text), anger.repeated(text, []), rating.item.at).ticket


def _queue(lot: Lot, rating: Rating, message: Message, ticket: Ticket) -> tuple[int | None, str]:
    """The delivery that gives him the new number, or why there is none."""
    identity, house, known = rating.identity, lot.house, lot.known
    due = acknowledge.due(
        rating.item, quiet="", identity=identity, opens=True, public_done=False,
        automatic=known.automatic.get(identity.id, ()), public_last_hour=0, policy=house.policy, hold_seconds=0,
        now=lot.now, to_customer=known.to_customer.get(identity.customer, ()),
        spacing=loops.spaced(known.turns.get(identity.id, ()), lot.now, house.policy.coalesce_seconds),
    )  # fmt: skip
    if due.when is When.NEVER:
        return None, due.reason
    arrived = greeting.Arrived(
        at=rating.item.at, subject="", channel=identity.channel.value, visibility=rating.item.visibility.value
    )
    given = greeting.facts(
        house, ticket, identity, [arrived], hours=True, customer=known.customers.get(identity.customer)
    )
    try:
        rendered = house.texts.render("acknowledgement", identity.channel, message.language, given)
        _, delivery = writing.queue(
            house,
            lot.filing,
            lot.refs,
            kind=Kind.ACKNOWLEDGEMENT,
            ticket=ticket,
            identity=identity,
            rendered=rendered,
            visibility=Visibility.PRIVATE,
            at=lot.now,
            due_at=due.at or lot.now,
            answered=writing.Answered.of(message),
            inbox=lot.inbox.name,
            automatic=True,
        )
    except InboxBotError as error:
        log.warning("not_acknowledged", extra={"key": rating.item.key, "reason": str(error)})
        return None, f"not acknowledged: {error}"
    known.automatic.setdefault(identity.id, []).append(lot.now)
    known.to_customer.setdefault(identity.customer, []).append(lot.now)
    return delivery.id, ""


def _note(lot: Lot, rating: Rating, ticket: Ticket, text: str) -> Message:
    return Message(
        id=lot.refs.new(),
        ticket=ticket.id,
        customer=ticket.customer,
        identity=rating.identity.id,
        inbox=ticket.inbox,
        channel=ticket.channel,
        direction=Direction.NOTE,
        visibility=Visibility.INTERNAL,
        external_id="",
        at=lot.now,
        text=text,
        subject=ticket.subject,
        reason=ticket.reason,
    )

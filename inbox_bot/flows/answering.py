"""What an agent writes to a customer: an answer, or a confirmation of what arrived."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from inbox_bot.casework import Draft, Promise, Seen
from inbox_bot.errors import Unsendable, UsageError
from inbox_bot.flows import addressing, assigning, attendance, chosen, gates, notice, reasons, softening, writing
from inbox_bot.flows.case import Case, case_of
from inbox_bot.flows.desk import acting, committed
from inbox_bot.flows.gates.asked import Answer, Asked, Verdict
from inbox_bot.flows.house import House
from inbox_bot.flows.representing import with_representatives
from inbox_bot.flows.sight import answered
from inbox_bot.flows.unkept import standing
from inbox_bot.model import Channel, DeliveryState, Kind, Visibility
from inbox_bot.ports import Rendered, Transaction
from inbox_bot.records import Agent, Identity, LogEntry, Message, Notice, Ticket
from inbox_bot.rules import numbers, posts, routes, states, words
from inbox_bot.rules.routes import Route, Way
from inbox_bot.views import Entry
from inbox_bot.writes import Filing

_BETWEEN_PARTS = timedelta(seconds=5)  # so that X shows them in order
NOTHING = Verdict()


@dataclass(frozen=True, slots=True, kw_only=True)
class Queued:
    """What is now on its way; `text` is the final one, `withdrawn` counts automatic messages it made needless.
    `promises`: those of the ticket that are open now, by due time. `approval`: it waits for another person's yes."""

    ticket: Ticket
    message: int
    delivery: int
    channel: Channel
    visibility: Visibility
    to: Identity
    text: str
    withdrawn: int
    promises: tuple[Promise, ...] = ()
    approval: bool = False


async def reply(house: House, answer: Answer) -> Queued:
    """Queue an agent's answer in the way the customer wrote last. Raises `UsageError` with what to do instead, and
    `Stopped` where a gate keeps it back; what the writer had not seen counts as shown to him then."""
    shown: list[Message] = []

    async def act(tx: Transaction) -> Queued:
        now = house.now()
        agent, case = await acting(tx, answer.who), await case_of(tx, answer.number)
        if not answer.to_customer:
            case = await with_representatives(house, tx, case)
        route = routes.choose(case.ticket, case.messages, case.identities, answer.way)
        body = answer.text.strip()
        if answer.template:
            body = await chosen.words_of(house, tx, case, route, agent, answer.template, body)
        if not body:
            raise UsageError("the answer is empty; nothing was sent")
        if answer.soften:
            body = await softening.softened(house, tx, case.ticket, body)
        rendered = framed(house, case, route, agent, body)
        switches = answer.way is Way.LAST and route.dm_open and not answer.template  # which is made for its way
        if switches and _too_long(house, route, signed(rendered.text, agent)):
            route = routes.choose(case.ticket, case.messages, case.identities, Way.DM)
            rendered = framed(house, case, route, agent, body)
        topic = chosen.topic_of(house, case, route, answer.template)
        case = replace(case, ticket=await reasons.with_answer(house, tx, case.ticket, answer.reason, topic, agent, now))
        asked = Asked(house=house, tx=tx, case=case, route=route, agent=agent, answer=answer, text=body, now=now)
        shown[:] = case.messages
        verdict = await gates.passed(asked)
        if verdict.approval:  # not answered yet; what was written stays his draft in case of a no
            await tx.put_draft(Draft(ticket=case.ticket.id, agent=agent.id, text=body, at=asked.now))
            return await send(house, tx, case, route, agent, rendered, Kind.REPLY, case.ticket, answer, verdict, now)
        ticket = states.on_answer(case.ticket, now, asked=words.asks_to_write(body))
        if answer.resolve:
            ticket = states.resolve(ticket, now)
        return await send(house, tx, case, route, agent, rendered, Kind.REPLY, ticket, answer, verdict, now)

    return await answered(house, answer.who, act, shown)


async def confirm(house: House, written: str, who: str, way: Way = Way.LAST) -> Queued:
    """Queue a confirmation that lists what the customer sent and when each arrived, in private only.

    It neither answers the matter nor changes the ticket's state.
    """

    async def act(tx: Transaction) -> Queued:
        agent, case = await acting(tx, who), await case_of(tx, written)
        route = (
            routes.in_private(case.ticket, case.messages, case.identities)
            if way is Way.LAST
            else routes.choose(case.ticket, case.messages, case.identities, way)
        )
        if route.visibility is Visibility.PUBLIC:
            raise UsageError(
                "a confirmation lists what the customer wrote and goes out in private only: he has neither mailed nor "
                "written a DM; ask him to with: inbox-bot reply"
            )
        arrived = case.arrived()
        if not arrived:
            raise UsageError(f"the customer has written nothing in ticket {numbers.pretty(case.ticket.number)}")
        given = case.facts(house, route, agent, hours=True) | {"messages": arrived, "at": arrived[-1].at}
        rendered = house.texts.render("confirmation", route.identity.channel, case.language(house, route), given)
        ticket = replace(case.ticket, last_outgoing_at=house.now())
        answer = Answer(number=written, who=who)
        return await send(house, tx, case, route, agent, rendered, Kind.CONFIRMATION, ticket, answer)

    await attendance.measure(house)
    return await committed(house, act)


def framed(house: House, case: Case, route: Route, agent: Agent, body: str) -> Rendered:
    """The agent's words in the frame of their way, on X with his initials only if the frame writes them."""
    name = "reply-public" if route.visibility is Visibility.PUBLIC else "reply"
    given = case.facts(house, route, agent) | {"text": body}
    return house.texts.render(name, route.identity.channel, case.language(house, route), given)


def _too_long(house: House, route: Route, text: str) -> bool:
    return (
        route.visibility is Visibility.PUBLIC and posts.weight(text) > house.inboxes[inbox_of(house, route)].post_limit
    )


async def send(
    house: House,
    tx: Transaction,
    case: Case,
    route: Route,
    agent: Agent,
    rendered: Rendered,
    kind: Kind,
    ticket: Ticket,
    answer: Answer,
    verdict: Verdict = NOTHING,
    now: datetime | None = None,
) -> Queued:
    """Queue the text, take back what it makes needless, and note who did it. `now`: the moment that the gates saw, by
    which `undoing.unsaid` tells what the answer settled."""
    filing, now = Filing(), now or house.now()
    mail = route.identity.channel is Channel.EMAIL
    if not mail and (answer.cc or answer.attachments):
        raise UsageError("--cc and --attach go by mail only, and this answer goes by X; leave them out")
    if not mail:
        rendered = writing.with_text(rendered, signed(rendered.text, agent))
    texts = _parts(house, route, rendered.text, agent)
    himself = route.identity.customer == case.ticket.customer  # else it is told to somebody who acts for him
    refs = writing.References()
    queued = []
    try:
        for place, text in enumerate(texts):
            queued.append(
                writing.queue(
                    house,
                    filing,
                    refs,
                    kind=kind,
                    ticket=case.ticket,
                    identity=route.identity,
                    rendered=writing.with_text(rendered, text),
                    visibility=route.visibility,
                    at=now,
                    due_at=now + answer.delay + place * _BETWEEN_PARTS,
                    answered=writing.Answered.of(route.answers) if route.answers else None,
                    inbox=inbox_of(house, route),
                    agent=agent,
                    approval=verdict.approval,
                    # of several parts the last one has the frame's last line, the number
                    carries_number=himself and case.ticket.number_delivered_at is None and place == len(texts) - 1,
                    attachments=answer.attachments,
                    cc=answer.cc,
                )
            )
    except Unsendable as error:
        raise UsageError(f"{error}{_instead(route)}") from error
    message, delivery = queued[-1]
    withdrawn = 0
    if verdict.approval:
        filing.notices += await _asking(house, tx, ticket, agent, "\n\n".join(texts))
    else:
        needless = _needless(case.entries) if himself else set()
        withdrawn = await tx.withdraw(ticket.id, f"answered by {agent.name}", answered=True) if himself else 0
        filing.messages += [
            replace(one, acknowledge_at=None, acknowledged_by=delivery.id)
            for one in case.messages
            if (one.acknowledge_at is not None and (himself or one.identity == route.identity.id))
            or one.acknowledged_by in needless
        ]
        filing.tickets.append(ticket)
        if kind is Kind.REPLY and himself:
            filing.customers += addressing.from_answer(case.customer, answer.text, case.language(house, route))
    if route.identity.looping_at is not None:  # a person has stepped in
        filing.identities.append(replace(route.identity, looping_at=None))
    filing.log.append(
        LogEntry(
            at=now,
            who=agent.name,
            what=kind.value,
            ticket=ticket.id,
            detail=f"{route.visibility} by {delivery.channel}",
        )
    )
    filing.log += verdict.log
    filing.promises += [replace(one, message=message.id) if one.id < 0 else one for one in verdict.promises]
    ids = await tx.save(filing)
    await tx.note_seen(Seen(ticket=ticket.id, agent=agent.id, message=ids[message.id], at=now))
    return Queued(
        ticket=ticket,
        message=ids[message.id],
        delivery=ids[delivery.id],
        channel=delivery.channel,
        visibility=route.visibility,
        to=route.identity,
        text="\n\n".join(texts),
        withdrawn=withdrawn,
        promises=tuple(await standing(tx, ticket)),
        approval=verdict.approval,
    )


async def _asking(house: House, tx: Transaction, ticket: Ticket, writer: Agent, text: str) -> list[Notice]:
    """Asks the supervisors for their yes, but him who wrote it; the team where there is no other."""
    asked = notice.about(house, ticket, notice.WAITS, None, house.now(), by=writer.name, body=text)
    whom = [one for one in await assigning.supervisors(house, tx, house.now()) if one != writer.id]
    return assigning.to_each([asked], whom) or [asked]


def _parts(house: House, route: Route, text: str, agent: Agent) -> tuple[str, ...]:
    """A public answer that is too long goes out in two posts, cut at a sentence, both under the customer's own post and
    both signed."""
    if not _too_long(house, route, text):
        return (text,)
    mark = f" ^{agent.initials}"
    try:
        parts = posts.split(text, house.inboxes[inbox_of(house, route)].post_limit - len(mark))
    except Unsendable as error:
        raise UsageError(f"{error}{_instead(route)}") from error
    return tuple(part if mark in part else part + mark for part in parts)


def _needless(entries: Sequence[Entry]) -> set[int]:
    """Automatic deliveries that were never tried: an answer by a person takes their place."""
    return {
        delivery.id
        for entry in entries
        for delivery, _ in entry.deliveries
        if delivery.automatic and delivery.state is DeliveryState.QUEUED and delivery.attempts == 0
    }


def inbox_of(house: House, route: Route) -> str:
    if route.inbox in house.inboxes:
        return route.inbox
    name = next((box.name for box in house.inboxes.values() if box.channel is route.identity.channel), "")
    if not name:
        raise UsageError(f"no inbox for {route.identity.channel} is configured any more; add one to answer this way")
    return name


def _instead(route: Route) -> str:
    if route.visibility is not Visibility.PUBLIC:
        return ""
    return " (--dm sends it so)" if route.dm_open else " (he has written us no DM yet, so only a post is open)"


def signed(text: str, agent: Agent) -> str:
    """With the agent's initials at the end, as teams on X do, unless the template wrote them already."""
    mark = f"^{agent.initials}"
    return text if any(line.rstrip().endswith(mark) for line in text.splitlines()) else f"{text.rstrip()} {mark}"

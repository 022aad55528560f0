"""Puts on record who may act for a customer, ends it, and tells the customer each time."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from inbox_bot.care import Authorisation
from inbox_bot.errors import Unsendable, UsageError
from inbox_bot.flows import customers, writing
from inbox_bot.flows.answering import inbox_of, signed
from inbox_bot.flows.case import case_of
from inbox_bot.flows.desk import acting, committed, identities_called
from inbox_bot.flows.finding import the_one
from inbox_bot.flows.house import House
from inbox_bot.flows.representing import own
from inbox_bot.model import Channel, Kind, Visibility
from inbox_bot.ports import Transaction
from inbox_bot.records import Agent, Customer, LogEntry
from inbox_bot.rules import authorisations, numbers, routes
from inbox_bot.writes import Filing


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """What is to be put on record. `key`: the customer who authorises; `identity`: an address of the person's, "" =
    none is known; `scope`: topics, () = everything; `message`: the one that says so, None = `evidence` alone."""

    key: str
    person: str
    evidence: str
    identity: str = ""
    scope: tuple[str, ...] = ()
    since: str = "today"
    until: str = ""
    message: int | None = None
    who: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Granted:
    """What is on record now, of whom; `text`: what the customer is told, "" = no private way to him is known."""

    authorisation: Authorisation
    customer: Customer
    text: str


async def grant(house: House, wanted: Grant) -> Granted:
    """Put an authorisation on record. Raises `UsageError` where its evidence, days or topics are not good."""

    async def act(tx: Transaction) -> Granted:
        agent, now = await acting(tx, wanted.who), house.now()
        customer = await customers.called(tx, wanted.key)
        _topics(house, wanted.scope)
        if not wanted.person.strip():
            raise UsageError("say who may act for the customer")
        if not wanted.evidence.strip() and wanted.message is None:
            raise UsageError('say what shows it: --message m12, or --evidence "by telephone on 3 March"')
        if wanted.message is not None:
            message = await tx.message(wanted.message)
            if message is None or message.customer != customer.id or message.direction != "incoming":
                raise UsageError(f"m{wanted.message} is not a message of this customer's")
            if message.identity not in {one.id for one in await tx.identities(customer.id)}:
                raise UsageError(f"m{wanted.message} was not written by this customer, but by who acts for him")
            box = house.inboxes.get(message.inbox)
            if not message.proof and box is not None and box.authserv_id:
                raise UsageError(
                    f"nothing proves who wrote m{wanted.message}: ask him at an address that is proven, or say in "
                    "--evidence what else shows it"
                )
        zone = house.hours(now).zone
        since = authorisations.day(wanted.since, now, zone)
        until = authorisations.day(wanted.until, now, zone, end=True) if wanted.until else None
        if until is not None and until <= max(since, now):
            raise UsageError("it would have ended before it begins, or already; look at --from and --until")
        entered = Authorisation(
            id=-1,
            customer=customer.id,
            person=" ".join(wanted.person.split()),
            scope=tuple(dict.fromkeys(wanted.scope)),
            since=since,
            until=until,
            evidence=" ".join(wanted.evidence.split()),
            message=wanted.message,
            at=now,
            agent=agent.id,
            identity=await _identity(tx, wanted, customer),
        )
        filing = Filing(authorisations=[entered])
        text = await _tell(house, tx, filing, agent, customer, wanted.key, entered, ended=False)
        await _noted(tx, filing, agent, customer, "authorise", entered, now)
        await tx.save(filing)
        kept = (await tx.authorisations_of(customer.id))[-1]
        return Granted(authorisation=kept, customer=customer, text=text)

    return await committed(house, act)


def _topics(house: House, scope: Collection[str]) -> None:
    wrong = next((one for one in scope if one not in house.topics), None)
    if wrong is not None:
        listed = ", ".join(house.topics) or "there are none yet"
        raise UsageError(
            f'"{wrong}" is no topic of the configuration ([topics]: {listed}); leave --for out = everything'
        )


async def _identity(tx: Transaction, wanted: Grant, customer: Customer) -> int | None:
    if not wanted.identity:
        return None
    found = await identities_called(tx, wanted.identity)
    if len(found) > 1:
        raise UsageError(f'"{wanted.identity}" is several: give the mail address or the X user id')
    if found[0].customer == customer.id:
        raise UsageError(f'"{wanted.identity}" is the customer himself')
    return found[0].id


async def withdraw(house: House, id: int, who: str, why: str) -> Granted:
    """End an authorisation now. Raises `UsageError` where there is none of that id, or it has ended."""

    async def act(tx: Transaction) -> Granted:
        agent, now = await acting(tx, who), house.now()
        found = await tx.authorisation(id)
        if found is None:
            raise UsageError(f"there is no authorisation a{id}: inbox-bot authorisations KEY lists them")
        if found.withdrawn_at is not None:
            raise UsageError(f"a{id} was withdrawn already")
        if found.until is not None and found.until <= now:
            raise UsageError(f"a{id} has ended already: nobody acts by it any more")
        customer = await tx.customer(found.customer)
        assert customer is not None  # it refers to him
        ended = replace(found, withdrawn_at=now, withdrawn_by=agent.id)
        filing = Filing(authorisations=[ended])
        text = await _tell(house, tx, filing, agent, customer, "", ended, ended=True)
        await _noted(tx, filing, agent, customer, "withdraw authorisation", ended, now, why)
        await tx.save(filing)
        return Granted(authorisation=ended, customer=customer, text=text)

    return await committed(house, act)


async def listed(house: House, key: str) -> tuple[Customer, list[Authorisation]]:
    """Of the customer whom the key means, also ended ones."""
    async with house.store.read() as tx:
        found = await the_one(house, tx, key)
        assert found.customer is not None  # else it raises
        return found.customer, await tx.authorisations_of(found.customer.id)


async def _noted(
    tx: Transaction,
    filing: Filing,
    agent: Agent,
    customer: Customer,
    what: str,
    one: Authorisation,
    now: datetime,
    why: str = "",
) -> None:
    detail = f"{one.person}: {', '.join(one.scope) or 'everything'}; {why or one.evidence or f'm{one.message}'}"
    rows = await tx.tickets(states=("new", "open", "pending", "resolved"), customer=customer.id, limit=50)
    filing.log += [LogEntry(at=now, who=agent.name, what=what, ticket=row[0].id, detail=detail) for row in rows]


async def _tell(
    house: House,
    tx: Transaction,
    filing: Filing,
    agent: Agent,
    customer: Customer,
    key: str,
    one: Authorisation,
    *,
    ended: bool,
) -> str:
    """Queue the customer's confirmation in his own private way."""
    number = numbers.parse(key)
    if not number:
        rows = await tx.tickets(states=(), customer=customer.id, limit=1)
        number = rows[-1][0].number if rows else ""
    if not number:
        return ""
    case = own(await case_of(tx, number), customer.id)
    try:
        route = routes.in_private(case.ticket, case.messages, case.identities)
    except UsageError:
        return ""
    if route.visibility is not Visibility.PRIVATE:
        return ""
    given = {
        **case.facts(house, route, agent),
        "person": one.person,
        "scope": list(one.scope),
        "since": one.since,
        "last_day": one.until and one.until - timedelta(seconds=1),
        "ended": ended,
    }
    rendered = house.texts.render("authorised", route.identity.channel, case.language(house, route), given)
    if route.identity.channel is Channel.TWITTER:
        rendered = writing.with_text(rendered, signed(rendered.text, agent))
    try:
        writing.queue(
            house, filing, writing.References(), kind=Kind.CONFIRMATION, ticket=case.ticket, identity=route.identity,
            rendered=rendered, visibility=Visibility.PRIVATE, at=house.now(), due_at=house.now(),
            inbox=inbox_of(house, route), answered=writing.Answered.of(route.answers) if route.answers else None,
            agent=agent, carries_number=False,
        )  # fmt: skip
    except Unsendable as error:
        raise UsageError(str(error)) from error
    return rendered.text

"""What the team is shown of the templates before one goes out: which fit a ticket, and how one reads with its facts."""

from dataclasses import dataclass

from inbox_bot.flows import chosen
from inbox_bot.flows.answering import framed, signed
from inbox_bot.flows.case import case_of
from inbox_bot.flows.chosen import Offer
from inbox_bot.flows.desk import acting
from inbox_bot.flows.house import House
from inbox_bot.model import Channel, Visibility
from inbox_bot.records import Ticket
from inbox_bot.rules import posts, routes
from inbox_bot.rules.routes import Way
from inbox_bot.template import Template


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """A template filled in for a ticket, in its frame, as it would go out. `length` as the channel counts it, `limit` 0
    = none. `reasons`: why it may not go out, () = it fits."""

    template: Template
    ticket: Ticket
    to: str
    subject: str
    text: str
    length: int
    limit: int
    reasons: tuple[str, ...]


async def offered(house: House, number: str, way: Way = Way.LAST) -> list[Offer]:
    """The templates for the way in which this ticket would be answered, those that fit first."""
    async with house.store.read() as tx:
        case = await case_of(tx, number)
        route = routes.choose(case.ticket, case.messages, case.identities, way)
        return await chosen.offers(house, tx, case, route)


async def filled(house: House, number: str, name: str, who: str, way: Way = Way.LAST) -> Filled:
    """One of them filled in; nothing is sent. Raises `UsageError` where it cannot be."""
    async with house.store.read() as tx:
        agent, case = await acting(tx, who), await case_of(tx, number)
        route = routes.choose(case.ticket, case.messages, case.identities, way)
        body = await chosen.words_of(house, tx, case, route, agent, name)
        reasons = await chosen.objections(house, tx, case, route, name)
    rendered = framed(house, case, route, agent, body)
    channel, public = route.identity.channel, route.visibility is Visibility.PUBLIC
    text = rendered.text if channel is Channel.EMAIL else signed(rendered.text, agent)
    inbox = house.inboxes.get(route.inbox)
    post_limit = inbox.post_limit if inbox else posts.LIMIT
    return Filled(
        template=house.texts.template(name, channel, case.language(house, route)),
        ticket=case.ticket,
        to=f"@{route.identity.handle}" if route.identity.handle else route.identity.address,
        subject=rendered.subject,
        text=text,
        length=posts.weight(text) if public else len(text),
        limit=0 if channel is Channel.EMAIL else post_limit if public else posts.DM_LIMIT,
        reasons=reasons,
    )

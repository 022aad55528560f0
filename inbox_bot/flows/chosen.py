"""Fills in the template that an agent has chosen, and says of each whether it fits the ticket."""

from contextlib import suppress
from dataclasses import dataclass

from inbox_bot.errors import Stopped, UsageError
from inbox_bot.flows.case import Case
from inbox_bot.flows.house import House
from inbox_bot.flows.standing import standing
from inbox_bot.ports import Transaction
from inbox_bot.records import Agent
from inbox_bot.rules import fitting, numbers
from inbox_bot.rules.routes import Route
from inbox_bot.template import Template


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A template for a ticket. `reasons`: why it may not go out there, () = it fits."""

    template: Template
    reasons: tuple[str, ...]


async def offers(house: House, tx: Transaction, case: Case, route: Route) -> list[Offer]:
    """The templates of the answer's channel and language that a person may choose, those that fit first."""
    stand, language = await standing(tx, case, route, house.now()), _language(house, case, route)
    found = [
        Offer(template=one, reasons=fitting.unfit(one, stand))
        for one in house.texts.templates()
        if (one.channel, one.language) == (route.identity.channel, language)
        and not one.automatic
        and one.name not in fitting.FRAMES
    ]
    return sorted(found, key=lambda one: (bool(one.reasons), one.template.topic != case.ticket.topic))


async def objections(house: House, tx: Transaction, case: Case, route: Route, name: str) -> tuple[str, ...]:
    """What to say to who chose a template that does not fit, with some that do; () = it fits. Raises `UsageError` for
    an unknown name."""
    template = house.texts.template(name, route.identity.channel, case.language(house, route))
    stand = await standing(tx, case, route, house.now())
    reasons = fitting.unfit(template, stand)
    if not reasons:
        return ()
    others: tuple[str, ...] = ()
    with suppress(UsageError):  # another file's fault
        others = fitting.fitting(house.texts.templates(), template.language, stand)
    number = numbers.pretty(case.ticket.number)
    instead = f"these fit: {', '.join(others)}" if others else "no other fits, so write a text of your own"
    return (f'template "{name}" does not fit ticket {number}: {"; ".join(reasons)} ({instead})',)


async def words_of(
    house: House, tx: Transaction, case: Case, route: Route, agent: Agent, name: str, text: str = ""
) -> str:
    """The template's words, `text` put where it has a place for it. Raises `UsageError` where it cannot be filled in,
    `Stopped` where that is because it does not fit."""
    given = {**case.facts(house, route, agent, hours=True), "text": text.strip()}
    try:
        filled = house.texts.render(name, route.identity.channel, case.language(house, route), given).text.strip()
    except UsageError:
        if objecting := await objections(house, tx, case, route, name):
            raise Stopped(objecting) from None
        raise
    if text.strip() and text.strip() not in filled:
        raise UsageError(f'template "{name}" has no place for a text of yours; leave one of the two out')
    return filled


def topic_of(house: House, case: Case, route: Route, name: str) -> str:
    """What a template is about, "" where its header does not say, or none is chosen."""
    if not name:
        return ""
    return house.texts.template(name, route.identity.channel, case.language(house, route)).topic


def _language(house: House, case: Case, route: Route) -> str:
    """The one in which the house has templates at all."""
    wanted = case.language(house, route)
    return wanted if any(one.language == wanted for one in house.texts.templates()) else house.brand.language

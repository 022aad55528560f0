"""Who is blocked gets nothing automatic from then on, whatever is queued and wherever; nobody else loses anything."""

import pytest

from inbox_bot.flows import authorising, clock, customers, desk, settling
from inbox_bot.model import DeliveryState
from inbox_bot.records import Ticket
from inbox_bot.rules import numbers
from inbox_bot.store.database import Database
from tests.unit.linking_day import MAIL, Linking

MIRA = "Mira Winter <mira@post.example>"


@pytest.fixture
def day(store: Database) -> Linking:
    """One with an empty store."""
    return Linking(store=store)


async def newest(day: Linking) -> Ticket:
    """The ticket that was opened last."""
    async with day.store.read() as tx:
        return (await tx.tickets(states=(), customer=None, limit=100))[-1][0]


async def queued(day: Linking) -> list[str]:
    """To whom something automatic is on its way."""
    waiting = [one for _, one in await day.deliveries() if one.state is DeliveryState.QUEUED and one.automatic]
    return [one.to for one in waiting]


async def test_also_in_a_settled_ticket(day: Linking) -> None:
    """Resolved before its number had left; unblocked, it goes after all."""
    await day.begins()
    await day.sends()
    await day.mails(id=1)
    await settling.resolve(day.house, (await newest(day)).number, "anna")
    assert await queued(day) == [MAIL]
    await desk.block(day.house, MAIL, "anna", undo=False)
    assert await queued(day) == []
    await day.sends()
    assert day.mail.parcels == []
    await desk.block(day.house, MAIL, "anna", undo=True)
    await clock.acknowledge_owed(day.house)
    assert await queued(day) == [MAIL]


async def test_also_what_waits_for_him_in_anothers_ticket(day: Linking) -> None:
    """Mira acts for a customer: blocked, she is not confirmed there either, and the customer is as ever."""
    await day.begins()
    ticket = await newest(day)
    await day.mails("Hallo.", id=1, sender=MIRA)
    told = authorising.Grant(
        key=ticket.number, person="Mira", identity="mira@post.example", evidence="by telephone", who="anna"
    )
    await authorising.grant(day.house, told)
    await day.sends()
    day.later(minutes=10)
    await day.mails(f"Zu Ticket {numbers.pretty(ticket.number)}.", id=2, sender=MIRA)
    await day.writes("Noch etwas.", id=5002)
    day.later(minutes=10)
    await clock.acknowledge_owed(day.house)
    assert sorted(await queued(day)) == ["1001", "mira@post.example"]
    await desk.block(day.house, "mira@post.example", "anna", undo=False)
    assert await queued(day) == ["1001"]


async def test_his_other_address_is_none_of_it(day: Linking) -> None:
    """The account is blocked, the mailbox of the same customer is not: its number still arrives."""
    await day.begins()
    await day.mails(id=1)
    await customers.merge(day.house, "1001", MAIL, "anna", "one contract")
    await desk.block(day.house, "1001", "anna", undo=False)
    assert await queued(day) == [MAIL]

"""What the team was mailed of a customer, or is to be, is erased with him; what it is told of others still goes."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from inbox_bot.errors import UsageError
from inbox_bot.flows import clock, erasing
from inbox_bot.model import DeliveryState
from inbox_bot.ports import Transaction
from inbox_bot.records import Ticket
from inbox_bot.store.database import Database
from inbox_bot.store.holding import within
from inbox_bot.store.schema import deliveries
from tests.unit.agent_day import AgentDay
from tests.unit.flow_house import mail

TEAM = "team@acme.example"
EVA = "Zwetschge Winter <zwetschge@post.example>"
IDA = "Ida Sommer <ida@post.example>"


@pytest.fixture
def day(store: Database) -> AgentDay:
    """One with an empty store, whose team has an address."""
    return AgentDay(store=store, team=(TEAM,))


async def tickets(day: AgentDay) -> list[Ticket]:
    """All, oldest first."""
    async with day.store.read() as tx:
        return [row[0] for row in await tx.tickets(states=(), customer=None, limit=100)]


async def letters(day: AgentDay, word: str) -> list[DeliveryState]:
    """The states of all deliveries whose bytes say the word."""
    async with day.store.read() as tx:
        return await _letters(tx, word)


async def _letters(tx: Transaction, word: str) -> list[DeliveryState]:
    query = select(deliveries.c.state, deliveries.c.payload).order_by(deliveries.c.id)

    def look(db: object) -> list[DeliveryState]:
        return [state for state, data in db.execute(query) if within(bytes(data), word)]  # type: ignore[attr-defined]

    return await tx._run(look)  # type: ignore[attr-defined, no-any-return]  # beneath the port


async def test_a_mail_to_the_team_in_line_does_not_go(day: AgentDay) -> None:
    """Its notice was marked as sent when it was put in line; the relay has not taken it yet."""
    await day.agent()
    await day.takes(mail("Zwetschge, meine Leitung.", id=1, sender=EVA))
    await clock.tell_team(day.house)
    await erasing.erase(day.house, "zwetschge@post.example", "anna", "")
    assert await letters(day, "zwetschge") == await letters(day, "Zwetschge") == []
    await day.sends()
    assert [one for one in day.mail.parcels if one.to.address == TEAM] == []


async def test_what_the_same_mail_told_of_others_is_told_anew(day: AgentDay) -> None:
    """More than ten notices go as one mail: without Eva's the other twelve are still told, each once."""
    await day.agent()
    await day.takes(mail("Meine Leitung.", id=1, sender=EVA, subject="Zwetschge"))
    for n in range(2, 14):
        await day.takes(mail("Leitung.", id=n, sender=f"Kunde {n} <kunde{n}@post.example>", subject=f"Sache {n}."))
    await clock.tell_team(day.house)
    assert await letters(day, "Kunde 13: Sache 13.") == [DeliveryState.QUEUED]
    await erasing.erase(day.house, "zwetschge@post.example", "anna", "")
    await clock.tell_team(day.house)
    await day.sends()
    assert await letters(day, "Zwetschge") == []
    for n in range(2, 14):
        assert await letters(day, f"Kunde {n}: Sache {n}.") == [DeliveryState.SENT]


async def test_a_mail_to_the_team_on_the_wire_is_waited_for(day: AgentDay) -> None:
    """Its bytes may be needed once more: nothing is erased before it has settled."""
    await day.agent()
    await day.takes(mail("Zwetschge, meine Leitung.", id=1, sender=EVA))
    await day.sends()
    await clock.tell_team(day.house)
    async with day.store.write() as tx:
        [parcel] = await tx.claim("mail", 9, "test", day.now + timedelta(minutes=5), day.now)
    with pytest.raises(UsageError, match="to the team about him"):
        await erasing.erase(day.house, "zwetschge@post.example", "anna", "")
    assert parcel.to.address == TEAM

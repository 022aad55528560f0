"""Who is to be told of a message is told, whatever stands in the way: a broken text, or an address that refuses."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import pytest
from sqlalchemy import update

from inbox_bot.errors import UsageError
from inbox_bot.flows import desk
from inbox_bot.flows.agent_notices import tell_agents
from inbox_bot.model import AgentRole, Channel, DeliveryState, Kind
from inbox_bot.ports import Rendered, Texts
from inbox_bot.store.database import Database as Store
from inbox_bot.store.schema import deliveries
from inbox_bot.template import Template
from tests.unit.agent_day import OWN, AgentDay, body, mail, the_ticket


@dataclass(frozen=True, slots=True)
class Broken:
    """Texts of which those to agents raise."""

    sound: Texts

    def render(self, name: str, channel: Channel, language: str, facts: Mapping[str, object]) -> Rendered:
        """The others' as ever."""
        if name.startswith("agent-"):
            raise UsageError(f"template {name}: an unknown fact")
        return self.sound.render(name, channel, language, facts)

    def template(self, name: str, channel: Channel, language: str) -> Template:
        """As it is."""
        return self.sound.template(name, channel, language)

    def templates(self) -> list[Template]:
        """All of them."""
        return self.sound.templates()


@pytest.fixture
async def day(store: Store) -> AgentDay:
    """Anna, and Eva's mail."""
    day = AgentDay(store)
    await day.agent("anna", "AB")
    await day.takes(mail("Mein Anschluss geht seit gestern nicht mehr.", *OWN))
    return day


async def test_a_broken_text_keeps_no_message_from_him(day: AgentDay) -> None:
    """It comes without what the text would have said about it."""
    await tell_agents(replace(day.house, texts=Broken(day.house.texts)))
    [letter] = await day.letters()
    assert "Mein Anschluss geht seit gestern nicht mehr." in body(letter)
    assert str(letter["Subject"]).startswith("[#")


async def test_an_address_that_refused_gets_the_next_mail_and_a_supervisor_too(day: AgentDay) -> None:
    """A full mailbox of one day is no reason for a customer to wait for ever."""
    anna = (await day.told())["To"]
    assert isinstance(day.store, Store)
    async with day.store.writer.begin() as db:
        await db.execute(update(deliveries).where(deliveries.c.kind == Kind.NOTICE).values(state=DeliveryState.FAILED))
    day.later(minutes=30)
    await day.takes(mail("Noch da?", *OWN, id=3, at=day.now))
    await tell_agents(day.house)
    letters = await day.letters()
    assert [letter["To"] for letter in letters[1:]] == [anna]
    rieke = await day.agent("rieke", "RK")
    async with day.store.write() as tx:
        await tx.save_agent(replace(rieke, role=AgentRole.SUPERVISOR))
    ticket = await the_ticket(day)
    await desk.assign(day.house, ticket.number, "anna", "rieke")
    await tell_agents(day.house)
    letters = await day.letters()
    assert [letter["To"] for letter in letters[2:]] == [anna, rieke.address]

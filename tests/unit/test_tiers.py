"""What is public is told to anybody; what concerns an account to him who is proven to be the customer."""

from dataclasses import replace

import pytest

from inbox_bot.casework import Seen
from inbox_bot.errors import Stopped
from inbox_bot.flows import answering
from inbox_bot.flows.gates.asked import Answer
from inbox_bot.flows.house import House
from inbox_bot.model import AgentRole
from inbox_bot.records import Customer
from inbox_bot.store.database import Database
from inbox_bot.template import Tier
from tests.unit.desk_house import NOW, NUMBER, WRITTEN, Office, a_mail, a_ticket, an_identity

REFUSAL = "Das darf ich Ihnen leider nicht sagen, nur mit Telefonpasswort."
HOW = "Ein Telefonpasswort richten Sie im Kundenbereich unter Sicherheit ein."


class Tiered(Office):
    """An office with topics of each tier."""

    @property
    def house(self) -> House:
        """With them."""
        topics = {"password": ("Telefonpasswort",), "contract": ("Vertrag",), "access": ("Zugang",)}
        return replace(super().house, topics=topics, tiers={"contract": Tier.ACCOUNT, "access": Tier.SENSITIVE})


@pytest.fixture
async def office(store: Database) -> Tiered:
    office = Tiered(store)
    await office.agent("anna", "AB")
    rieke = await office.agent("rieke", "RK")
    async with store.write() as tx:
        await tx.save_agent(replace(rieke, role=AgentRole.SUPERVISOR))
    return office


async def asks_about(office: Tiered, topic: str, *, proven: bool) -> None:
    """Eva asks by mail, and both have read it."""
    ids = await office.save(
        Customer(id=-100, name="Eva Winter", language="de", created_at=NOW),
        an_identity(proven=proven),
        a_ticket(topic=topic, number_delivered_at=NOW),
        a_mail(),
    )
    async with office.store.write() as tx:
        for agent in await tx.agents():
            await tx.note_seen(Seen(ticket=ids[-103], agent=agent.id, message=ids[-1], at=NOW))


def says(text: str = "", who: str = "anna", **fields: object) -> Answer:
    answer = Answer(number=WRITTEN, who=who, text=text)
    return replace(answer, **fields)  # type: ignore[arg-type]  # a builder takes any field


async def test_a_public_question_is_answered_without_proof(office: Tiered) -> None:
    """Nobody has to show who he is to be told how to get a telephone password."""
    await asks_about(office, "password", proven=False)
    assert (await answering.reply(office.house, says(HOW))).text


async def test_a_public_question_is_not_refused(office: Tiered) -> None:
    """The stop names the words; who has a reason may say them all the same, and that is on record."""
    await asks_about(office, "password", proven=False)
    with pytest.raises(Stopped, match='"password" is public') as stop:
        await answering.reply(office.house, says(REFUSAL))
    assert stop.value.override
    queued = await answering.reply(office.house, says(REFUSAL, anyway=True))
    async with office.store.read() as tx:
        assert "anyway" in [one.what for one in await tx.log(queued.ticket.id)]


@pytest.mark.parametrize("topic", ["contract", "access"])
async def test_an_account_is_told_to_the_proven_only(office: Tiered, topic: str) -> None:
    """The stop says how he can prove it, and the text that asks for it goes out."""
    await asks_about(office, topic, proven=False)
    for anyway in (False, True):
        with pytest.raises(Stopped, match=f"reply {WRITTEN} --template prove"):
            await answering.reply(office.house, says(HOW, anyway=anyway))
    assert WRITTEN in (await answering.reply(office.house, says(template="prove"))).text


@pytest.mark.parametrize("topic", ["contract", "access"])
async def test_the_proven_are_told(office: Tiered, topic: str) -> None:
    """And an account's data may be refused, whoever asks."""
    await asks_about(office, topic, proven=True)
    await answering.reply(office.house, says(REFUSAL))


async def test_a_supervisor_may_tell_of_an_account_all_the_same(office: Tiered) -> None:
    """What is sensitive not even he."""
    await asks_about(office, "contract", proven=False)
    await answering.reply(office.house, says(HOW, "rieke", anyway=True))
    async with office.store.read() as tx:
        ticket = await tx.ticket(NUMBER)
    assert ticket is not None
    await office.save(replace(ticket, topic="access"))
    with pytest.raises(Stopped) as stop:
        await answering.reply(office.house, says(f"{HOW} Gern.", "rieke", anyway=True))
    assert not stop.value.override

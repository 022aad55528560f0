"""No two answers: who has not seen all that was written is stopped and shown it, on every way alike."""

from dataclasses import replace
from datetime import timedelta

import pytest

from inbox_bot.errors import Stopped
from inbox_bot.flows import answering, desk, sight
from inbox_bot.flows.gates.asked import Answer
from inbox_bot.model import Direction
from inbox_bot.store.database import Database
from inbox_bot.writes import Filing
from tests.unit.desk_house import NOW, NUMBER, WRITTEN, Office, a_mail


@pytest.fixture
async def office(store: Database) -> Office:
    office = Office(store)
    await office.agent("anna", "AB")
    await office.agent("bert", "BC")
    await office.case(a_mail())
    return office


async def looks(office: Office, who: str) -> None:
    """As `show` does."""
    async with office.store.read() as tx:
        ticket = await tx.ticket(NUMBER)
        assert ticket is not None
        entries = await tx.timeline(ticket.customer, ticket.id)
    await sight.saw(office.house, [entry.message for entry in entries], who)


async def writes(office: Office, text: str) -> None:
    """The customer writes again."""
    async with office.store.write() as tx:
        ticket = await tx.ticket(NUMBER)
        assert ticket is not None
        first = (await tx.timeline(ticket.customer, ticket.id))[0].message
        again = replace(first, id=-1, external_id="<2@post.example>", text=text, at=NOW + timedelta(minutes=5))
        await tx.save(Filing(messages=[again]))


def says(who: str, text: str = "Der Techniker kommt.", *, anyway: bool = False) -> Answer:
    return Answer(number=WRITTEN, who=who, text=text, anyway=anyway)


async def sent(office: Office) -> list[str]:
    """What we wrote, in order."""
    async with office.store.read() as tx:
        ticket = await tx.ticket(NUMBER)
        assert ticket is not None
        entries = await tx.timeline(ticket.customer, ticket.id)
    return [entry.message.text for entry in entries if entry.message.direction is Direction.OUTGOING]


async def test_who_has_read_it_may_answer(office: Office) -> None:
    """After `show` nothing stands in the way; his own answer does not stop his next one."""
    await looks(office, "anna")
    await answering.reply(office.house, says("anna"))
    await answering.reply(office.house, says("anna", "Noch etwas."))
    assert len(await sent(office)) == 2


async def test_who_never_looked_is_shown_the_ticket_first(office: Office) -> None:
    """His answer is stopped with the whole talk; then he has seen it."""
    with pytest.raises(Stopped, match="you have not seen one message") as stopped:
        await answering.reply(office.house, says("anna"))
    assert "the customer wrote" in stopped.value.newer[0]
    assert await sent(office) == []
    await answering.reply(office.house, says("anna"))
    assert len(await sent(office)) == 1


async def test_a_customers_new_message_stops_the_answer(office: Office) -> None:
    """What he wrote since is shown, and only that; nothing went out; sent again it goes."""
    await looks(office, "anna")
    await writes(office, "Es hat sich erledigt!\nDanke.")
    with pytest.raises(Stopped) as stopped:
        await answering.reply(office.house, says("anna"))
    head, *rest = stopped.value.newer
    assert "the customer wrote" in head
    assert rest == ["  Es hat sich erledigt!", "  Danke."]
    assert stopped.value.override
    assert await sent(office) == []
    await answering.reply(office.house, says("anna"))


async def test_a_colleagues_answer_and_note_stop_it(office: Office) -> None:
    """Two who answer at the same time: the second is shown the first one's words."""
    await looks(office, "anna")
    await looks(office, "bert")
    await answering.reply(office.house, says("bert", "Wir kommen mit Messgerät."))
    with pytest.raises(Stopped) as stopped:
        await answering.reply(office.house, says("anna", "Wir kommen mit Router."))
    assert "we answered" in stopped.value.newer[0]
    await desk.note(office.house, WRITTEN, "Kunde ist ab Mittwoch verreist", "bert")
    with pytest.raises(Stopped, match="one message") as stopped:
        await answering.reply(office.house, says("anna", "Wir kommen mit Router."))
    assert stopped.value.newer[1] == "  Kunde ist ab Mittwoch verreist"
    assert len(await sent(office)) == 1


async def test_anyway_sends_it_and_is_on_record(office: Office) -> None:
    """Who knows better may; the log says what he passed over."""
    await looks(office, "anna")
    await writes(office, "Hallo?")
    await answering.reply(office.house, says("anna", anyway=True))
    async with office.store.read() as tx:
        ticket = await tx.ticket(NUMBER)
        assert ticket is not None
        entries = [(one.who, one.what, one.detail) for one in await tx.log(ticket.id)]
    assert ("anna", "anyway") in [entry[:2] for entry in entries]
    assert "not seen one message" in next(detail for _, what, detail in entries if what == "anyway")


async def test_a_reply_carries_what_its_writer_saw(office: Office) -> None:
    """`seen` names the last message he knew, whatever he was shown since by another window."""
    await looks(office, "anna")
    async with office.store.read() as tx:
        ticket = await tx.ticket(NUMBER)
        assert ticket is not None
        first = (await tx.timeline(ticket.customer, ticket.id))[0].message.id
    await writes(office, "Hallo?")
    await looks(office, "anna")
    with pytest.raises(Stopped):
        await answering.reply(office.house, replace(says("anna"), seen=first))
    await answering.reply(office.house, says("anna"))

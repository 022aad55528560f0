"""What the team was mailed of a customer, or is to be, is erased with him; what it is told of others still goes."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from inbox_bot.channels.mime.parse import parse
from inbox_bot.errors import UsageError
from inbox_bot.flows import authorising, clock, erasing, later, promising, recurring
from inbox_bot.flows.agent_notices import tell_agents
from inbox_bot.flows.authorising import Grant
from inbox_bot.model import DeliveryState, Incoming, PromiseState
from inbox_bot.ports import Transaction
from inbox_bot.rules import numbers
from inbox_bot.store.database import Database
from inbox_bot.store.filing import unpacked
from inbox_bot.store.holding import within
from inbox_bot.store.schema import deliveries, raws
from tests.unit.agent_day import OWN, AgentDay, reply
from tests.unit.flow_house import mail
from tests.unit.scenario_house import tickets

TEAM = "team@acme.example"
EVA = "Zwetschge Winter <zwetschge@post.example>"
IDA = "Ida Sommer <ida@post.example>"


@pytest.fixture
def day(store: Database) -> AgentDay:
    """One with an empty store, whose team has an address."""
    return AgentDay(store=store, team=(TEAM,))


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


async def kept(day: AgentDay, word: str) -> int:
    """Of how many mails that came the bytes are kept and say the word."""

    def look(db: object) -> int:
        rows = db.execute(select(raws.c.packed, raws.c.data))  # type: ignore[attr-defined]  # a connection
        return sum(within(unpacked(packed, bytes(data)), word) for packed, data in rows)

    async with day.store.read() as tx:
        return await tx._run(look)  # type: ignore[attr-defined, no-any-return]  # beneath the port


@pytest.mark.parametrize("words", ["Wir sehen nach.", "/note\nEin Fall.", "/quatsch", "/resolve"])
async def test_what_an_agent_answered_into_the_mailbox_goes(day: AgentDay, words: str) -> None:
    """His mail quotes ours, and ours the customer: its bytes go, whatever became of it; the ledger balances."""
    anna = await day.agent()
    await day.takes(
        mail("Zwetschge, meine Leitung.", *OWN, id=1, sender=EVA), mail("Ida hier.", *OWN, id=2, sender=IDA)
    )
    await day.told()
    for n, letter in enumerate(await day.letters(anna)):
        came = parse(reply(letter, words, id=f"a{n}@acme.example"), key=f"9:{n}", at=day.now)
        assert isinstance(came, Incoming)
        await day.takes(came)
    assert (await kept(day, "Zwetschge"), await kept(day, "Ida hier")) == (2, 2)
    before = await day.outcomes()
    await erasing.erase(day.house, "zwetschge@post.example", "anna", "")
    assert (await kept(day, "Zwetschge"), await kept(day, "Ida hier")) == (0, 2)
    assert await day.outcomes() == before


async def test_what_the_team_was_told_of_him_in_anothers_ticket_goes(day: AgentDay) -> None:
    """Eva acts for Ida and writes in her ticket; the mail to Anna about Ida's next message has Eva's words below it."""
    anna = await day.agent()
    await day.takes(mail("Ida hier.", *OWN, id=1, sender=IDA), mail("Hallo.", *OWN, id=2, sender=EVA))
    ida, _ = await tickets(day)
    grant = Grant(key=ida.number, person="Eva", identity="zwetschge@post.example", evidence="by telephone", who="anna")
    await authorising.grant(day.house, grant)
    acting = mail(f"Zu {numbers.pretty(ida.number)}: Quittenbaum.", *OWN, id=3, sender=EVA, subject="Ida", at=day.now)
    await day.takes(acting)
    await day.told()
    day.later(minutes=5)
    await day.takes(mail("Ida noch einmal.", *OWN, id=4, sender=IDA, at=day.now))
    assert "Quittenbaum" in str(await day.told(anna))
    await erasing.erase(day.house, "zwetschge@post.example", "anna", "")
    assert await letters(day, "Quittenbaum") == []
    assert (await kept(day, "Quittenbaum"), await kept(day, "Ida hier.")) == (0, 1)


async def test_nobody_is_reminded_of_who_is_erased(day: AgentDay) -> None:
    """What was promised him is owed to nobody: it is withdrawn, not broken; no reminder and no alarm comes."""
    anna = await day.agent()
    await day.takes(mail("Zwetschge, meine Leitung.", *OWN, id=1, sender=EVA))
    await day.told()
    [ticket] = await tickets(day)
    await promising.make(day.house, ticket.number, "tomorrow 10:00", "anna", text="call back")
    await later.remind(day.house, ticket.number, "tomorrow 9:00", "call the fitter", "anna")
    before = len(await day.letters(anna))
    await erasing.erase(day.house, ticket.number, "anna", "")
    day.later(days=3)
    await later.wake(day.house)
    await recurring.turn(day.house)
    await clock.tell_team(day.house)
    await tell_agents(day.house)
    assert len(await day.letters(anna)) == before
    assert await day.findings() == []
    async with day.store.read() as tx:
        assert [one.state for one in await tx.promises_of(ticket.id)] == [PromiseState.WITHDRAWN]

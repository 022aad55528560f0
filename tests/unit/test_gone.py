"""A post that its author deletes on X is deleted here within a day; its row, the ledger's line and the ticket stay."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from inbox_bot.errors import Paused, UsageError
from inbox_bot.flows import answering, clock, gone, merging, reading
from inbox_bot.flows.agent_notices import tell_agents
from inbox_bot.model import Channel, DeliveryState, Kind
from inbox_bot.records import Ticket
from inbox_bot.rules.routes import Way
from inbox_bot.store.database import Database
from inbox_bot.store.holding import within
from inbox_bot.store.schema import deliveries, notices, raws, tickets
from tests.unit.agent_day import AgentDay, body
from tests.unit.flow_house import Day, dm, post
from tests.unit.said import informed


@pytest.fixture
def day(store: Database) -> Day:
    """One with an empty store."""
    return Day(store=store)


async def test_once_a_day_it_is_looked_for(day: Day) -> None:
    """Not before, not again the same day; what is there stays; the team is told; nothing is asked twice."""
    await day.takes(post("@acme ruft mich an: 030 1234567", id=9001, author="1001"))
    await day.takes(post("@acme nichts geht", id=9002, author="1002"))
    day.x.deleted = {"9001"}
    assert await gone.look(day.house) == 0
    day.later(hours=21)
    assert await gone.look(day.house) == 1
    assert await gone.look(day.house) == 0
    async with day.store.read() as tx:
        rows = [row[0] for row in await tx.tickets(states=(), customer=None, limit=9)]
        first, second = [(await tx.timeline(row.customer, row.id))[0].message for row in rows]
        assert (first.text, first.gone_at) == ("", day.now)
        assert (second.text, second.gone_at, second.looked_at) == ("@acme nichts geht", None, day.now)
        assert await tx.details_given(rows[0].customer) == []
        assert [one.detail for one in await tx.log(rows[0].id) if one.what == "deleted on X"] == [f"m{first.id}"]
        assert [one.kind for _, one in await tx.notices(50)].count("deleted_post") == 1
        assert await tx.spend("x", day.now.date().isoformat()) == 10_000
    assert await day.outcomes() == [("post:9001", "filed"), ("post:9002", "filed")]
    assert await reading.search(day.house, ["1234567"], 9) == []


async def test_its_words_are_left_nowhere(day: Day) -> None:
    """Neither as the subject of its ticket, nor in what the team is told, nor in the bytes as they came."""
    words = "ruft mich an: 030 1234567, und zwar bald, denn seit gestern Abend geht bei mir nichts mehr"
    await day.takes(replace(post(f"@acme {words}", id=9001, author="1001"), raw=f'"{words}"'.encode()))
    await day.takes(replace(post("@acme nichts geht", id=9002, author="1002"), raw=b'"nichts geht"'))
    day.x.deleted = {"9001"}
    day.later(hours=21)
    assert await gone.look(day.house) == 1
    async with day.store.read() as tx:
        rows = [row[0] for row in await tx.tickets(states=(), customer=None, limit=9)]
        assert [row.subject for row in rows] == ["", "@acme nichts geht"]
        told = [f"{one.subject} {one.text}" for _, one in await tx.notices(50)]
        assert not any("1234567" in one for one in told)
        assert any("nichts geht" in one for one in told)
        kept = await tx._run(lambda db: [bytes(row[0]) for row in db.execute(select(raws.c.data))])  # type: ignore[attr-defined]
    assert kept == [b'"nichts geht"']


async def test_on_request_at_once(day: Day) -> None:
    """By the ticket's number, whenever."""
    await day.takes(post("@acme nichts geht", id=9001, author="1001"))
    day.x.deleted = {"9001"}
    day.later(minutes=1)
    async with day.store.read() as tx:
        [row] = await tx.tickets(states=(), customer=None, limit=9)
    assert await gone.look(day.house, row[0].number) == 1
    assert timedelta(hours=24) > gone.EVERY


async def answered(day: Day, text: str = "Wir kümmern uns darum.") -> int:
    """Anna answers the one ticket in public; gives what looking for its posts cost, in micro-dollars."""
    async with day.store.read() as tx:
        before = await tx.spend("x", day.now.date().isoformat())
        [row] = await tx.tickets(states=(), customer=None, limit=9)
    await answering.reply(day.house, informed(number=row[0].number, text=text, who="anna", way=Way.PUBLIC))
    await day.sends()
    async with day.store.read() as tx:
        return await tx.spend("x", day.now.date().isoformat()) - before


async def states(day: Day) -> list[tuple[DeliveryState, str]]:
    """Of the answers by people, with what was said last."""
    return [(one.state, one.error) for _, one in await day.deliveries() if one.kind is Kind.REPLY]


async def test_before_an_answer_goes_it_is_looked_for(day: Day) -> None:
    """A post deleted since is found then: the answer stays here with the reason, the team is told, and a second answer
    is refused at once."""
    await day.agent()
    await day.takes(post("@acme ruft mich an: 030 1234567", id=9001, author="1001"))
    day.later(minutes=2)
    await day.sends()
    day.later(hours=1)
    day.x.deleted = {"9001"}
    sent = len(day.x.parcels)
    assert await answered(day) == 5_000
    assert len(day.x.parcels) == sent
    assert await states(day) == [
        (DeliveryState.FAILED, "the post it answers is deleted on X; answer by another way, if at all")
    ]
    async with day.store.read() as tx:
        assert [one.kind for _, one in await tx.notices(50)].count("deleted_post") == 1
    assert await reading.search(day.house, ["1234567"], 9) == []
    with pytest.raises(UsageError, match="deleted his post on X"):
        await answered(day, "Noch einmal.")


async def test_what_was_there_a_moment_ago_is_not_looked_for_again(day: Day) -> None:
    """Ten minutes long: each look is paid for. Where X shows nothing now, the answer goes."""
    await day.agent()
    await day.takes(post("@acme nichts geht", id=9001, author="1001"))
    day.later(minutes=9)
    assert await answered(day) == 0
    day.later(minutes=30)
    assert await answered(day, "Der Techniker ist unterwegs.") == 5_000
    day.later(minutes=5)
    assert await answered(day, "Er kommt von Süden.") == 0
    assert [state for state, _ in await states(day)] == [DeliveryState.DELIVERED] * 3


async def test_where_x_shows_no_posts_the_answer_goes(day: Day) -> None:
    """X itself takes none to a deleted post."""
    await day.agent()
    await day.takes(post("@acme nichts geht", id=9001, author="1001"))
    day.later(hours=1)
    day.x.blind = Paused("X shows none now", spend=7)
    assert await answered(day) == 7
    assert [state for state, _ in await states(day)] == [DeliveryState.DELIVERED]


async def told(day: Day, word: str) -> list[str]:
    """Mails in any state, and notices, that say the word."""

    def look(db: object) -> list[str]:
        mails = db.execute(select(deliveries.c.state, deliveries.c.payload))  # type: ignore[attr-defined]  # a connection
        words = db.execute(select(notices.c.kind, notices.c.text))  # type: ignore[attr-defined]
        found = [state.value for state, data in mails if within(bytes(data), word)]
        return found + [kind for kind, text in words if word in text]

    async with day.store.read() as tx:
        return await tx._run(look)  # type: ignore[attr-defined, no-any-return]  # beneath the port


async def test_the_team_is_not_told_it_any_more(store: Database) -> None:
    """Neither by mails that have gone, nor by those in line: what a direct message said since is told without it."""
    day = AgentDay(store=store, team=("team@acme.example",))
    anna = await day.agent()
    await day.takes(post("@acme Unverschämtheit! Ruft mich an: 030 1234567", id=9001, author="1001"))
    await clock.tell_team(day.house)
    await day.told()
    day.later(minutes=5)
    await day.takes(dm("Und das Passwort?", id=7001, author="1001", at=day.now))
    await day.takes(post("@acme und noch was: 030 1234567", id=9002, author="1001", at=day.now))
    await tell_agents(day.house)
    assert {"sent", "queued", "ticket"} <= set(await told(day, "1234567"))
    day.x.deleted = {"9001", "9002"}
    day.later(hours=21)
    assert await gone.look(day.house) == 2
    assert await told(day, "1234567") == []
    before = len(await day.letters(anna))
    await day.told()
    later = [body(one) for one in await day.letters(anna)][before:]
    assert sum("Und das Passwort?" in one for one in later) == 1
    assert not any("1234567" in one for one in later)


async def test_on_request_all_are_looked_for(day: Day) -> None:
    """Not only the first hundred, of one ticket or of all; each once."""
    lots = [post("@acme und noch etwas", id=n, author="1001") for n in range(9001, 9141)]
    await day.takes(*lots)
    day.later(hours=21)
    async with day.store.read() as tx:
        [row] = await tx.tickets(states=(), customer=None, limit=9)
    day.x.deleted = {"9001", "9140"}
    assert await gone.look(day.house, row[0].number) == 2
    async with day.store.read() as tx:
        assert await tx.spend("x", day.now.date().isoformat()) == 140 * 5_000
        entries = await tx.timeline(row[0].customer, row[0].id)
    assert [one.message.external_id for one in entries if one.message.gone_at] == ["9001", "9140"]
    day.x.deleted = {"9002", "9139"}
    day.later(hours=21)
    assert await gone.look(day.house) == 2


async def test_without_an_account_there_is_nothing_to_look_for(day: Day) -> None:
    """That all posts are there would be more than anybody knows."""
    mailboxes = {name: box for name, box in day.house.inboxes.items() if box.channel is Channel.EMAIL}
    with pytest.raises(UsageError, match="no X account"):
        await gone.look(replace(day.house, inboxes=mailboxes))


async def test_a_merged_ticket_repeats_it_no_more(day: Day) -> None:
    """Its subject is the post that it came with, though that lies in the other ticket now."""
    await day.agent()
    await day.takes(post("@acme ruft mich an: 030 1234567", id=9001, author="1001"))
    day.later(days=4)
    await day.takes(post("@acme etwas anderes", id=9002, author="1001", at=day.now))
    async with day.store.read() as tx:
        first, second = sorted((row[0] for row in await tx.tickets(states=(), customer=None, limit=9)), key=by_id)
    await merging.merge(day.house, first.number, second.number, "anna", "one matter")
    day.x.deleted = {"9001"}
    assert await gone.look(day.house, second.number) == 1
    async with day.store.read() as tx:
        rows = await tx._run(lambda db: db.execute(select(tickets.c.subject).order_by(tickets.c.id)).scalars().all())  # type: ignore[attr-defined]
    assert rows == ["", "@acme etwas anderes"]


def by_id(ticket: Ticket) -> int:
    """The order in which they were opened."""
    return ticket.id

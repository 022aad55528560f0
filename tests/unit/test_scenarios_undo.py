"""Scenarios of what an agent takes back: junk and block put things away, their undo gives each back once, in time."""

from dataclasses import replace

import pytest

from inbox_bot.flows import clock, desk
from inbox_bot.model import DeliveryState
from inbox_bot.rules.acknowledge import Policy
from inbox_bot.store.database import Database
from tests.unit.flow_house import Day, mail, post
from tests.unit.scenario_house import identities, tickets

EVA = "eva.winter@post.example"


@pytest.fixture
async def day(store: Database) -> Day:
    """An empty house on both databases, with an agent."""
    made = Day(store=store)
    await made.agent()
    return made


async def put_away(day: Day, by: str, *, undo: bool = False, who: str = EVA) -> None:
    """Junk the newest ticket, block its customer, or take that back."""
    if by == "junk":
        await desk.junk(day.house, (await tickets(day))[-1].number, "anna", undo=undo)
    else:
        await desk.block(day.house, who, "anna", undo=undo)


async def goes_on(day: Day, rounds: int = 3) -> None:
    """The clock and the outbox do all they want."""
    for _ in range(rounds):
        await clock.acknowledge_owed(day.house)
        await day.sends()
        day.later(minutes=6)


WAYS = ["junk", "block"]


@pytest.mark.parametrize("by", WAYS)
async def test_a_number_that_was_stopped_goes_once_after_all(day: Day, by: str) -> None:
    """Put away before it left, taken back, put away and taken back again: one mail, with the number."""
    await day.takes(mail())
    for _ in range(2):
        await put_away(day, by)
        await goes_on(day)
        assert day.mail.parcels == []
        await put_away(day, by, undo=True)
    await goes_on(day)
    assert len(day.mail.parcels) == 1
    [ticket] = await tickets(day)
    assert ticket.number_delivered_at is not None


@pytest.mark.parametrize("by", WAYS)
async def test_a_confirmation_that_was_owed_waits(day: Day, by: str) -> None:
    """The number has arrived, two further messages are owed their confirmation: one mail names both, afterwards."""
    await day.takes(mail())
    await day.sends()
    await day.takes(mail("Noch etwas", id=2, at=day.now), mail("Und noch etwas", id=3, at=day.now))
    await put_away(day, by)
    day.later(hours=1)
    await goes_on(day)
    assert len(day.mail.parcels) == 1
    async with day.store.read() as tx:
        assert await tx.next_due() is None
    await put_away(day, by, undo=True)
    await goes_on(day)
    assert len(day.mail.parcels) == 2
    assert day.mail.drafts[-1].text.count("\n- ") == 2


@pytest.mark.parametrize("by", WAYS)
@pytest.mark.parametrize("number_arrived", [False, True])
async def test_what_is_too_old_by_then_is_not_sent(day: Day, by: str, number_arrived: bool) -> None:
    """Four days later nobody is told that his mail has just arrived; where that leaves him without his number, the
    audit says so and why."""
    day.policy = Policy(max_age_hours=72)
    await day.takes(mail())
    if number_arrived:
        await day.sends()
        await day.takes(mail("Noch etwas", id=2, at=day.now))
    await put_away(day, by)
    day.later(days=4)
    await put_away(day, by, undo=True)
    await goes_on(day)
    assert len(day.mail.parcels) == number_arrived
    late = [one.detail for one in await day.findings() if one.kind == "number_not_delivered"]
    assert late == ([] if number_arrived else ["too old for an automatic answer"])
    async with day.store.read() as tx:
        assert await tx.next_due() is None


@pytest.mark.parametrize("by", WAYS)
@pytest.mark.parametrize("days", [1, 4])
async def test_a_public_reply_that_was_stopped(day: Day, by: str, days: int) -> None:
    """Within the age limit it goes out, once; later it does not."""
    await day.takes(post(at=day.now))
    for _ in range(2):
        await put_away(day, by, who="1001")
        day.later(days=days / 2)
        await goes_on(day)
        assert day.x.parcels == []
        await put_away(day, by, who="1001", undo=True)
    await goes_on(day)
    assert len(day.x.parcels) == (1 if days == 1 else 0)
    await goes_on(day)
    assert len(day.x.parcels) == (1 if days == 1 else 0)


async def test_not_to_one_who_is_blocked_meanwhile(day: Day) -> None:
    """Junk is taken back while he is blocked: nothing goes to him, in public or in private; when that is taken back as
    well, each goes once."""
    await day.takes(post(at=day.now))
    await put_away(day, "junk")
    await put_away(day, "block", who="1001")
    await put_away(day, "junk", undo=True)
    await goes_on(day)
    assert day.x.parcels == []
    await put_away(day, "block", who="1001", undo=True)
    await goes_on(day)
    assert len(day.x.parcels) == 1
    await day.takes(mail(at=day.now))
    await put_away(day, "junk")
    await put_away(day, "block")
    await put_away(day, "junk", undo=True)
    await goes_on(day)
    assert day.mail.parcels == []
    await put_away(day, "block", undo=True)
    await goes_on(day)
    assert len(day.mail.parcels) == 1


@pytest.mark.parametrize("ended", ["opted_out_at", "looping_at"])
async def test_not_to_one_who_wants_none_by_now(day: Day, ended: str) -> None:
    """He has said "stop", or a machine writes for him: the withdrawn public reply stays so."""
    await day.takes(post(at=day.now))
    await put_away(day, "junk")
    [known] = await identities(day, "1001")
    await day.save(replace(known, **{ended: day.now}))  # type: ignore[arg-type]  # any field
    await put_away(day, "junk", undo=True)
    await goes_on(day)
    assert day.x.parcels == []
    [(_, stopped)] = await day.deliveries()
    assert stopped.state is DeliveryState.WITHDRAWN

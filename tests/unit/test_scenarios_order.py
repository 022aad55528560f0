"""Scenarios of order: posts and messages that come newest first, and answers that come before what they answer."""

from datetime import timedelta

import pytest

from inbox_bot.model import Channel, Visibility
from inbox_bot.ports import Store
from tests.unit.desk_house import NOW
from tests.unit.flow_house import Day, dm, mail, post
from tests.unit.scenario_house import texts, tickets


@pytest.fixture
def day(store: Store) -> Day:
    """An empty house on both databases."""
    return Day(store=store)


@pytest.mark.parametrize("polls", [1, 2])
async def test_a_post_that_comes_before_the_one_it_continues(day: Day, polls: int) -> None:
    """In one poll or two: one ticket, listed by time, one public reply; its start is the older post's."""
    first = post("@acme eins", id=9001, at=NOW)
    second = post("@acme zwei", id=9002, conversation="9001", reply_to_id="9001", at=NOW + timedelta(minutes=2))
    for lot in ((second, first),) if polls == 1 else ((second,), (first,)):
        await day.takes(*lot)
    [ticket] = await tickets(day)
    assert await texts(day, ticket) == ["@acme eins", "@acme zwei"]
    assert ticket.last_incoming_at == NOW + timedelta(minutes=2)
    assert len([draft for draft in day.x.drafts if draft.visibility is Visibility.PUBLIC]) == 1


async def test_an_answer_to_somebody_elses_post_that_comes_first(day: Day) -> None:
    """Two people in one conversation, the second one's post first: each has a ticket of his own, in either order."""
    await day.takes(post("@acme bei mir auch", id=9002, author="1002", conversation="9001", reply_to_id="9001"))
    await day.takes(post("@acme geht nicht", id=9001))
    assert [await texts(day, ticket) for ticket in await tickets(day)] == [["@acme bei mir auch"], ["@acme geht nicht"]]


async def test_a_chain_of_mails_that_comes_backwards(day: Day) -> None:
    """The third names the second and the first in References, neither of which is there: one ticket, read forwards."""
    three = "References: <m1@post.example> <m2@post.example>"
    await day.takes(mail("drei", three, "In-Reply-To: <m2@post.example>", id=3, at=NOW + timedelta(minutes=3)))
    await day.takes(mail("zwei", "In-Reply-To: <m1@post.example>", id=2, at=NOW + timedelta(minutes=2)))
    await day.takes(mail("eins", id=1, at=NOW + timedelta(minutes=1)))
    [ticket] = await tickets(day)
    assert await texts(day, ticket) == ["eins", "zwei", "drei"]


async def test_a_message_that_overtakes_the_post_it_speaks_of(day: Day) -> None:
    """The DM is read a poll before the mention that he wrote first: one customer and one ticket."""
    await day.takes(dm("Wie eben geschrieben: es geht nicht", at=NOW + timedelta(minutes=1)))
    await day.takes(post(at=NOW))
    found = await tickets(day)
    assert ([ticket.channel for ticket in found], len(await texts(day, found[0]))) == ([Channel.TWITTER], 2)

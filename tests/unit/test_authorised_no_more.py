"""An authorisation that has ended, or never ends: what is said of it, and who is answered then. On both databases."""

import pytest

from inbox_bot.errors import Stopped, UsageError
from inbox_bot.flows import authorising
from inbox_bot.flows.answering import reply
from inbox_bot.flows.authorising import Grant
from inbox_bot.flows.gates.asked import Answer
from inbox_bot.records import Ticket
from inbox_bot.rules import numbers
from inbox_bot.store.database import Database
from tests.unit.linking_day import MAIL, Linking

MIRA = "Mira Winter <mira@post.example>"


@pytest.fixture
def day(store: Database) -> Linking:
    """One with an empty store."""
    return Linking(store=store)


async def begun(day: Linking) -> Ticket:
    """Eva's ticket; Mira has written something else."""
    await day.agent()
    await day.mails("Mein Umzug.", id=1, subject="Umzug")
    await day.mails("Hallo.", id=2, sender=MIRA)
    await day.sends()
    async with day.store.read() as tx:
        return (await tx.tickets(states=(), customer=None, limit=100))[0][0]


def a_grant(ticket: Ticket, since: str = "today", until: str = "") -> Grant:
    """Mira may act for Eva."""
    return Grant(
        key=ticket.number, person="Mira", identity="mira@post.example", evidence="by telephone", since=since,
        until=until, who="anna",
    )  # fmt: skip


@pytest.mark.parametrize(("since", "until"), [("today", "9999-12-31"), ("0001-01-01", ""), ("today", "31.12.9999")])
async def test_a_day_beyond_all_calendars_is_refused(day: Linking, since: str, until: str) -> None:
    """In one line, which says how one without an end is entered."""
    ticket = await begun(day)
    with pytest.raises(UsageError, match="too far away; leave --until out"):
        await authorising.grant(day.house, a_grant(ticket, since, until))


async def test_what_has_ended_is_not_ended_again(day: Linking) -> None:
    """The customer was told its last day, and hears no more of it."""
    ticket = await begun(day)
    done = await authorising.grant(day.house, a_grant(ticket, until="2026-03-10"))
    before = len(await day.deliveries())
    day.later(days=2)
    with pytest.raises(UsageError, match="has ended already"):
        await authorising.withdraw(day.house, done.authorisation.id, "anna", "too late")
    assert len(await day.deliveries()) == before


@pytest.mark.parametrize("meant", [True, False])
async def test_who_does_not_act_any_more_is_not_answered_through_the_customer(day: Linking, meant: bool) -> None:
    """Mira asked, her authorisation ended, Anna answers her: Eva would have read it. What is for Eva goes to her."""
    ticket = await begun(day)
    done = await authorising.grant(day.house, a_grant(ticket))
    await day.mails(f"Zu Ticket {numbers.pretty(ticket.number)}: Geht das?", id=3, sender=MIRA)
    await authorising.withdraw(day.house, done.authorisation.id, "anna", "they parted")
    seen = max(one.id for one in await day.filed())
    answer = Answer(number=ticket.number, who="anna", text="Das geht.", seen=seen, to_customer=meant)
    if meant:
        assert (await reply(day.house, answer)).to.address == MAIL
        return
    with pytest.raises(Stopped, match=f"is from mira@post.example, .* goes to the customer, {MAIL}") as stopped:
        await reply(day.house, answer)
    assert stopped.value.override

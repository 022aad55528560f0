"""What users of other desks complain about, second half: what goes out, to whom, and that its arrival is known."""

from datetime import timedelta

import pytest

from inbox_bot.errors import UsageError
from inbox_bot.flows import answering, clock
from inbox_bot.model import Kind
from inbox_bot.ports import Store
from inbox_bot.rules import numbers
from tests.unit.desk_house import NOW
from tests.unit.flow_house import Day, mail, post
from tests.unit.said import informed
from tests.unit.scenario_house import kinds, reports, tickets

AWAY = "Ich bin bis Montag nicht im Büro."


@pytest.fixture
def day(store: Store) -> Day:
    """An empty house on both databases."""
    return Day(store=store)


async def test_the_number_is_sent(day: Day) -> None:
    """In subject and text of the first mail, and on record as given only when the relay has taken it."""
    await day.takes(mail())
    [ticket] = await tickets(day)
    assert ticket.number_delivered_at is None
    await day.sends()
    [ticket] = await tickets(day)
    [draft] = day.mail.drafts
    assert numbers.pretty(ticket.number) in draft.subject
    assert numbers.pretty(ticket.number) in draft.text
    assert ticket.number_delivered_at == day.now


async def test_an_overlong_post_is_refused_while_it_is_written(day: Day) -> None:
    """Nothing looks sent that X would not take: the writer is told, and nothing is queued."""
    await day.agent()
    await day.takes(post())
    [ticket] = await tickets(day)
    before = len(day.x.drafts)
    with pytest.raises(UsageError, match="too long"):
        await answering.reply(day.house, informed(number=ticket.number, who="anna", text="lang " * 300))
    assert len(day.x.drafts) == before


@pytest.mark.parametrize(("sign", "most"), [("Auto-Submitted: auto-replied", 1), ("Precedence: bulk", 1), ("", 4)])
async def test_a_machine_does_not_keep_us_talking(day: Day, sign: str, most: int) -> None:
    """A robot answers each mail of ours, all night: one that says so gets no second mail; one without any sign is found
    out by its even haste after four."""
    await day.takes(mail())
    answered = 0
    for place in range(100):
        await clock.acknowledge_owed(day.house)
        await day.sends()
        if answered == len(day.mail.parcels):
            day.later(minutes=6)
            continue
        answered = len(day.mail.parcels)
        day.later(minutes=6)
        lines = (sign,) if sign else ()
        await day.takes(mail(AWAY, *lines, id=100 + place, to=day.mail.drafts[-1].reply_to, at=day.now))
    assert 1 <= len(day.mail.parcels) <= most


async def test_a_sender_that_takes_no_answers_gets_none(day: Day) -> None:
    """No acknowledgement to noreply@, which would bounce or be answered by another robot."""
    await day.takes(mail(sender="Shop <noreply@shop.example>"))
    await day.sends()
    assert day.mail.parcels == []


async def test_a_notice_that_bounces_reopens_nothing(day: Day) -> None:
    """The team's mailbox is full: no ticket changes, and no notice is sent about the notice."""
    day.team = ("team@acme.example",)
    await day.takes(mail())
    await clock.tell_team(day.house)
    await day.sends()
    before = await tickets(day)
    [notice] = [draft for draft in day.mail.drafts if draft.kind is Kind.NOTICE]
    await day.takes(mail("voll", id=2, sender="<mailer-daemon@acme.example>", to=notice.return_path, subject="failure"))
    await clock.raise_alarms(day.house)
    await clock.tell_team(day.house)
    assert await tickets(day) == before
    assert len([draft for draft in day.mail.drafts if draft.kind is Kind.NOTICE]) == 1


async def test_an_agents_vacation_notice_reaches_no_customer(day: Day) -> None:
    """His mailbox answers our notice by itself: nothing is added to the ticket, nothing goes out."""
    await day.agent()
    day.team = ("anna@acme.example",)
    await day.takes(mail())
    await clock.tell_team(day.house)
    await day.sends()
    before, sent = await tickets(day), len(day.mail.parcels)
    notice = next(draft for draft in day.mail.drafts if draft.kind is Kind.NOTICE)
    away = (f"In-Reply-To: {notice.message_id}", "Auto-Submitted: auto-replied")
    await day.takes(mail(AWAY, *away, id=2, sender="Anna <anna@acme.example>", to=notice.reply_to))
    day.later(hours=1)
    await clock.acknowledge_owed(day.house)
    await day.sends()
    assert (await tickets(day), len(day.mail.parcels)) == (before, sent)


async def test_sent_but_not_delivered_does_not_stay_unseen(day: Day) -> None:
    """The relay took it and a report of failure comes days later: an alarm, and the number counts as not given."""
    await day.takes(mail())
    await day.sends()
    day.later(days=6)
    await reports(day, "failed", id=2)
    [ticket] = await tickets(day)
    assert ticket.number_delivered_at is None
    assert {"delivery_failed", "number_not_delivered"} <= await kinds(day)


async def test_a_copy_goes_to_nobody_of_another_conversation(day: Day) -> None:
    """Who was in Cc of one answer is in none of the next, be it in this ticket or in another."""
    await day.agent()
    await day.takes(mail(), mail("Anderes", id=2, sender="Max Ober <max@post.example>"))
    first, second = await tickets(day)
    for number, copies in ((first.number, ("chef@post.example",)), (second.number, ()), (first.number, ())):
        await answering.reply(day.house, informed(number=number, who="anna", text="Gern.", cc=copies, anyway=True))
    answers = [draft for draft in day.mail.drafts if draft.kind is Kind.REPLY]
    assert [draft.cc for draft in answers] == [("chef@post.example",), (), ()]
    assert [draft.to.address for draft in answers] == [
        "eva.winter@post.example", "max@post.example", "eva.winter@post.example"
    ]  # fmt: skip


async def test_a_first_import_sends_nothing(day: Day) -> None:
    """A thousand mails of the last years come in at once: all are filed, no customer hears of it."""
    old = [
        mail(f"Alt {n}", id=n, sender=f"K <k{n}@post.example>", at=NOW - timedelta(days=4 + n))
        for n in range(1, 201)
    ]  # fmt: skip
    await day.takes(*old)
    await clock.acknowledge_owed(day.house)
    await day.sends()
    assert (len(await tickets(day)), day.mail.parcels) == (200, [])

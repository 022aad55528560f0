"""Figures do not lie: what is no answer is none, what was merged or is junk counts once or not, and groups add up."""

from dataclasses import replace

import pytest

from inbox_bot.casework import Survey
from inbox_bot.flows import calls, figures, merging
from inbox_bot.flows.answering import confirm
from inbox_bot.flows.calls import Call
from inbox_bot.flows.figures import Figures
from inbox_bot.model import Kind, TicketState
from inbox_bot.records import LogEntry, Message, Ticket
from inbox_bot.store.database import Database
from inbox_bot.work.figures import By
from tests.unit.figured import SINCE, UNTIL, Fortnight, History, at
from tests.unit.flow_house import mail
from tests.unit.scenario_house import tickets


@pytest.fixture
async def day(store: Database) -> Fortnight:
    """A fortnight of which nothing is on record."""
    return Fortnight(store=store, now=UNTIL)


async def saved(day: Fortnight, made: History) -> dict[int, int]:
    """Put it on record."""
    async with day.store.write() as tx:
        return await tx.save(made.filing)


async def overall(day: Fortnight) -> Figures:
    """Of the whole period."""
    return (await figures.stats(day.house, SINCE)).overall


async def said(day: Fortnight, ticket: Ticket) -> list[Message]:
    """All that stands in it."""
    async with day.store.read() as tx:
        return [entry.message for entry in await tx.timeline(ticket.customer, ticket.id)]


async def groups(day: Fortnight, by: By) -> dict[str, Figures]:
    """Of each group."""
    return {one.group: one for one in (await figures.stats(day.house, SINCE, by)).groups}


async def test_what_only_gives_a_number_is_no_answer(day: Fortnight) -> None:
    """The message after a telephone call says what was said there; nobody has answered anything by it."""
    await day.agent()
    await calls.open_ticket(day.house, Call(key="eva@post.example", text="Sie fragt nach dem Umzug", who="anna"))
    found = await overall(day)
    assert (found.tickets, found.answers) == (1, 0)


@pytest.mark.parametrize("kind", [Kind.SURVEY, Kind.INCIDENT, Kind.INTERIM])
async def test_what_nobody_asked_for_is_no_automatic_reply(day: Fortnight, kind: Kind) -> None:
    """An update to ten thousand customers answers none of them."""
    made = History()
    ticket = made.ticket("03-24 09:00")
    made.delivery(ticket, "03-24 09:00", Kind.ACKNOWLEDGEMENT, automatic=True)
    made.delivery(ticket, "03-25 09:00", kind, automatic=True)
    await saved(day, made)
    found = await overall(day)
    assert (found.automatic, sum(found.deliveries.values())) == (1, 2)


async def test_what_was_merged_counts_as_what_goes_on(day: Fortnight) -> None:
    """Both were reopened, and the customer gave a score for the one that was merged: one ticket, of who has it now."""
    anna = await day.agent()
    made = History()
    kept = made.ticket("03-24 09:00", state=TicketState.OPEN, assignee=anna.id)
    gone = made.ticket("03-24 10:00", state=TicketState.CLOSED)
    made.filing.log += [
        LogEntry(at=at("03-25 09:00"), who="anna", what="reopen", ticket=one.id) for one in (kept, gone)
    ]
    made.filing.surveys.append(_answered(gone.id, gone.customer))
    ids = await saved(day, made)
    await day.save(replace(gone, id=ids[gone.id], customer=ids[gone.customer], merged_into=ids[kept.id]))
    assert (await overall(day)).reopened == 1
    found = await groups(day, By.AGENT)
    assert list(found) == ["anna"]
    assert (found["anna"].reopened, found["anna"].satisfaction) == (1, 4)


async def test_who_waited_in_a_merged_ticket_has_waited(day: Fortnight) -> None:
    """From his first words in either: the answer came an hour after them, not before the ticket was opened that goes
    on; the solution and what is open count from then, too."""
    made = History()
    answered = made.ticket("03-24 09:00", state=TicketState.RESOLVED, answered_at=at("03-23 09:00"))
    waits = made.ticket("03-25 09:00", state=TicketState.OPEN)
    first = [made.ticket("03-23 08:00", state=TicketState.CLOSED) for _ in range(2)]
    ids = await saved(day, made)
    settled = replace(answered, id=ids[answered.id], customer=ids[answered.customer], resolved_at=at("03-24 08:00"))
    await day.save(settled, *(
        replace(one, id=ids[one.id], customer=ids[one.customer], merged_into=ids[into.id])
        for one, into in zip(first, (answered, waits), strict=True)
    ))  # fmt: skip
    found = await overall(day)
    assert found.answer is not None
    assert found.solution is not None
    assert found.backlog.age is not None
    assert (found.answer.longest, found.solution.longest) == (3600, 24 * 3600)
    assert found.backlog.age.longest == (UNTIL - at("03-23 08:00")).total_seconds()


async def test_a_score_for_junk_is_none(day: Fortnight) -> None:
    """Of junk nothing counts."""
    made = History()
    junk = made.ticket("03-24 09:00", junk=True)
    made.filing.surveys.append(_answered(junk.id, junk.customer))
    await saved(day, made)
    assert (await overall(day)).satisfaction is None


def _answered(ticket: int, customer: int) -> Survey:
    return Survey(
        id=-1, ticket=ticket, customer=customer, decided_at=at("03-26 09:00"), asked=True, reason="", score=4,
        answered_at=at("03-26 10:00"),
    )  # fmt: skip


async def test_by_channel_the_spend_is_all_there(day: Fortnight) -> None:
    """X costs money also where nobody wrote there."""
    made = History()
    made.message(made.ticket("03-24 09:00"), "03-24 09:00")
    await saved(day, made)
    async with day.store.write() as tx:
        await tx.add_spend("x", "2026-03-24", 250_000)
    found = await groups(day, By.CHANNEL)
    assert list(found) == ["email", "twitter"]
    spend = found["twitter"].spend
    assert spend is not None
    assert spend.total == 250_000


async def test_a_week_that_is_cut_has_fewer_days(day: Fortnight) -> None:
    """A day costs the mean of those of its days that lie in the period: weeks agree with the whole."""
    async with day.store.write() as tx:
        for spent_on in ("2026-03-27", "2026-03-28", "2026-03-29", "2026-03-30", "2026-03-31"):
            await tx.add_spend("x", spent_on, 100_000)
    later = replace(day, now=at("03-31 12:00"))
    found = await figures.stats(later.house, at("03-27 00:00"), By.WEEK)
    assert [one.spend.per_day for one in (found.overall, *found.groups) if one.spend] == [100_000] * 3


async def test_nothing_is_spent_on_a_channel_that_costs_nothing(day: Fortnight) -> None:
    """A house without X has no line of it."""
    made = History()
    made.message(made.ticket("03-24 09:00"), "03-24 09:00")
    await saved(day, made)
    assert list(await groups(day, By.CHANNEL)) == ["email"]


async def test_a_confirmation_is_no_first_answer_after_a_split_either(day: Fortnight) -> None:
    """What is left of the ticket is as unanswered as it was."""
    await day.agent()
    await day.takes(mail(at=day.now))
    await day.takes(mail("Und die Rechnung?", "In-Reply-To: <m1@post.example>", id=2, at=day.now))
    [ticket] = await tickets(day)
    day.later(hours=1)
    await confirm(day.house, ticket.number, "anna")
    day.later(hours=1)
    last = [message.id for message in (await said(day, ticket)) if "Rechnung" in message.text]
    await merging.split(day.house, ticket.number, last[:1], "Rechnung", "anna", "")
    assert (await tickets(day))[0].answered_at is None
    assert (await overall(day)).answer is None

"""The team's queue in the store: who waits since when, who had whom, who is at work on what, what has come due."""

from dataclasses import replace
from datetime import datetime

from inbox_bot.casework import Draft, Seen
from inbox_bot.model import DeliveryState, Direction, TicketState, Visibility
from inbox_bot.records import Agent, LogEntry, Message
from inbox_bot.store.database import Database
from inbox_bot.views import AtWork
from inbox_bot.writes import Filing
from tests.contract.store_builders import DAY, HOUR, MINUTE, NOW, Case, a_case


async def an_agent(store: Database, name: str = "Ada") -> int:
    async with store.write() as tx:
        return await tx.save_agent(
            Agent(id=-1, name=name, initials=name[:2], address=f"{name}@acme.example", created_at=NOW)
        )


async def filed(store: Database, at: datetime = NOW) -> Case:
    """One mail that opened a ticket."""
    case = a_case(at=at)
    async with store.write() as tx:
        return case.real(await tx.save(case.filing()))


def says(case: Case, at: datetime, text: str = "Und jetzt?", **fields: object) -> Message:
    """A further message in the ticket."""
    told = replace(case.message, id=-1, external_id=f"<{at:%H%M%S}{text[:9]}@post.example>", at=at, text=text)
    return replace(told, acknowledged_by=None, **fields)  # type: ignore[arg-type]  # a builder takes any field


async def answers(store: Database, case: Case, at: datetime, agent: int) -> None:
    async with store.write() as tx:
        answer = says(case, at, "Wir kümmern uns.", direction=Direction.OUTGOING, agent=agent)
        await tx.save(Filing(messages=[answer]))


async def test_the_queue_is_by_since_when_they_wait(store: Database) -> None:
    """Not by number: who was answered and asks again waits since he asked; who waits for nothing is left out."""
    ada = await an_agent(store)
    first, second, third = [await filed(store, NOW + place * MINUTE) for place in range(3)]
    await answers(store, first, NOW + HOUR, ada)
    await answers(store, third, NOW + HOUR, ada)
    async with store.write() as tx:
        await tx.save(Filing(tickets=[replace(third.ticket, state=TicketState.OPEN)]))
        again = [says(first, NOW + 2 * HOUR), replace(says(first, NOW + 3 * HOUR, "Hallo?"), id=-2)]
        await tx.save(Filing(messages=[*again, replace(says(second, NOW + 4 * HOUR, automatic=True), id=-3)]))
        found = await tx.unassigned(9, offered=True)
    assert [(one.ticket.id, one.since) for one in found] == [
        (second.ticket.id, NOW + MINUTE),
        (first.ticket.id, NOW + 2 * HOUR),
    ]
    assert [(one.customer, one.language) for one in found[:1]] == [("Eva Winter", "de")]
    assert found[1].previous == ada
    assert found[0].previous is None
    assert found[1].message is not None
    assert found[1].message.text == "Hallo?"


async def test_what_somebody_has_is_not_in_the_queue(store: Database) -> None:
    """Nor is junk, what is snoozed or settled; what was put back by hand only for who asks for it."""
    ada = await an_agent(store)
    cases = [await filed(store) for _ in range(6)]
    held, junk, asleep, settled, back, free = (case.ticket for case in cases)
    async with store.write() as tx:
        await tx.save(
            Filing(
                tickets=[
                    replace(held, assignee=ada),
                    replace(junk, junk=True),
                    replace(asleep, snoozed_until=NOW + DAY),
                    replace(settled, state=TicketState.RESOLVED, resolved_at=NOW),
                ],
                log=[
                    LogEntry(at=NOW, who="Ada", what="assign", ticket=one.id, detail=detail)
                    for one, detail in ((back, "Ada"), (back, "nobody"), (free, "nobody"), (free, "back: disabled"))
                ],
            )
        )
        assert [one.ticket.id for one in await tx.unassigned(9, offered=False)] == [back.id, free.id]
        assert [one.ticket.id for one in await tx.unassigned(9, offered=True)] == [free.id]


async def test_a_call_waits_since_it_came(store: Database) -> None:
    """A ticket that nobody has written to waits all the same, as long as nobody has answered it."""
    case = a_case()
    async with store.write() as tx:
        ids = await tx.save(Filing(customers=[case.customer], tickets=[case.ticket]))
        [found] = await tx.unassigned(9, offered=True)
    assert (found.ticket.id, found.since, found.message) == (ids[case.ticket.id], NOW, None)


async def test_loads_count_what_is_in_hand(store: Database) -> None:
    """By agent: without junk and what is settled, with the time of the newest."""
    ada, bob = await an_agent(store), await an_agent(store, "Bob")
    cases = [await filed(store, NOW + place * HOUR) for place in range(4)]
    async with store.write() as tx:
        tickets = [replace(case.ticket, assignee=ada) for case in cases]
        tickets[2] = replace(tickets[2], junk=True)
        tickets[3] = replace(tickets[3], state=TicketState.CLOSED)
        await tx.save(Filing(tickets=tickets))
        assert await tx.loads() == {ada: (2, NOW + HOUR)}
        assert [one.id for one in await tx.tickets_of(ada)] == [one.id for one in tickets[:3]]
        assert await tx.tickets_of(bob) == []


async def test_a_customer_had_last_who_answered_him_last(store: Database) -> None:
    """On whatever ticket; else who had his last one."""
    ada, bob = await an_agent(store), await an_agent(store, "Bob")
    case = await filed(store)
    older = replace(case.ticket, id=-9, number="999999999", assignee=bob)
    async with store.write() as tx:
        await tx.save(Filing(tickets=[older]))
        [found] = await tx.unassigned(9, offered=True)
        assert found.previous == bob
    await answers(store, case, NOW + MINUTE, ada)
    async with store.write() as tx:
        await tx.save(Filing(messages=[says(case, NOW + HOUR)]))
        [found] = await tx.unassigned(9, offered=True)
        assert found.previous == ada


async def test_who_is_at_work_is_named(store: Database) -> None:
    """Who has a draft, and who has looked lately; a ticket with neither is left out."""
    ada, bob = await an_agent(store), await an_agent(store, "Bob")
    case, other = await filed(store), await filed(store)
    async with store.write() as tx:
        await tx.put_draft(Draft(ticket=case.ticket.id, agent=ada, text="Guten Tag", at=NOW))
        for agent, at in ((ada, NOW - HOUR), (bob, NOW)):
            await tx.note_seen(Seen(ticket=case.ticket.id, agent=agent, message=case.message.id, at=at))
        found = await tx.at_work([case.ticket.id, other.ticket.id], NOW - MINUTE)
        assert found == {case.ticket.id: AtWork(drafting=("Ada",), looking=("Bob",))}
        assert [(one.text, number) for one, number in await tx.drafts_by(ada)] == [("Guten Tag", case.ticket.number)]
        assert await tx.drafts_by(bob) == []


async def test_tags_find_their_tickets(store: Database) -> None:
    """Exactly that tag."""
    case, other = await filed(store), await filed(store)
    async with store.write() as tx:
        await tx.put_tags(case.ticket.id, ["umzug", "umzug-2"])
        await tx.put_tags(other.ticket.id, ["umzug-2"])
        assert await tx.tagged("umzug") == {case.ticket.id}
        assert await tx.tagged("nichts") == set()


async def test_snoozed_tickets_come_due(store: Database) -> None:
    """The longest past first; those that still sleep do not."""
    cases = [await filed(store) for _ in range(3)]
    until = (NOW, NOW - HOUR, NOW + MINUTE)
    async with store.write() as tx:
        tickets = [replace(case.ticket, snoozed_until=at) for case, at in zip(cases, until, strict=True)]
        await tx.save(Filing(tickets=tickets))
        assert [one.id for one in await tx.snoozed_until(NOW, 9)] == [tickets[1].id, tickets[0].id]


async def test_what_is_unanswered_is_read_of_the_newest(store: Database) -> None:
    """What came since a person answered, and of a flood only its end."""
    case, other = await filed(store), await filed(store)
    async with store.write() as tx:
        await tx.save(Filing(tickets=[replace(case.ticket, last_outgoing_at=NOW + MINUTE)]))
        again = [says(case, NOW + place * HOUR, f"Frage {place}") for place in (1, 2)]
        flood = [
            replace(says(other, NOW + place * MINUTE, f"{place}"), id=-9 - place, external_id=f"<f{place}@b.example>")
            for place in range(1, 30)
        ]
        await tx.save(Filing(messages=[replace(one, id=-1 - place) for place, one in enumerate(again)]))
        await tx.save(Filing(messages=flood))
        found = await tx.unanswered_texts([case.ticket.id, other.ticket.id])
    assert found[case.ticket.id] == ["Frage 1", "Frage 2"]
    assert found[other.ticket.id] == [str(place) for place in range(18, 30)]


async def test_an_agents_posts_are_counted_once_they_may_go(store: Database) -> None:
    """Not what waits for a yes or was refused, nor what is private."""
    ada = await an_agent(store)
    case = await filed(store)
    async with store.write() as tx:
        post = replace(
            case.answer, id=-1, external_id="", visibility=Visibility.PUBLIC, agent=ada, acknowledged_by=None
        )
        out = replace(case.delivery, external_id="", carries_number=False)
        rows = [
            replace(out, id=-9, token="a1", message=-1),
            replace(out, id=-10, token="a2", message=-1),
            replace(out, id=-11, token="a3", message=-2, approval=True),
            replace(out, id=-12, token="a4", message=-3, state=DeliveryState.WITHDRAWN),
            replace(out, id=-13, token="a5", message=-4),
        ]
        private = replace(post, id=-4, visibility=Visibility.PRIVATE)
        posts = [post, replace(post, id=-2), replace(post, id=-3), private]
        await tx.save(Filing(messages=posts, deliveries=rows))
        assert await tx.posts_by(ada) == 1
        assert await tx.posts_by(ada + 1) == 0

"""By which way a question how it stands is answered: never in public, to a stranger, the angry or a machine."""

from dataclasses import replace
from datetime import timedelta

import pytest

from inbox_bot.flows import clock
from inbox_bot.flows.answering import reply
from inbox_bot.flows.gates.asked import Answer
from inbox_bot.flows.house import House
from inbox_bot.model import Channel, DeliveryState, Kind, TicketState, Visibility
from inbox_bot.records import Customer, Delivery, Identity, Message, Ticket
from inbox_bot.rules.acknowledge import Policy
from inbox_bot.rules.numbers import pretty
from inbox_bot.store.database import Database
from inbox_bot.writes import Filing
from tests.unit.desk_house import NOW, a_mail, a_ticket
from tests.unit.flow_house import Day, dm, mail, post
from tests.unit.scenario_house import tickets

SUBJECT = "Kein Anschluss"
NUMBER = pretty(a_ticket().number)


@pytest.fixture
async def day(store: Database) -> Day:
    return Day(store, policy=Policy(public_per_hour=3))


async def told(day: Day) -> list[tuple[Message, Delivery]]:
    """The answers from the record."""
    return [(message, delivery) for message, delivery in await day.deliveries() if delivery.kind is Kind.STATUS]


async def case(day: Day, *, dm: bool = False, **ticket: object) -> Ticket:
    """Eva, known by mail and on X, with a ticket whose number she has."""
    known = a_ticket(number_delivered_at=NOW - timedelta(hours=2), **ticket)
    return await day.case(a_mail(), ticket=known, dm=dm)


async def change(day: Day, **fields: object) -> None:
    """Change Eva's identities."""
    async with day.store.write() as tx:
        [customer] = await tx.find_customers("1001")
        known = await tx.identities(customer.id)
        await tx.save(Filing(identities=[replace(one, **fields) for one in known]))  # type: ignore[arg-type]  # any


async def test_a_mention_is_answered_by_dm_where_she_has_written_one(day: Day) -> None:
    """The record goes by DM at once; in public, after the hold, only that it did."""
    ticket = await case(day, dm=True)
    await day.takes(post("@acme Wie ist der Stand?"))
    [(private, by_dm), (public, note)] = await told(day)
    assert (by_dm.channel, by_dm.visibility, by_dm.to) == (Channel.TWITTER, Visibility.PRIVATE, "1001")
    assert NUMBER in private.text
    assert (note.visibility, note.due_at, note.ticket) == (Visibility.PUBLIC, NOW + timedelta(minutes=1), ticket.id)
    assert "per Direktnachricht geantwortet" in public.text
    for words in (NUMBER, SUBJECT, "2026", "beantwortet"):
        assert words not in public.text
    assert len(await tickets(day)) == 1


async def test_else_by_her_proven_mail(day: Day) -> None:
    """Where X lets us write no DM."""
    await case(day)
    await day.takes(post("@acme Status?"))
    [(_, by_mail), (public, _)] = await told(day)
    assert (by_mail.channel, by_mail.to, by_mail.inbox) == (Channel.EMAIL, "eva.winter@post.example", "mail")
    assert "per E-Mail geantwortet" in public.text


@pytest.mark.parametrize("unfit", [{"proven": False}, {"undeliverable_at": NOW}, {"blocked_at": NOW}])
async def test_without_a_private_way_she_is_asked_for_a_dm(day: Day, unfit: dict[str, object]) -> None:
    """Nothing of the record leaves; what she then writes comes to this ticket and gets it."""
    ticket = await case(day, channel=Channel.TWITTER, inbox="x")
    async with day.store.write() as tx:
        [customer] = await tx.find_customers("1001")
        [address] = [one for one in await tx.identities(customer.id) if one.channel is Channel.EMAIL]
        await tx.save(Filing(identities=[replace(address, **unfit)]))  # type: ignore[arg-type]  # any field
    await day.takes(post("@acme Status?"))
    [(public, delivery)] = await told(day)
    assert delivery.visibility is Visibility.PUBLIC
    assert "Direktnachricht" in public.text
    assert NUMBER not in public.text
    day.later(minutes=5)
    await day.takes(dm("Status?", at=day.now))
    [_, (private, by_dm)] = await told(day)
    assert (by_dm.visibility, by_dm.ticket) == (Visibility.PRIVATE, ticket.id)
    assert NUMBER in private.text


async def test_in_public_the_limits_hold(day: Day) -> None:
    """One public answer to a post; switched off or to be approved as the acknowledgement; the DM goes all the same."""
    await case(day, dm=True)
    day.policy = Policy(public="approve", coalesce_seconds=1)
    await day.takes(post("@acme Status?", id=9001))
    [(_, by_dm), (_, note)] = await told(day)
    assert (by_dm.approval, note.approval) == (False, True)
    day.policy = Policy(public="off", coalesce_seconds=1)
    day.later(minutes=10)
    await day.takes(post("@acme Status?", id=9002, at=day.now))
    assert [one.visibility for _, one in await told(day)][2:] == [Visibility.PRIVATE]
    day.policy = Policy(public_per_hour=0, coalesce_seconds=1)
    day.later(minutes=10)
    await day.takes(post("@acme Status?", id=9003, at=day.now))
    assert [one.approval for _, one in await told(day)][3:] == [False, True]
    day.later(seconds=0)
    await day.takes(post("@acme Status?", id=9004, at=day.now))
    assert len(await told(day)) == 5  # nothing has changed since


async def test_a_stranger_with_the_number_learns_nothing(day: Day) -> None:
    """His own ticket and the usual words; the same as for a number that does not exist."""
    await case(day)
    await day.takes(
        mail(f"Status {NUMBER}?", id=2, sender="Max <max@far.example>", subject="Status"),
        post(f"@acme Status {NUMBER}?", author="2002"),
        dm(f"Status {NUMBER}?", author="3003"),
    )
    assert await told(day) == []
    sent = [message.text for message, _ in await day.deliveries()]
    assert len(sent) == 3
    assert not any(NUMBER in text or SUBJECT in text for text in sent)


async def test_a_customer_who_names_anothers_number_gets_a_person(day: Day) -> None:
    """Also where he has tickets of his own: whether that number exists must not show."""
    await case(day)
    await day.takes(mail("Mein Anschluss ist tot", id=2, sender="Max <max@far.example>", subject="Tot"))
    day.later(hours=1)
    await day.takes(
        mail(f"Status {NUMBER}?", id=3, sender="Max <max@far.example>", subject="", at=day.now),
        mail("Status 918-427-353?", id=4, sender="Max <max@far.example>", subject="", at=day.now),
    )
    assert await told(day) == []


async def test_a_sender_who_is_not_proven_gets_the_usual_acknowledgement(day: Day) -> None:
    """Where the mail server could have shown who wrote and did not."""
    ticket = await case(day)
    strict = replace(day.house.inboxes["mail"], authserv_id="mx.acme.example")

    class Strict(Day):
        @property
        def house(self) -> House:
            house = super().house
            return replace(house, inboxes={**house.inboxes, "mail": strict})

    guarded = Strict(day.store)
    await guarded.takes(mail(f"Wie ist der Stand von {NUMBER}?", id=2, subject="Status"))
    assert await told(guarded) == []
    assert [one.kind for _, one in await guarded.deliveries()] == [Kind.ACKNOWLEDGEMENT]
    known = "Authentication-Results: mx.acme.example; dmarc=pass header.from=post.example"
    received = (
        "Received: from out.post.example ([192.0.2.7]) by mx.acme.example with ESMTPS id x1; "
        "Mon, 9 Mar 2026 12:00:00 +0000"
    )
    await guarded.takes(mail(f"Wie ist der Stand von {NUMBER}?", known, received, id=3, subject="Status"))
    [(_, delivery)] = await told(guarded)
    assert delivery.ticket == ticket.id


async def test_the_angry_get_a_person(day: Day) -> None:
    """Since before, or by this very message; also where another of the tickets is the cause."""
    await case(day, dm=True, angry_at=NOW - timedelta(hours=1))
    await day.takes(mail("Status?", id=2, subject=""), post("@acme Status?"), dm("Wie ist der Stand?"))
    assert await told(day) == []
    assert await day.deliveries() == []


async def test_no_ticket_no_record(day: Day) -> None:
    """Who has never written opens a ticket like anybody."""
    await day.takes(mail("Wie ist der Stand?", subject="Status"))
    assert await told(day) == []
    [ticket] = await tickets(day)
    assert ticket.state is TicketState.NEW


@pytest.mark.parametrize("field", ["opted_out_at", "looping_at", "blocked_at"])
async def test_nobody_who_gets_nothing_automatic_gets_this(day: Day, field: str) -> None:
    """Opted out, taken for a machine, blocked."""
    await case(day, dm=True)
    await change(day, **{field: NOW - timedelta(minutes=5)})
    await day.takes(mail("Status?", id=2, subject=""), post("@acme Status?"), dm("Status?"))
    assert await told(day) == []


async def test_a_machine_is_not_told(day: Day) -> None:
    """An automatic mail that asks is filed as such."""
    await case(day)
    await day.takes(mail("Status?", "Auto-Submitted: auto-generated", id=2, subject="Status"))
    assert await told(day) == []


async def test_the_ticket_that_goes_on_answers_for_a_merged_one(day: Day) -> None:
    """Its number is named, or not: the one that it was merged into is told of."""
    kept = await case(day)
    other = "918427353"
    async with day.store.write() as tx:
        merged = replace(
            kept, id=-9, number=other, state=TicketState.CLOSED, merged_into=kept.id, subject="Doppelt",
            closed_at=NOW - timedelta(hours=1),
        )  # fmt: skip
        await tx.save(Filing(tickets=[merged]))
    await day.takes(mail(f"Status von {pretty(other)}?", id=2, subject=""))
    for message, delivery in await told(day):
        assert delivery.ticket == kept.id
        assert NUMBER in message.text
        assert "Doppelt" not in message.text
    assert all(one.state is not TicketState.CLOSED for one in await tickets(day) if one.id == kept.id)


async def test_a_person_who_answers_takes_its_place(day: Day) -> None:
    """What is still held is withdrawn by an answer, as an acknowledgement is."""
    ticket = await case(day, dm=True)
    await day.agent("anna", "AB")
    await day.takes(post("@acme Status?"))
    await reply(day.house, Answer(number=ticket.number, who="anna", text="Der Router war defekt.", anyway=True))
    assert {one.state for _, one in await told(day)} == {DeliveryState.WITHDRAWN}


async def test_other_customers_are_not_told_of(day: Day) -> None:
    """Two customers in one lot: each hears of his own tickets alone."""
    await case(day)
    ids = await day.save(
        Customer(id=-200, name="Max", language="de", created_at=NOW),
        Identity(id=-201, customer=-200, channel=Channel.EMAIL, address="max@far.example", created_at=NOW, proven=True),
        a_ticket(id=-203, customer=-200, number="918427353", subject="Rechnung", number_delivered_at=NOW),
    )
    assert ids[-203]
    await day.takes(
        mail("Status?", id=2, subject=""), mail("Status?", id=3, subject="", sender="Max <max@far.example>")
    )
    by = {delivery.to: message.text for message, delivery in await told(day)}
    assert SUBJECT in by["eva.winter@post.example"]
    assert "Rechnung" not in by["eva.winter@post.example"]
    assert "Rechnung" in by["max@far.example"]
    assert SUBJECT not in by["max@far.example"]
    day.later(hours=1)
    await clock.acknowledge_owed(day.house)
    assert len(await day.deliveries()) == 2


async def test_a_closed_ticket_is_for_a_person(day: Day) -> None:
    """Asked after by its number: a new ticket that names it, and the usual acknowledgement."""
    await case(day, state=TicketState.CLOSED, closed_at=NOW - timedelta(days=1))
    await day.takes(mail(f"Wie ist der Stand von {NUMBER}?", id=2, subject=""))
    assert await told(day) == []
    assert len(await tickets(day)) == 2


async def test_it_comes_to_a_ticket_on_another_of_her_ways(day: Day) -> None:
    """A DM that asks after what she mailed: no ticket beside it, and the answer by DM."""
    ticket = await case(day)
    await day.takes(dm("Ist meine Mail angekommen?"))
    [(message, delivery)] = await told(day)
    assert (delivery.channel, delivery.ticket) == (Channel.TWITTER, ticket.id)
    assert "E-Mail „Kein Anschluss“, angekommen am 9. März 2026 um 11:00 Uhr" in message.text
    assert len(await tickets(day)) == 1


async def test_what_comes_twice_is_answered_once(day: Day) -> None:
    """The same mail in another mailbox, and the same poll again."""
    await case(day)
    source = await day.takes(mail("Status?", id=2, subject=""))
    copy = replace(mail("Status?", id=2, subject=""), key="8:2")
    await day.takes(copy)
    await day.takes(source=source)
    assert len(await told(day)) == 1

"""Intake: each thing that comes in has one fate, one place and one acknowledgement."""

from dataclasses import replace
from datetime import timedelta

import pytest

from inbox_bot.errors import Paused
from inbox_bot.flows import intake
from inbox_bot.model import Address, Channel, DeliveryState, Direction, Kind, TicketState, Unreadable, Visibility
from inbox_bot.ports import Store
from inbox_bot.rules import numbers
from tests.unit.desk_house import NOW
from tests.unit.flow_house import Day, FakeSource, dm, mail, post


@pytest.fixture
def day(store: Store) -> Day:
    """An empty house on both databases."""
    return Day(store=store)


async def test_a_new_mail_opens_a_ticket_and_its_number_goes_out(day: Day) -> None:
    """One ledger line, one ticket, one acknowledgement with the number, delivered with the relay's words."""
    await day.takes(mail())
    assert await day.outcomes() == [("7:1", "filed")]
    await day.sends()
    [(message, delivery)] = await day.deliveries()
    async with day.store.read() as tx:
        [(ticket, customer, _)] = await tx.tickets(states=[], customer=None, limit=9)
    assert (customer, ticket.state, ticket.number_delivered_at) == ("Eva Winter", TicketState.NEW, day.now)
    assert (delivery.state, delivery.kind) == (DeliveryState.SENT, Kind.ACKNOWLEDGEMENT)
    draft = day.mail.drafts[0]
    assert draft.subject == f"{numbers.tag(ticket.number)} Re: Anschluss gestört"
    assert numbers.pretty(ticket.number) in draft.text
    assert (draft.in_reply_to, draft.automatic) == ("<m1@post.example>", True)
    assert message.references == ("<m1@post.example>",)


async def test_what_was_taken_is_not_taken_again(day: Day) -> None:
    """A second poll over the same mailbox files nothing and sends nothing."""
    source = await day.takes(mail())
    await day.takes(source=FakeSource(things=source.things))
    assert await day.outcomes() == [("7:1", "filed")]
    assert len(day.mail.drafts) == 1


async def test_an_answer_with_our_token_joins_and_proves_arrival(day: Day) -> None:
    """His reply to our acknowledgement is in the ticket; the delivery counts as delivered."""
    await day.takes(mail())
    await day.sends()
    ours = day.mail.drafts[0]
    await day.takes(
        mail("Noch etwas", f"In-Reply-To: {ours.message_id}", id=2, to=ours.reply_to, subject="ganz anders")
    )
    async with day.store.read() as tx:
        rows = await tx.tickets(states=[], customer=None, limit=9)
    assert len(rows) == 1
    [(_, delivery)] = await day.deliveries()
    assert delivery.state is DeliveryState.DELIVERED


async def test_a_stranger_with_a_number_gets_his_own_ticket(day: Day) -> None:
    """Neither the number nor our Message-ID lets him in; the ticket suggests the other to the agent only."""
    await day.takes(mail())
    ours = day.mail.drafts[0]
    stranger = mail(
        "zu Ihrem Ticket",
        f"In-Reply-To: {ours.message_id}",
        id=2,
        sender="Max Fremd <max@fremd.example>",
        to=ours.reply_to,
        subject=ours.subject,
    )
    await day.takes(stranger)
    async with day.store.read() as tx:
        first, second = (ticket for ticket, _, _ in await tx.tickets(states=[], customer=None, limit=9))
    assert (second.customer, second.related) != (first.customer, None)
    assert second.related == first.id
    told = day.mail.drafts[1]
    assert told.to.address == "max@fremd.example"
    assert "Anschluss gestört" not in told.text.replace(ours.subject, "")


@pytest.mark.parametrize(
    ("headers", "outcome"),
    [
        (("Auto-Submitted: auto-replied",), "automatic"),
        (("List-Id: <liste.post.example>",), "automatic"),
        (("X-Spam-Flag: YES",), "junk"),
    ],
)
async def test_machines_and_junk_get_no_answer(day: Day, headers: tuple[str, ...], outcome: str) -> None:
    """They are on record and nothing is composed for them; junk opens no ticket."""
    day_house = day.house
    day_house = replace(
        day_house,
        inboxes={**day_house.inboxes, "mail": replace(day_house.inboxes["mail"], spam_header="X-Spam-Flag: YES")},
    )
    source = FakeSource(things=[mail("Bin im Urlaub", *headers)])
    await intake.take_in(day_house, source)
    assert await day.outcomes() == [("7:1", outcome)]
    assert day.mail.drafts == []
    async with day.store.read() as tx:
        assert await tx.tickets(states=[], customer=None, limit=9) == []


async def test_the_same_mail_twice_is_one_message(day: Day) -> None:
    """Another UID with the same content is a duplicate; the same Message-ID with other words is a message."""
    first = mail()
    other = replace(mail("Ganz andere Worte", id=1, subject="anders"), key="7:9")
    await day.takes(first, first, replace(first, key="8:1"), other)
    assert await day.outcomes() == [("7:1", "filed"), ("7:9", "filed"), ("8:1", "duplicate")]


async def test_a_read_receipt_is_answered_once(day: Day) -> None:
    """An MDN goes to who asked, with an empty return path, and the source is told."""
    source = await day.takes(mail("Bitte lesen", "Disposition-Notification-To: <eva.winter@post.example>"))
    mdn = next(draft for draft in day.mail.drafts if draft.kind is Kind.MDN)
    assert mdn.original is not None
    assert (mdn.return_path, mdn.original.message_id) == ("", "<m1@post.example>")
    assert [settled.mdn for settled in source.settled] == [True]


async def test_an_unreadable_thing_is_quarantined_and_the_rest_goes_on(day: Day) -> None:
    """Its bytes and the reason are kept; the good mail beside it is answered."""
    await day.takes(Unreadable(key="7:5", at=NOW, reason="too deep", raw=b"\x00bad"), mail())
    assert await day.outcomes() == [("7:1", "filed"), ("7:5", "quarantined")]
    assert [finding.kind for finding in await day.findings()] == ["quarantined"]
    async with day.store.read() as tx:
        assert await tx.raw_of_ledger("7:5") == b"\x00bad"


async def test_old_mail_is_filed_and_never_answered(day: Day) -> None:
    """Above max_age_hours nothing automatic goes out; the missing number is an alarm with its reason."""
    await day.takes(mail(at=NOW - timedelta(days=9)))
    assert day.mail.drafts == []
    [finding] = [one for one in await day.findings() if one.kind == "number_not_delivered"]
    assert "old" in finding.detail


async def test_opting_out_ends_automatic_messages(day: Day) -> None:
    """The word alone is filed, and neither it nor what follows is acknowledged."""
    await day.takes(mail())
    await day.takes(mail("STOPP", id=2, subject=""))
    day.later(hours=2)
    await day.takes(mail("Noch eine Frage", id=3, at=day.now))
    assert len(day.mail.drafts) == 1
    async with day.store.read() as tx:
        [customer] = await tx.find_customers("eva.winter@post.example")
        [identity] = await tx.identities(customer.id)
    assert identity.opted_out_at is not None


async def test_a_mention_gets_one_public_reply_with_the_number(day: Day) -> None:
    """Held for a minute, one per ticket, without anything private; the handle is looked up once."""
    source = FakeSource(channel=Channel.TWITTER, inbox="x", stream="mentions")
    source.handles["1001"] = Address(channel=Channel.TWITTER, address="1001", handle="eva_w", name="Eva W")
    await day.takes(post(), source=source)
    await day.takes(post("@acme hallo?", id=9002, conversation="9001"), source=source)
    await day.sends()
    assert day.x.parcels == []
    day.later(seconds=61)
    await day.sends()
    assert [parcel.visibility for parcel in day.x.parcels] == [Visibility.PUBLIC]
    assert day.x.drafts[0].in_reply_to == "9001"
    async with day.store.read() as tx:
        [(ticket, _, _)] = await tx.tickets(states=[], customer=None, limit=9)
        assert await tx.spend("x", NOW.date().isoformat()) == 100_000
    assert numbers.pretty(ticket.number) in day.x.drafts[0].text


async def test_mention_and_dm_of_one_person_are_one_ticket(day: Day) -> None:
    """Key is the user id; the DM is confirmed in the DM."""
    await day.takes(post())
    await day.takes(dm(at=NOW + timedelta(minutes=1)))
    async with day.store.read() as tx:
        rows = await tx.tickets(states=[], customer=None, limit=9)
        entries = await tx.timeline(rows[0][0].customer)
    assert len(rows) == 1
    assert [entry.message.visibility for entry in entries if entry.message.direction is Direction.INCOMING] == [
        Visibility.PUBLIC,
        Visibility.PRIVATE,
    ]


async def test_retweets_and_mere_touches_open_no_ticket(day: Day) -> None:
    """A retweet is refused; a post that names us only by its thread is filed beside the tickets, unanswered."""
    await day.takes(
        post("RT @acme: …", id=1, retweet=True),
        post("@bob @acme genau", id=2, implicit=True, reply_to_id="77", reply_to_author="5"),
    )
    assert await day.outcomes() == [("post:1", "refused"), ("post:2", "filed")]
    async with day.store.read() as tx:
        assert await tx.tickets(states=[], customer=None, limit=9) == []
    assert day.x.drafts == []


async def test_several_people_in_one_conversation_have_a_ticket_each(day: Day) -> None:
    """Same conversation, two authors, two tickets; a further post of one joins his own."""
    await day.takes(
        post(id=1, author="1001", conversation="1"),
        post(id=2, author="1002", conversation="1", reply_to_id="1", reply_to_author="1001"),
        post("@acme und noch etwas", id=3, author="1001", conversation="1", reply_to_id="2", reply_to_author="1002"),
    )
    async with day.store.read() as tx:
        rows = await tx.tickets(states=[], customer=None, limit=9)
    assert len(rows) == 2


async def test_our_own_post_seen_while_its_outcome_is_open_is_its_receipt(day: Day) -> None:
    """X stored the post, the answer was lost, the next poll shows it: adopted, not sent again, not "elsewhere"."""
    await day.takes(dm())
    async with day.store.write() as tx:
        [parcel] = await tx.claim("x", 5, "gone", day.now, day.now)
        await tx.expire(day.now + timedelta(hours=1))
    await day.takes(dm(day.x.drafts[0].text, id=5002, own=True, at=NOW + timedelta(seconds=5)))
    assert ("dm:5002", "echo") in await day.outcomes()
    [(_, delivery)] = await day.deliveries()
    assert (delivery.id, delivery.state, delivery.external_id) == (parcel.id, DeliveryState.DELIVERED, "5002")


async def test_a_dm_of_ours_from_xs_own_app_counts_as_an_answer(day: Day) -> None:
    """Filed as outgoing; the shared acknowledgement that was owed is dropped."""
    await day.takes(dm())
    await day.sends()
    await day.takes(
        dm("Wir kümmern uns, der Techniker kommt morgen.", id=5009, own=True, at=NOW + timedelta(minutes=2))
    )
    assert ("dm:5009", "filed") in await day.outcomes()
    async with day.store.read() as tx:
        [(ticket, _, _)] = await tx.tickets(states=[], customer=None, limit=9)
    assert (ticket.state, ticket.answered_at) == (TicketState.OPEN, NOW + timedelta(minutes=2))


async def test_a_bounce_takes_the_number_back(day: Day) -> None:
    """A failure DSN at the signed return path: an alarm, no ticket, no answer."""
    await day.takes(mail())
    await day.sends()
    path = day.mail.drafts[0].return_path
    dsn = mail(
        "Die Adresse gibt es nicht.", "Auto-Submitted: auto-replied", id=2,
        sender="MAILER-DAEMON <mailer-daemon@post.example>", to=path, subject="Undeliverable",
    )  # fmt: skip
    await day.takes(dsn)
    assert ("7:2", "bounce") in await day.outcomes()
    kinds = {finding.kind for finding in await day.findings()}
    assert {"number_not_delivered", "delivery_failed"} <= kinds


async def test_the_spending_limit_stops_reading(day: Day) -> None:
    """At the limit of the day the inbox is paused with an alarm."""
    house = day.house
    house = replace(house, inboxes={**house.inboxes, "x": replace(house.inboxes["x"], spend_limit=50_000)})
    source = FakeSource(channel=Channel.TWITTER, inbox="x", stream="mentions", spend=60_000, things=[post()])
    await intake.take_in(house, source)
    with pytest.raises(Paused, match="spending limit"):
        await intake.take_in(house, source)

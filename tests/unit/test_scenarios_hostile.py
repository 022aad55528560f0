"""Scenarios with hostile or broken input: one bad thing never costs the others their place, and nothing is lost."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from inbox_bot.channels.mime.parse import parse
from inbox_bot.flows import answering, arrival, clock, desk, intake
from inbox_bot.model import Address, Attachment, Channel, Incoming, Kind, TicketState
from inbox_bot.ports import Store
from inbox_bot.rules import numbers
from inbox_bot.rules.acknowledge import Policy
from inbox_bot.writes import Filing
from tests.unit.desk_house import NOW
from tests.unit.flow_house import Day, FakeSource, dm, mail, post
from tests.unit.said import informed
from tests.unit.scenario_house import identities, kinds, tickets


@pytest.fixture
def day(store: Store) -> Day:
    """An empty house on both databases."""
    return Day(store=store)


@pytest.mark.parametrize(
    "change",
    [
        {"text": "a\0b \ud800 c"},
        {"subject": "\udcff\0"},
        {"external_id": "<\ud800@\0>"},
        {"conversation": "\0\ud800"},
        {"references": ("<\0\ud800@x>",)},
        {"author": Address(channel=Channel.EMAIL, address="\ud800\0@post.example", name="\ud800")},
        {"author": Address(channel=Channel.EMAIL, address="a" * 9000 + "@post.example")},
        {"external_id": "<" + "a1" * 4500 + "@post.example>"},
        {"conversation": "c9" * 4500},
        {"language": "\0"},
        {"html": "\0"},
        {"attachments": (Attachment(name="\0\ud800/..", media_type="\0", size=1, content=b"\0"),)},
    ],
    ids=lambda change: "-".join(change),
)
async def test_odd_characters_and_lengths_cost_nobody_else_his_place(day: Day, change: dict[str, object]) -> None:
    """What a database would refuse is filed or parked; the mail beside it is answered, and the next poll goes on."""
    odd = replace(mail(id=2, sender="Max Bauer <max@post.example>"), **change)  # type: ignore[arg-type]  # any field
    await day.takes(mail(), odd)
    outcomes = dict(await day.outcomes())
    assert outcomes["7:1"] == "filed"
    assert outcomes["7:2"] in {"filed", "quarantined"}
    again = replace(odd, key="7:3", content_hash="other")
    await day.takes(again)
    assert dict(await day.outcomes())["7:3"] in {"filed", "quarantined"}


async def test_a_long_text_and_many_files_are_filed(day: Day) -> None:
    """Ten megabytes of words and a thousand attachments are one message with one acknowledgement."""
    words = " ".join(f"wort{place:07d}" for place in range(800_000))
    files = tuple(
        Attachment(name=f"bild{place}.jpg", media_type="image/jpeg", size=4, content=place.to_bytes(4))
        for place in range(1000)
    )
    await day.takes(replace(mail(), text=words, attachments=files))
    assert await day.outcomes() == [("7:1", "filed")]
    await day.sends()
    assert (await tickets(day))[0].number_delivered_at is not None
    assert len(day.mail.drafts[0].text) < 5000


async def test_a_text_full_of_numbers_is_not_a_question_for_each(day: Day) -> None:
    """A million digits that look like ticket numbers cost no million look-ups."""
    text = "\n".join(numbers.pretty(numbers.draw(partial(max, place))) for place in range(100, 50_000))
    assert len(arrival.looked_up(day.house, [replace(mail(), text=text)]).numbers) <= 100


async def test_a_flood_from_one_sender_leaves_the_other_his_place(day: Day) -> None:
    """500 mails of one robot and one of a customer in one poll: one ticket each, both numbers go out in the first
    round, and the robot gets two acknowledgements for all of it."""
    flood = [mail(f"Nummer {place}", id=place, at=NOW + timedelta(milliseconds=place)) for place in range(1, 501)]
    other = mail("Hilfe", id=900, sender="Max Bauer <max@post.example>", at=NOW + timedelta(seconds=1))
    await day.takes(*flood, other)
    assert len(await tickets(day)) == 2
    await day.sends()
    assert {parcel.to.address for parcel in day.mail.parcels[:2]} == {"eva.winter@post.example", "max@post.example"}
    assert all(ticket.number_delivered_at for ticket in await tickets(day))
    for _ in range(4):
        day.later(seconds=301)
        await clock.acknowledge_owed(day.house)
        await day.sends()
    robots = [draft for draft in day.mail.drafts if draft.to.address == "eva.winter@post.example"]
    assert len(robots) <= 4
    async with day.store.read() as tx:
        assert await tx.next_due() is None


async def test_a_flood_of_direct_messages_is_confirmed_in_pieces_that_fit(day: Day) -> None:
    """300 DMs: their confirmations each fit into a DM, and none is dropped."""
    await day.takes(*(dm(f"Nummer {place}", id=place, at=NOW + timedelta(seconds=place)) for place in range(1, 301)))
    day.now = NOW + timedelta(minutes=5)
    for _ in range(9):
        await clock.acknowledge_owed(day.house)
        day.later(seconds=301)
    assert all(len(draft.text) <= 10_000 for draft in day.x.drafts)
    assert sum(draft.text.count("\n- ") for draft in day.x.drafts[1:]) == 299


async def test_the_hourly_limit_holds_across_tickets_and_restarts(day: Day) -> None:
    """One robot opens many tickets: at most ten automatic mails an hour reach it; the limit lies in the database."""
    for place in range(1, 16):
        await day.takes(mail(f"Fall {place}", id=place, subject=f"Fall {place}", at=day.now))
        async with day.store.write() as tx:
            opened = [row for row, _, _ in await tx.tickets(states=["new"], customer=None, limit=99)]
            await tx.save(Filing(tickets=[replace(one, state=TicketState.CLOSED, closed_at=NOW) for one in opened]))
        day.later(seconds=1)
    assert len(await tickets(day)) == 15
    again = Day(store=day.store, now=day.now, mail=day.mail, x=day.x, _bits=day._bits)
    again.later(minutes=1)
    await clock.acknowledge_owed(again.house)
    assert len(day.mail.drafts) == 10
    async with day.store.write() as tx:
        closed = [row for row, _, _ in await tx.tickets(states=[], customer=None, limit=99)]
        await tx.save(Filing(tickets=[replace(one, state=TicketState.NEW, closed_at=None) for one in closed]))
    again.policy = Policy(per_hour=2)
    again.now = NOW + timedelta(hours=1, minutes=2)
    await clock.acknowledge_owed(again.house)
    assert len(day.mail.drafts) == 12


async def test_a_read_receipt_that_cannot_be_written_costs_nothing_else(day: Day) -> None:
    """The address for the read receipt is one that mail cannot be sent to: the mail is filed and its ticket opened."""
    day.mail.refuses = {"eva.winter@post.example"}
    await day.takes(mail("Bitte lesen", "Disposition-Notification-To: <eva.winter@post.example>"))
    assert await day.outcomes() == [("7:1", "filed")]
    [finding] = [one for one in await day.findings() if one.kind == "number_not_delivered"]
    assert "not one that mail can be sent to" in finding.detail


async def test_a_mail_from_nobody_is_somebodys_work(day: Day) -> None:
    """No readable sender: no ticket whose number could never arrive, but the team is told, and the audit remembers."""
    raw = b"Subject: Kein Anschluss\r\nDate: Mon, 9 Mar 2026 11:00:00 +0100\r\n\r\nBitte rufen Sie an: 0151 234\r\n"
    parsed = parse(raw, key="7:1", at=NOW)
    assert isinstance(parsed, Incoming)
    assert parsed.author is None
    day.team = ("team@acme.example",)
    await day.takes(parsed, replace(parsed, key="7:2", content_hash="other", external_id="<2@x>"))
    assert await tickets(day) == []
    assert await kinds(day) == set()
    await clock.tell_team(day.house)
    assert ["Kein Anschluss" in draft.text + draft.subject for draft in day.mail.drafts] == [True, True]
    day.later(hours=25)
    assert [finding.kind for finding in await day.findings()] == ["unanswered", "unanswered"]


async def test_a_form_without_an_address_is_somebodys_work(day: Day) -> None:
    """A contact form's mail that names nobody to answer is told to the team, not a line that nobody reads."""
    house = day.house
    boxes = {
        **house.inboxes,
        "mail": replace(house.inboxes["mail"], form_senders=frozenset({"formular@acme.example"})),
    }
    source = FakeSource(things=[mail("Rückruf!", sender="Formular <formular@acme.example>")])
    await intake.take_in(replace(house, inboxes=boxes), source)
    async with day.store.read() as tx:
        [(_, notice)] = await tx.notices(9)
    assert "Rückruf!" in notice.text
    assert day.mail.drafts == []


async def test_two_processes_draw_the_same_number(day: Day) -> None:
    """The number is taken meanwhile: the lot is filed again with another one, and each mail once."""
    day.first_bits = [7, 8]
    await day.takes(mail())
    day.first_bits = [7, 8, 9, 9]
    await day.takes(mail(id=2, sender="Max Bauer <max@post.example>"))
    first, second = await tickets(day)
    assert first.number != second.number
    assert await day.outcomes() == [("7:1", "filed"), ("7:2", "filed")]


async def test_what_conflicts_for_ever_is_parked(day: Day) -> None:
    """A key that can never be written stops neither the inbox nor the mails beside it."""
    day.first_bits = []
    await day.takes(mail())
    [taken] = await tickets(day)
    stuck = Day(store=day.store, mail=day.mail, x=day.x)
    assert taken.number == numbers.draw(lambda _: 123_456_789)
    house = replace(stuck.house, bits=lambda n: 123_456_789)
    source = FakeSource(things=[mail(id=2, sender="Max Bauer <max@post.example>"), mail("noch was", id=3)])
    await intake.take_in(house, source)
    assert await day.outcomes() == [("7:1", "filed"), ("7:2", "quarantined"), ("7:3", "filed")]


async def test_dates_from_the_future_and_the_past(day: Day) -> None:
    """What claims to come from 2040 came now; what is ancient is filed without an answer; both are found unanswered."""
    await day.takes(
        mail(at=datetime(2040, 1, 1, tzinfo=UTC)),
        mail(id=2, sender="Max Bauer <max@post.example>", at=datetime(1970, 1, 2, tzinfo=UTC)),
    )
    assert len(day.mail.drafts) == 1
    newest = max(ticket.last_incoming_at for ticket in await tickets(day) if ticket.last_incoming_at)
    assert newest == NOW
    day.later(hours=25)
    assert len([one for one in await day.findings() if one.kind == "unanswered"]) == 2


async def test_spam_in_a_customers_name_changes_nothing_of_his(day: Day) -> None:
    """Mail marked as spam under his address neither renames him nor makes a bad address good."""
    house = day.house
    boxes = {**house.inboxes, "mail": replace(house.inboxes["mail"], spam_header="X-Spam-Flag: YES")}
    await day.takes(mail())
    spam = mail("Pillen", "X-Spam-Flag: YES", id=2, sender="Billige Pillen <eva.winter@post.example>")
    await intake.take_in(replace(house, inboxes=boxes), FakeSource(things=[spam]))
    [identity] = await identities(day)
    assert identity.name == "Eva Winter"


async def test_blocked_then_unblocked(day: Day) -> None:
    """While he is blocked his mails are junk without a ticket; afterwards he is served again, in his own history."""
    await day.agent()
    await day.takes(mail())
    await day.sends()
    await desk.block(day.house, "eva.winter@post.example", "anna", undo=False)
    await day.takes(mail("noch einmal", id=2, at=day.now))
    assert ("7:2", "junk") in await day.outcomes()
    await desk.block(day.house, "eva.winter@post.example", "anna", undo=True)
    day.later(minutes=10)
    await day.takes(mail("bitte", id=3, at=day.now))
    await clock.acknowledge_owed(day.house)
    assert len(await tickets(day)) == 1
    assert len(day.mail.drafts) == 2


async def test_a_reply_to_a_junk_ticket_is_seen(day: Day) -> None:
    """Somebody whose ticket was put away by mistake writes again: a new ticket that the team sees; and undone, the
    first number still goes out."""
    await day.agent()
    await day.takes(mail())
    [first] = await tickets(day)
    await desk.junk(day.house, first.number, "anna", undo=False)
    await day.sends()
    assert day.mail.parcels == []
    await day.takes(mail("Hallo?", id=2, at=day.now, subject=f"Re: {numbers.tag(first.number)}"))
    assert len(await tickets(day)) == 2
    await desk.junk(day.house, first.number, "anna", undo=True)
    day.later(minutes=10)
    await clock.acknowledge_owed(day.house)
    await day.sends()
    assert all(ticket.number_delivered_at for ticket in await tickets(day))


async def test_a_bug_in_one_confirmation_keeps_nobody_else_waiting(day: Day) -> None:
    """An inbox that was renamed in the configuration: its owed confirmation waits, the others' go out."""
    await day.takes(mail(), mail("eins", id=2), mail("zwei", id=3, sender="Max Bauer <max@post.example>"))
    await day.takes(mail("drei", id=4, sender="Max Bauer <max@post.example>"))
    async with day.store.read() as tx:
        owed = await tx.owed(day.now + timedelta(hours=1), 9)
    assert len(owed) == 2
    other = replace(owed[0], id=-1, inbox="früher", external_id="<früher@x>", acknowledge_at=day.now, identity=None)
    identity = (await identities(day, "max@post.example"))[0]
    other = replace(other, customer=identity.customer, identity=identity.id, ticket=owed[1].ticket)
    async with day.store.write() as tx:
        await tx.save(Filing(messages=[replace(other, at=owed[1].at + timedelta(seconds=1))]))
    day.later(minutes=6)
    assert await clock.acknowledge_owed(day.house) == 1
    assert await clock.acknowledge_owed(day.house) == 0


async def test_a_customer_who_writes_his_address_in_capitals_is_the_same(day: Day) -> None:
    """His telephone says Eva.Winter@, his computer eva.winter@: one customer, and his answer joins his ticket."""
    await day.takes(mail())
    await day.sends()
    ours = day.mail.drafts[0]
    await day.takes(
        mail("Noch etwas", f"In-Reply-To: {ours.message_id}", id=2, sender="Eva Winter <Eva.Winter@Post.Example>")
    )
    assert len(await tickets(day)) == 1
    await day.takes(
        mail("neu", id=3, sender="Max <MAX@post.example>"), mail("mehr", id=4, sender="Max <max@post.example>")
    )
    assert len(await tickets(day)) == 2


async def test_the_public_reply_comes_from_the_account_that_was_named(day: Day) -> None:
    """Two X accounts: a mention of the second one is answered by the second one, wherever his ticket began."""
    house = day.house
    second = replace(house.inboxes["x"], name="x2")
    both = replace(house, inboxes={**house.inboxes, "x2": second}, senders={**house.senders, "x2": day.x})
    await intake.take_in(both, FakeSource(channel=Channel.TWITTER, inbox="x", stream="dms", things=[dm()]))
    await intake.take_in(
        both,
        FakeSource(
            channel=Channel.TWITTER, inbox="x2", stream="mentions", things=[post(at=NOW + timedelta(seconds=9))]
        ),
    )
    found = await day.deliveries()
    assert [(delivery.inbox, delivery.visibility.value) for _, delivery in found] == [
        ("x", "private"),
        ("x2", "public"),
    ]


async def test_agents_answer_wins_over_what_is_owed_at_the_same_time(day: Day) -> None:
    """An agent answers while a further confirmation is owed: his answer is the only mail."""
    await day.agent()
    await day.takes(mail(), mail("zwei", id=2, at=NOW + timedelta(seconds=1)))
    await day.sends()
    [ticket] = await tickets(day)
    day.later(seconds=30)
    await answering.reply(day.house, informed(number=ticket.number, who="anna", text="Danke für Ihre Geduld."))
    day.later(minutes=10)
    assert await clock.acknowledge_owed(day.house) == 0
    await day.sends()
    assert [draft.kind for draft in day.mail.drafts] == [Kind.ACKNOWLEDGEMENT, Kind.REPLY]

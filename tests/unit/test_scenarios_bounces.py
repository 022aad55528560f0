"""Scenarios of bounces: they touch no ticket; a dead address gets nothing automatic; a forged one changes nothing."""

from datetime import timedelta

import pytest

from inbox_bot.channels.mime.parse import parse
from inbox_bot.errors import Deferred, Unsendable
from inbox_bot.flows import answering, clock, detour, settling
from inbox_bot.model import DeliveryState, Incoming, Kind, TicketState
from inbox_bot.outgoing import Draft
from inbox_bot.records import Identity
from inbox_bot.store.database import Database
from tests.unit.desk_house import NOW
from tests.unit.flow_house import Day, mail
from tests.unit.said import informed
from tests.unit.scenario_house import identities, kinds, tickets

EVA = "eva.winter@post.example"
ASKS = f"Disposition-Notification-To: <{EVA}>"


@pytest.fixture
def day(store: Database) -> Day:
    """An empty house on both databases."""
    return Day(store=store)


def raw(day: Day, id: int, *lines: str) -> Incoming:
    """A mail of these lines."""
    head = (f"Message-ID: <b{id}@mx.example>", "MIME-Version: 1.0")
    parsed = parse("\r\n".join((*head, *lines)).encode(), key=f"8:{id}", at=day.now)
    assert isinstance(parsed, Incoming), parsed.reason
    return parsed


def dsn(
    day: Day, to: str, id: int = 1, status: str = "5.1.1", action: str = "failed", original: str = "", at: str = EVA
) -> Incoming:
    """A report (RFC 3464) to this address about a mail to `at`."""
    return raw(
        day, id,
        "Return-Path: <>",
        "From: MAILER-DAEMON <mailer-daemon@mx.example>",
        f"To: {to}",
        "Subject: Undelivered Mail Returned to Sender",
        "Auto-Submitted: auto-replied",
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"',
        "", "--b", "Content-Type: text/plain", "", "Not delivered.", "--b",
        "Content-Type: message/delivery-status", "", "Reporting-MTA: dns; mx.example", "",
        f"Final-Recipient: rfc822; {at}", f"Action: {action}", f"Status: {status}", "",
        "--b", "Content-Type: text/rfc822-headers", "", *([f"Message-ID: {original}"] if original else []), "", "--b--",
    )  # fmt: skip


def unreadable(day: Day, to: str, id: int = 1, sender: str = "mailer-daemon@mx.example") -> Incoming:
    """A bounce that is no report, as some servers still write."""
    subject = "Subject: Mail delivery failed: returning message to sender"
    return raw(day, id, "Return-Path: <>", f"From: {sender}", f"To: {to}", subject, "", "Nobody lives here.", "")


async def the_one(day: Day) -> Identity:
    [identity] = await identities(day)
    return identity


async def settled(day: Day, hours: int = 48) -> None:
    """So much time goes by, in which the clock and the outbox do all they want."""
    for _ in range(6):
        day.later(hours=hours / 6)
        await clock.acknowledge_owed(day.house)
        await detour.find_another_way(day.house)
        await day.sends()


def sent_to(day: Day, address: str = EVA) -> list[Kind]:
    return [parcel.kind for parcel in day.mail.parcels if parcel.to.address == address]


BOUNCES = ["report", "delayed", "odd", "from anybody", "forged"]


@pytest.mark.parametrize("what", BOUNCES)
@pytest.mark.parametrize("state", [TicketState.NEW, TicketState.RESOLVED, TicketState.CLOSED])
async def test_a_bounce_opens_and_reopens_no_ticket(day: Day, what: str, state: TicketState) -> None:
    """Whatever it looks like and whatever mail of ours it is about: tickets stay as they are, nobody is answered."""
    await day.agent()
    await day.takes(mail())
    await day.sends()
    [ticket] = await tickets(day)
    if state is not TicketState.NEW:
        await answering.reply(
            day.house, informed(number=ticket.number, who="anna", text="Danke für Ihre Geduld.", resolve=True)
        )
        await day.sends()
    if state is TicketState.CLOSED:
        day.later(days=15)
        assert await clock.close_resolved(day.house) == 1
    before = await tickets(day)
    for place, draft in enumerate(list(day.mail.drafts)):
        to = draft.return_path
        bounce = {
            "report": dsn(day, to, place),
            "delayed": dsn(day, to, place, "4.4.1", "delayed"),
            "odd": unreadable(day, to, place),
            "from anybody": unreadable(day, to, place, sender="system@mx.example"),
            "forged": dsn(day, "hilfe@acme.example", place, original=f"<guess{place}@acme.example>"),
        }[what]
        await day.takes(bounce)
        assert (bounce.key, "bounce") in await day.outcomes()
    count = len(day.mail.parcels)
    day.later(hours=1)
    await clock.acknowledge_owed(day.house)
    await day.sends()
    assert len(day.mail.parcels) == count
    after = await tickets(day)
    assert [(one.id, one.state, one.last_incoming_at) for one in after] == [
        (one.id, one.state, one.last_incoming_at) for one in before
    ]
    assert before[0].state is state


@pytest.mark.parametrize("by", ["report", "odd", "relay"])
async def test_after_a_hard_bounce_nothing_automatic_goes_there(day: Day, by: str) -> None:
    """Not the confirmation that is owed, not the one that the relay put off, not the read receipt for a mail that was
    on its way; until he writes again: then he gets his number."""
    await day.takes(mail())
    await day.sends()
    [first] = day.mail.drafts
    await day.takes(mail("Noch etwas", id=2, at=day.now))
    day.later(minutes=6)
    day.mail.answers = [Deferred("450 4.2.0 greylisted")]
    await clock.acknowledge_owed(day.house)  # put off by the relay
    await day.sends()
    day.later(seconds=5)
    await day.takes(mail("Und noch etwas", id=3, at=day.now))  # owed
    late = mail("Lange unterwegs", ASKS, id=4, at=day.now)
    day.later(seconds=5)
    if by == "relay":
        day.mail.answers = [Unsendable("550 5.1.1 <eva.winter@post.example>: no such user")]
        day.later(hours=1)
        await day.sends()
    else:
        await day.takes(dsn(day, first.return_path) if by == "report" else unreadable(day, first.return_path))
    assert (await the_one(day)).undeliverable_at is not None
    tried = len(sent_to(day))
    await day.takes(late)
    await settled(day)
    assert len(sent_to(day)) == tried
    assert {"number_not_delivered"} <= await kinds(day) or by == "relay"
    await day.takes(mail("Da bin ich wieder", ASKS, id=5, at=day.now))
    await settled(day, 1)
    assert sorted(sent_to(day)[tried:]) == [Kind.ACKNOWLEDGEMENT, Kind.MDN]
    [ticket] = await tickets(day)
    assert ticket.number_delivered_at is not None


async def test_what_is_queued_for_a_dead_address_takes_another_way(day: Day) -> None:
    """A second ticket's number waits at the relay when the first one bounces: it is not tried there any more."""
    await day.agent()
    await day.takes(mail())
    await day.sends()
    [first] = await tickets(day)
    await settling.resolve(day.house, first.number, "anna")
    day.later(days=15)
    await clock.close_resolved(day.house)
    day.mail.answers = [Deferred("450 4.2.0 greylisted")]
    await day.takes(mail("Etwas anderes", id=2, subject="Anderes", at=day.now))
    await day.sends()
    known = await the_one(day)
    two = Identity(
        id=-1, customer=known.customer, channel=known.channel, address="zwei@post.example", created_at=NOW, proven=True
    )
    await day.save(two)
    await day.takes(dsn(day, day.mail.drafts[0].return_path))
    tried = len(sent_to(day))
    await settled(day, 2)
    assert len(sent_to(day)) == tried
    assert sent_to(day, "zwei@post.example") == [Kind.ACKNOWLEDGEMENT]
    assert (await tickets(day))[-1].number_delivered_at is not None


async def test_an_agents_answer_still_goes_to_a_dead_address(day: Day) -> None:
    """People may know better; the queue of the automatic ones ends, theirs does not."""
    await day.agent()
    await day.takes(mail())
    await day.sends()
    [ticket] = await tickets(day)
    day.mail.answers = [Deferred("450 4.2.0 greylisted")]
    await answering.reply(day.house, informed(number=ticket.number, who="anna", text="Wir kümmern uns."))
    await day.sends()
    await day.takes(dsn(day, day.mail.drafts[0].return_path))
    await settled(day, 2)
    assert sent_to(day)[-1] is Kind.REPLY
    assert (await day.deliveries())[-1][1].state is DeliveryState.SENT


@pytest.mark.parametrize("status", ["4.4.1", "5.2.2", "5.3.4"])
async def test_a_soft_bounce_ends_nothing(day: Day, status: str) -> None:
    """A full mailbox, a mail too large, a server that was away too long: his next message is confirmed."""
    await day.takes(mail())
    await day.sends()
    await day.takes(dsn(day, day.mail.drafts[0].return_path, status=status))
    assert (await the_one(day)).undeliverable_at is None
    day.later(minutes=10)
    await day.takes(mail("Noch etwas", ASKS, id=2, at=day.now))
    await settled(day, 1)
    assert sorted(sent_to(day)[1:]) == [Kind.ACKNOWLEDGEMENT, Kind.MDN]


def forgeries(day: Day, draft: Draft) -> list[Incoming]:
    """Reports by somebody who knows Eva's address and what ours look like, but never got a mail of ours."""
    local, _, domain = draft.return_path.partition("@")
    wrong = f"{local[:-3]}{'aaa' if local[-3:] != 'aaa' else 'bbb'}@{domain}"
    mark, _, host = draft.message_id.partition("@")
    other = f"{mark[:-3]}{'aaa' if mark[-3:] != 'aaa' else 'bbb'}@{host}"
    return [
        dsn(day, "hilfe@acme.example", 1),
        dsn(day, wrong, 2),
        dsn(day, "hilfe@acme.example", 3, original=other),
        dsn(day, "hilfe@acme.example", 4, original="<m1@post.example>"),
        unreadable(day, wrong, 5),
        unreadable(day, "hilfe@acme.example", 6),
    ]


async def test_a_forged_bounce_changes_nothing(day: Day) -> None:
    """Without a signed name of ours it is about nothing: no number is taken back, no address is dead."""
    await day.takes(mail())
    await day.sends()
    forged = forgeries(day, day.mail.drafts[0])
    await day.takes(*forged)
    assert [outcome for key, outcome in await day.outcomes() if key.startswith("8:")] == ["bounce"] * len(forged)
    assert (await the_one(day)).undeliverable_at is None
    [(_, sent)] = await day.deliveries()
    [ticket] = await tickets(day)
    assert (sent.state, ticket.number_delivered_at) == (DeliveryState.SENT, NOW)
    assert await kinds(day) == set()
    day.later(minutes=10)
    await day.takes(mail("Noch etwas", id=2, at=day.now))
    await settled(day, 1)
    assert len(sent_to(day)) == 2


async def test_only_he_himself_brings_a_dead_address_back(day: Day) -> None:
    """Not a vacation notice from there, not a late word about an older mail."""
    await day.takes(mail())
    await day.sends()
    await day.takes(mail("Noch etwas", id=2, at=day.now))
    day.later(minutes=6)
    await clock.acknowledge_owed(day.house)
    await day.sends()
    older, newer = day.mail.drafts
    day.later(minutes=1)
    await day.takes(dsn(day, newer.return_path, 1))
    day.later(minutes=1)
    away = mail("Ich bin nicht da", "Auto-Submitted: auto-replied", id=3, to=older.return_path, at=day.now)
    await day.takes(away, dsn(day, older.return_path, 2, "2.0.0", "delivered"))
    assert (await the_one(day)).undeliverable_at == day.now - timedelta(minutes=1)
    await day.takes(mail("Hallo", id=4, at=day.now))
    assert (await the_one(day)).undeliverable_at is None

"""What users of other desks complain about, first half: what comes in, where it is filed, and that nothing is lost."""

from dataclasses import replace
from datetime import timedelta

import pytest

from inbox_bot.channels.mime.parse import parse
from inbox_bot.flows import intake
from inbox_bot.flows.intake import take_in
from inbox_bot.model import Incoming, Unreadable
from inbox_bot.ports import Store
from inbox_bot.records import Ticket
from inbox_bot.rules import numbers
from inbox_bot.writes import Filing
from tests.unit.desk_house import NOW
from tests.unit.flow_house import Day, FakeSource, dm, mail, post
from tests.unit.scenario_house import kinds, tickets

OTHER = "Max Ober <max@post.example>"


@pytest.fixture
def day(store: Store) -> Day:
    """An empty house on both databases."""
    return Day(store=store)


async def words(day: Day, ticket: Ticket) -> list[str]:
    """The texts of a ticket's mails and posts, ours left out."""
    async with day.store.read() as tx:
        entries = await tx.timeline(ticket.customer, ticket.id)
    return [entry.message.text for entry in entries if not entry.deliveries]


async def test_a_reply_stays_in_its_conversation(day: Day) -> None:
    """By the address alone, by the Message-ID alone, by the number in the subject alone: always the first ticket."""
    await day.takes(mail("eins"))
    await day.sends()
    [ours] = day.mail.drafts
    await day.takes(
        mail("zwei", id=2, to=ours.reply_to, subject="etwas anderes"),
        mail("drei", f"In-Reply-To: {ours.message_id}", id=3, subject="noch anders"),
        mail("vier", id=4, subject=ours.subject),
    )
    [ticket] = await tickets(day)
    assert sorted(await words(day, ticket)) == ["drei", "eins", "vier", "zwei"]


async def test_mails_of_different_people_never_share_a_conversation(day: Day) -> None:
    """Also where they share the subject, the text, and a Message-ID that all of them name."""
    named = "References: <newsletter@shop.example>"
    await day.takes(
        *(mail("Hilfe", named, id=n, sender=f"K <k{n}@post.example>", subject="Hilfe") for n in range(1, 9))
    )
    found = await tickets(day)
    assert len({ticket.customer for ticket in found}) == len(found) == 8


async def test_a_number_opens_no_ticket_of_another(day: Day) -> None:
    """A stranger who knows it gets his own ticket and number; the other's stays as it is, and unnamed to him."""
    await day.takes(mail("Geheim 4711"))
    [before] = await tickets(day)
    await day.takes(
        mail("Und?", id=2, sender=OTHER, subject=f"Re: [#{numbers.pretty(before.number)}] Anschluss gestört")
    )
    first, second = await tickets(day)
    assert (first, await words(day, first)) == (before, ["Geheim 4711"])
    assert "4711" not in day.mail.drafts[1].text
    assert second.customer != first.customer


@pytest.mark.parametrize("place", ["subject", "text"])
async def test_a_number_typed_into_a_fresh_mail_counts(day: Day, place: str) -> None:
    """Its owner writes anew and names it: the mail joins, also where another ticket of his is open."""
    await day.takes(mail("eins"))
    [first] = await tickets(day)
    async with day.store.write() as tx:
        await tx.save(Filing(tickets=[replace(first, last_incoming_at=NOW - timedelta(days=40))]))
    typed = f"zu {numbers.pretty(first.number)}"
    subject, text = (typed, "zwei") if place == "subject" else ("Neue Mail", f"zwei, {typed}")
    await day.takes(mail(text, id=2, subject=subject, at=NOW + timedelta(minutes=1)))
    [ticket] = await tickets(day)
    assert len(await words(day, ticket)) == 2


async def test_mail_of_a_long_downtime_is_all_there(day: Day) -> None:
    """Three weeks without service: everything is filed; what is young enough is answered, the rest shown as open."""
    stood_still = [
        mail(f"Tag {n}", id=n + 1, sender=f"K <k{n}@post.example>", at=NOW - timedelta(days=n)) for n in range(22)
    ]
    await day.takes(*stood_still)
    assert len(await tickets(day)) == 22
    assert len(day.mail.drafts) == 4  # of the last 72 hours
    assert len([one for one in await day.findings() if one.kind == "unanswered"]) == 21


async def test_no_message_id_or_anothers_loses_no_mail(day: Day) -> None:
    """None, an empty one, and one that a shop uses for all its mails: each mail is filed."""
    odd = [b"", b"Message-ID: \r\n", b"Message-ID: <same@shop.example>\r\n", b"Message-ID: <same@shop.example>\r\n"]
    for place, line in enumerate(odd):
        head = b"Return-Path: <k%d@post.example>\r\nFrom: <k%d@post.example>\r\nTo: hilfe@acme.example\r\n" % (
            place,
            place,
        )
        parsed = parse(head + line + b"Subject: Frage\r\n\r\nText %d\r\n" % place, key=f"7:{place}", at=NOW)
        assert isinstance(parsed, Incoming)
        await day.takes(parsed)
    assert [outcome for _, outcome in await day.outcomes()] == ["filed"] * 4
    assert len(await tickets(day)) == 4


async def test_one_broken_mail_does_not_stop_the_next(day: Day) -> None:
    """It is parked with its bytes, the audit names it, and those before and behind it are filed in the same poll."""
    broken = Unreadable(key="7:2", at=NOW, reason="broken", raw=b"\0\xff")
    await day.takes(mail("davor"), broken, mail("danach", id=3, sender=OTHER))
    assert await day.outcomes() == [("7:1", "filed"), ("7:2", "quarantined"), ("7:3", "filed")]
    assert "quarantined" in await kinds(day)


async def test_own_posts_and_messages_open_no_ticket(day: Day) -> None:
    """What we say, from here or from X's own app, is no customer's word and draws no answer."""
    await day.takes(
        post("@acme_fan danke!", id=1, author="42", own=True),
        dm("Guten Tag, wie können wir helfen?", id=2, own=True),
    )
    await day.sends()
    assert [ticket for ticket in await tickets(day) if await words(day, ticket)] == []
    assert day.x.parcels == []


async def test_a_burst_of_retweets_opens_no_ticket(day: Day) -> None:
    """120 of them: no ticket, no reply, no notice to the team; the one real post among them is served."""
    day.team = ("team@acme.example",)
    burst = [post("RT @acme: Störung", id=n, author=str(2000 + n), retweet=True) for n in range(120)]
    await day.takes(*burst[:60], post(id=9001), *burst[60:])
    assert len(await tickets(day)) == 1
    assert len(await day.outcomes()) == 121
    assert len([draft for draft in day.x.drafts if draft.in_reply_to]) == 1


async def test_a_stream_that_stops_is_told(day: Day) -> None:
    """Direct messages that cannot be read while mentions can: the audit says so, and since when."""
    async with day.store.write() as tx:
        await tx.health("x", "mentions", NOW)
        await tx.health("x", "dms", NOW, "403: no access to direct messages")
    day.later(hours=1)
    [finding] = [one for one in await day.findings() if one.kind == "inbox_failing"]
    assert (finding.key, finding.at) == ("inbox_failing:x:dms", NOW)


async def test_a_copied_colleagues_words_are_his_own(day: Day) -> None:
    """Somebody in Cc answers the customer's mail to all: his words stand under his name, not under the customer's."""
    await day.takes(mail("Mein Anliegen", "Cc: Max Ober <max@post.example>"))
    await day.takes(mail("Ich sehe das anders", "In-Reply-To: <m1@post.example>", id=2, sender=OTHER))
    first, second = await tickets(day)
    assert (await words(day, first), await words(day, second)) == (["Mein Anliegen"], ["Ich sehe das anders"])
    assert first.customer != second.customer


async def test_one_mail_to_two_monitored_addresses_is_one_matter(day: Day) -> None:
    """Two copies in two mailboxes: one ticket and one acknowledgement, both lines in the ledger."""
    house = day.house
    second = replace(house.inboxes["mail"], name="mail2", address="info@acme.example")
    house = replace(house, inboxes={**house.inboxes, "mail2": second}, senders={**house.senders, "mail2": day.mail})
    one = mail(to="hilfe@acme.example, info@acme.example")
    await take_in(house, FakeSource(things=[one]))
    await intake.take_in(house, FakeSource(inbox="mail2", things=[replace(one, key="9:1")]))
    assert await day.outcomes() == [("7:1", "filed"), ("9:1", "duplicate")]
    assert (len(await tickets(day)), len(day.mail.drafts)) == (1, 1)


async def test_umlauts_stay_umlauts(day: Day) -> None:
    """In whatever charset they come: in the dossier, in the subject of our answer, and found by the search."""
    for place, charset in enumerate(("utf-8", "iso-8859-15", "cp1252", "utf-16")):
        head = (
            f"Return-Path: <k{place}@post.example>\r\nFrom: =?iso-8859-1?q?J=FCrgen?= <k{place}@post.example>\r\n"
            "To: hilfe@acme.example\r\nSubject: =?utf-8?q?St=C3=B6rung_f=C3=BCr?= =?iso-8859-1?q?_=DCbertr=E4ger?=\r\n"
            f"MIME-Version: 1.0\r\nContent-Type: text/plain; charset={charset}\r\n"
            "Content-Transfer-Encoding: 8bit\r\n\r\n"
        )
        parsed = parse(head.encode() + "Grüße aus Köln, 5 €".encode(charset),
                       key=f"7:{place}", at=NOW)  # fmt: skip
        assert isinstance(parsed, Incoming)
        await day.takes(parsed)
    found = await tickets(day)
    assert {ticket.subject for ticket in found} == {"Störung für Überträger"}
    assert [(await words(day, ticket))[0].strip() for ticket in found] == ["Grüße aus Köln, 5 €"] * 4
    assert all("Störung für Überträger" in draft.subject for draft in day.mail.drafts)

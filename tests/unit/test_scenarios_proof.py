"""From may be forged: what a mail that nothing proves may do in the name of a customer whom we know, and what not.

The mailbox says under which name its own server writes Authentication-Results; on both databases.
"""

from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from inbox_bot.flows import clock
from inbox_bot.flows.house import House
from inbox_bot.model import Incoming, TicketState
from inbox_bot.records import Message
from inbox_bot.rules import numbers
from inbox_bot.store.database import Database
from tests.unit.flow_house import Day, mail
from tests.unit.scenario_house import identities, tickets

AUTHSERV = "mx.acme.example"
RECEIVED = (
    f"Received: from out.post.example ([192.0.2.7]) by {AUTHSERV} with ESMTPS id x1; Mon, 9 Mar 2026 12:00:00 +0000"
)
PASSED = f"Authentication-Results: {AUTHSERV}; dmarc=pass header.from=post.example"
FAILED = f"Authentication-Results: {AUTHSERV}; dmarc=fail header.from=post.example"


@dataclass(slots=True)
class Guarded(Day):
    """A day at a mailbox whose own server says who wrote; `authserv_id` "" = it says nothing."""

    authserv_id: str = AUTHSERV

    @property
    def house(self) -> House:
        """With the name in force."""
        house = super(Guarded, self).house
        inboxes = {**house.inboxes, "mail": replace(house.inboxes["mail"], authserv_id=self.authserv_id)}
        return replace(house, inboxes=inboxes)


@pytest.fixture
def day(store: Database) -> Guarded:
    """One with an empty store."""
    return Guarded(store=store)


def proven(text: str = "Mein Anschluss geht nicht.", *headers: str, id: int = 1, **how: str) -> Incoming:
    """A mail that our server found to be by Eva."""
    return mail(text, PASSED, RECEIVED, *headers, id=id, **how)  # type: ignore[arg-type]  # mail's own texts


def forged(text: str = "Bitte kündigen Sie alles.", *headers: str, id: int = 2, **how: str) -> Incoming:
    """A mail with Eva's From that our server found not to be hers."""
    return mail(text, FAILED, RECEIVED, *headers, id=id, **how)  # type: ignore[arg-type]  # likewise


async def filed(day: Day) -> list[Message]:
    """All incoming messages, oldest first, of all tickets."""
    found: dict[int, Message] = {}
    async with day.store.read() as tx:
        for ticket, _, _ in await tx.tickets(states=[], customer=None, limit=1000):
            for entry in await tx.timeline(ticket.customer):
                if entry.message.direction == "incoming":
                    found[entry.message.id] = entry.message
    return [found[id] for id in sorted(found)]


async def test_what_is_proven_joins_and_is_marked_by_what_proves_it(day: Guarded) -> None:
    """A number in the subject opens the ticket to its own customer; the identity counts as proven from then on."""
    await day.takes(proven())
    (ticket,) = await tickets(day)
    await day.takes(proven("Noch etwas.", id=2, subject=f"Zu {numbers.pretty(ticket.number)}"))
    assert len(await tickets(day)) == 1
    assert [message.proof for message in await filed(day)] == ["dmarc", "dmarc"]
    assert [one.proven for one in await identities(day)] == [True]


@pytest.mark.parametrize("by", ["number in the subject", "number in the text", "foreign id", "the one open ticket"])
async def test_a_forged_sender_gets_a_ticket_of_its_own(day: Guarded, by: str) -> None:
    """Neither a number nor what anybody may know of an earlier mail lets it in; an agent sees the suggestion."""
    await day.takes(proven())
    (ticket,) = await tickets(day)
    written = numbers.pretty(ticket.number)
    mails = {
        "number in the subject": forged(subject=f"Ticket {written}"),
        "number in the text": forged(f"Es geht um {written}."),
        "foreign id": forged("Dazu noch etwas.", "In-Reply-To: <m1@post.example>", "References: <m1@post.example>"),
        "the one open ticket": forged("Dazu noch etwas."),
    }
    await day.takes(mails[by])
    first, second = await tickets(day)
    assert first.last_incoming_at == ticket.last_incoming_at
    assert second.related == first.id or by == "the one open ticket"
    assert [message.proof for message in await filed(day)] == ["dmarc", ""]


async def test_our_signed_address_lets_a_known_sender_in_marked_and_reveals_nothing(day: Guarded) -> None:
    """Forwarders break every proof: who has our signed address and writes from a known one joins, but what goes out in
    answer says nothing of what the ticket holds besides his own mail."""
    await day.takes(proven("Mein Kundenkennwort ist geheimer Mohnkuchen.", subject="Umzug in die Lindenstraße"))
    await day.sends()
    (draft,) = day.mail.drafts
    await day.takes(mail("Und noch dies.", id=2, to=draft.reply_to, subject="Nachtrag"))
    (ticket,) = await tickets(day)
    assert [message.proof for message in await filed(day)] == ["dmarc", ""]
    day.later(minutes=6)
    await clock.acknowledge_owed(day.house)
    await day.sends()
    answer = day.mail.drafts[-1]
    assert answer is not draft
    said = answer.subject + answer.text + answer.html
    assert numbers.pretty(ticket.number) in said
    assert "Nachtrag" in said
    for secret in ("Mohnkuchen", "Lindenstraße", "Umzug"):
        assert secret not in said
    assert answer.to.address == "eva.winter@post.example"


async def test_a_forged_sender_changes_nothing_of_the_one_it_names(day: Guarded) -> None:
    """No opt-out, no other name, no other language, no proof of delivery, no word that a dead address lives again."""
    await day.takes(proven())
    await day.sends()
    (before,) = await identities(day)
    (ticket,) = await tickets(day)
    dead = replace(before, undeliverable_at=day.now)
    await day.save(dead)
    day.later(minutes=1)
    await day.takes(forged("keine automatischen Nachrichten", sender="Eve Wintour <eva.winter@post.example>"))
    await day.takes(forged("This is English, and surely not what she usually writes to you.", id=3))
    (after,) = await identities(day)
    assert after == dead
    async with day.store.read() as tx:
        customer = await tx.customer(before.customer)
    assert customer is not None
    assert (customer.name, customer.language) == ("Eva Winter", "de")
    first, *others = await tickets(day)
    assert first.state is ticket.state
    assert len(others) == 2


async def test_a_forged_answer_is_no_evidence(day: Guarded) -> None:
    """Whoever has seen our mail may answer it in her name: that does not show that it reached her."""
    await day.takes(proven())
    await day.sends()
    (draft,) = day.mail.drafts
    headers = (f"In-Reply-To: {draft.message_id}", f"References: {draft.message_id}")
    await day.takes(forged("Danke.", *headers, id=2))
    ((_, delivery),) = (await day.deliveries())[:1]
    assert delivery.state == "sent"
    await day.takes(proven("Danke, angekommen.", *headers, id=3))
    ((_, delivery),) = (await day.deliveries())[:1]
    assert delivery.state == "delivered"


async def test_a_resolved_ticket_is_not_reopened_by_a_number(day: Guarded) -> None:
    """A forged mail that quotes it stands beside it."""
    await day.takes(proven())
    (ticket,) = await tickets(day)
    await day.save(replace(ticket, state=TicketState.RESOLVED, resolved_at=day.now))
    await day.takes(forged(f"Zu {numbers.pretty(ticket.number)}: es geht wieder nicht."))
    first, _ = await tickets(day)
    assert first.state is TicketState.RESOLVED


@pytest.mark.parametrize(
    "sender",
    [
        "Eva <eva.winter@post.example>, Mallory <mallory@evil.example>",
        "eva.winter@post.example <mallory@evil.example>",
        "Gruppe: eva.winter@post.example;",
    ],
)
async def test_a_defective_from_is_never_proven(day: Guarded, sender: str) -> None:
    """A verdict about one address says nothing of a From that names two, or hides one in a name."""
    await day.takes(proven())
    (ticket,) = await tickets(day)
    await day.takes(proven(f"Zu {numbers.pretty(ticket.number)}.", id=2, sender=sender))
    first, *_ = await tickets(day)
    assert first.last_incoming_at == ticket.last_incoming_at
    assert [m.proof for m in await filed(day)][1:] in ([], [""])


async def test_without_a_name_a_known_address_is_believed(day: Guarded) -> None:
    """README says what that risks: where no server says who wrote, number and known address are enough."""
    day.authserv_id = ""
    await day.takes(mail())
    (ticket,) = await tickets(day)
    await day.takes(mail(f"Zu {numbers.pretty(ticket.number)}.", id=2))
    assert len(await tickets(day)) == 1
    await day.takes(mail(f"Zu {numbers.pretty(ticket.number)}.", id=3, sender="Mallory <mallory@evil.example>"))
    assert len(await tickets(day)) == 2
    assert [message.proof for message in await filed(day)] == ["", "", ""]


async def test_a_verdict_that_the_sender_wrote_himself_proves_nothing(day: Guarded) -> None:
    """What stands below our own server's Received came with the mail."""
    await day.takes(proven())
    (ticket,) = await tickets(day)
    own = mail(f"Zu {numbers.pretty(ticket.number)}.", RECEIVED, PASSED, id=2)
    await day.takes(own)
    assert len(await tickets(day)) == 2


async def test_the_team_is_told(day: Guarded) -> None:
    """The notice of a new ticket says it in the team's language; one that is proven has no such line."""
    day.team = ("team@acme.example",)
    await day.takes(proven())
    await day.takes(forged("Ganz etwas anderes.", id=2))
    await clock.tell_team(day.house)
    notices = [draft for draft in day.mail.drafts if draft.to.address == "team@acme.example"]
    assert ["nicht nachgewiesen" in draft.text for draft in notices] == [False, True]


async def test_when_and_how_an_address_was_proven_is_on_record(day: Guarded) -> None:
    """As of the first message that proves it; what comes later changes nothing of that."""
    await day.takes(proven())
    (first,) = await identities(day)
    assert (first.proven, first.proven_by) == (True, "dmarc")
    assert first.proven_at is not None
    day.now += timedelta(hours=1)
    await day.takes(proven("Noch etwas.", id=3))
    (later,) = await identities(day)
    assert (later.proven_at, later.proven_by) == (first.proven_at, "dmarc")

"""Who is told of an incident, and of which ticket, where people and tickets change between the update and its mail."""

from dataclasses import replace

import pytest

from inbox_bot.errors import UsageError
from inbox_bot.flows import answering, customers, desk, incidents, merging, settling, spreading, standing_out
from inbox_bot.flows.incidents import News
from inbox_bot.model import Channel, DeliveryState, Kind, Priority, TicketState
from inbox_bot.records import Ticket
from inbox_bot.rules.reasons import Reason
from inbox_bot.store.database import Database
from inbox_bot.writes import Filing
from tests.unit.flow_house import dm, mail
from tests.unit.incident_day import Broken, letter
from tests.unit.said import informed

EINS = "kunde1@post.example"


@pytest.fixture
async def day(store: Database) -> Broken:
    """With Anna."""
    found = Broken(store=store)
    await found.agent()
    return found


async def writes(day: Broken, text: str, id: int, *, ticket: Ticket | None = None, sender: str = EINS) -> None:
    """A customer mails, to a ticket or a new matter."""
    subject = f"Re: [#{ticket.number}] x" if ticket else f"Sache {id}"
    await day.takes(mail(text, id=id, sender=sender, subject=subject, at=day.now))


async def told_of(day: Broken) -> list[tuple[str, int | None]]:
    """To whom updates went, and about which ticket."""
    return [(one.to, one.ticket) for _, one in await day.deliveries() if one.kind is Kind.INCIDENT]


async def test_nobody_is_told_of_anothers_ticket(day: Broken) -> None:
    """A wrong link is undone while the update waits: each hears of his own ticket, or nothing."""
    id = await day.breaks()
    await day.takes(letter(1), letter(2, "Die Rechnung stimmt nicht."))
    await day.sends()
    his, other = await day.tickets()
    await customers.link(day.house, EINS, "kunde2@post.example", "anna", "a mistake")
    await incidents.give(day.house, News(incident=id, text="x", who="anna"))
    await customers.unlink(day.house, EINS, "anna", "no, another person")
    await day.spreads()
    assert await told_of(day) == [(EINS, his.id)]
    assert other.id != his.id


async def test_who_is_linked_while_he_waits_is_told(day: Broken) -> None:
    """Once, as the customer he is by then."""
    id = await day.breaks()
    await day.takes(dm("Keine Mails!", author="7001"))
    await writes(day, "Die Rechnung?", 1)
    await day.sends()
    await incidents.give(day.house, News(incident=id, text="x", who="anna"))
    await customers.link(day.house, "7001", EINS, "anna", "same person")
    await day.spreads()
    assert len(await day.told()) == 1


async def test_who_is_taken_out_hears_no_more(day: Broken) -> None:
    """Also what is in line does not go; of two tickets the other one counts."""
    id = await day.breaks()
    await day.takes(letter(1), letter(2))
    await day.sends()
    first, second = await day.tickets()
    await incidents.give(day.house, News(incident=id, text="x", who="anna"))
    day.later(seconds=2)
    assert await spreading.spread(day.house) == 2
    await incidents.link(day.house, id, [first.number], "anna", undo=True)
    await day.spreads()
    assert await day.arrived() == ["kunde2@post.example"]
    assert second.id != first.id


async def test_junk_does_not_hide_a_good_ticket(day: Broken) -> None:
    """He is told of the older one."""
    id = await day.breaks()
    await writes(day, "Mail tot.", 1)
    day.later(days=4)
    await writes(day, "Mails kaufen!!!", 2)
    await day.sends()
    good, bad = await day.tickets()
    await desk.junk(day.house, bad.number, "anna", undo=False)
    await day.tells(id)
    assert await told_of(day) == [(EINS, good.id)]


async def test_he_is_asked_about_the_matter_itself(day: Broken) -> None:
    """Not about another one of his: "Ja" settles the outage, and no cancellation."""
    id = await day.breaks()
    await writes(day, "Mail tot.", 1)
    day.later(days=4)
    await writes(day, "Bitte kündigen Sie meinen Vertrag.", 2)
    await day.sends()
    outage, contract = await day.tickets()
    await day.tells(id, "Er läuft wieder.", closes=True)
    assert await told_of(day) == [(EINS, outage.id)]
    day.later(minutes=10)
    await writes(day, "Ja\n\nMit freundlichen Grüßen\nEva Winter", 3, ticket=outage)
    outage, contract = await day.tickets()
    assert outage.state is TicketState.RESOLVED
    assert contract.state is not TicketState.RESOLVED


async def test_no_by_direct_message_counts_too(day: Broken) -> None:
    """The question went there because mail was broken; the ticket it was about comes to the top."""
    id = await day.breaks()
    await day.takes(letter(1))
    await day.takes(dm("Die Rechnung?", author="7001"))
    await day.sends()
    await customers.link(day.house, "7001", EINS, "anna", "same person")
    day.later(days=4)
    await day.tells(id, "Er läuft wieder.", closes=True, avoided=Channel.EMAIL)
    assert await day.told() == ["7001"]
    day.later(minutes=10)
    await day.takes(dm("Nein", id=5009, author="7001", at=day.now))
    mails = next(one for one in await day.tickets() if one.channel is Channel.EMAIL)
    assert (mails.state, mails.priority) == (TicketState.OPEN, Priority.URGENT)
    assert (await standing_out.of(day.house, id)).fails == 1


async def test_no_about_a_closed_ticket_is_urgent(day: Broken) -> None:
    """It cannot be reopened: what he opens comes to the top."""
    id = await day.breaks()
    await day.takes(letter(1))
    await day.sends()
    [ticket] = await day.tickets()
    await settling.resolve(day.house, ticket.number, "anna")
    await day.tells(id, "Er läuft wieder.", closes=True)
    async with day.store.write() as tx:
        [ticket] = await day.tickets()
        await tx.save(Filing(tickets=[replace(ticket, state=TicketState.CLOSED, closed_at=day.now)]))
    day.later(minutes=10)
    await writes(day, "Nein", 22, ticket=ticket)
    assert (await standing_out.of(day.house, id)).fails == 1
    closed, fresh = await day.tickets()
    assert closed.state is TicketState.CLOSED
    assert fresh.priority is Priority.URGENT


async def test_no_after_a_merge_reaches_the_one_that_goes_on(day: Broken) -> None:
    """Merged after it was asked about."""
    id = await day.breaks()
    await writes(day, "Mail tot.", 1)
    day.later(days=4)
    await writes(day, "Die Rechnung.", 2)
    await day.sends()
    old, new = await day.tickets()
    await day.tells(id, "Er läuft wieder.", closes=True)
    await merging.merge(day.house, old.number, new.number, "anna", "one matter")
    day.later(minutes=10)
    await writes(day, "Nein, leider nicht.", 22, ticket=old)
    on = next(one for one in await day.tickets() if one.id == new.id)
    assert (on.state, on.priority) == (TicketState.OPEN, Priority.URGENT)


async def test_a_yes_does_not_go_round_the_rules(day: Broken) -> None:
    """Where a reason is needed and missing, the yes is noted and a person settles it."""
    id = await day.breaks()
    await day.takes(letter(1))
    await day.sends()
    [ticket] = await day.tickets()
    await day.tells(id, "Er läuft wieder.", closes=True)
    day.later(minutes=10)
    day.reasons = {"mail": Reason(words=("xyz",), titles={"de": "E-Mail"})}
    await writes(day, "Ja", 22, ticket=ticket)
    [ticket] = await day.tickets()
    assert ticket.state is not TicketState.RESOLVED
    assert (await standing_out.of(day.house, id)).works == 1


async def test_an_agents_answer_leaves_the_update_in_line(day: Broken) -> None:
    """He says nothing of the incident: the update goes all the same."""
    id = await day.breaks()
    await day.takes(letter(1))
    await day.sends()
    [ticket] = await day.tickets()
    await incidents.give(day.house, News(incident=id, text="x", who="anna"))
    day.later(seconds=2)
    await spreading.spread(day.house)
    await answering.reply(day.house, informed(number=ticket.number, who="anna", text="Wir prüfen das.", anyway=True))
    await day.sends()
    assert await day.arrived() == [EINS]


async def test_a_channel_that_is_gone_holds_nobody_up(day: Broken) -> None:
    """X is taken out of the configuration while people wait there: they are skipped, or told by mail; all ends."""
    id = await day.breaks()
    await day.takes(letter(1))
    await day.takes(dm("Mails!", author="7001"), dm("Mails!", id=5002, author="7002"))
    await day.sends()
    await incidents.give(day.house, News(incident=id, text="x", who="anna"))
    day.later(seconds=2)
    only = {name: box for name, box in day.house.inboxes.items() if box.channel is Channel.EMAIL}
    await spreading.spread(replace(day.house, inboxes=only))
    [(update, counts)] = (await standing_out.of(day.house, id)).updates
    assert counts == {"queued": 1, "skipped": 2}
    assert update.ended_at


@pytest.mark.parametrize("turns", [0, 1])
async def test_a_stop_is_a_stop(day: Broken, turns: int) -> None:
    """Also when everybody is in line already, and for the post; going on tells each once."""
    id = await day.breaks()
    await day.takes(*(letter(number) for number in range(1, 6)))
    await day.sends()
    await incidents.give(day.house, News(incident=id, text="Der Server ist gestört.", who="anna", post=True))
    for _ in range(turns):
        day.later(seconds=2)
        assert await spreading.spread(day.house) == 5
    assert await incidents.stop(day.house, id, "anna") == 1
    await day.spreads()
    assert await day.arrived() == []
    assert day.x.parcels == []
    assert await incidents.stop(day.house, id, "anna", go_on=True) == 1
    await day.spreads()
    assert len(await day.arrived()) == len(set(await day.arrived())) == 5
    assert len(day.x.parcels) == 1
    states = [one.state for _, one in await day.deliveries() if one.kind is Kind.INCIDENT]
    assert states.count(DeliveryState.WITHDRAWN) == 5 * turns


async def test_a_time_that_is_over_is_not_promised(day: Broken) -> None:
    """Where the update is late, nothing is said of when the next one comes."""
    await day.breaks(next_update="18:00")
    day.later(hours=12)
    await day.takes(letter(1, at=day.now))
    await day.sends()
    assert "Störung" in day.mail.parcels[-1].payload.decode()
    assert "spätestens" not in day.mail.parcels[-1].payload.decode()


@pytest.mark.parametrize(
    ("title", "words"),
    [("webmail.acme.de gestört", "link"), ("メール" * 20, "too long"), ("Ruft 030 901820 an", "personal data")],
)
async def test_a_title_that_no_post_could_bear(day: Broken, title: str, words: str) -> None:
    """Refused before anybody's acknowledgement fails because of it."""
    with pytest.raises(UsageError, match=words):
        await day.breaks(title=title)

"""An incident: who writes of it is told so and belongs to it, and is asked whether it works; supervisors are called."""

import pytest

from inbox_bot.cli.outages import incident_line
from inbox_bot.errors import UsageError
from inbox_bot.flows import clock, incidents, merging, reading, standing_out
from inbox_bot.flows.incidents import News
from inbox_bot.model import Priority, TicketState
from inbox_bot.store.database import Database
from tests.unit.flow_house import mail, post
from tests.unit.incident_day import Broken, letter


@pytest.fixture
async def day(store: Database) -> Broken:
    """With Anna."""
    found = Broken(store=store)
    await found.agent()
    return found


async def test_who_writes_of_it_is_told_so(day: Broken) -> None:
    """In the acknowledgement, with when he hears again; others get theirs as ever; both are on record."""
    id = await day.breaks(next_update="18:00")
    await day.takes(letter(1), letter(2, "Die Rechnung stimmt nicht."))
    await day.takes(post("@acme #Ausfall?", author="7001"))
    await day.sends()
    first, second = (parcel.payload.decode() for parcel in day.mail.parcels)
    assert "Mailserver gestört" in first
    assert "19:00 Uhr" in first
    assert "Störung" not in second
    day.later(minutes=2)
    await day.sends()
    assert "Bekannte Störung: Mailserver gestört." in day.x.parcels[-1].payload.decode()
    found = await standing_out.of(day.house, id)
    assert (found.tickets, found.how) == (2, {"words": 1, "hashtag": 1})


async def test_who_answers_sees_it(day: Broken) -> None:
    """In the dossier of the ticket and of the customer; not of others."""
    id = await day.breaks(next_update="18:00")
    await day.takes(letter(1), letter(2, "Die Rechnung stimmt nicht."))
    first, other = await day.tickets()
    for key in (first.number, "kunde1@post.example"):
        [(row, incident)] = (await reading.dossier(day.house, key)).incidents
        assert (row.ticket, incident.id) == (first.id, id)
        assert "Mailserver gestört" in incident_line(row, incident, lambda at: f"{at:%H:%M}" if at else "")
    assert (await reading.dossier(day.house, other.number)).incidents == []


async def test_what_came_before_it_was_opened_is_taken_in(day: Broken) -> None:
    """From its beginning on; what an agent takes out stays out, also when the customer writes again."""
    await day.takes(letter(1), letter(2, "Die Rechnung stimmt nicht."))
    day.later(hours=1)
    id = await day.breaks(since="11:30")
    first, other = await day.tickets()
    assert (await standing_out.of(day.house, id)).tickets == 1
    assert await incidents.link(day.house, id, [other.number], "anna") == 1
    assert await incidents.link(day.house, id, [first.number], "anna", undo=True) == 1
    await day.takes(mail("Immer noch keine Mails.", id=3, sender="kunde1@post.example", subject="x", at=day.now))
    found = await standing_out.of(day.house, id)
    assert (found.tickets, found.how) == (1, {"agent": 1})


async def test_closing_asks_and_the_answer_counts(day: Broken) -> None:
    """Yes resolves, no puts the ticket at the top, all else is a person's to read; nobody is told anything more."""
    id = await day.breaks()
    await day.takes(letter(1), letter(2), letter(3))
    await day.sends()
    await day.tells(id, "Er läuft wieder.", closes=True)
    assert "JA oder NEIN" in day.mail.parcels[-1].payload.decode()
    day.later(minutes=10)
    for number, text in ((1, "Ja, danke!"), (2, "Nein, leider immer noch nicht."), (3, "Und die Rechnung?")):
        sender = f"kunde{number}@post.example"
        await day.takes(mail(text, id=number + 20, sender=sender, subject=f"Re: Anliegen {number}", at=day.now))
    yes, no, other = await day.tickets()
    assert yes.state is TicketState.RESOLVED
    assert (no.state, no.priority) == (TicketState.OPEN, Priority.URGENT)
    assert other.state is not TicketState.RESOLVED
    found = await standing_out.of(day.house, id)
    assert (found.works, found.fails, found.silent) == (1, 1, 1)
    with pytest.raises(UsageError, match="is closed"):
        await incidents.give(day.house, News(incident=id, text="x", who="anna"))
    await day.takes(mail("Nein", id=40, sender="kunde1@post.example", subject="Re: Anliegen 1", at=day.now))
    assert (await standing_out.of(day.house, id)).works == 1


async def test_a_merged_ticket_answers_for_both(day: Broken) -> None:
    """He is asked once, about the ticket that goes on, and his yes settles that one."""
    id = await day.breaks()
    await day.takes(letter(1))
    day.later(days=4)
    await day.takes(mail("Die Rechnung.", id=9, sender="kunde1@post.example", subject="Neu", at=day.now))
    await day.sends()
    old, new = await day.tickets()
    await merging.merge(day.house, old.number, new.number, "anna", "")
    await day.tells(id, "Er läuft wieder.", closes=True)
    assert await day.told() == ["kunde1@post.example"]
    day.later(minutes=10)
    await day.takes(mail("Ja", id=21, sender="kunde1@post.example", subject=f"Re: [#{new.number}]", at=day.now))
    assert next(one for one in await day.tickets() if one.id == new.id).state is TicketState.RESOLVED
    assert (await standing_out.of(day.house, id)).works == 1


async def test_a_missed_update_calls_supervisors_until_one_is_given(day: Broken) -> None:
    """Anew each hour; an update with a later time ends it."""
    id = await day.breaks(next_update="13:00")

    async def kinds() -> list[str]:
        return [one.kind for one in await clock.raise_alarms(day.house)]

    assert standing_out.LATE not in await kinds()
    day.later(hours=1, minutes=1)
    for expected in (1, 1, 2):
        assert standing_out.LATE in await kinds()
        async with day.store.read() as tx:
            sent = [one for _, one in [*await tx.notices(50), *await tx.notices(50, agents=True)]]
        assert sum(one.kind == standing_out.LATE and one.agent is None for one in sent) == expected
        day.later(minutes=31)
    await day.tells(id, next_update="22:00")
    assert standing_out.LATE not in await kinds()


async def test_bad_input_is_told_in_a_line(day: Broken) -> None:
    """Words, titles, times, topics; nothing of it is on record."""
    for more, words in (
        ({"words": "", "area": "mail"}, "say how its messages are known"),
        ({"words": "a|b"}, "three letters or more"),
        ({"topic": "moon"}, "none of"),
        ({"title": "x" * 71}, "at most 70"),
        ({"title": " "}, "needs words"),
        ({"since": "morgen 8:00"}, "names no time that is over"),
        ({"next_update": "gestern"}, "names no time|is over"),
    ):
        with pytest.raises(UsageError, match=words):
            await day.breaks(**more)
    assert await standing_out.all_of_them(day.house) == []
    with pytest.raises(UsageError, match="no incident 7"):
        await incidents.give(day.house, News(incident=7, text="x", who="anna"))

"""An incident: who writes of it is told so and belongs to it, hears each update once, and is asked whether it works."""

from dataclasses import replace
from datetime import timedelta

import pytest

from inbox_bot.channels.twitter.composing import composed
from inbox_bot.errors import UsageError
from inbox_bot.flows import clock, desk, incidents, settling, spreading, standing_out
from inbox_bot.flows.house import House
from inbox_bot.flows.incidents import News, Report
from inbox_bot.incidents import Works
from inbox_bot.model import Channel, DeliveryState, Kind, Priority, TicketState
from inbox_bot.records import Ticket
from inbox_bot.rules.incidents import Pace
from inbox_bot.store.database import Database
from tests.unit.flow_house import Day, dm, mail, post

FAST = Pace(mails=3_600_000, dms=3_600_000)


class Broken(Day):
    """A day on which something breaks; what is told goes fast."""

    @property
    def house(self) -> House:
        """With that pace."""
        return replace(super().house, pace=FAST)

    async def breaks(self, **more: str) -> int:
        """Anna opens an incident; its number."""
        report = Report(who="anna", title="Mailserver gestört", words="mail|imap|#ausfall")
        incident, _ = await incidents.begin(self.house, replace(report, **more))  # type: ignore[arg-type]  # texts
        return incident.id

    async def tells(self, incident: int, text: str = "Wir tauschen ein Netzteil.", **more: object) -> None:
        """Anna gives an update, and it spreads."""
        await incidents.give(self.house, News(incident=incident, text=text, who="anna", **more))  # type: ignore[arg-type]
        await self.spreads()

    async def spreads(self) -> None:
        """Until nobody waits."""
        for _ in range(20):
            self.later(seconds=2)
            if not await spreading.spread(self.house):
                break
        await self.sends()

    async def tickets(self) -> list[Ticket]:
        """All, oldest first."""
        async with self.store.read() as tx:
            return [row[0] for row in await tx.tickets(states=(), customer=None, limit=1000)]

    async def told(self) -> list[str]:
        """To whom updates went, by address, oldest first."""
        return [one.to for _, one in await self.deliveries() if one.kind is Kind.INCIDENT]


@pytest.fixture
async def day(store: Database) -> Broken:
    """With Anna."""
    found = Broken(store=store)
    await found.agent()
    return found


def letter(number: int, text: str = "Meine Mails kommen nicht an.", **fields: object):  # type: ignore[no-untyped-def]
    """A mail of one of many customers."""
    sender = f"Kunde {number} <kunde{number}@post.example>"
    return mail(text, id=number, sender=sender, subject=f"Anliegen {number}", **fields)  # type: ignore[arg-type]


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


async def test_every_update_goes_once_to_each(day: Broken) -> None:
    """By mail, or by DM to who has no mail; who has two tickets hears it once; a second look tells nobody again."""
    id = await day.breaks()
    await day.takes(letter(1), letter(2), mail("Mail tot.", id=9, sender="kunde1@post.example", subject="Neu"))
    await day.takes(dm("Keine Mails!", author="7001"))
    await day.sends()
    await day.tells(id)
    assert sorted(await day.told()) == ["7001", "kunde1@post.example", "kunde2@post.example"]
    await day.spreads()
    assert len(await day.told()) == 3
    await day.tells(id, "Es dauert noch.")
    assert len(await day.told()) == 6
    assert "Es dauert noch." in day.mail.parcels[-1].payload.decode()
    found = await standing_out.of(day.house, id)
    assert [counts for _, counts in found.updates] == [{"queued": 3}, {"queued": 3}]
    assert all(one.ended_at for one, _ in found.updates)


async def test_a_stopped_update_goes_on_with_the_others(day: Broken) -> None:
    """Exactly those who were not told; a newer update takes the place of what was not told yet."""
    id = await day.breaks()
    await day.takes(*(letter(number) for number in range(1, 8)))
    await day.sends()
    slow = Pace(mails=3600, dms=3600)
    await incidents.give(day.house, News(incident=id, text="Eins.", who="anna"))
    day.later(seconds=2)
    assert await spreading.spread(replace(day.house, pace=slow)) == 2
    assert await incidents.stop(day.house, id, "anna") == 1
    day.later(minutes=5)
    assert await spreading.spread(day.house) == 0
    assert await incidents.stop(day.house, id, "anna", go_on=True) == 1
    await day.sends()
    day.later(seconds=2)
    assert await spreading.spread(replace(day.house, pace=slow)) == 2
    await incidents.give(day.house, News(incident=id, text="Zwei.", who="anna"))
    await day.spreads()
    told = await day.told()
    assert len(told) == 4 + 7
    found = await standing_out.of(day.house, id)
    assert [counts for _, counts in found.updates] == [{"queued": 4, "skipped": 3}, {"queued": 7}]


async def test_the_plan_says_what_would_happen_and_does_nothing(day: Broken) -> None:
    """How many by which way, whom it does not reach."""
    id = await day.breaks()
    await day.takes(letter(1), letter(2))
    await day.takes(dm("Keine Mails!", author="7001"), post("@acme meine Mails?", author="7002"))
    plan = await incidents.plan(day.house, News(incident=id, text="x", who="anna", post=True))
    assert plan.counts == {Channel.EMAIL: 2, Channel.TWITTER: 1}
    assert (plan.nobody, plan.post) == (1, True)
    assert (await standing_out.of(day.house, id)).updates == []


async def test_who_cannot_be_reached_by_mail_is_told_by_dm(day: Broken) -> None:
    """Where mail is what is broken, everybody who has a DM is told there; and who has become unreachable is skipped."""
    id = await day.breaks()
    await day.takes(letter(1), letter(2))
    async with day.store.read() as tx:
        [eva] = await tx.find_customers("kunde1@post.example")
    await day.takes(dm("Mails!", author="7001"))
    await day.sends()
    from inbox_bot.flows import customers

    await customers.link(day.house, "7001", "kunde1@post.example", "anna", "same person")
    await desk.block(day.house, "kunde2@post.example", "anna", undo=False)
    await day.tells(id, avoided=Channel.EMAIL)
    assert await day.told() == ["7001"]
    assert eva.id
    [(_, counts)] = (await standing_out.of(day.house, id)).updates
    assert counts == {"queued": 1, "skipped": 1}


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
        ({"words": "", "area": ""}, "say how its messages are known"),
        ({"words": "a|b"}, "three letters or more"),
        ({"area": "moon"}, "none of"),
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


async def test_one_post_for_all(day: Broken) -> None:
    """As it is; personal data, or too long a text, is refused before anything is queued."""
    id = await day.breaks()
    for text, words in (("Rufen Sie 030 901820 an", "personal data"), ("Wort " * 60, "characters as X counts")):
        with pytest.raises(UsageError, match=words):
            await incidents.give(day.house, News(incident=id, text=text, who="anna", post=True))
    await day.tells(id, "Der Mailserver ist gestört.", post=True)
    [parcel] = day.x.parcels
    assert (parcel.ticket, parcel.payload.decode()) == (None, "Der Mailserver ist gestört.")
    assert composed(day.x.drafts[-1]) == b'{"text": "Der Mailserver ist gest\xc3\xb6rt."}'


async def test_nothing_is_told_of_junk_or_of_who_is_erased(day: Broken) -> None:
    """What has changed since the update was given counts when it goes."""
    id = await day.breaks()
    await day.takes(letter(1), letter(2))
    await day.sends()
    first, _ = await day.tickets()
    await incidents.give(day.house, News(incident=id, text="x", who="anna"))
    await desk.junk(day.house, first.number, "anna", undo=False)
    await day.spreads()
    assert await day.told() == ["kunde2@post.example"]


async def test_a_resolved_ticket_hears_it_too(day: Broken) -> None:
    """He is affected all the same; his ticket stays as it is."""
    id = await day.breaks()
    await day.takes(letter(1))
    await day.sends()
    [ticket] = await day.tickets()
    await settling.resolve(day.house, ticket.number, "anna")
    await day.tells(id)
    assert await day.told() == ["kunde1@post.example"]
    assert (await day.tickets())[0].state is TicketState.RESOLVED
    states = {one.state for _, one in await day.deliveries()}
    assert states == {DeliveryState.SENT} or states == {DeliveryState.DELIVERED}
    async with day.store.read() as tx:
        assert [row.works for row in await tx.affected_by(id)] == [Works.UNKNOWN]
        assert await tx.spread(Channel.EMAIL, day.now + timedelta(hours=1))

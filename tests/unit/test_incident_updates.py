"""An update of an incident goes to each who is affected, once, by the way that is open; a stop is a stop."""

from dataclasses import replace
from datetime import timedelta

import pytest

from inbox_bot.channels.twitter.composing import composed
from inbox_bot.errors import Uncertain, UsageError
from inbox_bot.flows import desk, incidents, settling, spreading, standing_out
from inbox_bot.flows.incidents import News
from inbox_bot.flows.outbox import Outbox
from inbox_bot.incidents import Works
from inbox_bot.model import Channel, DeliveryState, Kind, TicketState
from inbox_bot.rules.incidents import Pace
from inbox_bot.store.database import Database
from tests.unit.flow_house import dm, mail, post
from tests.unit.incident_day import Broken, letter


@pytest.fixture
async def day(store: Database) -> Broken:
    """With Anna."""
    found = Broken(store=store)
    await found.agent()
    return found


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
    """What is in line at the stop does not leave; afterwards exactly those are told who were not. A newer update takes
    the place of what was not told yet."""
    id = await day.breaks()
    await day.takes(*(letter(number) for number in range(1, 10)))
    await day.sends()
    slow = replace(day.house, pace=Pace(mails=3600, dms=3600))
    await incidents.give(day.house, News(incident=id, text="Eins.", who="anna"))
    day.later(seconds=2)
    assert await spreading.spread(slow) == 2
    await day.sends()
    day.later(seconds=2)
    assert await spreading.spread(replace(slow, now=day.house.now)) == 2
    assert await incidents.stop(day.house, id, "anna") == 1
    await day.sends()
    day.later(minutes=5)
    assert await spreading.spread(day.house) == 0
    assert len(await day.arrived()) == 2
    assert await incidents.stop(day.house, id, "anna", go_on=True) == 1
    assert await spreading.spread(replace(slow, now=day.house.now)) == 2
    await day.sends()
    assert len(await day.arrived()) == 4
    await incidents.give(day.house, News(incident=id, text="Zwei.", who="anna"))
    await day.spreads()
    arrived = await day.arrived()
    assert len(arrived) == 4 + 9
    assert len(set(arrived[:4])) == 4
    found = await standing_out.of(day.house, id)
    assert [counts for _, counts in found.updates] == [{"queued": 4, "skipped": 5}, {"queued": 9}]


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


async def test_one_post_for_all(day: Broken) -> None:
    """As it is; personal data, or too long a text, is refused before anything is queued."""
    id = await day.breaks()
    for text, words in (("Rufen Sie 030 901820 an", "personal data"), ("Wort " * 60, "too long for a post")):
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


async def test_what_may_have_arrived_is_not_told_anew(day: Broken) -> None:
    """Its answer was lost, so a stop does not take it back: whoever goes on would tell him a second time. The same mail
    goes once more, as any other."""
    incident = await day.breaks()
    await day.takes(letter(1))
    await day.sends()
    day.later(hours=1)
    day.mail.answers = [Uncertain("hung up after the mail")]
    await day.tells(incident)
    day.later(minutes=16)
    await Outbox(house=day.house, sender=day.mail).look()
    await incidents.stop(day.house, incident, "anna")
    await incidents.stop(day.house, incident, "anna", go_on=True)
    await day.spreads()
    assert await day.told() == ["kunde1@post.example"]
    assert await day.arrived() == ["kunde1@post.example"]


async def test_what_a_customer_wrote_in_private_is_in_no_post_of_ours(day: Broken) -> None:
    """Six words of any who has written since it began; in public he may be repeated, and in private updates say what
    they like. Nor may a title hold it, which stands in public replies."""
    secret = "weil meine Tochter gerade in der Klinik liegt"
    await day.takes(letter(1, f"Keine Mail, {secret}."), post("@acme seit Montag geht hier keine Mail mehr raus"))
    id = await day.breaks(since="12:00")
    with pytest.raises(UsageError, match=r'"weil meine Tochter.*" is private, from m1'):
        await day.tells(id, f"Wir eilen, {secret.upper()}.", post=True)
    with pytest.raises(UsageError, match=r"the title stands in public replies, and .* is private, from m1"):
        await day.breaks(title=f"Keine Mail, {secret}", since="12:00")
    await day.tells(id, f"Wir eilen, {secret}.")
    await day.tells(id, "Seit Montag geht hier keine Mail mehr raus: Wir tauschen ein Netzteil.", post=True)
    assert [one.kind for one in day.x.parcels if one.ticket is None] == [Kind.INCIDENT]

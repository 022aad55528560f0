"""The clock of promises: a reminder before, an alarm at, and one honest message when a promise was not kept."""

from dataclasses import replace
from datetime import timedelta

import pytest

from inbox_bot.flows import promising, settling, team
from inbox_bot.model import Channel, DeliveryState, Kind, PromiseState, Visibility
from inbox_bot.ports import Store
from inbox_bot.records import Delivery, Message
from inbox_bot.rules import claims, promises
from inbox_bot.rules.hours import Hours
from inbox_bot.writes import Filing
from tests.unit.desk_house import MAIL, NOW, WRITTEN, a_dm, a_mail, a_post, a_ticket, an_identity
from tests.unit.desk_promises import BERLIN, Desk, berlin

MAUNDY = berlin(4, 2, 18)  # Maundy Thursday's end; Good Friday and Easter Monday are holidays
TUESDAY = berlin(4, 7, 8)


@pytest.fixture
def desk(store: Store) -> Desk:
    """An empty desk."""
    return Desk(store)


async def promised(desk: Desk, *rows: Message, dm: bool = False) -> None:
    """On Wednesday before Easter Anna promises Eva an answer by Thursday."""
    await desk.team()
    await desk.case(*(rows or (a_mail(),)), dm=dm)
    desk.now = berlin(4, 1, 15)
    await desk.reply("Wir melden uns bis morgen.", promised=True)
    [promise] = await desk.promises()
    assert promise.due_at == MAUNDY


async def test_the_owner_is_reminded_an_hour_before(desk: Desk) -> None:
    """Once, with what to type; not earlier."""
    await promised(desk)
    await desk.at(MAUNDY - timedelta(minutes=61))
    assert await desk.notices() == []
    for _ in range(2):
        await desk.at(MAUNDY - timedelta(minutes=60))
    [(kind, to, notice)] = await desk.notices()
    assert (kind, to) == ("promise_due", "anna")
    assert f"reply {WRITTEN} --keeps" in notice.text
    assert notice.subject.startswith("Zusage fällig am 2. April 2026 um 18:00 Uhr")


async def test_an_hour_before_is_counted_while_somebody_is_there(desk: Desk) -> None:
    """What is due on Easter Monday or early on Tuesday is reminded of on Thursday at 17:00; a promise of half an hour
    after a fifth of it is left."""
    await desk.team()
    await desk.case(a_mail())
    desk.now = berlin(4, 1, 15)
    await promising.make(desk.house, WRITTEN, "2026-04-06 12:00", "anna")
    await promising.make(desk.house, WRITTEN, "in 30 minutes", "ben")
    await desk.at(berlin(4, 1, 15, 23))
    assert await desk.notices() == []
    await desk.at(berlin(4, 1, 15, 24))
    assert [to for _, to, _ in await desk.notices()] == ["ben"]
    await desk.at(berlin(4, 2, 16, 59))
    assert [to for _, to, _ in await desk.notices() if to == "anna"] == []
    await desk.at(berlin(4, 2, 17))
    assert [kind for kind, to, _ in await desk.notices() if to == "anna"] == ["promise_due"]


async def test_who_is_gone_is_not_asked(desk: Desk) -> None:
    """The supervisors are, in his place."""
    await promised(desk)
    await team.disable(desk.house, "anna")
    await desk.at(MAUNDY - timedelta(minutes=60))
    await desk.at(MAUNDY)
    assert [(kind, to) for kind, to, _ in await desk.notices()] == [("promise_due", "vera"), ("promise_broken", "vera")]


async def test_broken_is_an_alarm_and_the_customer_waits_over_easter(desk: Desk) -> None:
    """At the due time it is broken: owner and supervisor are told, the audit has it. The customer is told when somebody
    is there again, on Tuesday after four closed days, once, in his own mail's thread."""
    await promised(desk)
    assert await desk.at(MAUNDY - timedelta(seconds=1)) == 0
    assert (await desk.findings(), [one.state for one in await desk.promises()]) == ([], [PromiseState.OPEN])
    assert await desk.at(MAUNDY) == 0
    [promise] = await desk.promises()
    assert (promise.state, promise.settled_at, promise.told_at) == (PromiseState.BROKEN, MAUNDY, None)
    assert [to for kind, to, _ in await desk.notices() if kind == "promise_broken"] == ["anna", "vera"]
    [finding] = await desk.findings()
    assert (finding.number, finding.at) == ("427918354", MAUNDY)
    assert "anna" in finding.detail
    for closed in (
        berlin(4, 2, 23),
        berlin(4, 3, 10),
        berlin(4, 5, 10),
        berlin(4, 6, 10),
        TUESDAY - timedelta(seconds=1),
    ):
        assert await desk.at(closed) == 0
    assert [await desk.at(TUESDAY), await desk.at(TUESDAY + timedelta(hours=1))] == [1, 0]
    [message] = await desk.sent(Kind.INTERIM)
    assert (message.automatic, message.channel, message.visibility) == (True, Channel.EMAIL, Visibility.PRIVATE)
    for words in (
        "„bis morgen“",
        "am 1. April 2026 um 15:00 Uhr",
        "am 2. April 2026 um 18:00 Uhr",
        "nicht eingehalten",
    ):
        assert words in message.text
    assert "<1@post.example>" in message.references
    assert (await desk.promises())[0].told_at == TUESDAY
    assert len(await desk.findings()) == 1  # a message of the bot's is no answer
    desk.now = TUESDAY + timedelta(hours=2)
    await desk.reply("Bitte entschuldigen Sie.")
    assert await desk.findings() == []


async def test_the_message_promises_and_claims_nothing_itself(desk: Desk) -> None:
    """In both languages and both ways, whatever it says is true."""
    house = desk.house
    facts = {
        "number": "427918354", "customer": "Eva", "subject": "x", "phrase": "", "promised_at": NOW, "due_at": NOW,
    }  # fmt: skip
    for language in ("de", "en"):
        for channel in Channel:
            text = house.texts.render("promise-missed", channel, language, facts).text
            assert promises.find(text, now=NOW + timedelta(minutes=1), zone=BERLIN) == []
            assert claims.find(text) == []
    with pytest.raises(Exception, match="no template"):
        house.texts.render("promise-missed-public", Channel.TWITTER, "de", facts)


async def test_an_answer_in_time_spares_the_message(desk: Desk) -> None:
    """Somebody answered, and only nobody said that it kept the promise: broken, but the customer knows."""
    await promised(desk)
    desk.now = berlin(4, 2, 16)
    await desk.reply("Ihre Leitung ist in Ordnung.")
    await desk.at(MAUNDY)
    assert [one.state for one in await desk.promises()] == [PromiseState.BROKEN]
    assert await desk.at(TUESDAY) == 0


async def test_an_answer_over_the_closed_days_spares_it_too(desk: Desk) -> None:
    """Who works on a holiday is quicker than the bot; a confirmation of what arrived, or an answer that was taken back,
    is none."""
    await promised(desk)
    await desk.at(MAUNDY)
    desk.now = berlin(4, 4, 11)
    queued = await desk.reply("Ihre Leitung ist in Ordnung.")
    assert await desk.at(TUESDAY) == 0
    async with desk.store.write() as tx:
        [delivery] = await tx.deliveries_of(queued.message)
        await tx.save(Filing(deliveries=[replace(delivery, state=DeliveryState.WITHDRAWN)]))
    assert await desk.at(TUESDAY) == 1


async def test_without_hours_the_customer_is_told_at_once(desk: Desk) -> None:
    """Where no hours are known somebody always counts as there."""
    desk.hours = Hours(zone=BERLIN)
    await promised(desk)
    assert await desk.at(MAUNDY) == 1


@pytest.mark.parametrize("why", ["blocked", "opted out", "bounced", "angry", "junk", "resolved"])
async def test_who_must_not_be_written_to_is_not(desk: Desk, why: str) -> None:
    """The alarm stands all the same, but for junk and what is settled."""
    await promised(desk)
    ticket = await desk.ticket()
    async with desk.store.write() as tx:
        eva = next(one for one in await tx.identities(ticket.customer) if one.channel is Channel.EMAIL)
        match why:
            case "blocked":
                await tx.save(Filing(identities=[replace(eva, blocked_at=desk.now)]))
            case "opted out":
                await tx.save(Filing(identities=[replace(eva, opted_out_at=desk.now)]))
            case "bounced":
                await tx.save(Filing(identities=[replace(eva, undeliverable_at=desk.now)]))
            case "angry":
                await tx.save(Filing(tickets=[replace(ticket, angry_at=desk.now)]))
            case "junk":
                await tx.set_junk(ticket.id, True)
    await desk.at(MAUNDY)
    if why == "resolved":
        await settling.resolve(desk.house, WRITTEN, "anna")
    assert await desk.at(TUESDAY) == 0
    assert await desk.sent(Kind.INTERIM) == []
    assert len(await desk.findings()) == (0 if why in {"junk", "resolved"} else 1)


async def test_a_machines_ticket_gets_none(desk: Desk) -> None:
    """A ticket that is not acknowledged automatically gets no other automatic message either."""
    await desk.team()
    await desk.case(a_mail(), ticket=a_ticket(quiet="a list's office"))
    desk.now = berlin(4, 1, 15)
    await desk.reply("Wir melden uns bis morgen.", promised=True)
    await desk.at(MAUNDY)
    assert await desk.at(TUESDAY) == 0


async def test_in_his_channel_and_never_in_public(desk: Desk) -> None:
    """Who wrote posts only is told by a person; who wrote a DM gets one."""
    await promised(desk, a_post())
    await desk.at(MAUNDY)
    assert await desk.at(TUESDAY) == 0
    assert len(await desk.findings()) == 1


async def test_by_dm_to_who_wrote_one(desk: Desk) -> None:
    """Short, with the number."""
    await promised(desk, a_post(), a_dm(), dm=True)
    await desk.at(MAUNDY)
    assert await desk.at(TUESDAY) == 1
    [message] = await desk.sent(Kind.INTERIM)
    assert (message.channel, message.visibility) == (Channel.TWITTER, Visibility.PRIVATE)
    assert WRITTEN in message.text


async def test_two_broken_promises_make_one_message(desk: Desk) -> None:
    """It speaks of the first, and both count as told; what was said by word of mouth is not quoted."""
    await desk.team()
    await desk.case(a_mail())
    desk.now = berlin(4, 1, 15)
    await promising.make(desk.house, WRITTEN, "2026-04-02 10:00", "anna", text="ruft an, ist schwierig")
    await promising.make(desk.house, WRITTEN, "2026-04-02 18:00", "ben")
    await desk.at(TUESDAY - timedelta(minutes=1))
    assert await desk.at(TUESDAY) == 1
    assert [one.told_at for one in await desk.promises()] == [TUESDAY, TUESDAY]
    [message] = await desk.sent(Kind.INTERIM)
    assert "um 10:00 Uhr" in message.text
    assert "schwierig" not in message.text
    assert "„" not in message.text


async def test_a_daemon_that_was_down_tells_it_late_and_once(desk: Desk) -> None:
    """Everything of the days before in one turn; after a week it would only puzzle."""
    await promised(desk)
    assert await desk.at(berlin(4, 8, 9)) == 1
    assert [kind for kind, _, _ in await desk.notices()] == ["promise_broken", "promise_broken"]
    assert await desk.at(berlin(4, 8, 9)) == 0


async def test_nobody_gets_more_than_the_limit(desk: Desk) -> None:
    """Whoever had his share of automatic messages within the hour is told later."""
    await promised(desk)
    await desk.at(MAUNDY)
    desk.now = TUESDAY
    ticket = await desk.ticket()
    async with desk.store.write() as tx:
        [eva] = [one for one in await tx.identities(ticket.customer) if one.channel is Channel.EMAIL]
    await desk.save(*(_automatic(ticket.id, eva.id, place) for place in range(10)))
    assert await desk.at(TUESDAY + timedelta(minutes=1)) == 0
    assert await desk.at(TUESDAY + timedelta(minutes=61)) == 1


def _automatic(ticket: int, identity: int, place: int) -> Delivery:
    """An acknowledgement that went out on Tuesday at eight."""
    return Delivery(
        id=-1 - place, token=f"t{place}", inbox="mail", channel=Channel.EMAIL, kind=Kind.ACKNOWLEDGEMENT,
        visibility=Visibility.PRIVATE, to=MAIL, payload=b"", created_at=TUESDAY, due_at=TUESDAY, ticket=ticket,
        identity=identity, automatic=True, state=DeliveryState.SENT,
    )  # fmt: skip


async def test_what_cannot_be_sent_is_tried_again(desk: Desk) -> None:
    """What cannot be composed is left to the next turn."""
    await promised(desk)
    await desk.at(MAUNDY)
    desk.mail.refuses.add(an_identity().address)
    assert await desk.at(TUESDAY) == 0
    desk.mail.refuses.clear()
    assert await desk.at(TUESDAY + timedelta(minutes=1)) == 1

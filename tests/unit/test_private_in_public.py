"""Personal data never stands in a public answer, whoever's it is and whoever wants it."""

import pytest

from inbox_bot.care import Detail, DetailKind
from inbox_bot.errors import Stopped
from inbox_bot.flows import answering, correcting
from inbox_bot.flows.correcting import Wrong
from inbox_bot.flows.details import EXPOSED
from inbox_bot.flows.gates.asked import Answer
from inbox_bot.flows.outbox import Outbox
from inbox_bot.model import Channel, Direction, Visibility
from inbox_bot.rules import details, kept
from inbox_bot.rules.kept import Privacy
from inbox_bot.rules.routes import Way
from inbox_bot.store.database import Database
from inbox_bot.writes import Filing
from tests.unit.desk_house import NOW, NUMBER, WRITTEN, Office, a_dm, a_post, a_ticket
from tests.unit.flow_house import Day, post

DATA = "Ruf 0171 3920012 an, Konto DE89 3704 0044 0532 0130 00."


@pytest.fixture
async def office(store: Database) -> Office:
    """Eva has posted and written by DM; Anna has seen all of it."""
    office = Office(store)
    await office.agent("anna", "AB")
    ticket = a_ticket(inbox="x", channel=Channel.TWITTER, number_delivered_at=NOW)
    await office.case(a_dm(), a_post(), ticket=ticket, dm=True)
    return office


def says(text: str, way: Way) -> Answer:
    """Anna knows all reasons against it, and wants it."""
    return Answer(number=WRITTEN, who="anna", text=text, way=way, anyway=True)


async def test_all_of_it_is_named_and_nothing_goes_out(office: Office) -> None:
    """Nobody overrides that; in private the same may be said."""
    with pytest.raises(Stopped) as stop:
        await answering.reply(office.house, says(DATA, Way.PUBLIC))
    assert not stop.value.override
    assert '"0171 3920012" is a telephone number' in str(stop.value)
    assert '"DE89 3704 0044 0532 0130 00" is an IBAN' in str(stop.value)
    assert "answer in private (--dm" in str(stop.value)
    async with office.store.read() as tx:
        ticket = await tx.ticket(NUMBER)
        assert ticket is not None
        entries = await tx.timeline(ticket.customer, ticket.id)
    assert all(one.message.direction is not Direction.OUTGOING for one in entries)
    assert (await answering.reply(office.house, says(DATA, Way.DM))).visibility is Visibility.PRIVATE


async def test_what_is_ours_may_stand_there(office: Office) -> None:
    """Our own mail address, a ticket number, a price, a day."""
    text = f"Bitte an hilfe@acme.example, {WRITTEN}; 39,90 € seit dem 12.3.2026."
    queued = await answering.reply(office.house, says(text, Way.PUBLIC))
    assert queued.visibility is Visibility.PUBLIC


@pytest.mark.parametrize("written", ["2.1.1980", "02.01.1980", "2. Januar 1980", "1980-01-02", "January 2nd, 1980"])
async def test_his_day_of_birth_is_known_without_a_word_for_it(office: Office, written: str) -> None:
    """However it is written; another day may stand there, and in private so may this one."""
    born = Detail(message=1, customer=1, kind=DetailKind.BIRTHDAY, value="1980-01-02")
    async with office.store.write() as tx:
        await tx.save(Filing(details=[born]))
    with pytest.raises(Stopped, match=r'"1980-01-02" is a date of birth of his \(from m1\)'):
        await answering.reply(office.house, says(f"Wir haben {written} notiert.", Way.PUBLIC))
    assert (await answering.reply(office.house, says("Am 3.1.1980 war nichts.", Way.PUBLIC))).text
    assert (await answering.reply(office.house, says(f"Wir haben {written} notiert.", Way.DM))).text


async def test_data_is_asked_for_in_private(office: Office) -> None:
    """The stop says how; a post may ask him to send it by DM."""
    with pytest.raises(Stopped, match=r"is asked for in public: answer in private \(--dm"):
        await answering.reply(office.house, says("Bitte nennen Sie uns Ihre Kundennummer.", Way.PUBLIC))
    text = "Bitte schicken Sie uns Ihre Kundennummer per DM."
    assert (await answering.reply(office.house, says(text, Way.PUBLIC))).visibility is Visibility.PUBLIC


async def test_a_public_correction_is_looked_at_too(office: Office) -> None:
    """It goes the way of what it corrects."""
    queued = await answering.reply(office.house, says("Wir prüfen das.", Way.PUBLIC))
    async with office.store.write() as tx:  # a new agent's first public post waits for a yes
        await tx.approve(queued.delivery, NOW, yes=True)
    await Outbox(house=office.house, sender=office.x).deliver()
    wrong = Wrong(message=f"m{queued.message}", words="prüfen das")
    with pytest.raises(Stopped, match="is an IBAN"):
        await correcting.correct(office.house, says(DATA, Way.LAST), wrong)


@pytest.mark.parametrize(
    ("pattern", "fine"),
    [
        (r"K-\d{6}", True),
        (r"[A-Z]{2}\d{4,8}", True),
        (r"(a+)+b", False),
        (r"\d*", False),
        ("", False),
        (r"a|b", False),
        (".", False),
        (r"[A-Z]\d{2}", False),
        (r"\d{1,9}", False),
        (r".{0,99}.{0,99}X{4}", False),
        ("[z-a]{5}", False),
        (r"\d{9,4}", False),
    ],
)
def test_a_pattern_can_be_tried_on_any_text(pattern: str, fine: bool) -> None:
    """What could take for ever, or matches everything, is no pattern of a customer number."""
    assert kept.harmless(pattern) is fine


def test_the_own_pattern_tells_a_customer_number() -> None:
    """Without any word for it; without the pattern it is only digits."""
    text = "Es geht um K-123456, danke."
    assert details.find(text, Privacy()) == []
    [found] = details.find(text, Privacy(customer_number=r"K-\d{6}"))
    assert (found.kind.value, found.value) == ("customer_number", "K123456")


@pytest.mark.parametrize(
    ("kind", "value", "text", "there"),
    [
        (DetailKind.CUSTOMER_NUMBER, "4711998", "Zu 47 11-998 sehen wir nach.", True),
        (DetailKind.PHONE, "+49301234567", "Wir rufen Sie an: 030/1234567", True),
        (DetailKind.PHONE, "+49301234567", "Wir rufen Sie an.", False),
        (DetailKind.CUSTOMER_NUMBER, "4711998", "Zu ４７１１９９８ sehen wir nach.", True),
        (DetailKind.CUSTOMER_NUMBER, "4711998", "Zu 471\u200b1998 sehen wir nach.", True),
        (DetailKind.IBAN, "DE89370400440532013000", "DE89 3704 0044 0532 0130 00", True),
        (DetailKind.BIRTHDAY, "1980-01-02", "1980-01-02", False),
        (DetailKind.CUSTOMER_NUMBER, "4711", "4711", False),
    ],
)
def test_what_he_told_is_found_in_any_spelling(kind: DetailKind, value: str, text: str, there: bool) -> None:
    """Also without a word for it."""
    assert kept.stands_in(kind, value, kept.squashed(text)) is there


async def test_a_post_with_personal_data_is_to_be_deleted(store: Database) -> None:
    """The acknowledgement says so and repeats nothing; the log marks it; a plain post gets the usual one."""
    day = Day(store=store)
    await day.takes(post("@acme ruft mich an: 030 1234567", id=9001, author="1001"))
    await day.takes(post("@acme nichts geht", id=9002, author="1002"))
    texts = [message.text for message, _ in await day.deliveries()]
    assert ["löschen" in text for text in texts] == [True, False]
    assert not any("1234567" in text for text in texts)
    async with day.store.read() as tx:
        rows = await tx.tickets(states=(), customer=None, limit=9)
        log = [entry.detail for row in rows for entry in await tx.log(row[0].id) if entry.what == EXPOSED]
    assert log == ["phone"]


async def test_a_later_post_with_personal_data_is_to_be_deleted_too(store: Database) -> None:
    """The ticket has had its public reply: this post gets one of its own, a plain one none; each post one at most."""
    day = Day(store=store)
    for id, text in ((9001, "nichts geht"), (9002, "ruft mich an: 030 1234567"), (9003, "und nun?")):
        await day.takes(post(f"@acme {text}", id=id, author="1001", at=day.now))
        day.later(minutes=5)
        await day.sends()
    told = [(message.references, message.text) for message, _ in await day.deliveries()]
    assert [references for references, _ in told] == [("9001",), ("9002",)]
    assert ["löschen" in text for _, text in told] == [False, True]
    assert len(day.x.parcels) == 2
    assert not any("1234567" in text for _, text in told)

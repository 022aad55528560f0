"""What came in private is not repeated in public: messages of all his tickets, notes, names of files."""

from dataclasses import replace

import pytest

from inbox_bot.care import Detail, DetailKind
from inbox_bot.errors import Stopped, UsageError
from inbox_bot.flows import answering, approving
from inbox_bot.flows.gates.asked import Answer
from inbox_bot.model import Channel, Direction, Visibility
from inbox_bot.rules.routes import Way
from inbox_bot.store.database import Database
from inbox_bot.writes import Filing
from tests.unit.desk_house import NOW, WRITTEN, Office, a_dm, a_mail, a_post, a_ticket, files

SECRET = "meine Tochter liegt seit Montag in der Klinik"
PUBLIC = "@acme seit Montag geht hier wirklich gar nichts mehr"


@pytest.fixture
async def office(store: Database) -> Office:
    """Eva has posted, and written by DM and mail, the latter in another ticket; Anna has made a note."""
    office = Office(store)
    await office.agent("anna", "AB")
    await office.agent("bert", "BE")
    ticket = a_ticket(inbox="x", channel=Channel.TWITTER, number_delivered_at=NOW)
    await office.case(
        a_dm(text=f"Hallo, {SECRET}."),
        a_post(text=PUBLIC),
        a_mail(id=-5, ticket=-110, text="Der Nachbar von oben hat das Kabel zerschnitten.", subject="Kabel"),
        a_mail(
            id=-6, external_id="", text="Sie zahlt seit drei Monaten ihre Rechnung nicht.", direction=Direction.NOTE,
            visibility=Visibility.INTERNAL,
        ),
        *files(["Befund der Klinik vom letzten Montag.pdf"], message=-5),  # type: ignore[arg-type]  # `save` takes it
        a_ticket(id=-110, number="558203910"),  # type: ignore[arg-type]  # likewise
        ticket=ticket,
        dm=True,
    )  # fmt: skip
    return office


def says(text: str, way: Way = Way.PUBLIC) -> Answer:
    return Answer(number=WRITTEN, who="anna", text=text, way=way, anyway=True)


@pytest.mark.parametrize(
    "text",
    [
        "Wir schreiben an eva . winter post.example.",
        "Zu 47 11-998 sehen wir nach.",
        "Zu \uff14\uff17\uff11\uff11\uff19\uff19\uff18 sehen wir nach.",
        "Am 2.1.\u200b1980 war das schon so.",
    ],
)
async def test_his_data_does_not_go_out_without_a_word_for_it(office: Office, text: str) -> None:
    """His mail address, the customer number that we wrote to him, the day of birth in a note: in any spelling."""
    ours = {"external_id": "", "ticket": 1, "customer": 1, "identity": 1}
    told = a_mail(id=-7, **ours, text="Ihre Kundennummer ist 4711998.", direction=Direction.OUTGOING)
    note = a_mail(
        id=-8, **ours, text="geb. 2. Januar 1980", direction=Direction.NOTE, visibility=Visibility.INTERNAL
    )  # fmt: skip
    await office.save(told, note)
    with pytest.raises(Stopped, match=r'" is a .* of his \((from (note )?m\d+|his address)\)') as stop:
        await answering.reply(office.house, says(text))
    assert not stop.value.override
    assert (await answering.reply(office.house, says(text, Way.DM))).visibility is Visibility.PRIVATE


@pytest.mark.parametrize(
    "text",
    [
        f"Schlimm, dass {SECRET.upper()}!",
        "Hat der Nachbar von oben das Kabel? Der Nachbar von oben hat das Kabel.",
        "Sie zahlt seit drei Monaten ihre Rechnung",
        "Danke für Befund der Klinik vom letzten Montag",
    ],
)
async def test_private_words_do_not_go_out_in_public(office: Office, text: str) -> None:
    """Whoever wants it; the stop names the words and the message; in private they may be said."""
    with pytest.raises(Stopped, match=r'" is private, from .*m\d+') as stop:
        await answering.reply(office.house, says(text))
    assert not stop.value.override
    assert (await answering.reply(office.house, says(text, Way.DM))).visibility is Visibility.PRIVATE


async def test_his_own_public_words_may_be_said_again(office: Office) -> None:
    """Also where he has said them in private too, and with words of a template."""
    await office.save(a_dm(id=-9, external_id="7002", ticket=1, customer=1, identity=2, text=PUBLIC))
    text = "Seit Montag geht hier wirklich gar nichts mehr? Bitte schicken Sie uns dazu eine Direktnachricht."
    assert (await answering.reply(office.house, says(text))).visibility is Visibility.PUBLIC


@pytest.mark.parametrize(
    "words",
    [
        "Bevor wir Ihnen Auskunft zu Ihrem Vertrag geben, müssen wir sicher sein, dass Sie es sind.",
        "Bevor wir dir Auskunft zu deinem Vertrag geben, müssen wir sicher sein, dass du es bist.",
    ],
)
async def test_the_words_of_a_template_are_no_secret_in_either_form(office: Office, words: str) -> None:
    """What went out in private by a template may be said in public, in Sie and in du."""
    await office.save(a_dm(id=-9, external_id="7002", ticket=1, customer=1, identity=2, text=words))
    assert (await answering.reply(office.house, says(words))).visibility is Visibility.PUBLIC


async def test_a_yes_looks_again(office: Office) -> None:
    """What has come in private since the answer was written does not go out by a second person's yes."""
    queued = await answering.reply(office.house, says("Das Modem steht bei Ihnen hinter dem Schrank."))
    assert queued.approval
    told = a_dm(id=-9, external_id="7002", ticket=queued.ticket.id, customer=queued.ticket.customer)
    late = replace(told, identity=queued.to.id, text="Psst: Das Modem steht bei Ihnen hinter dem Schrank, hieß es.")
    await office.save(late)
    with pytest.raises(UsageError, match="--refuse takes it back"):
        await approving.approve(office.house, WRITTEN, "bert", yes=True)
    assert await approving.approve(office.house, WRITTEN, "bert", yes=False)


async def test_a_yes_looks_for_his_data_again(office: Office) -> None:
    """The number was nobody's when the answer was written; meanwhile he has told that it is his."""
    queued = await answering.reply(office.house, says("Zu 4711998 sehen wir nach."))
    assert queued.approval
    told = a_dm(id=-9, external_id="7002", ticket=queued.ticket.id, customer=queued.ticket.customer)
    ids = await office.save(replace(told, identity=queued.to.id, text="Meine Kundennummer: 4711998"))
    number = Detail(message=ids[-9], customer=1, kind=DetailKind.CUSTOMER_NUMBER, value="4711998")
    async with office.store.write() as tx:
        await tx.save(Filing(details=[number]))
    with pytest.raises(UsageError, match="--refuse takes it back"):
        await approving.approve(office.house, WRITTEN, "bert", yes=True)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Wie schlimm: Meine Tochter liegt seit", "Montag in der Klinik, das tut uns leid."),
        ("Wir sehen nach zu 4711", "998, danke."),
    ],
)
async def test_two_posts_are_read_as_one(office: Office, first: str, second: str) -> None:
    """What is private in the one with the other does not go out in two; the second may say anything else."""
    await office.save(a_mail(id=-7, external_id="", ticket=1, customer=1, identity=1, text="Kundennummer 4711998"))
    number = Detail(message=1, customer=1, kind=DetailKind.CUSTOMER_NUMBER, value="4711998")
    async with office.store.write() as tx:
        await tx.save(Filing(details=[number]))
    assert (await answering.reply(office.house, says(first))).visibility is Visibility.PUBLIC
    with pytest.raises(Stopped, match="this answer is public"):
        await answering.reply(office.house, says(second))
    assert (await answering.reply(office.house, says("Der Techniker kommt."))).visibility is Visibility.PUBLIC

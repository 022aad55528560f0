"""Why customers write: told by words, a template or an agent; needed to resolve, and shown to the customer."""

from dataclasses import dataclass, replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from inbox_bot.errors import Stopped, UsageError
from inbox_bot.flows import calls, clock, merging, reading, reasons, settling, status
from inbox_bot.flows.answering import reply
from inbox_bot.flows.calls import Call
from inbox_bot.flows.house import House
from inbox_bot.model import Kind, TicketState, Visibility
from inbox_bot.pages.outline import outline
from inbox_bot.pages.plain import plain
from inbox_bot.records import Ticket
from inbox_bot.rules.reasons import Reason
from inbox_bot.rules.reasons import titles as named
from inbox_bot.store.database import Database
from inbox_bot.texts import BrandFacts, Templates, shipped
from tests.unit.desk_house import NOW
from tests.unit.flow_house import Day, dm, mail, post
from tests.unit.said import informed
from tests.unit.scenario_house import tickets

PAGE = "https://acme.example/umzug"
REASONS = {
    "moving": Reason(
        words=("Umzug", "moving"),
        titles={"de": "Umzug", "en": "Moving"},
        links={"de": PAGE, "en": "https://acme.example/moving"},
    ),
    "line": Reason(words=("Leitung",), titles={"de": "Störung", "en": "Fault"}),
}
TEXT = "Guten Tag,\nunser Umzug ist am Montag. Was müssen wir tun?\nEva Winter"


@dataclass(slots=True)
class Asked(Day):
    """A day in a house that wants to know why customers write."""

    reasons: bool = True

    @property
    def house(self) -> House:
        """With two reasons, or none."""
        return replace(super(Asked, self).house, reasons=REASONS if self.reasons else {})

    async def ticket(self) -> Ticket:
        """The newest one."""
        return (await tickets(self))[-1]

    async def logged(self) -> list[tuple[str, str]]:
        """What the log says of its reason."""
        async with self.store.read() as tx:
            log = await tx.log((await self.ticket()).id)
        return [(one.what, one.detail) for one in log if one.what.startswith("reason")]

    async def texts(self, kind: Kind = Kind.ACKNOWLEDGEMENT) -> list[str]:
        """What customers were sent of this kind."""
        return [message.text for message, delivery in await self.deliveries() if delivery.kind is kind]


@pytest.fixture
async def day(store: Database) -> Asked:
    day = Asked(store)
    await day.agent("anna", "AB")
    return day


# --- how it is told


async def test_the_first_message_tells_it(day: Asked) -> None:
    """By its text or subject; a later one changes nothing, an agent's word is his."""
    await day.takes(mail(TEXT, subject="Frage"))
    assert (await day.ticket()).contact_reason == "moving"
    await reasons.say(day.house, (await day.ticket()).number, "Line", "anna")
    await day.takes(mail("Wegen des Umzugs noch einmal", id=2, at=day.now))
    assert (await day.ticket()).contact_reason == "line"
    assert await day.logged() == [("reason", "line")]
    await reasons.say(day.house, (await day.ticket()).number, "none", "anna")
    await day.takes(mail("Der Umzug!", id=3, at=day.now))
    assert (await day.ticket()).contact_reason == ""


async def test_messages_that_come_together_are_read_together(day: Asked) -> None:
    """People write in pieces; two reasons in them are none."""
    await day.takes(dm("Hallo"), dm("Es geht um den Umzug", id=5002))
    assert (await day.ticket()).contact_reason == "moving"
    await day.takes(mail("Der Umzug", sender="ida@post.example", subject="a"), source=None)
    await day.takes(
        mail("Der Umzug", id=8, sender="ole@post.example", subject="a", at=day.now),
        mail("Und die Leitung ist tot", "In-Reply-To: <m8@post.example>", id=9, sender="ole@post.example",
             subject="a", at=day.now),
    )  # fmt: skip
    assert (await day.ticket()).contact_reason == ""


async def test_without_a_list_nothing_changes(day: Asked) -> None:
    """No reason, no page, and a ticket is resolved as ever."""
    day.reasons = False
    await day.takes(mail(TEXT))
    ticket = await day.ticket()
    assert (ticket.contact_reason, "http" in (await day.texts())[0]) == ("", False)
    with pytest.raises(UsageError, match=r"is no reason of the configuration \(\[reasons\]: there are none yet\)"):
        await reasons.say(day.house, ticket.number, "moving", "anna")
    assert (await settling.resolve(day.house, ticket.number, "anna")).state is TicketState.RESOLVED


async def test_a_call_tells_it_too(day: Asked) -> None:
    """What was said on the telephone is read like a message."""
    queued = await calls.open_ticket(
        day.house, Call(key="eva@post.example", text="Sie fragt nach dem Umzug", who="anna")
    )
    assert queued.ticket.contact_reason == "moving"


async def test_the_template_tells_it_unless_an_agent_has(day: Asked, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Its header's topic, where a reason is called so; it stands in the log."""
    folder = tmp_path_factory.mktemp("own")
    place = folder / "replies" / "de"
    place.mkdir(parents=True)
    (place / "fault.email.j2").write_text(
        '+++\ntitle = "T"\nvisibility = "private"\ntopic = "line"\n+++\nWir messen.\n'
    )
    brand = BrandFacts(name="Acme", language="de", timezone="Europe/Berlin")

    def house() -> House:
        return replace(day.house, texts=Templates([folder, shipped()], brand))

    await day.takes(mail(TEXT))
    number = (await day.ticket()).number
    await reply(house(), informed(number=number, who="anna", template="fault"))
    assert (await day.ticket()).contact_reason == "line"
    assert await day.logged() == [("reason by template", "line")]
    await reply(house(), informed(number=number, who="anna", text="Ja.", reason="moving", anyway=True))
    await reply(house(), informed(number=number, who="anna", template="fault", anyway=True))
    assert (await day.ticket()).contact_reason == "moving"


async def test_merging_keeps_it(day: Asked) -> None:
    """The ticket that goes on has the reason of the other."""
    await day.takes(mail("Guten Tag, eine Frage", subject="Eins"))
    first = await day.ticket()
    day.later(days=9)
    await day.takes(mail(TEXT, id=2, subject="Zwei", at=day.now))
    assert (await day.ticket()).id != first.id
    await merging.merge(day.house, (await day.ticket()).number, first.number, "anna", "one matter")
    async with day.store.read() as tx:
        merged = await tx.ticket(first.number)
    assert merged is not None
    assert merged.contact_reason == "moving"


# --- what needs it


async def test_nothing_is_resolved_without_it(day: Asked) -> None:
    """The stop is one line with the list and the way; alone, with an answer, and together with other stops."""
    await day.takes(mail("Guten Tag, eine Frage", subject="Frage"))
    number = (await day.ticket()).number
    way = r"has no reason yet, .* --reason NAME \(by mail: /reason NAME\), one of moving, line$"
    with pytest.raises(UsageError, match=way):
        await settling.resolve(day.house, number, "anna")
    with pytest.raises(Stopped, match=way) as stop:
        await reply(day.house, informed(number=number, who="anna", text="Ja.", resolve=True))
    assert not stop.value.override
    with pytest.raises(UsageError, match=r'"weather" is no reason of the configuration \(\[reasons\]: moving, line\)'):
        await settling.resolve(day.house, number, "anna", "weather")
    with pytest.raises(Stopped, match="has no reason yet"):
        await reply(day.house, informed(number=number, who="anna", text="Ja.", resolve=True, reason="none"))
    assert (await day.ticket()).state is TicketState.NEW
    assert await day.logged() == []
    queued = await reply(day.house, informed(number=number, who="anna", text="Ja.", resolve=True, reason="moving"))
    assert (queued.ticket.state, queued.ticket.contact_reason) == (TicketState.RESOLVED, "moving")
    assert await day.logged() == [("reason", "moving")]


async def test_it_is_said_while_resolving(day: Asked) -> None:
    """In one step; the clock then closes the ticket, and it asks nobody."""
    await day.takes(mail("Guten Tag, eine Frage", subject="Frage"))
    number = (await day.ticket()).number
    resolved = await settling.resolve(day.house, number, "anna", "line")
    assert (resolved.state, resolved.contact_reason) == (TicketState.RESOLVED, "line")
    await reasons.say(day.house, number, "none", "anna")
    day.later(days=15)
    assert await clock.close_resolved(day.house) == 1


# --- who sees it


@pytest.mark.parametrize("way", [mail, dm])
async def test_the_first_private_acknowledgement_has_the_page(day: Asked, way: object) -> None:
    """After the sentence that a person reads it; what is confirmed later has none."""
    await day.takes(way(TEXT))  # type: ignore[operator]  # a mail or a direct message
    await day.sends()
    [first] = await day.texts()
    help_ = f"Vielleicht hilft Ihnen schon diese Seite: {PAGE}. Ein Mensch antwortet Ihnen in jedem Fall."
    assert first.index("und antwortet Ihnen.") < first.index(help_)
    day.later(hours=1)
    await day.takes(way("Noch zum Umzug: wann denn?", id=77, at=day.now))  # type: ignore[operator]
    day.later(hours=1)
    await clock.acknowledge_owed(day.house)
    [_, second] = await day.texts()
    assert "http" not in second


async def test_nothing_of_it_is_public(day: Asked) -> None:
    """Not in the reply to a post, and not in the confirmation of the DM that follows."""
    await day.takes(post("@acme Umzug am Montag, was nun?"))
    assert (await day.ticket()).contact_reason == "moving"
    day.later(minutes=5)
    await day.takes(dm("Hier bin ich: der Umzug", at=day.now))
    day.later(hours=1)
    await clock.acknowledge_owed(day.house)
    sent = await day.deliveries()
    assert Visibility.PUBLIC in {delivery.visibility for _, delivery in sent}
    assert not any("http" in message.text for message, _ in sent)


async def test_who_is_angry_is_not_sent_to_a_page(day: Asked) -> None:
    """He gets his number and a person, nothing else."""
    await day.takes(mail(f"Das ist eine Unverschämtheit, ich beschwere mich! {TEXT}"))
    [first] = await day.texts()
    assert (await day.ticket()).contact_reason == "moving"
    assert "http" not in first
    assert "und antwortet Ihnen." in first


async def test_a_reason_without_a_page_says_nothing(day: Asked) -> None:
    """Nor does what is not known."""
    await day.takes(mail("Die Leitung ist tot", subject="Frage"))
    await day.takes(mail("Guten Tag", id=2, sender="ida@post.example", subject="Frage"))
    assert not any("Seite" in text for text in await day.texts())


async def test_who_asks_is_told_what_it_is_about(day: Asked) -> None:
    """In his language; a name that is no longer configured is not told."""
    await day.takes(mail(TEXT))
    await day.sends()
    day.later(hours=1)
    await day.takes(mail("Wie ist der Stand?", id=2, at=day.now))
    [told] = await day.texts(Kind.STATUS)
    assert "\n- Anliegen: Umzug\n" in told
    number = (await day.ticket()).number
    assert "\n- About: Moving\n" in (await status.preview(day.house, number, language="en")).text
    day.reasons = False
    assert "Anliegen" not in (await status.preview(day.house, number)).text


async def test_it_stands_on_the_page_that_is_handed_on(day: Asked) -> None:
    """With the ticket, in both languages."""
    await day.takes(mail(TEXT))
    found = await reading.dossier(day.house, (await day.ticket()).number)
    for language, line in (("de", "Anliegen: Umzug"), ("en", "About: Moving")):
        titles = named(day.house.reasons, language, "de")
        page = outline(found, titles, language, ZoneInfo("Europe/Berlin"), "Acme", NOW + timedelta(hours=1))
        assert line in plain(page)

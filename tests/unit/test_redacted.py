"""What is taken out of a message is gone wherever its ticket has it: nothing of it is shown, kept or sent later."""

from dataclasses import replace

import pytest
from sqlalchemy import Text, select

from inbox_bot.channels.mime.parse import parse
from inbox_bot.errors import UsageError
from inbox_bot.flows import actions, clock, drafting, erasing, later, merging, reading
from inbox_bot.flows.answering import reply
from inbox_bot.flows.gates.asked import Answer
from inbox_bot.model import Attachment, Incoming
from inbox_bot.records import Ticket
from inbox_bot.store.columns import Prose
from inbox_bot.store.database import Database
from inbox_bot.store.filing import unpacked
from inbox_bot.store.holding import within, without, without_in_html
from inbox_bot.store.schema import deliveries, raws
from inbox_bot.store.tables import metadata
from tests.unit import agent_day
from tests.unit.agent_day import OWN, AgentDay
from tests.unit.flow_house import Day, dm, mail

SECRET = "DE89 3704 0044 0532 0130 00"


@pytest.fixture
def day(store: Database) -> Day:
    """One with an empty store."""
    return Day(store=store)


async def the_one(day: Day) -> tuple[Ticket, int]:
    """The ticket and the id of its first message."""
    async with day.store.read() as tx:
        [(ticket, _, _)] = await tx.tickets(states=(), customer=None, limit=9)
        first = (await tx.timeline(ticket.customer, ticket.id))[0]
    return ticket, first.message.id


async def places(day: Day, word: str) -> set[str]:
    """Where it stands, as table.column."""

    def look(db: object) -> set[str]:
        found = set()
        for table in metadata.tables.values():
            for column in table.columns:
                if table.name != "search" and isinstance(column.type, Prose | Text):
                    values = [str(value) for (value,) in db.execute(select(column))]  # type: ignore[attr-defined]
                    found |= {f"{table.name}.{column.name}"} if any(word in one for one in values) else set()
        kept = [unpacked(*row) for row in db.execute(select(raws.c.packed, raws.c.data))]  # type: ignore[attr-defined]
        sent = [bytes(data) for (data,) in db.execute(select(deliveries.c.payload))]  # type: ignore[attr-defined]
        found |= {"raws"} if any(within(one, word) for one in kept) else set()
        return found | ({"payload"} if any(within(one, word) for one in sent) else set())

    async with day.store.read() as tx:
        return await tx._run(look)  # type: ignore[attr-defined, no-any-return]  # beneath the port


async def test_it_is_gone_wherever_the_ticket_has_it(day: Day) -> None:
    """Subject, drafts, actions, reminders, the mail that came twice, and the one that quotes it."""
    await day.agent()
    first = mail(f"Meine IBAN: {SECRET}", id=1, subject=f"Konto {SECRET}")
    await day.takes(first, replace(first, key="9:1"))
    await day.takes(mail(f"Und?\n\n> Meine IBAN: {SECRET}", id=2, subject="Re: Konto", at=day.now))
    await day.sends()
    ticket, id = await the_one(day)
    await drafting.keep(day.house, ticket.number, f"Zu {SECRET}", "anna")
    await actions.add(day.house, ticket.number, f"cancel {SECRET}", "anna", reference=SECRET)
    await later.remind(day.house, ticket.number, "tomorrow", f"look at {SECRET}", "anna")
    assert {"tickets.subject", "drafts.text", "actions.text", "reminders.text", "raws"} <= await places(day, SECRET)
    await erasing.redact(day.house, id, SECRET, "", "anna", "asked for it")
    assert await places(day, SECRET) == set()
    assert (await the_one(day))[0].subject == "Konto […]"


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("Geboren am 12.03.1980, danke.", "12.03.1980"),
        ("Ruf 0170 1234567 an, danke.", "Ruf 0170 1234567 an"),
        (f"Konto {SECRET}, danke.", f"Konto {SECRET}"),
    ],
)
async def test_the_detail_goes_however_much_is_taken_out(day: Day, text: str, phrase: str) -> None:
    """It is no longer shown as what he told us; what stands elsewhere in the message stays told."""
    await day.agent()
    await day.takes(mail(f"{text} Kundennummer 4711998.", id=1))
    await day.sends()
    ticket, id = await the_one(day)
    assert len((await reading.dossier(day.house, ticket.number)).details) == 2
    await erasing.redact(day.house, id, phrase, "", "anna", "")
    [(left, _)] = (await reading.dossier(day.house, ticket.number)).details
    assert left.value == "4711998"


async def test_what_has_not_gone_out_yet_is_not_cut(day: Day) -> None:
    """Nothing empty leaves, and nothing leaves with it: who redacts is told what waits."""
    await day.agent()
    await day.takes(dm("Ich wohne in der Süßkirschgasse.", id=1))
    await day.sends()
    ticket, id = await the_one(day)
    answer = Answer(number=ticket.number, who="anna", text="Süßkirschgasse, gut.", anyway=True)
    queued = await reply(day.house, answer)
    for which in (id, queued.message):
        with pytest.raises(UsageError, match=f"m{queued.message} would still go out"):
            await erasing.redact(day.house, which, "Süßkirschgasse", "", "anna", "")
    await day.sends()
    assert "Süßkirschgasse" in day.x.drafts[-1].text
    assert await erasing.redact(day.house, id, "Süßkirschgasse", "", "anna", "") == 2
    assert await places(day, "kirschgasse") == set()


async def test_it_is_gone_where_a_quote_wraps_it(day: Day) -> None:
    """A mail program has broken the line within the number, in the quote and in what it says of it in HTML."""
    await day.agent()
    await day.takes(mail(f"Konto {SECRET}.", id=1))
    await day.takes(mail("Und?\n\n> Konto DE89 3704\n> 0044 0532 0130 00.", id=2, subject="Re: Konto", at=day.now))
    await day.sends()
    _, id = await the_one(day)
    assert "messages.quoted" in await places(day, "0532 0130")
    assert await erasing.redact(day.house, id, SECRET, "", "anna", "") == 2
    assert await places(day, "0532 0130") == set()


async def test_the_detail_goes_where_the_line_is_broken(day: Day) -> None:
    """He wrote it over two lines, and the agent gives it in one."""
    await day.agent()
    await day.takes(dm("Meine Kundennummer\nist 4711998, danke.", id=1))
    ticket, id = await the_one(day)
    await erasing.redact(day.house, id, "Kundennummer ist 4711998", "", "anna", "")
    assert (await reading.dossier(day.house, ticket.number)).details == []


@pytest.mark.parametrize(
    ("html", "left"),
    [
        ("<p>Konto DE89&nbsp;3704 <b>0044</b>, ja</p>", "<p>Konto […]</b>, ja</p>"),
        ("<p>D&#69;89 3704 0044</p>", ""),
        ("<p>Konto</p>", "<p>Konto</p>"),
    ],
)
def test_html_has_it_no_more(html: str, left: str) -> None:
    """However it is marked up; where that cannot be told, nothing of the HTML stays."""
    assert without_in_html(html, "DE89 3704 0044") == left


def test_only_what_was_named_is_taken_out() -> None:
    """Other words, and half of them, stay."""
    assert without("Anna Berg,\n> Anna\n> Berg und Anna", "Anna Berg") == "[…],\n> […] und Anna"


async def test_a_files_name_has_it_no_more(day: Day) -> None:
    """Nor the mail as it came."""
    await day.agent()
    file = Attachment(name="Konto 4711998.pdf", media_type="application/pdf", size=2, content=b"ab")
    await day.takes(replace(mail("Meine Kundennummer ist 4711998.", id=1), attachments=(file,)))
    await day.sends()
    _, id = await the_one(day)
    await erasing.redact(day.house, id, "4711998", "", "anna", "")
    assert await places(day, "4711998") == set()


@pytest.fixture
def agents(store: Database) -> AgentDay:
    """Agents answer by mail, and the team has an address."""
    return AgentDay(store=store, team=("team@acme.example",))


@pytest.mark.parametrize("words", ["Wir sehen nach.", "/note\nEin Fall.", "/quatsch"])
async def test_it_is_gone_from_what_the_team_was_mailed(agents: AgentDay, words: str) -> None:
    """From the mail about the ticket, from that about his next message, which tells what was said before, and from the
    agent's answer in the mailbox, which quotes ours."""
    anna = await agents.agent()
    await agents.takes(mail(f"Konto {SECRET}.", *OWN, id=1))
    await clock.tell_team(agents.house)
    answer = parse(agent_day.reply(await agents.told(anna), words), key="9:1", at=agents.now)
    assert isinstance(answer, Incoming)
    await agents.takes(answer)
    agents.later(minutes=5)
    await agents.takes(mail("Und?", *OWN, id=2, at=agents.now))
    assert SECRET in agent_day.body(await agents.told(anna))
    _, id = await the_one(agents)
    assert {"payload", "raws", "notices.text"} <= await places(agents, SECRET)
    assert await erasing.redact(agents.house, id, SECRET, "", "anna", "") == 1
    assert await places(agents, SECRET) == set()


async def test_it_is_gone_from_tickets_that_were_merged_and_split(agents: AgentDay) -> None:
    """What was told of the message in the ticket that it came in lies there still."""
    await agents.agent()
    await agents.takes(mail(f"Konto {SECRET}.", *OWN, id=1, subject=f"Konto {SECRET}"))
    await clock.tell_team(agents.house)
    await agents.sends()
    first, id = await the_one(agents)
    agents.later(days=4)
    await agents.takes(mail("Etwas anderes.", *OWN, id=2, subject="Anderes", at=agents.now))
    async with agents.store.read() as tx:
        other = next(one for one, _, _ in await tx.tickets(states=(), customer=None, limit=9) if one.id != first.id)
    await merging.merge(agents.house, first.number, other.number, "anna", "one matter")
    await merging.split(agents.house, other.number, {id}, "", "anna", "another matter")
    await agents.sends()
    assert {"tickets.subject", "notices.text", "payload"} <= await places(agents, SECRET)
    await erasing.redact(agents.house, id, SECRET, "", "anna", "")
    assert await places(agents, SECRET) == set()

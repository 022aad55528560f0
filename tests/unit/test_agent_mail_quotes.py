"""Answering by mail with a quote that no program marked: nothing of it reaches the customer, whatever became of it."""

from datetime import timedelta
from email.message import EmailMessage
from email.utils import format_datetime

import pytest

from inbox_bot.casework import AgentMail
from inbox_bot.flows import agent_mail, desk
from inbox_bot.model import Outcome
from inbox_bot.ports import Store
from tests.unit.agent_day import OWN, AgentDay, address_of, body, mail, reply, written_to

FIRST = "Guten Tag Frau Winter,\n\nder Techniker hat Ihre Nummer.\n\nEr kommt am Dienstag vorbei."
ANSWER = "Wir prüfen das."


@pytest.fixture
async def day(store: Store) -> AgentDay:
    """Anna's house, in which Eva has written."""
    return await written_to(store)


async def answers(day: AgentDay, to: EmailMessage, text: str, *changes: tuple[str, str]) -> AgentMail:
    """Anna answers above the quote, as Outlook writes it, which changes what it quotes."""
    fields = [
        "Von: Acme <hilfe@acme.example>", "Gesendet: Montag, 9. März 2026 13:00", "An: Anna Berg <anna@acme.example>",
        f"Betreff: {to['Subject']}",
    ]  # fmt: skip
    quote = body(to)
    for before, after in changes:
        assert before in quote
        quote = quote.replace(before, after)
    written = "\n".join((text, "", "", *fields, "", quote))
    raw = reply(to, written, quoted=False, id=f"o{len(day.mail.parcels)}@acme.example")
    at = format_datetime(day.now + timedelta(seconds=1))
    raw = raw.replace(b"Date: Mon, 09 Mar 2026 12:01:00 +0000", f"Date: {at}".encode())
    return await agent_mail.received(day.house, raw, to=address_of(to), vouched=False, relayed=True)


async def noted(day: AgentDay, note: str) -> EmailMessage:
    """Anna is told of Eva's second mail, with a note in the history."""
    async with day.store.read() as tx:
        ((ticket, _, _),) = await tx.tickets(states=(), customer=None, limit=9)
    await desk.note(day.house, ticket.number, note, "anna")
    await day.takes(mail("Und die Rechnung?", *OWN, id=2))
    notice = await day.told()
    assert note in body(notice)
    return notice


LINK = "https://wiki.intern.example/kunden/4711"
SAFE = "https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Fwiki.intern.example%2Fkunden%2F4711&data=05"


@pytest.mark.parametrize(
    ("note", "seen"),
    [
        (LINK, SAFE),
        (f"Siehe {LINK}", f"Siehe {SAFE}"),
        ("Łukasz: Betrugsverdacht!", "?ukasz: Betrugsverdacht!"),
        ("Kunde ist 🙈 schwierig", "Kunde ist ?? schwierig"),
        ("Kunde ist schwierig", "Kunde ist schwierig"),
    ],
)
async def test_changed_note(day: AgentDay, note: str, seen: str) -> None:
    """Only what she wrote goes out."""
    assert (await answers(day, await noted(day, note), ANSWER, (note, seen))).outcome is Outcome.FILED
    day.later(hours=1)
    (answer,) = await day.customers()
    assert body(answer).startswith(f"{ANSWER}\n\nMit freundlichen Grüßen\n")
    assert "intern" not in body(answer)


async def test_note_changed_beyond_knowledge(day: AgentDay) -> None:
    """It comes back to her with the line, and nothing goes out."""
    fate = await answers(day, await noted(day, "Betrugsverdacht!"), ANSWER, ("Betrugsverdacht!", "[Inhalt entfernt]"))
    assert fate.outcome is Outcome.REFUSED
    assert "| [Inhalt entfernt]" in body((await day.letters())[-1])
    day.later(hours=1)
    assert not await day.customers()


async def test_her_earlier_answer_below_is_quoted(day: AgentDay) -> None:
    """It is not sent again, neither from the next notice nor from the preview."""
    await day.answers(await day.told(), f"{FIRST}\n\n-- \nAnna Berg\nDurchwahl 17")
    preview = (await day.letters())[-1]
    assert "Durchwahl 17" in body(preview)
    day.later(hours=1)
    assert (await answers(day, preview, "Bitte halten Sie den Ausweis bereit.")).outcome is Outcome.FILED
    day.later(hours=1)
    await day.takes(mail("Wirklich?", *OWN, id=2, at=day.now))
    notice = await day.told()
    assert "der Techniker hat Ihre Nummer." in body(notice)
    assert (await answers(day, notice, "Ja, ganz sicher.")).outcome is Outcome.FILED
    day.later(hours=1)
    _, second, third = map(body, await day.customers())
    assert second.startswith("Bitte halten Sie den Ausweis bereit.\n\nMit freundlichen Grüßen\n")
    assert third.startswith("Ja, ganz sicher.\n\nMit freundlichen Grüßen\n")
    assert not [one for one in ("Nummer.", "Dienstag", "Durchwahl") if one in second + third]


async def test_her_earlier_answer_anew(day: AgentDay) -> None:
    """Above the quote it is hers, also where she changed a word."""
    await day.answers(await day.told(), FIRST)
    day.later(hours=1)
    await day.takes(mail("Wirklich?", *OWN, id=2, at=day.now))
    again = FIRST.replace("Dienstag", "Mittwoch")
    assert (await answers(day, await day.told(), again)).outcome is Outcome.FILED
    day.later(hours=1)
    assert body((await day.customers())[-1]).startswith(again)


async def test_an_answer_that_was_taken_back_stays_unsaid(day: AgentDay) -> None:
    """Also where its text, shown to her, is quoted."""
    await day.answers(await day.told(), "Guten Tag Frau Winter,\n\nHerr Meier hat Ihre Nummer.")
    await day.answers((await day.letters())[-1], "/undo", id="u@acme.example")
    told = (await day.letters())[-1]
    assert "Meier" in body(told)
    assert (await answers(day, told, ANSWER)).outcome is Outcome.FILED
    day.later(hours=1)
    (answer,) = await day.customers()
    assert "Meier" not in body(answer)

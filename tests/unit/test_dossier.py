"""Who is meant by what is said on a telephone, what stands on his page, and the page as a file."""

import io
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from pypdf import PdfReader
from rich.console import Console

from inbox_bot.care import Authorisation
from inbox_bot.cli.known import print_known
from inbox_bot.cli.shape import shape
from inbox_bot.errors import Stopped, UsageError
from inbox_bot.flows import handing, reading
from inbox_bot.flows.answering import reply
from inbox_bot.flows.gates.asked import Answer
from inbox_bot.pages.html import html
from inbox_bot.pages.outline import Outline, outline
from inbox_bot.pages.pdf import pdf
from inbox_bot.pages.plain import plain
from inbox_bot.rules import demands, numbers
from inbox_bot.store.database import Database
from tests.unit.flow_house import Day, dm, mail
from tests.unit.test_scenarios_together import a_lot, statements

TOLD = "Kundennummer 4711998, erreichbar unter 030 1234567.\n<script>alert(1)</script> Ω Ж 漢"


@pytest.fixture
def day(store: Database) -> Day:
    """One with an empty store."""
    return Day(store=store)


async def begun(day: Day) -> str:
    """Eva has told us much, Ida has written too, Anna has answered; Eva's number."""
    await day.agent()
    await day.takes(mail(TOLD, id=1, subject="Umzug in die Lange Straße"))
    await day.takes(mail("Meine Leitung ist tot.", id=2, sender="Ida Sommer <ida@post.example>", subject="Leitung"))
    await day.sends()
    async with day.store.read() as tx:
        number = (await tx.tickets(states=(), customer=None, limit=9))[0][0].number
    await reply(day.house, Answer(number=number, who="anna", text="Wir sehen nach.", anyway=True))
    return number


@pytest.mark.parametrize(
    "key",
    [
        "eva.winter@post.example",
        "+49 30 1234567",
        "030/123 45 67",
        "4711998",
        "umzug lange straße",
        "Kundennummer 4711998",
    ],
)
async def test_one_is_found_by_whatever_he_says(day: Day, key: str) -> None:
    """Address, telephone number in any spelling, customer number, words of the subject."""
    await begun(day)
    found = await reading.dossier(day.house, key)
    assert found.customer.name == "Eva Winter"
    assert {one.kind.value for one, _ in found.details} == {"customer_number", "phone"}


async def test_a_word_that_many_wrote_costs_no_more_than_one_that_some_did(day: Day, store: Database) -> None:
    """Each who may be meant is looked up, but not more of them than are listed."""
    await day.takes(*a_lot(30, 1))
    with statements(store) as some, pytest.raises(UsageError, match="several customers"):
        await reading.dossier(day.house, "Fall")
    await day.takes(*a_lot(60, 100))
    with statements(store) as many, pytest.raises(UsageError, match="several customers"):
        await reading.dossier(day.house, "Fall")
    assert len(many) == len(some)


async def test_who_wrote_a_word_most_hides_nobody_else(day: Day) -> None:
    """Where not all who wrote it could be looked at, nobody is shown."""
    await day.takes(mail("Mein Fall.", id=1, sender="Ida Sommer <ida@post.example>"))
    await day.takes(*(mail(f"Fall {id}.", id=id) for id in range(2, 503)))
    with pytest.raises(UsageError, match="too many messages"):
        await reading.dossier(day.house, "Fall")
    assert (await reading.dossier(day.house, "Fall 77")).customer.name == "Eva Winter"


async def test_who_may_be_several_is_not_guessed(day: Day) -> None:
    """The wrong person is never shown; the numbers say who they are."""
    number = await begun(day)
    await day.takes(mail("Auch ich: Lange Straße.", id=3, sender="Ida Sommer <ida@post.example>", subject="Leitung"))
    with pytest.raises(UsageError, match=f"several customers: Ida Sommer .*, Eva Winter .{numbers.pretty(number)}.;"):
        await reading.dossier(day.house, "lange straße")
    with pytest.raises(UsageError, match="nothing is known"):
        await reading.dossier(day.house, "Quittenbaum")


async def page(day: Day, key: str, language: str = "de") -> Outline:
    """Of whom the key means."""
    found = await reading.dossier(day.house, key)
    return outline(found, {}, language, UTC, "Acme", day.now)


@pytest.mark.parametrize("language", ["de", "en"])
async def test_the_page_in_each_form(day: Day, language: str) -> None:
    """What is open stands first; all he told, with proof of what we sent; nothing in it is live."""
    number = await begun(day)
    found = await page(day, "eva.winter@post.example", language)
    text, web = plain(found), html(found)
    assert found.sections[0].items[0].head.startswith(numbers.pretty(number))
    for written in (text, web):
        for words in (
            "4711998",
            "+4930",
            "Lange Straße",
            "Wir sehen nach.",
            "→ eva.winter",
        ):
            assert words in written.replace("&#43;", "+")
    assert "<script>" not in web
    assert "&lt;script&gt;" in web
    assert "http" not in web.replace("http-equiv", "")
    read = PdfReader(io.BytesIO(pdf(found)))
    shown = "\n".join(one.extract_text() for one in read.pages)
    assert "Lange Straße" in shown
    assert "Ω Ж" in shown or "?" in shown
    assert json.loads(json.dumps(shape(await reading.dossier(day.house, number))))["details"]


async def test_an_authorisation_that_is_over_is_shown_as_such(day: Day) -> None:
    """The page says since when, `show` has it no more; one that holds stands there as ever."""
    await begun(day)
    found = await reading.dossier(day.house, "eva.winter@post.example")
    granted = Authorisation(
        id=1, customer=1, person="Mira Winter", scope=(), since=day.now, evidence="m1", at=day.now, agent=1,
        until=day.now + timedelta(days=2),
    )  # fmt: skip
    found = replace(found, authorisations=[granted])
    for now, over in ((day.now + timedelta(days=1), False), (day.now + timedelta(days=2), True)):
        assert ("(beendet 11.03.2026" in plain(outline(found, {}, "de", UTC, "Acme", now))) is over
        screen = Console(file=io.StringIO(), width=200)
        print_known(screen, found, "eva", lambda at: str(at), now)
        assert ("may act   a1 Mira Winter" in screen.file.getvalue()) is not over  # type: ignore[attr-defined]


async def test_that_it_was_handed_on_is_on_record(day: Day) -> None:
    """By whom, when, as what."""
    number = await begun(day)
    found, _ = await handing.handed_on(day.house, number, "anna", "umzug.html", shape)
    assert handing.named(found) == f"ticket {numbers.pretty(number)}"
    again = await reading.dossier(day.house, number)
    assert [(one.who, one.detail) for one in again.log if one.what == "dossier"] == [
        ("anna", "handed on as umzug.html")
    ]


async def test_what_was_not_handed_on_is_not_on_record(day: Day) -> None:
    """Neither where the file cannot be written, nor where nobody knows who says so: then there is no file either."""
    number = await begun(day)
    made: list[object] = []

    def fails(found: object) -> None:
        raise UsageError("umzug.pdf cannot be written: no space")

    with pytest.raises(UsageError, match="no space"):
        await handing.handed_on(day.house, number, "anna", "umzug.pdf", fails)
    with pytest.raises(UsageError, match="mallory"):
        await handing.handed_on(day.house, number, "mallory", "umzug.pdf", made.append)
    assert made == []
    assert not [one for one in (await reading.dossier(day.house, number)).log if one.what == "dossier"]


async def test_what_was_given_is_not_asked_for_again(day: Day) -> None:
    """The writer is told when it was given, and may insist."""
    number = await begun(day)
    answer = Answer(number=number, who="anna", text="Bitte nennen Sie uns Ihre Kundennummer.")
    with pytest.raises(Stopped, match='"Kundennummer": the customer number was given on 9 Mar \\(m1\\)'):
        await reply(day.house, answer)
    await reply(day.house, replace(answer, text="Bitte nennen Sie uns Ihre IBAN."))
    await reply(day.house, replace(answer, anyway=True))


async def test_a_detail_in_public_is_marked(day: Day) -> None:
    """What everybody could read is known as such; a DM's is not."""
    await day.takes(dm("Meine Nummer: 030 7654321", author="5"))
    found = await reading.dossier(day.house, "030 7654321")
    assert [(one.public, at) for one, at in found.details] == [(False, datetime(2026, 3, 9, 12, tzinfo=UTC))]


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("Bitte nennen Sie uns Ihre Kundennummer.", ["customer_number"]),
        ("Wie lautet Ihre Rückrufnummer und Ihr Geburtsdatum?", ["phone", "birthday"]),
        ("Could you send us your IBAN and phone number by DM?", ["phone", "iban"]),
        ("Please tell us your date of birth.", ["birthday"]),
        ("Danke für Ihre Kundennummer. Wir melden uns.", []),
        ("Ihre Kundennummer finden Sie auf der Rechnung.", []),
        ("Nennen Sie niemals jemandem Ihre IBAN.", []),
        ("We have your customer number, thank you.", []),
        ("Die Telefonnummer der Hotline steht auf der Seite.", []),
    ],
)
def test_what_a_text_asks_for(text: str, kinds: list[str]) -> None:
    """Questions and requests for data, not its mention."""
    assert [one.kind.value for one in demands.find(text) if one.kind] == kinds

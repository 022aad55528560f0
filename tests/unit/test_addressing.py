"""How a customer is addressed: learnt from clear answers only, once; an agent's word stands."""

from dataclasses import replace
from datetime import timedelta

import pytest

from inbox_bot.care import Form
from inbox_bot.errors import Stopped, UsageError
from inbox_bot.flows import addressing, answering, clock, undoing
from inbox_bot.model import Channel
from inbox_bot.records import Customer
from inbox_bot.rules.address import Address, learnt
from inbox_bot.rules.du_sie import says_du, says_sie
from inbox_bot.store.database import Database
from inbox_bot.texts import BrandFacts, Templates, shipped
from inbox_bot.texts.preview import extremes
from tests.unit.desk_house import MAIL, NUMBER, Office, a_mail
from tests.unit.flow_house import Day, mail
from tests.unit.said import informed

DU, SIE, NONE = Form.DU, Form.SIE, Form.UNKNOWN


@pytest.mark.parametrize(
    ("text", "form", "called"),
    [
        ("Hallo Thomas,\nhast du den Stecker gezogen?", DU, "Thomas"),
        ("Hi Tom!\nKannst du das prüfen?", DU, "Tom"),
        ("Liebe Anna-Lena,\nwir prüfen deinen Anschluss.", DU, "Anna-Lena"),
        ("Hey Jörg, schick uns bitte dein Foto.", DU, "Jörg"),
        ("Moin Ole,\ndir hilft ein Neustart.", DU, "Ole"),
        ("Hallo Herr Berger,\nbitte prüfen Sie den Stecker.", SIE, "Herr Berger"),
        ("Sehr geehrte Frau Dr. Weiß,\nvielen Dank.", SIE, "Frau Dr. Weiß"),
        ("Sehr geehrter Herr Prof. Dr. Krämer,\nvielen Dank.", SIE, "Herr Prof. Dr. Krämer"),
        ("Guten Tag Frau von der Heide,\nwir prüfen das.", SIE, "Frau von der Heide"),
        ("Guten Morgen Frau Öztürk!\nIhr Anschluss geht wieder.", SIE, "Frau Öztürk"),
        ("Lieber Herr Müller-Lüdenscheidt,\nwir prüfen das.", SIE, "Herr Müller-Lüdenscheidt"),
        ("Hallo Thomas,\nwir prüfen das.", NONE, "Thomas"),
        ("Hallo Thomas,\nbitte prüfen Sie das.", SIE, "Thomas"),
        ("Bitte prüfen Sie den Stecker.", SIE, ""),
        ("Kannst du das prüfen?", DU, ""),
        ("Wir prüfen das.", NONE, ""),
        ("Sehr geehrte Damen und Herren,\nwir prüfen das.", NONE, ""),
        ("Hallo zusammen,\nwir prüfen das.", NONE, ""),
        ("Hallo Team,\nwir prüfen das.", NONE, ""),
        ("Lieber Kunde,\nwir prüfen Ihren Anschluss.", SIE, ""),
        ("Hallo, wir prüfen das.", NONE, ""),
        ("Hallo Herr Berger,\nkannst du das prüfen?", NONE, ""),
        ("Hallo Thomas,\nbitte prüfen Sie, ob du das hast.", NONE, ""),
        ("Hallo Leute,\nwir prüfen das.", NONE, ""),
        ("Hallo Du,\nwir prüfen das.", DU, ""),
        ("Liebe Eva, lieber Tom,\nwir prüfen das.", NONE, ""),
        ("Hallo Eva,\ndie Technikerin kommt. Sie hat deinen Auftrag.", DU, "Eva"),
        ("Hallo Eva,\ndie Technikerin kommt. Sie ist unterwegs.", NONE, "Eva"),
        ("", NONE, ""),
    ],
)
def test_german_answers_show_form_and_name(text: str, form: Form, called: str) -> None:
    """Only where it is clear; what contradicts itself shows nothing."""
    assert learnt(text, "de") == Address(form=form, called=called)


@pytest.mark.parametrize(
    ("text", "called"),
    [
        ("Dear Mr Berger,\nwe look into it.", "Mr Berger"),
        ("Dear Ms. O'Neill,\nwe look into it.", "Ms. O'Neill"),
        ("Dear Dr. Weiss,\nwe look into it.", "Dr. Weiss"),
        ("Hi Tom,\nwe look into it.", "Tom"),
        ("Hello Mary Ann!\nWe look into it.", "Mary Ann"),
        ("Good morning Mrs Winter,\nwe look into it.", "Mrs Winter"),
        ("Hi there,\nwe look into it.", ""),
        ("Dear Sir or Madam,\nwe look into it.", ""),
        ("Dear customer,\nwe look into it.", ""),
        ("Hello everyone,\nwe look into it.", ""),
        ("We look into it.", ""),
        ("Hi again Tom,\nwe look into it.", ""),
    ],
)
def test_english_answers_show_the_name(text: str, called: str) -> None:
    """English has one form."""
    assert learnt(text, "en") == Address(called=called)


@pytest.fixture
async def office(store: Database) -> Office:
    """Eva's case, and an agent."""
    office = Office(store)
    await office.agent()
    await office.case(a_mail())
    return office


async def eva(office: Office) -> Customer:
    """Eva as she is on record."""
    return await addressing.of(office.house, MAIL)


async def test_the_first_answer_teaches_and_the_second_does_not(office: Office) -> None:
    """What was learnt stays until an agent changes it."""
    first = informed(number=NUMBER, who="anna", text="Sehr geehrte Frau Winter,\nwir prüfen das.")
    await answering.reply(office.house, first)
    other = informed(number=NUMBER, who="anna", text="Hallo Eva,\nhast du neu gestartet?")
    with pytest.raises(Stopped, match='"Eva / du": this customer is addressed as "Frau Winter / sie"'):
        await answering.reply(office.house, other)
    await answering.reply(office.house, replace(other, anyway=True))
    told = await eva(office)
    assert (told.form, told.called, told.form_by) == (SIE, "Frau Winter", "")


async def test_what_was_taken_back_has_taught_nothing(office: Office) -> None:
    """Nobody has read it; what he was told before stays."""
    await answering.reply(office.house, informed(number=NUMBER, who="", text="Hallo Eva,\nkannst du das prüfen?"))
    assert (await eva(office)).form is DU
    await undoing.undo(office.house, NUMBER, "")
    assert ((await eva(office)).form, (await eva(office)).called) == (NONE, "")
    await answering.reply(office.house, informed(number=NUMBER, who="", text="Guten Tag Frau Winter,\ngeht es?"))
    office.now += timedelta(hours=1)
    more = informed(number=NUMBER, who="", text="Guten Tag Frau Winter,\nund noch etwas.", anyway=True)
    await answering.reply(office.house, more)
    await undoing.undo(office.house, NUMBER, "")
    assert ((await eva(office)).form, (await eva(office)).called) == (SIE, "Frau Winter")


async def test_an_agents_word_stands_until_it_is_forgotten(office: Office) -> None:
    """No answer changes what an agent has set; forgotten, the next one teaches again."""
    await addressing.fix(office.house, MAIL, "anna", DU, "Eva", forget=False)
    text = "Hallo Frau Winter,\nwir prüfen das."
    await answering.reply(office.house, informed(number=NUMBER, who="anna", text=text, anyway=True))
    told = await eva(office)
    assert (told.form, told.called, told.form_by) == (DU, "Eva", "anna")
    told = await addressing.fix(office.house, MAIL, "anna", None, None, forget=True)
    assert (told.form, told.called, told.form_by) == (NONE, "", "")


async def test_an_unknown_customer_is_said_to_be_unknown(office: Office) -> None:
    """And what to give."""
    with pytest.raises(UsageError, match="nobody is known as"):
        await addressing.fix(office.house, "nobody@post.example", "anna", DU, None, forget=False)


@pytest.mark.parametrize(
    ("called", "german", "english"),
    [
        ("Frau Dr. Winter", "Guten Tag Frau Dr. Winter,", "Hello Dr. Winter,"),
        ("Herr von der Heide", "Guten Tag Herr von der Heide,", "Hello Mr von der Heide,"),
        ("Ms. O'Neill", "Guten Tag Frau O'Neill,", "Hello Ms O'Neill,"),
        ("Mr Berger", "Guten Tag Herr Berger,", "Hello Mr Berger,"),
        ("Mrs. Winter", "Guten Tag Frau Winter,", "Hello Ms Winter,"), ("Thomas", "Guten Tag Thomas,", "Hello Thomas,"),
        ("Herrmann Meier", "Guten Tag Herrmann Meier,", "Hello Herrmann Meier,"), ("", "Guten Tag,", "Hello,"),
    ],
)  # fmt: skip
def test_a_title_is_said_in_the_language_of_the_text(called: str, german: str, english: str) -> None:
    """Who was answered in German and writes in English is no Frau there."""
    texts = Templates([shipped()], BrandFacts(name="Acme", language="de", timezone="Europe/Berlin"))
    facts = {"called": called, "form": "", "customer": ""}
    said = [texts.render("thanks", Channel.EMAIL, one, facts).text.split("\n")[0] for one in ("de", "en")]
    assert said == [german, english]


def test_every_shipped_text_says_either() -> None:
    """Filled in for cases far apart: Sie where nothing else is known, du to who is addressed so, never both."""
    brand = BrandFacts(name="Acme", language="de", timezone="Europe/Berlin", privacy_url="https://acme.example/p")
    texts = Templates([shipped()], brand)
    count = 0
    for one in texts.templates():
        if one.language != "de" or one.name.startswith(("agent-", "notice-")):
            continue
        for facts in extremes(one.name, "de", "hilfe@acme.example"):
            filled = texts.render(one.name, one.channel, "de", facts)
            said = f"{filled.subject}\n{filled.text}"
            if facts.get("form") == "du":
                count += 1
                assert not says_sie(said), (one.name, said)
                assert "Guten Tag" not in said
                assert "Hallo" not in said or "Hallo Rike," in said or one.channel.value == "twitter", said
            else:
                assert not says_du(said), (one.name, said)
                assert "Hallo" not in said
    assert count > 100


@pytest.mark.parametrize(
    ("form", "words"), [(DU, "Hallo Eva,\n\ndeine weitere Nachricht"), (SIE, "Guten Tag Frau Winter,\n\nIhre")]
)
async def test_what_goes_out_by_itself_keeps_to_it(store: Database, form: Form, words: str) -> None:
    """His next mail is confirmed in the form on record."""
    day = Day(store=store)
    await day.agent()
    await day.takes(mail())
    called = "Eva" if form is DU else "Frau Winter"
    await addressing.fix(day.house, MAIL, "anna", form, called, forget=False)
    day.later(hours=2)
    await day.takes(mail("Und nun die Rechnung.", id=2, subject="Rechnung", at=day.now))
    day.later(minutes=10)
    await clock.acknowledge_owed(day.house)
    await day.sends()
    said = day.mail.parcels[-1].payload.decode()
    assert said.startswith(words), said
    assert says_sie(said) is (form is SIE)
    assert says_du(said) is (form is DU)

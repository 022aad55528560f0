"""An agent works whole tickets by mail alone: the daemon its own process, real SMTP both ways, real mail programs."""

import asyncio
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import aiosmtplib
import pytest

from tests.dovecot import Dovecot, free_port
from tests.e2e import agent_programs
from tests.e2e.agent_programs import PROGRAMS, text_of
from tests.e2e.house import House, write_config
from tests.e2e.mixed import Person
from tests.e2e.mixed_mail import compose
from tests.e2e.seen import Letter, letters_by_person
from tests.e2e.waiting import until
from tests.smtpsink import Sink, smtp_sink

ANNA = "anna.berg@acme.example"
EVA = Person(name="Eva Winter", address="eva.winter@post.example", handle="eva")
PASSWORD = "Zq-Geheimnis"
WRITTEN = """Guten Tag,

mein Anschluss in der Lindenallee geht seit Montag nicht mehr, und niemand weiß etwas von meinem Ticket.
Wann kommt jemand vorbei?

Mit freundlichen Grüßen
{name}
"""


def now() -> datetime:
    """A test's own edge: mails must be young."""
    return datetime.now(UTC)  # noqa: TID251  see above


def gateway(port: int, undo_seconds: int) -> str:
    """The section; who logs in stands for From."""
    return f"""
[gateway]
enabled = true
listen = "127.0.0.1:{port}"
user = "submission"
password = "{PASSWORD}"
undo_seconds = {undo_seconds}
"""


async def hand_over(port: int, raw: bytes, to: str, *, login: bool = True, sender: str = ANNA) -> int:
    """What the company's mail server does with a mail to a reply address; gives the last answer's code."""
    async with aiosmtplib.SMTP(hostname="127.0.0.1", port=port, start_tls=False, timeout=60) as smtp:
        if login:
            await smtp.login("submission", PASSWORD)
        try:
            await smtp.sendmail(sender, to, raw)
        except aiosmtplib.SMTPDataError as refused:
            return refused.code
        except aiosmtplib.SMTPRecipientsRefused as refused:
            return refused.recipients[0].code
    return 250


def plain(to: EmailMessage, text: str, id: str, *headers: str) -> bytes:
    """A short answer without a quote."""
    lines = [
        f"From: {ANNA}", f"To: {to['Reply-To']}", "Subject: Re: Ihr Ticket", f"Message-ID: <{id}@acme.example>",
        *headers, f"In-Reply-To: {to['Message-ID']}", "Content-Type: text/plain; charset=utf-8", "", text, "",
    ]  # fmt: skip
    return "\r\n".join(lines).encode()


def to_anna(sink: Sink) -> list[Letter]:
    """All that she got."""
    return letters_by_person(sink.mails).get(ANNA, [])


def mails_with(sink: Sink, words: str) -> list[Letter]:
    """Her mails with these words: where the machine is slow, an alarm may come between them."""
    return [letter for letter in to_anna(sink) if words in letter.text.replace("\r\n", "\n")]


def to_customer(sink: Sink, person: Person) -> list[Letter]:
    """What people of ours wrote to a customer."""
    found = letters_by_person(sink.mails).get(person.address, [])
    return [letter for letter in found if letter.message["Auto-Submitted"] is None]


async def anna_at(house: House) -> None:
    """She is on the team."""
    added = await house.run("agent", "add", "Anna", "--initials", "AB", "--address", ANNA)
    assert added.status == 0, added.err


async def test_a_whole_ticket_by_mail(tmp_path: Path, dovecot: Dovecot) -> None:
    """Told, noted, answered, undone, answered again, resolved: she never sees a command line. A forged mail, a replay
    and her vacation notice change nothing meanwhile."""
    user, port = dovecot.new_user(), free_port()
    async with smtp_sink() as sink:
        house = write_config(
            tmp_path, imap=(dovecot.port, user, dovecot.password), smtp_port=sink.port, poll_seconds=1,
            more=gateway(port, undo_seconds=4),
        )  # fmt: skip
        await anna_at(house)
        dovecot.append(user, [compose(EVA, "Störung", WRITTEN.format(name=EVA.name), now(), "Zxeins")])
        [check] = [one for one in await house.json("check") if one["what"] == "gateway"]
        assert check["line"] == (
            f"127.0.0.1:{port} is free; inbox-bot run listens there; "
            'who wrote is shown by DKIM, who logs in as "submission"'
        )
        async with house.daemon() as daemon:
            await until(lambda: len(mails_with(sink, "Wann kommt jemand vorbei?")) == 1)
            notice = mails_with(sink, "Wann kommt jemand vorbei?")[0].message
            address = str(notice["Reply-To"])

            assert (
                await hand_over(port, plain(notice, "/note Leitung geprüft, tot ab Verteiler.", "n1"), address) == 250
            )
            await until(lambda: len(mails_with(sink, "noted; nothing went to the customer")) == 1)

            first = agent_programs.reply("outlook-desktop-de-top", notice, sender=ANNA, at=now(), id="r1@acme.example")
            assert await hand_over(port, first, address) == 250
            await until(lambda: len(mails_with(sink, text_of("outlook-desktop-de-top"))) == 1)
            preview = mails_with(sink, text_of("outlook-desktop-de-top"))[0]
            assert await hand_over(port, plain(preview.message, "/undo", "u1"), str(preview.message["Reply-To"])) == 250
            await until(lambda: len(mails_with(sink, "undone; this does not go out:")) == 1)
            before = [letter.text for letter in to_anna(sink)]

            assert await hand_over(port, first, address) == 250
            forged = plain(notice, "Sie bekommen tausend Euro.", "f1")
            assert await hand_over(port, forged, address, login=False, sender="x@far.example") == 550
            away = plain(notice, "Ich bin im Urlaub.", "v1", "Auto-Submitted: auto-replied")
            assert await hand_over(port, away, address, sender="") == 250
            other = address.replace("+r-", "+r-x")
            assert await hand_over(port, plain(notice, "Ja.", "o1"), other) == 550
            await asyncio.sleep(6)  # longer than an answer can be undone
            assert not to_customer(sink, EVA)
            since = [letter for letter in to_anna(sink) if letter.text not in before]
            assert not [letter.text for letter in since if "/undo" in letter.text or "noted" in letter.text]
            steps = ("Wann kommt jemand vorbei?", "noted; nothing went", "/undo", "undone; this does not go out:")
            assert [len(mails_with(sink, words)) for words in steps] == [1, 1, 1, 1]

            second = agent_programs.reply("thunderbird-de-bottom", notice, sender=ANNA, at=now(), id="r2@acme.example")
            assert await hand_over(port, second, address) == 250
            await until(lambda: len(to_customer(sink, EVA)) == 1)
            answer = to_customer(sink, EVA)[0]
            assert answer.text.replace("\r\n", "\n").startswith(text_of("thunderbird-de-bottom"))
            assert "Verteiler" not in answer.text

            asked = compose(
                EVA, "Re: Störung", "Danke. Und die Rechnung?\n", now(), "Zxzwei", to=str(answer.message["Reply-To"])
            )
            dovecot.append(user, [asked])
            await until(lambda: any("Und die Rechnung?" in letter.text for letter in to_anna(sink)))
            again = next(letter.message for letter in to_anna(sink) if "Und die Rechnung?" in letter.text)
            assert "Verteiler" in str(again.get_body(("plain",)).get_content())  # type: ignore[union-attr]  # it has one
            told = plain(again, "/kept\n/resolve\nDie zahlen Sie für diesen Monat nicht.", "r3")
            assert await hand_over(port, told, str(again["Reply-To"])) == 250
            await until(lambda: len(to_customer(sink, EVA)) == 2)
            assert await daemon.stop() == 0
            assert not [line for line in daemon.err if "Traceback" in line], daemon.err

        shown = await house.json("tickets", "--all")
        assert [ticket["status"] for ticket in shown] == ["resolved"]
        assert (await house.json("ledger"))["balanced"] is True
        assert (await house.json("audit"))["findings"] == []


async def test_every_mail_program(tmp_path: Path, dovecot: Dovecot) -> None:
    """Whatever she writes with, above or below the quote, in HTML alone: her words reach the customer, no others."""
    user, port = dovecot.new_user(), free_port()
    people = {
        program: Person(name=f"Kunde {place}", address=f"kunde{place}@post.example", handle=f"k{place}")
        for place, program in enumerate(PROGRAMS)
    }
    async with smtp_sink() as sink:
        house = write_config(
            tmp_path, imap=(dovecot.port, user, dovecot.password), smtp_port=sink.port, more=gateway(port, 1)
        )  # fmt: skip
        await anna_at(house)
        mails = [
            compose(person, "Störung", WRITTEN.format(name=person.name), now(), f"Zx{place}")
            for place, person in enumerate(people.values())
        ]
        dovecot.append(user, mails)
        async with house.daemon() as daemon:
            await until(lambda: len(to_anna(sink)) == len(people), 60)
            notices = {letter.text.partition(" schreibt")[0]: letter.message for letter in to_anna(sink)}
            for place, (program, person) in enumerate(people.items()):
                notice = notices[person.name]
                written = agent_programs.reply(program, notice, sender=ANNA, at=now(), id=f"p{place}@acme.example")
                assert await hand_over(port, written, str(notice["Reply-To"])) == 250
            await until(lambda: len(to_anna(sink)) == 2 * len(people), 60)
            returned = [letter.text for letter in to_anna(sink) if "Nicht gesendet" in str(letter.message["Subject"])]
            assert not returned, returned[0]
            await until(lambda: all(to_customer(sink, person) for person in people.values()))
            assert await daemon.stop() == 0
        for program, person in people.items():
            (answer,) = to_customer(sink, person)
            said, _, frame = answer.text.replace("\r\n", "\n").partition(text_of(program))
            assert said == "", program
            assert frame.split() == ["Mit", "freundlichen", "Grüßen", "Anna", "Acme", *frame.split()[5:]], program
            assert "Lindenallee geht seit Montag" not in answer.text
        assert (await house.json("audit"))["findings"] == []


@pytest.mark.parametrize("more", ['listen = "0.0.0.0:8025"', "require_tls = true", 'user = "x"'])
async def test_an_open_listener_is_refused(tmp_path: Path, more: str) -> None:
    """What would listen to strangers without TLS, or log in without a password, does not start."""
    house = write_config(tmp_path, imap=(1, "x", "x"), smtp_port=1, more=f"\n[gateway]\nenabled = true\n{more}\n")
    ran = await house.run("run", "--once")
    assert ran.status == 1
    assert "gateway." in ran.err
    assert "Traceback" not in ran.err


async def test_through_the_mailbox(tmp_path: Path, dovecot: Dovecot) -> None:
    """Without a listener her answers are found in the inbox, by the reply address in To: what our own mail server says
    is hers goes to the customer, once; a forged From, a second copy and her vacation notice change nothing."""
    user = dovecot.new_user()
    verdict = "Authentication-Results: mx.acme.example; dmarc=pass header.from={}\r\nReceived: from a by b"
    proven, hers = verdict.format("acme.example"), f"{verdict.format('post.example')}\r\n".encode()
    async with smtp_sink() as sink:
        more = '[gateway]\nenabled = true\nlisten = ""\nundo_seconds = 1\n'
        house = write_config(
            tmp_path, imap=(dovecot.port, user, dovecot.password), smtp_port=sink.port, poll_seconds=1, more=more
        )
        told = house.config.read_text()
        named = '[inbox.imap]\nauthserv_id = "mx.acme.example"\nverify_dkim = false'
        house.config.write_text(told.replace("[inbox.imap]", named))
        await anna_at(house)
        [check] = [one for one in await house.json("check") if one["what"] == "gateway"]
        assert check["line"] == (
            "agents' answers to hilfe@acme.example are read in its mailbox; who wrote is shown by authserv_id"
        )
        dovecot.append(user, [hers + compose(EVA, "Störung", WRITTEN.format(name=EVA.name), now(), "Zxeins")])
        async with house.daemon() as daemon:
            await until(lambda: len(to_anna(sink)) == 1)
            notice = to_anna(sink)[0].message
            answer = plain(notice, "Der Techniker hat Ihre Nummer.", "m1", proven)
            forged = plain(notice, "Ihre Kündigung liegt vor.", "m2")
            away = plain(notice, "Ich bin im Urlaub.", "m3", proven, "Auto-Submitted: auto-replied")
            dovecot.append(user, [answer, forged, away, answer])
            await until(lambda: len(to_customer(sink, EVA)) == 1)
            dovecot.append(user, [hers + compose(EVA, "Re: Störung", "Danke, ich warte.\n", now(), "Zxzwei")])
            await until(lambda: any("ich warte" in letter.text for letter in to_anna(sink)))
            assert await daemon.stop() == 0
        [letter] = to_customer(sink, EVA)
        assert "Der Techniker hat Ihre Nummer." in letter.text
        fates = [line["outcome"] for line in (await house.json("ledger", "--inbox", "mail"))["lines"]]
        assert sorted(fates) == ["automatic", "duplicate", "filed", "filed", "filed", "refused"], fates
        tickets = await house.json("tickets")
        assert [ticket["number"] for ticket in tickets] == [letter.number]

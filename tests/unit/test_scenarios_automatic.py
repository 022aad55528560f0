"""Scenarios of mail that a machine or we ourselves wrote: RFC 3834's signs, our own mail by any way, the team's own."""

from dataclasses import replace

import pytest

from inbox_bot.channels.mime.build import build
from inbox_bot.channels.mime.parse import parse
from inbox_bot.flows import clock, intake
from inbox_bot.model import Address, Channel, Incoming, Outcome
from inbox_bot.rules.triage import LIKE_A_FORM
from inbox_bot.store.database import Database
from tests.unit.flow_house import Day, FakeSource, mail
from tests.unit.scenario_house import tickets

AUTOMATIC = [
    "Auto-Submitted: auto-replied",
    "Auto-Submitted: auto-generated",
    "AUTO-SUBMITTED: Auto-Notified; owner-email=a@post.example",
    "auto-submitted: AUTO-REPLIED (vacation)",
    "Auto-Submitted: (not (no)) auto-replied",
    "Auto-Submitted:\r\n auto-generated",
    "Auto-Submitted: x-something-new",
    "Auto-Submitted: no\r\nAuto-Submitted: auto-replied",
    "Precedence: bulk",
    "Precedence: LIST",
    "precedence: junk",
    "Precedence: auto_reply",
    "List-Id: Netz <netz.liste.example>",
    "List-Unsubscribe: <https://liste.example/weg>",
    "List-Post: <mailto:netz@liste.example>",
    "List-Help: <mailto:netz@liste.example>",
    "Mailing-List: contact netz@liste.example",
    "X-Mailing-List: netz",
    "X-Autoreply: yes",
    "X-Autorespond: Anschluss",
    "X-Auto-Response-Suppress: All",
    "X-Auto-Response-Suppress: DR, OOF, AutoReply",
    "X-Vacation: on",
    "In-Reply-To: <1@acme.example>\r\nSubject: Automatische Antwort: Anschluss",
]
MACHINES = ["no-reply", "noreply+a1", "do-not-reply", "donotreply", "mailer-daemon", "MAILER-DAEMON", "postmaster",
            "bounces", "bounce+a=b", "nicht-antworten"]  # fmt: skip


@pytest.fixture
def day(store: Database) -> Day:
    """An empty house on both databases."""
    return Day(store=store)


def raw(*headers: str, id: int, path: str = "<eva.winter@post.example>", sender: str = "") -> Incoming:
    """A mail with these headers in front; what it does not name is Eva's."""
    own = [
        f"Return-Path: {path}",
        f"From: {sender or 'Eva Winter <eva.winter@post.example>'}",
        "To: hilfe@acme.example",
        f"Message-ID: <r{id}@post.example>",
    ]
    if not any("subject:" in line.lower() for line in headers):
        own.append("Subject: Anschluss")
    parsed = parse("\r\n".join([*own, *headers, "", f"Text {id}", ""]).encode(), key=f"7:{id}", at=mail().at)
    assert isinstance(parsed, Incoming)
    return parsed


async def test_no_machine_is_answered(day: Day) -> None:
    """RFC 3834 2 and 5, and the older signs: each of these gets nothing, at once or later; a person's mail gets one."""
    lot = [raw(line, id=place) for place, line in enumerate(AUTOMATIC, start=1)]
    lot.append(raw(id=100, path="<>"))
    lot += [raw(id=200 + n, sender=f"<{name}@shop.example>") for n, name in enumerate(MACHINES)]
    assert len(lot) >= 30
    await day.takes(*lot)
    for _ in range(3):
        day.later(minutes=10)
        await clock.acknowledge_owed(day.house)
        await day.sends()
    assert day.mail.drafts == []
    assert len(await day.outcomes()) == len(lot)
    for place, line in enumerate(("Auto-Submitted: no", "Auto-Submitted: (by hand) NO; x=y", "Precedence: normal")):
        person = f"Mensch <mensch{place}@post.example>"
        await day.takes(raw(line, id=300 + place, path=f"<mensch{place}@post.example>", sender=person))
    await day.sends()
    assert len(day.mail.parcels) == 3


OURS = [
    "hilfe@acme.example",
    "HILFE@ACME.EXAMPLE",
    "Hilfe <hilfe+t-427918354-abcdefghijklmnop@acme.example>",
    "info@acme.example",
    "info@b\u00fcro.example",
    "info@xn--bro-hoa.example",
]


async def test_mail_from_ourselves_is_no_ticket(day: Day) -> None:
    """An agent's answer from one inbox to another's address, in any spelling, is an echo: no ticket, no answer."""
    house = day.house
    boxes = {
        "mail2": replace(house.inboxes["mail"], name="mail2", address="info@acme.example"),
        "mail3": replace(house.inboxes["mail"], name="mail3", address="info@xn--bro-hoa.example"),
    }
    house = replace(house, inboxes={**house.inboxes, **boxes})
    for place, sender in enumerate(OURS):
        await intake.take_in(house, FakeSource(inbox="mail2", things=[raw(id=place, sender=sender)]))
    assert {outcome for _, outcome in await day.outcomes()} == {"echo"}
    assert await tickets(day) == []


async def test_our_mail_comes_back_by_a_forwarder(day: Day) -> None:
    """With another Message-ID, From and Return-Path and without Auto-Submitted, it is ours by its mark; a mark that is
    not signed with our key says nothing."""
    await day.takes(mail())
    await day.sends()
    draft = day.mail.drafts[0]
    ours = Address(channel=Channel.EMAIL, address="hilfe@acme.example")
    for place, (mark, outcome) in enumerate(((draft.message_id, "echo"), ("<forged.abc@acme.example>", "filed"))):
        wire = build(replace(draft, message_id=mark), sender=ours, host="mx.acme.example").decode()
        kept = [
            line
            for line in wire.partition("\r\n\r\n")[0].replace("\r\n ", " ").split("\r\n")
            if line.startswith(("X-Inbox-Bot", "Subject", "Date"))
        ]
        assert len(kept) == 3
        came = f"<neu{place}@verteiler.example>"
        lines = ["Return-Path: <netz@verteiler.example>", "From: Netz <netz@verteiler.example>", f"Message-ID: {came}"]
        again = parse("\r\n".join([*lines, *kept, "", draft.text, f"{place}"]).encode(), key=f"8:{place}", at=day.now)
        assert isinstance(again, Incoming)
        await day.takes(again)
        assert (f"8:{place}", outcome) in await day.outcomes()


async def test_mail_of_the_team_is_filed_and_not_answered(day: Day) -> None:
    """What an address of an agent or one that gets notices sends may be for a ticket; a machine there is not fed."""
    day.team = ("team@acme.example",)
    await day.agent()
    for place, sender in enumerate(("Team@acme.example", "anna@acme.example")):
        await day.takes(mail(id=10 + place, sender=f"<{sender}>", at=day.now))
    await day.sends()
    day.later(minutes=10)
    await clock.acknowledge_owed(day.house)
    await day.sends()
    assert [outcome for _, outcome in await day.outcomes()] == ["filed", "filed"]
    assert day.mail.parcels == []


async def test_a_form_that_writes_from_our_address_is_told_of(day: Day) -> None:
    """It is taken for our own, which `check` can see by the reason."""
    await day.takes(raw("Reply-To: Max <max@post.example>", id=1, sender="<hilfe@acme.example>"))
    async with day.store.read() as tx:
        [line] = await tx.ledger_lines(inbox="mail", outcome="echo", limit=9)
    assert (line.outcome, line.reason) == (Outcome.ECHO, LIKE_A_FORM)

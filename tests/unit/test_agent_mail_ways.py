"""Answering by mail: who is told, by which ways mails and files come in, and what is on record of them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest

from inbox_bot.casework import AgentMail
from inbox_bot.channels.mime.parse import parse
from inbox_bot.flows import agent_mail, desk
from inbox_bot.model import Channel, Incoming, Outcome, TicketState
from inbox_bot.ports import Store
from tests.unit.agent_day import (
    ANNA,
    OWN,
    AgentDay,
    address_of,
    agents,
    body,
    mail,
    reply,
    the_ticket,
    written_to,
)
from tests.unit.flow_house import FakeSource

TEXT = "Guten Tag Frau Winter,\n\nder Techniker hat Ihre Nummer."


class Signed:
    """Finds every mail signed by the company's own domain."""

    async def signers(self, mails: Sequence[Incoming]) -> Mapping[str, str]:
        """See `Signatures`."""
        return {mail.key: "acme.example" for mail in mails}


@pytest.fixture
async def day(store: Store) -> AgentDay:
    """Anna's house, in which Eva has written."""
    return await written_to(store)


async def test_unassigned_goes_to_all_on_duty_assigned_to_one(store: Store) -> None:
    """Whoever has the ticket is told alone; what nobody has is told to all on duty, and to everybody at night."""
    day = AgentDay(store)
    for name, initials, hours in (("anna", "AB", ""), ("ben", "BT", "sun 08:00-12:00"), ("cem", "CD", "")):
        agent = await day.agent(name, initials)
        async with store.write() as tx:
            await tx.save_agent(replace(agent, hours=hours))
    await day.takes(mail("Mein Anschluss geht seit gestern nicht mehr.", *OWN))
    await day.told()
    assert {str(one["To"]) for one in await day.letters()} == {"anna@acme.example", "cem@acme.example"}
    await desk.assign(day.house, (await the_ticket(day)).number, "ben", "anna")
    await day.takes(mail("Hallo?", *OWN, id=2))
    await day.told()
    assert [str(one["To"]) for one in (await day.letters())[2:]] == ["ben@acme.example"] * 2


async def test_agents_answer_through_the_mailbox(day: AgentDay) -> None:
    """Without a listener the answer is found in the mailbox: one line in the ledger, no ticket, the customer has it."""
    notice = await day.told()
    raw = reply(notice, TEXT)
    found = parse(raw, key="7:9", at=day.now)
    assert isinstance(found, Incoming)
    source = await day.takes(found, source=FakeSource(channel=Channel.EMAIL))
    assert ("7:9", "filed") in await day.outcomes()
    assert [one.key for one in source.settled] == ["7:9"]
    await day.takes(*[parse(raw, key=key, at=day.now) for key in ("7:10", "8:1")])
    assert {("7:10", "duplicate"), ("8:1", "duplicate")} <= set(await day.outcomes())
    await the_ticket(day)
    day.later(minutes=2)
    assert len(await day.customers()) == 1


async def test_orders_alone_leave_the_ledger_balanced(day: AgentDay) -> None:
    """A mail of orders only files no message, and the ledger still balances."""
    found = parse(reply(await day.told(), "/resolve"), key="7:9", at=day.now)
    await day.takes(found)
    assert ("7:9", "echo") in await day.outcomes()
    assert (await the_ticket(day)).state is TicketState.RESOLVED
    assert not await day.findings()


async def test_what_is_on_record_of_it(day: AgentDay) -> None:
    """Agent, ticket and what was made of it."""
    fate = await day.answers(await day.told(), TEXT)
    assert isinstance(fate, AgentMail)
    assert (fate.agent, fate.ticket) == ((await agents(day))["anna"].id, (await the_ticket(day)).id)
    assert fate.message is not None


async def test_a_flood_is_told_once(day: AgentDay) -> None:
    """Many messages at once are one mail, with the last one whole and the others in its history."""
    await day.told()
    before = len(await day.letters())
    await day.takes(*(mail(f"Noch etwas, das {number}. Mal.", *OWN, id=10 + number) for number in range(8)))
    notice = await day.told()
    assert len(await day.letters()) == before + 1
    assert all(f"das {number}. Mal." in body(notice) for number in range(8))


async def test_signature_of_the_agents_domain_proves_him(day: AgentDay) -> None:
    """Where the mail server says nothing, DKIM does."""
    notice = await day.told()
    house = day.house
    inboxes = {**house.inboxes, "mail": replace(house.inboxes["mail"], verify_dkim=True)}
    raw = reply(notice, TEXT, headers="DKIM-Signature: v=1; d=acme.example\r\n")
    unproven = await agent_mail.received(house, raw, to=address_of(notice), vouched=False, relayed=True)
    assert unproven.outcome is Outcome.REFUSED
    signed = replace(house, inboxes=inboxes, signatures=Signed())
    assert (
        await agent_mail.received(signed, raw, to=address_of(notice), vouched=False, relayed=True)
    ).outcome is Outcome.FILED


async def test_two_agents_answer_one_ticket(day: AgentDay) -> None:
    """The second answer comes back with the first one; only that has gone out."""
    await day.agent("ben", "BT")
    everybody = await agents(day)
    await day.told()
    notices = {str(one["To"]): one for one in await day.letters()}
    assert set(notices) == {ANNA, "ben@acme.example"}
    await day.answers(notices[ANNA], TEXT)
    late = await day.answers(
        notices["ben@acme.example"], "Bitte warten Sie.", sender="ben@acme.example", id="b@acme.example"
    )
    assert late.outcome is Outcome.REFUSED
    assert "der Techniker hat Ihre Nummer." in body((await day.letters(everybody["ben"]))[-1])
    day.later(minutes=2)
    assert len(await day.customers()) == 1


async def test_files_go_along_and_logos_do_not(day: AgentDay) -> None:
    """What he attaches goes to the customer and is named before; a picture in his signature stays; a mail stops it."""
    notice = await day.told()

    def enclosing(*parts: str) -> bytes:
        head = reply(notice, "", quoted=False, id=f"{len(parts[-1])}@acme.example").partition(b"MIME-Version")[0]
        text = "Content-Type: text/plain; charset=utf-8\n\nAnbei der Auftrag.\n"
        body = "".join(f"--b\n{part}" for part in (text, *parts))
        whole = f"MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n{body}--b--\n"
        return head + whole.replace("\n", "\r\n").encode()

    html = 'Content-Type: text/html\n\n<p>Anbei der Auftrag.</p><img src="cid:logo">\n'
    logo = "Content-Type: image/png; name=logo.png\nContent-ID: <logo>\nContent-Disposition: inline\n\nx\n"
    file = "Content-Type: application/pdf; name=Auftrag.pdf\nContent-Disposition: attachment\n\nx\n"
    inner = "Content-Type: message/rfc822\n\nFrom: a@acme.example\nSubject: intern\n\nGeheim\n"
    to = address_of(notice)
    refused = await agent_mail.received(day.house, enclosing(file, inner), to=to, vouched=False, relayed=True)
    assert (refused.outcome, "a mail is attached" in refused.reason) == (Outcome.REFUSED, True)
    assert (
        await agent_mail.received(day.house, enclosing(html, logo, file), to=to, vouched=False, relayed=True)
    ).outcome is Outcome.FILED
    preview = body((await day.letters())[-1])
    assert "Angehängt: Auftrag.pdf" in preview
    assert "[logo.png]" in preview
    day.later(minutes=2)
    (answer,) = await day.customers()
    assert [part.get_filename() for part in answer.iter_attachments()] == ["Auftrag.pdf"]

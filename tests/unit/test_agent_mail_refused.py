"""Answering by mail: what is forged, replayed, foreign, expired or written by a machine changes nothing at all."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from inbox_bot.channels.mime.parse import parse
from inbox_bot.errors import UsageError
from inbox_bot.flows import agent_mail, intake
from inbox_bot.model import Channel, Outcome
from inbox_bot.ports import Rendered, Store, Texts
from inbox_bot.rules import tokens
from inbox_bot.template import Template
from tests.unit.agent_day import ANNA, AUTHSERV, PROVEN, AgentDay, address_of, body, mail, reply
from tests.unit.desk_house import NOW
from tests.unit.flow_house import FakeSource

BY = "Received: from a by b\r\n"
BOUNCE = """\
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

It could not be delivered.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.acme.example

Final-Recipient: rfc822; anna@acme.example
Action: failed
Status: 5.1.1

--b--
"""
READ = """\
MIME-Version: 1.0
Content-Type: multipart/report; report-type=disposition-notification; boundary="b"

--b
Content-Type: text/plain

Gelesen.
--b
Content-Type: message/disposition-notification

Final-Recipient: rfc822; anna@acme.example
Disposition: manual-action/MDN-sent-manually; displayed

--b--
"""


@pytest.fixture
async def day(store: Store) -> AgentDay:
    """Anna's and Ben's house; Eva has written, both were told."""
    day = AgentDay(store)
    await day.agent("anna", "AB")
    await day.agent("ben", "BT")
    await day.takes(mail("Mein Anschluss geht seit gestern nicht mehr."))
    await day.told()
    return day


@pytest.mark.parametrize(
    "headers",
    [
        BY,
        f"Authentication-Results: {AUTHSERV}; dmarc=fail header.from=acme.example\r\n{BY}",
        f"{BY}Authentication-Results: {AUTHSERV}; dmarc=pass header.from=acme.example\r\n",
        f"Authentication-Results: mx.far.example; dmarc=pass header.from=acme.example\r\n{BY}",
        f"Authentication-Results: {AUTHSERV}; dmarc=pass header.from=far.example\r\n{BY}",
    ],
    ids=["no verdict", "failed", "written by the sender", "another server's", "of another From"],
)
async def test_forged_from(day: AgentDay, headers: str) -> None:
    """From alone is nothing, and only our own server's word is a proof; nobody is told."""
    notice, before = (await day.letters())[0], await day.everything()
    fate = await day.answers(notice, "Sie bekommen tausend Euro.", headers=headers)
    assert (fate.outcome, fate.reason, fate.agent) == (Outcome.REFUSED, agent_mail.UNPROVEN, None)
    assert await day.everything() == before


@pytest.mark.parametrize("vouched", [True, False])
async def test_a_trusted_client_is_not_believed_against_our_own_server(day: AgentDay, vouched: bool) -> None:
    """Who has logged in stands for From, but not where DMARC failed."""
    notice, before = (await day.letters())[0], await day.everything()
    failed = f"Authentication-Results: {AUTHSERV}; dmarc=fail header.from=acme.example\r\n{BY}"
    assert (await day.answers(notice, "Ja.", headers=failed, vouched=vouched)).outcome is Outcome.REFUSED
    assert await day.everything() == before
    assert ((await day.answers(notice, "Ja.", headers=BY, vouched=vouched)).outcome is Outcome.FILED) == vouched


@pytest.mark.parametrize("failed", [False, True])
async def test_a_client_that_is_no_relay_writes_no_verdict(day: AgentDay, failed: bool) -> None:
    """Whoever speaks to the listener himself could write our own server's name: what he says of it counts for nothing,
    neither for him nor against one who has logged in."""
    notice, before = (await day.letters())[0], await day.everything()
    headers = PROVEN.replace("dmarc=pass", "dmarc=fail") if failed else PROVEN
    fate = await day.answers(notice, "Sie bekommen tausend Euro.", headers=headers, relayed=False)
    assert (fate.outcome, fate.reason, fate.agent) == (Outcome.REFUSED, agent_mail.UNPROVEN, None)
    assert await day.everything() == before
    fate = await day.answers(notice, "Der Techniker kommt.", headers=PROVEN, relayed=False, vouched=True)
    assert fate.outcome is Outcome.FILED


@pytest.mark.parametrize("stored", ["anna@straße.example", "anna@xn--strae-oqa.example"])
async def test_international_domains_are_not_mixed_up(day: AgentDay, stored: str) -> None:
    """What merely looks alike in lower case is another domain; the domain's form in DNS is the same one."""
    async with day.store.write() as tx:
        anna = next(agent for agent in await tx.agents() if agent.name == "anna")
        await tx.save_agent(replace(anna, address=stored))
    notice = (await day.letters())[0]

    def proven(domain: str) -> str:
        return f"Authentication-Results: {AUTHSERV}; dmarc=pass header.from={domain}\r\n{BY}"

    foreign = await day.answers(notice, "Ja.", sender="anna@strasse.example", headers=proven("strasse.example"))
    assert (foreign.outcome, foreign.agent) == (Outcome.REFUSED, None)
    own = "xn--strae-oqa.example"
    hers = await day.answers(
        notice, "Der Techniker kommt.", sender=f"Anna@{own}", headers=proven(own), id="z@x.example"
    )
    assert (hers.outcome, hers.agent) == (Outcome.FILED, anna.id)


async def test_stranger_with_the_address(day: AgentDay) -> None:
    """Whoever got hold of a reply address and proves to be himself is still no agent."""
    notice, before = (await day.letters())[0], await day.everything()
    own = f"Authentication-Results: {AUTHSERV}; dmarc=pass header.from=far.example\r\n{BY}"
    fate = await day.answers(notice, "Ja.", sender="mallory@far.example", headers=own)
    assert fate.outcome is Outcome.REFUSED
    assert await day.everything() == before


async def test_replays(day: AgentDay) -> None:
    """The same mail again, also under another Message-ID or with its own later Received lines, does nothing."""
    notice = (await day.letters())[0]
    assert (await day.answers(notice, "Der Techniker kommt.")).outcome is Outcome.FILED
    before = await day.everything()
    for headers, id in ((PROVEN, "a1@acme.example"), (PROVEN + BY, "a1@acme.example"), (PROVEN, "other@acme.example")):
        again = await day.answers(notice, "Der Techniker kommt.", headers=headers, id=id)
        assert again.outcome is Outcome.DUPLICATE
        assert await day.everything() == before


async def test_unproven_one_may_come_again_with_a_proof(day: AgentDay) -> None:
    """That somebody forged a mail, or DNS was away, keeps no real one out."""
    notice = (await day.letters())[0]
    assert (await day.answers(notice, "Ja.", headers=BY)).outcome is Outcome.REFUSED
    assert (await day.answers(notice, "Ja.", headers=BY)).outcome is Outcome.REFUSED
    assert (await day.answers(notice, "Ja.")).outcome is Outcome.FILED


@pytest.mark.parametrize("case", ["expired", "another installation's", "a colleague's"])
async def test_address_that_is_not_his(day: AgentDay, case: str) -> None:
    """Nothing is sent or done, no word of a ticket is said; the agent, who is proven, is told why."""
    mails = {str(one["To"]): one for one in await day.letters()}
    notice = mails["ben@acme.example" if case == "a colleague's" else ANNA]
    if case == "expired":
        day.later(days=61)
    if case == "another installation's":
        keys = tokens.Keys(keys=(b"other" * 8,))
        until = NOW.date().replace(year=2027)
        notice.replace_header("Reply-To", tokens.agent_address(keys, "427918354", 1, until, "hilfe@acme.example"))
    before = await day.everything()
    sent = len(await day.letters())
    fate = await day.answers(notice, "Der Techniker kommt.")
    assert fate.outcome is Outcome.REFUSED
    after = await day.everything()
    added = set(after) - set(before)
    assert set(before) - set(after) == set()
    assert [row.partition(":")[0] for row in added] == ["deliveries"]
    told = (await day.letters())[sent]
    assert "reply address" in body(told)
    assert "Winter" not in f"{told['Subject']}{body(told)}"
    assert told["Reply-To"] is None


async def test_disabled_agent(day: AgentDay) -> None:
    """Whose right has ended changes nothing and is told nothing."""
    notice = next(one for one in await day.letters() if str(one["To"]) == ANNA)
    async with day.store.write() as tx:
        anna = next(one for one in await tx.agents() if one.name == "anna")
        await tx.save_agent(replace(anna, disabled_at=day.now))
    before = await day.everything()
    assert (await day.answers(notice, "Ja.")).outcome is Outcome.REFUSED
    assert await day.everything() == before


@pytest.mark.parametrize(
    ("headers", "outcome"),
    [
        (("Auto-Submitted: auto-replied",), Outcome.AUTOMATIC),
        (("X-Autoreply: yes",), Outcome.AUTOMATIC),
        (("X-MS-Exchange-Inbox-Rules-Loop: anna@acme.example",), Outcome.AUTOMATIC),
    ],
)
async def test_vacation_notice(day: AgentDay, headers: tuple[str, ...], outcome: Outcome) -> None:
    """However proven: no person wrote it as an answer."""
    notice, before = (await day.letters())[0], await day.everything()
    assert (await day.answers(notice, "Ich bin im Urlaub.", more=headers)).outcome is outcome
    assert await day.everything() == before


@pytest.mark.parametrize(("report", "outcome"), [(BOUNCE, Outcome.BOUNCE), (READ, Outcome.RECEIPT)])
async def test_reports(day: AgentDay, report: str, outcome: Outcome) -> None:
    """A bounce of a notice and a read receipt, sent to the reply address, are on record and nothing else."""
    notice, before = (await day.letters())[0], await day.everything()
    head = f"From: {ANNA}\r\nTo: {address_of(notice)}\r\nMessage-ID: <r@acme.example>\r\nSubject: Re: x\r\n"
    raw = (PROVEN + head + report.replace("\n", "\r\n")).encode()
    fate = await agent_mail.received(day.house, raw, to=address_of(notice), vouched=True)
    assert fate.outcome is outcome
    assert await day.everything() == before


@pytest.mark.parametrize(
    "raw", [b"", b"\x00\xff" * 500, b"From: anna@acme.example\r\n\r\nJa."], ids=["", "noise", "bare"]
)
async def test_garbage(day: AgentDay, raw: bytes) -> None:
    """Whatever the bytes are."""
    notice, before = (await day.letters())[0], await day.everything()
    fate = await agent_mail.received(day.house, raw, to=address_of(notice), vouched=False, relayed=True)
    assert fate.outcome in {Outcome.QUARANTINED, Outcome.REFUSED}
    assert await day.everything() == before


async def test_through_the_mailbox_they_change_nothing_either(day: AgentDay) -> None:
    """Forged, and a vacation notice: a line in the ledger each, no ticket, no message, no mail to anybody."""
    notice = (await day.letters())[0]
    before = {row for row in await day.everything() if not row.startswith(("ledger", "raws", "cursors"))}
    forged = parse(reply(notice, "Tausend Euro.", headers=BY), key="7:8", at=day.now)
    absent = parse(
        reply(notice, "Im Urlaub.", more=("Auto-Submitted: auto-replied",), id="v@acme.example"), key="7:9", at=day.now
    )
    await day.takes(forged, absent)
    assert {("7:8", "refused"), ("7:9", "automatic")} <= set(await day.outcomes())
    assert {row for row in await day.everything() if not row.startswith(("ledger", "raws", "cursors"))} == before


async def test_an_agents_old_address_opens_no_ticket(day: AgentDay) -> None:
    """His address was changed and he answers from the old one: through the mailbox, too, that is nobody's we know. It
    is on record; no ticket, no acknowledgement, no mail to anybody."""
    notice = (await day.letters())[0]
    async with day.store.write() as tx:
        anna = next(agent for agent in await tx.agents() if agent.name == "anna")
        await tx.save_agent(replace(anna, address="a.berg@acme.example"))
    before = {row for row in await day.everything() if not row.startswith(("ledger", "raws", "cursors"))}
    await day.takes(parse(reply(notice, "Der Techniker kommt."), key="7:9", at=day.now))
    assert ("7:9", "refused") in await day.outcomes()
    assert {row for row in await day.everything() if not row.startswith(("ledger", "raws", "cursors"))} == before
    async with day.store.read() as tx:
        (line,) = await tx.ledger_lines(inbox="mail", outcome=Outcome.REFUSED, limit=9)
    assert line.reason == f"agent's mail: {agent_mail.UNPROVEN}"


async def test_customer_who_got_the_address_is_no_agent_and_not_lost(day: AgentDay) -> None:
    """An agent may have forwarded his notice: the customer's mail to the reply address is an ordinary one."""
    notice = (await day.letters())[0]
    own = f"Authentication-Results: {AUTHSERV}; dmarc=pass header.from=post.example\r\n{BY}"
    raw = reply(notice, "Was heißt das?", sender="eva.winter@post.example", headers=own)
    await day.takes(parse(raw, key="7:9", at=day.now))
    assert ("7:9", "filed") in await day.outcomes()
    async with day.store.read() as tx:
        tickets = await tx.tickets(states=(), customer=None, limit=9)
        entries = [entry for t, _, _ in tickets for entry in await tx.timeline(t.customer, t.id)]
    assert [one.message.text for one in entries if "Was heißt das?" in one.message.text]


async def test_one_that_breaks_is_parked(day: AgentDay) -> None:
    """A company's own template that is broken stops no inbox: the mail is in quarantine, the next one filed."""
    notice = (await day.letters())[0]
    broken = replace(day.house, texts=NoPreview(day.house.texts))
    source = FakeSource(things=[parse(reply(notice, "Ja."), key="7:9", at=day.now), mail("Hallo?", id=3)])
    await intake.take_in(broken, source)
    assert {("7:9", "quarantined"), ("7:3", "filed")} <= set(await day.outcomes())


class NoPreview:
    """The shipped texts, but for those to agents."""

    def __init__(self, texts: Texts) -> None:
        self._texts = texts

    def render(self, name: str, channel: Channel, language: str, facts: Mapping[str, object]) -> Rendered:
        """See `Texts`."""
        if name.startswith("agent-"):
            raise UsageError(f"template {name}: line 3: an unknown word")
        return self._texts.render(name, channel, language, facts)

    def template(self, name: str, channel: Channel, language: str) -> Template:
        """See `Texts`."""
        return self._texts.template(name, channel, language)

    def templates(self) -> list[Template]:
        """See `Texts`."""
        return self._texts.templates()

"""SmtpSender against the sandbox's relay, the fast sink and a bare server: what is certain of each outcome."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from inbox_bot.channels.smtp import SmtpSender, stuffed, xtext
from inbox_bot.errors import Deferred, Paused, Uncertain, Unsendable
from inbox_bot.model import Address, Channel, Kind, Visibility
from inbox_bot.outgoing import Draft, Parcel
from inbox_bot.sandbox.mail import DROP, Relay, Verb, mail_relay
from tests.certificate import Certificate
from tests.smtpsink import smtp_sink

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
PAYLOAD = b"Subject: [#427-918-355] Re: Anschluss\r\n\r\nGuten Tag,\r\n.versteckter Punkt\r\n..zwei\r\n"


def parcel(*recipients: str, token: str = "t1", kind: Kind = Kind.ACKNOWLEDGEMENT, payload: bytes = PAYLOAD) -> Parcel:
    """A claimed mail to Kim, or to others."""
    to = recipients or ("kim@kunde.example",)
    return Parcel(
        id=1,
        token=token,
        inbox="mail",
        kind=kind,
        to=Address(channel=Channel.EMAIL, address=to[0]),
        visibility=Visibility.PRIVATE,
        payload=payload,
        recipients=to,
        return_path="" if kind is Kind.MDN else "hilfe+b.t1@acme.example",
        external_id="<t1@acme.example>",
        attempts=1,
        looks=0,
        created_at=NOW,
        started_at=NOW,
        ticket=1,
        carries_number=True,
    )


Sender = Callable[..., SmtpSender]


@pytest.fixture
async def sender() -> AsyncIterator[Sender]:
    """Makes senders, without TLS or login unless said otherwise, and closes them."""
    made: list[SmtpSender] = []

    def make(port: int, **options: str) -> SmtpSender:
        settings = {"security": "none", "user": "", "password": "", "hostname": "bot.acme.example"} | options
        made.append(
            SmtpSender(
                inbox="mail",
                address="hilfe@acme.example",
                name="Acme",
                host="127.0.0.1",
                port=port,
                **settings,  # type: ignore[arg-type]  # mypy takes no Literal out of a dict
            )
        )
        return made[-1]

    yield make
    for one in made:
        await one.close()


@pytest.fixture
async def relay() -> AsyncIterator[Relay]:
    """A relay that wants neither TLS nor login."""
    async with mail_relay({}) as running:
        yield running


async def test_the_frozen_bytes_arrive_unchanged_and_the_reply_is_the_evidence(sender: Sender, relay: Relay) -> None:
    """Dots at line starts survive; Sent carries our Message-ID and the relay's own words."""
    mine = sender(relay.port)
    sent = await mine.send(parcel())
    assert (sent.external_id, sent.evidence) == ("<t1@acme.example>", "250 2.0.0 Ok: queued as 1")
    (mail,) = relay.accepted
    assert mail.data == PAYLOAD
    assert mail.mail_from == "hilfe+b.t1@acme.example"
    (copy,) = await relay.mail_for("kim@kunde.example")
    assert copy.startswith(b"Return-Path: <hilfe+b.t1@acme.example>\r\n")


async def test_dsn_parameters_are_exact_where_they_are_offered(sender: Sender, relay: Relay) -> None:
    """RET, ENVID in xtext, NOTIFY for each recipient, ORCPT in xtext with its own address (RFC 3461)."""
    mine = sender(relay.port)
    await mine.send(parcel("kim+x=y@kunde.example", "lee@kunde.example", token="a+b=c"))
    (mail,) = relay.accepted
    assert (mail.ret, mail.envid) == ("HDRS", "a+2Bb+3Dc")
    assert [(to.address, to.orcpt) for to in mail.recipients] == [
        ("kim+x=y@kunde.example", "rfc822;kim+2Bx+3Dy@kunde.example"),
        ("lee@kunde.example", "rfc822;lee@kunde.example"),
    ]
    assert all(to.notify == {"SUCCESS", "FAILURE", "DELAY"} for to in mail.recipients)
    assert f"SIZE={len(PAYLOAD)}" in mail.options


async def test_an_mdn_has_the_null_path_and_is_never_reported_on(sender: Sender, relay: Relay) -> None:
    """RFC 8098 3: MAIL FROM:<>, NOTIFY=NEVER."""
    mine = sender(relay.port)
    await mine.send(parcel(kind=Kind.MDN))
    (mail,) = relay.accepted
    assert mail.mail_from == ""
    assert mail.recipients[0].notify == {"NEVER"}


async def test_a_relay_without_dsn_gets_no_dsn_parameter(sender: Sender) -> None:
    """The relay would refuse them with 555."""
    async with mail_relay({}, offers_dsn=False) as relay:
        mine = sender(relay.port)
        await mine.send(parcel())
        assert relay.accepted[0].envid == ""


async def test_connections_are_kept_and_shared(sender: Sender) -> None:
    """Twenty mails, at most four under way, take at most four connections; one after the other takes one."""
    async with smtp_sink() as sink:
        mine = sender(sink.port)
        for _ in range(5):
            await mine.send(parcel())
        assert sink.connections == 1
        async with asyncio.TaskGroup() as group:
            for _ in range(20):
                group.create_task(mine.send(parcel()))
        assert len(sink.mails) == 25
        assert 1 < sink.connections <= 4
        assert all(mail.data == PAYLOAD for mail in sink.mails)


@pytest.mark.parametrize("fault", [DROP, "421 4.4.2 Idle for too long"])
async def test_a_kept_connection_that_died_is_replaced_silently(sender: Sender, relay: Relay, fault: str) -> None:
    """MAIL on a dead connection proves nothing about the mail: once more on a new one."""
    mine = sender(relay.port)
    await mine.send(parcel())
    relay.faults["MAIL"] = [fault]
    await mine.send(parcel())
    assert len(relay.accepted) == 2
    assert relay.connections == 2


@pytest.mark.parametrize(
    ("verb", "fault", "error"),
    [
        ("EHLO", "421 4.3.2 Going down", Deferred),
        ("EHLO", "554 5.3.2 No mail here", Deferred),
        ("MAIL", "451 4.3.0 Later", Deferred),
        ("MAIL", "421 4.3.2 Going down", Deferred),
        ("MAIL", DROP, Deferred),
        ("MAIL", "550 5.7.1 Not your address", Unsendable),
        ("MAIL", "552 5.3.4 Too big", Unsendable),
        ("MAIL", "503 5.5.1 Out of order", Deferred),
        ("MAIL", "530 5.7.0 Log in first", Paused),
        ("RCPT", "450 4.2.0 Greylisted", Deferred),
        ("RCPT", "421 4.3.2 Going down", Deferred),
        ("RCPT", DROP, Deferred),
        ("RCPT", "550 5.1.1 Nobody", Unsendable),
        ("RCPT", "552 Too many recipients", Deferred),
        ("RCPT", "552 5.5.3 Too many recipients", Deferred),
        ("RCPT", "552 5.2.2 Mailbox full", Unsendable),
        ("DATA", "451 4.3.0 Later", Deferred),
        ("DATA", "554 5.5.1 No valid recipients", Unsendable),
        ("DATA", DROP, Deferred),
        ("END", "451 4.3.0 Disk full", Deferred),
        ("END", "452 4.3.1 Disk full", Deferred),
        ("END", "554 5.7.1 Spam", Unsendable),
        ("END", "552 5.3.4 Too big", Unsendable),
        ("END", DROP, Uncertain),
    ],
)
async def test_each_phase_says_what_is_certain(
    sender: Sender, relay: Relay, verb: Verb, fault: str, error: type[Exception]
) -> None:
    """Before the content: Deferred or Unsendable by the code; after it only a reply is certain. The next mail goes."""
    mine = sender(relay.port)
    relay.faults[verb] = [fault]
    with pytest.raises(error) as raised:
        await mine.send(parcel())
    assert fault == DROP or fault.split()[0] in str(raised.value)
    assert len(relay.accepted) == (verb == "END" and fault == DROP)
    relay.accepted.clear()
    await mine.send(parcel())
    assert len(relay.accepted) == 1


async def test_a_refused_customer_stops_the_mail_for_all(sender: Sender, relay: Relay) -> None:
    """Further recipients get nothing that the customer does not get."""
    mine = sender(relay.port)
    relay.refused = {"kim@kunde.example"}
    with pytest.raises(Unsendable, match=r"550 5\.1\.1"):
        await mine.send(parcel("kim@kunde.example", "lee@kunde.example"))
    assert relay.accepted == []


async def test_a_refused_further_recipient_is_told_and_stops_nothing(sender: Sender, relay: Relay) -> None:
    """The customer's mail is out; who did not get it is in the result."""
    mine = sender(relay.port)
    relay.refused = {"lee@kunde.example"}
    sent = await mine.send(parcel("kim@kunde.example", "lee@kunde.example"))
    assert sent.refused == (("lee@kunde.example", "550 5.1.1 No such user here"),)
    assert [to.address for to in relay.accepted[0].recipients] == ["kim@kunde.example"]


async def test_login(sender: Sender) -> None:
    """The right password lets mail through; a wrong one is an alarm for a person, a busy server is not."""
    async with mail_relay({}, login=("hilfe", "sesame")) as relay:
        right = sender(relay.port, user="hilfe", password="sesame")
        await right.send(parcel())
        with pytest.raises(Paused, match="535") as raised:
            await sender(relay.port, user="hilfe", password="wrong").send(parcel())
        assert raised.value.alarm
        relay.faults["AUTH"] = ["454 4.7.0 Temporary failure"] * 2
        with pytest.raises(Deferred):
            await sender(relay.port, user="hilfe", password="sesame").send(parcel())
        with pytest.raises(Paused, match="530"):
            await sender(relay.port).send(parcel())
        assert len(relay.accepted) == 1


async def test_nobody_listening_is_deferred(sender: Sender) -> None:
    """A relay that is down costs an attempt, nothing else."""
    async with smtp_sink() as sink:
        pass
    with pytest.raises(Deferred, match="cannot be reached"):
        await sender(sink.port).send(parcel())


async def test_starttls_is_required_verified_and_works(sender: Sender, certificate: Certificate) -> None:
    """No plain text where STARTTLS is configured, no connection without a valid certificate."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate.certificate, certificate.key)
    trusted = str(certificate.certificate)
    async with mail_relay({}, starttls=context) as relay:
        good = sender(relay.port, security="starttls", ca_file=trusted)
        await good.send(parcel())
        with pytest.raises(Paused, match="certificate") as raised:
            await sender(relay.port, security="starttls").send(parcel())
        assert raised.value.alarm
        assert len(relay.accepted) == 1
    async with mail_relay({}) as relay:
        with pytest.raises(Paused, match="STARTTLS") as raised:
            await sender(relay.port, security="starttls", ca_file=trusted).send(parcel())
        assert raised.value.alarm
        assert relay.accepted == []
    async with mail_relay({}, tls=context) as relay:
        good = sender(relay.port, security="tls", ca_file=trusted)
        await good.send(parcel())
        assert len(relay.accepted) == 1


async def test_an_international_address_needs_smtputf8(sender: Sender, relay: Relay) -> None:
    """With it the address goes as it is; without it nothing is sent, for good (RFC 6531)."""
    mine = sender(relay.port)
    await mine.send(parcel("jürgen@kunde.example"))
    assert relay.accepted[0].recipients[0].address == "jürgen@kunde.example"
    assert relay.accepted[0].recipients[0].orcpt == ""
    async with scripted(_plain) as port:
        with pytest.raises(Unsendable, match="ASCII"):
            await sender(port).send(parcel("jürgen@kunde.example"))


async def test_a_mail_above_the_announced_size_is_not_even_offered(sender: Sender) -> None:
    """The sink announces 50,000,000 bytes."""
    async with smtp_sink() as sink:
        mine = sender(sink.port)
        with pytest.raises(Unsendable, match="50000000"):
            await mine.send(parcel(payload=b"x" * 50_000_001))
        assert sink.mails == []


@pytest.mark.parametrize(
    "address", ["kim@kunde.example>\r\nRCPT TO:<eve@evil.example", "a b@kunde.example", "kim(x)@kunde.example", "kim"]
)
async def test_an_address_that_would_break_the_command_is_refused(sender: Sender, relay: Relay, address: str) -> None:
    """Nothing but MAIL reaches the relay."""
    mine = sender(relay.port)
    with pytest.raises(Unsendable):
        await mine.send(parcel(address))
    assert relay.accepted == []


async def test_a_quoted_local_part_goes_as_it_is(sender: Sender, relay: Relay) -> None:
    """Some providers have such addresses."""
    await sender(relay.port).send(parcel('"kim..muster"@kunde.example'))
    assert relay.accepted[0].recipients[0].orcpt == 'rfc822;"kim..muster"@kunde.example'


async def test_a_cancelled_send_does_not_leave_its_connection_to_the_next(sender: Sender, relay: Relay) -> None:
    """Else the late reply to one mail would be read as the reply to another."""
    mine = sender(relay.port)
    relay.latency = 3600
    task = asyncio.create_task(mine.send(parcel()))
    await relay.mail_for("kim@kunde.example")
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    relay.latency = 0
    await mine.send(parcel())
    assert relay.connections == 2


async def test_smtp_keeps_no_record(sender: Sender) -> None:
    """An uncertain delivery is decided elsewhere."""
    assert await sender(1).find(parcel()) is None


async def test_probe_says_what_the_relay_thinks(sender: Sender, relay: Relay) -> None:
    """Envelope sender and plus-address accepted or refused, extensions; and no mail goes."""
    mine = sender(relay.port)
    lines = await mine.probe("hilfe+t.x@acme.example", "hilfe+b.x@acme.example")
    assert [line.partition(":")[0] for line in lines] == ["accepted", "accepted", "offered", "offered", "offered"]
    relay.refused = {"hilfe+t.x@acme.example"}
    lines = await mine.probe("hilfe+t.x@acme.example", "hilfe+b.x@acme.example")
    assert "refused: mail to hilfe+t.x@acme.example (550 5.1.1 No such user here)" in lines
    relay.faults["MAIL"] = ["553 5.7.1 Not your address"]
    lines = await mine.probe("hilfe+t.x@acme.example", "hilfe+b.x@acme.example")
    assert lines[0] == "refused: envelope sender hilfe+b.x@acme.example (553 5.7.1 Not your address)"
    assert relay.accepted == []


async def test_compose_builds_our_mail(sender: Sender) -> None:
    """From is our address under the brand's name; the same draft gives the same bytes."""
    draft = Draft(
        kind=Kind.REPLY,
        to=Address(channel=Channel.EMAIL, address="kim@kunde.example", name="Kim Muster"),
        visibility=Visibility.PRIVATE,
        text="Guten Tag",
        token="t1",
        at=NOW,
        subject="Ihr Anschluss [#427-918-355]",
        message_id="<t1@acme.example>",
    )
    mine = sender(1, footer="Acme AG, Musterstadt")
    built = mine.compose(draft)
    assert built == mine.compose(draft)
    assert b"From: Acme <hilfe@acme.example>\r\n" in built
    assert b"Acme AG, Musterstadt" in built
    assert mine.compose(replace(draft, text="Moin")) != built


def test_xtext_escapes_what_rfc_3461_wants() -> None:
    """`+`, `=`, blanks, controls and bytes above ASCII; nothing else."""
    assert xtext("a+b=c d\r\né~!") == "a+2Bb+3Dc+20d+0D+0A+C3+A9~!"


def test_stuffed_ends_lines_by_crlf_only() -> None:
    """Neither a bare LF nor a bare CR can make a final dot (RFC 5321 2.3.8)."""
    assert stuffed(b".a\n.\r.\r\n.b") == b"..a\r\n..\r\n..\r\n..b\r\n.\r\n"


async def _plain(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """A server that knows no extension at all."""
    writer.write(b"220 old.example\r\n")
    while await reader.readline():
        writer.write(b"250 old.example\r\n")


@asynccontextmanager
async def scripted(
    talk: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]],
) -> AsyncIterator[int]:
    """A server that does as it is told; gives its port."""
    talks: list[asyncio.Task[None]] = []

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        talks.append(task)
        try:
            await talk(reader, writer)
        finally:
            writer.close()
            await writer.wait_closed()

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for task in talks:
            task.cancel()
        await asyncio.gather(*talks, return_exceptions=True)

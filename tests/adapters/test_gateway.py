"""The gateway's listener, spoken to by real SMTP: what it takes, from whom, and when it says 250."""

import asyncio
import base64
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

import aiosmtplib
import pytest

from inbox_bot.channels.gateway import Listener, Place
from inbox_bot.channels.gateway_client import Patience
from inbox_bot.errors import Paused, StoreError
from tests.certificate import Certificate, make

OURS = "hilfe+r-good@acme.example"
OTHER = "hilfe+r-other@acme.example"
MAIL = b"From: anna@acme.example\r\nSubject: x\r\n\r\nJa.\r\n"
PLACE = Place(host="127.0.0.1", port=0, hostname="desk.acme.example", max_bytes=100_000)


@dataclass(slots=True)
class Desk:
    """Takes what is handed over, refuses it, or fails."""

    port: int = 0
    answer: bool | Exception = True
    taken: list[tuple[bytes, str, bool]] = field(default_factory=list)
    relayed: list[bool] = field(default_factory=list)

    async def hand_over(self, raw: bytes, to: str, *, vouched: bool, relayed: bool) -> bool:
        """Keep it."""
        if isinstance(self.answer, Exception):
            raise self.answer
        self.taken.append((raw, to, vouched))
        self.relayed.append(relayed)
        return self.answer


@asynccontextmanager
async def listening(place: Place = PLACE) -> AsyncIterator[Desk]:
    """A listener that knows two addresses."""
    desk = Desk()
    listener = Listener(place, {OURS, OTHER}.__contains__, desk.hand_over)
    desk.port = await listener.start()
    try:
        yield desk
    finally:
        await listener.close()


def client(desk: Desk, **options: object) -> aiosmtplib.SMTP:
    """A mail server of the company."""
    return aiosmtplib.SMTP(hostname="127.0.0.1", port=desk.port, start_tls=False, timeout=10, **options)  # type: ignore[arg-type]  # whatever the test wants


def with_certificate(place: Place, made: Certificate) -> Place:
    """The same with STARTTLS."""
    return replace(place, certificate=str(made.certificate), key=str(made.key))


def trusting(made: Certificate) -> ssl.SSLContext:
    """What a client needs to trust it."""
    return ssl.create_default_context(cafile=str(made.certificate))


async def test_takes_what_is_for_a_reply_address() -> None:
    """The bytes as they came, behind a Return-Path; nobody has vouched for them."""
    async with listening() as desk, client(desk) as smtp:
        await smtp.sendmail("anna@acme.example", OURS, MAIL)
    assert desk.taken == [(b"Return-Path: <anna@acme.example>\r\n" + MAIL, OURS, False)]


async def test_null_sender_is_taken() -> None:
    """Bounces and vacation notices come with it, and are to be recorded."""
    async with listening() as desk, client(desk) as smtp:
        await smtp.sendmail("", OURS, MAIL)
    assert desk.taken[0][0].startswith(b"Return-Path: <>\r\nFrom:")


@pytest.mark.parametrize(
    "to", ["hilfe@acme.example", "hilfe+r-bad@acme.example", "x@far.example", '"a b"@acme.example']
)
async def test_other_addresses_do_not_exist(to: str) -> None:
    """One answer to all of them: it is no relay and tells nothing."""
    async with listening() as desk, client(desk) as smtp:
        with pytest.raises(aiosmtplib.SMTPRecipientsRefused) as refused:
            await smtp.sendmail("anna@acme.example", to, MAIL)
    assert (refused.value.recipients[0].code, refused.value.recipients[0].message) == (
        550,
        "5.1.1 no such address here",
    )
    assert not desk.taken


async def test_two_recipients_come_one_by_one() -> None:
    """The second one is put off, so that its copy comes in a transaction of its own."""
    async with listening() as desk, client(desk) as smtp:
        errors, _ = await smtp.sendmail("anna@acme.example", [OURS, OTHER], MAIL)
        assert {to: answer.code for to, answer in errors.items()} == {OTHER: 452}
        await smtp.sendmail("anna@acme.example", [OTHER], MAIL)
    assert [to for _, to, _ in desk.taken] == [OURS, OTHER]


@pytest.mark.parametrize(
    ("answer", "code"), [(False, 550), (StoreError("the database is locked"), 451), (RuntimeError("a bug"), 451)]
)
async def test_250_only_when_it_is_on_record(answer: bool | Exception, code: int) -> None:
    """Refused for good, or to come again: the client keeps the mail, and the next one is taken."""
    async with listening() as desk, client(desk) as smtp:
        desk.answer = answer
        with pytest.raises(aiosmtplib.SMTPDataError) as refused:
            await smtp.sendmail("anna@acme.example", OURS, MAIL)
        assert refused.value.code == code
        assert "database" not in refused.value.message
        desk.answer = True
        await smtp.sendmail("anna@acme.example", OURS, MAIL)
    assert len(desk.taken) == (2 if answer is False else 1)


@pytest.mark.parametrize("declared", [True, False])
async def test_size(declared: bool) -> None:
    """Too large a mail is refused when it is announced, and else at its end."""
    async with listening() as desk, client(desk) as smtp:

        async def too_much() -> None:
            if declared:
                await smtp.sendmail("anna@acme.example", OURS, MAIL + b"x" * 200_000)
            await smtp.mail("anna@acme.example")
            await smtp.rcpt(OURS)
            await smtp.data(MAIL + b"xxxxxxxx\r\n" * 20_000)

        await smtp.ehlo()
        with pytest.raises(aiosmtplib.SMTPResponseException) as refused:
            await too_much()
        assert refused.value.code == 552
        await smtp.rset()
        await smtp.sendmail("anna@acme.example", OURS, MAIL)
    assert [raw for raw, _, _ in desk.taken] == [b"Return-Path: <anna@acme.example>\r\n" + MAIL]


async def conversation(desk: Desk, said: bytes) -> list[str]:
    """Say it all at once; gives the answers' codes until the other side hangs up."""
    reader, writer = await asyncio.open_connection("127.0.0.1", desk.port)
    writer.write(said)
    async with asyncio.timeout(20):
        heard = await reader.read()
    writer.close()
    return [line[:3] for line in heard.decode("ascii", "replace").splitlines() if line[3:4] != "-"]


async def test_pipelining() -> None:
    """A client that does not wait for answers gets them in order, and its mail is taken once."""
    said = (
        b"EHLO mx\r\nMAIL FROM:<a@acme.example>\r\nRCPT TO:<%b>\r\nDATA\r\n" % OURS.encode() + MAIL + b".\r\nQUIT\r\n"
    )
    async with listening() as desk:
        assert await conversation(desk, said) == ["220", "250", "250", "250", "354", "250", "221"]
    assert len(desk.taken) == 1


@pytest.mark.parametrize(
    "said",
    [
        b"\x00\xff\xfe\r\n" * 50 + b"QUIT\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\n\r\nQUIT\r\n",
        b"EHLO x\r\nDATA\r\nRCPT TO:<>\r\nMAIL FROM:\r\nAUTH PLAIN =\r\nSTARTTLS\r\nVRFY root\r\nQUIT\r\n",
        b"EHLO " + b"x" * 5000 + b"\r\nQUIT\r\n",
    ],
    ids=["noise", "http", "out of order", "long"],
)
async def test_garbage(said: bytes) -> None:
    """Whatever is said, nothing is taken, and the next client is served."""
    async with listening() as desk:
        answers = await conversation(desk, said)
        assert answers[0] == "220"
        assert not desk.taken
        async with client(desk) as smtp:
            await smtp.sendmail("anna@acme.example", OURS, MAIL)
        assert len(desk.taken) == 1


@pytest.mark.parametrize("control", [b"\r", b"\n", b"\0", b"\t", b"\x1b", b"\x7f"])
async def test_control_characters_in_the_envelope(control: bytes) -> None:
    """A sender or recipient with one would begin a line of its own in the mail's head: refused."""
    split = control + b"Authentication-Results: mx.acme.example; dmarc=pass" + control + b"X: "
    if control == b"\n":  # ends the command
        split = b"\\\rX: y\\\r"
    said = (
        b'EHLO mx\r\nMAIL FROM:<"a' + split + b'"@far.example>\r\nMAIL FROM:<a@acme.example>\r\n'
        b'RCPT TO:<"' + split + b'"@acme.example>\r\nRCPT TO:<%b>\r\nDATA\r\n' % OURS.encode() + MAIL + b".\r\nQUIT\r\n"
    )
    async with listening() as desk:
        answers = await conversation(desk, said)
    assert answers == ["220", "250", "501", "250", "501", "250", "354", "250", "221"]
    assert [raw for raw, _, _ in desk.taken] == [b"Return-Path: <a@acme.example>\r\n" + MAIL]


@pytest.mark.parametrize(
    ("sender", "path"),
    [
        ('"anna berg"@acme.example', '"anna berg"@acme.example'),
        ("b-x=y+z@acme.example", "b-x=y+z@acme.example"),
        ("änne.berg@straße.example", "änne.berg@straße.example"),
        ("anna", ""),
        ('"a>, <b"@acme.example', ""),
    ],
)
async def test_return_path_is_an_address(sender: str, path: str) -> None:
    """What is none is as if there were no sender."""
    said = b"EHLO mx\r\nMAIL FROM:<%b>\r\nRCPT TO:<%b>\r\nDATA\r\n" % (sender.encode(), OURS.encode())
    async with listening() as desk:
        await conversation(desk, said + MAIL + b".\r\nQUIT\r\n")
    assert [raw for raw, _, _ in desk.taken] == [f"Return-Path: <{path}>\r\n".encode() + MAIL]


async def test_who_guesses_addresses_is_hung_up_on() -> None:
    """Ten unknown recipients, then no more."""
    said = b"EHLO mx\r\nMAIL FROM:<a@acme.example>\r\n" + b"RCPT TO:<hilfe+r-x@acme.example>\r\n" * 20
    async with listening() as desk:
        answers = (await conversation(desk, said))[3:]
    assert answers[:9] == ["550"] * 9
    assert set(answers[9:]) == {"421"}


async def test_so_many_clients_at_a_time() -> None:
    """One more is told to come again; there is room when one has gone."""
    async with listening() as desk:
        others = [await asyncio.open_connection("127.0.0.1", desk.port) for _ in range(50)]
        for reader, _ in others:
            assert (await reader.readline()).startswith(b"220")
        assert await conversation(desk, b"") == ["421"]
        others[0][1].write(b"QUIT\r\n")
        await others[0][0].read()
        async with client(desk) as smtp:
            await smtp.sendmail("anna@acme.example", OURS, MAIL)
        for _, writer in others:
            writer.close()
    assert len(desk.taken) == 1


DATA = b"EHLO mx\r\nMAIL FROM:<a@acme.example>\r\nRCPT TO:<%b>\r\nDATA\r\n" % OURS.encode()


async def answered(reader: asyncio.StreamReader, code: bytes) -> None:
    """Read up to that answer."""
    async with asyncio.timeout(10):
        while not (await reader.readuntil(b"\r\n")).startswith(code):
            continue


async def test_slow_but_steady() -> None:
    """As long as something comes, a mail is waited for, but not for ever; who says nothing is hung up on."""
    desk = Desk()
    patience = Patience(word=0.4, data=1.5, hand_over=10)
    listener = Listener(PLACE, {OURS}.__contains__, desk.hand_over, patience)
    desk.port = await listener.start()

    async def sends(lines: int) -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", desk.port)
        writer.write(DATA)
        await answered(reader, b"354")
        for _ in range(lines):
            writer.write(b"steady progress\r\n")
            await asyncio.sleep(0.1)
        writer.write(b".\r\nQUIT\r\n")
        try:
            with suppress(ConnectionError):
                return await reader.read()
            return b""
        finally:
            writer.close()

    steady, endless, silent = await asyncio.gather(sends(8), sends(25), conversation(desk, DATA))
    assert steady.startswith(b"250 ")
    assert endless == b""
    assert silent[-1] == "354"
    assert [raw.count(b"steady") for raw, _, _ in desk.taken] == [8]
    await listener.close()


async def test_handing_over_may_take_longer_than_a_word() -> None:
    """Clients wait ten minutes for the answer to the dot (RFC 5321 4.5.3.2.6)."""
    desk = Desk()

    async def slowly(raw: bytes, to: str, *, vouched: bool, relayed: bool) -> bool:
        await asyncio.sleep(0.6)
        return await desk.hand_over(raw, to, vouched=vouched, relayed=relayed)

    listener = Listener(PLACE, {OURS}.__contains__, slowly, Patience(word=0.2, data=10, hand_over=10))
    desk.port = await listener.start()
    assert (await conversation(desk, DATA + MAIL + b".\r\n"))[-1] == "250"  # and hangs up for want of a word
    assert len(desk.taken) == 1
    await listener.close()


async def test_closing_hangs_up() -> None:
    """What is being put on record is brought to its end and answered; all others are told to come again."""
    desk, begun, go_on = Desk(), asyncio.Event(), asyncio.Event()

    async def slowly(raw: bytes, to: str, *, vouched: bool, relayed: bool) -> bool:
        begun.set()
        await go_on.wait()
        return await desk.hand_over(raw, to, vouched=vouched, relayed=relayed)

    listener = Listener(PLACE, {OURS}.__contains__, slowly)
    port = await listener.start()
    idle, idle_writer = await asyncio.open_connection("127.0.0.1", port)
    await answered(idle, b"220")
    halfway, halfway_writer = await asyncio.open_connection("127.0.0.1", port)
    halfway_writer.write(DATA + b"Subject: x\r\n")
    await answered(halfway, b"354")
    busy, busy_writer = await asyncio.open_connection("127.0.0.1", port)
    busy_writer.write(DATA + MAIL + b".\r\n" + DATA.partition(b"\n")[2] + MAIL + b".\r\n")
    async with asyncio.timeout(10):
        await begun.wait()
        closing = asyncio.create_task(listener.close())
        assert (await idle.read()).startswith(b"421 ")
        assert (await halfway.read()).startswith(b"421 ")
        assert not closing.done()
        go_on.set()
        await closing
        said = [line[:4] for line in (await busy.read()).splitlines()]
    assert said[-3:] == [b"354 ", b"250 ", b"421 "]
    assert len(desk.taken) == 1
    for writer in (idle_writer, halfway_writer, busy_writer):
        writer.close()


async def test_long_lines() -> None:
    """Longer ones than SMTP allows come from programs that know no better, and arrive whole."""
    long = MAIL + b"x" * 65_536 + b"\r\n"
    async with listening() as desk, client(desk) as smtp:
        await smtp.sendmail("anna@acme.example", OURS, long)
    assert desk.taken[0][0].endswith(long)


async def test_a_client_that_hangs_up_has_handed_over() -> None:
    """Once the mail is complete it goes on record, whether or not anybody hears the 250."""
    async with listening() as desk:
        begun, go_on = asyncio.Event(), asyncio.Event()
        take = desk.hand_over

        async def slowly(raw: bytes, to: str, *, vouched: bool, relayed: bool) -> bool:
            begun.set()
            await go_on.wait()
            return await take(raw, to, vouched=vouched, relayed=relayed)

        listener = Listener(PLACE, {OURS}.__contains__, slowly)
        port = await listener.start()
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        said = b"EHLO mx\r\nMAIL FROM:<a@acme.example>\r\nRCPT TO:<%b>\r\nDATA\r\n" % OURS.encode()
        writer.write(said + MAIL + b".\r\n")
        await begun.wait()
        writer.transport.abort()
        await asyncio.sleep(0)
        go_on.set()
        await listener.close()
        assert len(desk.taken) == 1


async def test_what_stands_before_starttls_is_forgotten(certificate: Certificate) -> None:
    """Commands smuggled in before TLS begins are not run in it (CVE-2024-34083)."""
    async with listening(with_certificate(PLACE, certificate)) as desk:
        reader, writer = await asyncio.open_connection("127.0.0.1", desk.port)
        await reader.readuntil(b"\r\n")
        writer.write(b"EHLO mx\r\n")
        while not (await reader.readuntil(b"\r\n")).startswith(b"250 "):
            continue
        writer.write(b"STARTTLS\r\nMAIL FROM:<x@far.example>\r\n")
        assert (await reader.readuntil(b"\r\n")).startswith(b"220")
        await writer.start_tls(trusting(certificate), server_hostname="localhost")
        writer.write(b"EHLO mx\r\nRCPT TO:<%b>\r\n" % OURS.encode())
        while not (await reader.readuntil(b"\r\n")).startswith(b"250 "):
            continue
        assert (await reader.readuntil(b"\r\n")).startswith(b"503")
        writer.close()


@pytest.mark.parametrize("dot", [b"\n.\n", b"\n.\r\n", b"\r.\r", b"\r\n.\n", b"\r\n.\r"])
async def test_smuggling_is_one_mail(dot: bytes) -> None:
    """A bare line end before or behind a dot ends no mail (CVE-2024-27305)."""
    inner = dot + b"MAIL FROM:<x@far.example>\r\nRCPT TO:<%b>\r\nDATA\r\nX\r\n" % OURS.encode()
    said = b"EHLO mx\r\nMAIL FROM:<a@acme.example>\r\nRCPT TO:<%b>\r\nDATA\r\n" % OURS.encode()
    async with listening() as desk:
        await conversation(desk, said + MAIL + inner + b".\r\nQUIT\r\n")
    assert len(desk.taken) == 1
    assert desk.taken[0][0].endswith(b"X\r\n")


async def test_starttls_and_login(certificate: Certificate) -> None:
    """Who logs in with TLS has vouched; a wrong password has not, and without TLS there is no login."""
    place = with_certificate(replace(PLACE, user="relay", password="Zq-Geheimnis"), certificate)
    async with listening(place) as desk, client(desk) as smtp:
        with pytest.raises(aiosmtplib.SMTPException):
            await smtp.login("relay", "Zq-Geheimnis")
        await smtp.starttls(tls_context=trusting(certificate), server_hostname="localhost")
        with pytest.raises(aiosmtplib.SMTPAuthenticationError):
            await smtp.login("relay", "falsch")
        await smtp.sendmail("anna@acme.example", OURS, MAIL)
        await smtp.login("relay", "Zq-Geheimnis")
        await smtp.sendmail("anna@acme.example", OURS, MAIL)
    assert [vouched for _, _, vouched in desk.taken] == [False, True]


async def test_who_guesses_passwords_is_hung_up_on() -> None:
    """Three wrong ones, then no more: what was sent behind them is not even looked at, the right one neither."""
    wrong, right = base64.b64encode(b"\0relay\0falsch"), base64.b64encode(b"\0relay\0Zq-Geheimnis")
    said = b"EHLO mx\r\n" + b"AUTH PLAIN %b\r\n" % wrong * 2
    async with listening(replace(PLACE, user="relay", password="Zq-Geheimnis")) as desk:
        one_more = said + b"AUTH PLAIN %b\r\n" % wrong + b"AUTH PLAIN %b\r\n" % right + b"NOOP\r\n" * 50
        assert await conversation(desk, one_more) == ["220", "250", "535", "535", "421"]
        assert await conversation(desk, said + b"AUTH PLAIN %b\r\nQUIT\r\n" % right) == [
            *("220", "250", "535", "535", "235", "221")
        ]


async def test_login_on_this_machine_needs_no_tls() -> None:
    """Where no certificate is configured, only this machine can speak to it."""
    async with listening(replace(PLACE, user="relay", password="Zq-Geheimnis")) as desk, client(desk) as smtp:
        await smtp.login("relay", "Zq-Geheimnis")
        await smtp.sendmail("anna@acme.example", OURS, MAIL)
    assert [vouched for _, _, vouched in desk.taken] == [True]


async def test_no_login_is_offered_where_none_is_configured() -> None:
    """An empty user is no user."""
    async with listening() as desk, client(desk) as smtp:
        await smtp.ehlo()
        assert not smtp.supports_extension("auth")
        answer = await smtp.execute_command(b"AUTH", b"PLAIN", b"AAA=")
        assert answer.code >= 500


async def test_required_tls(certificate: Certificate) -> None:
    """Nothing is taken in clear text."""
    async with listening(with_certificate(replace(PLACE, require_tls=True), certificate)) as desk:
        async with client(desk) as smtp:
            with pytest.raises(aiosmtplib.SMTPResponseException) as refused:
                await smtp.sendmail("anna@acme.example", OURS, MAIL)
            assert refused.value.code == 530
        async with client(desk) as smtp:
            await smtp.starttls(tls_context=trusting(certificate), server_hostname="localhost")
            await smtp.sendmail("anna@acme.example", OURS, MAIL)
    assert len(desk.taken) == 1


async def test_client_certificate(certificate: Certificate, tmp_path: Path) -> None:
    """A certificate of the configured authority vouches; none does not, and a foreign one gets no connection."""
    foreign = make(tmp_path)
    place = replace(with_certificate(PLACE, certificate), client_ca=str(certificate.certificate))
    async with listening(place) as desk:
        for shown in (certificate, None):
            context = trusting(certificate)
            if shown is not None:
                context.load_cert_chain(shown.certificate, shown.key)
            async with client(desk) as smtp:
                await smtp.starttls(tls_context=context, server_hostname="localhost")
                await smtp.sendmail("anna@acme.example", OURS, MAIL)
        context = trusting(certificate)
        context.load_cert_chain(foreign.certificate, foreign.key)

        async def shows_a_foreign_one() -> None:
            async with client(desk) as smtp:
                await smtp.starttls(tls_context=context, server_hostname="localhost")
                await smtp.sendmail("anna@acme.example", OURS, MAIL)

        with pytest.raises(aiosmtplib.SMTPException):
            await shows_a_foreign_one()
    assert [vouched for _, _, vouched in desk.taken] == [True, False]


@pytest.mark.parametrize(
    ("relays", "relayed"),
    [
        ((), False),
        (("10.0.0.5", "192.0.2.0/24", "::1"), False),
        (("127.0.0.1",), True),
        (("10.0.0.5", "127.0.0.0/8"), True),
        (("::ffff:127.0.0.1",), True),
    ],
)
async def test_who_is_a_relay(relays: tuple[str, ...], relayed: bool) -> None:
    """By the address that it comes from, and by nothing that it says."""
    async with listening(replace(PLACE, relays=relays)) as desk, client(desk) as smtp:
        await smtp.sendmail("anna@acme.example", OURS, MAIL)
    assert desk.relayed == [relayed]
    assert [vouched for _, _, vouched in desk.taken] == [False]


async def test_lmtp() -> None:
    """A delivery agent hands over as well."""
    said = b"LHLO mx\r\nMAIL FROM:<>\r\nRCPT TO:<%b>\r\nDATA\r\n" % OURS.encode() + MAIL + b".\r\nQUIT\r\n"
    async with listening(replace(PLACE, protocol="lmtp")) as desk:
        assert (await conversation(desk, said))[-5:] == ["250", "250", "354", "250", "221"]
        assert "500" in await conversation(desk, b"EHLO mx\r\nQUIT\r\n")
    assert [to for _, to, _ in desk.taken] == [OURS]


async def test_how_it_stands_with_the_place(tmp_path: Path) -> None:
    """Free, ours, or another program's; a certificate that cannot be read is told of before anybody is turned away."""

    async def another(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mx.other.example ESMTP\r\n")
        writer.close()

    async def stands(port: int, **other: str) -> str:
        return await Listener(replace(PLACE, port=port, **other), lambda _: False, Desk().hand_over).probe()  # type: ignore[arg-type]  # texts only

    async with listening() as desk:
        assert await stands(desk.port) == f"listens at 127.0.0.1:{desk.port}"
    assert await stands(desk.port) == f"127.0.0.1:{desk.port} is free; inbox-bot run listens there"
    with pytest.raises(Paused, match="cannot listen"):
        await stands(desk.port, certificate=str(tmp_path / "none.pem"))
    server = await asyncio.start_server(another, "127.0.0.1", 0)
    async with server:
        with pytest.raises(Paused, match="another program answers"):
            await stands(server.sockets[0].getsockname()[1])

"""The gateway's listener, spoken to by real SMTP: what it takes, and when it says 250."""

import asyncio
from dataclasses import replace
from pathlib import Path

import aiosmtplib
import pytest

from inbox_bot.channels.gateway import Listener
from inbox_bot.errors import Paused, StoreError
from tests.adapters.gateway_desk import (
    MAIL,
    OTHER,
    OURS,
    PLACE,
    Desk,
    client,
    conversation,
    listening,
)


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


async def test_long_lines() -> None:
    """Longer ones than SMTP allows come from programs that know no better, and arrive whole."""
    long = MAIL + b"x" * 65_536 + b"\r\n"
    async with listening() as desk, client(desk) as smtp:
        await smtp.sendmail("anna@acme.example", OURS, long)
    assert desk.taken[0][0].endswith(long)


@pytest.mark.parametrize("dot", [b"\n.\n", b"\n.\r\n", b"\r.\r", b"\r\n.\n", b"\r\n.\r"])
async def test_smuggling_is_one_mail(dot: bytes) -> None:
    """A bare line end before or behind a dot ends no mail (CVE-2024-27305)."""
    inner = dot + b"MAIL FROM:<x@far.example>\r\nRCPT TO:<%b>\r\nDATA\r\nX\r\n" % OURS.encode()
    said = b"EHLO mx\r\nMAIL FROM:<a@acme.example>\r\nRCPT TO:<%b>\r\nDATA\r\n" % OURS.encode()
    async with listening() as desk:
        await conversation(desk, said + MAIL + inner + b".\r\nQUIT\r\n")
    assert len(desk.taken) == 1
    assert desk.taken[0][0].endswith(b"X\r\n")


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

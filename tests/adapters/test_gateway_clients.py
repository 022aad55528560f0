"""Clients of the gateway's listener that are slow, many, guessing, or gone: what it bears, and whom it hangs up on."""

import asyncio
import base64
from contextlib import suppress
from dataclasses import replace

from inbox_bot.channels.gateway import Listener
from inbox_bot.channels.gateway_client import Patience
from tests.adapters.gateway_desk import (
    DATA,
    MAIL,
    OURS,
    PLACE,
    Desk,
    answered,
    client,
    conversation,
    listening,
)


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

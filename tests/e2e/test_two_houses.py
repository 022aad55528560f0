"""Two real houses face each other, over mail and over X: each says two things at most, then both fall silent."""

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import SMTP
from pathlib import Path

import pytest

from inbox_bot.sandbox.x import World, serve
from tests.dovecot import Dovecot
from tests.e2e.house import House, email_inbox, write_config
from tests.e2e.mixed import Person
from tests.e2e.mixed_mail import compose
from tests.e2e.waiting import until
from tests.smtpsink import Sink, smtp_sink

QUIET_SECONDS = 8  # the spacing of one second that is set here would let several more out, if nothing stopped them
HOUSES = ("acme.example", "gegenueber.example")
MACHINE_HEADERS = ("Auto-Submitted", "X-Auto-Response-Suppress", "Precedence", "X-Inbox-Bot", "Feedback-ID")


def road(dovecot: Dovecot, sink: Sink, users: dict[str, str], *, strips: bool) -> Callable[[str], None]:
    """Puts each mail that the sink takes into the mailbox of the house it is for; `strips`: a gateway on the way
    that passes on none of the signs of an automatic mail."""

    def carry(moment: str) -> None:
        if moment != "smtp.dot":
            return
        mail = sink.mails[-1]
        message = message_from_bytes(mail.data, policy=SMTP)
        for name in MACHINE_HEADERS if strips else ():
            del message[name]
        raw = f"Return-Path: <{mail.mail_from}>\r\n".encode() + message.as_bytes()
        for rcpt in mail.rcpts:
            dovecot.append(users[rcpt.rpartition("@")[2].lower()], [raw])

    return carry


def sent_by(sink: Sink) -> dict[str, int]:
    """How many mails each house has sent."""
    froms = [str(message_from_bytes(mail.data, policy=SMTP)["From"]) for mail in sink.mails]
    return {domain: sum(domain in one for one in froms) for domain in HOUSES}


async def settled(count: Callable[[], int]) -> int:
    """The count when nothing more has come for a while."""
    loop = asyncio.get_running_loop()
    seen, since = count(), loop.time()
    async with asyncio.timeout(90):
        while loop.time() - since < QUIET_SECONDS:
            await asyncio.sleep(0.1)
            if count() != seen:
                seen, since = count(), loop.time()
    return seen


async def loops_found(houses: list[House]) -> int:
    """How many of them say in the audit that they suspect a loop."""
    kinds = [{finding["kind"] for finding in (await house.json("audit"))["findings"]} for house in houses]
    return sum("loop_suspected" in one for one in kinds)


@pytest.mark.parametrize("strips", [False, True], ids=["as sent", "signs stripped on the way"])
async def test_two_houses_by_mail(tmp_path: Path, dovecot: Dovecot, strips: bool) -> None:
    """A person of one house writes to the other. With the signs of RFC 3834 one confirmation is all that is ever sent;
    without them, two from each at most, and the audit names the loop."""
    users = {domain: dovecot.new_user() for domain in HOUSES}
    async with smtp_sink() as sink, AsyncExitStack() as stack:
        sink.told = road(dovecot, sink, users, strips=strips)
        houses = []
        for domain in HOUSES:
            folder = tmp_path / domain
            folder.mkdir()
            section = email_inbox(
                "mail", f"hilfe@{domain}", (dovecot.port, users[domain], dovecot.password), sink.port, poll_seconds=1
            )
            houses.append(write_config(folder, more=section))
        for house in houses:
            daemon = await stack.enter_async_context(house.daemon())
            await daemon.until("started")
        writer = Person(name="Hilfe gegenüber", address=f"hilfe@{HOUSES[1]}", handle="")
        now = datetime.now(UTC)  # noqa: TID251  # a test's own edge: the mail must be young
        dovecot.append(users[HOUSES[0]], [compose(writer, "Frage", "Wer beantwortet uns das?\n", now, "Zxeins")])
        await until(lambda: len(sink.mails) >= 1)
        await settled(lambda: len(sink.mails))
        sent = sent_by(sink)
        if not strips:
            assert sent == {HOUSES[0]: 1, HOUSES[1]: 0}
            return
        assert all(1 <= count <= 2 for count in sent.values()), sent
        assert await loops_found(houses) >= 1
        for house in houses:
            assert (await house.json("ledger"))["balanced"] is True
            assert len(await house.json("tickets")) == 1


async def test_two_bots_on_x(tmp_path: Path) -> None:
    """Two accounts, both ours in kind, write each other direct messages: two from each at most, then nothing."""
    worlds = [World(), World()]
    async with AsyncExitStack() as stack:
        houses = []
        for place, world in enumerate(worlds):
            url = await stack.enter_async_context(serve(world))
            world.limits.lift()
            folder = tmp_path / str(place)
            folder.mkdir()
            houses.append(write_config(folder, x=(url, world), poll_seconds=1, hold_seconds=0))
        bots = [world.add_user("bot_gegenueber", "Der andere") for world in worlds]

        async def carry() -> None:
            passed = [0, 0]
            while True:
                for place in (0, 1):
                    said = worlds[place].dms_to(bots[place])
                    for one in said[passed[place] :]:
                        worlds[1 - place].dm(bots[1 - place], one.text)
                    passed[place] = len(said)
                await asyncio.sleep(0.05)

        carrying = asyncio.create_task(carry(), name="what one bot says, the other hears")
        stack.callback(carrying.cancel)
        worlds[0].dm(bots[0], "Wer beantwortet uns das?")
        for house in houses:
            daemon = await stack.enter_async_context(house.daemon())
            await daemon.until("started")

        def counts() -> list[int]:
            return [len(world.dms_to(bot)) for world, bot in zip(worlds, bots, strict=True)]

        await until(lambda: min(counts()) >= 1, 60)
        await settled(lambda: sum(counts()))
        assert max(counts()) <= 2, counts()
        assert await loops_found(houses) >= 1

"""What happens when the line breaks or the daemon is killed while something is under way."""

import signal
from datetime import UTC, datetime
from pathlib import Path

import pytest

from inbox_bot.sandbox.x import World, serve
from tests.dovecot import Dovecot
from tests.e2e.house import write_config
from tests.e2e.mixed import Person
from tests.e2e.mixed_mail import compose
from tests.e2e.seen import NUMBER, Letter
from tests.e2e.stubborn import stubborn_sink
from tests.e2e.waiting import until

ANNA = Person(name="Anna Brügmann", address="anna@post.example", handle="anna")


async def test_killed_before_the_relay_answers(tmp_path: Path, dovecot: Dovecot) -> None:
    """SMTP cannot tell whether a mail without an answer arrived: the same bytes go once more, and then never again."""
    now = datetime.now(UTC)  # noqa: TID251  # a test's own edge: the mail must be young
    user = dovecot.new_user()
    dovecot.append(user, [compose(ANNA, "Störung", "Der Anschluss ist tot.\n", now, "Zxeins")])
    async with stubborn_sink() as sink:
        house = write_config(tmp_path, imap=(dovecot.port, user, dovecot.password), smtp_port=sink.port)
        async with house.daemon() as daemon:
            await until(lambda: len(sink.mails) == 1)
            await daemon.stop(signal.SIGKILL)
        sink.answering.set()
        async with house.daemon() as daemon:
            await until(lambda: len(sink.mails) == 2)
            assert await daemon.stop() == 0
        once = await house.run("run", "--once")
        assert once.status == 0, once.out + once.err
        assert len(sink.mails) == 2
        assert sink.mails[0].data == sink.mails[1].data
        assert sink.mails[0].rcpts == sink.mails[1].rcpts == (ANNA.address,)
        tickets = await house.json("tickets")
        assert [ticket["number"] for ticket in tickets] == [Letter.of(sink.mails[0]).number]
        assert tickets[0]["number_delivered_at"] is not None
        assert (await house.json("ledger"))["balanced"] is True


async def test_drains_what_is_on_the_wire(tmp_path: Path, dovecot: Dovecot) -> None:
    """SIGTERM waits for the answer to a mail that is under way and keeps it: nothing is sent again."""
    now = datetime.now(UTC)  # noqa: TID251  # a test's own edge: the mail must be young
    user = dovecot.new_user()
    dovecot.append(user, [compose(ANNA, "Störung", "Der Anschluss ist tot.\n", now, "Zxeins")])
    async with stubborn_sink() as sink:
        house = write_config(tmp_path, imap=(dovecot.port, user, dovecot.password), smtp_port=sink.port)
        async with house.daemon() as daemon:
            await until(lambda: len(sink.mails) == 1)
            daemon.process.send_signal(signal.SIGTERM)
            sink.answering.set()
            assert await daemon.stop() == 0
        once = await house.run("run", "--once")
        assert once.status == 0, once.out + once.err
        assert len(sink.mails) == 1


@pytest.mark.parametrize("private", [False, True], ids=["post", "direct message"])
async def test_stored_by_x_but_never_confirmed(tmp_path: Path, private: bool) -> None:
    """X keeps what we sent and drops the connection: our own timeline tells, and nothing is said twice."""
    world = World()
    async with serve(world) as url:
        anna = world.add_user("anna_b", "Anna Brügmann")
        if private:
            world.dm(anna, "Der Anschluss ist tot.")
        else:
            world.post(anna, f"@{world.me.handle} Der Anschluss ist tot.")
        world.limits.lift()
        world.fail("dm" if private else "post", "lost")
        house = write_config(tmp_path, x=(url, world), poll_seconds=1, hold_seconds=0)

        def said() -> list[str]:
            ours = world.dms_to(anna) if private else world.replies_to(anna)
            return [one.text for one in ours]

        async with house.daemon() as daemon:
            await until(lambda: len(said()) == 1)
            await daemon.until("outcome=echo")
            assert await daemon.stop() == 0
        once = await house.run("run", "--once")
        assert once.status == 0, once.out + once.err
        assert len(said()) == 1
        tickets = await house.json("tickets")
        assert NUMBER.findall(said()[0]) == [ticket["number"] for ticket in tickets]
        assert tickets[0]["number_delivered_at"] is not None

"""A first run on a mailbox and an X account that are full: nothing of what lay there is answered."""

import signal
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from inbox_bot.sandbox.x import World, serve
from tests.dovecot import Dovecot
from tests.e2e.house import House, write_config
from tests.e2e.mixed import Person
from tests.e2e.mixed_mail import compose
from tests.smtpsink import smtp_sink

DAY = timedelta(days=1)
FULL = 60


def mails(at: datetime, prefix: str, count: int) -> list[bytes]:
    """Mails of so many customers, dated and delivered then."""
    people = [Person(name=f"Kunde {n}", address=f"{prefix}{n}@post.example", handle="") for n in range(count)]
    return [
        compose(person, f"Frage {place}", "Der Anschluss ist tot.\n", at, f"Zx{prefix}{place}")
        for place, person in enumerate(people)
    ]


async def once(house: House) -> int:
    """One run to its end; how many tickets there are then."""
    ran = await house.run("run", "--once")
    assert ran.status in (0, 1), ran.err
    assert (await house.json("ledger"))["balanced"] is True
    return len(await house.json("tickets", "--limit", "1000"))


@pytest.mark.parametrize("start", ["now", "date", "all"])
async def test_a_full_mailbox(tmp_path: Path, dovecot: Dovecot, start: str) -> None:
    """Mails of last week, and of the last hour where the start is now: none is answered, also not by a second run or
    once the time that they would have waited is over; the first that comes then is. With "all" or a date the old ones
    are filed."""
    user = dovecot.new_user()
    now = datetime.now(UTC)  # noqa: TID251  # a test's own edge: some mails must be young
    dovecot.append(user, mails(now - 9 * DAY, "alt", FULL), now - 9 * DAY)
    dovecot.append(user, mails(now - 5 * DAY, "woche", FULL), now - 5 * DAY)
    if start == "now":
        dovecot.append(user, mails(now - DAY / 24, "eben", FULL), now - DAY / 24)
    filed = {"now": 0, "date": FULL, "all": 2 * FULL}[start]
    async with smtp_sink() as sink:
        house = write_config(
            tmp_path,
            imap=(dovecot.port, user, dovecot.password),
            smtp_port=sink.port,
            start=(now - 7 * DAY).date().isoformat() if start == "date" else start,
        )
        for _ in range(2):
            assert await once(house) == filed
            assert sink.mails == []
        dovecot.append(user, mails(now, "neu", 1))
        assert await once(house) == filed + 1
        assert [mail.rcpts for mail in sink.mails] == [("neu0@post.example",)]
        assert await once(house) == filed + 1
        assert len(sink.mails) == 1

        dovecot.forget_uids(user)
        for count in (1, 2):
            assert await once(house) == filed + count
            assert len(sink.mails) == count
            dovecot.append(user, mails(now, f"spaeter{count}", 1))
        outcomes = {line["outcome"]: line["count"] for line in (await house.json("ledger"))["counts"]}
        assert outcomes == {"filed": filed + 2, "duplicate": filed + 1}


@pytest.mark.parametrize("start", ["now", "all"])
async def test_killed_before_the_first_poll_has_ended(tmp_path: Path, dovecot: Dovecot, start: str) -> None:
    """The process dies while it reads for the first time, once and again: nothing of what lay there is answered; what
    comes afterwards is, once."""
    user = dovecot.new_user()
    now = datetime.now(UTC)  # noqa: TID251  # a test's own edge: some mails must be young
    many = 12 * FULL if start == "all" else FULL
    dovecot.append(user, mails(now - 5 * DAY, "woche", many), now - 5 * DAY)
    if start == "now":
        dovecot.append(user, mails(now - DAY / 24, "eben", FULL), now - DAY / 24)
    filed = {"now": 0, "all": many}[start]
    async with smtp_sink() as sink:
        house = write_config(
            tmp_path, imap=(dovecot.port, user, dovecot.password), smtp_port=sink.port, start=start
        )  # fmt: skip
        for words in ("started", "taken") if start == "all" else ("started", "started"):
            async with house.daemon() as daemon:
                await daemon.until(words)
                await daemon.stop(signal.SIGKILL)
        if start == "all":
            assert len(await house.json("tickets", "--limit", "1000")) < many  # it was cut short
        assert await once(house) == filed
        assert sink.mails == []
        dovecot.append(user, mails(now, "neu", 1))
        assert await once(house) == filed + 1
        assert [mail.rcpts for mail in sink.mails] == [("neu0@post.example",)]


@pytest.mark.parametrize("start", ["now", "all"])
async def test_a_full_x_account(tmp_path: Path, start: str) -> None:
    """Mentions and direct messages of last week: with "now" they are not even filed, with "all" filed and not
    answered; what comes then is."""
    back = [5 * 24 * 3600.0 if start == "all" else 3600.0]
    world = World(clock=lambda: time.time() - back[0])
    async with serve(world) as url:
        world.limits.lift()
        for place in range(20):
            person = world.add_user(f"alt{place}", f"Alt {place}")
            if place % 2:
                world.dm(person, "Der Anschluss ist tot.")
            else:
                world.post(person, f"@{world.me.handle} Der Anschluss ist tot.")
        back[0] = 0.0
        house = write_config(tmp_path, x=(url, world), start=start, hold_seconds=0)
        for _ in range(2):
            assert await once(house) == (20 if start == "all" else 0)
            assert [post for post in world.posts.values() if post.author is world.me] == []
            assert [dm for dm in world.dms.values() if dm.sender is world.me] == []
        anna = world.add_user("anna_b", "Anna Brügmann")
        world.dm(anna, "Der Anschluss ist tot.")
        await once(house)
        await once(house)
        assert len(world.dms_to(anna)) == 1
        assert len([dm for dm in world.dms.values() if dm.sender is world.me]) == 1

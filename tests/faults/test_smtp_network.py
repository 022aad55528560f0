"""The line to the relay fails: what comes of eight mails, how often we knock, and what may be there twice."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from inbox_bot.channels.smtp_connection import Patience
from inbox_bot.sandbox.mail import mail_relay
from tests.faults.matrix import Matrix
from tests.faults.post_office import copies, post_office
from tests.faults.proxy import Lost, Proxy, Word, proxy

MANY = 8
BACK = timedelta(minutes=6, seconds=15)  # a relay that is there again is found within this (5 min and a quarter)
SHORT = Patience(connect=0.3, command=0.3, content=30.0)
SHORTER = Patience(connect=5.0, command=5.0, content=1.0)
LOGIN = ("hilfe", "sesame")


def only(**settings: object) -> Callable[[Proxy], None]:
    """The proxy's settings."""

    def set_up(between: Proxy) -> None:
        for name, value in settings.items():
            setattr(between, name, value)

    return set_up


def silence(verb: bytes) -> Callable[[Proxy], None]:
    """The relay never answers this command."""
    return only(interfere=lambda said: Word() if said.upper().startswith(verb) else None)


def hang_up(verb: bytes) -> Callable[[Proxy], None]:
    """The line ends with this command."""
    return only(interfere=lambda said: Word(hang_up=True) if said.upper().startswith(verb) else None)


BEFORE: dict[str, Callable[[Proxy], None]] = {
    "reset in the greeting": only(cut_down=10),
    "reset in the reply to EHLO": only(cut_down=60),
    "reset in a command": only(cut_up=15),
    "noise": only(garbage=True),
    "black hole": only(black_hole=True),
    "half open": only(half_open=True),
    "never answers MAIL": silence(b"MAIL"),
    "never answers RCPT": silence(b"RCPT"),
    "never answers DATA": silence(b"DATA"),
    "cut at EHLO": hang_up(b"EHLO"),
    "cut at AUTH": hang_up(b"AUTH"),
    "cut at MAIL": hang_up(b"MAIL"),
    "cut at RCPT": hang_up(b"RCPT"),
    "cut at DATA": hang_up(b"DATA"),
}
"""Nothing of a mail has passed."""


@pytest.mark.parametrize("fault", BEFORE)
async def test_a_line_that_fails_before_the_mail_costs_nothing(tmp_path: Path, fault: str, matrix: Matrix) -> None:
    """An hour long: few connections, the audit says so, all are kept; afterwards each goes out once."""
    row = matrix("SMTP", fault)
    async with (
        mail_relay({}, login=LOGIN) as relay,
        proxy(relay.port) as between,
        post_office(tmp_path, between.port, patience=SHORT, user=LOGIN[0], password=LOGIN[1]) as office,
    ):
        BEFORE[fault](between)
        await office.write(MANY)
        await office.work(minutes=60)
        asked = between.connections
        assert 8 <= asked <= 25, "neither silence nor a storm"
        assert copies(relay) == {}
        assert await office.states() == {"queued": MANY}
        assert office.box is not None
        assert "SMTP server 127.0.0.1" in office.box.alarm
        assert "\n" not in office.box.alarm
        assert "SMTP server 127.0.0.1" in (await office.kinds())["number_not_delivered"]
        between.heal()
        took = await office.work(hours=1)
        assert took <= BACK
        assert set(copies(relay).values()) == {1}
        assert await office.states() == {"sent": MANY}
        assert await office.kinds() == {}
        row.came(f"{MANY} kept, {asked} connections in an hour, all sent once {took.seconds} s after its end")


async def test_nobody_there(tmp_path: Path, matrix: Matrix) -> None:
    """Connections are refused for an hour."""
    row = matrix("SMTP", "connection refused")
    async with mail_relay({}) as relay, proxy(relay.port) as between, post_office(tmp_path, between.port) as office:
        await between.down()
        await office.write(MANY)
        await office.work(minutes=60)
        tries = sum(delivery.attempts for _, delivery in await office.deliveries())
        assert 8 <= tries <= 40
        assert office.box is not None
        assert "cannot be reached" in office.box.alarm
        await between.up()
        took = await office.work(hours=1)
        assert took <= BACK
        assert set(copies(relay).values()) == {1}
        assert await office.states() == {"sent": MANY}
        row.came(f"{MANY} kept, {tries} tries in an hour, all sent once {took.seconds} s after its end")


async def test_a_mail_that_is_cut_goes_once_more(tmp_path: Path, matrix: Matrix) -> None:
    """The line is reset in the midst of the content: the relay has nothing, which we cannot know; a quarter of an hour
    later the same bytes go again, and arrive once."""
    row = matrix("SMTP", "reset in the mail")
    async with (
        mail_relay({}) as relay,
        proxy(relay.port) as between,
        post_office(tmp_path, between.port) as office,
    ):
        between.cut_up = 1000
        await office.write(MANY)
        await office.work(minutes=5)
        assert await office.states() == {"uncertain": MANY}
        assert "no answer" in (await office.kinds())["delivery_uncertain"]
        assert between.connections <= MANY + 2
        assert copies(relay) == {}
        between.heal()
        await office.work(hours=1)
        assert set(copies(relay).values()) == {1}
        assert await office.states() == {"sent": MANY}
        assert await office.kinds() == {}
        row.came("audit: delivery_uncertain; the same bytes after 15 min, there once")


LOST: dict[str, Lost] = {
    "reset instead of the reply to the mail": "reset",
    "half a reply to the mail": "half",
    "noise instead of the reply to the mail": "noise",
    "half open: no reply to the mail": "silence",
}


@pytest.mark.parametrize("fault", LOST)
async def test_a_reply_that_does_not_come_through_costs_at_most_one_more_copy(
    tmp_path: Path, fault: str, matrix: Matrix
) -> None:
    """The relay has the mail, and we do not know: the same bytes once more after a quarter of an hour, never a third
    time."""
    row = matrix("SMTP", fault)
    async with (
        mail_relay({}) as relay,
        proxy(relay.port) as between,
        post_office(tmp_path, between.port, patience=SHORTER if LOST[fault] == "silence" else Patience()) as office,
    ):
        between.lose_reply_to, between.lost_as = b"\r\n.\r\n", LOST[fault]
        await office.write(MANY)
        await office.work(minutes=10)
        assert await office.states() == {"uncertain": MANY}
        assert "no answer" in (await office.kinds())["delivery_uncertain"]
        assert set(copies(relay).values()) == {1}
        between.heal()
        await office.work(days=2)
        assert set(copies(relay).values()) == {2}
        assert len({one.data for one in relay.accepted}) == MANY
        assert await office.states() == {"sent": MANY}
        row.came("audit: delivery_uncertain; the same bytes once more after 15 min, then done")


async def test_a_slow_line_is_slow_and_nothing_else(tmp_path: Path, matrix: Matrix) -> None:
    """Latency and a narrow band: no failure, no second copy, no further connection."""
    row = matrix("SMTP", "latency and little bandwidth")
    async with mail_relay({}) as relay, proxy(relay.port) as between, post_office(tmp_path, between.port) as office:
        between.latency, between.bandwidth = 0.02, 50_000
        await office.write(MANY)
        await office.work(minutes=1)
        assert set(copies(relay).values()) == {1}
        assert await office.states() == {"sent": MANY}
        assert between.connections <= 4
        row.came(f"{MANY} sent once over {between.connections} connections")

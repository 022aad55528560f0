"""Every reply that a relay can fail with, at every command: what comes of eight mails, and how often we ask."""

from datetime import timedelta
from pathlib import Path

import pytest

from inbox_bot.sandbox.mail import DROP, Verb, mail_relay
from tests.faults.matrix import Matrix
from tests.faults.post_office import PostOffice, copies, post_office

MANY = 8
HOUR = 60.0
BACK = timedelta(minutes=6, seconds=15)  # a relay that is there again is found within this (5 min and a quarter)

NOBODY = [
    ("EHLO", "421 4.3.2 Going down"),
    ("EHLO", "554 5.3.2 No mail here"),
    ("AUTH", "421 4.3.2 Going down"),
    ("AUTH", "454 4.7.0 Temporary authentication failure"),
    ("MAIL", "421 4.3.2 Going down"),
    ("MAIL", "451 4.3.0 Later"),
    ("MAIL", DROP),
    ("RCPT", "421 4.3.2 Going down"),
    ("RCPT", DROP),
    ("DATA", "421 4.3.2 Going down"),
    ("DATA", DROP),
    ("END", "421 4.3.2 Going down"),
]
"""Replies that hold for every mail alike."""

ONE = [
    ("MAIL", "452 4.3.1 Too little room for this size"),
    ("RCPT", "450 4.2.0 Greylisted"),
    ("DATA", "451 4.3.0 Later"),
    ("END", "451 4.3.0 Disk full"),
]
"""Temporary replies about one mail."""

NEVER = [
    ("MAIL", "550 5.7.1 Not your address"),
    ("MAIL", "552 5.3.4 Too big"),
    ("RCPT", "550 5.1.1 Nobody"),
    ("DATA", "554 5.5.1 No valid recipients"),
    ("END", "554 5.7.1 Spam"),
]
"""Permanent replies about one mail."""


def named(case: tuple[str, str]) -> str:
    """For the table."""
    return f"{case[1]} at {case[0]}" if case[1] != DROP else f"hangs up at {case[0]}"


async def all_sent_once(office: PostOffice) -> None:
    """Nobody was forgotten, and the outbox has nothing left."""
    assert await office.states() == {"sent": office.customers}


@pytest.mark.parametrize("case", NOBODY, ids=named)
async def test_a_relay_that_serves_nobody_is_left_alone(tmp_path: Path, case: tuple[Verb, str], matrix: Matrix) -> None:
    """An hour long: few connections, the audit names the relay and its words, the queue is kept; once the relay is
    back all goes out, each mail once."""
    row = matrix("SMTP", named(case))
    verb, fault = case
    async with (
        mail_relay({}, login=("hilfe", "sesame")) as relay,
        post_office(tmp_path, relay.port, user="hilfe", password="sesame") as office,
    ):
        relay.faults[verb] = [fault] * 10_000
        await office.write(MANY)
        await office.work(minutes=HOUR)
        asked = relay.connections
        assert 8 <= asked <= 25, "neither silence nor a storm"
        assert copies(relay) == {}
        assert await office.states() == {"queued": MANY}
        assert office.box is not None
        words = "hung up" if fault == DROP else fault.split(" ", 1)[0]
        if case == ("AUTH", "421 4.3.2 Going down"):
            words = "not connected"  # aiosmtplib tries the next mechanism on what is closed, and tells of that
        assert words in office.box.alarm
        assert "\n" not in office.box.alarm
        relay.faults[verb].clear()
        took = await office.work(hours=1)
        assert took <= BACK
        assert set(copies(relay).values()) == {1}
        assert office.box.alarm == ""
        await all_sent_once(office)
        row.came(f"{MANY} kept, {asked} connections in an hour, all sent once {took.seconds} s after its end")


@pytest.mark.parametrize("case", ONE, ids=named)
async def test_what_is_put_off_alone_does_not_stop_the_others(
    tmp_path: Path, case: tuple[Verb, str], matrix: Matrix
) -> None:
    """Each such mail is tried again at longer and longer intervals, on few connections; the audit says so when it gets
    late; a mail that the relay likes goes out at once."""
    row = matrix("SMTP", named(case))
    verb, fault = case
    async with mail_relay({}) as relay, post_office(tmp_path, relay.port) as office:
        await office.write(MANY)
        relay.faults[verb] = [fault] * (MANY - 1)
        await office.work(seconds=2)
        assert len(copies(relay)) == 1, "the last one was not refused"
        relay.faults[verb] = [fault] * 10_000
        await office.work(minutes=HOUR)
        tries = max(delivery.attempts for _, delivery in await office.deliveries())
        assert 6 <= tries <= 9
        assert relay.connections <= 40
        assert fault in (await office.kinds())["number_not_delivered"]
        relay.faults[verb].clear()
        took = await office.work(hours=2)
        assert took <= timedelta(hours=1), "at most about as long again as it has lasted"
        assert set(copies(relay).values()) == {1}
        await all_sent_once(office)
        assert await office.kinds() == {}
        row.came(f"kept, {tries} tries in an hour, audit: late, all sent once {took.seconds // 60} min after its end")


@pytest.mark.parametrize("case", NEVER, ids=named)
async def test_what_is_refused_for_good_is_told_and_not_repeated(
    tmp_path: Path, case: tuple[Verb, str], matrix: Matrix
) -> None:
    """One try; the audit has the relay's words and the number that did not arrive; the other mails go out."""
    row = matrix("SMTP", named(case))
    verb, fault = case
    async with mail_relay({}) as relay, post_office(tmp_path, relay.port) as office:
        await office.write(MANY)
        relay.faults[verb] = [fault]
        await office.work(hours=5)
        assert await office.states() == {"failed": 1, "sent": MANY - 1}
        found = await office.kinds()
        assert fault in found["delivery_failed"]
        assert fault in found["number_not_delivered"]
        assert len(copies(relay)) == MANY - 1
        assert set(copies(relay).values()) == {1}
        assert relay.connections <= 5
        row.came("failed at once, audit: delivery_failed, number_not_delivered; the others are sent")


async def test_a_refused_login_waits_for_a_person(tmp_path: Path, matrix: Matrix) -> None:
    """535: the queue is kept, the audit says what to correct, and an account is not locked by hammering at it."""
    row = matrix("SMTP", "535 at AUTH")
    async with (
        mail_relay({}, login=("hilfe", "sesame")) as relay,
        post_office(tmp_path, relay.port, user="hilfe", password="sesame") as office,
    ):
        relay.faults["AUTH"] = ["535 5.7.8 Authentication credentials invalid"] * 10_000
        await office.write(MANY)
        await office.work(minutes=HOUR)
        asked = relay.connections
        assert 8 <= asked <= 25
        assert office.box is not None
        assert "correct `user` and `password`" in office.box.alarm
        relay.faults["AUTH"].clear()
        took = await office.work(hours=1)
        assert took <= BACK
        assert set(copies(relay).values()) == {1}
        await all_sent_once(office)
        row.came(
            f"{MANY} kept, {asked} logins in an hour, audit: what to correct; all sent {took.seconds} s after its end"
        )


@pytest.mark.parametrize("fault", ["reply lost after DATA", "reply lost, twice"])
async def test_a_lost_reply_costs_at_most_one_more_copy_of_the_same_bytes(
    tmp_path: Path, fault: str, matrix: Matrix
) -> None:
    """The relay has it or not: the audit says so, a quarter of an hour later the same bytes go once more, never a third
    time."""
    row = matrix("SMTP", fault)
    times = 2 if "twice" in fault else 1
    async with mail_relay({}) as relay, post_office(tmp_path, relay.port) as office:
        await office.write(1)
        relay.faults["END"] = [DROP] * times
        await office.work(minutes=10)
        assert len(relay.accepted) == 1
        assert "no answer" in (await office.kinds())["delivery_uncertain"]
        await office.work(days=3)
        first, second = relay.accepted
        assert first.data == second.data
        states = await office.states()
        assert states == ({"uncertain": 1} if times == 2 else {"sent": 1})
        assert ("delivery_uncertain" in await office.kinds()) is (times == 2)
        row.came(
            "audit: delivery_uncertain; the same bytes once more after 15 min, " + ("then a person", "done")[times == 1]
        )


async def test_one_mail_that_makes_the_relay_hang_up_does_not_keep_the_others(tmp_path: Path, matrix: Matrix) -> None:
    """Whatever it is about it: the others get out between its tries."""
    row = matrix("SMTP", "hangs up at one mail only")
    async with mail_relay({}) as relay, post_office(tmp_path, relay.port) as office:
        await office.write(1)
        relay.faults["DATA"] = [DROP]
        await office.work(seconds=0)
        for _ in range(5):
            await office.write(1)
            await office.work(seconds=30)
            relay.faults["DATA"] = [DROP] if sum(copies(relay).values()) < office.customers else []
        assert set(copies(relay).values()) == {1}
        assert len(copies(relay)) >= office.customers - 1
        row.came("the others are sent between its tries")

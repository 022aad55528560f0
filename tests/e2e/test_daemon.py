"""`inbox-bot run` as its own process: it serves, survives what fails, obeys its service manager, and stands alone."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.dovecot import Dovecot, free_port
from tests.e2e.house import House, email_inbox, write_config
from tests.e2e.mixed import Person
from tests.e2e.mixed_mail import compose
from tests.e2e.seen import Letter, letters_by_person
from tests.e2e.waiting import until
from tests.smtpsink import Sink, smtp_sink

ANNA = Person(name="Anna Brügmann", address="anna@post.example", handle="anna")
BODO = Person(name="Bodo Fährmann", address="bodo@post.example", handle="bodo")

SECONDS = 5  # a mail that arrives while the daemon runs is answered within these


def mail(person: Person, marker: str) -> bytes:
    """A plain mail that has just arrived."""
    now = datetime.now(UTC)  # noqa: TID251  # a test's own edge: the mail must be young
    return compose(person, "Störung", f"Der Anschluss ist tot. {marker}\n", now, marker)


def letters(sink: Sink, person: Person) -> list[Letter]:
    """All that reached somebody."""
    return letters_by_person(sink.mails).get(person.address, [])


@contextmanager
def service_manager(folder: Path) -> Iterator[tuple[socket.socket, dict[str, str]]]:
    """The socket a Type=notify service writes to, and the environment that names it."""
    path = folder / "notify"
    with closing(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)) as manager:
        manager.bind(str(path))
        manager.setblocking(False)
        yield manager, {"NOTIFY_SOCKET": str(path), "WATCHDOG_USEC": "2000000"}


async def hear(manager: socket.socket, word: str, seconds: float = 30) -> None:
    """Wait for a message; others that come before it are passed over."""
    loop = asyncio.get_running_loop()
    async with asyncio.timeout(seconds):
        while (await loop.sock_recv(manager, 4096)).decode() != word:
            pass


async def test_serves_what_arrives_and_drains_at_the_end(tmp_path: Path, dovecot: Dovecot) -> None:
    """A mail that comes in is answered within seconds, an agent's reply goes out, SIGTERM ends all in order."""
    user = dovecot.new_user()
    dovecot.append(user, [mail(ANNA, "Zxeins")])
    with service_manager(tmp_path) as (manager, environment):
        async with smtp_sink() as sink:
            house = write_config(
                tmp_path,
                imap=(dovecot.port, user, dovecot.password),
                smtp_port=sink.port,
                environment=environment,
            )
            async with house.daemon() as daemon:
                await hear(manager, "READY=1")
                await hear(manager, "WATCHDOG=1")
                stopping = asyncio.create_task(hear(manager, "STOPPING=1", 150))  # who does not listen hears no more
                await until(lambda: len(letters(sink, ANNA)) == 1)
                dovecot.append(user, [mail(BODO, "Zxzwei")])
                await until(lambda: len(letters(sink, BODO)) == 1, SECONDS)

                number = letters(sink, BODO)[0].number
                added = await house.run("agent", "add", "rieke", "--initials", "RK", "--address", "rk@acme.example")
                assert added.status == 0, added.err
                await house.run("show", number, "--as", "rieke")
                replied = await house.run("reply", number, "--text", "Wir sehen nach.", "--as", "rieke")
                assert replied.status == 0, replied.err
                await until(lambda: len(letters(sink, BODO)) == 2, SECONDS)
                assert "Wir sehen nach." in letters(sink, BODO)[1].text
                assert letters(sink, BODO)[1].number == number

                assert await daemon.stop() == 0
                await stopping
            assert not [line for line in daemon.err if "Traceback" in line]
            ledger = await house.json("ledger")
            assert ledger["balanced"] is True
            assert [(line["outcome"], line["count"]) for line in ledger["counts"] if line["count"]] == [("filed", 2)]


async def test_a_second_daemon_is_refused(tmp_path: Path, dovecot: Dovecot) -> None:
    """Two daemons on one SQLite file would send everything twice: the second one says so in a line and ends."""
    async with smtp_sink() as sink:
        house = write_config(
            tmp_path, imap=(dovecot.port, dovecot.new_user(), dovecot.password), smtp_port=sink.port
        )  # fmt: skip
        with service_manager(tmp_path) as (manager, environment):
            served = House(folder=house.folder, environment=environment)
            async with served.daemon() as daemon:
                await hear(manager, "READY=1")
                for further in (("run",), ("run", "--once")):
                    second = await house.run(*further)
                    assert second.status == 1
                    assert "another inbox-bot is running" in second.err
                    assert len(second.err.strip().splitlines()) == 1, second.err
                assert await daemon.stop() == 0


async def test_one_failing_inbox_does_not_stop_the_other(tmp_path: Path, dovecot: Dovecot) -> None:
    """Where one mailbox cannot be reached, the other is served, and `audit` names the one that fails."""
    user = dovecot.new_user()
    nobody = free_port()
    async with smtp_sink() as sink:
        broken = email_inbox("broken", "kaputt@acme.example", (nobody, "somebody", "secret"), sink.port)
        house = write_config(
            tmp_path, imap=(dovecot.port, user, dovecot.password), smtp_port=sink.port, more=broken
        )  # fmt: skip
        async with house.daemon() as daemon:
            await daemon.until("intake_failed")
            dovecot.append(user, [mail(ANNA, "Zxdrei")])
            await until(lambda: len(letters(sink, ANNA)) == 1)
            findings = (await house.json("audit"))["findings"]
            assert [finding["kind"] for finding in findings] == ["inbox_failing"]
            assert "broken" in findings[0]["detail"]
            assert await daemon.stop() == 0
        once = await house.run("run", "--once")
        assert once.status == 1
        assert "inbox_failing" in once.out


@pytest.mark.parametrize("roles", [(), ("intake", "outbox", "clock")], ids=["all alike", "by role"])
async def test_postgresql_serves_any_number_of_processes(
    tmp_path: Path, dovecot: Dovecot, postgres_url: str, roles: tuple[str, ...]
) -> None:
    """On PostgreSQL several processes share the work by leases: each mail is answered once, whoever does it."""
    user = dovecot.new_user()
    async with smtp_sink() as sink:
        house = write_config(
            tmp_path, imap=(dovecot.port, user, dovecot.password), smtp_port=sink.port, database=postgres_url,
        )  # fmt: skip
        starts: list[tuple[str, ...]] = [("--role", role) for role in roles] or [()]
        # Two poll, at least: what no lease guards would happen twice.
        async with (
            house.daemon(*starts[0]) as first,
            house.daemon(*starts[0]) as second,
            house.daemon(*starts[-1]) as third,
            house.daemon(*starts[len(starts) // 2]) as fourth,
        ):
            daemons = (first, second, third, fourth)
            for daemon in daemons:
                await daemon.until("started")
            dovecot.append(user, [mail(ANNA, "Zxvier"), mail(BODO, "Zxfuenf")])
            await until(lambda: len(letters(sink, ANNA)) + len(letters(sink, BODO)) >= 2)
            again = mail(ANNA, "Zxsechs")
            dovecot.append(user, [again])
            await until(lambda: len(letters(sink, ANNA)) >= 2)
            for daemon in daemons:
                assert await daemon.stop() == 0
                assert not [line for line in daemon.err if "Traceback" in line], daemon.err
        assert [len(letters(sink, person)) for person in (ANNA, BODO)] == [2, 1]
        assert len({letter.number for letter in letters(sink, ANNA)}) == 1
        assert (await house.json("ledger"))["balanced"] is True
        assert (await house.json("audit"))["findings"] == []

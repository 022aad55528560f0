"""ImapSource against a real Dovecot: how it waits for mail, and what it says when it cannot work."""

import asyncio
import shutil
import tempfile
from contextlib import ExitStack
from pathlib import Path

import pytest

from inbox_bot.errors import Paused
from tests.adapters.imap_box import NOW, Box, Ledger, titles
from tests.certificate import Certificate
from tests.dovecot import own_dovecot, running

# --- waiting


async def test_idle_wakes_when_mail_comes(box: Box, ledger: Ledger) -> None:
    """Long before the poll interval is over; and again after that."""
    source = box.source()
    await ledger.take(source)
    for _ in range(2):
        waiting = asyncio.create_task(source.wait(300))
        await asyncio.sleep(0.05)
        assert not waiting.done()
        new = box.deliver(1)
        async with asyncio.timeout(10):
            await waiting
        assert titles(await ledger.take(source)) == new


async def test_mail_that_came_before_the_wait_is_not_waited_for(box: Box, ledger: Ledger) -> None:
    """Between the search and IDLE: the wait ends at once."""
    source = box.source()
    await ledger.take(source)
    new = box.deliver(1)
    async with asyncio.timeout(10):
        await source.wait(300)
    assert titles(await ledger.take(source)) == new


async def test_wait_ends_in_time_without_news_and_the_connection_goes_on(box: Box, ledger: Ledger) -> None:
    """IDLE is left properly."""
    source = box.source()
    await ledger.take(source)
    async with asyncio.timeout(10):
        await source.wait(0.1)
    new = box.deliver(1)
    assert titles(await ledger.take(source)) == new


async def test_close_ends_a_wait_at_once(box: Box, ledger: Ledger) -> None:
    """Also where no connection was made yet."""
    source = box.source()
    await ledger.take(source)
    for waiter in (source, box.source()):
        waiting = asyncio.create_task(waiter.wait(300))
        await asyncio.sleep(0.05)
        async with asyncio.timeout(5):
            await waiter.close()
            await waiting


async def test_a_cancelled_wait_leaves_a_source_that_works(box: Box, ledger: Ledger) -> None:
    """The connection in IDLE is given up, not reused out of step."""
    source = box.source()
    await ledger.take(source)
    waiting = asyncio.create_task(source.wait(300))
    await asyncio.sleep(0.05)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    new = box.deliver(1)
    assert titles(await ledger.take(source)) == new


# --- what goes wrong


async def test_a_wrong_password_is_an_alarm(box: Box, ledger: Ledger) -> None:
    """The line names server and user and says what to do, not the password."""
    source = box.source(password="falsch")
    with pytest.raises(Paused, match="refused the login of") as raised:
        await ledger.take(source)
    assert raised.value.alarm
    assert box.user in str(raised.value)
    assert "falsch" not in str(raised.value)


async def test_a_missing_folder_is_an_alarm_until_it_is_there(box: Box, ledger: Ledger) -> None:
    """The line names the folder."""
    source = box.source(folder="Beschwerden")
    with pytest.raises(Paused, match="folder 'Beschwerden'") as raised:
        await ledger.take(source)
    assert raised.value.alarm
    box.create("Beschwerden")
    new = box.deliver(1, folder="Beschwerden")
    assert titles(await ledger.take(source)) == new


async def test_nobody_listening_is_no_alarm(box: Box, ledger: Ledger) -> None:
    """Servers restart: the next turn tries again."""
    source = box.source(port=1)
    with pytest.raises(Paused, match="does not work") as raised:
        await ledger.take(source)
    assert not raised.value.alarm
    async with asyncio.timeout(5):
        await source.wait(0.01)


@pytest.mark.slow
async def test_a_restarted_server_loses_nothing(certificate: Certificate, ledger: Ledger) -> None:
    """Gone in the midst of a backlog and of IDLE: Paused meanwhile, then everything that is left, once."""
    home = Path(tempfile.mkdtemp(prefix="dovecot-"))
    with ExitStack() as cleaning, ExitStack() as serving:
        cleaning.callback(shutil.rmtree, home)
        server = serving.enter_context(running(home, certificate))
        box = Box(server)
        subjects = box.deliver(4)
        source = box.source(batch=2)
        ledger.commit(await source.poll(None, ledger.unknown, NOW))
        waiting = asyncio.create_task(source.wait(300))
        await asyncio.sleep(0.05)
        await asyncio.to_thread(serving.close)
        async with asyncio.timeout(10):
            await waiting
        with pytest.raises(Paused) as raised:
            await source.poll(ledger.cursor, ledger.unknown, NOW)
        assert not raised.value.alarm
        serving.enter_context(running(home, certificate, port=server.port))
        assert titles(await ledger.take(source)) == subjects[2:]
        await source.close()


@pytest.mark.parametrize("security", ["tls", "starttls"])
async def test_tls_is_verified(box: Box, ledger: Ledger, security: str) -> None:
    """With the right issuer it works; without it no password goes out and a person is told."""
    new = box.deliver(1)
    port = box.server.tls_port if security == "tls" else box.server.port
    with pytest.raises(Paused, match="certificate") as raised:
        await ledger.take(box.source(port=port, security=security))
    assert raised.value.alarm
    source = box.source(port=port, security=security, ca_file=box.server.ca_file)
    assert titles(await ledger.take(source)) == new
    waiting = asyncio.create_task(source.wait(300))
    await asyncio.sleep(0.05)
    new = box.deliver(1)
    async with asyncio.timeout(10):
        await waiting
    assert titles(await ledger.take(source)) == new


@pytest.mark.slow
async def test_starttls_is_required_where_it_is_configured(certificate: Certificate, ledger: Ledger) -> None:
    """A server that does not offer it gets no login."""
    with own_dovecot(certificate, settings="ssl = no") as server:
        box = Box(server)
        with pytest.raises(Paused, match="STARTTLS") as raised:
            await ledger.take(box.source(security="starttls", ca_file=server.ca_file))
        assert raised.value.alarm


async def test_probe_says_what_it_finds(box: Box) -> None:
    """One line; a missing archive folder is told by `Paused`."""
    box.deliver(2)
    assert await box.source().probe() == "2 messages in INBOX; IDLE, UIDPLUS, MOVE offered"
    with pytest.raises(Paused, match="Erledigt"):
        await box.source(archive_folder="Erledigt").probe()
    box.create("Erledigt")
    assert (await box.source(archive_folder="Erledigt").probe()).endswith("archive folder Erledigt is there")


async def test_people_are_known_by_their_mail(box: Box) -> None:
    """Nobody is asked."""
    assert await box.source().people(["kim@kunde.example"]) == ({}, 0)

"""ImapSource with OAuth 2 against a real Dovecot that asks the provider whether a token is good."""

import asyncio
import contextlib
import logging
from collections.abc import Sequence
from pathlib import Path

import pytest

from inbox_bot.channels.imap import ImapSource
from inbox_bot.errors import Paused
from inbox_bot.flows.access import Keeper
from inbox_bot.model import Incoming
from tests.adapters.access_builders import NOW, provider
from tests.bearer_dovecot import bearer_dovecot
from tests.certificate import Certificate
from tests.dovecot import Dovecot

MECHANISMS = ("xoauth2 oauthbearer", "xoauth2", "oauthbearer")


@pytest.fixture
def store_url(tmp_path: Path) -> str:
    """SQLite alone: what tokens are kept in is tested elsewhere."""
    return f"sqlite:///{tmp_path / 'inbox.db'}"


def source(server: Dovecot, access: Keeper, user: str, **options: object) -> ImapSource:
    """A source that reads this user's mailbox by token."""
    settings: dict[str, object] = {
        "inbox": "mail", "host": server.host, "port": server.port, "security": "none", "user": user, "password": "",
        "access": access, "start": "all",
    } | options  # fmt: skip
    return ImapSource(**settings)  # type: ignore[arg-type]  # named where they matter


def mail(subject: str) -> bytes:
    return f"From: Kim <kim@kunde.example>\r\nSubject: {subject}\r\n\r\nHallo\r\n".encode()


async def every(keys: Sequence[str]) -> set[str]:
    """Nothing is on record."""
    return set(keys)


async def subjects(box: ImapSource) -> list[str]:
    """What a first poll finds."""
    batch = await box.poll(None, every, NOW)
    return [item.subject for item in batch.items if isinstance(item, Incoming)]


@pytest.mark.parametrize("mechanisms", MECHANISMS)
async def test_reads_by_either_mechanism(
    mechanisms: str, tmp_path: Path, store_url: str, certificate: Certificate, caplog: pytest.LogCaptureFixture
) -> None:
    """A first start: the token is fetched, the mailbox is read; no token shows in a log at DEBUG, whoever wrote it."""
    caplog.set_level(logging.DEBUG)
    async with provider() as given, bearer_dovecot(given.server, certificate, tmp_path, mechanisms) as server:
        user = server.new_user()
        given.consent = given.desk.consent(user)
        server.append(user, [mail("eins")])
        box = source(server, given.process(store_url), user)
        assert await subjects(box) == ["eins"]
        assert (await box.probe()).startswith("1 messages in INBOX")
        await box.close()
        assert given.server.calls == 1
        for secret in (*given.desk.access, given.consent, given.desk.secret):
            assert secret not in caplog.text


@pytest.mark.parametrize("mechanisms", MECHANISMS[1:])
async def test_a_token_that_runs_out_or_is_withdrawn_in_mid_run(
    mechanisms: str, tmp_path: Path, store_url: str, certificate: Certificate
) -> None:
    """An open connection lives on; the next one gets a new token, because of its end, then because of a refusal."""
    async with (
        provider(rotates=True) as given,
        bearer_dovecot(given.server, certificate, tmp_path, mechanisms) as server,
    ):
        user = server.new_user()
        given.consent = given.desk.consent(user)
        server.append(user, [mail("eins")])
        box = source(server, given.process(store_url), user)
        assert await subjects(box) == ["eins"]
        given.clock.advance(3600)
        assert await subjects(box) == ["eins"]  # still the same connection
        assert given.server.calls == 1
        await lost(box)
        assert await subjects(box) == ["eins"]
        assert given.server.calls == 2
        given.desk.forget(user)
        await lost(box)
        assert await subjects(box) == ["eins"]
        assert given.server.calls == 3
        await box.close()


async def lost(box: ImapSource) -> None:
    """The connection goes, as it does at a server's restart; the source notices at its next call."""
    box._connection.interrupt()
    with contextlib.suppress(Paused):
        await box.poll(None, every, NOW)


async def test_refused_for_good(tmp_path: Path, store_url: str, certificate: Certificate) -> None:
    """A token of another user: one new token is tried, then there is an alarm with what to do; then consent is gone."""
    async with provider() as given, bearer_dovecot(given.server, certificate, tmp_path) as server:
        user = server.new_user()
        given.consent = given.desk.consent("somebody")
        box = source(server, given.process(store_url), user)
        with pytest.raises(Paused, match=r"refused the access token.*OAUTHBEARER.*correct `user`") as caught:
            await box.poll(None, every, NOW)
        assert caught.value.alarm
        assert "\n" not in str(caught.value)
        assert given.server.calls == 2
        given.desk.withdraw("somebody")
        given.clock.advance(3600)
        with pytest.raises(Paused, match="authorise again") as caught:
            await box.poll(None, every, NOW)
        assert caught.value.alarm
        await box.close()


async def test_a_server_without_either_is_said(dovecot: Dovecot, store_url: str) -> None:
    """It only takes passwords: one line says so, and the token is not sent."""
    async with provider() as given:
        box = source(dovecot, given.process(store_url), dovecot.new_user())
        with pytest.raises(Paused, match="offers neither OAUTHBEARER nor XOAUTH2; give a `password`") as caught:
            await box.poll(None, every, NOW)
        assert caught.value.alarm
        await box.close()


async def test_a_token_server_that_hangs_does_not_hold_up_the_end(dovecot: Dovecot, store_url: str) -> None:
    """`close` while the token is being asked for: the source ends at once, the keeper with the call's time-out."""
    async with provider() as given:
        given.server.faults = ["slow"]
        keeper = given.process(store_url, seconds=1)
        box = source(dovecot, keeper, dovecot.new_user())
        polling = asyncio.create_task(box.poll(None, every, NOW))
        async with asyncio.timeout(5):
            while given.server.calls == 0:  # noqa: ASYNC110  # another task's doing
                await asyncio.sleep(0.01)
            await box.close()
            with pytest.raises(Paused, match="cannot be reached"):
                await polling
            await keeper.close()

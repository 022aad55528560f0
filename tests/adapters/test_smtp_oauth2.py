"""SmtpSender with OAuth 2 against aiosmtpd: either mechanism, new tokens in mid-run, refusals, nothing shown."""

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from inbox_bot.channels.smtp import SmtpSender
from inbox_bot.errors import Deferred, Paused
from tests.adapters.access_builders import USER, Provider, provider
from tests.adapters.test_smtp import parcel
from tests.bearer_relay import BearerRelay, bearer_relay


@pytest.fixture
def store_url(tmp_path: Path) -> str:
    """SQLite alone: what tokens are kept in is tested elsewhere."""
    return f"sqlite:///{tmp_path / 'inbox.db'}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A sender, its relay and its provider."""

    sender: SmtpSender
    relay: BearerRelay
    provider: Provider


@asynccontextmanager
async def post(
    store_url: str, offers: Sequence[str] = ("XOAUTH2", "OAUTHBEARER"), user: str = USER, *, rotates: bool = False
) -> AsyncIterator[Post]:
    """All three as long as the block lasts."""
    async with provider(rotates=rotates) as given, bearer_relay(given.desk.user_of, offers) as relay:
        if user != USER:
            given.consent = given.desk.consent(user)
        sender = SmtpSender(
            inbox="mail",
            address="hilfe@acme.example",
            name="Acme",
            host="127.0.0.1",
            port=relay.port,
            security="none",
            user=user,
            password="",
            access=given.process(store_url),
        )
        yield Post(sender=sender, relay=relay, provider=given)
        await sender.close()


@pytest.mark.parametrize(
    ("offers", "used"),
    [
        (("XOAUTH2", "OAUTHBEARER", "PLAIN"), "OAUTHBEARER"),
        (("XOAUTH2", "LOGIN"), "XOAUTH2"),
        (("OAUTHBEARER",), "OAUTHBEARER"),
    ],
)
@pytest.mark.parametrize("user", [USER, "hilfe,eins=zwei@acme.example"])
async def test_submits_by_what_is_offered(
    offers: tuple[str, ...], used: str, user: str, store_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    """OAUTHBEARER before XOAUTH2, for any user name; no token shows in a log at DEBUG, whoever wrote it."""
    caplog.set_level(logging.DEBUG, "inbox_bot")
    caplog.set_level(logging.DEBUG, "aiosmtplib")
    async with post(store_url, offers, user) as mine:
        await mine.sender.send(parcel())
        assert mine.relay.mechanisms == [used]
        assert len(mine.relay.mails) == 1
        for secret in (*mine.provider.desk.access, mine.provider.consent, mine.provider.desk.secret):
            assert secret not in caplog.text + repr(mine.sender) + repr(mine.sender._relay)


@pytest.mark.parametrize(("offers", "last"), [(("XOAUTH2",), b""), (("OAUTHBEARER",), b"AQ==")])
async def test_a_refused_token_is_renewed_once(offers: tuple[str, ...], last: bytes, store_url: str) -> None:
    """Withdrawn in mid-run: the challenge gets its last answer, a new token goes through, nothing is sent twice."""
    async with post(store_url, offers, rotates=True) as mine:
        await mine.sender.send(parcel())
        mine.provider.desk.forget(USER)
        await mine.sender.send(parcel(token="t2"))  # the connection is logged in
        assert len(mine.relay.mechanisms) == 1
        await mine.sender.close()
        await mine.sender.send(parcel(token="t3"))
        assert len(mine.relay.mechanisms) == 3
        assert mine.relay.answers == [last]
        assert len(mine.relay.mails) == 3
        assert mine.provider.server.calls == 2


async def test_several_connections_renew_once(store_url: str) -> None:
    """Four mails at once on four connections, all refused at the same time: one new token for all."""
    async with post(store_url, rotates=True) as mine:
        await mine.sender.send(parcel())
        await mine.sender.close()
        mine.provider.desk.forget(USER)
        await asyncio.gather(*(mine.sender.send(parcel(token=f"t{number}")) for number in range(4)))
        assert len(mine.relay.mails) == 5
        assert mine.provider.server.calls == 2


async def test_refused_for_good_and_withdrawn(store_url: str) -> None:
    """Two tokens are enough to see that it is not the token's age: an alarm, nothing sent; then the consent is gone."""
    async with post(store_url) as mine:
        mine.provider.consent = mine.provider.desk.consent("other")
        mine.sender._relay.access.configured = mine.provider.consent  # type: ignore[union-attr]  # it is a keeper
        with pytest.raises(Paused, match=r"refused the access token.*535 5.7.8.*correct `user`") as caught:
            await mine.sender.send(parcel())
        assert caught.value.alarm
        assert mine.provider.server.calls == 2
        mine.provider.desk.withdraw("other")
        mine.provider.clock.advance(3600)
        with pytest.raises(Paused, match="authorise again") as caught:
            await mine.sender.send(parcel())
        assert caught.value.alarm
        assert not mine.relay.mails


async def test_a_busy_relay_is_no_refusal(store_url: str) -> None:
    """454 is about its own trouble (RFC 4954 6): the mail waits, the token stays."""
    async with post(store_url) as mine:
        mine.relay.busy = 1
        with pytest.raises(Deferred, match="454"):
            await mine.sender.send(parcel())
        await mine.sender.send(parcel())
        assert mine.provider.server.calls == 1


async def test_a_relay_without_either_is_said(store_url: str) -> None:
    """It only takes passwords: one line says so, and no token is sent."""
    async with post(store_url, ("PLAIN", "LOGIN")) as mine:
        with pytest.raises(Paused, match="offers neither OAUTHBEARER nor XOAUTH2; give a `password`") as caught:
            await mine.sender.send(parcel())
        assert caught.value.alarm
        assert not mine.relay.mechanisms


async def test_a_token_server_that_is_down_is_no_alarm(store_url: str) -> None:
    """The mail certainly was not sent; it waits until tokens can be had again."""
    async with post(store_url) as mine:
        mine.provider.server.faults = ["drop"]
        with pytest.raises(Paused, match="cannot be reached") as caught:
            await mine.sender.send(parcel())
        assert not caught.value.alarm
        assert caught.value.until is not None
        mine.provider.clock.advance(60)
        await mine.sender.send(parcel())
        assert len(mine.relay.mails) == 1

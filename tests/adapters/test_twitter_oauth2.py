"""The X account by OAuth 2 against the sandbox: rotating refresh tokens, one renewal for all that is under way."""

import asyncio
import logging
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from inbox_bot.channels.issuer import TokenServer
from inbox_bot.channels.twitter import Account
from inbox_bot.config.sealing import Sealer
from inbox_bot.errors import Paused
from inbox_bot.flows.access import Keeper
from inbox_bot.sandbox.x import Keys, World, serve
from inbox_bot.store.database import Database, open_store
from tests.adapters.x_builders import Scene, draft, open_at, parcel, world_at

_NO_KEYS = Keys(consumer_key="", consumer_secret="", access_token="", access_token_secret="")


@dataclass(slots=True, kw_only=True)
class Platform:
    """The sandbox's X over HTTP, the app's one consent, and the processes that use it."""

    world: World
    url: str
    store_url: str
    consent: str
    stores: list[Database] = field(default_factory=list)
    accounts: list[Account] = field(default_factory=list)

    def process(self) -> Scene:
        """An account as a process of its own has it."""
        desk = self.world.tokens
        self.stores.append(open_store(self.store_url))
        keeper = Keeper(
            inbox="x",
            purpose="x",
            configured=self.consent,
            store=self.stores[-1],
            issuer=TokenServer(
                url=f"{self.url}/2/oauth2/token",
                client_id=desk.client_id,
                client_secret=desk.secret,
                now=self.world.now,
                basic=True,
            ),
            seal=Sealer(lambda: (bytes(32),)),
            worker=secrets.token_hex(8),
            now=self.world.now,
            bits=secrets.randbits,
        )
        self.accounts.append(open_at(self.url, _NO_KEYS, self.world.seconds, access=keeper))
        return Scene(self.accounts[-1], self.world.now)


@asynccontextmanager
async def platform(store_url: str) -> AsyncIterator[Platform]:
    """An X as long as the block lasts."""
    world = world_at()
    async with serve(world) as url:
        running = Platform(world=world, url=url, store_url=store_url, consent=world.tokens.consent("acme_hilft"))
        try:
            yield running
        finally:
            for account in running.accounts:
                await account.close()
            for store in running.stores:
                await store.close()


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """Where what tokens are kept in does not matter."""
    return f"sqlite:///{tmp_path / 'inbox.db'}"


async def test_every_call_goes_by_token(sqlite_url: str, caplog: pytest.LogCaptureFixture) -> None:
    """Reads, posts, DMs and the look at our own record, over two token lives; who we are is asked, not guessed."""
    caplog.set_level(logging.DEBUG)
    async with platform(sqlite_url) as given:
        world, x = given.world, given.process()
        kim = world.add_user("kim")
        post = world.post(kim, "@acme_hilft hallo")
        world.dm(kim, "geheim")
        assert await x.texts(x.mentions) == ["@acme_hilft hallo"]
        assert await x.texts(x.dms) == ["geheim"]
        assert [call.endpoint for call in world.calls].count("me") == 1
        world.advance(7200)
        for wanted in (draft(kim, "Guten Tag", answers=post), draft(kim, "Guten Tag", dm=True)):
            payload = x.account.sender.compose(wanted)
            at = world.now()
            sent = await x.account.sender.send(parcel(wanted, payload, at))
            world.advance(61)
            found = await x.account.sender.find(parcel(wanted, payload, at))
            assert found is not None
            assert found.external_id == sent.external_id
        assert (await x.account.probe())[0].startswith("X knows us as @acme_hilft")
        assert {call.status for call in world.calls} <= {200, 201}
        assert len(world.tokens.used) == 2
        shown = [*world.tokens.access, *world.tokens.refresh, *world.tokens.used, world.tokens.secret]
        said = caplog.text + repr(x.account)
        assert not [secret for secret in shown if secret in said]


async def test_processes_rotate_together(store_url: str) -> None:
    """Two processes, all their streams at once, five token lives: no refresh token is shown twice, none is refused."""
    async with platform(store_url) as given:
        world = given.world
        kim = world.add_user("kim")
        first, second = given.process(), given.process()
        for turn in range(5):
            world.post(kim, f"@acme_hilft Nummer {turn}")
            streams = [(one, source) for one in (first, second) for source in one.account.sources]
            await asyncio.gather(*(one.poll(source) for one, source in streams))
            world.advance(7200)
        assert len(world.tokens.used) == 5
        assert len(set(world.tokens.used)) == 5
        assert {call.status for call in world.calls} == {200}


async def test_a_refused_token_is_renewed_once_for_all_calls(store_url: str) -> None:
    """X forgets our access token in mid-run: a post is not lost and not doubled, one renewal serves every process."""
    async with platform(store_url) as given:
        world = given.world
        kim = world.add_user("kim")
        first, second = given.process(), given.process()
        await first.account.client.me()
        await second.account.client.me()
        world.tokens.forget("acme_hilft")
        wanted = draft(kim, "Guten Tag", answers=world.post(kim, "@acme_hilft hallo"))
        payload = first.account.sender.compose(wanted)
        await asyncio.gather(
            first.account.sender.send(parcel(wanted, payload, world.now())),
            *(one.poll(source) for one in (first, second) for source in one.account.sources),
        )
        assert len(world.tokens.used) == 2
        assert [post.text for post in world.posts.values() if post.author is world.me] == ["@kim Guten Tag"]


async def test_a_new_token_that_is_refused_too_is_an_alarm(sqlite_url: str) -> None:
    """It is not the token's age then: one renewal, then nothing is asked for a while."""
    async with platform(sqlite_url) as given:
        world, x = given.world, given.process()
        world.fail("me", "unauthorized", times=2)
        with pytest.raises(Paused, match=r"also a new access token \(401\)") as caught:
            await x.account.client.me()
        assert caught.value.alarm
        assert len(world.tokens.used) == 2
        with pytest.raises(Paused):
            await x.account.client.me()
        assert len(world.tokens.used) == 2


async def test_withdrawn_at_x_is_an_alarm_on_every_call(sqlite_url: str) -> None:
    """X's own words for it are an invalid request; reading and writing say what to do, and nothing was sent."""
    async with platform(sqlite_url) as given:
        world, x = given.world, given.process()
        kim = world.add_user("kim")
        await x.account.client.me()
        world.tokens.withdraw("acme_hilft")
        wanted = draft(kim, "Guten Tag", dm=True)
        payload = x.account.sender.compose(wanted)
        with pytest.raises(Paused, match=r"invalid_request.*authorise again") as caught:
            await x.poll(x.mentions)
        assert caught.value.alarm
        with pytest.raises(Paused, match=r"invalid_request.*authorise again") as caught:
            await x.account.sender.send(parcel(wanted, payload, world.now()))
        assert caught.value.alarm
        assert not world.dms


async def test_an_answer_lost_on_the_way_is_what_no_care_can_mend(sqlite_url: str) -> None:
    """X has rotated and we never heard: first no alarm, then, the old token being dead, one that says what to do."""
    async with platform(sqlite_url) as given:
        world, x = given.world, given.process()
        world.fail("token", "lost")
        with pytest.raises(Paused, match="cannot be reached") as caught:
            await x.account.client.me()
        assert not caught.value.alarm
        world.advance(60)
        with pytest.raises(Paused, match="authorise again") as caught:
            await x.account.client.me()
        assert caught.value.alarm
        given.consent = world.tokens.consent("acme_hilft")
        assert (await given.process().account.client.me()).handle == "acme_hilft"


@pytest.mark.parametrize("kind", ["html", "empty", "html200", "drop", "limited", "late"])
async def test_a_token_endpoint_in_trouble_pauses_without_alarm(kind: str, sqlite_url: str) -> None:
    """Whatever it is, the stream waits and then goes on by itself."""
    async with platform(sqlite_url) as given:
        world, x = given.world, given.process()
        world.fail("token", kind, seconds=0.2)
        if kind != "late":
            with pytest.raises(Paused) as caught:
                await x.account.client.me()
            assert not caught.value.alarm
            assert not [call for call in world.calls if call.endpoint == "me"]
            world.advance(400)
        assert (await x.account.client.me()).handle == "acme_hilft"

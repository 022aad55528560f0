"""Tokens over the real store and a token server: who renews, who reads, what survives what."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import select, text

from inbox_bot.errors import Paused
from inbox_bot.grants import Granted, Issuer
from inbox_bot.store.database import open_store
from inbox_bot.store.schema import credentials, leases
from tests.adapters.access_builders import USER, provider
from tests.e2e.waiting import until


async def test_one_token_serves_until_shortly_before_its_end(store_url: str) -> None:
    """Asked for once, then taken from memory, by a later process from the store; renewed a minute early."""
    async with provider() as given:
        mine = given.process(store_url)
        first = await mine.token()
        assert given.desk.user_of(first) == USER
        given.clock.advance(3500)
        assert await mine.token() == first
        assert await given.process(store_url).token() == first
        assert given.server.calls == 1
        given.clock.advance(45)
        assert await mine.token() != first
        assert given.server.calls == 2


@pytest.mark.parametrize("rotates", [True, False])
async def test_two_processes_renew_once(store_url: str, rotates: bool) -> None:
    """However many ask at the same time, each refresh token is shown once, and all get the same access token."""
    async with provider(rotates=rotates) as given:
        first, second, third = (given.process(store_url) for _ in range(3))
        for turn in range(4):
            found = await asyncio.gather(*(one.token() for one in (first, second, third, first, second, third)))
            assert len(set(found)) == 1, turn
            assert given.server.calls == turn + 1
            given.clock.advance(3600)
        if rotates:
            assert len(set(given.desk.used)) == 4


async def test_a_refused_token_is_renewed_once_for_all(store_url: str) -> None:
    """A peer that refuses a token makes one process renew; whoever was refused the same one gets the new one."""
    async with provider(rotates=True) as given:
        first, second = given.process(store_url), given.process(store_url)
        old = await first.token()
        assert await second.token() == old
        given.desk.forget(USER)
        new = await asyncio.gather(*(one.token(refused=old) for one in (first, second, first, second)))
        assert len(set(new)) == 1
        assert new[0] != old
        assert given.server.calls == 2
        assert await first.token(refused=old) == new[0]
        assert given.server.calls == 2


async def test_a_restart_goes_on_with_what_was_kept(store_url: str) -> None:
    """X's way: the configured refresh token is dead after its first use; the store has the newest."""
    async with provider(rotates=True) as given:
        for _ in range(3):
            fresh = given.process(store_url)
            assert given.desk.user_of(await fresh.token()) == USER
            await fresh.close()
            given.clock.advance(3600)
        assert given.desk.used[0] == given.consent
        assert len(set(given.desk.used)) == 3


async def test_a_new_refresh_token_in_the_configuration_wins(store_url: str) -> None:
    """Also while the kept one still serves: the operator has authorised again, perhaps for another account."""
    async with provider(rotates=True) as given:
        await given.process(store_url).token()
        other = given.desk.consent("other")
        after = given.process(store_url, configured=other)
        assert given.desk.user_of(await after.token()) == "other"
        given.clock.advance(3600)
        assert given.desk.user_of(await given.process(store_url, configured=other).token()) == "other"
        assert given.desk.used.count(other) == 1


@pytest.mark.parametrize("x_words", [True, False])
async def test_a_withdrawn_consent_is_an_alarm_that_says_what_to_do(store_url: str, x_words: bool) -> None:
    """In both ways in which providers say it; the token server is not asked again at each poll."""
    async with provider(x_words=x_words) as given:
        mine = given.process(store_url)
        await mine.token()
        given.desk.withdraw(USER)
        given.clock.advance(3600)
        for _ in range(3):
            with pytest.raises(Paused, match="authorise again and set the new `oauth2_refresh_token`") as caught:
                await mine.token()
            assert caught.value.alarm
            assert caught.value.until is not None
        assert given.server.calls == 2
        given.consent = given.desk.consent(USER)
        assert given.desk.user_of(await given.process(store_url).token()) == USER


async def test_a_consent_withdrawn_before_the_token_has_run_out(store_url: str) -> None:
    """The peer refuses the token that by its age would still serve: it is not handed out again."""
    async with provider(rotates=True) as given:
        mine = given.process(store_url)
        old = await mine.token()
        given.desk.withdraw(USER)
        for _ in range(2):
            with pytest.raises(Paused, match="authorise again"):
                await mine.token(refused=old)


async def test_a_token_server_that_is_down_is_no_alarm_and_no_storm(store_url: str) -> None:
    """Longer and longer between two tries, up to minutes; it goes on by itself once it works again."""
    async with provider() as given:
        mine = given.process(store_url)
        given.server.faults = ["500"] * 9
        waits = []
        for _ in range(9):
            with pytest.raises(Paused) as caught:
                await mine.token()
            assert not caught.value.alarm
            assert caught.value.until is not None
            waits.append((caught.value.until - given.clock.now()).total_seconds())
            with pytest.raises(Paused):
                await mine.token()
            given.clock.advance(waits[-1] + 1)
        assert given.server.calls == 9
        assert 5 <= waits[0] < 10
        assert 300 <= waits[-1] <= 375
        assert given.desk.user_of(await mine.token()) == USER
        given.server.faults = ["500"]
        given.clock.advance(3600)
        with pytest.raises(Paused) as caught:
            await mine.token()
        assert caught.value.until is not None
        assert (caught.value.until - given.clock.now()).total_seconds() < 10  # the back-off began anew


async def test_what_the_token_server_wishes_is_obeyed(store_url: str) -> None:
    """Retry-After is longer than our own first wait."""
    async with provider() as given:
        given.server.faults = ["limited"]
        with pytest.raises(Paused) as caught:
            await given.process(store_url).token()
        assert caught.value.until is not None
        assert (caught.value.until - given.clock.now()).total_seconds() == 120
        assert not caught.value.alarm


async def test_a_cancelled_caller_does_not_lose_the_tokens(store_url: str) -> None:
    """Whoever waits may be stopped at any moment; what is granted is put down all the same."""
    async with provider(rotates=True) as given:
        mine = given.process(store_url)
        given.server.faults = ["held"]
        asking = asyncio.create_task(mine.token())
        await until(lambda: given.server.calls == 1)
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
        closing = asyncio.create_task(mine.close())
        given.server.release.set()
        await closing
        assert given.desk.user_of(await given.process(store_url).token()) == USER
        assert given.server.calls == 1


async def test_a_database_that_fails_does_not_lose_the_tokens(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """While it cannot be written, this process works on with what it got, and puts it down as soon as it can."""
    url = f"sqlite:///{tmp_path / 'inbox.db'}"
    async with provider(rotates=True) as given:
        mine = given.process(url)
        await mine.token()
        given.clock.advance(3600)
        store = given.opened[0]
        async with store.writer.begin() as connection:
            pages = (await connection.execute(text("PRAGMA page_count"))).scalar_one()
            await connection.execute(text(f"PRAGMA max_page_count = {pages + 8}"))
            await connection.execute(text("CREATE TABLE ballast (x)"))
            await connection.execute(text(
                "CREATE TRIGGER full BEFORE UPDATE ON credentials BEGIN"
                " INSERT INTO ballast VALUES (zeroblob(1000000)); END"
            ))  # fmt: skip
        with caplog.at_level(logging.WARNING):
            second = await mine.token()
        assert "tokens_unsaved" in caplog.text
        assert given.desk.user_of(second) == USER
        assert await mine.token() == second
        assert given.server.calls == 2
        async with store.writer.begin() as connection:
            await connection.execute(text("DROP TRIGGER full"))
        await mine.close()
        assert await given.process(url).token() == second
        assert given.server.calls == 2


async def test_a_dead_holder_of_the_lease_stops_nobody_for_long(store_url: str) -> None:
    """Killed while it renewed: whoever comes next waits for the lease to run out, and no longer."""
    async with provider() as given:
        mine = given.process(store_url)
        async with given.opened[0].write() as tx:
            dead = given.clock.now()
            given.clock.advance(5)
            assert await tx.take_lease("tokens:inbox/imap", "dead", given.clock.now(), dead)
            given.clock.advance(-0.3)
        asking = asyncio.create_task(mine.token())
        async with asyncio.timeout(10):
            while not asking.done():
                await asyncio.sleep(0.01)
                given.clock.advance(0.01)
        assert given.desk.user_of(await asking) == USER
        async with given.opened[0].reader.connect() as connection:
            left = (await connection.execute(select(leases.c.until))).scalar()
        assert left is not None
        assert left <= given.clock.now()  # given back at once


@dataclass(slots=True)
class HeldUp:
    """A token server's client in a process that stands still just before it asks, for longer than its lease."""

    real: Issuer
    meanwhile: Callable[[], Awaitable[object]]

    async def renew(self, refresh: str) -> Granted:
        """Ask too late."""
        await self.meanwhile()
        return await self.real.renew(refresh)


async def test_a_renewal_that_comes_too_late_reads_what_the_other_got(store_url: str) -> None:
    """It shows a refresh token that another process has used meanwhile; it takes the other's tokens, without alarm."""
    async with provider(rotates=True) as given:
        slow, quick = given.process(store_url), given.process(store_url)
        await slow.token()
        given.clock.advance(3600)

        async def meanwhile() -> None:
            given.clock.advance(31)
            await quick.token()

        slow.issuer = HeldUp(slow.issuer, meanwhile)
        assert await slow.token() == await quick.token()
        assert given.server.calls == 3
        assert given.desk.user_of(await quick.token()) == USER


async def test_another_key_file_is_said_and_does_not_stop_a_lasting_refresh_token(
    store_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    """What no key opens counts as nothing: the configured refresh token is tried. An added key changes nothing."""
    async with provider() as given:
        first = await given.process(store_url).token()
        given.keys = (bytes([1]) * 32, bytes(32))
        assert await given.process(store_url).token() == first
        given.keys = (bytes([2]) * 32,)
        assert await given.process(store_url).token() != first
        assert "tokens_unreadable" in caplog.text


async def test_nothing_shows(store_url: str, caplog: pytest.LogCaptureFixture) -> None:
    """No token and no secret in the database, a log line at DEBUG, a repr or an error, whatever fails."""
    caplog.set_level(logging.DEBUG)
    async with provider(rotates=True) as given:
        mine = given.process(store_url)
        said = ""
        for fault in ("500", "html", "garbage", "odd", "redirect", "404", "drop", "scope", "consent", "huge"):
            given.server.faults = [fault]
            with pytest.raises(Paused) as caught:
                await mine.token()
            said += repr(caught.value) + repr(caught.value.__cause__) + repr(caught.value.__context__)
            given.clock.advance(7200)
        token = await mine.token()
        given.desk.withdraw(USER)
        given.clock.advance(3600)
        with pytest.raises(Paused) as caught:
            await mine.token()
        said += repr(caught.value) + repr(caught.value.__cause__) + repr(mine) + caplog.text
        other = open_store(store_url)
        async with other.reader.connect() as connection:
            said += repr(list(await connection.execute(select(credentials))))
        await other.close()
    for secret in (token, given.consent, given.desk.secret, "refresh-", "access-"):
        assert secret not in said, secret

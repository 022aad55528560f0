"""`inbox-bot` with OAuth 2 as its own processes: tokens run out and rotate in mid-service, it is killed, it is told no.

The real Dovecot asks a token server whether a token is good; the relay and the sandbox's X look them up.
"""

import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path

from inbox_bot.sandbox.token_desk import TokenDesk
from inbox_bot.sandbox.x import World, serve
from tests.bearer_dovecot import bearer_dovecot
from tests.bearer_relay import BearerRelay, bearer_relay
from tests.certificate import Certificate
from tests.dovecot import Dovecot
from tests.e2e.house import House, write_config
from tests.e2e.test_daemon import ANNA, BODO, mail
from tests.e2e.waiting import until
from tests.tokenserver import TokenServer, token_server

SECRET = "app-secret-zzz"


def shown(*desks: TokenDesk) -> list[str]:
    """All that must not be seen anywhere."""
    return [SECRET, *(one for desk in desks for one in (*desk.used, *desk.refresh, *desk.access, desk.secret))]


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """A mailbox, a relay and a token server."""

    dovecot: Dovecot
    relay: BearerRelay
    tokens: TokenServer
    user: str

    def config(self, folder: Path, consent: str) -> House:
        """The house on them. Submission has no keys but the user: it takes the mailbox's."""
        return write_config(
            folder,
            more=f"""
[[inbox]]
name = "mail"
channel = "email"
start = "all"
address = "hilfe@acme.example"
[inbox.imap]
host = "127.0.0.1"
port = {self.dovecot.port}
security = "none"
user = "{self.user}"
oauth2_client_id = "app"
oauth2_token_url = "{self.tokens.url}"
poll_seconds = 0.2
[inbox.smtp]
host = "127.0.0.1"
port = {self.relay.port}
security = "none"
user = "{self.user}"
""",
            environment={
                "INBOX_BOT_MAIL_IMAP_OAUTH2_REFRESH_TOKEN": consent,
                "INBOX_BOT_MAIL_IMAP_OAUTH2_CLIENT_SECRET": SECRET,
            },
        )


@asynccontextmanager
async def office(folder: Path, certificate: Certificate, *, seconds: float) -> AsyncIterator[Office]:
    """All three as long as the block lasts; access tokens live for so many seconds, refresh tokens for one use."""
    desk = TokenDesk(client_id="app", secret=SECRET, rotates=True, seconds=seconds, clock=time.time)
    (folder / "dovecot").mkdir()
    async with (
        token_server(desk) as tokens,
        bearer_dovecot(tokens, certificate, folder / "dovecot") as dovecot,
        bearer_relay(desk.user_of) as relay,
    ):
        yield Office(dovecot=dovecot, relay=relay, tokens=tokens, user=dovecot.new_user())


async def test_mail_is_served_while_tokens_come_and_go(tmp_path: Path, certificate: Certificate) -> None:
    """Fresh start; tokens that run out in mid-run; consent withdrawn: an alarm that says what to do; a new consent."""
    async with office(tmp_path, certificate, seconds=3) as given:
        desk = given.tokens.desk
        house = given.config(tmp_path, desk.consent(given.user))
        checked = await house.run("check")
        assert checked.status == 0, checked.out + checked.err
        said = checked.out + checked.err
        given.dovecot.append(given.user, [mail(ANNA, "Zxeins")])
        async with house.daemon() as daemon:
            await until(lambda: len(given.relay.mails) == 1)
            await until(lambda: not desk.user_of(list(desk.access)[-1]))
            given.dovecot.append(given.user, [mail(BODO, "Zxzwei")])
            await until(lambda: len(given.relay.mails) == 2)
            assert await daemon.stop() == 0
        said += "\n".join(daemon.err)
        assert [letter.rcpt_tos for letter in given.relay.mails] == [[ANNA.address], [BODO.address]]
        assert len(set(desk.used)) == len(desk.used)  # none was shown twice

        desk.withdraw(given.user)
        once = await house.run("run", "--once")
        assert once.status == 1
        assert "authorise again and set the new `oauth2_refresh_token`" in once.out, once.out + once.err
        checked = await house.run("check")
        assert checked.status == 1
        assert checked.out.count("authorise again") == 2
        said += once.out + once.err + checked.out + checked.err + str(await house.json("audit"))

        house = given.config(tmp_path, desk.consent(given.user))
        once = await house.run("run", "--once")
        assert once.status == 0, once.out + once.err
        said += once.out + once.err
        said += _database(tmp_path)
        assert "\nTraceback" not in said
        assert [one for one in shown(desk) if one in said] == []


def _database(folder: Path) -> str:
    """Every byte of it."""
    return "".join(file.read_bytes().decode("latin-1") for file in folder.glob("inbox.db*"))


def x_config(folder: Path, url: str, world: World, consent: str, database: str = "") -> House:
    """A house with one X inbox by token."""
    return write_config(
        folder,
        database=database,
        more=f"""
[[inbox]]
name = "x"
channel = "twitter"
start = "all"
base_url = "{url}"
oauth2_client_id = "{world.tokens.client_id}"
oauth2_token_url = "{url}/2/oauth2/token"
poll_seconds = 0.3
dm_poll_seconds = 0.3
hold_seconds = 0
""",
        environment={
            "INBOX_BOT_X_OAUTH2_REFRESH_TOKEN": consent,
            "INBOX_BOT_X_OAUTH2_CLIENT_SECRET": world.tokens.secret,
        },
    )


async def test_killed_between_the_answer_and_the_commit(tmp_path: Path) -> None:
    """X has rotated, nobody put it down: that is lost and said with what to do; a new refresh token mends it.

    Killed at any other time, the next start goes on with what was put down.
    """
    world = World()
    world.limits.lift()
    async with serve(world) as url:
        house = x_config(tmp_path, url, world, world.tokens.consent("acme_hilft"))
        world.dm(world.add_user("kim"), "Ist da jemand?")
        async with house.daemon() as daemon:
            await until(lambda: len(world.dms) == 2)
            await daemon.stop(9)
        assert (await house.run("run", "--once")).status == 0
        assert len(world.tokens.used) == 1

        world.advance(7200)  # X's clock: there the access token on record is no longer good
        world.fail("token", "late", seconds=60)
        async with house.daemon() as daemon:
            await until(lambda: len(world.tokens.used) == 2)
            await daemon.stop(9)
        free(tmp_path)
        once = await house.run("run", "--once")
        assert once.status == 1
        assert "authorise again and set the new `oauth2_refresh_token`" in once.out, once.out + once.err

        house = x_config(tmp_path, url, world, world.tokens.consent("acme_hilft"))
        world.dm(world.add_user("bo"), "Und jetzt?")
        once = await house.run("run", "--once")
        assert once.status == 0, once.out + once.err
        assert [dm.sender is world.me for dm in world.dms.values()] == [False, True, False, True]
        assert [one for one in shown(world.tokens) if one in once.out + once.err] == []


def free(folder: Path) -> None:
    """Let the dead process's lease run out; that it does by itself is tested elsewhere."""
    with closing(sqlite3.connect(folder / "inbox.db")) as database:
        held = database.execute("UPDATE leases SET until = 0 WHERE name = 'tokens:x/x'").rowcount
        database.commit()
    assert held == 1


async def test_a_rehearsal_and_a_check_do_not_use_the_daemons_tokens_up(tmp_path: Path) -> None:
    """What they renew is put where the daemon finds it, though a rehearsal files into a database of its own."""
    world = World()
    world.limits.lift()
    async with serve(world) as url:
        house = x_config(tmp_path, url, world, world.tokens.consent("acme_hilft"))
        for command in (("run", "--once", "--dry-run"), ("check",), ("run", "--once")):
            world.advance(7200)
            ran = await house.run(*command)
            assert ran.status == 0, ran.out + ran.err
            assert [one for one in shown(world.tokens) if one in ran.out + ran.err] == []
        assert len(set(world.tokens.used)) == len(world.tokens.used)


async def test_processes_share_what_rotates(store_url: str, tmp_path: Path) -> None:
    """Tokens that live for two seconds: no refresh token is shown twice, nobody is refused.

    On PostgreSQL two daemons; on SQLite, where there is one, `check` beside it.
    """
    world = World()
    world.limits.lift()
    world.tokens.seconds = 2.0
    shared = not store_url.startswith("sqlite")
    async with serve(world) as url:
        house = x_config(tmp_path, url, world, world.tokens.consent("acme_hilft"), store_url)
        async with house.daemon() as first:
            if shared:
                async with house.daemon() as second:
                    await until(lambda: len(world.tokens.used) >= 5, 60)
                    assert await second.stop() == 0
            else:
                await until(lambda: len(world.tokens.used) >= 2, 60)
                for _ in range(2):
                    checked = await house.run("check")
                    assert checked.status == 0, checked.out + checked.err
            assert await first.stop() == 0
        assert len(set(world.tokens.used)) == len(world.tokens.used)
        assert (await house.json("audit"))["findings"] == []
        assert [one for one in shown(world.tokens) if one in "\n".join(first.err)] == []

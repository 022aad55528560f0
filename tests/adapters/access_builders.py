"""Builds what the tests of OAuth 2 share: keepers over the real store and a token server, each like a process of its
own, and clocks."""

import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from inbox_bot.channels.issuer import TokenServer as TokenClient
from inbox_bot.config.sealing import Sealer
from inbox_bot.flows.access import Keeper
from inbox_bot.sandbox.token_desk import TokenDesk
from inbox_bot.store.database import Database, open_store
from tests.tokenserver import TokenServer, token_server

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
USER = "hilfe"


@dataclass(slots=True)
class Clock:
    """A time that stands still until it is advanced."""

    at: datetime = NOW

    def now(self) -> datetime:
        """Aware UTC."""
        return self.at

    def seconds(self) -> float:
        """The same in Unix seconds."""
        return self.at.timestamp()

    def advance(self, seconds: float) -> None:
        """Let time pass at once."""
        self.at += timedelta(seconds=seconds)


@dataclass(slots=True, kw_only=True)
class Provider:
    """A provider with one user's consent, and the processes that use it."""

    server: TokenServer
    clock: Clock
    consent: str
    keys: tuple[bytes, ...] = (bytes(32),)
    opened: list[Database] = field(default_factory=list)

    @property
    def desk(self) -> TokenDesk:
        """The token server's rules."""
        return self.server.desk

    def process(
        self,
        store_url: str,
        *,
        configured: str = "",
        now: Callable[[], datetime] | None = None,
        url: str = "",
        seconds: float = 20.0,
        user: str = "inbox",
    ) -> Keeper:
        """What a process of its own holds: its own connection to the store, nothing else in common."""
        self.opened.append(open_store(store_url))
        client = TokenClient(
            url=url or self.server.url,
            client_id=self.desk.client_id,
            client_secret=self.desk.secret,
            now=now or self.clock.now,
            basic=self.desk.basic,
            seconds=seconds,
        )
        return Keeper(
            inbox=user,
            purpose="imap",
            configured=configured or self.consent,
            store=self.opened[-1],
            issuer=client,
            seal=Sealer(lambda: self.keys),
            worker=secrets.token_hex(8),
            now=now or self.clock.now,
            bits=secrets.randbits,
        )


@asynccontextmanager
async def provider(
    *,
    rotates: bool = False,
    secret: str = "app-secret-zzz",
    basic: bool = False,
    x_words: bool = False,
    seconds: float = 3600,
) -> AsyncIterator[Provider]:
    """A provider as long as the block lasts."""
    clock = Clock()
    desk = TokenDesk(
        client_id="app",
        secret=secret,
        rotates=rotates,
        basic=basic,
        x_words=x_words,
        seconds=seconds,
        clock=clock.seconds,
    )
    async with token_server(desk) as server:
        running = Provider(server=server, clock=clock, consent=desk.consent(USER))
        try:
            yield running
        finally:
            for store in running.opened:
                await store.close()

"""The daemon's loops inside the test's process: the same as the whole, with pauses that a test can wait for."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from inbox_bot import config as configuration
from inbox_bot.app import App, open_app
from inbox_bot.channels.imap import ImapSource
from inbox_bot.daemon import Daemon
from inbox_bot.flows import reading
from inbox_bot.ports import Source
from tests.dovecot import Dovecot
from tests.faults.whole import Whole, whole

FIRST_WAIT = 0.1


@dataclass(slots=True, kw_only=True)
class Mailroom(App):
    """A house with the sources that it is given."""

    given: list[Source]

    def sources(self) -> list[Source]:
        """See above."""
        return self.given


@dataclass(slots=True, kw_only=True)
class Serving(Whole):
    """The same as the whole, asked without a command."""

    app: App

    async def audit(self) -> list[tuple[str, str]]:
        """See `Whole.audit`."""
        house = self.app.house
        return [(one.kind, one.detail) for one in await reading.audit(house, house.now())]

    async def ledger(self) -> dict[str, int]:
        """See `Whole.ledger`."""
        counts, balanced = await reading.ledger(self.app.house)
        assert balanced
        return {outcome: count for _, outcome, count in counts if count}


@asynccontextmanager
async def serving(
    folder: Path, dovecot: Dovecot, *, patience: float = 1.0, archive_folder: str = "", mailbox: str = "INBOX"
) -> AsyncIterator[Serving]:
    """The loops, with their proxies, as long as the block lasts; they must end in order."""
    async with AsyncExitStack() as stack:
        scene = await stack.enter_async_context(whole(folder, dovecot, database=f"sqlite:///{folder / 'inbox.db'}"))
        config = configuration.load(scene.house.config, os.environ)
        app = await stack.enter_async_context(open_app(config))
        source = ImapSource(
            inbox="mail",
            host="127.0.0.1",
            port=scene.imap.port,
            security="none",
            user=scene.user,
            password=dovecot.password,
            folder=mailbox,
            archive_folder=archive_folder,
            seconds=0.5,
            start="all",
            patience=patience,
        )
        mailroom = Mailroom(
            config=app.config,
            house=app.house,
            senders=app.senders,
            accounts=app.accounts,
            vault=app.vault,
            alone=app.alone,
            read_only=False,
            given=[source],
        )
        daemon = Daemon(app=mailroom, first_wait=FIRST_WAIT)
        running = asyncio.create_task(daemon.run(), name="daemon")
        try:
            yield Serving(
                house=scene.house,
                dovecot=dovecot,
                user=scene.user,
                sink=scene.sink,
                imap=scene.imap,
                smtp=scene.smtp,
                app=mailroom,
            )
        finally:
            daemon.stop.set()
            await running

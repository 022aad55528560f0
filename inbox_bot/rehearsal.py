"""`run --once --dry-run`: a pass on a scratch copy of the database; its senders only say what they would do."""

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from inbox_bot.app import copy_store, open_app
from inbox_bot.config import Config
from inbox_bot.model import Channel
from inbox_bot.once import Once
from inbox_bot.outgoing import Draft, Parcel, Sent
from inbox_bot.ports import Leaving, Sender, unnoted


@dataclass(slots=True)
class Rehearsal:
    """A sender that composes like the real one and sends nothing."""

    real: Sender
    echo: Callable[[str], None]
    inbox: str = ""
    channel: Channel = Channel.EMAIL
    concurrency: int = 1

    def __post_init__(self) -> None:
        self.inbox = self.real.inbox
        self.channel = self.real.channel

    def compose(self, draft: Draft) -> bytes:
        """As the real one."""
        return self.real.compose(draft)

    async def send(self, parcel: Parcel, leaving: Leaving = unnoted) -> Sent:
        """Say what would go out."""
        way = "publicly" if parcel.visibility.value == "public" else "privately"
        self.echo(f"would send {way}: {parcel.kind.value} by {parcel.inbox} to {parcel.to.handle or parcel.to.address}")
        return Sent(external_id=parcel.external_id or f"rehearsed-{parcel.id}", evidence="rehearsed, not sent")

    async def find(self, parcel: Parcel) -> Sent | None:
        """Nothing was sent, so nothing can be found."""
        return None

    def target(self, parcel: Parcel) -> str:
        """As the real one."""
        return self.real.target(parcel)

    async def gone(self, posts: Sequence[str]) -> tuple[set[str], int]:
        """A rehearsal takes nothing out."""
        return set(), 0

    async def close(self) -> None:
        """Let go of the real one."""
        await self.real.close()


async def rehearse(config: Config, echo: Callable[[str], None]) -> int:
    """Read what is new, file it into a scratch database, print what would be sent; the accounts stay untouched."""
    with tempfile.TemporaryDirectory(prefix="inbox-bot-rehearsal-") as folder:
        url = f"sqlite:///{Path(folder) / 'scratch.db'}"
        await copy_store(config.database.url, url)
        async with open_app(config, url=url, wrap=lambda sender: Rehearsal(sender, echo), read_only=True) as app:
            return await Once(app=app, echo=echo).run()

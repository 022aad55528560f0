"""Opens one X account: its sources and its sender over one client, and the probe that `check` shows."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from inbox_bot.channels.twitter.fields import Spelling
from inbox_bot.grants import Access
from inbox_bot.ports import Sender, Source

if TYPE_CHECKING:  # tweepy is slow to load
    from inbox_bot.channels.twitter.client import XClient

_HINTS = (
    "Encrypted X Chat is not read: X's API gives plain direct messages only, and people may not notice the difference.",
    "X demands of a bot: the 'Automated' label, a word in the bio, a linked person's account, opt-out words honoured.",
    "Reads cost a fifth if the developer app belongs to this very account (console.x.com).",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One X inbox, open. `sources` share limits and connections with `sender`."""

    sources: tuple[Source, ...]
    sender: Sender
    client: "XClient"

    async def probe(self) -> list[str]:
        """Who we are to X, the limits seen, and what the account needs: a line each.

        Raises Paused (or another of the house's errors) with what is wrong and what to do.
        """
        me = await self.client.me()
        lines = [f"X knows us as @{me.handle} (user id {me.id})."]
        for endpoint, windows in sorted(self.client.budget.seen.items()):
            for window in windows.values():
                until = datetime.fromtimestamp(window.reset, UTC)
                lines.append(f"{endpoint}: {window.remaining} of {window.limit} calls left until {until:%H:%M} UTC.")
        level = self.client.last_headers.get("x-access-level", "")
        if level and "directmessages" not in level:
            lines.append(
                f"These keys have the access level {level!r}: allow direct messages in the app, renew the keys."
            )
        return [*lines, *_HINTS]

    async def close(self) -> None:
        """Let go of all connections."""
        await self.client.close()


def open_account(
    *,
    inbox: str,
    base_url: str,
    consumer_key: str,
    consumer_secret: str,
    access_token: str,
    access_token_secret: str,
    access: Access | None = None,
    poll_seconds: float,
    dm_poll_seconds: float,
    start: str,
    read_only: bool = False,
    clock: Callable[[], float] = time.time,
    call_seconds: float = 30.0,
    spelling: Spelling = Spelling.TWEET,
) -> Account:
    """Nothing is asked of X yet. `start` is "now", "all" or an ISO date; `read_only`: every `send` is refused.
    With `access` (OAuth 2) the four keys are not needed.

    `clock` gives Unix seconds (limits and days are counted by it); `call_seconds` is the time-out of one call;
    `spelling` of field names is tried first, the other one when X refuses it.
    """
    from inbox_bot.channels.twitter.client import XClient  # tweepy is slow to load
    from inbox_bot.channels.twitter.dms import DmSource
    from inbox_bot.channels.twitter.posts import MentionSource, PostSource
    from inbox_bot.channels.twitter.sender import XSender

    client = XClient(
        base_url=base_url,
        consumer_key=consumer_key,
        consumer_secret=consumer_secret,
        access_token=access_token,
        access_token_secret=access_token_secret,
        access=access,
        clock=clock,
        seconds=call_seconds,
        spelling=spelling,
    )
    return Account(
        sources=(
            MentionSource(client, inbox=inbox, seconds=poll_seconds, start=start),
            DmSource(client, inbox=inbox, seconds=dm_poll_seconds, start=start),
            PostSource(client, inbox=inbox, seconds=poll_seconds, start=start),
        ),
        sender=XSender(client, inbox=inbox, read_only=read_only),
        client=client,
    )

"""Keeps the pictures of posts beside their texts; what cannot be had stays a link."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from inbox_bot.model import Attachment, Incoming, Unreadable

if TYPE_CHECKING:  # tweepy is slow to load
    from inbox_bot.channels.twitter.client import XClient

_MOST_BYTES = 8 * 1024 * 1024
_MOST_FILES, _MOST_SECONDS = 20, 20.0  # a poll must not wait long for pictures


async def with_files(client: "XClient", items: Sequence[Incoming | Unreadable]) -> tuple[Incoming | Unreadable, ...]:
    """The same posts, with the content of at most twenty of their files, up to 8 MiB each.

    Files of direct messages are not asked for: X gives them to OAuth 2 only.
    """
    left = _MOST_FILES
    end = asyncio.get_running_loop().time() + _MOST_SECONDS
    found: list[Incoming | Unreadable] = []
    for item in items:
        if isinstance(item, Unreadable) or not item.attachments or (item.post is not None and item.post.retweet):
            found.append(item)
            continue
        kept = []
        for file in item.attachments:
            left -= 1
            seconds = end - asyncio.get_running_loop().time()
            kept.append(await _kept(client, file, seconds) if left >= 0 and seconds > 0 else file)
        found.append(replace(item, attachments=tuple(kept)))
    return tuple(found)


async def _kept(client: "XClient", file: Attachment, seconds: float) -> Attachment:
    picture = file.media_type.startswith("image/")  # of a film X names a still only
    got = None
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            got = await client.download(file.url, _MOST_BYTES) if file.url and picture else None
    if got is None:
        return file
    content, media_type = got
    return replace(file, content=content, size=len(content), media_type=media_type, reason="")

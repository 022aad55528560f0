"""Checks what is to go out on X and freezes it as the body of the request; loads nothing that talks to X."""

import json
from collections.abc import Sequence

from inbox_bot.channels.twitter.wording import check_dm, check_post
from inbox_bot.errors import Paused, Unsendable
from inbox_bot.model import Channel, Visibility
from inbox_bot.outgoing import Draft, Parcel, Sent
from inbox_bot.ports import Leaving, unnoted


def composed(draft: Draft) -> bytes:
    """The request's JSON body: a post where the draft is public (a reply where it answers one, for everybody where
    nobody is named), else a DM.

    Raises `Unsendable` with what to change.
    """
    if draft.attachments:
        raise Unsendable("Files cannot go out on X in this version. Send them by mail, or leave them out.")
    announces = draft.visibility is Visibility.PUBLIC and not draft.in_reply_to and not draft.to.address
    if not announces and not _is_id(draft.to.address):
        raise Unsendable(f"{draft.to.address!r} is no X user id.")
    text = draft.text.replace("\r\n", "\n")  # X counts CRLF twice
    body: dict[str, object] = {"text": text}
    if draft.visibility is Visibility.PUBLIC:
        check_post(text, automatic=draft.automatic)
        if draft.in_reply_to:
            if not _is_id(draft.in_reply_to):
                raise Unsendable(f"{draft.in_reply_to!r} is no post that X could be asked to answer.")
            body["reply"] = {"in_reply_to_tweet_id": draft.in_reply_to}
    else:
        check_dm(text)
    return json.dumps(body, ensure_ascii=False).encode()


class XComposer:
    """The sender of a process that only writes into the outbox, such as a command: the daemon sends."""

    channel = Channel.TWITTER
    concurrency = 1

    def __init__(self, *, inbox: str) -> None:
        self.inbox = inbox

    def compose(self, draft: Draft) -> bytes:
        """See `composed`."""
        return composed(draft)

    async def send(self, parcel: Parcel, leaving: Leaving = unnoted) -> Sent:
        """Always raises `Paused`."""
        raise Paused("this process only queues; inbox-bot run sends")

    async def find(self, parcel: Parcel) -> Sent | None:
        """It cannot look."""
        raise Paused("this process only queues; inbox-bot run looks")

    def target(self, parcel: Parcel) -> str:
        """Never asked: it sends nothing."""
        return ""

    async def gone(self, posts: Sequence[str]) -> tuple[set[str], int]:
        """It cannot look."""
        raise Paused("this process only queues; inbox-bot run looks")

    async def close(self) -> None:
        """Nothing to let go."""


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 19

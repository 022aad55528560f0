"""What is said on the sandbox's X: people post, write, edit and delete here, and tests wait here for our answers."""

import asyncio
import itertools
import re
import time
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TypeVar

from inbox_bot.sandbox.token_desk import TokenDesk
from inbox_bot.sandbox.x.limits import Limits
from inbox_bot.sandbox.x.things import Call, Dm, Fault, Keys, Media, Post, User

_EPOCH_MS = 1_288_834_974_657
_HANDLE = re.compile(r"(?<![\w@])@(\w{1,15})")
T = TypeVar("T")


class World:
    """One account under test (`me`, `account`) among the people of a small X.

    `spelling`: which family of field names the API takes, "tweet", "post" or "both". `strict_summons`: the handle
    that X itself puts before a reply does not count as a mention. `self_replies`: our own posts may be answered.
    Everything is synchronous and may be called while the server runs in the same loop.
    """

    def __init__(
        self,
        *,
        handle: str = "acme_hilft",
        name: str = "Acme hilft",
        spelling: str = "both",
        strict_summons: bool = False,
        self_replies: bool = False,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._clock = clock
        self._shift = 0.0
        self._last_id = 0
        self._user_ids = itertools.count(7_001_000_101, 7919)
        self._changed = asyncio.Event()
        self.users: dict[int, User] = {}
        self.posts: dict[int, Post] = {}
        self.dms: dict[int, Dm] = {}
        self.faults: list[Fault] = []
        self.calls: deque[Call] = deque(maxlen=10_000)  # a visitor may leave the demo open
        self.limits = Limits()
        self.spelling = spelling
        self.strict_summons = strict_summons
        self.self_replies = self_replies
        self.me = self.add_user(handle, name)
        self.account = Keys(
            consumer_key="sandbox-consumer-key",
            consumer_secret="sandbox-consumer-secret",  # noqa: S106  # a made-up account on loopback
            access_token=f"{self.me.id}-sandbox-access-token",
            access_token_secret="sandbox-access-token-secret",  # noqa: S106  # likewise
        )

        self.tokens = TokenDesk(
            client_id="sandbox-client",
            secret="sandbox-client-secret",  # noqa: S106  likewise
            rotates=True,
            basic=True,
            x_words=True,
            seconds=7200.0,
            clock=self.seconds,
        )

    # --- time
    def now(self) -> datetime:
        """The world's time; see `advance`."""
        return datetime.fromtimestamp(self._clock() + self._shift, UTC)

    def seconds(self) -> float:
        """The same in Unix seconds, for the client's clock."""
        return self._clock() + self._shift

    def advance(self, seconds: float) -> None:
        """Let time pass at once."""
        self._shift += seconds

    def _new_id(self, at: datetime) -> int:
        number = (int(at.timestamp() * 1000) - _EPOCH_MS) << 22
        taken = self.posts.keys() | self.dms.keys()
        while number in taken:
            number += 1
        return number

    # --- what people do
    def add_user(self, handle: str, name: str = "") -> User:
        """A new person; handles are unique whatever their case."""
        known = self.find_user(handle)
        if known is not None:
            raise ValueError(f"@{handle} exists")
        user = User(id=next(self._user_ids), handle=handle.lstrip("@"), name=name or handle)
        self.users[user.id] = user
        return user

    def find_user(self, handle: str) -> User | None:
        """By handle, with or without @."""
        wanted = handle.lstrip("@").casefold()
        return next((user for user in self.users.values() if user.handle.casefold() == wanted), None)

    def post(
        self,
        user: User,
        text: str,
        *,
        reply_to: Post | None = None,
        quote: Post | None = None,
        retweet_of: Post | None = None,
        media: tuple[Media, ...] = (),
        language: str = "de",
        late: int = 0,
        at: datetime | None = None,
    ) -> Post:
        """Say something in public. X puts the handles of those who take part before a reply, if not typed already."""
        moment = at or self.now()
        if retweet_of is not None:
            text = f"RT @{retweet_of.author.handle}: {retweet_of.text}"
        post = Post(
            id=self._new_id(moment),
            author=user,
            at=moment,
            written=text,
            prefix=self._prefix(user, text, reply_to),
            reply_to=reply_to,
            quote=quote,
            retweet_of=retweet_of,
            media=media,
            language=language,
            late=late,
        )
        post.conversation = reply_to.conversation if reply_to is not None else post.id
        post.versions.append(post.id)
        self.posts[post.id] = post
        self._tell()
        return post

    def _prefix(self, user: User, text: str, reply_to: Post | None) -> str:
        if reply_to is None:
            return ""
        typed = {one.id for one in self.mentioned(text)}
        taking_part = [reply_to.author, *self.mentioned(reply_to.text)]
        added = {one.id: one for one in taking_part if one.id != user.id and one.id not in typed}
        return "".join(f"@{one.handle} " for one in added.values())

    def mentioned(self, text: str) -> list[User]:
        """The people whose handles stand in a text, in order."""
        found = (self.find_user(handle) for handle in _HANDLE.findall(text))
        return [user for user in found if user is not None]

    def dm(
        self,
        user: User,
        text: str,
        *,
        to: User | None = None,
        group: int | None = None,
        media: tuple[Media, ...] = (),
        late: int = 0,
        at: datetime | None = None,
    ) -> Dm:
        """Write a direct message to the account under test, or `to` somebody, or into a group (its number)."""
        moment, pair = at or self.now(), sorted((user.id, (to or self.me).id))
        conversation = str(group) if group is not None else f"{pair[0]}-{pair[1]}"
        number = self._new_id(moment)
        event = Dm(id=number, sender=user, conversation=conversation, at=moment, text=text, media=media, late=late)
        self.dms[number] = event
        self._tell()
        return event

    def edit(self, post: Post, text: str) -> Post:
        """A new version with a new id; listings show only this one from now on."""
        moment = self.now()
        newer = Post(
            id=self._new_id(moment),
            author=post.author,
            at=moment,
            written=text,
            prefix=post.prefix,
            conversation=post.conversation,
            reply_to=post.reply_to,
            quote=post.quote,
            versions=post.versions,
            media=post.media,
            language=post.language,
        )
        post.versions.append(newer.id)
        self.posts[newer.id] = newer
        self._tell()
        return newer

    def delete(self, post: Post) -> None:
        """Take it down, with all its versions."""
        for number in post.versions:
            self.posts[number].deleted = True
        self._tell()

    def fail(
        self,
        endpoint: str,
        kind: str,
        times: int = 1,
        *,
        detail: str = "",
        code: int = 0,
        seconds: float = 0.0,
        after: int = 0,
    ) -> None:
        """Let the next `times` calls of an endpoint ("*" = of any) go wrong; the kinds stand in `faults`. With `after`
        that many calls go well before."""
        fault = Fault(endpoint=endpoint, kind=kind, times=times, detail=detail, code=code, seconds=seconds, after=after)
        self.faults.append(fault)

    # --- what we did
    def replies_to(self, user: User) -> list[Post]:
        """Our posts that answer this person, oldest first."""
        ours = (post for post in self.posts.values() if post.author is self.me and post.reply_to is not None)
        return [post for post in ours if post.reply_to is not None and post.reply_to.author is user]

    def dms_to(self, user: User) -> list[Dm]:
        """Our direct messages to this person, oldest first."""
        return [
            one for one in self.dms.values() if one.sender is self.me and str(user.id) in one.conversation.split("-")
        ]

    async def until(self, found: Callable[[], T | None], seconds: float = 10.0) -> T:
        """Wait until `found` gives something; asked again after each change. Raises TimeoutError."""
        async with asyncio.timeout(seconds):
            while True:
                changed = self._changed
                if (thing := found()) is not None:
                    return thing
                await changed.wait()

    async def next_reply(self, user: User, *, after: int = 0, seconds: float = 10.0) -> Post:
        """Our reply to this person number `after` + 1, as soon as it is there."""
        return await self.until(lambda: next(iter(self.replies_to(user)[after:]), None), seconds)

    async def next_dm(self, user: User, *, after: int = 0, seconds: float = 10.0) -> Dm:
        """Our direct message to this person number `after` + 1, as soon as it is there."""
        return await self.until(lambda: next(iter(self.dms_to(user)[after:]), None), seconds)

    def _tell(self) -> None:
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()

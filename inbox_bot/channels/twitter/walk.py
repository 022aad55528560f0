"""Follows a listing of X from its newest page downwards, and knows when to stop."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from inbox_bot.channels.twitter.parse import id_of
from inbox_bot.channels.twitter.refusals import Refused
from inbox_bot.channels.twitter.wire import JsonObject, Page, read_page
from inbox_bot.errors import Paused

Fetch = Callable[[str], Awaitable[JsonObject]]
"""Asks for the page of a token; "" = the newest page."""

Enough = Callable[[Page], Awaitable[bool]]
"""Whether nothing older than this page is wanted."""


@dataclass(slots=True, kw_only=True)
class Walk:
    """What a walk brought. `ended`: it came to the end of what is wanted; else `token` says where to go on, and
    `stopped` why it had to pause ("by itself" = None: the cap on pages). `lowest`: the lowest id a search saw."""

    things: dict[str, object] = field(default_factory=dict)
    media: dict[str, JsonObject] = field(default_factory=dict)
    users: set[str] = field(default_factory=set)
    token: str = ""
    ended: bool = False
    stopped: Paused | None = None
    lowest: int = 0

    @property
    def highest(self) -> int:
        """The highest id seen, 0 where there is none."""
        return max((int(number) for number in map(id_of, self.things.values()) if number), default=0)


async def walk(fetch: Fetch, *, token: str, pages: int, enough: Enough | None = None) -> Walk:
    """Read at most `pages` pages from `token` on. A pause before the first page is raised; a later one is kept, so
    that what was read (and paid) is not thrown away. A token that X no longer takes starts from the newest page.

    The end is a page without next_token, never a short one. A page that repeats a token or brings nothing that was
    not seen before ends the walk as well, and so does a whole walk of empty pages: X may hand out tokens without end.
    """
    found, used = Walk(token=token), {token}
    for turn in range(pages):
        try:
            page = read_page(await fetch(found.token))
        except Paused as stop:
            if not turn:
                raise
            found.stopped = stop
            return found
        except Refused as refused:
            if turn or not token or refused.refusal.status != 400:
                raise
            page = read_page(await fetch(""))
        before = len(found.things)
        found.things.update({id_of(one) or f"?{turn}:{at}": one for at, one in enumerate(page.things)})
        found.media.update(page.media)
        found.users.update(page.users)
        looped = page.next_token in used or (bool(page.things) and len(found.things) == before)
        if not page.next_token or looped or (enough is not None and await enough(page)):
            found.token, found.ended = "", True
            return found
        used.add(page.next_token)
        found.token = page.next_token
    if not found.things:
        found.token, found.ended = "", True
    return found

"""Answers the sandbox's reading endpoints: timelines, look-ups and direct messages, page by page."""

import base64
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TypeVar

from inbox_bot.sandbox.x.render import Asked, Json, dm_json, includes, post_json, user_json
from inbox_bot.sandbox.x.things import Dm, Post
from inbox_bot.sandbox.x.world import World

_REACH, _OWN_REACH = 800, 3200  # newest mentions and own posts; a search reaches back by time
Thing = TypeVar("Thing", Post, Dm)
_MISSING = "https://api.x.com/2/problems/resource-not-found"


def me(world: World) -> Json:
    """GET /2/users/me."""
    return {"data": user_json(world.me)}


def users(world: World, ids: Sequence[str]) -> Json:
    """GET /2/users?ids=: those found, and an error for each of the others."""
    found = [user_json(world.users[int(one)]) for one in ids if one.isdigit() and int(one) in world.users]
    missing = [one for one in ids if not (one.isdigit() and int(one) in world.users)]
    return _with_errors({"data": found} if found else {}, missing, "user")


def lookup(world: World, ids: Sequence[str], want: Asked) -> Json:
    """GET /2/tweets?ids=: what is deleted is named in `errors`."""
    posts = [world.posts[int(one)] for one in ids if one.isdigit() and int(one) in world.posts]
    posts = [one for one in posts if not one.deleted]
    there = {str(one.id) for one in posts}
    answer: Json = {"data": [post_json(world, one, want) for one in posts]} if posts else {}
    along = includes(world, posts, want)
    if along:
        answer["includes"] = along
    return _with_errors(answer, [one for one in ids if one not in there], "tweet")


def mentions(world: World, parameters: Mapping[str, str], want: Asked) -> Json:
    """GET /2/users/{id}/mentions: posts of others that name us, newest first."""
    named = [one for one in world.posts.values() if one.author is not world.me and _names_us(world, one)]
    return _timeline(world, named, parameters, want)


def own_posts(world: World, parameters: Mapping[str, str], want: Asked) -> Json:
    """GET /2/users/{id}/tweets."""
    ours = [one for one in world.posts.values() if one.author is world.me]
    return _timeline(world, ours, parameters, want, reach=_OWN_REACH)


def search(world: World, parameters: Mapping[str, str], want: Asked) -> Json:
    """GET /2/tweets/search/recent: every query is taken for one about us, without retweets."""
    named = [one for one in world.posts.values() if one.author is not world.me and _names_us(world, one)]
    given = {**parameters, "pagination_token": parameters.get("next_token", parameters.get("pagination_token", ""))}
    return _timeline(world, [one for one in named if one.retweet_of is None], given, want, reach=len(named))


def dm_events(world: World, parameters: Mapping[str, str], want: Asked, partner: str = "") -> Json:
    """GET /2/dm_events, or with one partner: newest first, and always a next_token where there is data."""
    events = [one for one in world.dms.values() if _takes_part(world, one)]
    if partner:
        events = [one for one in events if partner in one.conversation.split("-")]
    wanted = frozenset(filter(None, parameters.get("event_types", "").split(",")))
    events = [one for one in events if not wanted or one.event_type in wanted]
    first = not parameters.get("pagination_token")
    events = sorted(_arrived(events, count=first), key=lambda one: one.id, reverse=True)
    start, size = _start(parameters), int(parameters.get("max_results", "100"))
    page = events[start : start + size]
    answer: Json = {"data": [dm_json(world, one, want) for one in page]} if page else {}
    along = includes(world, page, want)
    if along:
        answer["includes"] = along
    meta: Json = {"result_count": len(page)}
    if page:
        meta["next_token"] = _token(start + len(page))
        meta["previous_token"] = _token(max(0, start - size))
    answer["meta"] = meta
    return answer


def _timeline(world: World, posts: list[Post], parameters: Mapping[str, str], want: Asked, reach: int = _REACH) -> Json:
    first = not parameters.get("pagination_token")
    shown = [one for one in _arrived(posts, count=first) if one.current]
    shown = sorted(shown, key=lambda one: one.id, reverse=True)[:reach]
    since, until = int(parameters.get("since_id") or 0), int(parameters.get("until_id") or 0)
    shown = [one for one in shown if one.id > since and (not until or one.id < until)]
    if not since and parameters.get("start_time"):
        begin = _moment(parameters["start_time"])
        shown = [one for one in shown if one.at >= begin]
    if not until and parameters.get("end_time"):
        end = _moment(parameters["end_time"])
        shown = [one for one in shown if one.at < end]
    start, size = _start(parameters), int(parameters.get("max_results", "10"))
    page = shown[start : start + size]
    answer: Json = {"data": [post_json(world, one, want) for one in page]} if page else {}
    along = includes(world, page, want)
    if along:
        answer["includes"] = along
    meta: Json = {"result_count": len(page)}
    if page:
        meta |= {"newest_id": str(page[0].id), "oldest_id": str(page[-1].id)}
    if start + size < len(shown):
        meta["next_token"] = _token(start + size)
    if start:
        meta["previous_token"] = _token(max(0, start - size))
    answer["meta"] = meta
    return answer


def _arrived(things: Sequence[Thing], *, count: bool) -> list[Thing]:
    """Those that are not late any more; each first page that a late one could have been on brings it nearer."""
    there = [one for one in things if one.late <= 0]
    if count:
        for one in things:
            one.late = max(0, one.late - 1)
    return there


def _names_us(world: World, post: Post) -> bool:
    return any(one is world.me for one in world.mentioned(post.text)) or (
        post.quote is not None and post.quote.author is world.me
    )


def _takes_part(world: World, event: Dm) -> bool:
    return (
        event.sender is world.me or "-" not in event.conversation or str(world.me.id) in event.conversation.split("-")
    )


def _moment(written: str) -> datetime:
    return datetime.strptime(written, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)


def _start(parameters: Mapping[str, str]) -> int:
    token = parameters.get("pagination_token", "")
    try:
        return int(base64.b32decode(token.upper() + "=" * (-len(token) % 8))) if token else 0
    except ValueError:
        return 0


def _token(start: int) -> str:
    return base64.b32encode(f"{start:020d}".encode()).decode().lower()  # X's are at least 16 characters long


def _with_errors(answer: Json, missing: Sequence[str], kind: str) -> Json:
    if missing:
        answer["errors"] = [
            {
                "value": one,
                "detail": f"Could not find {kind} with id: [{one}].",
                "title": "Not Found Error",
                "resource_type": kind,
                "parameter": "ids",
                "resource_id": one,
                "type": _MISSING,
            }
            for one in missing
        ]
    return answer

"""Answers the sandbox's writing endpoints under X's rules: summons, duplicates, who may be sent a DM."""

from collections.abc import Mapping

from starlette.responses import JSONResponse, Response

from inbox_bot.sandbox.x import faults
from inbox_bot.sandbox.x.things import Fault, Post
from inbox_bot.sandbox.x.world import World

_POST_KEYS = frozenset({"text", "reply", "media", "reply_settings", "made_with_ai", "paid_partnership", "edit_options"})
_DM_KEYS = frozenset({"text", "attachments"})
_LIMIT = 280
_DM_LIMIT = 10_000


def create_post(world: World, body: Mapping[str, object], headers: Mapping[str, str]) -> Response:
    """POST /2/tweets: 201 with the id, or the refusal that X would give."""
    text = body.get("text")
    if not body.keys() <= _POST_KEYS or not isinstance(text, str) or not text.strip():
        return _invalid("$.text: a post needs a text, and no other fields than the documented", headers)
    if _weight(text) > _LIMIT:
        return faults.answer(_forbidden("Your Tweet text is too long.", 186), headers)
    target: Post | None = None
    reply = body.get("reply")
    if isinstance(reply, dict):
        number = str(reply.get("in_reply_to_tweet_id", ""))
        target = world.posts.get(int(number)) if number.isdigit() else None
        if target is None or target.deleted:
            return faults.named("deleted", headers)
        if not _summoned(world, target):
            return faults.named("not_summoned", headers)
    if any(one.author is world.me and not one.deleted and one.written == text for one in world.posts.values()):
        return faults.named("duplicate", headers)
    made = world.post(world.me, text, reply_to=target)
    return JSONResponse({"data": {"id": str(made.id), "text": text}}, 201, headers=dict(headers))


def delete_post(world: World, number: str, headers: Mapping[str, str]) -> Response:
    """DELETE /2/tweets/{id}: own posts only."""
    post = world.posts.get(int(number)) if number.isdigit() else None
    if post is None or post.author is not world.me or post.deleted:
        return faults.answer(_forbidden("You are not permitted to delete this Tweet."), headers)
    world.delete(post)
    return JSONResponse({"data": {"deleted": True}}, headers=dict(headers))


def create_dm(world: World, partner: str, body: Mapping[str, object], headers: Mapping[str, str]) -> Response:
    """POST /2/dm_conversations/with/{id}/messages: only to somebody who wrote to us first."""
    text = body.get("text")
    if not body.keys() <= _DM_KEYS or not isinstance(text, str) or not text or len(text) > _DM_LIMIT:
        return _invalid("$.text: a message needs a text of at most 10000 characters", headers)
    user = world.users.get(int(partner)) if partner.isdigit() else None
    if user is None:
        return faults.problem(404, {"title": "Not Found Error", "type": "about:blank", "status": 404}, headers)
    wrote = any(one.sender is user and str(world.me.id) in one.conversation.split("-") for one in world.dms.values())
    if not wrote:
        return faults.named("no_dm", headers)
    made = world.dm(world.me, text, to=user)
    data = {"dm_conversation_id": made.conversation, "dm_event_id": str(made.id)}
    return JSONResponse({"data": data}, 201, headers=dict(headers))


def _summoned(world: World, target: Post) -> bool:
    """Its author names or quotes us; whether the handle that X puts before a reply counts is the world's word."""
    if target.author is world.me:
        return world.self_replies
    text = target.written if world.strict_summons else target.text
    named = any(one is world.me for one in world.mentioned(text))
    return named or (target.quote is not None and target.quote.author is world.me)


def _weight(text: str) -> int:
    from twitter_text import parse_tweet  # type: ignore[import-untyped]  # slow to load; ships no types

    return int(parse_tweet(text).weightedLength)


def _forbidden(detail: str, code: int = 0) -> Fault:
    return Fault(endpoint="*", kind="forbidden", times=1, detail=detail, code=code)


def _invalid(detail: str, headers: Mapping[str, str]) -> Response:
    return faults.answer(Fault(endpoint="*", kind="bad_request", times=1, detail=detail), headers)

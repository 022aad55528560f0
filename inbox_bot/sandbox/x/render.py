"""Writes posts, users and direct messages as X's JSON, in the spelling and with the fields that a request asks for."""

from collections.abc import Mapping
from dataclasses import dataclass

from inbox_bot.sandbox.x.text import show
from inbox_bot.sandbox.x.things import Dm, Media, Post, User
from inbox_bot.sandbox.x.world import World

Json = dict[str, object]

_POST_NAMES = {
    "note_tweet": "note_post",
    "referenced_tweets": "referenced_posts",
    "edit_history_tweet_ids": "edit_history_post_ids",
}
# An expansion brings its field along; in the post spelling these come in no other way.
_BY_EXPANSION = {
    "author_id": "author_id",
    "in_reply_to_user_id": "in_reply_to_user_id",
    "referenced_posts": "referenced_tweets",
    "referenced_tweets.id": "referenced_tweets",
    "edit_history_post_ids": "edit_history_tweet_ids",
    "sender_id": "sender_id",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which fields a request wants, in the tweet spelling's names, and in which spelling the answer is written."""

    posts: frozenset[str]
    dms: frozenset[str]
    expansions: frozenset[str]
    post_spelling: bool


def asked(parameters: Mapping[str, str], *, post_spelling: bool) -> Asked:
    """Read the fields' parameters; in 2.167 DM requests have no field of the other spelling, the world decides."""
    expansions = frozenset(filter(None, parameters.get("expansions", "").split(",")))
    back = {new: old for old, new in _POST_NAMES.items()}
    listed = parameters.get("post.fields" if post_spelling else "tweet.fields", "").split(",")
    posts = {back.get(one, one) for one in listed if one} | {"id", "text"}
    dms = {one for one in parameters.get("dm_event.fields", "").split(",") if one} | {"id", "text", "event_type"}
    by_expansion = {_BY_EXPANSION[one] for one in expansions if one in _BY_EXPANSION}
    posts, dms = posts | by_expansion, dms | by_expansion
    if not post_spelling:
        posts.add("edit_history_tweet_ids")
    return Asked(posts=frozenset(posts), dms=frozenset(dms), expansions=expansions, post_spelling=post_spelling)


def post_json(world: World, post: Post, want: Asked) -> Json:
    """One post. Fields that would be empty are left out, as X does."""
    shown = show(world, post.text, len(post.prefix))
    references = [("replied_to", post.reply_to), ("quoted", post.quote), ("retweeted", post.retweet_of)]
    everything: Json = {
        "id": str(post.id),
        "text": shown.cut or shown.text,
        "created_at": _time(post),
        "author_id": str(post.author.id),
        "conversation_id": str(post.conversation),
        "in_reply_to_user_id": str(post.reply_to.author.id) if post.reply_to is not None else "",
        "referenced_tweets": [{"type": how, "id": str(one.id)} for how, one in references if one is not None],
        "edit_history_tweet_ids": [str(number) for number in post.versions if number <= post.id],
        "display_text_range": [shown.lead, len(shown.cut or shown.text)],
        "entities": shown.entities,
        "attachments": {"media_keys": [one.key for one in post.media]} if post.media else {},
        "lang": post.language,
        "note_tweet": {"text": shown.text, "entities": shown.entities} if shown.cut else {},
    }
    names = _POST_NAMES if want.post_spelling else {}
    return {names.get(key, key): value for key, value in everything.items() if value and key in want.posts}


def dm_json(world: World, event: Dm, want: Asked) -> Json:
    """One direct message event; `participant_ids` is absent since 2025-06."""
    everything: Json = {
        "id": str(event.id),
        "event_type": event.event_type,
        "text": show(world, event.text).text,
        "created_at": _time(event),
        "dm_conversation_id": event.conversation,
        "sender_id": str(event.sender.id),
        "attachments": {"media_keys": [one.key for one in event.media]} if event.media else {},
    }
    return {key: value for key, value in everything.items() if value and key in want.dms}


def user_json(user: User) -> Json:
    """One user with the default fields."""
    return {"id": str(user.id), "name": user.name, "username": user.handle}


def includes(world: World, things: list[Post] | list[Dm], want: Asked) -> Json:
    """What the expansions bring along; empty where they bring nothing."""
    found: Json = {}
    media = {one.key: one for thing in things for one in thing.media}
    if media and "attachments.media_keys" in want.expansions:
        found["media"] = [_media_json(one) for one in media.values()]
    users: dict[int, User] = {}
    posts: dict[int, Post] = {}
    for thing in things:
        if isinstance(thing, Dm):
            if "sender_id" in want.expansions:
                users[thing.sender.id] = thing.sender
            continue
        if "author_id" in want.expansions:
            users[thing.author.id] = thing.author
        if "in_reply_to_user_id" in want.expansions and thing.reply_to is not None:
            users[thing.reply_to.author.id] = thing.reply_to.author
        if "referenced_posts" in want.expansions or "referenced_tweets.id" in want.expansions:
            named = (thing.reply_to, thing.quote, thing.retweet_of)
            posts.update({one.id: one for one in named if one is not None and not one.deleted})
    if users:
        found["users"] = [user_json(one) for one in users.values()]
    if posts:
        found["posts" if want.post_spelling else "tweets"] = [post_json(world, one, want) for one in posts.values()]
    return found


def _media_json(media: Media) -> Json:
    address = {"url": media.url} if media.kind == "photo" else {"preview_image_url": media.url}
    return {"media_key": media.key, "type": media.kind, **(address if media.url else {})}


def _time(thing: Post | Dm) -> str:
    return thing.at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{thing.at.microsecond // 1000:03d}Z"

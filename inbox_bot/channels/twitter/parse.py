"""Turns X's posts and DM events into the house's words; what cannot be read becomes an Unreadable."""

import hashlib
import html
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime

from inbox_bot.channels.twitter.snowflake import time_of
from inbox_bot.channels.twitter.wire import JsonObject, object_of, objects_of, text_of, texts_of
from inbox_bot.model import Address, Attachment, Channel, Incoming, PostFacts, Unreadable, Visibility

_LEADING = re.compile(r"(?:@\w{1,15}\s+)+")
# Not languages: X's marks for "undetermined", "only media", "only a link", "only hashtags" and the like.
_NO_LANGUAGE = frozenset({"und", "zxx", "art", "qam", "qct", "qht", "qme", "qst"})
_FILE_TYPES = {"photo": ("jpg", "image/jpeg"), "animated_gif": ("mp4", "video/mp4"), "video": ("mp4", "video/mp4")}


def id_of(thing: object) -> str:
    """The id of a post or event, "" where there is no usable one."""
    found = text_of(thing, "id") if isinstance(thing, dict) else ""
    return found if found.isascii() and found.isdigit() and len(found) <= 19 else ""


def key_of(kind: str, thing: object) -> str:
    """The ledger's key of a "post" or "dm", also of one that cannot be read."""
    return f"{kind}:{id_of(thing) or f'unreadable-{hashlib.sha256(_bytes(thing)).hexdigest()[:16]}'}"


def read_post(thing: object, media: Mapping[str, JsonObject], me: str, now: datetime) -> Incoming | Unreadable:
    """A post, in either spelling of X's field names."""
    number = id_of(thing)
    if not isinstance(thing, dict) or not number:
        return _unreadable("post", thing, now, "a post without a usable id")
    author = text_of(thing, "author_id")
    if not author:
        return _unreadable("post", thing, now, "a post without its author")
    note = object_of(thing, "note_tweet", "note_post")
    replied_to, quoted = _referenced(thing, "replied_to"), _referenced(thing, "quoted")
    answered = text_of(thing, "in_reply_to_user_id")
    versions = texts_of(thing, "edit_history_tweet_ids", "edit_history_post_ids")
    language = text_of(thing, "lang")
    return Incoming(
        key=key_of("post", thing),
        external_id=number,
        author=Address(channel=Channel.TWITTER, address=author),
        at=_moment(text_of(thing, "created_at"), number),
        text=plain_text(thing),
        visibility=Visibility.PUBLIC,
        content_hash=_hash(number),
        language="" if language in _NO_LANGUAGE else language,
        conversation=text_of(thing, "conversation_id"),
        references=tuple(one for one in (replied_to, quoted) if one),
        attachments=_files(thing, media),
        raw=_bytes(thing),
        post=PostFacts(
            own=author == me,
            retweet=bool(_referenced(thing, "retweeted")),
            implicit=answered not in ("", me, author) and not _names_us(thing, note, me),
            reply_to_id=replied_to,
            reply_to_author=answered,
            quoted_id=quoted,
            first_id=min(versions, key=_as_number, default=number),
        ),
    )


def read_dm(thing: object, media: Mapping[str, JsonObject], me: str, now: datetime) -> Incoming | Unreadable:
    """A MessageCreate event. A one-to-one conversation's id is both user ids joined; a group's is one number."""
    number = id_of(thing)
    if not isinstance(thing, dict) or not number:
        return _unreadable("dm", thing, now, "a direct message without a usable id")
    sender, conversation = text_of(thing, "sender_id"), text_of(thing, "dm_conversation_id")
    if not sender:
        return _unreadable("dm", thing, now, "a direct message without its sender")
    halves = conversation.split("-")
    partner = next((one for one in halves if one != me), "") if len(halves) == 2 else ""
    group = bool(conversation) and len(halves) == 1
    return Incoming(
        key=key_of("dm", thing),
        external_id=number,
        author=Address(channel=Channel.TWITTER, address=sender),
        at=_moment(text_of(thing, "created_at"), number),
        text=plain_text(thing),
        visibility=Visibility.PRIVATE,
        content_hash=_hash(number),
        conversation=conversation,
        attachments=_files(thing, media),
        raw=_bytes(thing),
        post=PostFacts(
            own=sender == me,
            dm=True,
            group=group,
            first_id=number,
            partner=partner or ("" if sender == me or group else sender),
        ),
    )


def plain_text(thing: JsonObject) -> str:
    """What the author wrote: unescaped, in full for a long post, without what no database takes (NUL, half a pair)."""
    written = text_of(object_of(thing, "note_tweet", "note_post"), "text") or text_of(thing, "text")
    whole = html.unescape(written).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return whole.replace("\0", "")


def replies_to(thing: JsonObject) -> str:
    """The id of the post that this one answers, or ""."""
    return _referenced(thing, "replied_to")


def names(thing: object, me: str) -> bool:
    """Whether a found post mentions our account by id, or answers it; a search also finds longer handles."""
    if not isinstance(thing, dict):
        return False
    note = object_of(thing, "note_tweet", "note_post")
    mentioned = [
        *objects_of(object_of(thing, "entities"), "mentions"),
        *objects_of(object_of(note, "entities"), "mentions"),
    ]
    return text_of(thing, "in_reply_to_user_id") == me or any(text_of(one, "id") == me for one in mentioned)


def _names_us(thing: JsonObject, note: JsonObject, me: str) -> bool:
    """Whether the author named us himself, beyond the handles that X puts before a reply.

    In doubt yes: an answer too many is seen, a silent customer is not.
    """
    text = text_of(thing, "text")
    shown = thing.get("display_text_range")
    if isinstance(shown, list) and shown and isinstance(shown[0], int):
        lead = shown[0]
    else:
        found = _LEADING.match(text)
        lead = found.end() if found else 0
    mentions = objects_of(object_of(thing, "entities"), "mentions") + objects_of(
        object_of(note, "entities"), "mentions"
    )
    if not mentions:
        return "@" in text[lead:] or not lead
    ours = [start for one in mentions if text_of(one, "id") == me and isinstance(start := one.get("start"), int)]
    return not ours or any(start >= lead for start in ours)


def _referenced(thing: JsonObject, how: str) -> str:
    listed = objects_of(thing, "referenced_tweets", "referenced_posts")
    return next((text_of(one, "id") for one in listed if text_of(one, "type") == how), "")


def _files(thing: JsonObject, media: Mapping[str, JsonObject]) -> tuple[Attachment, ...]:
    """The media as links; `media` fetches the pictures of posts. OAuth 1.0a reads no DM media."""
    files = []
    for key in texts_of(object_of(thing, "attachments"), "media_keys"):
        about = media.get(key, {})
        suffix, media_type = _FILE_TYPES.get(text_of(about, "type"), ("bin", "application/octet-stream"))
        files.append(
            Attachment(
                name=f"{key}.{suffix}",
                media_type=media_type,
                size=0,
                url=text_of(about, "url", "preview_image_url"),
                reason="link only: not downloaded from X",
            )
        )
    return tuple(files)


def _moment(written: str, number: str) -> datetime:
    try:
        moment = datetime.fromisoformat(written)
    except ValueError:
        return time_of(int(number))
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)


def _as_number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() else 0


def _hash(number: str) -> str:
    return hashlib.sha256(f"x:{number}".encode()).hexdigest()


def _bytes(thing: object) -> bytes:
    return json.dumps(thing, separators=(",", ":")).encode()


def _unreadable(kind: str, thing: object, now: datetime, reason: str) -> Unreadable:
    number = id_of(thing)
    at = time_of(int(number)) if number else now
    return Unreadable(key=key_of(kind, thing), at=at, reason=reason, raw=_bytes(thing))

"""Decides which fields we ask X for, in its two spellings: `tweet.*` (OpenAPI 2.166) and `post.*` (2.167)."""

import logging
from collections.abc import Mapping
from enum import StrEnum

log = logging.getLogger(__name__)


class Spelling(StrEnum):
    """The family of field names that a request uses."""

    TWEET = "tweet"
    POST = "post"


POST_FIELDS = [
    "created_at",
    "author_id",
    "conversation_id",
    "in_reply_to_user_id",
    "referenced_tweets",
    "edit_history_tweet_ids",
    "display_text_range",
    "entities",
    "attachments",
    "lang",
    "note_tweet",
]
DM_FIELDS = ["id", "text", "event_type", "created_at", "dm_conversation_id", "sender_id", "attachments"]
MEDIA_FIELDS = ["media_key", "type", "url", "preview_image_url"]
USER_FIELDS = ["id", "name", "username"]
EXPANSIONS = ["attachments.media_keys"]

_RENAMED = {"note_tweet": "note_post"}
# In 2.167 these are no fields any more: they come with the expansion of the same meaning.
_EXPANDED = {
    "author_id": "author_id",
    "in_reply_to_user_id": "in_reply_to_user_id",
    "referenced_tweets": "referenced_posts",
    "edit_history_tweet_ids": "edit_history_post_ids",
    "sender_id": "sender_id",
}
_SPELLED = ("tweet.fields", "dm_event.fields")
NAMED_IN_BLAME = ("tweet.fields", "post.fields", "dm_event.fields", "expansions")


def spell(parameters: Mapping[str, str], spelling: Spelling) -> dict[str, str]:
    """The same query in the wanted spelling; `parameters` are written in tweepy's, the tweet spelling."""
    if spelling is Spelling.TWEET:
        return dict(parameters)
    spelled = {name: value for name, value in parameters.items() if name not in (*_SPELLED, "expansions")}
    expansions = [one for one in parameters.get("expansions", "").split(",") if one]
    for name in _SPELLED:
        if name not in parameters:
            continue
        asked = parameters[name].split(",")
        spelled[name.replace("tweet", "post")] = ",".join(
            _RENAMED.get(one, one) for one in asked if one not in _EXPANDED
        )
        expansions += [_EXPANDED[one] for one in asked if one in _EXPANDED]
    if expansions:
        spelled["expansions"] = ",".join(expansions)
    return spelled


class Names:
    """Finds out which spelling X takes, by asking; `spelling` is the one to ask in."""

    def __init__(self, spelling: Spelling) -> None:
        self.spelling = spelling
        self._switched = False
        self._taken = False  # since the last switch

    def taken(self, asked: Spelling) -> None:
        """X has taken `asked`."""
        self._taken = self._taken or asked is self.spelling

    def refused(self, asked: Spelling) -> bool:
        """X does not take `asked`: go over to the other one; whether it is worth asking again. Not where X has taken
        nothing since it was last done: two refused spellings do not alternate for ever."""
        if self.spelling is not asked:
            return True  # another call found it out meanwhile
        if self._switched and not self._taken:
            return False
        self._switched, self._taken, self.spelling = True, False, _other(asked)
        log.warning("x.spelling_switched", extra={"spelling": self.spelling.value})
        return True

    def refused_too(self, asked: Spelling) -> None:
        """Nor does X take the other one: `asked`, which was chosen before, stays."""
        if not self._taken:
            self.spelling = asked


def _other(spelling: Spelling) -> Spelling:
    return Spelling.POST if spelling is Spelling.TWEET else Spelling.TWEET

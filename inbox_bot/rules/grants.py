"""Decides whether the tokens on record serve, or which refresh token gets new ones (RFC 6749 6)."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from inbox_bot.grants import Grant, Granted

_EARLY = 60.0  # seconds before its end from which on a token is no longer used: a call may take long
_UNSAID = 600.0  # how long a token serves whose server does not say; a refusal renews it, too


@dataclass(frozen=True, slots=True, kw_only=True)
class Renewal:
    """New tokens are needed: the refresh token to ask with, and why."""

    refresh: str = field(repr=False)
    reason: str


def fingerprint(refresh: str) -> str:
    """What is remembered of a configured refresh token, to see that another one is configured."""
    return hashlib.sha256(refresh.encode()).hexdigest()


def judge(kept: Grant | None, configured: str, refused: str, now: datetime) -> Grant | Renewal:
    """The grant that serves now, or the renewal that is due. `configured` is the configured refresh token: it wins
    over what is kept where that came from another one. `refused`: an access token that the peer turned down."""
    if kept is None:
        return Renewal(refresh=configured, reason="nothing is kept yet")
    if kept.configured != fingerprint(configured):
        return Renewal(refresh=configured, reason="another refresh token is configured")
    if kept.access == refused:
        return Renewal(refresh=kept.refresh, reason="the peer refused the access token")
    if now >= kept.until:
        return Renewal(refresh=kept.refresh, reason="the access token has run out")
    return kept


def granted(answer: Granted, asked: str, configured: str, now: datetime) -> Grant:
    """What to keep of an answer to a request that was sent at `now` with the refresh token `asked`."""
    seconds = answer.seconds if answer.seconds is not None else _UNSAID
    return Grant(
        access=answer.access,
        refresh=answer.refresh or asked,
        until=now + timedelta(seconds=max(0.0, seconds - min(_EARLY, seconds / 10))),
        configured=fingerprint(configured),
    )

"""The one tree of errors: a class of its own only where a caller branches on it.

InboxBotError            one line for a person: what is wrong and what to do
├── ConfigError          the configuration cannot be used; carries every fault found
├── UsageError           a person asked for what cannot be done (unknown number, unknown agent, …)
│   └── Stopped          an answer may not go out as it is; the reasons say what to do
├── Unsendable           this text cannot go out as it is: refused when written, or for good by the peer
├── Deferred             certainly not accepted now; the same bytes may be tried again
│   └── Unreached        … and nobody's would be: no connection, hung up, 421; the whole inbox tries more slowly
├── Uncertain            the peer may or may not have accepted; never resend blindly
├── Paused               the whole inbox must wait (rate limit, credits, login refused, peer down)
│   ├── Limited          … for what goes the same way only (X's limit for direct messages); its other deliveries go on
│   └── Revoked          the token server takes our refresh token no more (OAuth 2)
└── StoreError           the database cannot be used
    └── Conflict         another process wrote the same key first; run the transaction again
"""

from datetime import datetime


class InboxBotError(Exception):
    """Root of all errors that a user should read as one line."""


class ConfigError(InboxBotError):
    """The configuration has faults; `faults` holds one line each, beginning with the key's path."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


class UsageError(InboxBotError):
    """What the person asked for cannot be done; the text says what to do instead."""


class Stopped(UsageError):
    """An agent's answer may not go out as it is, and nothing was sent. `reasons`: each in one line, with what to do.

    `newer`: what its writer has not seen, as lines to be shown to him. `override`: "anyway" would send it.
    """

    def __init__(self, reasons: tuple[str, ...], *, newer: tuple[str, ...] = (), override: bool = False) -> None:
        super().__init__("; ".join(reasons) + (" (--anyway sends it all the same)" if override else ""))
        self.reasons = reasons
        self.newer = newer
        self.override = override


class Unsendable(InboxBotError):
    """A text or address that the channel will not take; trying again would not help."""


class Deferred(InboxBotError):
    """The peer certainly did not accept (SMTP 4xx, no connection, refused before DATA); try later.

    `retry_after` is the peer's own wish in seconds, if it gave one.
    """

    def __init__(self, message: str, *, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Unreached(Deferred):
    """The peer takes nothing from anybody now. Each delivery on its own knocking at a dead server would be a storm."""


class Uncertain(InboxBotError):
    """The connection or the answer was lost after the peer may have accepted."""


class Paused(InboxBotError):
    """The inbox as a whole cannot go on before `until` (aware UTC; None = try at the next turn).

    `alarm` is True where a person has to act (credits used up, login refused), False for an ordinary rate limit.
    `spend` is what the calls made before the stop cost, in micro-dollars.
    """

    def __init__(self, message: str, *, until: datetime | None = None, alarm: bool = False, spend: int = 0) -> None:
        super().__init__(message)
        self.until = until
        self.alarm = alarm
        self.spend = spend


class Limited(Paused):
    """One way of the inbox is closed until `until` (never None); a limit of X on direct messages lasts up to a day and
    must not keep back the posts."""


class Revoked(Paused):
    """The token server does not take a refresh token: consent withdrawn, expired, or used up by somebody else."""


class StoreError(InboxBotError):
    """The database cannot be reached, is locked for too long, or is of another version."""


class Conflict(StoreError):
    """A unique key was taken meanwhile; the whole transaction can be run again."""

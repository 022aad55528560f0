"""Decides which UIDs of a folder are ours to take, and keeps that as the source's cursor."""

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

SWEEP_EVERY = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """Where the next poll resumes.

    `uid`: highest seen. UIDs up to `base` were there before us: ours are only those that came (INTERNALDATE) at or
    after `since`, none where it is None. `began` takes the place of `since` when the folder gets a new UIDVALIDITY
    (None: then everything is ours; copies are recognised by their content). `swept_at`: last full comparison.
    """

    uidvalidity: int
    uid: int
    base: int
    since: datetime | None = None
    began: datetime | None = None
    swept_at: datetime | None = None

    def dump(self) -> str:
        """Small JSON text, equal for equal cursors."""
        return json.dumps(
            {
                "uidvalidity": self.uidvalidity,
                "uid": self.uid,
                "base": self.base,
                "since": _text(self.since),
                "began": _text(self.began),
                "swept_at": _text(self.swept_at),
            }
        )

    def key(self, uid: int) -> str:
        """The name of a message within its inbox, for ever (RFC 9051 2.3.1.1)."""
        return f"{self.uidvalidity}:{uid}"

    def claims(self, uid: int, at: datetime | None) -> bool:
        """Whether a message is ours by its UID and INTERNALDATE; one without a date is."""
        return uid > self.base or (self.since is not None and (at is None or at >= self.since))

    def seen(self, uid: int) -> "Cursor":
        """The same after everything up to this UID was returned or is known."""
        return replace(self, uid=max(self.uid, uid))

    def sweep_due(self, now: datetime) -> bool:
        """Whether the folder must be compared with the ledger as a whole again; a clock set back counts as due."""
        return self.swept_at is None or not self.swept_at <= now < self.swept_at + SWEEP_EVERY

    def renewed(self, uidvalidity: int, uidnext: int) -> "Cursor":
        """The cursor for a folder whose old UIDs mean nothing any more: rescan all of it that can be ours."""
        base = uidnext - 1 if self.began else 0
        return Cursor(uidvalidity=uidvalidity, uid=base, base=base, since=self.began, began=self.began)


def load(text: str) -> Cursor:
    """Read what `dump` wrote."""
    found = json.loads(text)
    return Cursor(
        uidvalidity=found["uidvalidity"],
        uid=found["uid"],
        base=found["base"],
        since=_date(found["since"]),
        began=_date(found["began"]),
        swept_at=_date(found["swept_at"]),
    )


def first(start: str, uidvalidity: int, uidnext: int, newest: datetime | None, now: datetime) -> Cursor:
    """The cursor of a first run. `start`: "now", "all" or an ISO date (midnight UTC unless it says otherwise).

    `newest` is the latest INTERNALDATE of the messages there: with "now", what is not younger was never ours, also
    after a change of UIDVALIDITY. It is the server's clock, so a difference to ours does no harm.
    """
    if start == "all":
        return Cursor(uidvalidity=uidvalidity, uid=0, base=0)
    base = uidnext - 1
    if start == "now":
        # INTERNALDATE is told by the second: one of that same second may still come, but no more once it has passed
        after = newest + timedelta(seconds=1) if newest and newest + timedelta(seconds=1) <= now else newest
        began = min(after, now) if after else None
        return Cursor(uidvalidity=uidvalidity, uid=base, base=base, began=began, swept_at=now)
    since = datetime.fromisoformat(start)
    since = since.astimezone(UTC) if since.tzinfo else since.replace(tzinfo=UTC)
    return Cursor(uidvalidity=uidvalidity, uid=base, base=base, since=since, began=since)


def _text(at: datetime | None) -> str:
    return at.isoformat() if at else ""


def _date(text: str) -> datetime | None:
    return datetime.fromisoformat(text) if text else None

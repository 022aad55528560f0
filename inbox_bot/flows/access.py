"""Keeps one account's OAuth 2 tokens: one process at a time renews them, all the others read what it has put down."""

import asyncio
import json
import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from inbox_bot.errors import Paused, Revoked, StoreError
from inbox_bot.grants import Grant, Issuer, Seal
from inbox_bot.ports import Store
from inbox_bot.rules.grants import Renewal, granted, judge

log = logging.getLogger(__name__)

_LEASE = timedelta(seconds=30)  # longer than a token server may take to answer
_LOOK_SECONDS = 0.2
_FIRST_WAIT, _LONGEST_WAIT = 5.0, 300.0  # while the token server fails
_REVOKED_WAIT = 15 * 60.0  # a refresh token that is dead stays so; a new one comes with a restart
_CLOSE_SECONDS = 25.0


@dataclass(slots=True, kw_only=True)
class Keeper:
    """The port `Access` over a store that all processes share.

    A refresh token may be good for one use only. So it is used under a lease, and the answer is put down before
    anything else is done with it, whoever has stopped waiting. If the process is killed in between, the answer is lost
    with it: the next renewal is refused and raises `Revoked`, which says how to authorise again. If only the database
    fails, this process works on with what it got and puts it down as soon as it can.
    """

    inbox: str
    purpose: str
    configured: str = field(repr=False)
    store: Store
    issuer: Issuer
    seal: Seal
    worker: str
    now: Callable[[], datetime]
    bits: Callable[[int], int]
    _grant: Grant | None = None
    _unsaved: bool = False
    _failures: int = 0
    _held: Paused | None = None
    _renewing: "asyncio.Task[str] | None" = None

    async def token(self, *, refused: str = "") -> str:
        """See `Access.token`."""
        while True:
            grant = self._grant
            if grant is not None and not self._unsaved and grant.access != refused and self.now() < grant.until:
                return grant.access
            task = self._renewing
            mine = task is None or task.done()
            if task is None or mine:
                task = self._renewing = asyncio.create_task(self._renewed(refused), name=f"tokens:{self.inbox}")
                task.add_done_callback(_looked_at)
            # whoever waits may give up, a request under way must come to its end: it may be good for one use only
            found = await asyncio.shield(task)
            if mine or found != refused:
                return found

    async def close(self) -> None:
        """Let a renewal under way come to its end, and put down what could not be put down before."""
        with suppress(TimeoutError, Paused):
            async with asyncio.timeout(_CLOSE_SECONDS):
                if self._renewing is not None:
                    await asyncio.wait([self._renewing])
                if self._unsaved:
                    await self._save()
        if self._unsaved:
            log.error("tokens_lost", extra={"inbox": self.inbox, "purpose": self.purpose})

    @property
    def _label(self) -> str:
        return f"{self.inbox}/{self.purpose}"

    async def _renewed(self, refused: str) -> str:
        try:
            return await self._fresh(refused)
        except StoreError as error:
            raise Paused(f"the tokens of {self._label} cannot be looked up: {error}") from error

    async def _fresh(self, refused: str) -> str:
        if self._unsaved:
            await self._save()
        # where saving fails, what this process got is newer than anything on record
        found = judge(self._grant if self._unsaved else await self._kept(), self.configured, refused, self.now())
        if isinstance(found, Renewal):
            self._obey()
            found = await self._in_turn(refused)
        self._grant = found
        return found.access

    async def _in_turn(self, refused: str) -> Grant:
        """Wait until nobody else renews; then see whether there is still a need, and renew."""
        loop = asyncio.get_running_loop()
        end = loop.time() + _LEASE.total_seconds()
        while not await self._lease(_LEASE):
            if loop.time() >= end:
                raise Paused(f"another process is renewing the tokens of {self._label}; it is tried again")
            await asyncio.sleep(_LOOK_SECONDS)
            found = judge(await self._kept(), self.configured, refused, self.now())
            if isinstance(found, Grant):
                return found
        try:
            found = judge(self._grant if self._unsaved else await self._kept(), self.configured, refused, self.now())
            return found if isinstance(found, Grant) else await self._renew(found, refused)
        finally:
            with suppress(StoreError):  # it runs out by itself
                await self._lease(timedelta(0))

    async def _renew(self, due: Renewal, refused: str) -> Grant:
        log.info("tokens_renewed", extra={"inbox": self.inbox, "purpose": self.purpose, "reason": due.reason})
        begun = self.now()
        try:
            answer = await self.issuer.renew(due.refresh)
        except Revoked as error:
            # held up for longer than its lease, this process may have come too late
            found = judge(await self._kept(), self.configured, refused, self.now())
            if isinstance(found, Grant):
                return found
            raise self._hold(error, _REVOKED_WAIT) from error
        except Paused as error:
            self._failures += 1
            wait = min(_FIRST_WAIT * 2 ** min(self._failures - 1, 10), _LONGEST_WAIT)
            raise self._hold(error, wait) from error
        self._failures, self._held = 0, None
        self._grant, self._unsaved = granted(answer, due.refresh, self.configured, begun), True
        await self._save()
        return self._grant

    def _obey(self) -> None:
        held = self._held
        if held is not None and held.until is not None and self.now() < held.until:
            raise Paused(str(held), until=held.until, alarm=held.alarm)

    def _hold(self, error: Paused, seconds: float) -> Paused:
        """Ask the token server no more for a while; longer where it asked for that itself."""
        until = self.now() + timedelta(seconds=seconds * (1 + self.bits(16) / 65536 / 4))
        self._held = Paused(str(error), until=max(until, error.until or until), alarm=error.alarm)
        return self._held

    async def _kept(self) -> Grant | None:
        async with self.store.read() as tx:
            sealed = await tx.credential(self.inbox, self.purpose)
        if sealed is None:
            return None
        content = self.seal.open(sealed, self._label)
        if content is None:
            log.warning("tokens_unreadable", extra={"inbox": self.inbox, "purpose": self.purpose})
            return None
        return _read(content)

    async def _save(self) -> None:
        assert self._grant is not None
        sealed = self.seal.close(_written(self._grant), self._label)
        try:
            async with self.store.write() as tx:
                await tx.keep_credential(self.inbox, self.purpose, sealed, self.now())
        except StoreError as error:
            log.warning("tokens_unsaved", extra={"inbox": self.inbox, "purpose": self.purpose, "reason": str(error)})
        else:
            self._unsaved = False

    async def _lease(self, length: timedelta) -> bool:
        """Take or prolong the right to renew; no length gives it back."""
        now = self.now()
        async with self.store.write() as tx:
            return await tx.take_lease(f"tokens:{self._label}", self.worker, now + length, now)


def _looked_at(task: "asyncio.Task[str]") -> None:
    """Whoever asked may have gone; an error nobody reads is no bug."""
    if not task.cancelled():
        task.exception()


def _written(grant: Grant) -> bytes:
    return json.dumps(
        {
            "access": grant.access,
            "refresh": grant.refresh,
            "until": grant.until.timestamp(),
            "configured": grant.configured,
        }
    ).encode()


def _read(content: bytes) -> Grant:
    found = json.loads(content)
    return Grant(
        access=found["access"],
        refresh=found["refresh"],
        until=datetime.fromtimestamp(found["until"], UTC),
        configured=found["configured"],
    )

"""Polls one folder of an IMAP mailbox: new messages by UID, in bounded lots, leaving the mailbox as it was found."""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from inbox_bot.channels import imap_folder
from inbox_bot.channels.imap_connection import Connection
from inbox_bot.channels.imap_cursor import Cursor, load
from inbox_bot.channels.imap_folder import Items, Limits
from inbox_bot.channels.imap_login import Account, BearerRefused, Security
from inbox_bot.channels.reader import Reader
from inbox_bot.errors import Paused
from inbox_bot.grants import Access
from inbox_bot.model import Address, Batch, Channel, Settled
from inbox_bot.ports import Unknown

log = logging.getLogger(__name__)

_T = TypeVar("_T")
_IDLE_SECONDS = 28 * 60.0  # RFC 2177: the server may log us out after 29 minutes
_KEYS_AT_ONCE = 1000


class ImapSource:
    """The `Source` of a mail inbox.

    Messages are known by (UIDVALIDITY, UID) and nothing else; new is what the ledger does not know: UIDs above the
    cursor at every poll, the whole folder every ten minutes and after each connect. `max_message` and `batch_bytes`
    in octets, `seconds` between polls, `patience` with a silent server, `start` as in `imap_cursor.first`. With
    `access` there is no password. `read_only`: no flag, no move.
    """

    channel = Channel.EMAIL
    stream = "mail"

    def __init__(
        self,
        *,
        inbox: str,
        host: str,
        port: int,
        security: Security,
        user: str,
        password: str,
        access: Access | None = None,
        folder: str = "INBOX",
        archive_folder: str = "",
        seconds: float = 60.0,
        start: str = "now",
        batch: int = 100,
        batch_bytes: int = 8 * 1024 * 1024,
        max_message: int = 25 * 1024 * 1024,
        ca_file: str | None = None,
        read_only: bool = False,
        patience: float = 60.0,
        reader: Reader | None = None,
    ) -> None:
        self.inbox = inbox
        self.seconds = seconds
        self._start = start
        self._batch = batch
        self._limits = Limits(batch_bytes=batch_bytes, max_message=max_message)
        self._archives = bool(archive_folder) and not read_only
        self._read_only = read_only
        self._reader = reader or Reader()
        self._account = Account(
            host=host,
            port=port,
            security=security,
            user=user,
            password=password,
            oauth2=access is not None,
            folder=folder,
            archive_folder=archive_folder,
            ca_file=ca_file,
            patience=patience,
        )
        self._connection = Connection(self._account)
        self._access = access
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix=f"imap-{inbox}")
        self._pending: list[int] = []  # found unknown, ascending; a returned one stays until the ledger has it
        self._compared = 0  # on which connection the whole folder was last compared with the ledger
        self._closing = self._closed = False
        self._wake = asyncio.Event()
        self._idling = asyncio.Lock()

    async def poll(self, cursor: str | None, unknown: Unknown, now: datetime) -> Batch:
        """See `Source.poll`."""
        at = load(cursor) if cursor else None
        folder = self._connection.folder
        if at is None or folder is None or folder.uidvalidity != at.uidvalidity:
            self._pending = []
        looked = False
        while True:
            lot = await self._next(at, unknown) if at else []
            if at is None or not (lot or looked):
                at, looked = await self._look(at, unknown, now), True
                continue
            if not lot:
                return Batch(items=(), cursor=at.dump())
            last, items = await self._read(at, lot, now)
            at = at.seen(last)
            dealt = {uid for uid in lot if uid <= last} - items.keys()  # expunged meanwhile, or not ours by its date
            if dealt:
                self._pending = [uid for uid in self._pending if uid not in dealt]
            if items:
                # `more` also after the last: the server may have told of a new one while we were busy, and does so once
                return Batch(items=tuple(items.values()), cursor=at.dump(), more=True)

    async def people(self, addresses: Sequence[str]) -> tuple[Mapping[str, Address], int]:
        """Mail brings its names along: nobody to ask, nothing to pay."""
        return {}, 0

    async def settle(self, settled: Sequence[Settled]) -> None:
        """Set `$MDNSent` where the server keeps it, then archive; only under the UIDVALIDITY of the keys.

        Raises `Paused` (alarm) where the archive folder is missing: none is created.
        """
        if self._read_only or not (self._archives or any(item.mdn for item in settled)):
            return
        await self._run(lambda: imap_folder.settle(self._connection, settled, archive=self._archives))

    async def wait(self, seconds: float) -> None:
        """See `Source.wait`: by IDLE where the server has it, else sleeping; `close` ends it at once."""
        loop = asyncio.get_running_loop()
        end = loop.time() + seconds
        async with self._idling:
            while not self._closing and (left := end - loop.time()) > 0:
                try:
                    if await self._idle(min(left, _IDLE_SECONDS)):
                        return
                except Paused:
                    return  # the next poll tells why

    async def close(self) -> None:
        """Log out; takes two seconds at most, whatever the server does; repeatable."""
        if self._closing:
            return
        self._closing = True
        self._wake.set()
        try:
            async with asyncio.timeout(2), self._idling:
                await self._in_thread(self._connection.logout)
        except TimeoutError:
            self._reader.kill()
            self._connection.interrupt()
            self._thread.submit(self._connection.drop)
        self._thread.submit(self._reader.close)
        self._closed = True
        self._thread.shutdown(wait=False)

    async def probe(self) -> str:
        """Try the account: log in, open the folder; what was found in a line. Raises `Paused` with what to do."""
        return await self._run(lambda: imap_folder.probe(self._connection, self._account, write=not self._read_only))

    async def _look(self, cursor: Cursor | None, unknown: Unknown, now: datetime) -> Cursor:
        """Open the folder afresh, search for what is new and queue it; the cursor as it stands then."""
        folder = await self._run(lambda: self._connection.select(write=self._archives))
        compared = self._compared == self._connection.opened
        if cursor is None:
            at = await self._run(lambda: imap_folder.begin(self._connection, self._start, now))
            compared = at.swept_at is not None
        elif cursor.uidvalidity != folder.uidvalidity:
            log.warning("uidvalidity changed", extra={"inbox": self.inbox, "uidvalidity": folder.uidvalidity})
            at, compared = cursor.renewed(folder.uidvalidity, folder.uidnext), False
        else:
            at = cursor
        sweep = not compared or at.sweep_due(now)
        found = await self._run(lambda: imap_folder.search(self._connection, at, sweep=sweep))
        new = await self._unknown_of(at, found, unknown)
        self._pending = [uid for uid in found if uid in new]
        self._compared = self._connection.opened
        if sweep:
            await self._archive_leftovers([uid for uid in found if uid > at.base and uid not in new])
            at = replace(at, swept_at=now)
        return at.seen(found[-1]) if found and not self._pending else at

    async def _next(self, cursor: Cursor, unknown: Unknown) -> list[int]:
        """The next lot of the queue, of which the ledger still knows nothing."""
        while self._pending:
            head = self._pending[: 2 * self._batch]
            new = await self._unknown_of(cursor, head, unknown)
            self._pending = [uid for uid in head if uid in new] + self._pending[len(head) :]
            if new:
                return self._pending[: min(len(new), self._batch)]
        return []

    async def _unknown_of(self, cursor: Cursor, uids: Sequence[int], unknown: Unknown) -> set[int]:
        found: set[str] = set()
        for start in range(0, len(uids), _KEYS_AT_ONCE):
            found |= await unknown([cursor.key(uid) for uid in uids[start : start + _KEYS_AT_ONCE]])
        return {uid for uid in uids if cursor.key(uid) in found}

    async def _read(self, cursor: Cursor, lot: Sequence[int], now: datetime) -> tuple[int, Items]:
        return await self._run(lambda: imap_folder.read(self._connection, cursor, lot, self._limits, self._reader, now))

    async def _archive_leftovers(self, known: Sequence[int]) -> None:
        """Move what is on record but still here: a crash came between the commit and `settle`."""
        if not (self._archives and known):
            return
        try:
            await self._run(lambda: imap_folder.move_again(self._connection, known))
        except Paused as exc:
            log.warning("archiving failed", extra={"inbox": self.inbox, "error": str(exc)})

    async def _idle(self, seconds: float) -> bool:
        """Sleep, by IDLE if possible; whether there is news."""
        self._wake.clear()
        sock = None
        if self._connection.open and await self._run(lambda: self._connection.can("IDLE")):
            sock = await self._run(self._connection.idle)
            if sock is None:
                return True
        if not await self._woken(sock.fileno() if sock else None, seconds) and sock is None:
            return False
        return sock is not None and await self._run(self._connection.idle_done)

    async def _woken(self, fd: int | None, seconds: float) -> bool:
        """Sleep until the server speaks or `close` is called; cancelled in IDLE, it drops the connection."""
        loop = asyncio.get_running_loop()
        if self._closing:
            return True
        if fd is not None:
            loop.add_reader(fd, self._wake.set)
        try:
            async with asyncio.timeout(seconds):
                await self._wake.wait()
        except TimeoutError:
            return False
        except asyncio.CancelledError:
            self._thread.submit(self._connection.drop)
            raise
        finally:
            if fd is not None:
                loop.remove_reader(fd)
        return True

    async def _run(self, call: Callable[[], _T]) -> _T:
        """Call in the thread, which opens the connection where there is none; that needs an access token first."""
        if self._access is None:
            return await self._in_thread(call)
        if not self._connection.open:
            self._connection.bearer = await self._access.token()
        try:
            return await self._in_thread(call)
        except BearerRefused:
            self._connection.bearer = await self._access.token(refused=self._connection.bearer)
        return await self._in_thread(call)

    async def _in_thread(self, call: Callable[[], _T]) -> _T:
        if self._closed:
            raise Paused(f"the connection to {self._account.name} was closed")
        return await asyncio.get_running_loop().run_in_executor(self._thread, call)

"""One IMAP connection for one thread: searches, fetches, moves, idles; every failure becomes `Paused`."""

import contextlib
import logging
import socket
import ssl
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from imapclient import IMAPClient  # type: ignore[import-untyped]  # ships none
from imapclient.exceptions import IMAPClientError, ProtocolError  # type: ignore[import-untyped]  # ships none

from inbox_bot.channels import imap_names
from inbox_bot.channels.imap_login import Account, connect, in_one_line
from inbox_bot.errors import Paused

log = logging.getLogger(__name__)

_SEARCH_LIMIT = 50_000  # imaplib refuses lines above 1,000,000 bytes; a UID takes at most eleven
_MDN_SENT = "$MDNSent"  # RFC 3503


@dataclass(frozen=True, slots=True, kw_only=True)
class Folder:
    """What the server said when the folder was selected."""

    uidvalidity: int
    uidnext: int
    exists: int
    writable: bool
    flags: frozenset[str]  # PERMANENTFLAGS, upper case

    @property
    def keeps_mdn_sent(self) -> bool:
        """Whether the keyword would stay (RFC 9051 7.1); a server may drop others silently."""
        return "\\*" in self.flags or _MDN_SENT.upper() in self.flags


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """What is known of a message before it is fetched."""

    octets: int
    at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """One message as it lies on the server."""

    uid: int
    raw: bytes
    at: datetime | None
    flags: tuple[str, ...]


class Connection:
    """A lazily opened, logged-in connection; not thread safe, and of no use to two threads.

    All methods raise `Paused` (alarm: a person has to act) and let go of the connection first, since a broken
    exchange leaves it out of step.
    """

    def __init__(self, account: Account, *, search_limit: int = _SEARCH_LIMIT) -> None:
        self._account = account
        self._search_limit = search_limit
        self._client: IMAPClient | None = None
        self.folder: Folder | None = None
        self.bearer = ""  # the access token to log in with, where the account has no password
        self.opened = 0  # how many times: what was known of the folder holds for one connection

    @property
    def open(self) -> bool:
        """Whether there is a connection."""
        return self._client is not None

    def can(self, capability: str) -> bool:
        """Whether the server offers this extension."""
        with self._guarded() as client:
            return bool(client.has_capability(capability))

    def select(self, *, write: bool) -> Folder:
        """Select (`write`) or examine the folder afresh: EXAMINE leaves even \\Recent as it is."""
        with self._guarded() as client:
            found, writable = self._selected(client, write=write)
            if b"UIDVALIDITY" not in found:
                self.folder = None
                raise Paused(f"{self._account.name} gives no UIDVALIDITY: its mail cannot be told apart", alarm=True)
            flags = found.get(b"PERMANENTFLAGS", ())
            self.folder = Folder(
                uidvalidity=int(found[b"UIDVALIDITY"]),
                # optional in RFC 3501; without it what comes next is above the highest UID there is
                uidnext=int(found.get(b"UIDNEXT") or _highest(client, int(found[b"EXISTS"])) + 1),
                exists=int(found[b"EXISTS"]),
                writable=writable,
                flags=frozenset(flag.decode("latin-1").upper() for flag in flags),
            )
            return self.folder

    def _selected(self, client: IMAPClient, *, write: bool) -> tuple[dict[bytes, Any], bool]:
        """What SELECT or EXAMINE says, and whether the folder may be written to."""
        folder = self._account.folder
        try:
            return client.select_folder(folder, readonly=not write), write
        except client.ReadOnlyError:  # what imaplib calls it when SELECT gives [READ-ONLY]
            return client.select_folder(folder, readonly=True), False
        except (IMAPClientError, OSError) as exc:
            if isinstance(exc, IMAPClient.AbortError | OSError):
                raise
            self.folder = None
            raise Paused(
                f"folder {folder!r} on {self._account.name} cannot be opened ({in_one_line(exc)}); "
                f"correct `folder` in the configuration{imap_names.those_there(client)}",
                alarm=True,
            ) from exc

    def newest(self) -> datetime | None:
        """INTERNALDATE of the message with the highest UID; None in an empty folder."""
        with self._guarded() as client:
            uid = _highest(client, self.folder.exists if self.folder else 0)
        found = self.sizes([uid]).get(uid) if uid else None
        return found.at if found else None

    def uids(self, after: int) -> list[int]:
        """All UIDs above `after`, ascending."""
        # n:* always holds the last message, even below n (RFC 9051 9, seq-range): hence the filter
        return sorted(uid for uid in self._search(["UID", f"{after + 1}:*"]) if uid > after)

    def uids_since(self, day: date, up_to: int) -> list[int]:
        """All UIDs up to `up_to` whose INTERNALDATE is not before that day (as the server's zone has it)."""
        return sorted(uid for uid in self._search(["SINCE", day]) if uid <= up_to)

    def sizes(self, uids: Sequence[int]) -> dict[int, Size]:
        """RFC822.SIZE and INTERNALDATE of those that are still there."""
        with self._guarded() as client:
            found = client.fetch(uids, ["RFC822.SIZE", "INTERNALDATE"])
        return {
            uid: Size(octets=int(item[b"RFC822.SIZE"]), at=_utc(item.get(b"INTERNALDATE")))
            for uid, item in found.items()
            if b"RFC822.SIZE" in item
        }

    def fetch(self, uids: Sequence[int], *, headers_only: bool = False) -> list[Fetched]:
        """The messages that are still there, by UID, in one command that sets no flag."""
        section = "HEADER" if headers_only else ""
        with self._guarded() as client:
            found = client.fetch(uids, [f"BODY.PEEK[{section}]", "INTERNALDATE", "FLAGS"])
        body = f"BODY[{section}]".encode()
        return [
            Fetched(
                uid=uid,
                raw=bytes(item[body]),
                at=_utc(item.get(b"INTERNALDATE")),
                flags=tuple(flag.decode("latin-1") for flag in item.get(b"FLAGS", ())),
            )
            for uid, item in sorted(found.items())
            if item.get(body) is not None
        ]

    def mark_mdn_sent(self, uids: Sequence[int]) -> None:
        """Set `$MDNSent` (RFC 8098 2.1) on a folder selected for writing."""
        with self._guarded() as client:
            client.add_flags(uids, [_MDN_SENT], silent=True)

    @property
    def moves_wholly(self) -> bool:
        """Whether a moved message is sure to be gone from the folder, so that moving can be repeated."""
        return self.can("MOVE") or self.can("UIDPLUS")

    def move(self, uids: Sequence[int]) -> None:
        """Move to the archive folder, which must exist; where the server can't, copy and leave the original."""
        with self._guarded() as client:
            archive = self._account.archive_folder
            self.check_archive()
            if client.has_capability("MOVE"):
                client.move(uids, archive)
                return
            client.copy(uids, archive)
            if client.has_capability("UIDPLUS"):
                client.delete_messages(uids, silent=True)
                client.uid_expunge(uids)  # a bare EXPUNGE would take what others marked (RFC 4315)
            else:
                log.warning("archive copy left its original", extra={"count": len(uids)})

    def check_archive(self) -> None:
        """Raise `Paused` with what to do where nothing can be moved to the archive folder."""
        with self._guarded() as client:
            if not imap_names.takes_mail(client, self._account.archive_folder):
                raise Paused(self._account.no_archive + imap_names.those_there(client), alarm=True)
            if self.folder is not None and not self.folder.writable:
                raise Paused(self._account.no_writing, alarm=True)

    def idle(self) -> socket.socket | None:
        """Enter IDLE; None = there is news already, or the server would not: poll again. Else what to wait on."""
        with self._guarded() as client:
            _, news = client.noop()
            if any(_is_news(item) for item in news):
                return None
            client.idle()
            found = client.socket()
            assert isinstance(found, socket.socket)
            if isinstance(found, ssl.SSLSocket) and found.pending():
                client.idle_done()
                return None
            return found

    def idle_done(self) -> bool:
        """Leave IDLE; whether the server told of a new message."""
        with self._guarded() as client:
            _, news = client.idle_done()
            return any(_is_news(item) for item in news)

    def logout(self) -> None:
        """Say goodbye and let go; never raises."""
        client, self._client, self.folder = self._client, None, None
        if client is not None:
            with contextlib.suppress(IMAPClientError, OSError):
                client.logout()
            with contextlib.suppress(IMAPClientError, OSError):
                client.shutdown()

    def drop(self) -> None:
        """Let go without a word; never raises."""
        client, self._client, self.folder = self._client, None, None
        if client is not None:
            with contextlib.suppress(IMAPClientError, OSError):
                client.shutdown()

    def interrupt(self) -> None:
        """From another thread: make a call under way fail now."""
        client = self._client
        if client is not None:
            with contextlib.suppress(OSError):
                # past SSLSocket, whose own shutdown would take the TLS state from under the reading thread
                socket.socket.shutdown(client.socket(), socket.SHUT_RDWR)

    def _search(self, criteria: list[Any]) -> set[int]:
        with self._guarded() as client:
            if self.folder is None or self.folder.exists <= self._search_limit:
                return set(client.search(criteria))
            found: set[int] = set()
            # From the end down: what somebody expunges meanwhile shifts messages only into ranges yet to come.
            top = (self.folder.exists - 1) // self._search_limit * self._search_limit + 1
            for low in range(top, 0, -self._search_limit):
                high = "*" if low == top else str(low + self._search_limit - 1)
                found.update(client.search([f"{low}:{high}", *criteria]))
            return found

    @contextlib.contextmanager
    def _guarded(self) -> Iterator[IMAPClient]:
        """The client, opened if need be; translates what goes wrong and then drops it."""
        try:
            if self._client is None:
                self._client = connect(self._account, self.bearer)
                self.opened += 1
            yield self._client
        except ssl.SSLCertVerificationError as exc:
            self.drop()
            raise Paused(
                f"the certificate of {self._account.name} is not valid ({exc.verify_message}); correct `host`, or name "
                "the issuer in `ca_file`",
                alarm=True,
            ) from exc
        except (IMAPClientError, ProtocolError, OSError, ValueError, EOFError) as exc:
            self.drop()
            hint = "if it stays so, check `host`, `port` and `security`"
            raise Paused(f"{self._account.name} does not work ({in_one_line(exc)}); {hint}") from exc


def _highest(client: IMAPClient, exists: int) -> int:
    return max(client.search(["UID", "*"]), default=0) if exists else 0


def _is_news(item: tuple[Any, ...]) -> bool:
    return len(item) >= 2 and item[1] in (b"EXISTS", b"RECENT")


def _utc(at: datetime | None) -> datetime | None:
    try:
        return at.replace(tzinfo=at.tzinfo or UTC).astimezone(UTC) if at else None
    except OverflowError:  # the last day of the year 9999 in some zone
        return None

"""What one poll or one settlement does on the IMAP connection, in its thread: searching, reading, filing away."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from inbox_bot.channels.imap_connection import Connection, Fetched, Size
from inbox_bot.channels.imap_cursor import Cursor, first
from inbox_bot.channels.imap_login import Account
from inbox_bot.channels.reader import RawMail, Reader
from inbox_bot.model import Incoming, Settled, Unreadable

_MOVES_AT_ONCE = 500  # UIDs in one command line
_RECENT = timedelta(days=30)  # what is older is not answered automatically anyway


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Octets: of the messages of one lot together, of a single one."""

    batch_bytes: int
    max_message: int


Items = dict[int, Incoming | Unreadable]


def begin(connection: Connection, start: str, now: datetime) -> Cursor:
    """The first cursor of a folder that is selected."""
    folder = connection.folder
    assert folder is not None
    newest = _newest(connection, now) if start == "now" else None
    return first(start, folder.uidvalidity, folder.uidnext, newest, now)


def _newest(connection: Connection, now: datetime) -> datetime | None:
    """The latest INTERNALDATE there, None in an empty folder. The highest UID need not have it: who moves an old mail
    here keeps its date."""
    folder = connection.folder
    assert folder is not None
    recent = connection.uids_since((now - _RECENT).date(), folder.uidnext - 1)
    lots = [recent[start : start + _MOVES_AT_ONCE] for start in range(0, len(recent), _MOVES_AT_ONCE)]
    dates = [size.at for lot in lots for size in connection.sizes(lot).values()]
    return max(filter(None, (connection.newest(), *dates)), default=None)


def search(connection: Connection, cursor: Cursor, *, sweep: bool) -> list[int]:
    """UIDs that may be ours, ascending: those above the cursor, or (`sweep`) all."""
    if not sweep:
        return connection.uids(cursor.uid)
    old: list[int] = []
    if cursor.since is not None:
        # SINCE goes by the day in the zone in which the server wrote INTERNALDATE (RFC 9051 6.4.4)
        old = connection.uids_since((cursor.since - timedelta(days=1)).date(), cursor.base)
    return old + connection.uids(cursor.base)


def read(
    connection: Connection, cursor: Cursor, lot: Sequence[int], limits: Limits, reader: Reader, now: datetime
) -> tuple[int, Items]:
    """The last UID of the lot that was dealt with, and our messages up to there, read.

    Sizes come first, so that a huge message costs no memory; then everything in one FETCH. What the server gives
    nothing for was expunged meanwhile.
    """
    reader.start()
    sizes = connection.sizes(lot)
    wanted: list[int] = []
    large: list[int] = []
    last, budget = lot[0], limits.batch_bytes
    for uid in lot:
        size = sizes.get(uid)
        if size is not None and cursor.claims(uid, size.at):
            if size.octets > limits.max_message:
                large.append(uid)
            elif wanted and size.octets > budget:
                break
            else:
                wanted.append(uid)
                budget -= size.octets
        last = uid
    items: Items = {}
    fetched = connection.fetch(wanted)
    raws = [
        RawMail(key=cursor.key(mail.uid), at=mail.at or now.astimezone(UTC), raw=mail.raw, folder_flags=mail.flags)
        for mail in fetched
    ]
    items.update(zip((mail.uid for mail in fetched), reader.read(raws), strict=True))
    for mail in connection.fetch(large, headers_only=True):
        items[mail.uid] = _too_large(cursor, mail, sizes[mail.uid], limits, now)
    return last, dict(sorted(items.items()))


def settle(connection: Connection, settled: Sequence[Settled], *, archive: bool) -> None:
    """Mark and move what is on record, as far as its keys belong to the folder's present UIDVALIDITY."""
    folder = connection.folder
    if folder is None or not folder.writable:
        folder = connection.select(write=True)
    split = [(item.key.partition(":"), item.mdn) for item in settled]
    mine = [(int(uid), mdn) for (validity, _, uid), mdn in split if int(validity) == folder.uidvalidity]
    answered = [uid for uid, mdn in mine if mdn]
    if answered and folder.writable and folder.keeps_mdn_sent:
        connection.mark_mdn_sent(answered)
    if archive:
        move(connection, [uid for uid, _ in mine])


def move_again(connection: Connection, uids: Sequence[int]) -> None:
    """Repeat an archiving that a crash prevented; not where the archive would get a copy at each repetition."""
    if connection.moves_wholly:
        move(connection, uids)


def move(connection: Connection, uids: Sequence[int]) -> None:
    """Move to the archive folder in lots that fit a command line."""
    for start in range(0, len(uids), _MOVES_AT_ONCE):
        connection.move(uids[start : start + _MOVES_AT_ONCE])


def probe(connection: Connection, account: Account, *, write: bool) -> str:
    """Log in and open the folder; what was found. Raises `Paused` with what to do."""
    folder = connection.select(write=write)
    missing = [name for name in ("IDLE", "UIDPLUS", "MOVE") if not connection.can(name)]
    if write and not (folder.writable and folder.keeps_mdn_sent):
        missing.append("keyword $MDNSent")
    if account.archive_folder:
        connection.check_archive()
    found = [f"{folder.exists} messages in {account.folder}"]
    found.append("not offered: " + ", ".join(missing) if missing else "IDLE, UIDPLUS, MOVE offered")
    if account.archive_folder:
        found.append(f"archive folder {account.archive_folder} is there")
    return "; ".join(found)


def _too_large(cursor: Cursor, mail: Fetched, size: Size, limits: Limits, now: datetime) -> Unreadable:
    reason = f"too large: {size.octets} bytes, the limit is {limits.max_message}; only its header is kept"
    return Unreadable(key=cursor.key(mail.uid), at=mail.at or now.astimezone(UTC), reason=reason, raw=mail.raw)

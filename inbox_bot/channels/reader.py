"""Reads mails in a process of its own: what hangs, crashes or eats memory costs that one mail, never its inbox."""

import contextlib
import io
import logging
import os
import pickle
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from inbox_bot.channels.reader_process import LENGTH, NO_MEMORY
from inbox_bot.errors import Paused
from inbox_bot.model import Incoming, Unreadable

log = logging.getLogger(__name__)

SECONDS = 20.0
MEMORY = 1024 * 1024 * 1024
_PATIENCE = (3, 6)
"""On the wall: so many times `seconds` and so many seconds more, for one that hangs without working."""
_LONGEST_ANSWER = 256 * 1024 * 1024
_LOT_BYTES = 1024 * 1024
_START_SECONDS = 60.0
_END_SECONDS = 1.0
# All that an answer may be made of. The process that sends it is our own, but it has had strangers' bytes in its hands.
_ALLOWED = {("datetime", name) for name in ("datetime", "timedelta", "timezone")} | {
    ("inbox_bot.model", name)
    for name in (
        *("Address", "Attachment", "Channel", "Incoming", "MailFacts", "Report", "ReportLine", "Unreadable"),
        "Visibility",
    )
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RawMail:
    """A mail's bytes with what the mailbox says about it (see `Incoming`). `whole`: as for `mime.parse`."""

    key: str
    at: datetime
    raw: bytes
    folder_flags: tuple[str, ...] = ()
    whole: bool = False


class Reader:
    """Turns bytes into messages, one after the other, in a process that is started when first wanted.

    `seconds` of processor time and `memory` bytes of address space are what one mail may take; what goes beyond, or
    ends the process in another way, is an `Unreadable` with the reason, and the next mail gets a new process. For one
    thread; only `kill` may come from another one.
    """

    def __init__(self, *, seconds: float = SECONDS, memory: int = MEMORY) -> None:
        self._seconds = seconds
        self._memory = memory
        self._process: _Process | None = None
        self._killed = False
        self._suspect = ""  # the key of the mail at which a process was last lost

    def start(self) -> None:
        """Have the process get ready while the caller still fetches; repeatable. Raises `Paused` where it cannot."""
        if self._process is None and not self._killed:
            try:
                self._process = _Process(self._seconds, self._memory)
            except OSError as exc:
                raise Paused(f"no process for reading mail can be started ({exc.strerror})", alarm=True) from exc

    def read(self, mails: Sequence[RawMail]) -> list[Incoming | Unreadable]:
        """One result for each mail, in order. Raises `Paused` after `kill`, or where no process can be had."""
        found: list[Incoming | Unreadable] = []
        while left := mails[len(found) :]:
            found += self._read(_lot(left))
        return found

    def close(self) -> None:
        """End the process; repeatable."""
        if self._process is not None:
            self._process.close()
            self._process = None

    def kill(self) -> None:
        """End the process at once and for good, whatever `read` is doing in its thread."""
        self._killed = True
        if (process := self._process) is not None:
            process.kill()

    def _read(self, lot: Sequence[RawMail]) -> list[Incoming | Unreadable]:
        """The results for the first mails of a lot: all, or up to the one that ended the process."""
        self.start()
        process, found = self._process, list[Incoming | Unreadable]()
        if self._killed or process is None:
            raise Paused("inbox-bot is stopping")
        try:
            process.ask(lot)
            for mail in lot:
                answer = process.answer()
                found.append(replace(answer, key=mail.key, at=mail.at, raw=mail.raw))
        except Paused:
            self.close()
            raise
        except _Lost as lost:
            self.close()
            if self._killed:
                raise Paused("inbox-bot is stopping") from None
            mail = lot[len(found)]
            log.warning("reading_failed", extra={"key": mail.key, "reason": lost.reason})
            # What ended a process may have been another's doing (a kill, memory that an earlier mail left behind).
            if lost.final or self._suspect == mail.key:
                found.append(Unreadable(key=mail.key, at=mail.at, reason=lost.reason, raw=mail.raw))
            self._suspect = mail.key
        return found


def _lot(mails: Sequence[RawMail]) -> Sequence[RawMail]:
    """As many as are sent at once: the process reads one while we unpack the one before."""
    room, count = _LOT_BYTES, 0
    while count < len(mails) and (not count or len(mails[count].raw) <= room):
        room -= len(mails[count].raw)
        count += 1
    return mails[:count]


class _Lost(Exception):
    """The process gave no answer. `final`: it would give none another time."""

    def __init__(self, reason: str, *, final: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.final = final


class _Process:
    """One running `reader_process`; its standard input is a socket for both ways, which ends with either side."""

    def __init__(self, seconds: float, memory: int) -> None:
        self._seconds = seconds
        self._patience = seconds * _PATIENCE[0] + _PATIENCE[1]
        self._memory = memory
        self._ready = False
        self._channel, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603  our own module, nothing from outside in the arguments
                [sys.executable, "-P", "-m", "inbox_bot.channels.reader_process", str(seconds), str(memory)],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,  # a library's last words may quote the mail
                env={"PYTHONPATH": os.pathsep.join(one or os.curdir for one in sys.path)},  # and no secrets
            )

    def ask(self, mails: Sequence[RawMail]) -> None:
        """Hand over mails; one `answer` follows for each. Raises `_Lost`, or `Paused` where nothing works at all."""
        self._await_start()
        request = pickle.dumps([(mail.raw, mail.folder_flags, mail.whole) for mail in mails])
        self._channel.settimeout(self._patience)
        with self._losing():
            self._channel.sendall(LENGTH.pack(len(request)) + request)

    def answer(self) -> Incoming | Unreadable:
        """The next one; raises `_Lost`."""
        end = time.monotonic() + self._patience
        with self._losing():
            (length,) = LENGTH.unpack(self._receive(LENGTH.size, end))
            if length > _LONGEST_ANSWER:
                raise _Lost(f"what was read of it takes more than {_LONGEST_ANSWER} bytes", final=True)
            return _unpacked(self._receive(length, end))

    def close(self) -> None:
        """End it, which has nothing to lose."""
        self._channel.close()
        self._process.kill()
        self._process.wait()

    def kill(self) -> None:
        """End it by force."""
        self._process.kill()

    @contextlib.contextmanager
    def _losing(self) -> Iterator[None]:
        try:
            yield
        except TimeoutError:
            raise _Lost(f"reading it took more than {self._patience:.0f} seconds") from None
        except (OSError, EOFError):
            raise self._ended() from None

    def _await_start(self) -> None:
        """What goes wrong before its first sign of life is no mail's fault."""
        if self._ready:
            return
        try:
            self._receive(LENGTH.size, time.monotonic() + _START_SECONDS)
        except (OSError, EOFError) as exc:
            raise Paused(f"the process for reading mail does not start ({self._ended().reason})", alarm=True) from exc
        self._ready = True

    def _receive(self, count: int, end: float) -> bytearray:
        got = bytearray(count)
        view = memoryview(got)
        while view:
            self._channel.settimeout(max(0.001, end - time.monotonic()))
            received = self._channel.recv_into(view)
            if not received:
                raise EOFError
            view = view[received:]
        return got

    def _ended(self) -> _Lost:
        """Why it has gone."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(_END_SECONDS)
        status = self._process.returncode
        if status == -signal.SIGPROF:
            return _Lost(f"reading it took more than {self._seconds:g} seconds of processor time", final=True)
        if status == NO_MEMORY:
            return _Lost(f"reading it took more than {self._memory // 1024 // 1024} MiB of memory")
        return _Lost(f"reading it ended the process (status {status})")


class _Answers(pickle.Unpickler):
    """Makes nothing but the model's data."""

    def find_class(self, module: str, name: str) -> Any:
        """Only what is allowed."""
        if (module, name) not in _ALLOWED:
            raise pickle.UnpicklingError(f"{module}.{name} has no place in an answer")
        return super().find_class(module, name)


def _unpacked(data: bytearray) -> Incoming | Unreadable:
    try:
        found = _Answers(io.BytesIO(data)).load()
    except Exception as exc:  # whatever a process that was taken over may send
        raise _Lost("reading it gave no message", final=True) from exc
    if not isinstance(found, Incoming | Unreadable):
        raise _Lost("reading it gave no message", final=True)
    return found

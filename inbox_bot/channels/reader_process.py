"""The process behind `reader`: reads mails that come through a socket, under limits that the kernel keeps."""

import io
import os
import pickle
import resource
import signal
import socket
import struct
import sys
from dataclasses import replace
from datetime import UTC, datetime

from inbox_bot.model import Incoming, Unreadable

LENGTH = struct.Struct("!Q")
NO_MEMORY = 77
_ANY_TIME = datetime(2000, 1, 1, tzinfo=UTC)  # key, time and bytes stay with whoever asks


def main(seconds: float, memory: int) -> None:
    """Serve until the other side is gone: it may die at any moment and leaves nothing behind then."""
    from inbox_bot.channels.mime.parse import parse

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)  # sent to the whole group, but meant for the other side
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    with socket.socket(fileno=0) as channel, channel.makefile("rb") as asked:
        channel.sendall(LENGTH.pack(0))  # ready: from here on what goes wrong is a mail's doing
        while mails := _request(asked):
            for raw, flags, whole in mails:
                signal.setitimer(signal.ITIMER_PROF, seconds)  # SIGPROF ends the process, also inside a C function
                answer = _packed(parse(raw, key="", at=_ANY_TIME, folder_flags=flags, whole=whole))
                signal.setitimer(signal.ITIMER_PROF, 0)
                channel.sendall(answer)


def _request(asked: io.BufferedIOBase) -> list[tuple[bytes, tuple[str, ...], bool]]:
    length = asked.read(LENGTH.size)
    if len(length) < LENGTH.size:
        return []
    mails: list[tuple[bytes, tuple[str, ...], bool]]
    mails = pickle.loads(asked.read(LENGTH.unpack(length)[0]))  # noqa: S301  from the process that started this one
    return mails


def _packed(found: Incoming | Unreadable) -> bytes:
    data = pickle.dumps(replace(found, raw=b""), protocol=pickle.HIGHEST_PROTOCOL)
    return LENGTH.pack(len(data)) + data


if __name__ == "__main__":
    try:
        main(float(sys.argv[1]), int(sys.argv[2]))
    except MemoryError:
        os._exit(NO_MEMORY)
    except OSError:
        os._exit(1)

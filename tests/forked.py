"""Runs the command line in a process of its own that is forked from one which has loaded the program already.

`run` is as `subprocess.run([sys.executable, "-m", "inbox_bot", ...])`, but for the start of Python and its imports,
which take longer than most commands. What a start itself proves is for tests that start one: `tests/e2e/test_cli.py`,
and each daemon there. The process that forks is `python -m tests.forked`; each pytest process has one, which ends with
it. It reads orders from its socket, with the descriptors of input, output, complaints and where to tell the status.
"""

import gc
import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import traceback
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import NoReturn

import inbox_bot

_ROOT = Path(__file__).parents[1]
_ORDER_BYTES = 1_000_000
_LOADED = ("inbox_bot.cli.main", "inbox_bot.app", "inbox_bot.daemon", "inbox_bot.checks", "inbox_bot.upkeep",
           "inbox_bot.once", "inbox_bot.store.database", "aiosqlite", "asyncpg", "rich.table", "rich.text",
           "sqlalchemy.dialects.postgresql.asyncpg", "sqlalchemy.dialects.sqlite.aiosqlite")  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """A finished command."""

    status: int
    out: bytes
    err: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class _Order:
    words: Sequence[str]
    folder: str
    environment: dict[str, str]
    seconds: float


class _Forking:
    """The process that forks, seen from the tests."""

    def __init__(self) -> None:
        self._orders, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        path = os.pathsep.join(filter(None, (str(_ROOT), os.environ.get("PYTHONPATH", ""))))
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.forked", str(theirs.fileno())],
            env={**os.environ, "PYTHONPATH": path}, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL,
        )  # fmt: skip
        theirs.close()

    def run(self, order: _Order, given: bytes) -> Ran:
        with tempfile.TemporaryFile() as stdin, tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            stdin.write(given)
            stdin.seek(0)
            reading, telling = os.pipe()
            with os.fdopen(reading, "rb") as told:
                words = json.dumps(asdict(order)).encode()
                socket.send_fds(self._orders, [words], [stdin.fileno(), out.fileno(), err.fileno(), telling])
                os.close(telling)
                answer = told.read()
            assert answer, "the process that forks the commands has gone"
            out.seek(0)
            err.seek(0)
            return Ran(status=int(answer), out=out.read(), err=err.read())


@cache
def _forking() -> _Forking:
    return _Forking()


def run(
    words: Sequence[str], *, folder: Path, environment: Mapping[str, str], given: bytes = b"", seconds: float = 60
) -> Ran:
    """Run `inbox-bot` with these arguments in that folder to its end; after `seconds` it is killed (status -9)."""
    return _forking().run(
        _Order(words=words, folder=str(folder), environment=dict(environment), seconds=seconds), given
    )


# --- the process that forks


def _serve(orders: socket.socket) -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for those who watch
    while True:
        words, descriptors, _, _ = socket.recv_fds(orders, _ORDER_BYTES, 4)
        if not words:
            return
        if not os.fork():
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            orders.close()
            _watch(_Order(**json.loads(words)), *descriptors)
        for one in descriptors:
            os.close(one)


def _watch(order: _Order, stdin: int, out: int, err: int, telling: int) -> None:
    child = os.fork()
    if not child:
        os.close(telling)
        _become(order, (stdin, out, err))
    watched = os.pidfd_open(child)
    if not select.select([watched], [], [], order.seconds)[0]:
        os.kill(child, signal.SIGKILL)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    os.write(telling, str(status).encode())
    os._exit(0)


def _become(order: _Order, descriptors: Sequence[int]) -> NoReturn:
    """The command, and its end as the interpreter's would be, but for taking apart all that was loaded."""
    for here, there in enumerate(descriptors):
        os.dup2(there, here)
        os.close(there)
    os.environ.clear()
    os.environ.update(order.environment)
    os.chdir(order.folder)
    # by these two a command names itself in its usage
    sys.modules["__main__"].__package__ = inbox_bot.__name__
    sys.argv = [str(Path(inbox_bot.__file__).with_name("__main__.py")), *order.words]
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        mode = "w" if number else "r"
        stream = open(number, mode, buffering=1, encoding="utf-8", closefd=False)  # noqa: SIM115  # to its end
        setattr(sys, name, stream)
    from inbox_bot.cli.main import main

    status = 0
    try:
        main()
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        traceback.print_exc()
        status = 1
    for thread in threading.enumerate():
        if thread is not threading.current_thread() and not thread.daemon:
            thread.join()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)


if __name__ == "__main__":
    for name in _LOADED:
        import_module(name)
    gc.freeze()  # what is loaded is shared by all of them
    _serve(socket.socket(fileno=int(sys.argv[1])))

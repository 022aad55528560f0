"""The process that reads mails: what breaks it costs one mail, whatever way it breaks."""

import os
import pickle
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import UTC, datetime

import psutil
import pytest

from inbox_bot.channels.mime.parse import parse
from inbox_bot.channels.reader import RawMail, Reader, _unpacked
from inbox_bot.errors import Paused
from inbox_bot.model import Incoming, Unreadable
from tests.unit.mime_builders import mail

NOW = datetime(2026, 3, 9, 12, 0, tzinfo=UTC)
SMALL = mail("Subject: klein", "Message-ID: <1@kunde.example>", body="Hallo\r\n")
QUOTING = mail(body="> alt\r\nneu\r\n")
# Costs tens of MiB and much of a second, whatever machine it is.
HEAVY = mail("Content-Type: multipart/mixed; boundary=b", body=b"--b\r\n\r\nx\r\n" * 40_000)
HUGE = mail(body=b"x\r\n" * 3_000_000)  # takes little time and much memory
HOLDING = 32  # MiB that the process has only while it reads it


def raws(*contents: bytes) -> list[RawMail]:
    """Mails in order, with keys 7:1, 7:2 …"""
    return [RawMail(key=f"7:{place}", at=NOW, raw=raw) for place, raw in enumerate(contents, 1)]


@contextmanager
def reader(seconds: float = 20, memory: int = 1024) -> Iterator[Reader]:
    """A reader with so many MiB, gone at the end."""
    made = Reader(seconds=seconds, memory=memory * 1024 * 1024)
    try:
        yield made
    finally:
        made.close()


def processes() -> list[psutil.Process]:
    """The reading processes of this test."""
    found = []
    for one in psutil.Process().children():
        with suppress(psutil.NoSuchProcess):  # it may be gone meanwhile
            if "inbox_bot.channels.reader_process" in one.cmdline():
                found.append(one)
    return found


def until(mib: int = 0, *, not_pid: int = 0, seconds: float = 30) -> psutil.Process:
    """The process, once it is there and holds so much memory."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        for one in processes():
            if one.pid != not_pid and one.memory_info().rss >= mib * 1024 * 1024:
                return one
        time.sleep(0.005)
    raise AssertionError("no reading process appeared")


def test_it_reads_as_parse_does() -> None:
    """Field by field the same, with key, time, flags and bytes; one process for all, and none before the first."""
    mails = raws(SMALL, b"", HEAVY, mail("Content-Type: image/png", body=bytes(range(256))), SMALL)
    with reader() as made:
        assert not processes()
        found = made.read(mails)
        assert [one.key for one in found] == ["7:1", "7:2", "7:3", "7:4", "7:5"]
        assert found == [parse(one.raw, key=one.key, at=NOW) for one in mails]
        flagged = made.read([RawMail(key="7:9", at=NOW, raw=SMALL, folder_flags=("\\Seen",))])[0]
        assert isinstance(flagged, Incoming)
        assert flagged.mail is not None
        assert flagged.mail.folder_flags == ("\\Seen",)
        whole = made.read([RawMail(key="7:10", at=NOW, raw=QUOTING, whole=one) for one in (True, False)])
        assert [one.text.split("\n")[0] for one in whole if isinstance(one, Incoming)] == ["> alt", "neu"]
        assert len(processes()) == 1
    assert not processes()


def test_processor_time_is_limited() -> None:
    """The mail that takes too long is unreadable with its bytes and the reason; those around it are read."""
    with reader(seconds=0.1) as made:
        found = made.read(raws(SMALL, HEAVY, SMALL))
    assert isinstance(found[0], Incoming)
    assert isinstance(found[2], Incoming)
    assert isinstance(found[1], Unreadable)
    assert "more than 0.1 seconds of processor time" in found[1].reason
    assert found[1].raw == HEAVY


def test_memory_is_limited() -> None:
    """Likewise the mail that takes too much memory; ours stays as it is."""
    with reader(memory=64) as made:
        found = made.read(raws(SMALL, HUGE, SMALL))
    assert [type(one) for one in found] == [Incoming, Unreadable, Incoming]
    assert isinstance(found[1], Unreadable)
    assert "more than 64 MiB of memory" in found[1].reason


@pytest.mark.parametrize("how", [signal.SIGSEGV, signal.SIGKILL])
def test_a_mail_that_kills_the_process_is_parked(how: int) -> None:
    """A mail at which a process dies gets a second one; dies that too, the mail is parked and the next is read."""
    with reader() as made, ThreadPoolExecutor(1) as thread:
        future = thread.submit(made.read, raws(HEAVY, SMALL))
        first = until(HOLDING)
        first.send_signal(how)
        until(HOLDING, not_pid=first.pid).send_signal(how)
        found = future.result(60)
    assert [type(one) for one in found] == [Unreadable, Incoming]
    assert isinstance(found[0], Unreadable)
    assert f"(status {-how})" in found[0].reason


def test_a_process_that_is_killed_once_loses_nothing() -> None:
    """Somebody's kill is not the mail's fault: all are read by the next process."""
    with reader() as made:
        made.read(raws(SMALL))
        until().kill()
        found = made.read(raws(SMALL, HEAVY))
    assert [type(one) for one in found] == [Incoming, Incoming]


def test_a_process_that_hangs_is_given_up() -> None:
    """No processor time passes: the clock on the wall ends the wait, and a new process reads the mail."""
    with reader(seconds=1) as made:
        made.read(raws(SMALL))
        stopped = until()
        stopped.suspend()
        found = made.read(raws(SMALL))
        assert isinstance(found[0], Incoming)
        assert until().pid != stopped.pid


def test_it_outlives_signals_to_the_group_but_not_its_parent() -> None:
    """Ctrl-C reaches the whole group and is not meant for it; without the other end of its socket it goes."""
    with reader() as made:
        made.read(raws(SMALL))
        process = until()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            process.send_signal(number)
        assert isinstance(made.read(raws(SMALL))[0], Incoming)
        assert processes() == [process]
        made._process._channel.close()  # type: ignore[union-attr]  # as the kernel does when the parent dies
        assert process.wait(20) == 0


def test_kill_ends_what_is_under_way() -> None:
    """A stop does not wait for a mail: `read` gives up at once, and nothing is read any more."""
    with reader() as made, ThreadPoolExecutor(1) as thread:
        made.read(raws(SMALL))
        future = thread.submit(made.read, raws(*[HEAVY] * 50))
        made.kill()
        with pytest.raises(Paused, match="stopping"):
            future.result(20)
        with pytest.raises(Paused, match="stopping"):
            made.read(raws(SMALL))


def test_a_process_that_never_starts_is_no_mails_fault() -> None:
    """What goes wrong before it is ready stops the inbox and is told to a person; no mail is parked."""
    with reader() as made:
        made.start()
        until().kill()
        with pytest.raises(Paused, match="does not start") as caught:
            made.read(raws(SMALL))
        assert caught.value.alarm
        assert isinstance(made.read(raws(SMALL))[0], Incoming)


def test_it_gets_no_secrets() -> None:
    """Neither the environment nor the files of the parent go along."""
    os.environ["INBOX_BOT_TEST_SECRET"] = "geheim"
    try:
        with reader() as made:
            made.read(raws(SMALL))
            process = until()
            assert set(process.environ()) <= {"PYTHONPATH", "LC_CTYPE"}
            assert not process.open_files()
            assert len(process.net_connections("inet")) == 0
    finally:
        del os.environ["INBOX_BOT_TEST_SECRET"]


@pytest.mark.parametrize("answer", [os.system, print, [SMALL], "x", {"a": 1}, Paused("x")])
def test_an_answer_is_data(answer: object) -> None:
    """A process that was taken over can make us build nothing but messages."""
    with pytest.raises(Exception, match="gave no message"):
        _unpacked(bytearray(pickle.dumps(answer)))

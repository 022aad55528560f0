"""The demo as a visitor starts it: the play with its checks, his own turn, and every way to end it.

INBOX_BOT_INSTALLED names another installation's `inbox-bot` to run, as the gate does with the wheel.
"""

import asyncio
import os
import re
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

pytest.importorskip("pymap", reason="the demo needs the extra `sandbox`")

_SECONDS = 150  # far above the minute that the play may take; a hang fails the test instead of stopping the suite
_INSTALLED = os.environ.get("INBOX_BOT_INSTALLED")
_PROGRAM = (_INSTALLED,) if _INSTALLED else (sys.executable, "-m", "inbox_bot")
_NUMBER = r"\d{3}-\d{3}-\d{3}"


@asynccontextmanager
async def demo(folder: Path, *arguments: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """`inbox-bot demo` with `folder` for its temporary files; killed at the end where it still runs."""
    process = await asyncio.create_subprocess_exec(
        *_PROGRAM, "demo", *arguments,
        env={**os.environ, "TMPDIR": str(folder), "PYTHONUTF8": "1"},
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        # A shell's background jobs ignore Ctrl-C, and so would what they start: here a person's terminal is meant.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )  # fmt: skip
    try:
        async with asyncio.timeout(_SECONDS):
            yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


def left_in(folder: Path) -> list[str]:
    """What the demo did not remove."""
    return [one.name for one in folder.iterdir()]


async def read_until(process: asyncio.subprocess.Process, words: str) -> str:
    """The output up to the line that holds these words."""
    assert process.stdout is not None
    seen = ""
    while words not in seen:
        line = await process.stdout.readline()
        assert line, f"the demo ended before it said: {words}\n{seen}"
        seen += line.decode()
    return seen


async def test_every_check_of_the_play_holds(tmp_path: Path) -> None:
    """`demo --exit` ends with 0, says so for every check, speaks plainly into a file, and leaves nothing behind."""
    async with demo(tmp_path, "--exit") as process:
        raw, complaints = await process.communicate()
    out = raw.decode()
    assert (process.returncode, complaints.decode()) == (0, ""), out
    checks = re.findall(r"^✓ .+", out, re.MULTILINE)
    assert len(checks) >= 20
    assert "✗" not in out
    assert f"{len(checks)} of {len(checks)} checks held" in out
    for speaker in ("customer  → Till tweets", "customer  ← public reply to Till", "team      $ inbox-bot reply"):
        assert speaker in out
    assert "\x1b" not in out
    assert left_in(tmp_path) == []


async def test_the_visitor_takes_part(tmp_path: Path) -> None:
    """After the play typed commands write as a customer and as the team; both see the effect of each."""
    async with demo(tmp_path) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        await read_until(process, "help, quit")
        typed = (
            "dm Hallo, ist jemand da?",
            "mail Rechnung | Die Rechnung vom Mai ist doppelt.",
            "answer Meine Kundennummer ist 12.",
            "nonsense",
            "team reply visitor --text x",
            "team tickets",
            "quit",
        )
        process.stdin.write("".join(f"{line}\n" for line in typed).encode())
        out = (await process.stdout.read()).decode()
        assert await process.wait() == 0
    dm, mail, answer, nonsense, refused, tickets = re.split("^> ", out, flags=re.MULTILINE)[1:]
    assert "← direct message for Visitor" in dm
    by_dm = re.findall(rf"Ihre Ticketnummer: ({_NUMBER})", dm)
    by_mail = re.findall(rf"← mail for Visitor: \[#({_NUMBER})\]", mail)
    assert len({*by_dm, *by_mail}) == 2
    assert re.findall(rf"liegt bei Ihrem Ticket ({_NUMBER})", answer) == by_mail
    assert "no such command" in nonsense
    assert "not a ticket number" in refused
    assert tickets.count("Visitor") == 2
    assert left_in(tmp_path) == []


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
async def test_an_interrupted_play_leaves_nothing(tmp_path: Path, number: int, status: int) -> None:
    """Ctrl-C and SIGTERM end the peers and the daemon, remove the folder, and show no traceback."""
    async with demo(tmp_path, "--exit") as process:
        await read_until(process, "Till tweets")
        process.send_signal(number)
        _, complaints = await process.communicate()
    assert process.returncode == status
    assert b"Traceback" not in complaints
    assert left_in(tmp_path) == []


async def test_a_dead_daemon_is_told_in_a_line(tmp_path: Path) -> None:
    """When the daemon dies the demo says so, shows its last log lines and ends with 1."""
    async with demo(tmp_path, "--exit") as process:
        assert process.stdout is not None
        await read_until(process, "Till tweets")
        os.kill(_daemon_of(process.pid), signal.SIGKILL)
        out = (await process.stdout.read()).decode()
        assert await process.wait() == 1
    assert "✗ the demo stopped: the daemon has ended by itself" in out
    assert re.search(r"^  daemon: .* started ", out, re.MULTILINE)
    assert left_in(tmp_path) == []


async def test_missing_packages_are_named(tmp_path: Path) -> None:
    """Without the extra the demo names what to install, in one line."""
    program = (
        "import sys; sys.modules['pymap'] = None; sys.argv = ['inbox-bot', 'demo']; "
        "from inbox_bot.cli.main import main; main()"
    )
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", program, cwd=tmp_path, stderr=asyncio.subprocess.PIPE
    )
    _, complaints = await process.communicate()
    assert process.returncode == 1
    assert complaints.decode() == "inbox-bot: the demo needs pymap; run: pip install 'inbox-bot[sandbox]'\n"


def _daemon_of(parent: int) -> int:
    """The process id of the demo's `inbox-bot run`."""
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            owner = (folder / "stat").read_text().rpartition(")")[2].split()[1]
            words = (folder / "cmdline").read_bytes().split(b"\0")
        except (FileNotFoundError, ProcessLookupError):
            continue  # it ended meanwhile
        if int(owner) == parent and b"run" in words:
            return int(folder.name)
    raise AssertionError("the demo has no daemon")

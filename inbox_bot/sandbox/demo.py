"""`inbox-bot demo`: the play on its stage, its checks, then the visitor's turn."""

import asyncio
import importlib.util
import os
import signal
import sys
import time
from typing import TYPE_CHECKING

from inbox_bot.errors import InboxBotError, UsageError

if TYPE_CHECKING:
    from inbox_bot.sandbox.play import Play

_NEEDED = ("starlette", "uvicorn", "pymap", "oauthlib")
_READING = 1.5  # seconds for a person at a terminal to read between two acts
_LOG_LINES = 8


def main(*, exit_after: bool) -> int:
    """Play; with `exit_after` 0 only if every check held, else the visitor's turn follows.

    Raises `UsageError` where the extra packages are missing.
    """
    missing = [name for name in _NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        raise UsageError(f"the demo needs {', '.join(missing)}; run: pip install 'inbox-bot[sandbox]'")
    try:
        return asyncio.run(_demo(exit_after))
    except KeyboardInterrupt:
        sys.stderr.write("\ninbox-bot: ended; everything of the demo is stopped and removed\n")
        return 130 if exit_after else 0
    except asyncio.CancelledError:
        return 143
    except BrokenPipeError:
        # The reader of our output has gone; what is still buffered must not raise again at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


async def _demo(exit_after: bool) -> int:
    from inbox_bot.sandbox.play import Play
    from inbox_bot.sandbox.screen import Screen
    from inbox_bot.sandbox.stage import open_stage
    from inbox_bot.sandbox.team import Team
    from inbox_bot.sandbox.visit import Visit

    task = asyncio.current_task()
    assert task is not None
    for number in (signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, task.cancel)
    screen = Screen()
    screen.title(
        "inbox-bot demo",
        "A customer's story, played against a look-alike X and mail servers on this machine. The daemon and the team's "
        "commands are the real ones; nothing leaves this machine. The customer's side is what he writes and gets, the "
        "team's side what it sees and types.",
    )
    began = time.monotonic()
    log: list[str] = []
    try:
        async with open_stage(log) as stage:
            reading = _READING if screen.live and not exit_after else 0.0
            play = Play(stage=stage, screen=screen, team=Team(stage=stage, screen=screen), reading=reading)
            await play.run()
            held = await _check(play, began)
            if not exit_after:
                await Visit(stage=stage, screen=screen).run()
            return 0 if held else 1
    except (InboxBotError, OSError, TimeoutError) as error:
        if isinstance(error, BrokenPipeError):
            raise
        screen.say(f"✗ the demo stopped: {error}", "bold red")
        for line in log[-_LOG_LINES:]:
            screen.say(f"  daemon: {line}")
        return 1


async def _check(play: "Play", began: float) -> bool:
    """Print every check of the play, and whether all held."""
    from inbox_bot.sandbox.verdicts import verdicts

    screen = play.screen
    screen.act("The checks", "What reached the customers, compared with what the program has on record.")
    checks = await verdicts(play)
    for check in checks:
        screen.verdict(check.held, check.claim, check.found)
    good = sum(check.held for check in checks)
    seconds = time.monotonic() - began
    screen.say()
    screen.say(
        f"{good} of {len(checks)} checks held, in {seconds:.0f} s",
        "bold green" if good == len(checks) else "bold red",
    )
    return good == len(checks)

"""Commands of the one who operates the house: init, check, run, systemd, demo."""

import asyncio
import gc
import os
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from inbox_bot.cli.clean import clean_line
from inbox_bot.cli.common import AsJson, ConfigFile, emit, examples, load, say
from inbox_bot.errors import UsageError


class Role(StrEnum):
    """The loops of one process, where several share a PostgreSQL database."""

    INTAKE = "intake"
    OUTBOX = "outbox"
    CLOCK = "clock"
    GATEWAY = "gateway"


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command(epilog=examples("init", "init --config /etc/inbox-bot/inbox-bot.toml"))(init)
    app.command(epilog=examples("check", "check --json"))(check)
    app.command(epilog=examples("run", "run --once", "run --once --dry-run", "run --role outbox"))(run)
    app.command(epilog=examples("systemd > /etc/systemd/system/inbox-bot.service"))(systemd)
    app.command(epilog=examples("demo", "demo --exit"))(demo)


def init(config: ConfigFile = None) -> None:
    """Write a commented configuration file, readable by you only; never overwrites one."""
    from inbox_bot.config import SAMPLE

    path = config or Path(os.environ.get("INBOX_BOT_CONFIG") or "inbox-bot.toml")
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as exc:
        raise UsageError(f"{path} exists and is left as it is; name another file with --config") from exc
    except OSError as exc:
        raise UsageError(f"{path} cannot be written: {exc.strerror}") from exc
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(SAMPLE)
    say(f"wrote {path}; fill it in, then run: inbox-bot check")


def check(config: ConfigFile = None, as_json: AsJson = False) -> None:
    """Try every account and the templates; one line each says what is wrong and what to do."""
    from inbox_bot import checks

    settings = load(config)

    async def tried() -> list[checks.Check]:
        found = []
        async for one in checks.check(settings):
            found.append(one)
            if not as_json:
                mark = typer.style("ok   ", fg="green") if one.ok else typer.style("WRONG", fg="red")
                typer.echo(f"{mark}  {clean_line(one.what)}: {clean_line(one.line)}")
        return found

    found = asyncio.run(tried())
    if as_json:
        emit([{"what": one.what, "ok": one.ok, "line": one.line} for one in found])
    raise typer.Exit(0 if all(one.ok for one in found) else 1)


def run(
    config: ConfigFile = None,
    once: Annotated[
        bool, typer.Option("--once", help="Poll everything once, deliver until nothing is due, end (0 = all well).")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="With --once: file into a scratch database, send nothing, say what.")
    ] = False,
    role: Annotated[Role | None, typer.Option("--role", help="Only these loops (with PostgreSQL).")] = None,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Log what happens, not only what is odd.")] = False,
) -> None:
    """Serve: poll the inboxes, acknowledge, deliver, watch."""
    from inbox_bot import start
    from inbox_bot.cli.logs import configure

    if dry_run and not once:
        raise typer.BadParameter("--dry-run works with --once only")
    configure(verbose=verbose or not once)
    settings = load(config)
    for warning in settings.warnings:
        typer.echo(f"inbox-bot: {warning}", err=True)
    gc.freeze()  # what is imported stays: no collection need look at it
    gc.enable()
    raise typer.Exit(
        asyncio.run(
            start.run(
                settings,
                once=once,
                dry_run=dry_run,
                role=role.value if role else None,
                echo=lambda line: typer.echo(clean_line(line)),
            )
        )
    )


def systemd(config: ConfigFile = None) -> None:
    """Print a hardened systemd unit for this installation."""
    from inbox_bot.cli.unit import unit

    path = config or Path(os.environ.get("INBOX_BOT_CONFIG") or "/etc/inbox-bot/inbox-bot.toml")
    typer.echo(unit(path.absolute()), nl=False)


def demo(
    leave: Annotated[bool, typer.Option("--exit", help="End after the play: 0 only if every check held.")] = False,
) -> None:
    """Play a customer's story against a sandbox on this machine; nothing leaves it."""
    from inbox_bot.sandbox.demo import main

    gc.enable()
    raise typer.Exit(main(exit_after=leave))

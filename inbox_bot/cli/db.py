"""Commands that look after the database: backup, check, upgrade, compact, prune."""

import asyncio
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from inbox_bot.cli.clean import clean_line
from inbox_bot.cli.common import AsJson, ConfigFile, desk_of, emit, examples, load, say
from inbox_bot.errors import InboxBotError, UsageError

_KINDS = {
    "raw": "raw bytes of mails",
    "attachments": "contents of files",
    "payload": "frozen bytes of what has gone out",
    "quarantine": "bytes in quarantine",
    "log": "lines of the log",
    "notices": "notices to the team",
    "beside": "messages without a ticket",
    "junk": "junk tickets",
    "closed_tickets": "closed tickets",
    "customers": "names and addresses of customers",
}

app = typer.Typer(help="Look after the database.", no_args_is_help=True, rich_markup_mode=None)


def register(parent: typer.Typer) -> None:
    """Add the group."""
    parent.add_typer(app, name="db")


@app.command(epilog=examples("db backup /backup/inbox.db", "db backup /backup/inbox.db --with-keys --force"))
def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The copy to write.", show_default=False)],
    with_keys: Annotated[bool, typer.Option("--with-keys", help="Copy the key file too, to FILE.keys.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Write over a file of that name.")] = False,
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Copy the database while the daemon runs, as it is at this moment; the copy is checked before it gets its name."""
    from inbox_bot import upkeep

    settings = load(config)
    with _bar("copying") as progress:
        done = asyncio.run(upkeep.backup(settings, file, force=force, with_keys=with_keys, progress=progress))
    if as_json:
        return emit({"path": str(done.path), "bytes": done.size, "keys": str(done.keys) if done.keys else None})
    say(f"wrote {done.path}, {_size(done.size)}, checked")
    if done.keys is None:
        say(f"without the key file no signed address verifies: keep {settings.security.key_file} too (--with-keys)")
    else:
        say(f"wrote {done.keys}; keep the two apart where others can read the copy")
    return None


@app.command(epilog=examples("db check", "db check --full", "db check --json"))
def check(
    full: Annotated[bool, typer.Option("--full", help="Look at all kept bytes, not at a sample.")] = False,
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Examine the database: pages, references, ledger, schema, kept bytes, file modes, disk; exit 1 if any is wrong."""
    from inbox_bot import upkeep

    settings = load(config)

    async def examined() -> list[dict[str, object]]:
        found: list[dict[str, object]] = []
        with _bar("kept bytes") as progress:
            try:
                async for one in upkeep.check(settings, full=full, progress=progress):
                    found.append({"what": one.what, "ok": one.ok, "line": one.line})
            except InboxBotError as error:
                found.append({"what": "database", "ok": False, "line": str(error)})
        return found

    found = asyncio.run(examined())
    if as_json:
        emit(found)
    else:
        for one in found:
            mark = typer.style("ok   ", fg="green") if one["ok"] else typer.style("WRONG", fg="red")
            typer.echo(f"{mark}  {one['what']}: {clean_line(str(one['line']))}")
    raise typer.Exit(0 if all(one["ok"] for one in found) else 1)


@app.command(epilog=examples("db upgrade --dry-run", "db upgrade"))
def upgrade(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say from which schema to which.")] = False,
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Bring the database to this program's schema, on SQLite after a copy; the daemon has to be stopped."""
    from inbox_bot import start, upkeep

    settings = load(config)
    if dry_run:
        done = upkeep.Upgrade(before=asyncio.run(upkeep.schema(settings)), after=upkeep.NEWEST)
    else:
        with start.only_daemon(settings), _bar("copying") as progress:
            done = asyncio.run(upkeep.upgrade(settings, progress))
    if as_json:
        return emit({"before": done.before, "after": done.after, "backup": str(done.backup) if done.backup else None})
    if done.before is None:
        return say("there are no tables yet; inbox-bot run makes them")
    if done.before == done.after:
        return say(f"schema {done.after}: nothing to do")
    if done.backup is not None:
        say(f"copied the old database to {done.backup}")
    return say(f"schema {done.before} {'would become' if dry_run else 'is now'} {done.after}")


@app.command(epilog=examples("db compact"))
def compact(config: ConfigFile = None, as_json: AsJson = False) -> None:
    """Write the SQLite file anew without its gaps; the daemon has to be stopped. From then on it shrinks by itself."""
    from inbox_bot import start, upkeep

    settings = load(config)
    with start.only_daemon(settings):
        before, after = upkeep.compact(settings)
    if as_json:
        return emit({"before": before, "after": after})
    return say(f"{_size(before)} before, {_size(after)} now")


@app.command(epilog=examples("db prune --dry-run", "db prune"))
def prune(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only count what would go now.")] = False,
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Erase now what [retention] no longer keeps; the daemon does it once a day."""
    from inbox_bot.flows import retention

    settings = load(config)
    found = desk_of(settings, retention.count if dry_run else retention.prune)
    if found is None:
        raise UsageError("another process is erasing just now; look again later with --dry-run")
    if as_json:
        return emit({kind.value: number for kind, number in found.items()})
    for kind, number in found.items():
        say(f"{number:>8}  {_KINDS[kind.value]}")
    if not found:
        say("nothing has a rule in [retention]: everything is kept")
    return None


def _size(count: int) -> str:
    """For people, in units of 1024."""
    return f"{count / 2**20:.1f} MiB" if count >= 2**20 else f"{count / 1024:.0f} KiB"


@contextmanager
def _bar(what: str) -> Iterator[Callable[[int, int], None]]:
    """A progress bar on the terminal, and nothing where there is none."""
    if not sys.stderr.isatty():
        yield lambda done, total: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(what, total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)

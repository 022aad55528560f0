"""Commands that hand out what is kept: a ticket's files and a message's raw bytes."""

import os
import re
import sys
from pathlib import Path
from typing import Annotated

import typer

from inbox_bot.cli.clean import clean, clean_line
from inbox_bot.cli.common import AsJson, ConfigFile, Number, emit, examples, run_desk, say
from inbox_bot.errors import UsageError

_LONGEST = 120  # bytes of a file name; file systems take 255
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command(epilog=examples("attachments 427-918-354", "attachments 427-918-354 --save files"))(attachments)
    app.command(epilog=examples("raw m12 > message.eml", "raw 1711000000:55 | less"))(raw)


def attachments(
    number: Number,
    save: Annotated[Path | None, typer.Option("--save", metavar="DIR", help="Write the files there.")] = None,
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """List the files of a ticket, or save them: safe names, nothing overwritten, readable by you only."""
    from inbox_bot.flows import reading

    found = run_desk(config, lambda house: reading.files(house, number))
    rows = []
    for message, file in found:
        path = write_file(save, file.name, file.content) if save is not None and file.content is not None else None
        rows.append(
            {
                "message": message,
                "name": file.name,
                "media_type": file.media_type,
                "size": file.size,
                "url": file.url,
                "reason": file.reason,
                "path": str(path) if path else None,
            }
        )
        if not as_json:
            where = str(path) if path else file.url or file.reason or f"{file.size} bytes"
            say(f"m{message}  {clean_line(file.name)}  {clean_line(where)}")
    if as_json:
        emit(rows)
    elif not rows:
        say("no files")


def safe_name(name: str) -> str:
    """A name that stays in its folder, hides nothing and starts no option: what is left of the customer's."""
    base = clean_line(name).replace("\\", "/").rpartition("/")[2]
    base = re.sub(r'[<>:"|?*]', "_", base).strip(" .-~") or "file"
    while len(base.encode()) > _LONGEST:
        stem, dot, ending = base.rpartition(".")
        base = f"{stem[:-1]}{dot}{ending}" if dot and len(ending) <= 10 and stem else base[:-1].rstrip(" .-~")
    return f"_{base}" if _RESERVED.fullmatch(base) else base


def write_file(folder: Path, name: str, content: bytes) -> Path:
    """The new file's path; a number is put behind the name where one of that name is there already."""
    safe = safe_name(name)
    stem, dot, ending = safe.rpartition(".") if "." in safe[1:] else (safe, "", "")
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for count in range(1, 10_000):
            path = folder / (safe if count == 1 else f"{stem}-{count}{dot}{ending}")
            try:
                # O_EXCL also refuses a symbolic link that lies in wait under this name.
                handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            except FileExistsError:
                continue
            with os.fdopen(handle, "wb") as file:
                file.write(content)
            return path
    except OSError as exc:
        raise UsageError(f"{folder} cannot be written to: {exc.strerror}") from exc
    raise UsageError(f"{folder} holds too many files called {safe}; choose an empty folder")


def raw(
    message: Annotated[
        str, typer.Argument(metavar="MESSAGE", help="m12, or the key of a ledger line.", show_default=False)
    ],
    config: ConfigFile = None,
) -> None:
    """Write a message's bytes as they came to standard output (on a terminal: made safe to look at)."""
    from inbox_bot.flows import reading

    content = run_desk(config, lambda house: reading.raw(house, message))
    if sys.stdout.isatty():
        say(clean(content.decode("utf-8", errors="replace")))
    else:
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()

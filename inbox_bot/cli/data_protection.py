"""Commands of data protection: customer export, erase, erasures; message redact."""

import json
import os
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from inbox_bot.cli.clean import clean_line
from inbox_bot.cli.common import (
    As,
    AsJson,
    ConfigFile,
    clock_of,
    desk_of,
    emit,
    examples,
    iso,
    load,
    message_id,
    run_desk,
    say,
)
from inbox_bot.errors import UsageError

if TYPE_CHECKING:
    from inbox_bot.flows.house import House

Key = Annotated[
    str,
    typer.Argument(
        metavar="KEY",
        help="Ticket number, mail address or @handle; #12 = the customer's own number.",
        show_default=False,
    ),
]
messages = typer.Typer(no_args_is_help=True, help="Take a part out of a message.")


def register_customers(app: typer.Typer) -> None:
    """Add the commands about customers."""
    app.command(epilog=examples("customer export eva@post.example --out eva.zip"))(export)
    app.command(
        epilog=examples(
            "customer erase eva@post.example --dry-run", 'customer erase "#12" --yes --why "asked by mail m12"'
        )
    )(erase)
    app.command(epilog=examples("customer erasures", "customer erasures --json"))(erasures)


def register(parent: typer.Typer) -> None:
    """Add the group about messages."""
    messages.command(
        epilog=examples('message redact m12 --text "DE89 3704 0044"', "message redact m12 --file passport.png")
    )(redact)
    parent.add_typer(messages, name="message")


def export(
    key: Key,
    out: Annotated[Path, typer.Option("--out", metavar="FILE.zip", help="Where to; nothing is overwritten.")],
    who: As = "",
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Write all that is on record about a customer into an archive: data as JSON, mails as they came, attachments."""
    if out.exists():
        raise UsageError(f"{out} is there already; choose another name")
    count = run_desk(config, lambda house: archive(house, key, who, out))
    if as_json:
        emit({"path": str(out), "pieces": count})
    else:
        say(f"{out}: {count} pieces")


async def archive(house: "House", key: str, who: str, out: Path) -> int:
    """Write the archive, whole or not at all; how many pieces it has."""
    from inbox_bot.cli.records import safe_name
    from inbox_bot.flows.exporting import export as pieces

    beside = out.with_name(f".{out.name}.{os.getpid()}")
    count = 0
    try:
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
            async for name, content in pieces(house, key, who):
                count += 1
                if isinstance(content, bytes):
                    folder, message, *own = name.split("/", 2)
                    # a file's name is its sender's: no path, and each name once
                    parts = (folder, message, *(f"{count}-{safe_name(one)}" for one in own))
                    made.writestr("/".join(parts), content)
                else:
                    made.writestr(name, json.dumps(content, ensure_ascii=False, indent=2).encode("utf-8", "replace"))
        beside.replace(out)
    except OSError as error:
        raise UsageError(f"{out} cannot be written: {error.strerror}") from error
    finally:
        beside.unlink(missing_ok=True)
    return count


def erase(
    key: Key,
    why: Annotated[
        str, typer.Option("--why", metavar="TEXT", help="The reason; it stays on record, no name in it.")
    ] = "",
    dry: Annotated[bool, typer.Option("--dry-run", help="Only say how much it would be.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Without asking.")] = False,
    who: As = "",
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Erase a customer for good: texts, files, names, addresses. Numbers, times and the ledger's lines stay."""
    from inbox_bot.flows import erasing

    settings = load(config)
    would = desk_of(settings, lambda house: erasing.erase(house, key, who, why, dry=True))
    listed = ", ".join(f"{count} {kind}" for kind, count in would.counts.items())
    if not dry:
        if not yes and not typer.confirm(f"Erase customer #{would.customer} for good ({listed})?"):
            raise UsageError("nothing was erased")
        desk_of(settings, lambda house: erasing.erase(house, f"#{would.customer}", who, why))
    if as_json:
        emit({"customer": would.customer, "erased": not dry, **would.counts})
    else:
        say(f"customer #{would.customer}: {'would erase' if dry else 'erased'} {listed}")


def erasures(config: ConfigFile = None, as_json: AsJson = False) -> None:
    """Which customers were erased: to be repeated after a backup has been restored, by their numbers (#12)."""
    from inbox_bot.flows import erasing

    settings = load(config)
    found = desk_of(settings, erasing.erasures)
    if as_json:
        return emit(
            [{"customer": o.customer, "at": iso(o.at), "who": o.who, "why": o.why, "counts": o.counts} for o in found]
        )
    local = clock_of(settings)
    for one in found:
        say(clean_line(f"#{one.customer}  {local(one.at)}  {one.who}: {one.counts} {one.why}"))
    return None if found else say("nobody was erased")


def redact(
    message: Annotated[str, typer.Argument(metavar="MESSAGE", help="As in show: m12.", show_default=False)],
    text: Annotated[
        str, typer.Option("--text", metavar="PHRASE", help="The exact words; also where it is quoted.")
    ] = "",
    file: Annotated[str, typer.Option("--file", metavar="NAME", help="An attachment's content.")] = "",
    why: Annotated[str, typer.Option("--why", metavar="TEXT", help="The reason; it stays on record.")] = "",
    who: As = "",
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Take a part out of a message for good, also out of what quotes it; the mail as it came is no longer kept."""
    from inbox_bot.flows import erasing

    done = run_desk(config, lambda house: erasing.redact(house, message_id(message), text, file, who, why))
    if as_json:
        emit({"places": done})
    else:
        say(f"taken out in {done} {'place' if done == 1 else 'places'}")

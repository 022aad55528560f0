"""Commands by which an agent writes: reply, note, confirm, open."""

import mimetypes
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from inbox_bot.cli.clean import clean, clean_line
from inbox_bot.cli.common import As, AsJson, ConfigFile, Number, emit, examples, run_desk, say
from inbox_bot.errors import Stopped, UsageError

if TYPE_CHECKING:
    from inbox_bot.flows.answering import Queued
    from inbox_bot.flows.gates.asked import Answer
    from inbox_bot.flows.house import House
    from inbox_bot.model import Attachment
    from inbox_bot.rules.routes import Way

MOST_ATTACHED = 20 * 1024 * 1024  # bytes in one answer; many relays take 25 MiB after base64
_SCISSORS = "# ---- write above this line; an empty text sends nothing ----"

Text = Annotated[str, typer.Option("--text", "-t", metavar="T", help="The text.")]
ByDm = Annotated[bool, typer.Option("--dm", help="By X direct message.")]
InPublic = Annotated[bool, typer.Option("--public", help="As a public reply on X.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command(
        epilog=examples(
            "reply 427-918-354", "reply 427-918-354 --draft",
            'reply 427-918-354 --text "Der Techniker kommt am Dienstag." --resolve',
            "reply 427-918-354 - < answer.txt", "reply 427-918-354 --attach Auftrag.pdf --cc partner@post.example",
        )
    )(reply)  # fmt: skip
    app.command(epilog=examples('note 427-918-354 "Called back, line is up."', "note 427-918-354 - < call.txt"))(note)
    app.command(epilog=examples("confirm 427-918-354", "confirm 427-918-354 --as anna --json"))(confirm)
    app.command(
        "open", epilog=examples('open jana.roth@post.example --text "Line down since Monday" --phone "030 1234"')
    )(open_)


def reply(
    number: Number,
    source: Annotated[str, typer.Argument(metavar="[-]", help="- reads the text from standard input.")] = "",
    text: Text = "",
    template: Annotated[str, typer.Option("--template", metavar="NAME", help="Use the text of a template.")] = "",
    draft: Annotated[bool, typer.Option("--draft", help="Send what you have begun with: inbox-bot draft.")] = False,
    attach: Annotated[list[Path] | None, typer.Option("--attach", metavar="FILE", help="Send a file along.")] = None,
    who: As = "",
    cc: Annotated[list[str] | None, typer.Option("--cc", metavar="ADDRESS", help="Copy a mail to somebody.")] = None,
    dm: ByDm = False,
    public: InPublic = False,
    resolve: Annotated[bool, typer.Option("--resolve", help="The matter is settled with this answer.")] = False,
    seen: Annotated[
        int | None, typer.Option("--seen", metavar="ID", help="The last message you know (else: as `show` showed you).")
    ] = None,
    anyway: Annotated[bool, typer.Option("--anyway", help="Although the talk has moved on; is logged.")] = False,
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Answer in the way the customer wrote last; without a text option $EDITOR opens."""
    from inbox_bot.flows import drafting
    from inbox_bot.flows.gates.asked import Answer

    way = _way(dm=dm, public=public)
    if source not in {"", "-"}:
        raise typer.BadParameter('the text comes from --text, --template, "-" or the editor')
    if sum((bool(text), bool(template), source == "-", draft)) > 1:
        raise typer.BadParameter("give one of --text, --template, --draft and -")
    files = tuple(_read(path) for path in attach or ())
    if sum(file.size for file in files) > MOST_ATTACHED:
        raise UsageError(f"the files are larger than {MOST_ATTACHED // 1024 // 1024} MiB together; send a link instead")
    begun = draft or not (template or text or source)  # his words are kept until they have gone out
    if draft:
        text = run_desk(config, lambda house: drafting.begun(house, number, who))
    elif begun:
        text, seen = edited(config, number, who, seen)
    elif source == "-":
        text = sys.stdin.read()
    if not (template or text.strip()):
        raise UsageError("the answer is empty; nothing was sent")
    answer = Answer(
        number=number,
        who=who,
        text=text,
        template=template,
        way=way,
        attachments=files,
        cc=tuple(cc or ()),
        resolve=resolve,
        seen=seen,
        anyway=anyway,
    )
    _report(_sent(config, answer, begun=begun), as_json)


def _sent(config: Path | None, answer: "Answer", *, begun: bool) -> "Queued":
    """Queue the answer; what stops it is shown. `begun`: its text is the writer's draft until it has gone out."""
    from inbox_bot.flows import answering, drafting

    async def send(house: "House") -> "Queued":
        if begun:
            await drafting.keep(house, answer.number, answer.text, answer.who)
        queued = await answering.reply(house, answer)
        if begun and not queued.approval:
            await drafting.keep(house, answer.number, "", answer.who)
        return queued

    try:
        return run_desk(config, send)
    except UsageError as stopped:
        for line in stopped.newer if isinstance(stopped, Stopped) else ():
            say(clean_line(line), error=True)
        if begun:
            say(f"your text is kept; go on with: inbox-bot draft {clean_line(answer.number)}", error=True)
        raise


def note(
    number: Number,
    source: Annotated[str, typer.Argument(metavar="[TEXT|-]", help="The text; - reads standard input.")] = "",
    text: Text = "",
    who: As = "",
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Write something down that only the team reads."""
    from inbox_bot.flows import desk
    from inbox_bot.rules.numbers import pretty

    if source and text:
        raise typer.BadParameter("give the text once")
    body = text or (sys.stdin.read() if source == "-" else source or edited(config, number, who, None, begun=False)[0])
    ticket, id = run_desk(config, lambda house: desk.note(house, number, body, who))
    if as_json:
        return emit({"number": pretty(ticket.number), "message": id})
    return say(f"noted m{id} on {pretty(ticket.number)}")


def confirm(
    number: Number,
    who: As = "",
    dm: ByDm = False,
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Confirm to the customer in writing what he sent and when each message arrived."""
    from inbox_bot.flows import answering

    way = _way(dm=dm, public=False)
    _report(run_desk(config, lambda house: answering.confirm(house, number, who, way)), as_json)


def open_(
    key: Annotated[str, typer.Argument(metavar="ADDRESS|HANDLE", help="Who called.", show_default=False)],
    text: Annotated[str, typer.Option("--text", "-t", metavar="T", help="What the call was about.")],
    phone: Annotated[str, typer.Option("--phone", metavar="N", help="From which number he called.")] = "",
    subject: Annotated[str, typer.Option("--subject", metavar="S", help="Else the text's first line.")] = "",
    who: As = "",
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Open a ticket from a telephone call; its number goes out to the customer."""
    from inbox_bot.channels.mime.addresses import in_ascii
    from inbox_bot.flows import calls

    call = calls.Call(key=in_ascii(key.strip()), text=text, who=who, phone=phone, subject=subject)
    _report(run_desk(config, lambda house: calls.open_ticket(house, call)), as_json)


def _way(*, dm: bool, public: bool) -> "Way":
    from inbox_bot.rules.routes import Way

    if dm and public:
        raise typer.BadParameter("give --dm or --public, not both")
    return Way.DM if dm else Way.PUBLIC if public else Way.LAST


def _read(path: Path) -> "Attachment":
    from inbox_bot.model import Attachment

    try:
        content = path.read_bytes()
    except OSError as exc:
        raise UsageError(f"{path} cannot be read: {exc.strerror}") from exc
    kind, encoding = mimetypes.guess_type(path.name)
    media_type = kind if kind and not encoding else "application/octet-stream"
    return Attachment(name=path.name, media_type=media_type, size=len(content), content=content)


def edited(
    config: Path | None, number: str, who: str, seen: int | None, *, begun: bool = True
) -> tuple[str, int | None]:
    """What the agent writes in $EDITOR, above what he sees of the ticket there: all of it, the newest first; and the
    last message of it, unless he said which one he knows. `begun`: he goes on with what he has begun."""
    if not sys.stdin.isatty():
        raise UsageError('no text: give --text, --template, or "-" to read standard input')
    from inbox_bot.cli.editor import edit
    from inbox_bot.flows import drafting, sight

    messages, draft = run_desk(config, lambda house: drafting.desk_of(house, number, who))
    before = clean(draft) if begun else ""
    quoted = "\n".join(f"# {clean(line)}" for line in sight.lines(messages[::-1]))
    text = edit(f"{before}\n\n{_SCISSORS}\n{quoted}\n").partition(_SCISSORS)[0].strip()
    return text, max((one.id for one in messages), default=0) if seen is None else seen


def _report(queued: "Queued", as_json: bool) -> None:
    from inbox_bot.rules.numbers import pretty

    to = queued.to
    if as_json:
        return emit(
            {
                "number": pretty(queued.ticket.number),
                "message": queued.message,
                "delivery": queued.delivery,
                "channel": queued.channel.value,
                "visibility": queued.visibility.value,
                "to": to.address,
                "text": queued.text,
                "status": queued.ticket.state.value,
                "withdrawn": queued.withdrawn,
                "waits_for_approval": queued.approval,
            }
        )
    way = "mail" if queued.channel == "email" else "public post" if queued.visibility == "public" else "DM"
    name = clean_line(f"@{to.handle}" if to.handle else to.address)
    if queued.approval:
        return say(
            f"{pretty(queued.ticket.number)}: m{queued.message}, {way} to {name}, waits for another person's yes: "
            f"inbox-bot approve {pretty(queued.ticket.number)}"
        )
    return say(
        f"{pretty(queued.ticket.number)} ({queued.ticket.state.value}): "
        f"m{queued.message} is queued as {way} to {name}; it goes out with: inbox-bot run"
    )

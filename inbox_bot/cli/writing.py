"""Commands by which an agent writes: reply, note, confirm."""

import mimetypes
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from inbox_bot.cli.clean import clean, clean_line
from inbox_bot.cli.common import (
    As,
    AsJson,
    ConfigFile,
    Number,
    Why,
    clock_of,
    emit,
    examples,
    load,
    message_id,
    run_desk,
    say,
)
from inbox_bot.cli.promises import promise_row
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
Promised = Annotated[
    list[str] | None,
    typer.Option("--promise", metavar="TIME", help='What it promises is due then: "Friday 17:00"; may be repeated.'),
]
Owner = Annotated[str, typer.Option("--owner", metavar="AGENT", help="Who answers for the promise (else you).")]
InPublic = Annotated[bool, typer.Option("--public", help="As a public reply on X.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command(
        epilog=examples(
            "reply 427-918-354", "reply 427-918-354 --draft",
            'reply 427-918-354 --text "Der Techniker kommt am Dienstag." --resolve',
            "reply 427-918-354 - < answer.txt", "reply 427-918-354 --attach Auftrag.pdf --cc partner@post.example",
            'reply 427-918-354 --text "Wir melden uns bis Freitag." --promised',
            'reply 427-918-354 --text "Wir melden uns in Kürze." --promise "Friday 17:00" --owner ben',
        )
    )(reply)  # fmt: skip
    app.command(epilog=examples('note 427-918-354 "Called back, line is up."', "note 427-918-354 - < call.txt"))(note)
    app.command(epilog=examples("confirm 427-918-354", "confirm 427-918-354 --as anna --json"))(confirm)


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
    reason: Why = "",
    seen: Annotated[
        int | None,
        typer.Option(
            "--seen", metavar="ID", parser=message_id, help="The last message you know (else: as `show` showed you)."
        ),
    ] = None,
    anyway: Annotated[
        bool,
        typer.Option("--anyway", help="Although the talk has moved on (a supervisor: or without evidence); is logged."),
    ] = False,
    promise: Promised = None,
    promised: Annotated[bool, typer.Option("--promised", help="What it promises is due as the text says.")] = False,
    no_promise: Annotated[bool, typer.Option("--no-promise", help="It promises nothing; is logged.")] = False,
    owner: Owner = "",
    keeps: Annotated[
        list[str] | None, typer.Option("--keeps", metavar="ID|all", help="It fulfils this open promise.")
    ] = None,
    soften: Annotated[
        bool, typer.Option("--soften", help='Say "requested on …" where nothing on record shows that it is done.')
    ] = False,
    to_customer: Annotated[
        bool, typer.Option("--to-customer", help="To himself, not to who acts for him and wrote last.")
    ] = False,
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Answer in the way the customer wrote last; without a text option $EDITOR opens."""
    from inbox_bot.flows import drafting, sight
    from inbox_bot.flows.gates.asked import Answer

    way = way_of(dm=dm, public=public)
    if source not in {"", "-"}:
        raise typer.BadParameter('the text comes from --text, --template, "-" or the editor')
    if sum((bool(text), bool(template), source == "-", draft)) > 1:
        raise typer.BadParameter("give one of --text, --template, --draft and -")
    files = tuple(_read(path) for path in attach or ())
    if sum(file.size for file in files) > MOST_ATTACHED:
        raise UsageError(f"the files are larger than {MOST_ATTACHED // 1024 // 1024} MiB together; send a link instead")
    if seen is not None:
        run_desk(config, lambda house: sight.check(house, number, seen))
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
        reason=reason,
        seen=seen,
        anyway=anyway,
        promise=tuple(promise or ()),
        promised=promised,
        no_promise=no_promise,
        owner=owner,
        keeps=tuple(keeps or ()),
        soften=soften,
        to_customer=to_customer,
    )
    report(_sent(config, answer, begun=begun), as_json, config)


def _sent(config: Path | None, answer: "Answer", *, begun: bool) -> "Queued":
    """Queue the answer. `begun`: its text is the writer's draft until it has gone out."""
    from inbox_bot.flows import answering, drafting

    async def send(house: "House") -> "Queued":
        if begun:
            await drafting.keep(house, answer.number, answer.text, answer.who)
        queued = await answering.reply(house, answer)
        if begun and not queued.approval:
            await drafting.keep(house, answer.number, "", answer.who)
        return queued

    try:
        return written(config, send)
    except UsageError:
        if begun:
            say(f"your text is kept; go on with: inbox-bot draft {clean_line(answer.number)}", error=True)
        raise


def written(config: Path | None, act: "Callable[[House], Awaitable[Queued]]") -> "Queued":
    """Queue what an agent writes; where he is stopped, first show what he has not seen."""
    try:
        return run_desk(config, act)
    except Stopped as stopped:
        for line in stopped.newer:
            say(clean_line(line), error=True)
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
    ticket, id, told = run_desk(config, lambda house: desk.note(house, number, body, who))
    names = [clean_line(one.name) for one in told]
    if as_json:
        return emit({"number": pretty(ticket.number), "message": id, "told": names})
    whom = f"; told by mail: {', '.join(names)}" if names else "; its @ names nobody of the team" if "@" in body else ""
    return say(f"noted m{id} on {pretty(ticket.number)}{whom}")


def confirm(
    number: Number,
    who: As = "",
    dm: ByDm = False,
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Confirm to the customer in writing what he sent and when each message arrived."""
    from inbox_bot.flows import answering

    way = way_of(dm=dm, public=False)
    report(run_desk(config, lambda house: answering.confirm(house, number, who, way)), as_json, config)


def way_of(*, dm: bool, public: bool) -> "Way":
    """The way that two options choose."""
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


def report(queued: "Queued", as_json: bool, config: Path | None) -> None:
    """Say what is on its way."""
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
                "promises": [promise_row(one) for one in queued.promises],
            }
        )
    way = "mail" if queued.channel == "email" else "public post" if queued.visibility == "public" else "DM"
    name = clean_line(f"@{to.handle}" if to.handle else to.address)
    if queued.approval:
        return say(
            f"{pretty(queued.ticket.number)}: m{queued.message}, {way} to {name}, waits for another person's yes: "
            f"inbox-bot approve {pretty(queued.ticket.number)}"
        )
    say(
        f"{pretty(queued.ticket.number)} ({queued.ticket.state.value}): "
        f"m{queued.message} is queued as {way} to {name}; it goes out with: inbox-bot run"
    )
    if queued.promises:
        local = clock_of(load(config))
        for one in queued.promises:
            say(f'open promise p{one.id} "{clean_line(one.phrase)}", due {local(one.due_at)}')
        if older := [one for one in queued.promises if one.message != queued.message]:
            say(f"kept by this answer? inbox-bot promise keep {older[0].id}")
    return None

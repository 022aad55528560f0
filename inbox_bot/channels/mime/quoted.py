"""Decides which lines of a mail its author wrote and which only repeat earlier mail or sign off."""

import re

_LANGUAGES = ("fr", "es", "it", "nl", "pl", "da", "sv", "cs")
_MAX_LINES = 400
_MAX_LENGTH = 20_000
_MAX_SIGNATURE = 12
_MAX_INTRODUCTION = 500

# Nothing below can match in a text without one of these: most first mails pay one search.
_HINT = re.compile(
    r"^[ \t]*>|^[ \t]*-- ?$|^[ \t]*[-_]{5,}|:[ \t]*$|^[ \t*]*(?:Von|From|De|Da|Fra|Från|Van|Od)[ \t*]*:"
    r"|^[ \t]*(?:Von meinem|Gesendet|Sent from|Get Outlook|Diese Nachricht wurde)",
    re.MULTILINE | re.IGNORECASE,
)
_SEPARATOR = re.compile(
    r"[ \t>*]*-{3,}[ \t]*(?:Urspr(?:ü|ue)ngliche (?:Nachricht|Mail|E-Mail)|Original(?: Message|nachricht|-Nachricht)?"
    r"|Weitergeleitete (?:Nachricht|E-Mail|Mail)|Forwarded [Mm]essage(?: from .{1,100})?"
    r"|Message d'origine|Mensaje original|Messaggio originale)[ \t]*-{3,}[ \t*]*",
    re.IGNORECASE,
)
_BLANKS = re.compile(r"\n(?:[ \t]*\n){2,}")
_RULE = re.compile(r"[ \t]*_{10,}[ \t]*")
_FIELD = re.compile(
    r"[ \t>*]*(Von|Gesendet|Datum|An|Betreff|From|Sent|Date|To|Subject|Cc|De|Envoyé|À|Objet)[ \t*]*:", re.IGNORECASE
)
_FIRST_FIELD = re.compile(r"[ \t>*]*(?:Von|From|De)[ \t*]*:", re.IGNORECASE)
_HEAD = re.compile(
    r"[ \t>]*(?:(?:Am|On|Le|El|Il|Op|Den|W dniu)\b.{4,300}?\b(?:schrieb|wrote|a écrit|escribió|ha scritto|schreef|skrev"
    r"|napisał)\b.{0,200}|.{1,200}\b(?:schrieb am|wrote on)\b.{4,100})[:：][ \t]*",
    re.IGNORECASE,
)
# Said also by people in a letter: taken for an introduction only where a quote follows.
_WEAK = re.compile(r".{1,200}\b(?:wrote|writes|schrieb(?:en)?|schreibt|geschrieben)\b.{0,60}[:：][ \t]*", re.IGNORECASE)
_DATED = re.compile(r"\d{1,2}[:.]\d{2}|\b(?:19|20)\d\d\b|\d{1,2}\.\d{1,2}\.|<\S+@\S+>|\S+@\S+\.\S")
_DEVICE = re.compile(
    r"[ \t]*(?:Von meinem .{2,40} gesendet|Gesendet (?:von|mit|aus) .{2,80}|Sent from (?:my |Mail|Outlook|Yahoo).{0,80}"
    r"|Get Outlook for .{2,80}|Diese Nachricht wurde von meinem .{2,60} gesendet)\.?[ \t]*",
    re.IGNORECASE,
)


def fold(text: str) -> tuple[str, str]:
    """(what the author wrote, what he quoted and signed with); nothing is lost between the two.

    Answers below or between quotes stay in the first. Where folding would leave nothing, all stays in the first.
    """
    if not _HINT.search(text):
        return text.strip(), ""
    lines = text.split("\n")
    spans = _attributions(lines)
    end = _end_of_letter(lines, spans)
    own: list[str] = []
    rest: list[str] = []
    at = 0
    while at < end:
        if lines[at].lstrip(" \t").startswith(">"):
            rest.append(lines[at])
            at += 1
        elif at in spans:
            rest += lines[at : at + spans[at]]
            at += spans[at]
        else:
            own.append(lines[at])
            at += 1
    own, signed = _signature(own)
    rest += signed + lines[end:]
    if not rest:
        own, rest = _other_languages(text)
    kept = "\n".join(own).strip()
    if not any(character.isalnum() for character in kept):
        return text.strip(), ""
    return _BLANKS.sub("\n\n", kept), "\n".join(rest).strip("\n")


def fold_foreign(text: str) -> tuple[str, str]:
    """(the letter, what stands below a head in a language not known here and is not marked as a quote).

    For letters in which somebody else decides about the quotes that he knows: those stay in the first.
    """
    if not _HINT.search(text) or not text.strip():
        return text, ""
    lines, rest = _other_languages(text)
    own = "\n".join(lines)
    if not own.strip() or any(line.lstrip(" \t").startswith(">") for line in rest):
        return text, ""
    return own, "\n".join(rest)


def _end_of_letter(lines: list[str], spans: dict[int, int]) -> int:
    """The line from which everything is an older mail that its mailer did not mark with `>`."""
    for at, line in enumerate(lines):
        if not line or line.lstrip().startswith(">"):
            continue
        if _SEPARATOR.fullmatch(line) or (_RULE.fullmatch(line) and _field_block(lines, at + 1)):
            return at
        if _FIRST_FIELD.match(line) and _field_block(lines, at):
            return at
        span = spans.get(at, 0)
        if span and _DATED.search(" ".join(lines[at : at + span])):
            after = next((one for one in lines[at + span :] if one.strip()), ">")
            if not after.lstrip().startswith(">"):
                return at
    return len(lines)


def _field_block(lines: list[str], at: int) -> bool:
    """Whether the head of a quoted mail (Von:, Gesendet:, An: …) begins here: three different fields in eight lines."""
    block = [line for line in lines[at : at + 8] if line.strip()]
    if not block or not _FIRST_FIELD.match(block[0]):
        return False
    return len({found[1].lower() for line in block if (found := _FIELD.match(line))}) >= 3


def _attributions(lines: list[str]) -> dict[int, int]:
    """Where introductions like `Am 3. März 2026 schrieb Eva Muster <e@m.example>:` begin -> how many lines they take.

    One to three lines, followed by a quote or with a date or an address in it: people end lines with `:` too.
    """
    spans: dict[int, int] = {}
    for end, line in enumerate(lines):
        if not line.rstrip().endswith((":", "：")) or len(line) > _MAX_INTRODUCTION:
            continue
        joined = ""
        for start in range(end, max(-1, end - 3), -1):
            if not lines[start].strip() or (start in spans and start < end):
                break
            joined = f"{lines[start].strip()} {joined}".strip()
            if len(joined) > _MAX_INTRODUCTION:
                break
            following = next((one for one in lines[end + 1 : end + 4] if one.strip()), "")
            answered = following.lstrip().startswith(">")
            if _HEAD.fullmatch(joined) and (answered or _DATED.search(joined)):
                spans.pop(end, None)
                spans[start] = end + 1 - start
                break
            if start == end and answered and _WEAK.fullmatch(joined):
                spans[start] = 1  # unless it turns out to be the last line of a longer one
    return spans


def _signature(lines: list[str]) -> tuple[list[str], list[str]]:
    """Split at the signature separator (RFC 3676 4.3), or at a short block after `--`; then a mobile's sign-off."""
    signed: list[str] = []
    for at, line in enumerate(lines):
        if line == "-- " or (
            line.rstrip() == "--" and len([one for one in lines[at:] if one.strip()]) <= _MAX_SIGNATURE
        ):
            lines, signed = lines[:at], lines[at:]
            break
    last = next((at for at in range(len(lines) - 1, -1, -1) if lines[at].strip()), None)
    if last is not None and _DEVICE.fullmatch(lines[last]):
        lines, signed = lines[:last], lines[last:] + signed
    return lines, signed


def _other_languages(text: str) -> tuple[list[str], list[str]]:
    """Ask mail-parser-reply for the first quoted head in languages not known here; its signatures are not used.

    Its patterns are quadratic on hostile text, so that it gets little of it.
    """
    lines = text.split("\n")
    if len(text) > _MAX_LENGTH or len(lines) > _MAX_LINES:
        return lines, []
    head = _first_reply(text)
    skipped = next(at for at, line in enumerate(lines) if line.strip())
    cut = skipped + len(head)
    if not any(head) or [line.strip() for line in lines[skipped:cut]] != [line.strip() for line in head]:
        return lines, []
    return lines[:cut], lines[cut:]


def _first_reply(text: str) -> list[str]:
    from mailparser_reply.parser import EmailMessage  # type: ignore[import-untyped]  # no stubs; loaded where wanted

    class Letter(EmailMessage):  # type: ignore[misc]  # no stubs
        text: str

        def _normalize_text(self) -> None:
            """Without the original's `re.sub` with a positional count: a DeprecationWarning from Python 3.13 on."""
            self.text = "\n".join(line.strip() for line in self.text.split("\n"))

    replies = Letter(text=text, languages=list(_LANGUAGES), include_english=False).read().replies
    return str(replies[0].content).split("\n") if len(replies) > 1 else []

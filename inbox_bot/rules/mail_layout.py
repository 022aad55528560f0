"""Layout: decides which lines of a letter a mail program wrote: quotes, their heads, signatures, mobile footers.

For German and English as the usual mail programs write them, and in any language where a marked quote follows. Kept
apart from the mail reader's own folding, which must never hide a customer's words; this must never show ours.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice

_MOST_SIGNED = 12  # lines of a signature that a bare `--` begins
_LONGEST_HEAD = 500
_LINES_OF_HEAD = 3
_FOLLOWING = 20  # lines below a head in which the first one with words is looked for
_LINES_OF_BLOCK = 24

_MARK = re.compile(r"[ \t\ufeff\u200b]{0,4}>")
_SEPARATOR = re.compile(
    r"[ \t*]*-{2,}[ \t]*(?:Urspr(?:ü|ue)ngliche (?:Nachricht|Mail|E-Mail)|Original(?: Message|nachricht|-Nachricht)"
    r"|Weitergeleitete (?:Nachricht|E-Mail|Mail)|Forwarded [Mm]essage.{0,100}|Original Appointment)[ \t]*-{2,}[ \t*]*"
    r"|[ \t]*(?:Anfang der weitergeleiteten (?:Nachricht|E-Mail)|Begin forwarded message)[ \t]*:[ \t]*",
    re.IGNORECASE,
)
_RULE = re.compile(r"[ \t]*(?:_{5,}|-{5,})[ \t]*")
_FIELD = re.compile(
    r"[ \t*]*(?:(?P<author>Von|From|De|Da|Van|Fra|Från|Od)"
    r"|(?P<when>Gesendet(?: am)?|Datum|Sent|Date|Envoyé|Enviado|Inviato|Verzonden|Sendt|Skickat|Wysłano)"
    r"|(?P<what>Betreff|Subject|Objet|Asunto|Oggetto|Onderwerp|Emne|Ämne|Temat)"
    r"|(?P<other>An|To|Cc|Bcc|Kopie|À|Para|A|Aan|Til|Till|Do|Antwort an|Reply-To|Wichtigkeit|Importance|Priorität"
    r"|Priority|Anlagen|Attachments))[ \t*]*:",
    re.IGNORECASE,
)
_INTRODUCTION = re.compile(
    r"[ \t]*(?:(?:Am|On)\b.{4,300}?\b(?:schrieb|wrote|geschrieben)\b.{0,250}"
    r"|.{1,200}\b(?:schrieb|hat|wrote)\b[ \t]*(?:am|on|um|\(|\[).{4,200})[ \t]*[:：][ \t]*",
    re.IGNORECASE,
)
_WRITES = re.compile(r".{1,200}\b(?:schrieb|schreibt|wrote|writes)\b.{0,60}[:：][ \t]*", re.IGNORECASE)
_FOREIGN = re.compile(r"@|\b(?:a écrit|escribió|ha scritto|schreef|skrev|napisał)\b", re.IGNORECASE)
_DATED = re.compile(r"\d{1,2}[:.]\d{2}|\b(?:19|20)\d\d\b|\d{1,2}\.\d{1,2}\.|<\S+@\S+>|\S+@\S+\.\S")
_DAY = re.compile(r"\b(?:19|20)\d\d\b|\d{1,2}[./]\d{1,2}[./]|\d{1,2}[:.]\d{2}")
_PROGRAM = (
    r"(?:Outlook|Mail|Yahoo|Samsung|Gmail|GMX|WEB\.DE|Proton|Spark|BlackBerry|Thunderbird|K-9|Nine|Edison|Huawei)\b"
)
_DEVICE = re.compile(
    r"[ \t]*(?:Von meine[mr] .{2,60} gesendet.{0,40}"
    rf"|Gesendet (?:von|mit|aus|über) (?:meine[mr] |der .{{2,40}}App\b|{_PROGRAM}).{{0,80}}"
    rf"|Sent (?:from|with|via|using) (?:my |the .{{2,40}}app\b|{_PROGRAM}).{{0,80}}"
    r"|Get Outlook for .{2,80}|Outlook für .{2,40} (?:beziehen|herunterladen).{0,60}"
    r"|(?:Holen Sie sich|Laden Sie|Beziehen Sie|Hol dir) Outlook für .{2,80}"
    r"|Diese Nachricht wurde (?:von|mit) .{2,80} gesendet)[.!]?[ \t]*",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The lines [start, end) that introduce a quote. `marked`: each quoted line bears a `>`; else nobody marked where
    the quote ends. `block`: a block of fields or a separator, that people do not write in letters."""

    start: int
    end: int
    marked: bool
    block: bool


def is_quoted(line: str) -> bool:
    """Whether a line bears a quote mark."""
    return _MARK.match(line) is not None


def is_footer(line: str) -> bool:
    """Whether a line is the advertisement that a mobile's mail program puts under each mail."""
    return _DEVICE.fullmatch(line) is not None


def heads(lines: Sequence[str], is_ours: Callable[[int], bool]) -> list[Head]:
    """The heads of quotes, in order, outside marked quotes. `is_ours` tells of a line whether we sent it: what looks
    like a head in our own mail is none."""
    found: list[Head] = []
    at = 0
    while at < len(lines):
        head = None if not lines[at].strip() or is_quoted(lines[at]) else _head(lines, at, is_ours)
        if head is not None and not all(is_ours(one) for one in range(head.start, head.end) if lines[one].strip()):
            found.append(head)
            at = head.end
        else:
            at += 1
    return found


def signature(lines: Sequence[str], at: int, end: int) -> bool:
    """Whether a signature begins at this line (RFC 3676 4.3), or a short block after a bare `--`, and goes to `end`."""
    if lines[at] == "-- ":
        return True
    written = (one for one in range(at + 1, end) if lines[one].strip())
    return lines[at].rstrip() == "--" and len(list(islice(written, _MOST_SIGNED + 1))) <= _MOST_SIGNED


def _head(lines: Sequence[str], at: int, is_ours: Callable[[int], bool]) -> Head | None:
    start = at
    if _SEPARATOR.fullmatch(lines[at]):
        end = _block_end(lines, _next(lines, at + 1)) or at + 1
        return Head(start=start, end=end, marked=_is_marked(lines, end), block=True)
    first = _next(lines, at + 1) if _RULE.fullmatch(lines[at]) else at
    if end := _block_end(lines, first):
        return Head(start=start, end=end, marked=_is_marked(lines, end), block=True)
    for end in range(at + 1, min(at + _LINES_OF_HEAD, len(lines)) + 1):
        if not lines[end - 1].strip() or is_quoted(lines[end - 1]):
            break
        if lines[end - 1].rstrip().endswith((":", "：")):
            return _introduction(lines, at, end, is_ours)
    return None


def _introduction(lines: Sequence[str], at: int, end: int, is_ours: Callable[[int], bool]) -> Head | None:
    """`Am 3. März 2026 um 10:15 schrieb Acme Hilfe <…>:`; in languages not known here only before a quote."""
    joined = " ".join(line.strip() for line in lines[at:end])
    if len(joined) > _LONGEST_HEAD:
        return None
    marked = _is_marked(lines, end)
    following = (at for at in range(end, min(len(lines), end + _FOLLOWING)) if any(map(str.isalnum, lines[at])))
    before_ours = any(is_ours(at) for at in islice(following, 1))
    known = _INTRODUCTION.fullmatch(joined) is not None
    known = known and (marked or _DATED.search(joined) is not None)
    weak = marked and end == at + 1 and _WRITES.fullmatch(joined) is not None
    # Its first line has the day; a line without is part of the letter.
    foreign = (marked or before_ours) and _FOREIGN.search(joined) and _DAY.search(lines[at])
    if not (known or weak or foreign):
        return None
    if end > at + 1 and not joined.lower().startswith(("am ", "on ")):
        below = " ".join(line.strip() for line in lines[at + 1 : end])
        if _INTRODUCTION.fullmatch(below) and _DATED.search(below):
            return None  # the line above it is the letter's last one
    return Head(start=at, end=end, marked=marked, block=False)


def _block_end(lines: Sequence[str], start: int) -> int:
    """Where the block of fields (Von:, Gesendet:, An:, Betreff:) that begins at `start` ends; 0 where none does."""
    seen: dict[str, None] = {}
    end = at = start
    while at < min(len(lines), start + _LINES_OF_BLOCK):
        field = _FIELD.match(lines[at])
        if field is not None:
            name = f"{field.lastgroup}:{field[0].strip(' *:').lower()}"
            if name in seen:
                break  # no head names anything twice
            seen[name] = None
            end = at + 1
        elif not seen:
            return 0
        elif not lines[at].strip():
            following = _next(lines, at)
            if following >= len(lines) or _FIELD.match(lines[following]) is None:
                break
        elif at == end and (lines[at][0] in " \t" or lines[at - 1].rstrip().endswith((",", ";", "<", ">"))):
            end = at + 1  # a field that was wrapped
        else:
            break
        at += 1
    kinds = {name.partition(":")[0] for name in seen}
    return end if len(seen) >= 3 and "author" in kinds and kinds & {"when", "what"} else 0


def _next(lines: Sequence[str], at: int) -> int:
    """The first line from `at` on that is not blank."""
    while at < len(lines) and not lines[at].strip():
        at += 1
    return at


def _is_marked(lines: Sequence[str], end: int) -> bool:
    at = _next(lines, end)
    return at < len(lines) and is_quoted(lines[at])

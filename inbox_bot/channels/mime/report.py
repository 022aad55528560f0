"""Reads what a bounce (RFC 3464, or any odd one) or a read receipt (RFC 8098) says, by its own word."""

import logging
import re
from dataclasses import replace
from email import message_from_bytes

from inbox_bot.channels.mime.charsets import clean_line, decode
from inbox_bot.channels.mime.fields import ids, text_of, unfold
from inbox_bot.channels.mime.parts import Leaf, Part, children, payload, transferred
from inbox_bot.model import Report, ReportLine

_MAX_TEXT = 200_000
_MAX_LINES = 100
_MAX_ODD = 1_000_000  # the detectors take a second for one megabyte
_STATUS_TYPES = ("message/delivery-status", "message/global-delivery-status")
_MDN_TYPES = ("message/disposition-notification", "message/global-disposition-notification")
_RETURNED_TYPES = (
    "message/rfc822",
    "message/global",
    "text/rfc822-headers",
    "message/rfc822-headers",
    "message/global-headers",
)
_STATUS = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
_ACTIONS = {"failed", "delayed", "delivered", "relayed", "expanded"}
_BY_CLASS = {"2": "delivered", "4": "delayed", "5": "failed"}
_EIGHT_BIT = re.compile(rb"[\x80-\xff]")
_HEX = re.compile(r"\+([0-9A-F]{2})")
_MACHINE = re.compile(r"(?i)^(?:mailer-?daemon|post-?master|mail-?admin|mailadm|bounces?|mdaemon|double-bounce)\b")
_FAILURE_SUBJECT = re.compile(
    r"(?i)undeliver|deliver(?:y|ed|able)|returned (?:mail|to sender)|failure|mail (?:system )?error|bounce|"
    r"unzustellbar|zugestellt|zustellung|nicht zustellbar|could not be sent|warning: (?:could not|message)|rejected"
)
_KEPT = "x-microsoft-original-message-id"
_ID_LINE = re.compile(r"(?im)^[ \t>]*message-id:[ \t]*(?:\r?\n[ \t>]+)?(<[^<>\s]{1,900}>)")

Block = list[tuple[str, str]]


def read(
    message: Part,
    leaves: list[Leaf],
    text: str,
    *,
    headers: tuple[tuple[str, str], ...],
    return_path: str | None,
    raw: bytes,
) -> Report | None:
    """The report a mail is, None where it is none. Only what looks like a bounce is shown to flufl.bounce."""
    types = {leaf.media_type: leaf for leaf in reversed(leaves)}
    for name in _MDN_TYPES:
        if name in types and (found := _mdn(types[name])):
            return found
    original, chain = _original(types)
    for name in _STATUS_TYPES:
        if name in types and (found := _dsn(types[name], original or _id_in(text))):
            return replace(found, original_references=chain)
    if len(raw) > _MAX_ODD or not _looks_returned(message, headers, return_path):
        return None
    said = _odd(raw, original or _id_in(text) or _id_in(_plain(types)))
    return replace(said, original_references=chain) if said else None


def _looks_returned(message: Part, headers: tuple[tuple[str, str], ...], return_path: str | None) -> bool:
    """Null path, a daemon as the author, or a subject that speaks of failure."""
    if return_path == "" or message.get_content_type() == "multipart/report":
        return True
    first = dict(reversed(headers))
    local = first.get("from", "").rpartition("<")[2].lstrip()
    return bool(_MACHINE.match(local) or _FAILURE_SUBJECT.search(first.get("subject", "")[:300]))


def _dsn(leaf: Leaf, original: str) -> Report | None:
    blocks = _blocks(leaf)
    lines: list[ReportLine] = []
    envelope_id = ""
    for block in blocks:
        values = dict(reversed(block))
        envelope_id = envelope_id or values.get("original-envelope-id", "").strip()
        line = _recipient(values)
        if line is not None and len(lines) < _MAX_LINES:
            lines.append(line)
    if not lines:
        return None
    return Report(kind="dsn", lines=tuple(lines), envelope_id=_xtext(envelope_id), original_message_id=original)


def _recipient(values: dict[str, str]) -> ReportLine | None:
    """One block (RFC 3464 2.3): the recipient as we named it (Original-Recipient) before the final one."""
    if not ({"final-recipient", "original-recipient", "action"} & values.keys()):
        return None
    status = _STATUS.search(values.get("status", "")) or _STATUS.search(values.get("diagnostic-code", ""))
    action = re.split(r"[\s(;]", values.get("action", "").strip().lower(), maxsplit=1)[0]
    if action not in _ACTIONS:
        action = _BY_CLASS[status[1]] if status else "failed"
    original = _typed(values.get("original-recipient", ""))
    recipient = _xtext(original) if "@" in original else _typed(values.get("final-recipient", ""))
    return ReportLine(
        action=action,
        recipient=recipient,
        status=status[0] if status else "",
        diagnostic=values.get("diagnostic-code", "")[:500],
    )


def _mdn(leaf: Leaf) -> Report | None:
    values = {name: value for block in reversed(_blocks(leaf)) for name, value in reversed(block)}
    disposition = values.get("disposition", "")
    if not disposition:
        return None
    kind = re.split(r"[\s/,(;]", disposition.rpartition(";")[2].strip().lower(), maxsplit=1)[0]
    found = ids(values.get("original-message-id", ""))
    line = ReportLine(
        action=kind or "processed",
        recipient=_typed(values.get("original-recipient", "")) or _typed(values.get("final-recipient", "")),
        diagnostic=disposition[:500],
    )
    return Report(kind="mdn", lines=(line,), original_message_id=found[0] if found else "")


def _odd(raw: bytes, original: str) -> Report | None:
    """Bounces without a delivery-status part, by the detectors of flufl.bounce."""
    from flufl.bounce import all_failures  # 17 detectors, wanted only for what looks like a bounce

    # They crash on fields that hold undeclared 8-bit characters, or without From, and log that with a traceback.
    logging.getLogger("flufl.bounce").setLevel(logging.CRITICAL)
    copy = message_from_bytes(_EIGHT_BIT.sub(b"?", raw))
    if "from" not in copy:
        copy["From"] = "nobody@unknown.invalid"
    try:
        temporary, permanent = all_failures(copy)
    except Exception:  # guard: third-party detectors on hostile mail; no report is the honest answer
        return None
    lines = [
        ReportLine(action=action, recipient=clean_line(decode(one)))
        for action, group in (("failed", permanent), ("delayed", temporary))
        for one in sorted(group, key=str)[:_MAX_LINES]
    ]
    return Report(kind="dsn", lines=tuple(lines), original_message_id=original) if lines else None


def _blocks(leaf: Leaf) -> list[Block]:
    """The groups of fields of a message/*-status part, names lower case, values readable.

    The stdlib gives delivery-status as one message per block and other message/* types as one message whose text
    holds the further blocks, still encoded where RFC 6533 allows it to be.
    """
    embedded = children(leaf.part)
    if not embedded:
        return _split(decode(payload(leaf)))
    encoding = leaf.field("content-transfer-encoding").strip().lower()
    blocks: list[Block] = []
    for one in embedded:
        block = [(name.strip().lower(), text_of(value)) for name, value in one.raw_items()]
        if block:
            blocks.append(block)
        rest = None if one.is_multipart() else one.get_payload(decode=True)
        if isinstance(rest, bytes) and rest.strip():
            blocks += _split(decode(transferred(rest, encoding)))
    return blocks


def _split(text: str) -> list[Block]:
    blocks: list[Block] = []
    for group in re.split(r"\n[ \t]*\n", text[:_MAX_TEXT].replace("\r\n", "\n")):
        block: Block = []
        for line in group.split("\n"):
            name, colon, value = line.partition(":")
            if line[:1] in (" ", "\t") and block:
                block[-1] = (block[-1][0], f"{block[-1][1]} {clean_line(line)}")
            elif colon:
                block.append((name.strip().lower(), clean_line(value)))
        if block:
            blocks.append(block)
    return blocks


def _original(types: dict[str, Leaf]) -> tuple[str, tuple[str, ...]]:
    """The returned mail's own Message-ID ("" = not told), and its References.

    Microsoft's relays put an id of theirs in its place and keep the first one beside it.
    """
    for name in _RETURNED_TYPES:
        if name not in types:
            continue
        fields: dict[str, list[str]] = {}
        for key, value in _returned(types[name]):
            fields.setdefault(key, []).extend(ids(value))
        for key in (_KEPT, "message-id"):
            if fields.get(key):
                return fields[key][0], tuple(fields.get("references", ()))
    return "", ()


def _returned(leaf: Leaf) -> Block:
    embedded = children(leaf.part)
    if embedded:
        return [(name.strip().lower(), unfold(value)) for name, value in embedded[0].raw_items()]
    blocks = _split(decode(payload(leaf)[:_MAX_TEXT]))
    return blocks[0] if blocks else []


def _id_in(text: str) -> str:
    found = _ID_LINE.search(text[:_MAX_TEXT])
    return found[1] if found else ""


def _plain(types: dict[str, Leaf]) -> str:
    return decode(payload(types["text/plain"])[:_MAX_TEXT]) if "text/plain" in types else ""


def _typed(value: str) -> str:
    """The address of `rfc822; a@b` (RFC 3464 2.3.2), without angle brackets; a missing type is forgiven."""
    address = value.partition(";")[2] if ";" in value else value
    return clean_line(address).strip("<> ")


def _xtext(value: str) -> str:
    """RFC 3461 4: +HH stands for a character; anything else is left alone."""
    return clean_line(_HEX.sub(lambda digits: chr(int(digits[1], 16)), value))

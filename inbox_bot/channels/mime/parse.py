"""Turns the bytes of a mail into the model, whatever the bytes are."""

from datetime import datetime
from email.message import Message
from email.parser import BytesParser
from email.policy import compat32

from inbox_bot.channels.mime import addresses, fields, parts, quoted, report
from inbox_bot.channels.mime.charsets import clean_text
from inbox_bot.model import Incoming, MailFacts, Unreadable, Visibility

MAX_ATTACHMENT = 25 * 1024 * 1024

_PARSER = BytesParser(policy=compat32)
_RECIPIENT_FIELDS = frozenset(
    {"to", "cc", "delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "x-delivered-to", "x-rcpt-to"}
    | {"resent-to", "resent-cc", "apparently-to", "x-forwarded-to", "original-recipient"}
)


def parse(
    raw: bytes,
    *,
    key: str,
    at: datetime,
    folder_flags: tuple[str, ...] = (),
    max_attachment: int = MAX_ATTACHMENT,
    whole: bool = False,
) -> Incoming | Unreadable:
    """Read one mail (RFC 5322, MIME); raises nothing but MemoryError. Same result on every supported Python.

    `at` is the time of arrival. An attachment above `max_attachment` bytes keeps its name and size only. `whole`:
    quotes and signature stay in `text`, for rules that know what was quoted.
    """
    if not raw.strip():
        return Unreadable(key=key, at=at, reason="the mail is empty", raw=raw)
    try:
        return _read(raw, key, at, folder_flags, max_attachment, whole=whole)
    except MemoryError:
        raise  # about this process, not about the mail
    except Exception as error:  # outermost guard: one hostile mail must not stop an inbox
        reason = f"{type(error).__name__}: {error}" if not isinstance(error, ValueError) else str(error)
        return Unreadable(key=key, at=at, reason=clean_text(reason)[:300], raw=raw)


def _read(
    raw: bytes, key: str, at: datetime, folder_flags: tuple[str, ...], max_attachment: int, *, whole: bool
) -> Incoming:
    message = _PARSER.parsebytes(raw)
    headers = fields.decoded(message)
    raw_fields = _collect(message)
    content = parts.read(message, max_attachment)
    text = content.text()
    return_path = _return_path(raw_fields)
    said = report.read(message, content.leaves, text, headers=headers, return_path=return_path, raw=raw)
    fold = quoted.fold_foreign if whole else quoted.fold
    own, rest = fold(text) if said is None else (text.strip(), "")
    content_hash = fields.content_hash(raw)

    senders = _all(raw_fields, "from")
    if "from" not in raw_fields:
        senders = _all(raw_fields, "sender")[:1] or _all(raw_fields, "return-path")[:1]
    author = senders[0] if senders else None
    facts = MailFacts(
        headers=headers,
        from_sound=addresses.sound_single(raw_fields.get("from", []), senders),
        return_path=return_path,
        recipients=_recipients(raw_fields),
        reply_to=tuple(addresses.canonical(one) for one in _all(raw_fields, "reply-to")),
        mdn_to=tuple(one.address for one in _all(raw_fields, "disposition-notification-to")),
        folder_flags=folder_flags,
        report=said,
    )
    return Incoming(
        key=key,
        external_id=_external_id(raw_fields, content_hash),
        author=addresses.canonical(author) if author else None,
        at=at,
        text=own,
        quoted=rest,
        html=content.html(),
        subject=facts.header("subject"),
        visibility=Visibility.PRIVATE,
        content_hash=content_hash,
        references=fields.references(_first(raw_fields, "in-reply-to"), _first(raw_fields, "references")),
        attachments=content.named(),
        raw=raw,
        mail=facts,
    )


def _collect(message: "Message[str, str]") -> dict[str, list[str]]:
    """The raw bodies of each field, by lower-case name, in order."""
    collected: dict[str, list[str]] = {}
    for name, value in message.raw_items():
        collected.setdefault(name.strip().lower(), []).append(value)
    return collected


def _first(raw_fields: dict[str, list[str]], name: str) -> str:
    values = raw_fields.get(name)
    return fields.unfold(values[0]) if values else ""


def _all(raw_fields: dict[str, list[str]], name: str) -> list[addresses.Mailbox]:
    return [one for value in raw_fields.get(name, ()) for one in addresses.mailboxes(value)]


def _recipients(raw_fields: dict[str, list[str]]) -> tuple[str, ...]:
    found = [one.address for name in raw_fields if name in _RECIPIENT_FIELDS for one in _all(raw_fields, name)]
    return tuple(dict.fromkeys(found))[: addresses.MAX_ADDRESSES]


def _return_path(raw_fields: dict[str, list[str]]) -> str | None:
    if "return-path" not in raw_fields:
        return None
    # The first one is the last hop's; only `<>` is the null path (RFC 5321 4.5.5): what is unreadable says nothing.
    written = raw_fields["return-path"][0]
    found = addresses.mailboxes(written)
    if found:
        return found[0].address
    return "" if "".join(written.split()) in ("<>", "") else None


def _external_id(raw_fields: dict[str, list[str]], content_hash: str) -> str:
    for value in raw_fields.get("message-id", ()):
        if found := fields.ids(fields.unfold(value)):
            return found[0]
    return f"<{content_hash}@unknown.invalid>"

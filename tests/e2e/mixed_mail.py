"""The mails of the mixed run: a first round to an empty house, a second one that answers what reached the sink."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from tests.e2e.mixed import ADDRESS, FORM, Expected, Mail, Person, Town


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An acknowledgement as the customer has it."""

    subject: str
    message_id: str
    reply_to: str
    return_path: str
    number: str


def compose(
    person: Person,
    subject: str,
    text: str,
    now: datetime,
    marker: str,
    *,
    headers: Iterable[tuple[str, str]] = (),
    to: str = ADDRESS,
    sender: str = "",
    return_path: str | None = "",
    message_id: str | None = "",
    html: str = "",
    html_only: bool = False,
    attachment: bytes = b"",
) -> bytes:
    """A well-formed mail as a delivery agent leaves it; None leaves a header out, "" gives the usual value."""
    mail = EmailMessage(policy=SMTP.clone(max_line_length=200))
    if return_path is not None:
        mail["Return-Path"] = f"<{return_path or person.address}>"
    mail["Received"] = f"from mx.post.example by mx.acme.example with ESMTP id {marker}; {format_datetime(now)}"
    mail["From"] = sender or f'"{person.name}" <{person.address}>'
    mail["To"] = to
    mail["Subject"] = subject
    mail["Date"] = format_datetime(now)
    if message_id is not None:
        mail["Message-ID"] = message_id or f"<{marker}@{person.address.rpartition('@')[2]}>"
    for name, value in headers:
        mail[name] = value
    if html_only:
        mail.set_content(html, subtype="html")
    else:
        mail.set_content(text)
        if html:
            mail.add_alternative(html, subtype="html")
    if attachment:
        mail.add_attachment(attachment, maintype="image", subtype="png", filename=f"Foto {marker}.png")
    if mail.is_multipart():
        mail.set_boundary(f"=_{marker}")
    return mail.as_bytes()


class Round:
    """Collects the mails of one round. `add` makes one by a word of the text and the keyword arguments of `compose`."""

    def __init__(self, town: Town, now: datetime) -> None:
        self.town = town
        self.now = now
        self.mails: list[Mail] = []

    def add(
        self,
        kind: str,
        outcome: str,
        *,
        person: Person | None = None,
        subject: str = "",
        text: str = "",
        edit: Callable[[bytes], bytes] = lambda raw: raw,
        thread: str = "",
        answered: str = "",
        opens: bool = False,
        receipt: bool = False,
        after: str = "",
        **form: object,
    ) -> Mail:
        """One mail with its expectation. `thread` defaults to its own marker where it opens a ticket."""
        marker = self.town.marker()
        person = person or self.town.person()
        words = f"Guten Tag,\n\n{text or self.town.matter()}\nMein Zeichen: {marker}\n\nGruß\n{person.name}\n"
        if "html" in form:
            form["html"] = f"<html><body><p>{words}</p><p><b>Danke</b></p></body></html>"
        raw = compose(person, subject or f"Anliegen {marker}", words, self.now, marker, **form)  # type: ignore[arg-type]  # the caller's keywords are compose's
        given = form.get("message_id", "")
        message_id = "" if given is None else str(given) or f"<{marker}@{person.address.rpartition('@')[2]}>"
        expected = Expected(
            marker=marker,
            kind=kind,
            outcome=outcome,
            person=person,
            opens=opens,
            thread=thread or (marker if opens else ""),
            answered=answered or ("own" if opens else "no"),
            receipt=receipt,
            external_id=message_id,
        )
        mail = Mail(raw=edit(raw), expected=expected, after=after)
        self.mails.append(mail)
        return mail

    def new(self, kind: str, **how: object) -> Mail:
        """A mail that opens a ticket and gets its number."""
        return self.add(kind, "filed", opens=True, **how)  # type: ignore[arg-type]  # the caller's keywords are add's

    def ordered(self) -> list[Mail]:
        """As they arrive: mixed, but nothing before what it answers."""
        place: dict[str, float] = {}
        for mail in self.mails:
            place[mail.expected.marker] = max(self.town.random.random(), place.get(mail.after, -1.0) + 1e-6)
        return sorted(self.mails, key=lambda mail: place[mail.expected.marker])


def first_round(town: Town, now: datetime) -> list[Mail]:
    """Mails to a house that knows nobody."""
    mails = Round(town, now)
    opened = _new_matters(mails)
    _further(mails, opened)
    _machines(mails)
    _reports_about_others(mails)
    _broken(mails)
    return mails.ordered()


def _new_matters(mails: Round) -> list[Mail]:
    opened = [mails.new("plain") for _ in range(62)]
    opened += [mails.new("alternative", html="yes") for _ in range(24)]
    opened += [mails.new("attachment", attachment=mails.town.random.randbytes(9000)) for _ in range(14)]
    for _ in range(12):
        mails.new("html only", html="yes", html_only=True)
    for _ in range(8):
        mails.new("encoded subject", subject=f"Störung: Gebühren für Ökostrom – {mails.town.marker()}")
    for _ in range(6):
        person = mails.town.person()
        asks = [("Disposition-Notification-To", f'"{person.name}" <{person.address}>')]
        mails.new("read receipt", person=person, headers=asks, receipt=True)
    for _ in range(2):
        elsewhere = [("Disposition-Notification-To", "jemand.anders@post.example")]
        mails.new("read receipt to another", headers=elsewhere)
    for _ in range(5):
        person = mails.town.person()
        mails.new(
            "contact form",
            person=person,
            sender=FORM,
            return_path=FORM,
            headers=[("Reply-To", f'"{person.name}" <{person.address}>')],
        )
    for _ in range(3):
        subject = "=?utf-8?q?Hilfe=0D=0ABcc:_alle=40acme.example=0D=0A=0D=0AText?="
        mails.new("injection", edit=lambda raw, s=subject: _with_header(raw, "Subject", s))  # type: ignore[misc]  # mypy cannot infer a lambda with a default
    return opened


def _further(mails: Round, opened: Sequence[Mail]) -> None:
    for mail in mails.town.random.sample(list(opened), 22):
        first = mail.expected
        answers = [("In-Reply-To", first.external_id), ("References", first.external_id)]
        mails.add(
            "own reply",
            "filed",
            person=first.person,
            subject=f"Re: Anliegen {first.marker}",
            headers=answers,
            thread=first.marker,
            answered="shared",
            after=first.marker,
        )
    for mail in mails.town.random.sample(list(opened), 12):
        trace = b"Received: from relay.post.example by mx.acme.example with ESMTP; Mon, 5 Oct 2026 08:00:00 +0000\r\n"
        first = mail.expected
        again = replace(
            first, marker=mails.town.marker(), kind="duplicate", outcome="duplicate", opens=False, thread="",
            answered="no",
        )  # fmt: skip
        raw = trace + mail.raw if mails.town.random.random() < 0.5 else mail.raw
        mails.mails.append(Mail(raw=raw, expected=again, after=first.marker))
    for mail in mails.town.random.sample(list(opened), 4):
        mails.new("same id, other mail", message_id=mail.expected.external_id, after=mail.expected.marker)


def _machines(mails: Round) -> None:
    signs: list[dict[str, object]] = [
        {"headers": [("Auto-Submitted", "auto-replied")]},
        {"headers": [("Auto-Submitted", "auto-generated")], "sender": "Status <status@dienst.example>"},
        {"headers": [("X-Autoreply", "yes")]},
        {"headers": [("Precedence", "bulk")]},
        {"headers": [("Precedence", "auto_reply"), ("In-Reply-To", "<fremd@post.example>")]},
        {"headers": [("In-Reply-To", "<fremd@post.example>")], "subject": "Automatische Antwort: Anfrage"},
        {"sender": "no-reply@dienst.example"},
        {"sender": "Dienst <donotreply@dienst.example>"},
        {"edit": lambda raw: _with_header(raw, "Return-Path", "<>")},
    ]
    lists: list[dict[str, object]] = [
        {"headers": [("List-Id", "<netz.liste.example>"), ("Precedence", "list")]},
        {"headers": [("List-Unsubscribe", "<https://liste.example/weg>")]},
        {"headers": [("List-Post", "<mailto:netz@liste.example>")]},
    ]
    for turn in range(18):
        mails.add("vacation or machine", "automatic", **signs[turn % len(signs)])  # type: ignore[arg-type]  # as above
    for turn in range(12):
        mails.add("list", "automatic", **lists[turn % len(lists)])  # type: ignore[arg-type]  # as above
    for _ in range(12):
        mails.add("spam", "junk", headers=[("X-Spam-Flag", "YES")])
    for _ in range(3):
        mails.add("own address", "echo", sender=f"Acme <{ADDRESS}>", return_path=ADDRESS)


def _reports_about_others(mails: Round) -> None:
    for _ in range(8):
        mails.add("bounce", "bounce", edit=lambda raw: bounce("<fremd@acme.example>", "wer@post.example", ADDRESS, raw))
    for _ in range(4):
        odd = {"sender": "Mail Delivery Subsystem <MAILER-DAEMON@mx.post.example>", "subject": "Undelivered Mail"}
        mails.add("odd bounce", "bounce", edit=lambda raw: _with_header(raw, "Return-Path", "<>"), **odd)  # type: ignore[arg-type]  # as above
    for _ in range(2):
        mails.add("read receipt of another", "receipt", edit=lambda raw: mdn("<fremd@acme.example>", ADDRESS, raw))


def _broken(mails: Round) -> None:
    def charset(name: str) -> Callable[[bytes], bytes]:
        return lambda raw: raw.replace(b'charset="utf-8"', f'charset="{name}"'.encode(), 1)

    for name in ("x-made-up", "unknown-8bit", "idna", "x-mac\x00roman", "utf-7"):
        mails.new("bad charset", edit=charset(name))
    for _ in range(3):
        mails.new("cut off", html="yes", edit=lambda raw: raw[: raw.rfind(b"--=_")])
    for _ in range(3):
        mails.new("no such boundary", html="yes", edit=lambda raw: raw.replace(b'boundary="=_', b'boundary="=_weg', 1))
    for _ in range(5):
        mails.new("no Message-ID", message_id=None)
    for _ in range(3):
        mails.add("no From", "filed", edit=lambda raw: _without(_without(raw, "From"), "Return-Path"))
    for _ in range(3):
        mails.new("raw octets in the subject", edit=lambda raw: _with_header(raw, "Subject", b"St\xf6rung \xff"))
    for _ in range(2):
        mails.new("NUL in the text", edit=lambda raw: raw.replace(b"Mein Zeichen", b"Mein\x00Zeichen"))
    for _ in range(2):
        mails.new("unknown encoding", edit=lambda raw: _with_header(raw, "Content-Transfer-Encoding", "x-nix"))


def second_round(
    town: Town, now: datetime, answers: Mapping[str, Answer], first: Sequence[Mail]
) -> tuple[list[Mail], set[str]]:
    """Mails to a house that has answered; `answers` by the marker of the opening mail.

    Gives also the markers of the tickets whose number came back.
    """
    mails = Round(town, now)
    usable = [mail.expected for mail in first if mail.expected.kind == "plain" and mail.expected.opens]
    town.random.shuffle(usable)
    for old in _take(usable, 24):
        mails.add("answer", "filed", **_reply(old, answers[old.marker]), **_into(old))  # type: ignore[arg-type]  # as above
    for old in _take(usable, 6):
        subject = f"Noch einmal zu {answers[old.marker].number}"
        mails.add("number in the subject", "filed", person=old.person, subject=subject, **_into(old))  # type: ignore[arg-type]  # as above
    for old in _take(usable, 4):
        plus = answers[old.marker].reply_to
        mails.add("signed address only", "filed", person=old.person, to=plus, **_into(old))  # type: ignore[arg-type]  # as above
    for old in _take(usable, 2):
        stop = {**_reply(old, answers[old.marker]), "edit": _only("STOP")}
        mails.add("opt-out", "filed", thread=old.marker, **stop)  # type: ignore[arg-type]  # as above
    for old in _take(usable, 6):
        answer = answers[old.marker]
        away = _away(old, answer)
        mails.add("vacation to our answer", "automatic", person=old.person, **away)  # type: ignore[arg-type]  # as above
    lost: set[str] = set()
    for turn, old in enumerate(_take(usable, 6)):
        answer = answers[old.marker]
        lost.add(old.marker)
        mails.add("bounce of ours", "bounce", edit=_bounced(old, answer, odd=turn % 3 == 2))
    for old in _take(usable, 2):
        answer = answers[old.marker]
        mails.add("delayed", "bounce", edit=_bounced(old, answer, action="delayed"))
    for old in _take(usable, 2):
        mails.add("arrived", "receipt", edit=_bounced(old, answers[old.marker], action="delivered"))
    for old in _take(usable, 2):
        answer = answers[old.marker]
        mails.add("displayed", "receipt", edit=lambda raw, a=answer: mdn(a.message_id, a.return_path, raw))  # type: ignore[misc]  # mypy cannot infer a lambda with a default
    for turn, old in enumerate(_take(usable, 8)):
        answer = answers[old.marker]
        # By the number alone, or with everything that the customer's own answer would have.
        stolen = _reply(old, answer) if turn % 2 else {"subject": f"Re: [#{answer.number}]"}
        stolen.pop("person", None)
        mails.new("stranger with a number", **stolen)
    originals = [mail for mail in first if mail.expected.kind == "plain"]
    for mail in town.random.sample(originals, 4):
        again = replace(
            mail.expected, marker=town.marker(), kind="late duplicate", outcome="duplicate", opens=False, thread="",
            answered="no",
        )  # fmt: skip
        mails.mails.append(Mail(raw=mail.raw, expected=again))
    return mails.ordered(), lost


def _take(pool: list[Expected], count: int) -> list[Expected]:
    taken = pool[:count]
    del pool[:count]
    return taken


def _into(old: Expected) -> dict[str, object]:
    return {"thread": old.marker, "answered": "shared"}


def _reply(old: Expected, answer: Answer) -> dict[str, object]:
    return {
        "person": old.person,
        "subject": f"Re: {answer.subject}",
        "to": answer.reply_to,
        "headers": [("In-Reply-To", answer.message_id), ("References", f"{old.external_id} {answer.message_id}")],
    }


def _away(old: Expected, answer: Answer) -> dict[str, object]:
    headers = [("In-Reply-To", answer.message_id), ("Auto-Submitted", "auto-replied (vacation)")]
    null = {"edit": lambda raw: _with_header(raw, "Return-Path", "<>")}
    return {"to": answer.return_path, "subject": f"Abwesenheit: {answer.subject}", "headers": headers, **null}


def _bounced(old: Expected, answer: Answer, *, action: str = "failed", odd: bool = False) -> Callable[[bytes], bytes]:
    def edit(raw: bytes) -> bytes:
        if not odd:
            return bounce(answer.message_id, old.person.address, answer.return_path, raw, action)
        words = f"Hi. This is the qmail-send program.\r\n<{old.person.address}>:\r\nSorry, no mailbox here.\r\n"
        head = f"Return-Path: <>\r\nFrom: MAILER-DAEMON@mx.post.example\r\nTo: {answer.return_path}\r\n"
        return f"{head}Subject: failure notice\r\nMessage-ID: <q{len(raw)}.{answer.number}@mx.post.example>\r\n\r\n{words}".encode()

    return edit


def bounce(original: str, recipient: str, to: str, seed: bytes, action: str = "failed") -> bytes:
    """A DSN (RFC 3464) about one recipient; `seed` makes its Message-ID."""
    status = {"failed": "5.1.1", "delayed": "4.4.1", "delivered": "2.0.0"}[action]
    name = f"dsn{hash_of(seed)}"
    return (
        "Return-Path: <>\r\nFrom: Mail Delivery System <MAILER-DAEMON@mx.post.example>\r\n"
        f"To: {to}\r\nSubject: Delivery status\r\nMessage-ID: <{name}@mx.post.example>\r\nAuto-Submitted: auto-replied\r\n"
        f'MIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; boundary="{name}"\r\n\r\n'
        f"--{name}\r\nContent-Type: text/plain\r\n\r\nThis is about your mail to {recipient}.\r\n"
        f"--{name}\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.post.example\r\n\r\n"
        f"Final-Recipient: rfc822; {recipient}\r\nAction: {action}\r\nStatus: {status}\r\n\r\n"
        f"--{name}\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: {original}\r\nTo: {recipient}\r\n\r\n"
        f"--{name}--\r\n"
    ).encode()


def mdn(original: str, to: str, seed: bytes) -> bytes:
    """A read receipt (RFC 8098); `seed` makes its Message-ID."""
    name = f"mdn{hash_of(seed)}"
    return (
        "Return-Path: <>\r\nFrom: Leserin <leserin@post.example>\r\n"
        f"To: {to}\r\nSubject: Gelesen\r\nMessage-ID: <{name}@mx.post.example>\r\nMIME-Version: 1.0\r\n"
        f'Content-Type: multipart/report; report-type=disposition-notification; boundary="{name}"\r\n\r\n'
        f"--{name}\r\nContent-Type: text/plain\r\n\r\nGelesen.\r\n"
        f"--{name}\r\nContent-Type: message/disposition-notification\r\n\r\nFinal-Recipient: rfc822; leserin@post.example\r\n"
        f"Original-Message-ID: {original}\r\nDisposition: manual-action/MDN-sent-manually; displayed\r\n\r\n"
        f"--{name}--\r\n"
    ).encode()


def hash_of(seed: bytes) -> str:
    """A short name made from bytes."""
    from hashlib import sha256

    return sha256(seed).hexdigest()[:16]


def _only(word: str) -> Callable[[bytes], bytes]:
    return lambda raw: raw[: raw.index(b"\r\n\r\n") + 4] + word.encode() + b"\r\n"


def _without(raw: bytes, name: str) -> bytes:
    head, _, body = raw.partition(b"\r\n\r\n")
    kept: list[bytes] = []
    dropping = False
    for line in head.split(b"\r\n"):
        if not line.startswith((b" ", b"\t")):
            dropping = line.lower().startswith(name.lower().encode() + b":")
        if not dropping:
            kept.append(line)
    return b"\r\n".join(kept) + b"\r\n\r\n" + body


def _with_header(raw: bytes, name: str, value: str | bytes) -> bytes:
    octets = value if isinstance(value, bytes) else value.encode()
    return name.encode() + b": " + octets + b"\r\n" + _without(raw, name)

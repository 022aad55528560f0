"""The first round of mails in the mixed run: to a house that knows nobody."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from tests.e2e.mixed import ADDRESS, FORM, Expected, Mail, Person, Town
from tests.e2e.octets import with_header, without
from tests.e2e.reports import bounce, mdn


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
        mails.new("injection", edit=lambda raw, s=subject: with_header(raw, "Subject", s))
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
        {"edit": lambda raw: with_header(raw, "Return-Path", "<>")},
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
        mails.add("odd bounce", "bounce", edit=lambda raw: with_header(raw, "Return-Path", "<>"), **odd)  # type: ignore[arg-type]  # as above
    for _ in range(2):
        mails.add("read receipt of another", "receipt", edit=lambda raw: mdn("<fremd@acme.example>", ADDRESS, raw))


def _broken(mails: Round) -> None:
    def charset(name: str) -> Callable[[bytes], bytes]:
        return lambda raw: raw.replace(b'charset="utf-8"', f'charset="{name}"'.encode(), 1)

    for name in ("x-made-up", "unknown-8bit", "idna", "x-mac\x00roman", "utf-7"):
        mails.new("bad charset", edit=charset(name))
    for _ in range(3):
        mails.new("bare Latin-1", edit=_as_latin_1)
    for _ in range(3):
        mails.new("cut off", html="yes", edit=lambda raw: raw[: raw.rfind(b"--=_")])
    for _ in range(3):
        mails.new("no such boundary", html="yes", edit=lambda raw: raw.replace(b'boundary="=_', b'boundary="=_weg', 1))
    for _ in range(5):
        mails.new("no Message-ID", message_id=None)
    for _ in range(3):
        mails.add("no From", "filed", edit=lambda raw: without(without(raw, "From"), "Return-Path"))
    for _ in range(3):
        mails.new("raw octets in the subject", edit=lambda raw: with_header(raw, "Subject", b"St\xf6rung \xff"))
    for _ in range(2):
        mails.new("NUL in the text", edit=lambda raw: raw.replace(b"Mein Zeichen", b"Mein\x00Zeichen"))
    for _ in range(2):
        mails.new("unknown encoding", edit=lambda raw: with_header(raw, "Content-Transfer-Encoding", "x-nix"))


def _as_latin_1(raw: bytes) -> bytes:
    return raw.decode().replace('charset="utf-8"', 'charset="iso-8859-1"').encode("iso-8859-1", "replace")

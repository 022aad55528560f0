"""What comes to an agent's reply address and is no answer: recognised before anybody takes it for one."""

from dataclasses import replace
from pathlib import Path

import pytest

from inbox_bot.channels.mime.parse import parse
from inbox_bot.model import Address, Attachment, Channel, Incoming, MailFacts, Outcome, Report, ReportLine
from inbox_bot.rules import tokens
from inbox_bot.rules.no_answer import NoAnswer, judge
from inbox_bot.rules.tokens import Found
from tests.unit.mime_builders import mail
from tests.unit.rules_builders import INBOX, KEYS, NOW, a_mail, a_post

ANNA = Address(channel=Channel.EMAIL, address="anna.berg@acme.example", name="Anna Berg")
ANSWER = "AW: Neue Nachricht zu Ticket [#427-918-354]: Anschluss"
THREAD = (("in-reply-to", "<a@acme.example>"), ("references", "<a@acme.example>"))
T = tokens.new_token(lambda _: 5)


def of(
    *headers: tuple[str, str],
    found: Found | None = None,
    facts: MailFacts | None = None,
    subject: str = ANSWER,
    attachments: tuple[Attachment, ...] = (),
) -> NoAnswer | None:
    incoming = a_mail(*THREAD, *headers, author=ANNA, facts=facts, subject=subject, attachments=attachments)
    return judge(incoming, found=found or Found())


def reported(kind: str, *actions: str, return_path: str = "", content_type: str = "multipart/report") -> MailFacts:
    report = Report(kind=kind, lines=tuple(ReportLine(action=one) for one in actions))
    headers = (("content-type", content_type),)
    return MailFacts(headers=headers, from_sound=True, return_path=return_path, report=report)


@pytest.mark.parametrize(
    "headers",
    [
        (),
        (("auto-submitted", "no"),),
        (("x-auto-response-suppress", "DR, OOF, AutoReply"),),
        (("importance", "high"), ("disposition-notification-to", "anna.berg@acme.example")),
    ],
)
def test_an_answer(headers: tuple[tuple[str, str], ...]) -> None:
    """A person's answer is none of these, also where he wants no automatic answer or a receipt."""
    assert of(*headers) is None


@pytest.mark.parametrize(
    ("subject", "answers"),
    [
        ("AW: Neue Nachricht zu Ticket [#427-918-354]: Abwesenheitsnotiz: Eva Winter", True),
        ("Re: New message on ticket: Undeliverable: your bill", True),
        ("Re: New message on ticket: Read: your bill", True),
        ("Abwesenheitsnotiz: Neue Nachricht zu Ticket [#427-918-354]", False),
        ("Automatic reply: New message on ticket [#427-918-354]", False),
        ("Gelesen: Neue Nachricht zu Ticket [#427-918-354]", False),
        ("Read: New message on ticket [#427-918-354]", False),
        ("Not read: New message on ticket [#427-918-354]", False),
        ("Recall: New message on ticket [#427-918-354]", False),
        ("Rückruf: Re: Neue Nachricht zu Ticket [#427-918-354]", False),
        ("Rückruf erbeten", True),
        ("Re: [#427-918-354] Eva Winter: bin im Urlaub, und die Leitung ist tot", True),
        ("Re: [#427-918-354] Eva Winter: out of office", True),
        ("Abwesend: Re: [#427-918-354] Eva Winter: Störung", False),
        ("Auto: Re: [#427-918-354] Eva Winter: Störung", False),
        ("Out of Office AutoReply: [#427-918-354] Eva Winter: Störung", False),
        ("Abwesenheitsnotiz Re: [#427-918-354] Eva Winter: Störung", False),
        ("Anna Berg ist außer Haus", False),
        ("I am currently on vacation", False),
        ("Urlaub", False),
    ],
)
def test_subjects(subject: str, answers: bool) -> None:
    """What a mail program writes at the beginning of a subject counts; the customer's own words behind it do not."""
    assert (of(subject=subject) is None) == answers


@pytest.mark.parametrize(
    ("header", "reason"),
    [
        (("auto-submitted", "auto-replied (vacation)"), "Auto-Submitted: auto-replied"),
        (("auto-submitted", "auto-generated"), "Auto-Submitted: auto-generated"),
        (("precedence", "bulk"), "Precedence of bulk mail"),
        (("x-autoreply", "yes"), "header of an autoresponder"),
        (("list-id", "team <team.acme.example>"), "mailing list"),
        (("x-auto-response-suppress", "All"), "written by a responder: it wants no answers at all"),
        (("x-ms-exchange-inbox-rules-loop", "anna.berg@acme.example"), "written by a rule of the agent's mailbox"),
    ],
)
def test_automatic(header: tuple[str, str], reason: str) -> None:
    """Vacation notices and other machines' mails, by their headers."""
    assert of(header) == NoAnswer(outcome=Outcome.AUTOMATIC, reason=reason)


def test_vacation_without_thread() -> None:
    """Some programs' vacation notices name no mail that they answer."""
    found = judge(a_mail(author=ANNA, subject="Abwesenheitsnotiz: Ticket"), found=Found())
    assert found == NoAnswer(outcome=Outcome.AUTOMATIC, reason="vacation notice by its subject")


def test_reactions_and_invitations() -> None:
    """A thumb on our notice is no text for the customer, nor is the calendar's answer."""
    thumb = Attachment(name="r", media_type="text/vnd.google.email-reaction+json", size=9)
    event = Attachment(name="i.ics", media_type="text/calendar", size=9)
    assert of(attachments=(thumb,)) == NoAnswer(outcome=Outcome.AUTOMATIC, reason="a reaction, not an answer")
    accepted = of(attachments=(event,), subject="Zugesagt: Termin")
    assert accepted == NoAnswer(outcome=Outcome.AUTOMATIC, reason="answer to an invitation")
    assert of(attachments=(event,)) is None


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (reported("mdn", "displayed", return_path=ANNA.address), (Outcome.RECEIPT, "read receipt")),
        (reported("dsn", "failed"), (Outcome.BOUNCE, "delivery report: delayed or failed")),
        (reported("dsn", "delayed"), (Outcome.BOUNCE, "delivery report: delayed or failed")),
        (reported("dsn", "delivered"), (Outcome.RECEIPT, "delivery report: arrived")),
        (reported("dsn", "delivered", "failed"), (Outcome.BOUNCE, "delivery report: delayed or failed")),
        (MailFacts(headers=THREAD, from_sound=True, return_path=""), (Outcome.AUTOMATIC, "null return path")),
    ],
)
def test_reports(facts: MailFacts, expected: tuple[Outcome, str]) -> None:
    """Receipts and bounces of a notice, by what they say themselves."""
    assert of(facts=facts) == NoAnswer(outcome=expected[0], reason=expected[1])


def test_bounces_that_nobody_can_read() -> None:
    """Mail servers write in many ways; their name is enough."""
    plain = MailFacts(headers=(), from_sound=True, return_path="")
    for address in ("MAILER-DAEMON@mx.acme.example", "postmaster@acme.example"):
        author = Address(channel=Channel.EMAIL, address=address)
        found = judge(replace(a_mail(), author=author, mail=plain), found=Found())
        assert found == NoAnswer(outcome=Outcome.BOUNCE, reason="from a mail server, unreadable as a report")


def test_an_answer_that_quotes_a_bounce() -> None:
    """A customer's ticket may be about a bounce, and the agent's quote of it looks like one; unless it names ours."""
    quoting = reported("dsn", "failed", return_path=ANNA.address, content_type="text/plain")
    assert of(facts=quoting) is None
    for found in (Found(bounced=T), Found(returned=T)):
        verdict = of(facts=quoting, found=found)
        assert verdict is not None
        assert verdict.outcome is Outcome.BOUNCE


def test_our_own_mail() -> None:
    """A notice that comes back, forwarded by a machine, is not its reader's answer."""
    assert of(found=Found(ours=T)) == NoAnswer(outcome=Outcome.ECHO, reason="our own mail came back")
    assert of(found=Found(answered=(T,), numbers=("427918354",))) is None


def test_a_post_is_no_mail() -> None:
    """Only mails are answers by mail."""
    found = judge(a_post(), found=Found())
    assert found is not None
    assert found.reason == "no mail"


def from_bytes(*headers: str, body: str) -> NoAnswer | None:
    """The verdict on a whole mail."""
    raw = mail("Return-Path: <>", f"To: {INBOX}", *headers, body=body.replace("\n", "\r\n"))
    incoming = parse(raw, key="7:1", at=NOW, whole=True)
    assert isinstance(incoming, Incoming)
    assert incoming.mail is not None
    names = tokens.find(KEYS, recipients=incoming.mail.recipients, references=incoming.references)
    return judge(incoming, found=names)


def test_whole_mails() -> None:
    """As they come: a vacation notice, a bounce of the notice, and a read receipt."""
    vacation = from_bytes(
        "From: Anna Berg <anna.berg@acme.example>",
        "Subject: Automatische Antwort: Neue Nachricht zu Ticket",
        "Auto-Submitted: auto-replied",
        body="Ich bin bis Montag nicht im Haus.\n",
    )
    assert vacation == NoAnswer(outcome=Outcome.AUTOMATIC, reason="Auto-Submitted: auto-replied")
    bounce = from_bytes(
        "From: MAILER-DAEMON@mx.acme.example",
        "Subject: Undelivered Mail Returned to Sender",
        "Content-Type: multipart/report; report-type=delivery-status; boundary=b",
        body="--b\n\nsorry\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.acme.example\n\n"
        "Final-Recipient: rfc822; anna.berg@acme.example\nAction: failed\nStatus: 5.1.1\n--b--\n",
    )
    assert bounce == NoAnswer(outcome=Outcome.BOUNCE, reason="delivery report: delayed or failed")
    receipt = from_bytes(
        "From: Anna Berg <anna.berg@acme.example>",
        "Subject: Gelesen: Neue Nachricht zu Ticket",
        "Content-Type: multipart/report; report-type=disposition-notification; boundary=b",
        body="--b\n\nread\n--b\nContent-Type: message/disposition-notification\n\n"
        "Final-Recipient: rfc822; anna.berg@acme.example\n"
        "Disposition: manual-action/MDN-sent-manually; displayed\n--b--\n",
    )
    assert receipt == NoAnswer(outcome=Outcome.RECEIPT, reason="read receipt")


REPLIES = sorted((Path(__file__).parents[1] / "data" / "agent_replies").glob("*.eml"))


@pytest.mark.parametrize("path", REPLIES, ids=lambda path: path.stem)
def test_real_answers_pass(path: Path) -> None:
    """None of the answers of the usual mail programs is mistaken for a machine's."""
    incoming = parse(path.read_bytes(), key="7:1", at=NOW, whole=True)
    assert isinstance(incoming, Incoming)
    assert judge(incoming, found=Found()) is None

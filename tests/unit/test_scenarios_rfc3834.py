"""RFC 3834 as a matrix, in both languages of answer: whose mail gets none, whose gets one, and how it looks.

The signs stand in headers, in the envelope and in the sender's name. Where only an odd header of a person's mail
program speaks against him, his mail opens a ticket all the same, and a person decides.
"""

from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from itertools import product

import pytest

from inbox_bot.channels.mime.build import build
from inbox_bot.channels.mime.parse import parse
from inbox_bot.flows import clock
from inbox_bot.model import Address, Channel, Incoming
from inbox_bot.outgoing import Draft
from inbox_bot.store.database import Database
from tests.unit.desk_house import NOW
from tests.unit.flow_house import Day
from tests.unit.scenario_house import tickets

TEXTS = {
    "de": ("Anschluss gestört", "Guten Tag, mein Anschluss geht seit gestern nicht mehr. Wer kann mir helfen?"),
    "en": ("Line is dead", "Hello, my connection has been dead since yesterday. Who can help me with this problem?"),
}
SUBMITTED = [
    f"{name}: {value}"
    for name, value in product(
        ("Auto-Submitted", "AUTO-SUBMITTED"),
        (
            "auto-replied", "Auto-Generated", "AUTO-NOTIFIED", "auto-replied; owner-email=\"a@b.example\"",
            "auto-replied (vacation)", "(no) auto-replied", "(a (nested \\) no) comment) auto-generated;x=no",
            "x-unheard-of", "yes", "auto-replied\t;no", "no-really", "",
        ),
    )
]  # fmt: skip
LISTS = [
    f"List-{name}: <mailto:netz@liste.example>"
    for name in ("Id", "Help", "Subscribe", "Unsubscribe", "Post", "Owner", "Archive", "Unsubscribe-Post")
]
OTHERS = [
    "Precedence: bulk", "PRECEDENCE: Junk", "Precedence: auto_reply", "X-Autoreply: yes", "X-Autorespond: ja",
    "X-Mailing-List: <netz@liste.example>", "X-BeenThere: netz@liste.example", "Mailing-List: contact x@liste.example",
    "Auto-Submitted: no\r\nAuto-Submitted: auto-replied", "Auto-Submitted: no\r\nPrecedence: bulk",
    "Precedence: list\r\nList-Id: <netz.liste.example>",
]  # fmt: skip
MACHINES = ["MAILER-DAEMON", "mailer-daemon", "noreply", "no-reply", "No_Reply", "donotreply", "do-not-reply+77",
            "postmaster", "listserv", "majordomo", "bounces", "nicht-antworten"]  # fmt: skip
OFFICES = ["owner-netz", "netz-request", "netz-owner", "netz-bounces"]
QUIET = [
    "Precedence: list", "X-Auto-Response-Suppress: All", "X-Auto-Response-Suppress: DR, RN, NRN, OOF, AutoReply",
]  # fmt: skip
PERSONS = [
    "Auto-Submitted: no", "Auto-Submitted: NO", "Auto-Submitted: (written by hand) no (really)",
    "Auto-Submitted: no; x=auto-replied", "Auto-Submitted:\r\n no", "Precedence: normal", "Precedence: first-class",
    "X-Auto-Response-Suppress: DR, RN, NRN", "X-Mailer: Autoresponder Pro", "Importance: low", "X-Loop: a@b.example",
    "Resent-From: eva@post.example\r\nResent-To: hilfe@acme.example", "Subject: Fwd: Automatische Antwort: Ihr Auftrag",
    "Subject: WG: Undelivered Mail Returned to Sender", "Subject: Re: Out of office hours?", "Feedback-ID: 1:2:3",
]  # fmt: skip


@pytest.fixture
def day(store: Database) -> Day:
    """An empty house on both databases."""
    return Day(store=store)


class Post:
    """Makes mails, each by a sender of his own unless one is named."""

    def __init__(self, language: str) -> None:
        """In this language."""
        self.subject, self.text = TEXTS[language]
        self.count = 0

    def mail(self, *headers: str, sender: str = "", path: str | None = None) -> Incoming:
        """A mail with these headers and this Return-Path, "" = the null one, None = his own."""
        self.count += 1
        sender = sender or f"kunde{self.count}@post.example"
        lines = [
            f"Return-Path: <{sender if path is None else path}>",
            *headers,
            f"From: Kunde <{sender}>",
            "To: hilfe@acme.example",
            f"Message-ID: <r{self.count}@post.example>",
        ]
        if not any(line.startswith("Subject:") for line in headers):
            lines.append(f"Subject: {self.subject}")
        parsed = parse("\r\n".join([*lines, "", self.text, ""]).encode(), key=f"7:{self.count}", at=NOW)
        assert isinstance(parsed, Incoming)
        return parsed


async def answered(day: Day, mails: list[Incoming]) -> list[Draft]:
    """What goes out to these, at once and by the clock."""
    before = len(day.mail.drafts)
    await day.takes(*mails)
    for _ in range(2):
        await clock.acknowledge_owed(day.house)
        await day.sends()
        day.later(minutes=10)
    assert len(day.mail.parcels) == len(day.mail.drafts)
    return day.mail.drafts[before:]


@pytest.mark.parametrize("language", TEXTS)
async def test_no_machine_gets_an_answer(day: Day, language: str) -> None:
    """By any header, by the null path, by its name, and several of them together: nothing, and no ticket."""
    post = Post(language)
    mails = [post.mail(line) for line in (*SUBMITTED, *LISTS, *OTHERS)]
    mails += [post.mail(path=""), post.mail("Precedence: list", path=""), post.mail("Auto-Submitted: no", path="")]
    mails += [post.mail("Precedence: list", path="netz-bounces@liste.example")]
    mails += [post.mail(sender=f"{name}@shop.example") for name in MACHINES]
    mails += [post.mail("Auto-Submitted: no", sender="no-reply@shop.example")]
    assert await answered(day, mails) == []
    assert await tickets(day) == []
    outcomes = [outcome for _, outcome in await day.outcomes()]
    assert set(outcomes) == {"automatic", "bounce"}
    assert len(outcomes) == len(mails)


@pytest.mark.parametrize("language", TEXTS)
async def test_in_doubt_a_person_decides(day: Day, language: str) -> None:
    """Each has its ticket, none an answer, and the audit names each with the reason."""
    post = Post(language)
    mails = [post.mail(line) for line in QUIET]
    mails += [post.mail(sender=f"{name}@liste.example") for name in OFFICES]
    assert await answered(day, mails) == []
    assert len(await tickets(day)) == len(mails)
    kept = [one for one in await day.findings() if one.kind == "number_not_delivered"]
    assert len(kept) == len(mails)
    assert all("Precedence" in one.detail or "Suppress" in one.detail or "office" in one.detail for one in kept)


@pytest.mark.parametrize("language", TEXTS)
async def test_a_person_gets_one_answer_whatever_his_program_writes(day: Day, language: str) -> None:
    """In his language, with the number."""
    post = Post(language)
    mails = [post.mail(line) for line in PERSONS]
    drafts = await answered(day, mails)
    assert sorted(draft.to.address for draft in drafts) == sorted(
        one.author.address for one in mails if one.author is not None
    )
    word = {"de": "Ticketnummer", "en": "ticket number"}[language]
    assert all(word.lower() in draft.text.lower() for draft in drafts)
    assert all(one.number_delivered_at for one in await tickets(day))


def wire(draft: Draft) -> EmailMessage:
    """An answer as it leaves."""
    ours = Address(channel=Channel.EMAIL, address="hilfe@acme.example", name="Acme")
    found = message_from_bytes(build(draft, sender=ours, host="mx.acme.example"), policy=SMTP)
    assert isinstance(found, EmailMessage)
    return found


@pytest.mark.parametrize("language", TEXTS)
async def test_what_our_answers_look_like(day: Day, language: str) -> None:
    """RFC 3834 3: who answers what (3.1.1 to 3.1.7), no Precedence (3.1.8), to the author alone and never to where
    Reply-To, Cc or Errors-To point (4); the shared confirmation, too."""
    post = Post(language)
    elsewhere = ("Reply-To: netz@liste.example", "Cc: netz@liste.example", "Errors-To: netz@liste.example")
    chain = "References: <a@post.example> <b@post.example>"
    first = post.mail(*elsewhere, chain, "In-Reply-To: <b@post.example>", sender="eva@post.example")
    second = post.mail(*elsewhere, sender="eva@post.example")
    await day.takes(first)
    await day.sends()
    drafts = [day.mail.drafts[0], *await answered(day, [second])]
    assert len(drafts) == 2
    [ticket] = await tickets(day)
    for draft, mail, parcel in zip(drafts, (first, second), day.mail.parcels, strict=True):
        sent = wire(draft)
        assert sent["Auto-Submitted"] == "auto-replied"
        assert sent["X-Auto-Response-Suppress"] == "All"
        assert sent["In-Reply-To"] == mail.external_id
        assert sent["References"].split()[-1] == mail.external_id
        assert [one.addr_spec for one in sent["To"].addresses] == ["eva@post.example"]
        assert [one.addr_spec for one in sent["From"].addresses] == ["hilfe@acme.example"]
        assert sent["Subject"].startswith(f"[#{ticket.number[:3]}-{ticket.number[3:6]}-{ticket.number[6:]}] ")
        assert post.subject in sent["Subject"]
        assert not [name for name in ("Precedence", "Cc", "Bcc", "Resent-To", "Return-Receipt-To") if sent[name]]
        assert sent["Disposition-Notification-To"] is None
        assert (draft.cc, parcel.recipients) == ((), ("eva@post.example",))
        assert parcel.return_path.startswith("hilfe+")
        assert "netz@liste.example" not in sent.as_string()
    assert wire(drafts[0])["References"].split() == ["<a@post.example>", "<b@post.example>", first.external_id]

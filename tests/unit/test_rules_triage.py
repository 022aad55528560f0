"""Triage: one fate for each thing that a poll returned."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox_bot.model import (
    Address,
    Channel,
    DeliveryState,
    Incoming,
    Kind,
    MailFacts,
    Outcome,
    PostFacts,
    Report,
    ReportLine,
)
from inbox_bot.rules.tokens import Found
from inbox_bot.rules.triage import Ours, Verdict, judge
from inbox_bot.views import Known
from tests.unit.rules_builders import (
    EVA,
    EVA_ON_X,
    INBOX,
    NOW,
    a_delivery,
    a_mail,
    a_message,
    a_post,
    an_identity,
    hours,
    what_is_known,
)

FORM = Address(channel=Channel.EMAIL, address="formular@acme.example")
OURS = Ours(
    addresses=frozenset({INBOX}),
    form_senders=frozenset({FORM.address}),
    spam_header="X-Spam-Flag: YES",
    team=frozenset({"ute@acme.example"}),
)
DAEMON = Address(channel=Channel.EMAIL, address="MAILER-DAEMON@mx.post.example")
UTE = Address(channel=Channel.EMAIL, address="ute@acme.example")
TOKEN = a_delivery().token


def fate(incoming: Incoming, known: Known | None = None, found: Found | None = None, ours: Ours = OURS) -> Verdict:
    return judge(incoming, ours=ours, known=known or Known(), found=found or Found(), now=NOW, max_age_hours=72)


def dsn(*actions: str, kind: str = "dsn", envelope_id: str = "", message_id: str = "") -> MailFacts:
    report = Report(
        kind=kind,
        lines=tuple(ReportLine(action=action) for action in actions),
        envelope_id=envelope_id,
        original_message_id=message_id,
    )
    return MailFacts(headers=(), from_sound=True, return_path="", report=report)


def mail_from(address: str, *headers: tuple[str, str], return_path: str | None = None) -> Incoming:
    author = Address(channel=Channel.EMAIL, address=address)
    facts = MailFacts(headers=headers, from_sound=True, return_path=address if return_path is None else return_path)
    return a_mail(author=author, facts=facts)


def test_plain_mail_is_filed() -> None:
    """A person's mail is filed and may be answered."""
    verdict = fate(a_mail(("auto-submitted", "no"), ("feedback-id", "x"), ("x-mailgun-sid", "y")))
    assert (verdict.outcome, verdict.quiet, verdict.author) == (Outcome.FILED, "", EVA)


def test_duplicates() -> None:
    """The same content is a duplicate whatever its key; the same Message-ID with other content is a new message."""
    known = Known(hashes={"hash of the mail": "<1@post.example>"})
    assert fate(a_mail(key="8:9"), known).outcome is Outcome.DUPLICATE
    known = replace(what_is_known(messages=(a_message(external_id="<1@post.example>"),)), hashes={"other": "<1@p>"})
    assert fate(a_mail(), known).outcome is Outcome.FILED


def test_own_mail_is_an_echo() -> None:
    """What we sent ourselves, seen again, is an echo of its delivery."""
    delivery = a_delivery(external_id="<ours@acme.example>")
    verdict = fate(a_mail(external_id="<ours@acme.example>"), what_is_known(deliveries=(delivery,)))
    assert (verdict.outcome, verdict.delivery) == (Outcome.ECHO, delivery)
    assert fate(mail_from("Hilfe+t-1@ACME.example")).outcome is Outcome.ECHO


@pytest.mark.parametrize(
    ("actions", "outcome"),
    [
        (("failed",), Outcome.BOUNCE),
        (("delayed",), Outcome.BOUNCE),
        (("delivered", "failed"), Outcome.BOUNCE),
        (("delivered",), Outcome.RECEIPT),
        (("Relayed", "expanded"), Outcome.RECEIPT),
        ((), Outcome.BOUNCE),
        (("nonsense",), Outcome.BOUNCE),
    ],
)
def test_delivery_reports(actions: tuple[str, ...], outcome: Outcome) -> None:
    """A report of arrival is a receipt; all other delivery reports are bounces."""
    assert fate(a_mail(author=DAEMON, facts=dsn(*actions))).outcome is outcome


def test_read_receipt() -> None:
    """An MDN is a receipt whatever its disposition."""
    delivery = a_delivery(external_id="<ours@acme.example>")
    facts = dsn("displayed", kind="mdn", message_id="<ours@acme.example>")
    verdict = fate(a_mail(facts=facts), what_is_known(deliveries=(delivery,)))
    assert (verdict.outcome, verdict.delivery) == (Outcome.RECEIPT, delivery)


def test_report_names_its_delivery() -> None:
    """The signed return path counts before the Message-ID and ENVID that the report tells."""
    first = a_delivery()
    second = a_delivery(id=6, token="second", external_id="<second@acme.example>")
    known = what_is_known(deliveries=(first, second))
    named = a_mail(author=DAEMON, facts=dsn("failed", message_id="<second@acme.example>"))
    assert fate(named, known, Found(bounced=TOKEN)).delivery == first
    assert fate(named, known).delivery == second
    assert fate(a_mail(author=DAEMON, facts=dsn("failed", envelope_id="second")), known).delivery == second
    assert fate(a_mail(author=DAEMON, facts=dsn("failed")), known, Found(answered=("x", TOKEN))).delivery == first


def test_forged_report_is_about_nothing() -> None:
    """A report that names nothing of ours changes nothing, whatever recipient it tells."""
    facts = dsn("failed", message_id="<guess@acme.example>", envelope_id="5")
    verdict = fate(a_mail(author=DAEMON, facts=facts), what_is_known(deliveries=(a_delivery(),)))
    assert (verdict.outcome, verdict.delivery) == (Outcome.BOUNCE, None)


def test_person_who_quotes_a_bounce() -> None:
    """A customer who sends us a bounce that he got is a customer; in doubt he is filed and not answered."""
    facts = replace(dsn("failed"), return_path=EVA.address)
    forwarded = fate(a_mail(facts=facts, subject="WG: Undelivered Mail Returned to Sender"))
    assert (forwarded.outcome, forwarded.quiet) == (Outcome.FILED, "")
    doubtful = fate(a_mail(facts=facts, subject="RE: non remis (delivery failed)"))
    assert (doubtful.outcome, doubtful.quiet) == (Outcome.FILED, "reads like a bounce")
    assert fate(a_mail(facts=facts), found=Found(bounced=TOKEN)).outcome is Outcome.BOUNCE
    typed = replace(facts, headers=(("content-type", "multipart/report; report-type=delivery-status"),))
    assert fate(a_mail(facts=typed)).outcome is Outcome.BOUNCE


@pytest.mark.parametrize("subject", ["Mail delivery failed: returning message to sender", "Undeliverable: Anschluss"])
def test_subjects_of_bounces(subject: str) -> None:
    """A bounce's subject alone makes nobody lose his ticket, only the automatic answer."""
    verdict = fate(a_mail(subject=subject))
    assert (verdict.outcome, verdict.quiet) == (Outcome.FILED, "reads like a bounce")
    assert fate(a_mail(subject=f"Fwd: {subject}")).quiet == ""


def test_unreadable_bounces() -> None:
    """Mail servers' own mail is a bounce also where nobody can read it as a report."""
    known = what_is_known(deliveries=(a_delivery(),))
    assert fate(mail_from("Mailer-Daemon@mx.example", return_path="x@y.example")).outcome is Outcome.BOUNCE
    assert fate(mail_from("postmaster@mx.example", return_path="")).outcome is Outcome.BOUNCE
    assert fate(mail_from("postmaster@mx.example")).outcome is Outcome.AUTOMATIC
    verdict = fate(mail_from("system@mx.example", return_path=""), known, Found(bounced=TOKEN))
    assert (verdict.outcome, verdict.delivery) == (Outcome.BOUNCE, a_delivery())


def test_vacation_notice_to_the_return_path() -> None:
    """A vacation notice goes to the return path too, but tells that the delivery arrived."""
    mail = mail_from(EVA.address, ("auto-submitted", "auto-replied"), return_path="")
    verdict = fate(mail, what_is_known(deliveries=(a_delivery(),)), Found(bounced=TOKEN))
    assert (verdict.outcome, verdict.delivery) == (Outcome.AUTOMATIC, a_delivery())


@pytest.mark.parametrize("agent_on_record", [True, False])
def test_answers_to_notices(agent_on_record: bool) -> None:
    """What the team answers to a notice touches no ticket; a customer to whom one was forwarded is a customer."""
    known = what_is_known(deliveries=(a_delivery(kind=Kind.NOTICE),))
    ours = replace(OURS, team=frozenset()) if agent_on_record else OURS
    known.agents = frozenset({UTE.address}) if agent_on_record else frozenset()
    found = Found(answered=(TOKEN,))
    verdict = fate(a_mail(author=UTE), known, found, ours)
    assert (verdict.outcome, verdict.reason) == (Outcome.REFUSED, "answers to notices are not read")
    assert fate(a_mail(("auto-submitted", "auto-replied"), author=UTE), known, found, ours).outcome is Outcome.AUTOMATIC
    assert fate(a_mail(), known, found, ours).outcome is Outcome.FILED
    assert fate(a_mail(author=UTE), known, Found(), ours).outcome is Outcome.FILED


AUTOMATIC = [
    ("auto-submitted", "auto-replied"),
    ("auto-submitted", "Auto-Generated; owner-email=x@y.example"),
    ("auto-submitted", "(no) auto-notified"),
    ("auto-submitted", "(a (nested\\) no) comment) yes"),
    ("auto-submitted", ""),
    ("precedence", "bulk"),
    ("precedence", "junk"),
    ("precedence", "auto_reply"),
    ("list-id", "<news.shop.example>"),
    ("list-unsubscribe", "<https://shop.example/u>"),
    ("list-post", "NO"),
    ("mailing-list", "x"),
    ("x-autoreply", "yes"),
    ("x-autorespond", "Anschluss"),
    ("x-auto-reply-from", "x@y.example"),
]


@pytest.mark.parametrize(("name", "value"), AUTOMATIC)
def test_machines_by_header(name: str, value: str) -> None:
    """RFC 3834, Precedence, list headers and the older autoresponders' headers show a machine."""
    assert fate(a_mail((name, value))).outcome is Outcome.AUTOMATIC


PERSONS = [
    ("auto-submitted", "no"),
    ("auto-submitted", "(written by hand) No (really; yes)"),
    ("auto-submitted", "NO; x=auto-replied"),
    ("precedence", "normal"),
    ("precedence", "first-class"),
    ("x-mailer", "Autoreply 1.0"),
    ("x-auto-response-suppress", "DR, RN, NRN"),
    ("feedback-id", "1:2:3"),
    ("x-priority", "5 (lowest)"),
]


@pytest.mark.parametrize(("name", "value"), PERSONS)
def test_persons_by_header(name: str, value: str) -> None:
    """Headers that persons' mails bear as well do not keep them from being answered."""
    verdict = fate(a_mail((name, value)))
    assert (verdict.outcome, verdict.quiet) == (Outcome.FILED, "")


@pytest.mark.parametrize("path", [EVA.address, "netz-bounces@liste.example", ""])
def test_precedence_of_a_list(path: str) -> None:
    """A list has its own envelope; under the sender's it may be a person's: filed, not answered."""
    verdict = fate(mail_from(EVA.address, ("precedence", " List "), return_path=path))
    assert verdict.outcome is (Outcome.FILED if path == EVA.address else Outcome.AUTOMATIC)
    assert verdict.quiet or verdict.outcome is Outcome.AUTOMATIC
    both = fate(mail_from(EVA.address, ("precedence", "list"), ("list-id", "<netz.liste.example>")))
    assert both.outcome is Outcome.AUTOMATIC


@pytest.mark.parametrize("local", ["owner-netz", "netz-request", "netz-owner", "netz-bounces", "netz-bounces+eva=x"])
def test_offices_of_mailing_lists(local: str) -> None:
    """RFC 3834 2 names them: not answered; a person may sit there, so they are filed."""
    verdict = fate(mail_from(f"{local}@liste.example"))
    assert (verdict.outcome, verdict.quiet) == (Outcome.FILED, "sender is a mailing list's office by its name")
    assert fate(mail_from("request@shop.example")).quiet == ""
    assert fate(mail_from("owner@shop.example")).quiet == ""


@pytest.mark.parametrize("value", ["All", "OOF, AutoReply", "DR,OOF", "rn; autoreply"])
def test_suppressed_answers(value: str) -> None:
    """X-Auto-Response-Suppress does not make a mail a machine's, but it wants no automatic answer."""
    verdict = fate(a_mail(("x-auto-response-suppress", value)))
    assert verdict.outcome is Outcome.FILED
    assert verdict.quiet


@pytest.mark.parametrize(
    "local",
    ["noreply", "No-Reply", "no_reply", "donotreply", "do-not-reply", "service.noreply", "noreply+a1", "noreply2",
     "shop-no-reply", "bounce", "bounces+77-x", "postmaster", "nicht-antworten", "bitte-nicht-antworten", "autoreply",
     '"noreply"'],
)  # fmt: skip
def test_machines_by_name(local: str) -> None:
    """Some local parts are machines' only."""
    assert fate(mail_from(f"{local}@shop.example")).outcome is Outcome.AUTOMATIC


@pytest.mark.parametrize(
    "local", ["nora.reply", "reply", "info", "noreplyson", "bouncer", "j.postmaster", "anno", "daemon"]
)
def test_persons_by_name(local: str) -> None:
    """Local parts that only resemble machines' are persons'."""
    assert fate(mail_from(f"{local}@shop.example")).outcome is Outcome.FILED


def test_null_return_path() -> None:
    """Nothing is ever answered to the null path; a missing header is no null path."""
    assert fate(mail_from(EVA.address, return_path="")).outcome is Outcome.AUTOMATIC
    missing = MailFacts(headers=(), from_sound=True, return_path=None)
    assert fate(a_mail(facts=missing)).outcome is Outcome.FILED


@pytest.mark.parametrize("subject", ["Automatische Antwort: Ihr Anliegen", "Out of Office: back", "Abwesenheitsnotiz"])
def test_vacation_subjects(subject: str) -> None:
    """A vacation notice's subject makes an answer a machine's, and any other mail one that is not answered."""
    assert fate(a_mail(("in-reply-to", "<a@b>"), subject=subject)).outcome is Outcome.AUTOMATIC
    verdict = fate(a_mail(subject=subject))
    assert (verdict.outcome, verdict.quiet) == (Outcome.FILED, "subject of a vacation notice")


@pytest.mark.parametrize("subject", ["Abwesenheitsnotiz einrichten", "Out of office hours?", "Re: Automatik"])
def test_subjects_about_vacation_notices(subject: str) -> None:
    """A customer may ask about vacation notices."""
    assert fate(a_mail(("in-reply-to", "<a@b>"), subject=subject)).quiet == ""


@pytest.mark.parametrize(
    ("configured", "value", "junk"),
    [
        ("X-Spam-Flag: YES", "YES", True),
        ("X-Spam-Flag: YES", " yes, score=9", True),
        ("X-Spam-Flag: YES", "NO", False),
        ("X-Spam-Flag", "anything", True),
        ("", "YES", False),
    ],
)
def test_spam_header(configured: str, value: str, junk: bool) -> None:
    """The configured header with a value that begins as configured marks junk."""
    verdict = fate(a_mail(("x-spam-flag", value)), ours=replace(OURS, spam_header=configured))
    assert (verdict.outcome is Outcome.JUNK) is junk


def test_blocked_senders() -> None:
    """What a blocked person sends is junk, on each channel."""
    known = Known()
    for address in (EVA, EVA_ON_X):
        known.identities[address.channel, address.address] = an_identity(address, blocked_at=NOW - hours(1))
    assert fate(a_mail(), known).outcome is Outcome.JUNK
    assert fate(a_post(), known).outcome is Outcome.JUNK
    assert (
        fate(a_post(), Known(identities={(EVA_ON_X.channel, "1001"): an_identity(EVA_ON_X)})).outcome is Outcome.FILED
    )


def test_nobody_to_answer() -> None:
    """A mail or post whose author is unreadable is filed, with nobody to answer."""
    for incoming in (a_mail(author=None), a_post(author=None)):
        verdict = fate(incoming)
        assert (verdict.outcome, verdict.quiet, verdict.author) == (Outcome.FILED, "nobody to answer", None)


def test_contact_form() -> None:
    """A form's mail is of the person in Reply-To, though a machine wrote it, even from our own address."""
    facts = MailFacts(
        headers=(("auto-submitted", "auto-generated"), ("precedence", "bulk")),
        from_sound=True,
        return_path="",
        reply_to=(Address(channel=Channel.EMAIL, address=INBOX), EVA),
    )
    ours = replace(OURS, addresses=frozenset({INBOX, FORM.address}))
    verdict = fate(a_mail(author=FORM, facts=facts), ours=ours)
    assert (verdict.outcome, verdict.quiet, verdict.author) == (Outcome.FILED, "", EVA)
    unsigned = fate(a_mail(author=FORM, facts=replace(facts, reply_to=())))
    assert (unsigned.outcome, unsigned.quiet, unsigned.author) == (Outcome.FILED, "nobody to answer", None)
    looping = replace(facts, headers=(("auto-submitted", "auto-replied"),))
    assert fate(a_mail(author=FORM, facts=looping)).outcome is Outcome.AUTOMATIC


def test_old_messages_are_not_answered() -> None:
    """What is older than allowed is filed without an automatic answer."""
    for incoming in (a_mail(at=NOW - hours(73)), a_post(at=NOW - hours(73))):
        assert fate(incoming).quiet == "too old for an automatic answer"
    assert fate(a_mail(at=NOW - hours(71))).quiet == ""


def test_answer_is_evidence() -> None:
    """A person's answer names the delivery that it shows to have arrived."""
    verdict = fate(a_mail(), what_is_known(deliveries=(a_delivery(),)), Found(answered=("gone", TOKEN)))
    assert (verdict.outcome, verdict.delivery) == (Outcome.FILED, a_delivery())


def test_mention_and_direct_message() -> None:
    """What people write to us on X is filed, once."""
    assert fate(a_post()).reason == "mention"
    assert fate(a_post(post=PostFacts(dm=True, partner="1001"))).reason == "direct message"
    assert fate(a_post(), what_is_known(messages=(a_message(external_id="9001"),))).outcome is Outcome.DUPLICATE


def test_retweet_is_refused() -> None:
    """Retweets are refused, ours too."""
    for own in (False, True):
        assert fate(a_post(post=PostFacts(retweet=True, own=own))).outcome is Outcome.REFUSED


@pytest.mark.parametrize(
    ("post", "quiet"),
    [
        (PostFacts(implicit=True), "named only by the thread"),
        (PostFacts(dm=True, group=True), "direct message of a group"),
        (PostFacts(first_id="8999"), "edited version"),
        (PostFacts(first_id="9001"), ""),
        (PostFacts(first_id="8000"), ""),
    ],
)
def test_quiet_posts(post: PostFacts, quiet: str) -> None:
    """Touches, groups and later versions of what is on record are filed, not answered."""
    verdict = fate(a_post(post=post), what_is_known(messages=(a_message(external_id="8999"),)))
    assert (verdict.outcome, verdict.quiet) == (Outcome.FILED, quiet)


def test_own_posts() -> None:
    """Our account's posts are our delivery's echo, an answer sent elsewhere, or nothing of a customer's."""
    delivery = a_delivery(external_id="9001", state=DeliveryState.SENT)
    answer = a_post(post=PostFacts(own=True, reply_to_author="77"), author=EVA_ON_X)
    echo = fate(answer, what_is_known(deliveries=(delivery,)))
    assert (echo.outcome, echo.delivery, echo.elsewhere) == (Outcome.ECHO, delivery, False)
    for post in (PostFacts(own=True, reply_to_author="77"), PostFacts(own=True, dm=True, partner="77")):
        verdict = fate(a_post(post=post, at=NOW - hours(999)))
        assert (verdict.outcome, verdict.elsewhere, verdict.quiet) == (Outcome.FILED, True, "")
    for post in (PostFacts(own=True), PostFacts(own=True, reply_to_author="1001")):
        assert fate(a_post(post=post)).outcome is Outcome.ECHO
    assert fate(answer, what_is_known(messages=(a_message(external_id="9001"),))).outcome is Outcome.DUPLICATE


HEADERS = st.tuples(
    st.sampled_from(["auto-submitted", "precedence", "list-id", "subject", "x-spam-flag", "x-auto-response-suppress"]),
    st.one_of(st.text(max_size=20), st.sampled_from(["no", "auto-replied", "(no) yes", "no;x", "YES", "bulk", "All"])),
)
AUTHORS = st.sampled_from(
    [EVA, DAEMON, UTE, FORM, None, Address(channel=Channel.EMAIL, address="hilfe+x@acme.example")]
)


@given(
    st.lists(HEADERS, max_size=4),
    AUTHORS,
    st.sampled_from([None, "", "eva.winter@post.example", "<>"]),
    st.sampled_from([None, dsn("failed").report, dsn("delivered").report, dsn("displayed", kind="mdn").report]),
    st.sampled_from([Found(), Found(answered=(TOKEN,)), Found(bounced=TOKEN), Found(numbers=("427918354",))]),
    st.sampled_from(list(Kind)),
)
def test_one_verdict_whatever_comes(
    headers: list[tuple[str, str]],
    author: Address | None,
    return_path: str | None,
    report: Report | None,
    found: Found,
    kind: Kind,
) -> None:
    """Each mail has one verdict with a reason; a machine's is never filed for an automatic answer; blocked never."""
    facts = MailFacts(headers=tuple(headers), from_sound=True, return_path=return_path, report=report)
    known = what_is_known(deliveries=(a_delivery(kind=kind),))
    verdict = fate(a_mail(author=author, facts=facts), known, found)
    assert verdict.reason
    assert "\n" not in verdict.reason
    assert verdict.outcome is not Outcome.QUARANTINED
    answerable = verdict.outcome is Outcome.FILED and not verdict.quiet
    if answerable:
        assert verdict.author is not None
        assert return_path != ""
        assert all(
            key != "auto-submitted" or text.split(";")[0].strip().lower().startswith(("no", "("))
            for key, text in headers
        )
        assert ("auto-submitted", "auto-replied") not in headers
        assert ("auto-submitted", "(no) yes") not in headers

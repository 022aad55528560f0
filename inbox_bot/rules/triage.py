"""Triage: decides the one fate of each thing that a poll returned, and why."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from inbox_bot.model import Address, Incoming, Kind, MailFacts, Outcome, PostFacts
from inbox_bot.records import Delivery
from inbox_bot.rules import acknowledge, automatic, tokens
from inbox_bot.views import Known

_ARRIVED = {"delivered", "relayed", "expanded"}
LIKE_A_FORM = "from an address of ours, to be answered elsewhere"
"""As a contact form would write that uses the inbox's own address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ours:
    """What is ours in mail, all lower case. `addresses`: of our inboxes, without plus part; `form_senders`: contact
    forms, where Reply-To names the customer; `spam_header`: "Name: value", the value a prefix, "" = none; `team`:
    addresses of agents and of those who get notices."""

    addresses: frozenset[str] = frozenset()
    form_senders: frozenset[str] = frozenset()
    spam_header: str = ""
    team: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The fate of one thing. `author`: to whom an answer would go. `delivery`: the delivery of ours that this is
    evidence about, or an echo of. `quiet`: why it gets no automatic answer though it is filed. `elsewhere`: our
    account's own answer that was not sent by us, to be filed as outgoing."""

    outcome: Outcome
    reason: str
    author: Address | None
    delivery: Delivery | None = None
    quiet: str = ""
    elsewhere: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    """A mail with all that its judges may look at. `sender` is From's address, `author` whom an answer would reach."""

    incoming: Incoming
    mail: MailFacts
    ours: Ours
    known: Known
    found: tokens.Found
    sender: str
    author: Address | None
    form: bool

    def fate(self, outcome: Outcome, reason: str, delivery: Delivery | None = None, quiet: str = "") -> Verdict:
        return Verdict(outcome=outcome, reason=reason, author=self.author, delivery=delivery, quiet=quiet)


def judge(
    incoming: Incoming, *, ours: Ours, known: Known, found: tokens.Found, now: datetime, max_age_hours: float
) -> Verdict:
    """Exactly one verdict, whatever came; `found` holds the verified names in this mail."""
    if incoming.post is not None:
        verdict = _judge_post(incoming, incoming.post, known)
    else:
        verdict = _judge_mail(_case(incoming, ours, known, found))
    answerable = verdict.outcome is Outcome.FILED and not verdict.quiet and not verdict.elsewhere
    if answerable and now - incoming.at > timedelta(hours=max_age_hours):
        return replace(verdict, quiet=acknowledge.TOO_OLD)
    return verdict


def _case(incoming: Incoming, ours: Ours, known: Known, found: tokens.Found) -> _Case:
    mail = incoming.mail or MailFacts(headers=(), from_sound=incoming.author is not None)
    sender = incoming.author.address.lower() if incoming.author else ""
    form = sender in ours.form_senders
    author = incoming.author
    if form:
        author = next((to for to in mail.reply_to if not _is_ours(to.address, ours)), None)
    return _Case(
        incoming=incoming, mail=mail, ours=ours, known=known, found=found, sender=sender, author=author, form=form
    )  # fmt: skip


def _judge_mail(case: _Case) -> Verdict:
    judges: tuple[Callable[[_Case], Verdict | None], ...] = (
        _duplicate, _echo, _report, _bounce, _about_notice, _automatic, _junk,
    )  # fmt: skip
    for judge_one in judges:
        verdict = judge_one(case)
        if verdict is not None:
            return verdict
    quiet = "" if case.form else automatic.unwelcome(case.mail, case.sender, case.incoming.subject)
    if case.sender in case.ours.team or case.sender in case.known.agents:
        quiet = "from the team itself"
    if case.author is None:
        quiet = "nobody to answer"
    reason = "contact form" if case.form else "mail"
    return case.fate(Outcome.FILED, reason, _answered(case), quiet)


def _duplicate(case: _Case) -> Verdict | None:
    """Same content is a duplicate whatever its key; the same Message-ID with other content is a new message."""
    content = case.incoming.content_hash
    if content and content in case.known.hashes:
        return case.fate(Outcome.DUPLICATE, f"same content as {case.known.hashes[content]} on record")
    return None


def _echo(case: _Case) -> Verdict | None:
    if case.mail.report is not None:
        return None
    delivery = case.known.deliveries.get(case.incoming.external_id) or case.known.deliveries.get(case.found.ours)
    if delivery is not None or case.found.ours:
        return case.fate(Outcome.ECHO, "our own mail came back", delivery)
    # Contact forms often write from the inbox's own address.
    if _is_ours(case.sender, case.ours) and not case.form:
        foreign = any(not _is_ours(to.address, case.ours) for to in case.mail.reply_to)
        return case.fate(Outcome.ECHO, LIKE_A_FORM if foreign else "from an address of ours")
    return None


def _report(case: _Case) -> Verdict | None:
    report = case.mail.report
    if report is None:
        return None
    delivery = _reported(case)
    if report.kind == "mdn":
        return case.fate(Outcome.RECEIPT, "read receipt", delivery)
    if delivery is None and not case.found.bounced and _asks_about_it(case):
        return None
    actions = {line.action.lower() for line in report.lines}
    if actions and actions <= _ARRIVED:
        return case.fate(Outcome.RECEIPT, "delivery report: arrived", delivery)
    return case.fate(Outcome.BOUNCE, "delivery report: delayed or failed", delivery)


def _asks_about_it(case: _Case) -> bool:
    """A few mail servers write like that too, so it is filed, and answered only if it was forwarded."""
    return automatic.quotes_a_bounce(case.mail, case.sender, case.incoming.subject)


def _bounce(case: _Case) -> Verdict | None:
    """Bounces that nobody could read as a report."""
    null = case.mail.return_path == ""
    if automatic.is_bouncer(case.sender) or (null and automatic.is_postmaster(case.sender)):
        return case.fate(Outcome.BOUNCE, "from a mail server, unreadable as a report", _reported(case))
    replied = (
        automatic.auto_submitted(case.mail)
        or automatic.responder(case.mail)
        or automatic.listed(case.mail)
        or automatic.vacation(case.incoming.subject)
    )
    # RFC 3834 4: automatic replies go to the return path too, and tell nothing about the delivery's failure.
    if null and case.found.bounced and not replied:
        return case.fate(Outcome.BOUNCE, "null return path, to a return path of ours", _reported(case))
    return None


def _about_notice(case: _Case) -> Verdict | None:
    delivery = _answered(case)
    if delivery is None or delivery.kind is not Kind.NOTICE:
        return None
    if case.sender not in case.ours.team and case.sender not in case.known.agents:
        return None
    if automatic.sign(case.mail, case.sender, case.incoming.subject):
        return case.fate(Outcome.AUTOMATIC, "automatic answer to a notice", delivery)
    return case.fate(Outcome.REFUSED, "answers to notices are not read", delivery)


def _automatic(case: _Case) -> Verdict | None:
    if case.form:
        # The operator named this form: its mails are machine-made, their words are a customer's.
        keyword = automatic.auto_submitted(case.mail)
        reason = f"Auto-Submitted: {keyword}" if keyword not in ("", "auto-generated") else ""
    else:
        reason = automatic.sign(case.mail, case.sender, case.incoming.subject)
    return case.fate(Outcome.AUTOMATIC, reason, _answered(case)) if reason else None


def _junk(case: _Case) -> Verdict | None:
    name, _, value = case.ours.spam_header.partition(":")
    name, value = name.strip().lower(), value.strip().lower()
    if name and any(key == name and text.strip().lower().startswith(value) for key, text in case.mail.headers):
        return case.fate(Outcome.JUNK, "marked as spam")
    if _is_blocked(case.author, case.known):
        return case.fate(Outcome.JUNK, "sender is blocked")
    return None


def _reported(case: _Case) -> Delivery | None:
    """The delivery a report is about, by names that only its recipients could know; never by a recipient's address."""
    report = case.mail.report
    named = (report.original_message_id, report.envelope_id, case.found.returned) if report else ()
    names = (case.found.bounced, *named, *case.found.answered)
    return next((case.known.deliveries[name] for name in names if name and name in case.known.deliveries), None)


def _answered(case: _Case) -> Delivery | None:
    names = (*case.found.answered, case.found.bounced)
    return next((case.known.deliveries[name] for name in names if name in case.known.deliveries), None)


def _judge_post(incoming: Incoming, post: PostFacts, known: Known) -> Verdict:
    author = incoming.author
    if post.retweet:
        return Verdict(outcome=Outcome.REFUSED, reason="retweet", author=author)
    if post.own:
        return _judge_own(incoming, post, known)
    if incoming.external_id in known.messages:
        return Verdict(outcome=Outcome.DUPLICATE, reason="post or DM on record", author=author)
    if _is_blocked(author, known):
        return Verdict(outcome=Outcome.JUNK, reason="sender is blocked", author=author)
    quiet = ""
    if author is None:
        quiet = "nobody to answer"
    elif post.group:
        quiet = "direct message of a group"
    elif post.implicit:
        quiet = "named only by the thread"
    elif post.first_id not in ("", incoming.external_id) and post.first_id in known.messages:
        quiet = "edited version"
    return Verdict(outcome=Outcome.FILED, reason="direct message" if post.dm else "mention", author=author, quiet=quiet)


def _judge_own(incoming: Incoming, post: PostFacts, known: Known) -> Verdict:
    author = incoming.author
    delivery = known.deliveries.get(incoming.external_id) or known.deliveries.get(post.first_id)
    if delivery is not None:
        return Verdict(outcome=Outcome.ECHO, reason="our delivery", author=author, delivery=delivery)
    if incoming.external_id in known.messages:
        return Verdict(outcome=Outcome.DUPLICATE, reason="post or DM on record", author=author)
    answered = post.partner or post.reply_to_author
    if not answered or (author is not None and answered == author.address):
        return Verdict(outcome=Outcome.ECHO, reason="own post that answers nobody", author=author)
    return Verdict(outcome=Outcome.FILED, reason="sent elsewhere", author=author, elsewhere=True)


def _is_ours(address: str, ours: Ours) -> bool:
    local, _, domain = address.lower().rpartition("@")
    return f"{local.partition('+')[0]}@{domain}" in ours.addresses


def _is_blocked(author: Address | None, known: Known) -> bool:
    identity = known.identities.get((author.channel, author.address)) if author else None
    return identity is not None and identity.blocked_at is not None

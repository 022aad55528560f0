"""No answer: decides which mails to an agent's reply address no person wrote as an answer, so that they change nothing.

Such a mail is never sent to a customer, reopens nothing, and gets no mail in return.
"""

import re
from dataclasses import dataclass

from inbox_bot.model import Incoming, MailFacts, Outcome
from inbox_bot.rules import automatic
from inbox_bot.rules.tokens import Found

_ARRIVED = {"delivered", "relayed", "expanded"}
# Subjects that mail programs write themselves: before them stands no "Re:".
_READ = re.compile(r"\s*(?:(?:un)?gelesen(?: gel(?:ö|oe)scht)?|nicht gelesen|read|not read|deleted)\s*:", re.IGNORECASE)
_RECALL = re.compile(r"\s*(?:recall|r(?:ü|ue)ckruf|zur(?:ü|ue)ckrufen|message recall \w+)\s*:", re.IGNORECASE)
# Rules that forward or reply in an agent's name mark what they write.
_RULE_HEADERS = {"x-ms-exchange-inbox-rules-loop", "x-ms-exchange-organization-inbox-rules-loop"}
_REACTION = "text/vnd.google.email-reaction+json"
_CALENDAR = "text/calendar"
# Before our own subject, or instead of it: what responders write there. A customer's words stand behind our tag.
_AWAY = re.compile(
    r"\s*(?:(?:re|aw)\s*:\s*)?"
    r"(?:abwesen(?:d|heit)|urlaub|au(?:ß|ss)er haus|out of (?:the )?office|ooo\b|away\b|auto\s*:)",
    re.IGNORECASE,
)
_IS_AWAY = re.compile(
    r"\b(?:ist|bin|sind|is|am|are) (?:[^:]{0,40} )?(?:au(?:ß|ss)er haus|nicht im (?:haus|b(?:ü|ue)ro)|(?:im|in) urlaub"
    r"|abwesend|out of (?:the )?office|on (?:holiday|vacation|leave))",
    re.IGNORECASE,
)
_INVITED = re.compile(r"\s*(?:accepted|declined|tentative|zugesagt|abgesagt|mit vorbehalt)\s*:", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class NoAnswer:
    """What such a mail is: an echo of ours, a receipt, a bounce, or automatic; and why."""

    outcome: Outcome
    reason: str


def judge(incoming: Incoming, *, found: Found) -> NoAnswer | None:
    """None for a mail that a person may have written as an answer. `found`: the verified names in it."""
    mail = incoming.mail
    if mail is None:
        return NoAnswer(outcome=Outcome.AUTOMATIC, reason="no mail")
    sender = incoming.author.address.lower() if incoming.author else ""
    return _ours(mail, found) or _reported(incoming, mail, sender, found) or _machine(incoming, mail, sender)


def _ours(mail: MailFacts, found: Found) -> NoAnswer | None:
    if found.ours and mail.report is None:
        return NoAnswer(outcome=Outcome.ECHO, reason="our own mail came back")
    return None


def _reported(incoming: Incoming, mail: MailFacts, sender: str, found: Found) -> NoAnswer | None:
    report, subject = mail.report, incoming.subject
    if report is not None and report.kind == "mdn":
        return NoAnswer(outcome=Outcome.RECEIPT, reason="read receipt")
    if report is not None and (found.bounced or found.returned or not automatic.quotes_a_bounce(mail, sender, subject)):
        actions = {line.action.lower() for line in report.lines}
        if actions and actions <= _ARRIVED:
            return NoAnswer(outcome=Outcome.RECEIPT, reason="delivery report: arrived")
        return NoAnswer(outcome=Outcome.BOUNCE, reason="delivery report: delayed or failed")
    null = mail.return_path == ""
    if automatic.is_bouncer(sender) or (null and automatic.is_postmaster(sender)):
        return NoAnswer(outcome=Outcome.BOUNCE, reason="from a mail server, unreadable as a report")
    if _READ.match(subject):
        return NoAnswer(outcome=Outcome.RECEIPT, reason="read receipt by its subject")
    return None


def _machine(incoming: Incoming, mail: MailFacts, sender: str) -> NoAnswer | None:
    reason = automatic.sign(mail, sender, incoming.subject) or _other_sign(incoming, mail)
    return NoAnswer(outcome=Outcome.AUTOMATIC, reason=reason) if reason else None


def _other_sign(incoming: Incoming, mail: MailFacts) -> str:
    """Signs that say nothing about a customer's mail, which has a text of his: an answer here would be sent on."""
    written = incoming.subject.partition("[#")[0]
    if automatic.vacation(incoming.subject) or _AWAY.match(written) or _IS_AWAY.search(written):
        return "vacation notice by its subject"
    if any(name == "x-auto-response-suppress" and value.strip().lower() == "all" for name, value in mail.headers):
        return "written by a responder: it wants no answers at all"
    if any(name in _RULE_HEADERS for name, _ in mail.headers):
        return "written by a rule of the agent's mailbox"
    if _RECALL.match(incoming.subject):
        return "asks to take back a mail"
    types = {one.media_type.lower() for one in incoming.attachments}
    if _REACTION in types:
        return "a reaction, not an answer"
    if _CALENDAR in types and _INVITED.match(incoming.subject):
        return "answer to an invitation"
    return ""

"""The second round of mails in the mixed run: what people and machines answer to what reached the sink."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from tests.e2e.mixed import Expected, Mail, Town
from tests.e2e.mixed_mail import Round
from tests.e2e.octets import with_header
from tests.e2e.reports import bounce, mdn


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An acknowledgement as the customer has it."""

    subject: str
    message_id: str
    reply_to: str
    return_path: str
    number: str


def second_round(
    town: Town, now: datetime, answers: Mapping[str, Answer], first: Sequence[Mail]
) -> tuple[list[Mail], set[str]]:
    """Mails to a house that has answered; `answers` by the marker of the opening mail.

    Gives also the markers of the tickets whose number came back.
    """
    mails = Round(town, now)
    usable = [mail.expected for mail in first if mail.expected.kind == "plain" and mail.expected.opens]
    town.random.shuffle(usable)
    # Who has written twice has the number twice, and a bounce of one letter does not take back the other.
    twice = {mail.expected.thread for mail in first if mail.expected.answered == "shared"}
    usable.sort(key=lambda old: old.marker not in twice)
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
    null = {"edit": lambda raw: with_header(raw, "Return-Path", "<>")}
    return {"to": answer.return_path, "subject": f"Abwesenheit: {answer.subject}", "headers": headers, **null}


def _bounced(old: Expected, answer: Answer, *, action: str = "failed", odd: bool = False) -> Callable[[bytes], bytes]:
    def edit(raw: bytes) -> bytes:
        if not odd:
            return bounce(answer.message_id, old.person.address, answer.return_path, raw, action)
        words = f"Hi. This is the qmail-send program.\r\n<{old.person.address}>:\r\nSorry, no mailbox here.\r\n"
        head = f"Return-Path: <>\r\nFrom: MAILER-DAEMON@mx.post.example\r\nTo: {answer.return_path}\r\n"
        name = f"<q{len(raw)}.{answer.number}@mx.post.example>"
        return f"{head}Subject: failure notice\r\nMessage-ID: {name}\r\n\r\n{words}".encode()

    return edit


def _only(word: str) -> Callable[[bytes], bytes]:
    return lambda raw: raw[: raw.index(b"\r\n\r\n") + 4] + word.encode() + b"\r\n"

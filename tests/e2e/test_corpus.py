"""Every mail of the corpus that INBOX_BOT_CORPUS names, delivered to a real Dovecot and taken in by `run --once`."""

import os
import re
from collections import Counter
from email import message_from_bytes
from email.message import Message
from email.policy import compat32, default
from email.utils import getaddresses
from pathlib import Path

import pytest

from tests.dovecot import Dovecot
from tests.e2e.house import House, write_config
from tests.smtpsink import Sink, smtp_sink

CORPUS = os.environ.get("INBOX_BOT_CORPUS", "")

pytestmark = pytest.mark.skipif(not CORPUS, reason="INBOX_BOT_CORPUS names no folder of mails")

_TAG = re.compile(r"\[#(\d{3}-\d{3}-\d{3})\]")
_USABLE = re.compile(r"[a-z0-9!#$%&'*+/=?^_`{|}~.-]+@[a-z0-9-]+(?:\.[a-z0-9-]+)+")
_MACHINE = re.compile(
    r"^owner-|-request@|(?:^|[-_.+])(?:no|do[-_.]?not|dont)[-_.]?reply|mailer[-_.]?daemon|^postmaster@", re.IGNORECASE
)


def corpus() -> list[tuple[str, bytes]]:
    """(path, bytes) of all mails; the corpus' own notes and empty files are none."""
    root = Path(CORPUS)
    paths = sorted(path for path in root.rglob("*") if path.is_file() and path != root / "README.txt")
    return [(str(path.relative_to(root)), content) for path in paths if (content := path.read_bytes()).strip()]


def automatic(mail: "Message[str, str]") -> bool:
    """Whether a machine wrote it by the plainest signs of RFC 3834, judged apart from the product's own rules."""

    def said(name: str) -> str:
        return " ".join(str(value) for value in mail.get_all(name, [])).lower()

    if said("Auto-Submitted").partition(";")[0].partition("(")[0].strip() not in ("", "no"):
        return True
    if re.search(r"\b(bulk|list|junk|auto[-_]reply)\b", said("Precedence")):
        return True
    if any(name.lower().startswith("list-") or name.lower() == "mailing-list" for name in mail.keys()):  # noqa: SIM118  a Message is no mapping
        return True
    if mail["Return-Path"] is not None and said("Return-Path").strip() == "<>":
        return True
    if "multipart/report" in said("Content-Type"):
        return True
    return any(_MACHINE.search(address) for address in senders(mail))


def senders(mail: "Message[str, str]") -> set[str]:
    """The addresses in From."""
    values = [str(value) for value in mail.get_all("From", [])]
    return {address.lower() for _, address in getaddresses(values) if "@" in address}


async def test_every_mail_of_the_corpus_meets_its_one_fate(tmp_path: Path, dovecot: Dovecot) -> None:
    """The run ends by itself, the ledger has one line a mail, nothing crashes, people are answered, machines never."""
    mails = corpus()
    assert mails, f"no mails below {CORPUS}"
    user = dovecot.new_user()
    dovecot.append(user, [raw for _, raw in mails])
    async with smtp_sink() as sink:
        house = write_config(
            tmp_path,
            imap=(dovecot.port, user, dovecot.password),
            smtp_port=sink.port,
            coalesce_seconds=0,
        )
        ran = await house.run("run", "--once")
        assert ran.status in (0, 1), ran.err
        assert "Traceback" not in ran.err
        await _check_ledger(house, len(mails))
        await _check_answers(house, sink, [(path, message_from_bytes(raw, policy=compat32)) for path, raw in mails])
        sent = len(sink.mails)
        again = await house.run("run", "--once")
        assert again.status in (0, 1), again.err
        assert len(sink.mails) == sent, "a second run says nothing again"
        await _check_ledger(house, len(mails))


async def _check_ledger(house: House, count: int) -> None:
    ledger = await house.json("ledger")
    counts = {line["outcome"]: line["count"] for line in ledger["counts"]}
    assert ledger["balanced"] is True
    assert sum(counts.values()) == count
    assert counts.get("quarantined", 0) < count / 100, counts


async def _check_answers(house: House, sink: Sink, mails: "list[tuple[str, Message[str, str]]]") -> None:
    ours = [(mail.rcpts, message_from_bytes(mail.data, policy=default)) for mail in sink.mails]
    assert all(len(rcpts) == 1 for rcpts, _ in ours)
    texts = [(rcpts[0].lower(), read) for rcpts, read in ours if read.get_content_type() != "multipart/report"]
    answers = Counter(str(read["In-Reply-To"]) for _, read in texts if read["In-Reply-To"])
    # Some mails of the corpus share their Message-ID and differ in content.
    known = Counter(str(mail["Message-ID"] or "").strip() for _, mail in mails)
    assert not [name for name, count in answers.items() if count > max(1, known[name])], "a mail was answered twice"
    told = Counter(number for _, read in ours for number in _TAG.findall(str(read["Subject"])))
    for ticket in await house.json("tickets", "--all", "--limit", "100000"):
        assert bool(told[ticket["number"]]) == bool(ticket["number_delivered_at"]), ticket
    people = [(path, senders(mail)) for path, mail in mails if not automatic(mail)]
    machines = set[str]().union(*(senders(mail) for _, mail in mails if automatic(mail)))
    answered = {rcpt for rcpt, _ in texts}
    assert not answered & (machines - set[str]().union(*(found for _, found in people))), "a machine was answered"
    # The bounces' folder has some without any plain sign; with two senders nobody can say who wrote.
    plain = [(path, next(iter(found))) for path, found in people if len(found) == 1 and "bounce" not in path]
    missed = [(path, sender) for path, sender in plain if _USABLE.fullmatch(sender) and sender not in answered]
    assert plain
    assert not missed, missed

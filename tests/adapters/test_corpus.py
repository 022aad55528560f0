"""Mails from other projects' test suites: whatever they do to Python's email package, ours reads them."""

import os
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from inbox_bot.channels.mime import html
from inbox_bot.channels.mime.parse import parse
from inbox_bot.model import Incoming, Unreadable
from tests.rendering import shown_safely

NOW = datetime(2026, 3, 9, 12, 0, tzinfo=UTC)
FOLDER = os.environ.get("INBOX_BOT_CORPUS", "")


@pytest.fixture
def corpus() -> list[Path]:
    """All mails of the folder that INBOX_BOT_CORPUS names."""
    if not FOLDER:
        pytest.skip("INBOX_BOT_CORPUS names no folder of sample mails (.ci/run sets it)")
    return sorted(path for path in Path(FOLDER).rglob("*") if path.is_file() and path.name != "README.txt")


def storable(mail: Incoming) -> None:
    """What is stored beside that: recipients and receipt addresses stand on one line, HTML has no NUL."""
    assert mail.mail is not None
    for line in (*mail.mail.recipients, *mail.mail.mdn_to):
        assert not any(character < " " or "\x7f" <= character <= "\x9f" for character in line), line
        line.encode()
    mail.html.encode()
    assert "\x00" not in mail.html


def test_all_are_read(corpus: list[Path]) -> None:
    """At most one in a hundred is unreadable, each with a reason; every other is whole and shows safely."""
    counts: Counter[str] = Counter()
    for path in corpus:
        raw = path.read_bytes()
        found = parse(raw, key="1:1", at=NOW)
        assert found.raw == raw
        if isinstance(found, Unreadable):
            counts["unreadable"] += 1
            assert found.reason
            continue
        shown_safely(found)
        storable(found)
        assert found.mail is not None
        counts["report"] += found.mail.report is not None
        counts["read"] += 1
        counts["page"] += bool(html.clean(found.html).strip())
        body = raw.replace(b"\r\n", b"\n").partition(b"\n\n")[2].strip()
        counts["silent"] += bool(body) and not (found.text + found.quoted).strip() and not found.attachments
    assert counts["read"] > 100
    assert counts["unreadable"] * 100 <= len(corpus), counts
    assert counts["report"] > 50, counts
    assert counts["silent"] * 50 < counts["read"], counts  # multiparts of which each part is empty
    assert counts["page"] > 10, counts


def test_all_bounces_are_reports(corpus: list[Path]) -> None:
    """Nearly all of flufl.bounce's own samples are seen as reports, each naming a recipient."""
    samples = [path for path in corpus if path.parent.name == "flufl_bounce"]
    found = [parse(path.read_bytes(), key="1:1", at=NOW) for path in samples]
    reports = [one.mail.report for one in found if isinstance(one, Incoming) and one.mail and one.mail.report]
    assert len(reports) * 100 >= len(samples) * 90
    assert all(line.recipient for report in reports for line in report.lines)

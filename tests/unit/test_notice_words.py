"""What the team is told by mail about a ticket: each kind in its own words, in German and in English."""

from datetime import UTC, datetime

import pytest

from inbox_bot.model import Channel
from inbox_bot.texts import BrandFacts, Templates, shipped

AT = datetime(2026, 3, 9, 12, tzinfo=UTC)
KINDS = {
    "assigned": ("hat Ihnen dieses Ticket gegeben", "gave you this ticket"),
    "mentioned": ("ben schreibt in einer Notiz:", "ben writes in a note:"),
    "angry": ("verärgert (Mist)", "angry (Mist)"),
    "repeated": ("zum 3. Mal", "3 times"),
    "awake": ("ist wieder da", "is back"),
    "reminder": ("Zurückrufen", "Zurückrufen"),
    "approved": ("freigegeben, sie geht hinaus", "it goes out"),
    "refused": ("nicht freigegeben, sie geht nicht hinaus", "it does not go out"),
    "waits_for_approval": ("inbox-bot approve 427-918-355 --refuse", "inbox-bot approve 427-918-355 --refuse"),
    "promise_due": ("Fällig ist es am 9. März 2026 um 13:00 Uhr", "It is due on 9 March 2026"),
    "promise_broken": ("Fällig war es am 9. März 2026 um 13:00 Uhr", "It was due on 9 March 2026"),
    "answer_due": ("wird am 9. März 2026 um 13:00 Uhr fällig", "falls due on 9 March 2026"),
}


@pytest.mark.parametrize("place", [0, 1], ids=["de", "en"])
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_its_words(kind: str, place: int) -> None:
    """And a subject of its own, on one line, that begins with what it is about."""
    facts = {
        "what": kind, "number": "427918355", "subject": "Umzug", "answerable": True, "by": "ben", "complaint": False,
        "words": ("Mist",), "times": 3, "phrase": "morgen", "promise": 7, "due_at": AT, "since": AT,
        "body": "Zurückrufen",
    }  # fmt: skip
    texts = Templates([shipped()], BrandFacts(name="Acme", language="de", timezone="Europe/Berlin"))
    rendered = texts.render("agent-word", Channel.EMAIL, ("de", "en")[place], facts)
    assert KINDS[kind][place] in rendered.text
    assert "\n\n\n" not in rendered.text
    title, _, about = rendered.subject.partition(": ")
    assert about == ("Zurückrufen" if kind == "reminder" else "" if kind == "answer_due" else "Umzug")
    assert title
    assert (kind.startswith("promise") and "/kept" in rendered.text) == kind.startswith("promise")

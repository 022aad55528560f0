"""Small rules of the team's desk: topics, colleagues named in notes, times that people type, urgency, four eyes."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from inbox_bot.model import Priority
from inbox_bot.records import Agent
from inbox_bot.rules import times
from inbox_bot.rules.anger import CALM, FIRST, Anger, Level, Repeated
from inbox_bot.rules.approving import Approval, wanted
from inbox_bot.rules.hours import Hours
from inbox_bot.rules.mentions import named_in
from inbox_bot.rules.topics import topic_of
from inbox_bot.rules.urgency import raised
from tests.unit.desk_house import NOW, a_ticket

TOPICS = {"billing": ("Rechnung", "invoice", "SEPA"), "line": ("Anschluss", "no internet", "tot")}


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("Die Rechnungsnummer fehlt", "billing"),
        ("NO  internet since Monday", "line"),
        ("Rechnung falsch, Anschluss tot", "line"),
        ("Rechnung falsch, kein Anschluss", "billing"),
        ("total daneben", ""),
        ("Abrechnung", ""),
        ("", ""),
    ],
)
def test_a_topic_is_told_by_words(text: str, topic: str) -> None:
    """Most words win, then the first of the configuration; long words stand for longer ones, short ones for
    themselves."""
    assert topic_of(text, TOPICS) == topic


def an_agent(id: int, name: str, initials: str, **fields: object) -> Agent:
    agent = Agent(id=id, name=name, initials=initials, address="a@acme.example", created_at=NOW)
    return replace(agent, **fields)  # type: ignore[arg-type]  # a builder takes any field


TEAM = [
    an_agent(1, "anna", "AB"),
    an_agent(2, "Anna Lena", "AL"),
    an_agent(3, "bert", "BE", disabled_at=NOW),
    an_agent(4, "Ömer", "ÖM"),
]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("@anna schaust du?", [1]),
        ("@Anna Lena und @ÖM: bitte", [2, 4]),
        ("@annabell, @bert, @ anna", []),
        ("an anna@ab.example, x@al", []),
        ("(@AB) @anna.", [1]),
        ("@anna-marie @anna.de", []),
    ],
)
def test_a_note_names_colleagues(text: str, named: list[int]) -> None:
    """By name or initials behind an @; a mail address, a longer name or who has gone is nobody."""
    assert [one.id for one in named_in(text, TEAM)] == named


BERLIN = ZoneInfo("Europe/Berlin")
THURSDAY = datetime(2026, 11, 26, 8, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("tomorrow 9:00", "2026-11-27 09:00"),
        ("Freitag 10 Uhr", "2026-11-27 10:00"),
        ("until Friday", "2026-11-27 08:30"),
        ("next Monday", "2026-11-30 08:30"),
        ("am 3. Dezember um 14 Uhr", "2026-12-03 14:00"),
        ("in 2 hours", "2026-11-26 11:00"),
        ("2026-12-24 10:00", "2026-12-24 10:00"),
        ("2026-12-24", "2026-12-24 08:30"),
        ("2026-12-24T10:00Z", "2026-12-24 11:00"),
    ],
)
def test_a_time_is_read_as_typed(text: str, when: str) -> None:
    """By the clock on the team's wall; a day alone is meant from its opening on."""
    week = (((510, 1080),),) * 5 + ((), ())
    found = times.read(text, times.calendar(Hours(zone=BERLIN, week=week), THURSDAY))
    assert found is not None
    assert found.astimezone(BERLIN).strftime("%Y-%m-%d %H:%M") == when


@pytest.mark.parametrize("text", ["", "soon", "tomorrow maybe", "Monday or Tuesday", "next week", "32.13.", "25:00"])
def test_what_is_no_time_is_none(text: str) -> None:
    """Nothing is guessed."""
    assert times.read(text, times.calendar(Hours(zone=BERLIN), THURSDAY)) is None


ANNOYED = Anger(level=Level.ANNOYED, words=("Frechheit",))
COMPLAINT = Anger(level=Level.COMPLAINT, words=("Beschwerde", "Anwalt"))
LATER = NOW + timedelta(hours=1)


@pytest.mark.parametrize(
    ("anger", "times_asked", "priority", "angry", "call"),
    [
        (CALM, 1, Priority.NORMAL, False, False),
        (CALM, 2, Priority.HIGH, False, False),
        (CALM, 3, Priority.HIGH, False, True),
        (CALM, 4, Priority.HIGH, False, False),
        (ANNOYED, 1, Priority.HIGH, True, True),
        (COMPLAINT, 1, Priority.URGENT, True, True),
    ],
)
def test_urgency_is_raised(anger: Anger, times_asked: int, priority: Priority, angry: bool, call: bool) -> None:
    """The second time comes first, the third one calls a person, as anger does; a complaint is urgent."""
    again = Repeated(times=times_asked, matter="", reason="he says so") if times_asked > 1 else FIRST
    found = raised(a_ticket(), anger, again, NOW)
    assert (found.ticket.priority, found.ticket.angry_at, found.call) == (priority, NOW if angry else None, call)
    assert bool(found.reason) is (priority is not Priority.NORMAL)


def test_who_counts_himself_is_angry() -> None:
    """Alike texts are no mood; "for the third time" is one."""
    said = Repeated(times=3, matter="", reason="he says so: zum dritten Mal", said=True)
    found = raised(a_ticket(), CALM, said, NOW)
    assert (found.ticket.angry_at, found.call) == (NOW, True)
    assert not raised(a_ticket(), CALM, replace(said, times=2), NOW).call


def test_urgency_is_never_lowered_and_calls_once() -> None:
    """A later word changes nothing of since when; only a complaint calls again."""
    first = raised(a_ticket(), ANNOYED, FIRST, NOW).ticket
    assert raised(first, CALM, FIRST, LATER).ticket == first
    again = raised(first, ANNOYED, FIRST, LATER)
    assert (again.ticket, again.call) == (first, False)
    worse = raised(first, COMPLAINT, FIRST, LATER)
    assert (worse.ticket.priority, worse.ticket.angry_at, worse.call) == (Priority.URGENT, NOW, True)
    assert raised(worse.ticket, ANNOYED, FIRST, LATER).ticket.priority is Priority.URGENT


@pytest.mark.parametrize(
    ("approval", "public", "template", "posts", "others", "waits"),
    [
        (Approval(), True, "", 0, 1, True),
        (Approval(), True, "", 1, 1, False),
        (Approval(), True, "", 0, 0, False),
        (Approval(), False, "", 0, 1, False),
        (Approval(first_public_posts=0), True, "", 0, 1, False),
        (Approval(all_public=True), True, "", 99, 1, True),
        (Approval(templates=("refund",)), False, "refund", 9, 1, True),
        (Approval(templates=("refund",)), False, "thanks", 9, 1, False),
    ],
)
def test_four_eyes(approval: Approval, public: bool, template: str, posts: int, others: int, waits: bool) -> None:
    """What waits, waits with its reason; where nobody could say yes nothing does."""
    assert bool(wanted(approval, public=public, template=template, posts=posts, others=others)) is waits

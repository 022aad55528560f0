"""Loops: machines that answer us are recognised, people are not taken for them, and nobody draws mail without end."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inbox_bot.rules import acknowledge, loops
from inbox_bot.rules.acknowledge import Policy
from inbox_bot.views import Side, Turn
from tests.unit.loop_talk import Answers, Talk
from tests.unit.rules_builders import NOW

TEN_MINUTES = timedelta(minutes=10)
LONG = "Wir sind derzeit nicht im Büro. In dringenden Fällen wenden Sie sich bitte an unsere Zentrale."
SENTENCE = "der Anschluss geht seit gestern nicht mehr und das Modem blinkt rot obwohl alles verkabelt ist"
WORDS = SENTENCE.split(" ")
TEXTS = ["ok", LONG, *(" ".join(WORDS[:count]) for count in range(1, len(WORDS)))]


def always(lag: float, text: str) -> Answers:
    """A machine with one text."""
    return lambda number, ours: [(lag, text)]


def counting(lag: float) -> Answers:
    """A machine whose texts differ in more than a number."""
    return lambda number, ours: [(lag, " ".join(WORDS[: 3 + 2 * number]))]


def parrot(number: int, ours: str) -> Sequence[tuple[float, str]]:
    """A machine that sends back what it got."""
    return [(90.0, ours)]


def desk(number: int, ours: str) -> Sequence[tuple[float, str]]:
    """A ticket system: two messages for each of ours, with a number that goes up."""
    received = f"Your request #{1000 + number} has been received. This is an automated message, please wait."
    return [(4.0, received), (9.0, f"Your request #{1000 + number} has been assigned to the team of level 2.")]


MACHINES: dict[str, tuple[Answers, int]] = {
    "a vacation notice without a header": (always(2, LONG), 2),
    "the same, every minute by cron": (always(60, LONG), 2),
    "the same, every ten minutes by cron": (always(600, LONG), 3),
    "a text that tells what it is": (always(300, "Dies ist eine automatische Antwort."), 2),
    "a ticket system that writes twice": (desk, 2),
    "a parrot": (parrot, 2),
    "a short word at once": (always(1, "ok"), 3),
    "a machine that writes something else each time": (counting(5), 3),
    "the same, slower": (counting(240), 4),
}


@pytest.mark.parametrize("name", MACHINES)
def test_a_machine_is_recognised(name: str) -> None:
    """Two mails of ours at most in the first ten minutes, and none any more once it is recognised."""
    answers, most = MACHINES[name]
    talk = Talk(answers=answers).play((0, "Guten Tag"), until=timedelta(days=7))
    assert talk.reasons
    assert len(talk.sent) <= most
    assert len([at for at in talk.sent if at < NOW + TEN_MINUTES]) <= 2


PEOPLE: dict[str, Sequence[tuple[float, str]]] = {
    "three mails in five minutes": [(0, "Störung"), (120, "Foto dazu"), (280, "und die Kundennummer 1234")],
    "five in a row": [(place * 15.0, f"Nummer {place}") for place in range(5)],
    "Status? five times": [(place * 240.0, "Status?") for place in range(5)],
    "Status? five times in a minute": [(place * 12.0, "Status?") for place in range(5)],
    "Status? every hour": [(place * 3600.0, "Status?") for place in range(5)],
    "Status? every twenty minutes": [(place * 1200.0, "Status?") for place in range(5)],
    "direct messages every 20 s for ten minutes": [(place * 20.0, f"Zeile {place}") for place in range(30)],
    "the same mail again the next hours": [(place * 5000.0, LONG) for place in range(4)],
    "a talk that goes on": [(at, " ".join(WORDS[: 2 + n])) for n, at in enumerate((0, 70, 460, 1300, 2900, 3000))],
    "thanks for each confirmation": [(0, "Störung"), (40, "Danke"), (350, "Danke, aber wann?"), (1500, "Hallo?")],
}


@pytest.mark.parametrize("name", PEOPLE)
def test_a_person_is_not_taken_for_a_machine(name: str) -> None:
    """However impatient he is: nothing is suspected, every message is confirmed, those near each other in one mail."""
    talk = Talk().play(*PEOPLE[name])
    assert talk.reasons == []
    assert talk.unconfirmed == 0
    assert 1 <= len(talk.sent) <= len(PEOPLE[name])
    assert len([at for at in talk.sent if at < NOW + TEN_MINUTES]) <= 2


def test_a_persons_burst_is_confirmed_in_one_mail() -> None:
    """The first at once, the other four together five minutes later."""
    assert Talk().play(*PEOPLE["five in a row"]).minutes() == [0.0, 5.0]


@settings(max_examples=300, deadline=None)
@given(
    answers=st.lists(
        st.lists(
            st.tuples(st.floats(0, 4000), st.sampled_from(TEXTS)),
            max_size=5,
        ),
        min_size=1,
        max_size=8,
    ),
    per_hour=st.integers(1, 20),
)
def test_no_responder_draws_mail_without_end(answers: list[list[tuple[float, str]]], per_hour: int) -> None:
    """Whatever answers us, however often and whenever: two mails in its first ten minutes, `per_hour` in any hour, and
    the limit of the day in any day."""
    talk = Talk(
        answers=lambda number, ours: answers[number % len(answers)], policy=Policy(per_hour=per_hour)
    ).play((0, "Guten Tag"), until=timedelta(days=2))  # fmt: skip
    assert len([at for at in talk.sent if at < NOW + TEN_MINUTES]) <= 2
    for first in talk.sent:
        assert len([at for at in talk.sent if first <= at < first + timedelta(hours=1)]) <= per_hour
        assert len([at for at in talk.sent if first <= at < first + timedelta(days=1)]) <= max(20, 2 * per_hour)


def turns(*said: tuple[float, Side, str]) -> list[Turn]:
    return [Turn(at=NOW + timedelta(seconds=at), side=side, text=text) for at, side, text in said]


LOOP = turns((0, Side.OURS, "a"), (3, Side.THEIRS, LONG), (300, Side.OURS, "b"), (303, Side.THEIRS, LONG))


def test_a_persons_answer_begins_the_talk_anew() -> None:
    """What a machine said before somebody of ours wrote counts no more: it has to show again that it answers."""
    assert loops.suspected(LOOP, NOW + TEN_MINUTES)
    stepped_in = turns((200, Side.PERSON, "Guten Tag, hier ist Anna."))
    assert loops.suspected(LOOP + stepped_in, NOW + TEN_MINUTES) == ""
    assert loops.spaced(LOOP, NOW + TEN_MINUTES, 300) == timedelta(minutes=15)
    assert loops.spaced(LOOP + stepped_in, NOW + TEN_MINUTES, 300) == timedelta(minutes=5)


def test_what_is_older_than_a_day_counts_no_more() -> None:
    """The robot that answers twice this month is no loop."""
    assert loops.suspected(LOOP, NOW + timedelta(hours=25)) == ""


def test_a_suspicion_ends_after_a_silent_day() -> None:
    """So that somebody who was taken for a machine gets his next number; a talk that goes on keeps it up."""
    assert not loops.over(NOW, [], NOW + timedelta(hours=23))
    assert loops.over(NOW, [], NOW + timedelta(hours=24))
    assert not loops.over(NOW, turns((3600, Side.THEIRS, "ok")), NOW + timedelta(hours=24))


def test_clocks_that_differ_by_a_moment() -> None:
    """Mailboxes tell arrivals by the second: an answer of the same second comes after what it answers."""
    same = turns((0.9, Side.OURS, "a"), (0, Side.THEIRS, LONG), (300.9, Side.OURS, "b"), (300, Side.THEIRS, LONG))
    assert loops.suspected(same, NOW + TEN_MINUTES)


def test_newcomers_above_the_limit_wait_in_a_row() -> None:
    """The limit's pace: the first above it about a second later where 1000 an hour are allowed, the 500th half an
    hour; 0 is no limit."""
    assert acknowledge.crowded(999, 1000) is None
    assert acknowledge.crowded(1000, 1000) == timedelta(seconds=3.6)
    assert acknowledge.crowded(1499, 1000) == timedelta(minutes=30)
    assert acknowledge.crowded(10**6, 0) is None


def test_first_numbers_that_wait_keep_the_pace_when_their_time_has_come() -> None:
    """So a flood that goes on for hours is not only put off: a domain gets so many in an hour, the rest in turn."""
    assert acknowledge.in_turn(999, 0, 1000, NOW) is None
    assert acknowledge.in_turn(1000, 0, 1000, NOW) == NOW + timedelta(seconds=3.6)
    assert acknowledge.in_turn(1000, 499, 1000, NOW) == NOW + timedelta(minutes=30)
    assert acknowledge.in_turn(10**6, 0, 0, NOW) is None

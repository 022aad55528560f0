"""Due times: the moments that agents name, by the team's clock, and when they are reminded."""

from datetime import UTC, date, datetime, timedelta

import pytest

from inbox_bot.errors import UsageError
from inbox_bot.rules import due_times, moments
from inbox_bot.rules.hours import WHOLE_DAY, Hours
from tests.unit.desk_promises import BERLIN, HOURS, berlin

NOW = berlin(3, 11, 10)  # a Wednesday
RECKONED = due_times.calendar(HOURS, NOW)


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("Friday 17:00", berlin(3, 13, 17)), ("  Friday   17:00 ", berlin(3, 13, 17)), ("Friday", berlin(3, 13, 18)),
        ("by Friday 5 pm", berlin(3, 13, 17)), ("Freitag 17 Uhr", berlin(3, 13, 17)), ("bis morgen", berlin(3, 12, 18)),
        ("bis spätestens Freitag, 17 Uhr", berlin(3, 13, 17)), ("vor Freitag", berlin(3, 12, 18)),
        ("before Friday", berlin(3, 12, 18)), ("tomorrow 9:30", berlin(3, 12, 9, 30)), ("heute", berlin(3, 11, 18)),
        ("in 2 hours", berlin(3, 11, 12)), ("in 2 Stunden", berlin(3, 11, 12)), ("17:00", berlin(3, 11, 17)),
        ("9:00", berlin(3, 12, 9)), ("2026-03-29 2:30", datetime(2026, 3, 29, 1, 30, tzinfo=UTC)),
        ("2026-03-20", berlin(3, 20, 18)), ("2026-03-20T08:00", berlin(3, 20, 8)), ("20.3.", berlin(3, 20, 18)),
        ("20.03.2026 8:00", berlin(3, 20, 8)), ("20 March", berlin(3, 20, 18)),
        ("innerhalb von 3 Werktagen", berlin(3, 16, 18)),
        ("Saturday", berlin(3, 14, 18)), ("13.3. 18:00", berlin(3, 13, 18)), ("next week", berlin(3, 20, 18)),
    ],
)  # fmt: skip
def test_a_time_is_read_as_people_write_it(text: str, when: datetime) -> None:
    """In German and English, or as ISO 8601 has it; a day ends when the team goes."""
    assert due_times.read(text, RECKONED) == when


@pytest.mark.parametrize(
    "text",
    [
        "", "soon", "perhaps Friday", "not Friday", "after Friday", "Friday or Saturday", "2026-02-30", "25:00",
        "2026-03-20 25:00", "3/4", "asap", "Friday 17:00 call back", "x" * 10_000,
    ],
)  # fmt: skip
def test_what_cannot_be_told_is_said(text: str) -> None:
    """Rather than guessed: the answer shows how to write it."""
    with pytest.raises(UsageError, match='write it as "Friday 17:00"'):
        due_times.read(text, RECKONED)


@pytest.mark.parametrize("text", ["2026-03-10", "2026-03-11 10:00", "heute 9 Uhr", "20.2."])
def test_what_is_over_is_said(text: str) -> None:
    """A due time lies ahead."""
    with pytest.raises(UsageError, match="is over"):
        due_times.read(text, RECKONED)


def test_what_is_written_is_read_again() -> None:
    """The time that a stop shows can be given back to it."""
    when = berlin(3, 13, 17, 30)
    assert due_times.read(moments.written(when, BERLIN), RECKONED) == when
    assert moments.said(when, BERLIN) == "Fri 2026-03-13 17:30"


def test_days_end_with_their_own_hours() -> None:
    """Friday at one, a closed Saturday when the longest day does, round the clock a minute before midnight; where no
    hours are known at 18:00."""
    hours = Hours(zone=BERLIN, week=(((480, 1140),),) * 4 + (((480, 780),), (), ()), special={date(2026, 3, 12): ()})
    reckoned = due_times.calendar(hours, NOW)
    assert due_times.read("Friday", reckoned) == berlin(3, 13, 13)
    assert due_times.read("Saturday", reckoned) == berlin(3, 14, 19)
    assert due_times.read("in 1 working day", reckoned) == berlin(3, 13, 13)  # Thursday is closed
    always = due_times.calendar(Hours(zone=BERLIN, week=((WHOLE_DAY,),) * 7), NOW)
    assert due_times.read("Friday", always) == berlin(3, 13, 23, 59)
    unknown = due_times.calendar(Hours(zone=BERLIN), NOW)
    assert due_times.read("Friday", unknown) == berlin(3, 13, 18)
    assert due_times.read("in 3 working days", unknown) == berlin(3, 16, 18)


@pytest.mark.parametrize(
    ("made", "due", "remind"),
    [
        (berlin(3, 11, 10), berlin(3, 13, 17), berlin(3, 13, 16)),
        (berlin(3, 11, 10), berlin(3, 11, 11), berlin(3, 11, 10, 48)),
        (berlin(3, 11, 10), berlin(3, 11, 13, 30), berlin(3, 11, 12)),  # of 2.5 h without lunch: half an hour
        (berlin(3, 11, 10), berlin(3, 12, 8, 30), berlin(3, 11, 17, 30)),
        (berlin(4, 2, 10), berlin(4, 7, 8), berlin(4, 2, 17)),  # over Easter
        (berlin(3, 14, 10), berlin(3, 14, 11), berlin(3, 14, 10, 48)),  # on a Saturday nobody is there
        (berlin(3, 27, 10), berlin(3, 30, 9), berlin(3, 27, 18)),  # over the night in which the clock goes on
    ],
)
def test_the_reminder(made: datetime, due: datetime, remind: datetime) -> None:
    """An hour of opening before, of a short promise a fifth."""
    assert due_times.remind_at(made, due, HOURS) == remind


def test_without_hours_it_is_the_hour_before() -> None:
    """By the clock."""
    due = NOW + timedelta(days=2)
    assert due_times.remind_at(NOW, due, Hours(zone=BERLIN)) == due - timedelta(hours=1)

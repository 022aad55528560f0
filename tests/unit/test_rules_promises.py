"""Promises: which times an outgoing text promises something by, and when each is due."""

import subprocess
import sys
import time as clock
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inbox_bot.rules import promises

BERLIN = ZoneInfo("Europe/Berlin")
WEDNESDAY = datetime(2026, 11, 25, 10, 0, tzinfo=BERLIN).astimezone(UTC)
LINES = (Path(__file__).parents[1] / "data" / "promises.txt").read_text(encoding="utf-8").splitlines()
TABLE = [tuple(line.replace("\\n", "\n").split(" => ")) for line in LINES if line and not line.startswith("#")]


def found(text: str, now: datetime = WEDNESDAY) -> list[tuple[str, str]]:
    """Phrases and due times as the table has them."""
    return [
        (one.phrase, f"{one.due.astimezone(BERLIN):%Y-%m-%d %H:%M}" if one.due else "?")
        for one in promises.find(text, now=now, zone=BERLIN)
    ]


def expected(cell: str) -> list[tuple[str, str]]:
    """The right-hand side of a line."""
    if cell == "-":
        return []
    return [(phrase, due) for one in cell.split(" ; ") for phrase, due in [one.rsplit(" @ ", 1)]]


def test_the_table_is_long_enough() -> None:
    """At least 150 sentences, at least 50 of which promise nothing, each once."""
    sentences = [sentence for sentence, _ in TABLE]
    assert len(set(sentences)) == len(sentences) >= 150
    assert len([cell for _, cell in TABLE if cell == "-"]) >= 50


@pytest.mark.parametrize(("sentence", "cell"), TABLE)
def test_what_a_sentence_promises(sentence: str, cell: str) -> None:
    """Phrase as written and due time, as the table says."""
    assert found(sentence) == expected(cell)


def at(year: int, month: int, day: int, hour: int, minute: int = 0) -> datetime:
    """A moment by the clock in Berlin."""
    return datetime(year, month, day, hour, minute, tzinfo=BERLIN).astimezone(UTC)


def test_due_times_are_aware_and_utc() -> None:
    """18:00 in Berlin is 17:00 UTC in winter and 16:00 in summer."""
    [winter] = promises.find("Wir melden uns bis Freitag.", now=WEDNESDAY, zone=BERLIN)
    [summer] = promises.find("Wir melden uns bis Freitag.", now=at(2026, 7, 1, 10), zone=BERLIN)
    assert winter.due == datetime(2026, 11, 27, 17, tzinfo=UTC)
    assert summer.due == datetime(2026, 7, 3, 16, tzinfo=UTC)
    assert winter.due is not None
    assert winter.due.tzinfo is UTC


def test_hours_are_real_hours_across_a_change_of_the_clock() -> None:
    """24 hours from noon before the clocks go back end at eleven; "tomorrow" ends by the clock on the wall."""
    before = at(2026, 10, 24, 12)
    [hours] = promises.find("Wir antworten innerhalb von 24 Stunden.", now=before, zone=BERLIN)
    [day] = promises.find("Wir antworten bis morgen 12 Uhr.", now=before, zone=BERLIN)
    assert hours.due == before + timedelta(hours=24) == at(2026, 10, 25, 11)
    assert day.due == at(2026, 10, 25, 12) == before + timedelta(hours=25)


def test_the_day_is_the_teams_own() -> None:
    """Half an hour before midnight in UTC it is already tomorrow in Berlin."""
    assert found("Wir melden uns heute noch.", datetime(2026, 11, 25, 23, 30, tzinfo=UTC)) == [
        ("heute noch", "2026-11-26 18:00")
    ]


def test_today_after_closing_time() -> None:
    """Who promises "today" in the evening has until the day's last minute."""
    assert found("Wir melden uns heute noch.", at(2026, 11, 25, 19)) == [("heute noch", "2026-11-25 23:59")]


def test_a_part_of_the_day_that_is_over() -> None:
    """Said in the evening, "until this morning" is a mistake that is told; "this morning" is the past."""
    evening = at(2026, 11, 25, 19)
    [late] = promises.find("Sie haben bis heute Vormittag eine Antwort.", now=evening, zone=BERLIN)
    assert (late.due, late.reason) == (None, promises.PASSED)
    assert found("Wir schalten die Leitung heute Vormittag frei.", evening) == []


def test_end_of_opening_is_given() -> None:
    """A team that closes at four is due at four."""
    [one] = promises.find("Wir melden uns bis Freitag.", now=WEDNESDAY, zone=BERLIN, end_of_day=time(16))
    assert one.due == at(2026, 11, 27, 16)


def test_working_days_are_given() -> None:
    """A holiday is no working day: neither counted nor the end of a week."""

    def workday(day: date) -> bool:
        return day.weekday() < 5 and day != date(2026, 11, 27)

    def due(text: str) -> datetime | None:
        [one] = promises.find(text, now=WEDNESDAY, zone=BERLIN, workday=workday)
        return one.due

    assert due("Sie erhalten das Geld in zwei Werktagen.") == at(2026, 11, 30, 18)
    assert due("Wir melden uns noch diese Woche.") == at(2026, 11, 26, 18)


@pytest.mark.parametrize(
    ("text", "now", "due"),
    [
        ("Wir melden uns bis Ende der Woche.", (2026, 11, 28, 10), "2026-11-29 18:00"),
        ("Wir melden uns bis Montag.", (2026, 11, 29, 10), "2026-11-30 18:00"),
        ("Wir melden uns bis Freitag.", (2026, 11, 27, 10), "2026-11-27 18:00"),
        ("Wir melden uns bis Freitag.", (2026, 11, 27, 19), "2026-12-04 18:00"),
        ("We will call you by Friday 9 am.", (2026, 11, 27, 10), "2026-12-04 09:00"),
        ("Wir melden uns bis nächsten Freitag.", (2026, 11, 27, 10), "2026-12-04 18:00"),
        ("Wir melden uns bis Monatsende.", (2026, 11, 30, 19), "2026-11-30 23:59"),
        ("Wir liefern bis 2.1.", (2026, 12, 30, 10), "2027-01-02 18:00"),
        ("Wir liefern bis zum 29. Februar.", (2028, 1, 10, 10), "2028-02-29 18:00"),
        ("Wir liefern nächste Woche.", (2026, 12, 30, 10), "2027-01-08 18:00"),
        ("Wir liefern in einem Monat.", (2027, 1, 31, 10), "2027-02-28 18:00"),
        ("Wir liefern bis Ende Januar.", (2026, 12, 30, 10), "2027-01-29 18:00"),
        ("Wir liefern bis zum 1.", (2026, 12, 30, 10), "2027-01-01 18:00"),
        ("We will deliver in week 1.", (2026, 12, 30, 10), "2027-01-08 18:00"),
    ],
)
def test_at_the_edges_of_weeks_months_and_years(text: str, now: tuple[int, int, int, int], due: str) -> None:
    """The next such time, also across a month's or year's end."""
    [(_, when)] = found(text, at(*now))
    assert when == due


def test_a_language_may_be_fixed() -> None:
    """Only the phrases of the languages asked for are looked for."""
    text = "Wir melden uns bis Freitag. We will call you by Friday."
    german = promises.find(text, now=WEDNESDAY, zone=BERLIN, languages=("de",))
    assert [one.phrase for one in german] == ["bis Freitag"]
    assert [phrase for phrase, _ in found(text)] == ["bis Freitag", "by Friday"]


def test_places_in_decomposed_text() -> None:
    """A Mac writes ü in two characters: the phrase and its place are still those of the text as it came."""
    text = "Für Sie: Wir melden uns spa\u0308testens u\u0308bermorgen, fu\u0308r Sie."
    [one] = promises.find(text, now=WEDNESDAY, zone=BERLIN)
    assert one.phrase == "spa\u0308testens u\u0308bermorgen" == text[slice(*one.span)]
    assert one.due == at(2026, 11, 27, 18)


def test_reasons_say_how_it_was_read() -> None:
    """A time, an unclear one, one that is over, none at all."""
    cases = {
        "Wir melden uns bis Freitag.": "names a time (moment)",
        "Wir melden uns in ein paar Tagen.": promises.UNCLEAR,
        "Wir erledigen das bis zum 20.11.": promises.PASSED,
        "Wir melden uns in Kürze.": promises.NO_TIME,
    }
    for text, reason in cases.items():
        [one] = promises.find(text, now=WEDNESDAY, zone=BERLIN)
        assert one.reason == reason


def test_more_times_than_anybody_promises() -> None:
    """All of a hundred and twenty are found; the last ones' due times are left to the writer."""
    many = "".join(f"Wir melden uns bis zum {1 + n % 28}.{1 + n // 28}.2027. " for n in range(120))
    due = [one.due for one in promises.find(many, now=WEDNESDAY, zone=BERLIN)]
    assert len(due) == 120
    assert None not in due[:100]
    assert set(due[100:]) == {None}


PIECES = st.sampled_from(
    [
        "bis", "am", "zum", "in", "den", "nächsten", "zwei", "Tagen", "Freitag", "Fr", "So", "morgen", "heute", "noch",
        "17", "Uhr", "3.", "Dezember", "31.2.", "99.99.", "25:00", "by", "within", "2", "days", "the", "of", "and",
        "zwischen", "12", ",", ".", "?", "!", "\n", ">", "„", "“", '"', "--", "Ende", "der", "Woche", "next", "week",
        "end", "99999", "12/03/2026", "5pm", "We", "will", "Wir", "melden", "uns", "Am", "schrieb", ":", "KW", "99",
        "0", "half", "an", "hour", "İ", "ß", "u\u0308", "\u0308",
    ]
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=300) | st.lists(PIECES, max_size=40).map(" ".join))
def test_any_text_is_read(text: str) -> None:
    """Nothing crashes it; phrases are where they are said to be, in order, apart, and due after now or not at all."""
    reached = 0
    for one in promises.find(text, now=WEDNESDAY, zone=BERLIN):
        start, end = one.span
        assert reached <= start < end <= len(text)
        assert text[start:end] == one.phrase
        assert one.due is None or one.due > WEDNESDAY
        reached = end


@pytest.mark.parametrize(
    "piece",
    [
        "a", " ", "wort ", "bis ", "1 ", "1.", "\n", "wir melden uns bis morgen. ", "wir bis Freitag 17 Uhr ", '"',
        "„a",
        "a, ", "ende der ", "we soon ", "Am aaaaaa\n", "> a\n", "www.", "a@", "zwischen 2 ", "2 - ", "2 und ",
        "u\u0308", "MfG\n", "montag, ", "heute um ", "--- ", "12.12. ", "On aaaaa wrote ", "nicht ", "noch ",
        "Von: a\n", "montag bis ", "von montag, ", "2 (zwei) ", "zwei, ", "um 9 ", "halb ", "24h ", "wie gesagt ",
        "a week ", "12. kw ", "but ",
    ],
)  # fmt: skip
def test_bounded_time(piece: str) -> None:
    """100 kB of anything take less than a second of the processor."""
    text = (piece * (100_000 // len(piece) + 1))[:100_000]
    found("Wir melden uns bis morgen. We will call by tomorrow.")  # patterns and dateparser are loaded
    began = clock.process_time()
    promises.find(text, now=WEDNESDAY, zone=BERLIN)
    assert clock.process_time() - began < 1.0


def test_dateparser_is_loaded_only_where_a_time_is_worked_out() -> None:
    """It takes a third of a second, which no command pays that meets no promise."""
    program = (
        "import sys, datetime; from inbox_bot.rules import promises;"
        "promises.find('Danke, alles ist gut.', now=datetime.datetime.now(datetime.UTC), zone=datetime.UTC);"
        "print('dateparser' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"

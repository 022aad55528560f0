"""The [hours] section: what it becomes, what is said about a wrong one, and the public holidays behind it."""

import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import holidays
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inbox_bot.config import Config, Opening, opening
from inbox_bot.config.reading import Table
from inbox_bot.errors import UsageError
from inbox_bot.model import Priority
from inbox_bot.rules.hours import Hours, Span, is_open, next_open
from inbox_bot.rules.targets import Targets
from inbox_bot.rules.timetable import DAYS
from tests.unit.config_builders import BRAND, MAIL, X, faults, loaded, write

NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)
OFFICE: tuple[Span, ...] = ((480, 720), (780, 1080))
HOURS = """
[hours]
monday = ["13:00-18:00", "08:00-12:00"]
tuesday = ["08:00-12:00", "12:00-18:00"]
friday = ["00:00-06:00", "22:00 – 24:00"]
country = "de"
state = "BY"
extra_holidays = ["2026-12-31", 2026-12-28]
open_days = ["2026-12-25", 2027-01-01, "2026-12-24 9:00-12:00"]
"""


def config(folder: Path, text: str) -> Config:
    return loaded(folder, BRAND + text + MAIL)


def hours_of(config: Config, at: datetime = NOW) -> Hours:
    return opening.hours(config.hours, config.brand.timezone, at)


def test_hours_are_read(tmp_path: Path) -> None:
    """Spans are put in order and joined; days may be texts or TOML's own; an open day may have hours of its own."""
    assert config(tmp_path, HOURS).hours == Opening(
        week=(OFFICE, ((480, 1080),), (), (), ((0, 360), (1320, 1440)), (), ()),
        country="DE",
        state="BY",
        closed=(date(2026, 12, 28), date(2026, 12, 31)),
        opened=(
            (date(2026, 12, 24), ((540, 720),)),
            (date(2026, 12, 25), ((0, 360), (1320, 1440))),
            (date(2027, 1, 1), ((0, 360), (1320, 1440))),
        ),
    )


def test_without_hours_the_team_is_always_there(tmp_path: Path) -> None:
    """The default, and what the sample says; no library is asked for holidays."""
    for text in ("", "[hours]\n", "[hours]\nmonday = []\n"):
        assert config(tmp_path, text).hours == Opening()
        assert hours_of(config(tmp_path, text)) == Hours(zone=ZoneInfo("Europe/Berlin"))


def test_hours_of_a_year_and_those_around_it(tmp_path: Path) -> None:
    """Holidays of country and state, further days and exceptions come together, for as long as is searched ahead."""
    hours = hours_of(config(tmp_path, HOURS))
    assert {date(2026, 1, 6), date(2025, 12, 26), date(2026, 12, 28), date(2029, 10, 3)} <= hours.holidays
    berlin = hours.zone
    assert next_open(hours, datetime(2026, 12, 24, 12, tzinfo=berlin)) == datetime(2026, 12, 25, tzinfo=berlin)
    assert next_open(hours, datetime(2026, 12, 26, tzinfo=berlin)) == datetime(2026, 12, 29, 8, tzinfo=berlin)
    assert is_open(hours, datetime(2027, 1, 1, 23, tzinfo=berlin))
    later = hours_of(config(tmp_path, HOURS), datetime(2030, 12, 31, 23, tzinfo=UTC))
    assert {date(2031, 1, 1), date(2032, 12, 25), date(2033, 1, 6)} <= later.holidays


@pytest.mark.parametrize(
    ("country", "state", "year", "closed", "open_"),
    [
        ("DE", "", 2026, ["2026-04-03", "2026-04-06", "2026-10-03", "2026-12-26"], ["2026-01-06", "2026-12-24"]),
        ("DE", "BY", 2026, ["2026-01-06", "2026-06-04", "2026-11-01"], ["2026-10-31"]),
        ("DE", "BE", 2027, ["2027-03-08", "2027-03-26", "2027-03-29"], ["2027-01-06"]),
        ("DE", "HH", 2026, ["2026-10-31"], ["2026-06-04"]),
        ("DE", "", 2017, ["2017-10-31"], []),  # the one year in which all had it
        ("AT", "", 2026, ["2026-10-26", "2026-12-08"], ["2026-10-03"]),
        ("GB", "ENG", 2026, ["2026-12-28", "2026-08-31"], ["2026-08-03", "2026-12-24"]),  # Boxing Day is moved
        ("GB", "SCT", 2026, ["2026-08-03", "2026-11-30"], ["2026-08-31"]),
    ],
)
def test_public_holidays(country: str, state: str, year: int, closed: list[str], open_: list[str]) -> None:
    """By country and state, Easter's and moved ones among them."""
    found = opening.days(country, state, [year])
    assert {date.fromisoformat(day) for day in closed} <= found
    assert not {date.fromisoformat(day) for day in open_} & found
    assert {day.year for day in found} == {year}


def test_known_states_are_the_librarys() -> None:
    """The table that saves loading it says nothing that the library does not."""
    for country, states in opening.STATES.items():
        assert set(states) <= set(holidays.country_holidays(country).subdivisions)


@pytest.mark.parametrize(
    ("country", "state", "said"),
    [
        ("XX", "", '"XX" is no country whose holidays are known; write its two letters (ISO 3166), e.g. "DE"'),
        ("DEU", "", '"DEU" is no country whose holidays are known'),
        ("XNYS", "", '"XNYS" is no country whose holidays are known'),
        ("GB", "EN", '"EN" is no state of GB (did you mean "ENG"?); write one of "ENG", "NIR", "SCT", "WLS"'),
        ("DE", "XX", '"XX" is no state of DE; write one of "BB", "BE", "BW", "BY", "HB", "HE", "HH", "MV", "NI", "NW"'),
        ("LI", "x", '"x" is unknown: LI has no states with holidays of their own; leave it empty'),
    ],
)
def test_unknown_places_are_answered_with_the_valid_ones(tmp_path: Path, country: str, state: str, said: str) -> None:
    """In one line, from the function and with the key's path from the file."""
    with pytest.raises(UsageError) as caught:
        opening.days(country, state, [2026])
    assert str(caught.value).startswith(said)
    key = "state" if state else "country"
    text = f'[hours]\nmonday = ["08:00-18:00"]\ncountry = "{country}"\nstate = "{state}"\n'
    [line] = faults(tmp_path, BRAND + text + MAIL)
    assert line == f"hours.{key}: {caught.value}"
    assert "\n" not in line


@pytest.mark.parametrize(
    ("country", "state"), [("DE", "Bayern"), ("AT", "Wien"), ("FR", "Zone A"), ("UK", "SCT"), ("DE", "Augsburg")]
)
def test_states_beyond_the_table_are_looked_up(tmp_path: Path, country: str, state: str) -> None:
    """Full names, other countries, towns with a holiday of their own."""
    text = f'[hours]\nmonday = ["08:00-18:00"]\ncountry = "{country}"\nstate = "{state}"\n'
    assert len(hours_of(config(tmp_path, text)).holidays) > 25


def test_all_faults_of_the_section_come_at_once(tmp_path: Path) -> None:
    """Each with its key's path and what to do, none twice."""
    text = """
[hours]
monday = ["8-18"]
tuesday = ["18:00-08:00"]
wednesday = ["08:00-12:00", "11:00-15:00"]
thursday = [8, "08:00-24:30"]
friday = "08:00-12:00"
saturday = ["09:00-13:00"]
state = "BY"
extra_holidays = ["2026-12-24", "24.12.2026", 2026-12-24, 2026-12-24T08:00:00]
open_days = ["2026-12-27", "2026-12-24 09:00-12:00", "2027-02-30", "2026-12-25 9-12", 7]
sundy = []
"""
    found = dict(line.split(": ", 1) for line in faults(tmp_path, BRAND + text + MAIL))
    assert found == {
        "hours.monday": '"8-18" is no span of time; write it as "08:00-12:00"',
        "hours.tuesday": '"18:00-08:00" ends before it begins; '
        'over midnight write "22:00-24:00", the rest on the next day',
        "hours.wednesday": "11:00-15:00 overlaps 08:00-12:00; make one of the two",
        "hours.thursday[0]": '8 is no span of time; write it as "08:00-12:00"',
        "hours.thursday": '"08:00-24:30" ends after 24:00; write the rest on the next day',
        "hours.friday": 'must be a list, not a text in "quotation marks"',
        "hours.state": 'needs its country; e.g. country = "DE"',
        "hours.extra_holidays": "2026-12-24 is there twice; name it once",
        "hours.extra_holidays[1]": '24.12.2026 is no day; write it as "2026-12-24"',
        "hours.extra_holidays[3]": '2026-12-24 08:00:00 is no day; write it as "2026-12-24"',
        "hours.open_days[0]": "2026-12-27 is a Sunday, which has no hours; "
        'write them, too, e.g. "2026-12-27 09:00-12:00"',
        "hours.open_days": "2026-12-24 is in extra_holidays, too; remove it from one of the two",
        "hours.open_days[2]": '2027-02-30 is no day; write it as "2026-12-24"',
        "hours.open_days[3]": '"9-12" is no span of time; write it as "08:00-12:00"',
        "hours.open_days[4]": '7 is no day; write it as "2026-12-24"',
        "hours.sundy": 'unknown key (did you mean "sunday"?); correct or remove it',
    }


def test_holidays_without_hours_are_a_fault(tmp_path: Path) -> None:
    """Who is always open is so on holidays; that would surprise somebody who names them."""
    text = '[hours]\ncountry = "DE"\nextra_holidays = [2026-12-24]\nopen_days = [2026-12-25]\n'
    found = faults(tmp_path, BRAND + text + MAIL)
    assert [line.partition(":")[0] for line in found] == ["hours.country", "hours.extra_holidays", "hours.open_days"]
    assert all("needs opening hours; give at least one day some" in line for line in found)


def test_targets_are_read(tmp_path: Path) -> None:
    """Opening hours by priority, none for 0; and no target that nobody could mean."""
    assert config(tmp_path, "").targets == Targets(remind=0.75)
    text = "[targets]\nurgent_hours = 0.5\nnormal_hours = 8\nlow_hours = 0\nremind_percent = 50\n"
    assert config(tmp_path, text).targets == Targets(hours={Priority.URGENT: 0.5, Priority.NORMAL: 8}, remind=0.5)
    wrong = "[targets]\nurgent_hours = -1\nhigh_hours = 1001\nnormal_hours = true\nremind_percent = 101\nlo_hours = 1\n"
    found = faults(tmp_path, BRAND + wrong + MAIL)
    assert [line.partition(":")[0] for line in found] == [
        "targets.urgent_hours", "targets.normal_hours", "targets.remind_percent", "targets.high_hours",
        "targets.lo_hours",
    ]  # fmt: skip


def test_a_command_does_not_load_the_library(tmp_path: Path) -> None:
    """Reading a configuration with a usual country and state costs nothing of it; the hours themselves do."""
    path = write(tmp_path, BRAND + HOURS + X + MAIL)
    script = (
        "import sys; from pathlib import Path; from inbox_bot.config import load, opening; from datetime import *;"
        "config = load(Path(sys.argv[1]), {}); assert 'holidays' not in sys.modules;"
        "opening.hours(config.hours, 'Europe/Berlin', datetime(2026, 1, 1, tzinfo=UTC));"
        "print('holidays' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", script, str(path)], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("True\n", "")


ANYTHING = st.none() | st.booleans() | st.integers() | st.dates() | st.datetimes() | st.text(max_size=12)
PLAUSIBLE = st.sampled_from(
    ["08:00-12:00", "12:00-24:00", "2026-12-24", "2026-12-24 9:00-12:00", "DE", "BY", "AT", "9"]
)
KEYS = st.sampled_from([*DAYS, "country", "state", "extra_holidays", "open_days"])


@settings(deadline=None)
@given(st.dictionaries(KEYS, ANYTHING | PLAUSIBLE | st.lists(ANYTHING | PLAUSIBLE, max_size=3)))
def test_no_value_breaks_reading(values: dict[str, object]) -> None:
    """Whatever TOML can hold becomes a fault or hours that can be used, never a traceback."""
    found: list[str] = []
    read = opening.read(Table(values, "hours", found))
    assert all(line.startswith("hours.") and "\n" not in line.split(": ")[0] for line in found)
    if not found:
        hours = opening.hours(read, "Europe/Berlin", NOW)
        assert hours.always or next_open(hours, NOW) is not None

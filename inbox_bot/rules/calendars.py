"""Calendars: what times are reckoned by, and when a day of the team ends."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

_SATURDAY = 5
_LAST_MINUTE = time(23, 59)


def monday_to_friday(day: date) -> bool:
    """What a working day is where nothing better is known."""
    return day.weekday() < _SATURDAY


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """What times are reckoned by: `now` (aware), the team's zone, when its days end, and on which days it works.

    `end_of_day`: of every day, or of each.
    """

    now: datetime
    zone: tzinfo
    end_of_day: time | Callable[[date], time] = time(18)
    workday: Callable[[date], bool] = monday_to_friday

    @property
    def local(self) -> datetime:
        """Now, by the team's clock."""
        return self.now.astimezone(self.zone)

    @property
    def today(self) -> date:
        """The day that it is there."""
        return self.local.date()

    @property
    def closed(self) -> bool:
        """Whether today's opening is over."""
        return self._end(self.today) <= self.now

    def ends_today(self, when: datetime) -> bool:
        """Whether that moment is the end of that day."""
        return when == self.close(self.today)

    def at(self, day: date, clock: time) -> datetime:
        """That moment, in UTC."""
        return datetime.combine(day, clock, tzinfo=self.zone).astimezone(UTC)

    def close(self, day: date) -> datetime:
        """The end of that day's opening; today, once that is over, the day's last minute."""
        end = self._end(day)
        return end if end > self.now or day != self.today else self.at(day, _LAST_MINUTE)

    def _end(self, day: date) -> datetime:
        return self.at(day, self.end_of_day if isinstance(self.end_of_day, time) else self.end_of_day(day))

    def workdays_on(self, count: int) -> date:
        """The day that many working days from today."""
        day = self.today
        while count > 0:
            day += timedelta(days=1)
            count -= self.workday(day)
        return day

    def last_workday(self, first: date, last: date) -> date:
        """The last working day of these; the last day where that is over or there is none."""
        days = [last - timedelta(days=n) for n in range((last - first).days + 1)]
        day = next((day for day in days if self.workday(day)), last)
        return day if self.close(day) > self.now else last

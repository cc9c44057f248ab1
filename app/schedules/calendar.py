"""Working days, chase days and chase instants of one organisation."""

from collections.abc import Collection
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays

MONDAY_TO_FRIDAY = frozenset(range(5))
WEEKEND = frozenset({5, 6})
ONE_DAY = timedelta(days=1)

# England, because GB without a subdivision lacks Easter Monday and the late-August bank holiday.
SUBDIVISION_UNLESS_CHOSEN = {"GB": "ENG"}

# Outside these years the holidays library has little to say and bad data lives.
FIRST_YEAR_WITH_HOLIDAYS, LAST_YEAR_WITH_HOLIDAYS = 1970, 2100


class ChaseCalendar:
    """Answers which days are worked and which are chased.

    A working day is no weekend day of the country, no public holiday and no closed day. A chase day is one of the
    chosen weekdays (Monday is 0) and neither public holiday nor closed day. An unknown country has Saturday and
    Sunday off and no holidays. Raises ValueError when no weekday is chosen.
    """

    def __init__(
        self,
        country: str = "GB",
        subdivision: str | None = None,
        chase_weekdays: Collection[int] = MONDAY_TO_FRIDAY,
        closed_days: Collection[date] = (),
    ) -> None:
        if not set(chase_weekdays) & set(range(7)):
            raise ValueError("choose at least one weekday to chase on")
        self.country = country
        self.subdivision = subdivision or SUBDIVISION_UNLESS_CHOSEN.get(country)
        self.chase_weekdays = frozenset(chase_weekdays)
        self.closed_days = frozenset(closed_days)
        self.weekend = weekend_of(country)
        self._next: dict[date, date] = {}
        self._last: dict[date, date] = {}

    def is_holiday(self, day: date) -> bool:
        return day in holidays_of(self.country, self.subdivision, day.year)

    def is_working_day(self, day: date) -> bool:
        return day.weekday() not in self.weekend and not self._is_closed(day)

    def is_chase_day(self, day: date) -> bool:
        return day.weekday() in self.chase_weekdays and not self._is_closed(day)

    def next_chase_day(self, on_or_after: date) -> date:
        found = self._next.get(on_or_after)
        if found is None:
            found = self._next[on_or_after] = self._search(on_or_after, 1)
        return found

    def last_chase_day(self, on_or_before: date) -> date:
        found = self._last.get(on_or_before)
        if found is None:
            found = self._last[on_or_before] = self._search(on_or_before, -1)
        return found

    def add_working_days(self, day: date, count: int) -> date:
        """The count-th working day after the day, which itself need not be one; 0 gives the day itself."""
        for _ in range(count):
            day = days_after(day, 1)
            while not self.is_working_day(day) and day < date.max:
                day += ONE_DAY
        return day

    def working_days_ago(self, day: date, count: int) -> date:
        """The latest day whose count-th working day has come by then."""
        found = day
        while self.add_working_days(found, count) > day and found > date.min:
            found -= ONE_DAY
        return found

    def _is_closed(self, day: date) -> bool:
        return day in self.closed_days or self.is_holiday(day)

    def _search(self, day: date, days: int) -> date:
        edge = date.max if days > 0 else date.min
        while day != edge and not self.is_chase_day(day):
            day += timedelta(days=days)
        return day


def days_after(day: date, days: int) -> date:
    """The day so many days later, or earlier; at the ends of the calendar it stays there, for due dates may be absurd."""
    try:
        return day + timedelta(days=days)
    except OverflowError:
        return date.max if days > 0 else date.min


def chase_instant(day: date, at: time, timezone: str) -> datetime:
    """The instant in UTC of a local time on a day.

    A time the clocks skip in spring becomes the one as much later; of a time that comes twice in autumn it is the first.
    """
    return datetime.combine(day, at, tzinfo=ZoneInfo(timezone)).astimezone(UTC)


@lru_cache(maxsize=2048)
def holidays_of(country: str, subdivision: str | None, year: int) -> frozenset[date]:
    """The public holidays of a year; the whole country's where the subdivision is unknown."""
    if not FIRST_YEAR_WITH_HOLIDAYS <= year <= LAST_YEAR_WITH_HOLIDAYS:
        return frozenset()
    for part in dict.fromkeys((subdivision, None)):
        try:
            return frozenset(holidays.country_holidays(country, subdiv=part, years=year))
        except NotImplementedError:  # so says holidays of a country or region that it does not know
            continue
    return frozenset()


@lru_cache(maxsize=256)
def weekend_of(country: str) -> frozenset[int]:
    """The weekdays off in a country, Monday being 0."""
    try:
        return frozenset(holidays.country_holidays(country).weekend)
    except NotImplementedError:
        return WEEKEND

"""The next days on which nothing is chased though it is a chase day of the week, with what they are."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from functools import lru_cache
from itertools import islice

import holidays
from msgspec import Struct

from app.schedules.calendar import FIRST_YEAR_WITH_HOLIDAYS, LAST_YEAR_WITH_HOLIDAYS, ChaseCalendar

LOOKS_AHEAD = timedelta(days=400)


class Closure(Struct, frozen=True):
    """`is_own`: the business's own closed day, not a public holiday."""

    on: date
    name: str
    is_own: bool


def next_closures(calendar: ChaseCalendar, own_names: Mapping[date, str], today: date, count: int = 8) -> tuple[Closure, ...]:
    """From today on, the first ones, within about a year."""
    return tuple(islice(_closures(calendar, own_names, today), count))


def _closures(calendar: ChaseCalendar, own_names: Mapping[date, str], today: date) -> Iterator[Closure]:
    for days in range(LOOKS_AHEAD.days):
        on = today + timedelta(days=days)
        if on.weekday() not in calendar.chase_weekdays or calendar.is_chase_day(on):
            continue
        is_own = on in calendar.closed_days
        name = own_names.get(on, "") or (holiday_name(calendar, on) or "Closed")
        yield Closure(on, name, is_own)


def holiday_name(calendar: ChaseCalendar, on: date) -> str:
    """In English where the library knows it; empty for a day that is no public holiday."""
    return _named(calendar.country, calendar.subdivision, on.year).get(on, "")


@lru_cache(maxsize=256)
def _named(country: str, subdivision: str | None, year: int) -> Mapping[date, str]:
    if not FIRST_YEAR_WITH_HOLIDAYS <= year <= LAST_YEAR_WITH_HOLIDAYS:
        return {}
    for part in dict.fromkeys((subdivision, None)):
        try:
            known = holidays.country_holidays(country, subdiv=part)
            languages = [each for each in ("en_GB", "en_US") if each in known.supported_languages]
            named = holidays.country_holidays(country, subdiv=part, years=year, language=languages[0] if languages else None)
            return dict(named.items())
        except NotImplementedError:
            continue
    return {}

"""The chosen day over the months of several years."""

from datetime import date, timedelta

import pytest

from app.schedules.calendar import ChaseCalendar
from app.statements.days import LAST_DAY, month_due, next_month, statement_day


@pytest.mark.parametrize("day", [1, 15, 28, LAST_DAY])
@pytest.mark.parametrize("country", ["GB", "US", "AE"])
def test_every_month_of_six_years_has_exactly_one_day_whatever_its_length(day: int, country: str) -> None:
    """A process that looks once a day, over leap years and turns of the year, makes each month's once."""
    calendar = ChaseCalendar(country)
    today, made = date(2024, 1, 10), dict[str, date]()
    while today < date(2030, 1, 1):
        month = month_due(day, today, calendar)
        if month is not None and month not in made:
            made[month] = today
            assert calendar.is_working_day(today)
            assert (statement_day(day, today, calendar), next_month(day, today, calendar)) == (today, month)
        today += timedelta(days=1)
    months = [f"{year}-{month:02}" for year in range(2024, 2030) for month in range(1, 13)]
    first = months.index(min(made))
    assert list(made) == months[first : first + len(made)] and len(made) >= 71

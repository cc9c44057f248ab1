"""On which day a month's statements go."""

from calendar import monthrange
from datetime import date, timedelta

from app.schedules.calendar import ChaseCalendar

LAST_DAY = 31
"""The setting that means the month's last day."""


def statement_day(day_of_month: int, today: date, calendar: ChaseCalendar) -> date:
    """The statement day of this month, or of the next once this month's has passed; the next working day if it is none."""
    this = _in_month(day_of_month, today, calendar)
    return this if this >= today else _in_month(day_of_month, _first_of_next(today), calendar)


def _in_month(day_of_month: int, month: date, calendar: ChaseCalendar) -> date:
    day = month.replace(day=min(day_of_month, monthrange(month.year, month.month)[1]))
    while not calendar.is_working_day(day):
        day += timedelta(days=1)
    return day


def _first_of_next(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)

"""On which day a month's statements go."""

from calendar import monthrange
from datetime import date, timedelta

from app.schedules.calendar import ChaseCalendar

LAST_DAY = 31
"""The setting that means the month's last day."""

LATEST = timedelta(days=7)
"""A machine that was off on the day makes up for it within a week; after that the month is left out."""


def statement_day(day_of_month: int, today: date, calendar: ChaseCalendar) -> date:
    """The next statement day, today included; moved to the next working day, which may lie in the next month."""
    days = (_in_month(day_of_month, month, calendar) for month in (_before(today), today, _after(today)))
    return next(day for day in days if day >= today)


def next_month(day_of_month: int, today: date, calendar: ChaseCalendar) -> str:
    """The month, as YYYY-MM, of which the statements of the next statement day are."""
    on = statement_day(day_of_month, today, calendar)
    return next(
        f"{month:%Y-%m}" for month in (_before(today), today, _after(today)) if _in_month(day_of_month, month, calendar) == on
    )


def month_due(day_of_month: int, today: date, calendar: ChaseCalendar) -> str | None:
    """The month, as YYYY-MM, whose statements are due today or were due within a week; None when there is none."""
    for month in (today, _before(today)):
        day = _in_month(day_of_month, month, calendar)
        if day <= today <= day + LATEST:
            return f"{month:%Y-%m}"
    return None


def _in_month(day_of_month: int, month: date, calendar: ChaseCalendar) -> date:
    day = month.replace(day=min(day_of_month, monthrange(month.year, month.month)[1]))
    while not calendar.is_working_day(day):
        day += timedelta(days=1)
    return day


def _before(day: date) -> date:
    return day.replace(day=1) - timedelta(days=1)


def _after(day: date) -> date:
    return day.replace(day=1) + timedelta(days=32)


def month_before(day: date) -> date:
    """The same day of the month before; its last where it is shorter."""
    last = _before(day)
    return last.replace(day=min(day.day, last.day))

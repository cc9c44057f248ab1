"""Months and weeks by which reports count."""

from datetime import date, timedelta

from babel.dates import format_date

from components.format import day
from components.format import month as named


def month_of(on: date) -> str:
    """YYYY-MM."""
    return on.isoformat()[:7]


def months_up_to(today: date, number: int = 12) -> tuple[str, ...]:
    """So many months, this one the last."""
    last = today.year * 12 + today.month - 1
    return tuple(f"{place // 12:04}-{place % 12 + 1:02}" for place in range(last - number + 1, last + 1))


def first_of(month: str) -> date:
    return date.fromisoformat(f"{month}-01")


def last_of(month: str, today: date) -> date:
    """Its last day, or today where that lies in it."""
    after = first_of(month) + timedelta(days=32)
    return min(after.replace(day=1) - timedelta(days=1), today)


def short(month: str, locale: str) -> str:
    """As in "Nov 26"."""
    name = named(month, locale)
    return f"{name[:3]} {month[2:4]}"


def monday_of(on: date) -> date:
    return on - timedelta(days=on.weekday())


def day_and_month(on: date, locale: str) -> str:
    """As in "4 Jan", for the foot of a column."""
    return format_date(on, "d MMM", locale=locale)


def week_name(monday: date, today: date, locale: str) -> str:
    """As in "Week of Mon 30 Nov"."""
    return f"Week of {day(monday, today, locale)}"

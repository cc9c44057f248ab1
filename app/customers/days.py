"""The calendar day of whoever is looking."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from app.organisations.membership import SignedIn


def today_of(member: SignedIn, now: datetime) -> date:
    """The day in the organisation's timezone."""
    return now.astimezone(ZoneInfo(member.timezone)).date()


def local_time(instant: datetime, member: SignedIn) -> datetime:
    return instant.astimezone(ZoneInfo(member.timezone))

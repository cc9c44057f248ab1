"""When an approved email leaves, in the words of whoever approved it."""

from datetime import datetime
from zoneinfo import ZoneInfo

from components.format import day


def when_it_goes(not_before_at: datetime | None, now: datetime, timezone: str) -> str:
    """within minutes · today from 10:00 · on Mon 30 Nov from 10:00"""
    if not_before_at is None or not_before_at <= now:
        return "within minutes"
    opens, here = not_before_at.astimezone(ZoneInfo(timezone)), now.astimezone(ZoneInfo(timezone))
    on = "today" if opens.date() == here.date() else f"on {day(opens.date(), here.date())}"
    return f"{on} from {opens:%H:%M}"

"""When the daily sync is due. Pure."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo


def is_due(now: datetime, last_good_at: datetime | None, zone: str, minute: int) -> bool:
    """Once a day, from `minute` after local midnight on; a machine that was off at that time catches up. What was read
    within the last hour is fresh enough."""
    local = now.astimezone(ZoneInfo(zone))
    hour = local.replace(hour=minute // 60, minute=minute % 60, second=0, microsecond=0)
    if local < hour:
        return False
    return last_good_at is None or (last_good_at < hour and now - last_good_at > timedelta(hours=1))

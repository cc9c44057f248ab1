"""How long ago something was, in words."""

from datetime import datetime


def ago(then: datetime, now: datetime) -> str:
    """ "just now", "4 min ago", "3 hours ago", "2 days ago"."""
    minutes = int((now - then).total_seconds()) // 60
    if minutes < 1:
        return "just now"
    if minutes < 60:
        return f"{minutes} min ago"
    hours = minutes // 60
    if hours < 48:
        return f"{hours} hour{'' if hours == 1 else 's'} ago"
    return f"{hours // 24} days ago"

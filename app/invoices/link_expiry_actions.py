"""Portal links end by themselves once nothing has been owed for months."""

from datetime import datetime, timedelta

from app.database import fetch

NOTHING_OWED_FOR = timedelta(days=183)

_EXPIRE = """
UPDATE portal_link SET expires_at = {}
WHERE revoked_at IS NULL AND expires_at IS NULL AND created_at <= {}
  AND NOT EXISTS (
    SELECT 1 FROM invoice i WHERE i.customer = portal_link.customer AND (i.is_open = TRUE OR i.paid_on > {})
  )
RETURNING id
"""


async def expire_links(now: datetime) -> int:
    """End the links of customers who have had no open invoice for half a year; how many. A later reminder makes a new
    link, so that an old email never opens a new account."""
    since = now - NOTHING_OWED_FOR
    return len(await fetch(_EXPIRE, now, since, since.date()))

"""Xero says that something changed: it is marked at once, and read by the next sync. The mark is the record, so that
news which come while a sync runs, or whose bell is lost, are read by the one after it."""

from collections.abc import Iterable
from datetime import datetime

from app.leases import take
from app.sealing import new_token
from app.xero.budget_actions import budget_of
from app.xero.tables import Connection

AT_LEAST = 60
"""Seconds between two syncs that news start: Xero sends an event for each edit, a sync costs several calls."""

SOME_CALLS, FEW_CALLS = 500, 200


async def mark_news(tenants: Iterable[str], now: datetime) -> list[int]:
    """The organisations connected to these tenants, whose news from now on wait to be read."""
    ids = sorted(tenants)
    if not ids:
        return []
    connected = Connection.tenant_id.is_in(ids) & (Connection.state == "connected")
    marked = await Connection.update({Connection.news_at: now}).where(connected).returning(Connection.organisation)
    return [int(row["organisation"]) for row in marked if row["organisation"]]


async def may_read_news(organisation_id: int, now: datetime) -> bool:
    """Whether a sync may start for news now: rarer when the day's calls run low. A lease that nobody renews is the
    clock."""
    seconds = seconds_between((await budget_of(organisation_id)).day_remaining)
    return await take(f"news:{organisation_id}", new_token("n"), now, seconds=seconds)


def seconds_between(day_remaining: int | None) -> int:
    if day_remaining is None or day_remaining > SOME_CALLS:
        return AT_LEAST
    return 5 * AT_LEAST if day_remaining > FEW_CALLS else 30 * AT_LEAST

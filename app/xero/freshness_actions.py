"""Before anything is sent, our data must be at most ten minutes behind Xero's."""

import asyncio
from datetime import timedelta

from app.problems import TryLater
from app.xero.actions import sync
from app.xero.connection_actions import connection_of
from app.xero.gateway import XeroGateway
from app.xero.line_actions import Clock

FRESH_FOR = timedelta(minutes=10)
WAITS_FOR_ANOTHER = 60.0
"""Seconds to wait for a sync that somebody else is running."""


class NotFresh(TryLater):
    """Xero could not be read just now, so nothing is sent: something may have been paid meanwhile."""


async def freshen(organisation_id: int, *, xero: XeroGateway, now: Clock) -> None:
    """One delta serves a whole batch. Raise NotFresh when Xero cannot be read."""
    end = now() + timedelta(seconds=WAITS_FOR_ANOTHER)
    while not await is_fresh(organisation_id, now):
        outcome = await sync(organisation_id, xero=xero, trigger="sending", now=now)
        if outcome.state == "failed":
            raise NotFresh(outcome.problem)
        if outcome.state == "running":
            if now() > end:
                raise NotFresh
            await asyncio.sleep(0.5)


async def is_fresh(organisation_id: int, now: Clock) -> bool:
    connection = await connection_of(organisation_id)
    last = connection.last_good_sync_at if connection else None
    return last is not None and now() - last < FRESH_FOR

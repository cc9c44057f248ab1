"""The dry run as pages of schedules and customers ask for it."""

import asyncio
from collections.abc import Sequence
from datetime import datetime

from app.chasing.actions import planning_day
from app.chasing.book_queries import gather
from app.chasing.dry_run import Change, DryRun, dry_run
from app.organisations.membership import SignedIn

MOST_BY_NAME = 1000
"""Up to so many customers are read by name; for more it is quicker to read everybody."""

MOST_AT_ONCE = 1500
"""Up to so many customers the answer takes about a second, so that it can follow every keystroke."""

MOST_SHOWN = 200
"""Customers listed under the sentence; it counts them all."""


async def foresee(member: SignedIn, change: Change, concerned: Sequence[int], now: datetime) -> DryRun:
    """`concerned` are the customers whom the change can reach at all."""
    chosen = concerned if len(concerned) <= MOST_BY_NAME else None
    gathered = await gather(member.organisation_id, now=now, customers=chosen)
    start = planning_day(gathered.calendar, gathered.settings, now)
    return await asyncio.to_thread(
        dry_run, gathered.book, change, today=start, calendar=gathered.calendar, settings=gathered.settings
    )  # seconds for tens of thousands of invoices: others must not wait for it

"""Keeping in step with Xero in the background."""

from app.clock import now
from app.mail import lost_connection_actions
from app.settings import settings
from app.xero import actions, news_actions, queries
from app.xero.gateway import xero_gateway
from workers import chasing
from workers.broker import actor


@actor
async def run(organisation_id: int, trigger: str) -> None:
    outcome = await actions.sync(organisation_id, xero=xero_gateway(), trigger=trigger, now=now)
    chasing.reconsider.send()
    chasing.runs.send()
    if outcome.lost_connection:
        await _tell_owners()


@actor
async def refresh(organisation_id: int) -> None:
    """One delta for a portal's visitors."""
    outcome = await actions.sync(organisation_id, xero=xero_gateway(), trigger="portal", now=now)
    chasing.reconsider.send()
    if outcome.lost_connection:
        await _tell_owners()


@actor
async def daily() -> None:
    """Every minute: syncs that are due, were left behind or have news, and owners who have not heard of a lost connection."""
    await _tell_owners()
    for organisation_id, trigger in await queries.left_behind(now()):
        run.send(organisation_id, trigger)
    for organisation_id in await queries.organisations_with_news(now()):
        if await news_actions.may_read_news(organisation_id, now()):
            run.send(organisation_id, "webhook")
    for organisation_id in await queries.due_for_daily_sync(now()):
        run.send(organisation_id, "daily")


@actor
async def push_expected_dates(organisation_id: int) -> None:
    outcome = await actions.push_expected_dates(organisation_id, xero=xero_gateway(), now=now)
    if outcome.lost_connection:
        await _tell_owners()


@actor
async def push() -> None:
    for organisation_id in await queries.organisations_with_waiting_dates(now()):
        push_expected_dates.send(organisation_id)


@actor
async def tell_owners() -> None:
    """At once, when somebody disconnected it here."""
    await _tell_owners()


async def _tell_owners() -> None:
    await lost_connection_actions.tell_owners(settings().base_url, now())

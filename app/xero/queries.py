"""Reads of the connection and of the syncs, each within the member's organisation."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec

from app.customers.tables import Customer, Summary
from app.database import fetch
from app.money import amount
from app.organisations.membership import SignedIn
from app.problems import NotFound
from app.promises.tables import ExpectedDate
from app.xero.daily import is_due
from app.xero.tables import Connection, Quarantined, SyncRun

LEFT_BEHIND = timedelta(seconds=30)
NEWS_WAIT = timedelta(minutes=10)


async def connection_for(member: SignedIn) -> Connection | None:
    return await Connection.objects().get(Connection.organisation == member.organisation_id)


async def run_for(member: SignedIn, run_id: int) -> SyncRun:
    mine = (SyncRun.id == run_id) & (SyncRun.organisation == member.organisation_id)
    row = await SyncRun.objects().get(mine)
    if row is None:
        raise NotFound
    return row


async def runs_of(member: SignedIn, limit: int = 20) -> list[SyncRun]:
    """The newest first."""
    mine = SyncRun.organisation == member.organisation_id
    return await SyncRun.objects().where(mine).order_by(SyncRun.id, ascending=False).limit(limit)


async def calls_since(member: SignedIn, since: datetime) -> int:
    """Calls to Xero that syncs have cost."""
    mine = (SyncRun.organisation == member.organisation_id) & (SyncRun.started_at > since)
    return sum(await SyncRun.select(SyncRun.calls).where(mine).output(as_list=True))


async def quarantine_of(member: SignedIn, limit: int = 100) -> list[Quarantined]:
    """What Xero sent and could not be used so far, the newest first."""
    mine = (Quarantined.organisation == member.organisation_id) & Quarantined.resolved_at.is_null()
    return await Quarantined.objects().where(mine).order_by(Quarantined.seen_at, ascending=False).limit(limit)


class Overdue(msgspec.Struct, frozen=True):
    """A customer that may be among the few to begin with; money in base currency."""

    id: int
    name: str
    overdue: str
    outstanding: str
    oldest_days: int
    is_chasing: bool


async def by_largest_overdue(member: SignedIn, now: datetime, limit: int = 100) -> list[Overdue]:
    rows = await fetch(
        "SELECT c.id, c.name, c.chasing, s.overdue_base, s.outstanding_base, s.oldest_due_on FROM customer_summary s"
        " JOIN customer c ON c.id = s.customer WHERE s.organisation_id = {} AND s.open_count > 0 AND NOT c.is_archived"
        " ORDER BY s.overdue_base DESC, s.outstanding_base DESC, c.name LIMIT {}",
        member.organisation_id, limit,
    )  # fmt: skip
    today = now.astimezone(ZoneInfo(member.timezone)).date()
    return [
        Overdue(
            row["id"],
            row["name"],
            f"{amount(row['overdue_base']):,}",
            f"{amount(row['outstanding_base']):,}",
            (today - row["oldest_due_on"]).days if row["oldest_due_on"] else 0,
            bool(row["chasing"]),
        )
        for row in rows
    ]


async def has_customers(organisation_id: int) -> bool:
    return bool(await Summary.exists().where(Summary.organisation_id == organisation_id))


async def customers_of(member: SignedIn, ids: list[int]) -> list[int]:
    """Those of the ids that belong to the member's organisation."""
    if not ids:
        return []
    mine = (Customer.organisation == member.organisation_id) & Customer.id.is_in(ids)
    return await Customer.select(Customer.id).where(mine).output(as_list=True)


async def due_for_daily_sync(now: datetime) -> list[int]:
    """Organisations whose hour has come today and that have had no good sync since, tried at most every ten minutes."""
    connected = await Connection.select(
        Connection.organisation, Connection.last_good_sync_at, Connection.organisation.timezone,
        Connection.organisation.sync_minute,
    ).where(Connection.state == "connected", Connection.organisation.set_up_at.is_not_null())  # fmt: skip
    due = [
        row["organisation"]
        for row in connected
        if is_due(now, row["last_good_sync_at"], row["organisation.timezone"], row["organisation.sync_minute"])
    ]
    tried = SyncRun.select(SyncRun.organisation).where(SyncRun.started_at > now - timedelta(minutes=10))
    recent = set(await tried.output(as_list=True)) if due else set()
    return [each for each in due if each not in recent]


async def left_behind(now: datetime) -> list[tuple[int, str]]:
    """Organisation and trigger of syncs that no worker is at: their bell was lost, or the worker died."""
    rows = await fetch(
        "SELECT r.organisation, r.\"trigger\", r.stage FROM sync_run r LEFT JOIN lease l"
        " ON l.name = 'sync:' || CAST(r.organisation AS TEXT)"
        " WHERE r.state = 'running' AND r.started_at < {} AND (l.until_at IS NULL OR l.until_at < {})",
        now - LEFT_BEHIND, now,
    )  # fmt: skip
    return list(dict.fromkeys((row["organisation"], row["trigger"]) for row in rows))


async def organisations_with_news(now: datetime) -> list[int]:
    """Those whose last good sync began before Xero said that something changed; after a sync that failed they
    wait for some minutes."""
    rows = await fetch(
        "SELECT c.organisation FROM xero_connection c WHERE c.state = 'connected'"
        " AND c.news_at > c.last_good_sync_at AND NOT EXISTS (SELECT 1 FROM sync_run r"
        " WHERE r.organisation = c.organisation AND (r.state = 'running'"
        " OR (r.state = 'failed' AND r.started_at > {})))",
        now - NEWS_WAIT,
    )
    return [int(row["organisation"]) for row in rows]


async def organisations_with_waiting_dates(now: datetime) -> list[int]:
    """Those whose connection is good and that have expected dates which Xero has not been told."""
    waiting = ExpectedDate.select(ExpectedDate.organisation).where(ExpectedDate.push == "pending")
    ids = set(await waiting.output(as_list=True))
    if not ids:
        return []
    good = (Connection.state == "connected") & Connection.organisation.is_in(sorted(ids))
    return await Connection.select(Connection.organisation).where(good).output(as_list=True)

"""Places for calls to Xero, shared by all processes through one row an organisation."""

import asyncio
import secrets
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec

from app.database import fetch, is_sqlite, transaction
from app.xero.answers import RateLimited
from app.xero.budget import Budget, Wait, begun, ended, wait_for
from app.xero.tables import CallBudget

Clock = Callable[[], datetime]


async def take_place(organisation_id: int, now: Clock, *, patience: float = 0.0, reserve: int = 0, spare: int = 0) -> str:
    """A call's place; give it back with `give_back`. Wait up to `patience` seconds, else raise RateLimited: work that
    a person waits for has no patience, work in the background has some."""
    call = secrets.token_hex(8)
    waited = 0.0
    while (wait := await _try(organisation_id, call, now(), reserve, spare)) is not None:
        pause = max(wait.until - now().timestamp(), 0.02)
        if waited + pause > patience:
            raise RateLimited(datetime.fromtimestamp(wait.until, UTC), wait.by)
        await asyncio.sleep(pause)
        waited += pause
    return call


async def _try(organisation_id: int, call: str, now: datetime, reserve: int, spare: int) -> Wait | None:
    async with transaction():
        budget = await _held(organisation_id)
        wait = wait_for(budget, now.timestamp(), reserve, spare)
        if wait is None:
            await _keep(organisation_id, begun(budget, call, now.timestamp()))
    return wait


async def give_back(organisation_id: int, call: str, now: datetime, headers: Mapping[str, str], status: int) -> None:
    """The call is over; what its answer said of the limits counts for everybody. Status 0: no answer came."""
    async with transaction():
        budget = await _held(organisation_id)
        await _keep(organisation_id, ended(budget, call, now.timestamp(), headers, status))


async def _held(organisation_id: int) -> Budget:
    """The row, locked until the transaction ends (an IMMEDIATE one locks all of SQLite)."""
    await CallBudget.raw(
        "INSERT INTO xero_call_budget (organisation_id) VALUES ({}) ON CONFLICT (organisation_id) DO NOTHING",
        organisation_id,
    )
    lock = "" if is_sqlite() else " FOR UPDATE"
    found = await fetch(f"SELECT * FROM xero_call_budget WHERE organisation_id = {{}}{lock}", organisation_id)  # noqa: S608
    return _budget(found[0])


def _budget(row: Mapping[str, Any]) -> Budget:
    return Budget(
        recent=msgspec.json.decode(row["recent"], type=list[float]),
        under_way=msgspec.json.decode(row["under_way"], type=dict[str, float]),
        day_remaining=row["day_remaining"],
        minute_remaining=row["minute_remaining"],
        told_at=_epoch(row["told_at"]),
        blocked_until=_epoch(row["blocked_until_at"]),
        blocked_by=row["blocked_by"],
    )


def _epoch(instant: datetime | None) -> float:
    return instant.timestamp() if instant else 0.0


async def _keep(organisation_id: int, budget: Budget) -> None:
    await CallBudget.update(
        {
            CallBudget.recent: msgspec.json.encode(budget.recent).decode(),
            CallBudget.under_way: msgspec.json.encode(budget.under_way).decode(),
            CallBudget.day_remaining: budget.day_remaining,
            CallBudget.minute_remaining: budget.minute_remaining,
            CallBudget.told_at: _instant(budget.told_at),
            CallBudget.blocked_until_at: _instant(budget.blocked_until),
            CallBudget.blocked_by: budget.blocked_by,
        }
    ).where(CallBudget.organisation_id == organisation_id)


def _instant(epoch: float) -> datetime | None:
    return datetime.fromtimestamp(epoch, UTC) if epoch else None


async def budget_of(organisation_id: int) -> Budget:
    """For showing what is left."""
    found = await fetch("SELECT * FROM xero_call_budget WHERE organisation_id = {}", organisation_id)
    return _budget(found[0]) if found else Budget()

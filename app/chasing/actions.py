"""Planning and re-planning, and what people decide about planned reminders."""

import gc
from collections import defaultdict
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from app.activity.actions import record as record_activity
from app.chasing.book import ChasingSettings
from app.chasing.book_queries import gather
from app.chasing.planner import Plan, plan
from app.chasing.record_actions import free_steps, record
from app.chasing.tables import Run
from app.customers.actions import reconsider
from app.customers.tables import Customer
from app.database import execute_many, fetch, is_sqlite, transaction
from app.outbox.actions import approve as approve_messages
from app.outbox.bulk_actions import cancel_many
from app.problems import OutOfDate
from app.schedules.calendar import ChaseCalendar, chase_instant, days_after

AT_ONCE = 200
"""Customers reconsidered in one transaction."""

PLANNING = 1
"""The first key of the advisory locks under which plans are written."""


async def plan_organisation(organisation_id: int, now: datetime) -> Plan:
    """The run: plan every customer for the planning day and write it down.

    Gathered and planned outside the write transaction, so that a large organisation does not keep others waiting; what
    changes meanwhile sets reconsider_at and is planned again.
    """
    with _without_cycle_collection():
        gathered = await gather(organisation_id, now=now)
        day = planning_day(gathered.calendar, gathered.settings, now)
        found = plan(gathered.book, today=day, calendar=gathered.calendar, settings=gathered.settings)
        async with transaction():
            await _one_at_a_time(organisation_id)
            await record(found, gathered, day, now, None)
            await Customer.update({Customer.reconsider_at: None}).where(
                Customer.organisation == organisation_id, Customer.reconsider_at <= now
            )
            await Run.insert(_run(organisation_id, found, day, now))
    return found


@contextmanager
def _without_cycle_collection() -> Iterator[None]:
    """A large book is frozen values by the hundred thousand: the collector would walk them over and over, find nothing,
    and make planning grow faster than the book."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


async def plan_customers(organisation_id: int, customers: Collection[int], now: datetime) -> Plan:
    """Plan the named customers anew, in one transaction with what is written down of them."""
    async with transaction():
        await _one_at_a_time(organisation_id)
        gathered = await gather(organisation_id, now=now, customers=customers)
        day = planning_day(gathered.calendar, gathered.settings, now)
        found = plan(gathered.book, today=day, calendar=gathered.calendar, settings=gathered.settings)
        await record(found, gathered, day, now, customers)
        await execute_many(
            "UPDATE customer SET reconsider_at = NULL WHERE id = {} AND reconsider_at <= {}",
            [(customer, now) for customer in customers],
        )
    return found


async def reconsider_changed(now: datetime) -> int:
    """Plan anew the customers whose facts changed; the number of them."""
    rows = await fetch(
        "SELECT c.id, c.organisation FROM customer c JOIN organisation o ON o.id = c.organisation"
        " WHERE c.reconsider_at <= {} AND o.set_up_at IS NOT NULL ORDER BY c.reconsider_at",
        now,
    )
    by_organisation: dict[int, list[int]] = defaultdict(list)
    for row in rows:
        by_organisation[row["organisation"]].append(row["id"])
    for organisation_id, customers in by_organisation.items():
        if len(customers) > AT_ONCE:
            await plan_organisation(organisation_id, now)
            continue
        await plan_customers(organisation_id, customers, now)
    return len(rows)


def planning_day(calendar: ChaseCalendar, settings: ChasingSettings, now: datetime) -> date:
    """Today while it can still be chased, else the next chase day."""
    today = now.astimezone(ZoneInfo(settings.timezone)).date()
    over = now >= chase_instant(today, settings.until_time, settings.timezone)
    return calendar.next_chase_day(days_after(today, 1) if over else today)


async def approve(organisation_id: int, reminder_ids: Collection[int], *, by: str, now: datetime) -> int:
    """Let planned reminders go in the next chase window; the number that were still there to approve."""
    rows = await _waiting(organisation_id, reminder_ids)
    approved = await approve_messages([row["message"] for row in rows], by=by, now=now)
    for customers in _in_portions([row["customer"] for row in rows]):
        await plan_customers(organisation_id, customers, now)
    return len(approved)


async def approve_seen(organisation_id: int, reminder_id: int, fingerprint: str, *, by: str, now: datetime) -> None:
    """Approve one reminder as the person saw it. Raise OutOfDate when its facts changed meanwhile."""
    if not any(row["fingerprint"] == fingerprint for row in await _waiting(organisation_id, [reminder_id])):
        raise OutOfDate
    await approve(organisation_id, [reminder_id], by=by, now=now)


async def skip(organisation_id: int, reminder_id: int, *, by: str, now: datetime) -> date:
    """This reminder does not go; the customer is free again on the day after. The first free day."""
    rows = await _waiting(organisation_id, [reminder_id])
    if not rows:
        raise OutOfDate
    row = rows[0]
    until: date = row["day"] + timedelta(days=1)
    async with transaction():
        await cancel_many([(row["message"], f"Skipped by {by}.")], now)
        await free_steps([row["message"]])
        await Customer.update({Customer.skipped_until_on: until}).where(Customer.id == row["customer"])
        await reconsider([row["customer"]], now)
        await record_activity(
            organisation_id=organisation_id, customer_id=row["customer"], kind="skipped", by=by, now=now,
            sentence=f"Skipped the reminder “{row['template_name']}”.",
        )  # fmt: skip
    await plan_customers(organisation_id, [row["customer"]], now)
    return until


async def _waiting(organisation_id: int, reminder_ids: Collection[int]) -> list[dict[str, Any]]:
    chosen = ", ".join(str(int(number)) for number in reminder_ids) or "0"
    return await fetch(
        "SELECT r.id, r.message, r.customer, r.fingerprint, r.template_name, m.planned_on AS day FROM reminder r"  # noqa: S608
        f" JOIN message m ON m.id = r.message WHERE r.organisation = {{}} AND r.id IN ({chosen})"
        " AND m.state IN ('planned', 'approved')",
        organisation_id,
    )


def _in_portions(customers: list[int]) -> list[list[int]]:
    unique = sorted(set(customers))
    return [unique[start : start + AT_ONCE] for start in range(0, len(unique), AT_ONCE)]


def _run(organisation_id: int, found: Plan, day: date, now: datetime) -> Run:
    return Run(
        organisation=organisation_id,
        day=day,
        due_count=len(found.due) + len(found.proposed),
        held_count=len(found.held),
        started_at=now,
        finished_at=now,
    )


async def _one_at_a_time(organisation_id: int) -> None:
    """Plans of one organisation are written one after the other; on SQLite every writing transaction is anyway."""
    if not is_sqlite():
        await fetch("SELECT pg_advisory_xact_lock({}::int, {}::int)", PLANNING, organisation_id)


async def free(message_id: int) -> None:
    """Told by the outbox, in its transaction, that a message failed or was cancelled: its steps are free again."""
    await free_steps([message_id])

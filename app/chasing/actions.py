"""Planning and re-planning, and what people decide about planned reminders."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date, datetime
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from app.activity.telling_actions import tell
from app.chasing.book import ChasingSettings
from app.chasing.book_queries import Gathered, gather, gather_house
from app.chasing.chase_now import KEEPS
from app.chasing.marks import seen_as
from app.chasing.planner import Plan, plan
from app.chasing.record_actions import record
from app.chasing.run_actions import (
    Begun,
    Tally,
    Wanted,
    begin,
    finish,
    for_its_own,
    is_outrun,
    is_under_way,
    settle_stamped,
    without_cycle_collection,
)
from app.chasing.tables import Reminder, Run
from app.customers.actions import reconsider
from app.customers.tables import Customer
from app.database import execute_many, fetch, is_sqlite, transaction
from app.organisations.tables import Organisation
from app.outbox.actions import approve as approve_messages
from app.outbox.actions import cancel
from app.outbox.bulk_actions import open_until
from app.problems import NotFound, OutOfDate
from app.schedules.calendar import ChaseCalendar, chase_instant, days_after

AT_ONCE = 200
"""Customers reconsidered in one transaction."""
IN_A_RUN = 2_000
"""Customers whom a run gathers, plans and writes down together: neither its memory nor the time for which it keeps others
from writing grows with the organisation."""

SKIPPED = {"reminder": "the reminder", "thank_you": "the thank-you", "chase_now": "the chase now"}

PLANNING = 1
"""The first key of the advisory locks under which plans are written."""


async def plan_organisation(organisation_id: int, now: datetime, *, while_wanted: Wanted | None = None) -> Tally | None:
    """The run: plan every customer for the planning day and write it down, those of a large organisation in portions.
    None, and nothing is done, where it is only for what is still wanted when its turn comes: several at once would do the
    same work, each with its own book in memory, and keep one another waiting.

    Gathered and planned outside the write transaction, so that a large organisation does not keep others waiting. What
    changes or is planned meanwhile leaves its mark on the customer, who is planned again (see `begin`, `_take_up`); so is
    everybody who waited, where a run is killed between its portions.
    """
    begun = await begin(organisation_id, now, while_wanted=while_wanted)
    if begun is None:
        return None
    try:
        return await _run(begun)
    except BaseException:
        await Run.delete().where(Run.id == begun.run)
        raise


async def _run(begun: Begun) -> Tally:
    portions, tally = await _portions(begun.organisation_id), Tally()
    for number, customers in enumerate(portions, start=1):
        with without_cycle_collection():
            found = await _portion(begun, customers, is_last=number == len(portions), so_far=tally)
        if found is None:
            await Run.delete().where(Run.id == begun.run)
            break
        tally = found
    return tally


async def _portion(begun: Begun, customers: list[int] | None, *, is_last: bool, so_far: Tally) -> Tally | None:
    """None where another run knows more."""
    organisation_id, now = begun.organisation_id, begun.now
    gathered = await gather(organisation_id, now=now, customers=customers)
    day = planning_day(gathered.calendar, gathered.settings, now)
    found = plan(gathered.book, today=day, calendar=gathered.calendar, settings=gathered.settings)
    tally = so_far.and_of(found)
    async with transaction():
        await one_at_a_time(organisation_id)
        if await is_outrun(organisation_id, begun.run):
            return None
        if is_last:
            await settle_stamped(organisation_id, begun.stamp)
        await record(found, gathered, day, now, customers, of_a_run=True)
        await (finish(begun.run, tally, day, now) if is_last else begun.is_alive())
    return tally


async def _portions(organisation_id: int) -> list[list[int] | None]:
    """All customers at once where they are few enough: None."""
    rows = await fetch("SELECT id FROM customer WHERE organisation = {} ORDER BY id", organisation_id)
    if len(rows) <= IN_A_RUN:
        return [None]
    ids = [int(row["id"]) for row in rows]
    return [ids[start : start + IN_A_RUN] for start in range(0, len(ids), IN_A_RUN)]


async def plan_customers(organisation_id: int, customers: Collection[int], now: datetime) -> Plan:
    """Plan the named customers anew, in one transaction with what is written down of them."""
    async with transaction():
        await one_at_a_time(organisation_id)
        await _take_up(organisation_id, customers, now)
        gathered = await gather(organisation_id, now=now, customers=customers)
        day = planning_day(gathered.calendar, gathered.settings, now)
        found = plan(gathered.book, today=day, calendar=gathered.calendar, settings=gathered.settings)
        await record(found, gathered, day, now, customers)
    return found


async def _take_up(organisation_id: int, customers: Collection[int], now: datetime) -> None:
    """They wait no longer: before their facts are read, so that a fact stored from now on waits for this transaction and
    then has them planned again. While a run is under way they go on waiting, for it may write down what it knew before."""
    if await is_under_way(organisation_id, now):
        await reconsider(customers, now)
    else:
        await execute_many(
            "UPDATE customer SET reconsider_at = NULL WHERE id = {} AND reconsider_at <= {}",
            [(customer, now) for customer in sorted(customers)],
        )


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
        with for_its_own(organisation_id):
            if len(customers) > AT_ONCE:
                await plan_organisation(organisation_id, now, while_wanted=partial(_are_many, organisation_id, now))
            else:
                await plan_customers(organisation_id, customers, now)
    return len(rows)


async def _are_many(organisation_id: int, now: datetime) -> bool:
    waiting = (Customer.organisation == organisation_id) & (Customer.reconsider_at <= now)
    return bool(await Customer.count().where(waiting) > AT_ONCE)


def planning_day(calendar: ChaseCalendar, settings: ChasingSettings, now: datetime) -> date:
    """Today while it can still be chased, else the next chase day."""
    today = now.astimezone(ZoneInfo(settings.timezone)).date()
    over = now >= chase_instant(today, settings.until_time, settings.timezone)
    return calendar.next_chase_day(days_after(today, 1) if over else today)


async def approve(organisation_id: int, reminder_ids: Collection[int], *, by: str, now: datetime) -> int:
    """Let planned reminders go in the next chase window; the number that were still there to approve."""
    rows = await _waiting(organisation_id, reminder_ids)
    async with transaction():
        approved = await approve_messages([row["message"] for row in rows], by=by, now=now)
        released = set(approved)
        said = [row for row in rows if row["message"] in released]
        await open_until([row["message"] for row in said if row["kind"] == "chase_now"], now + KEEPS)
        await tell(organisation_id, said, f"{by} approved “{{template_name}}”", by=by, now=now)
    for customers in _in_portions([row["customer"] for row in rows]):
        await plan_customers(organisation_id, customers, now)
    return len(approved)


async def approve_seen(organisation_id: int, reminder_id: int, fingerprint: str, *, by: str, now: datetime) -> None:
    """Approve one reminder as the person saw it. Raise OutOfDate when its facts or its words changed meanwhile."""
    if not any(
        seen_as(row["fingerprint"], row["wording_id"]) == fingerprint for row in await _waiting(organisation_id, [reminder_id])
    ):
        raise OutOfDate
    await approve(organisation_id, [reminder_id], by=by, now=now)


async def skip(organisation_id: int, reminder_id: int, *, by: str, now: datetime) -> date:
    """This reminder does not go; the customer is free again on the day after it would have, and a thank-you is dropped.
    The first free day. Raise OutOfDate when it is gone already."""
    rows = await _waiting(organisation_id, [reminder_id])
    if not rows:
        raise OutOfDate
    row, house = rows[0], await _house(organisation_id, now)
    until = days_after(planning_day(house.calendar, house.settings, now), 1)
    async with transaction():
        await reconsider([row["customer"]], now)
        if not await cancel(row["message"], f"Skipped by {by}.", now):
            raise OutOfDate
        skipped: dict[Any, Any] = {Reminder.turned_down: True, Reminder.skipped_at: now, Reminder.skipped_by: by[:120]}
        await Reminder.update(skipped).where(Reminder.id == reminder_id)
        if row["kind"] == "reminder":
            await Customer.update({Customer.skipped_until_on: until}).where(Customer.id == row["customer"])
        await tell(
            organisation_id, [row], f"Skipped {SKIPPED[row['kind']]} “{{template_name}}”.", by=by, now=now, kind="skipped"
        )
    await plan_customers(organisation_id, [row["customer"]], now)
    return until


async def skip_message(organisation_id: int, message_id: int, *, by: str, now: datetime) -> bool:
    """The same for the reminder or thank-you that this message is; whether it is one."""
    rows = await fetch("SELECT id FROM reminder WHERE organisation = {} AND message = {}", organisation_id, message_id)
    if rows:
        await skip(organisation_id, rows[0]["id"], by=by, now=now)
    return bool(rows)


async def _house(organisation_id: int, now: datetime) -> Gathered:
    organisation = await Organisation.objects().get(Organisation.id == organisation_id)
    if organisation is None:
        raise NotFound
    return await gather_house(organisation, now)


async def _waiting(organisation_id: int, reminder_ids: Collection[int]) -> list[dict[str, Any]]:
    chosen = ", ".join(str(int(number)) for number in reminder_ids) or "0"
    return await fetch(
        "SELECT r.id, r.message, r.customer, r.kind, r.fingerprint, r.wording_id, r.template_name FROM reminder r"  # noqa: S608
        f" JOIN message m ON m.id = r.message WHERE r.organisation = {{}} AND r.id IN ({chosen})"
        " AND m.state IN ('planned', 'approved')",
        organisation_id,
    )


def _in_portions(customers: list[int]) -> list[list[int]]:
    unique = sorted(set(customers))
    return [unique[start : start + AT_ONCE] for start in range(0, len(unique), AT_ONCE)]


async def one_at_a_time(organisation_id: int) -> None:
    """Plans of one organisation are written one after the other; on SQLite every writing transaction is anyway."""
    if not is_sqlite():
        await fetch("SELECT pg_advisory_xact_lock({}::int, {}::int)", PLANNING, organisation_id)

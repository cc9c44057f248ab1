"""Who follows which schedule, and which schedules are put away."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from msgspec import Struct

from app.database import fetch
from app.organisations.membership import SignedIn
from app.problems import NotFound
from app.schedules.tables import Assignment, Schedule


class Use(Struct, frozen=True):
    """customers chosen for it by name; `by_default` those who follow it because it is the default; invoices that are open
    and have it in place of their customer's."""

    customers: int = 0
    by_default: int = 0
    invoices: int = 0

    @property
    def is_chosen(self) -> bool:
        return bool(self.customers or self.invoices)


class PutAway(Struct, frozen=True):
    """An archived schedule."""

    id: int
    name: str
    archived_at: datetime


async def uses_of(organisation_id: int, default_id: int | None) -> dict[int, Use]:
    """By schedule; those nobody follows are left out."""
    customers = await _counts("customer", "", organisation_id)
    invoices = await _counts("invoice", "AND is_open = TRUE ", organisation_id)
    without = customers.pop(None, 0)
    found = {*customers, *invoices, *({default_id} if default_id is not None else set())}
    return {
        each: Use(customers.get(each, 0), without if each == default_id else 0, invoices.get(each, 0))
        for each in found
        if each is not None
    }


async def _counts(table: str, which: str, organisation_id: int) -> dict[Any, int]:
    rows = await fetch(
        f"SELECT schedule_id, COUNT(*) AS number FROM {table} WHERE organisation = {{}} {which}GROUP BY schedule_id",  # noqa: S608
        organisation_id,
    )
    return {row["schedule_id"]: row["number"] for row in rows}


async def customers_on(organisation_id: int, schedule_id: int) -> list[int]:
    """The customers of whom some open invoice follows this schedule, or would if it were nobody's own."""
    rows = await fetch(
        "SELECT c.id FROM customer c JOIN organisation o ON o.id = c.organisation WHERE c.organisation = {}"
        " AND (COALESCE(c.schedule_id, o.default_schedule_id) = {}"
        " OR c.id IN (SELECT i.customer FROM invoice i WHERE i.organisation = {} AND i.is_open = TRUE AND i.schedule_id = {}))"
        " AND c.id IN (SELECT i.customer FROM invoice i WHERE i.organisation = {} AND i.is_open = TRUE) ORDER BY c.id",
        organisation_id, schedule_id, organisation_id, schedule_id, organisation_id,
    )  # fmt: skip
    return [row["id"] for row in rows]


async def schedules_of_customers(organisation_id: int, customer_ids: Collection[int]) -> dict[int, int | None]:
    """Each customer's own schedule, None for the default."""
    found: dict[int, int | None] = {}
    ids = sorted(customer_ids)
    for start in range(0, len(ids), 500):
        chosen = ", ".join(str(int(number)) for number in ids[start : start + 500])
        rows = await fetch(
            f"SELECT id, schedule_id FROM customer WHERE organisation = {{}} AND id IN ({chosen})",  # noqa: S608  ints only
            organisation_id,
        )
        found.update({row["id"]: row["schedule_id"] for row in rows})
    return found


async def archived_of(organisation_id: int) -> tuple[PutAway, ...]:
    """The last one first."""
    rows = (
        await Schedule.objects()
        .where(Schedule.organisation == organisation_id, Schedule.archived_at.is_not_null())
        .order_by(Schedule.archived_at, Schedule.id, ascending=False)
    )
    return tuple(PutAway(row.id, row.name, row.archived_at) for row in rows)


async def archived_for(member: SignedIn, schedule_id: int) -> Schedule:
    """Raise NotFound when it is no archived schedule of the member's organisation."""
    mine = (Schedule.id == schedule_id) & (Schedule.organisation == member.organisation_id)
    row = await Schedule.objects().where(mine, Schedule.archived_at.is_not_null()).first()
    if row is None:
        raise NotFound
    return row


async def assignment_for(member: SignedIn, assignment_id: int) -> Assignment:
    """Raise NotFound when it is not one of the member's organisation."""
    mine = (Assignment.id == assignment_id) & (Assignment.organisation == member.organisation_id)
    row = await Assignment.objects().where(mine).first()
    if row is None:
        raise NotFound
    return row

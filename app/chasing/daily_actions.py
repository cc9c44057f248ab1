"""Each organisation is planned once for each chase day, whenever a machine is there to do it."""

from datetime import date, datetime

from app.chasing.actions import plan_organisation, planning_day
from app.chasing.book_queries import calendar_of, settings_of
from app.chasing.tables import Run
from app.database import fetch
from app.organisations.tables import Organisation


async def plan_those_without_a_run(now: datetime) -> int:
    """Plan every set-up organisation whose planning day has no run since its last sync; the number planned."""
    planned = 0
    for organisation in await _set_up():
        day = planning_day(calendar_of(organisation), settings_of(organisation), now)
        if not await _has_run(organisation.id, day):
            await plan_organisation(organisation.id, now)
            planned += 1
    return planned


async def _set_up() -> list[Organisation]:
    rows = await fetch(
        "SELECT o.id FROM organisation o JOIN xero_connection c ON c.organisation = o.id"
        " WHERE o.set_up_at IS NOT NULL AND c.last_good_sync_at IS NOT NULL"
    )
    return await Organisation.objects().where(Organisation.id.is_in([row["id"] for row in rows])) if rows else []


async def _has_run(organisation_id: int, day: date) -> bool:
    return await Run.exists().where(Run.organisation == organisation_id, Run.day == day)

"""Each organisation is planned once for each chase day, whenever a machine is there to do it."""

from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

from app.chasing.actions import plan_organisation, planning_day
from app.chasing.book_queries import gather_house
from app.chasing.planner import is_suspended, run_day
from app.chasing.run_actions import for_its_own
from app.chasing.tables import Run
from app.database import fetch
from app.organisations.tables import Organisation
from app.promises.settling_actions import settle_promises
from app.schedules.queries import calendar_of


async def plan_those_without_a_run(now: datetime) -> int:
    """Plan every set-up organisation whose planning day has no run yet, or whose last run found everything held where it
    is not so now, or the other way round; the number planned."""
    planned = 0
    for organisation, _ in await _set_up():
        with for_its_own(organisation.id):
            wanted = partial(_wants_run, organisation, now)
            if await wanted():
                planned += await plan_organisation(organisation.id, now, while_wanted=wanted) is not None
    return planned


async def _wants_run(organisation: Organisation, now: datetime) -> bool:
    house = await gather_house(organisation, now)
    today = planning_day(house.calendar, house.settings, now)
    day = run_day(house.book, today=today, calendar=house.calendar, settings=house.settings)
    finished = (Run.organisation == organisation.id) & Run.finished_at.is_not_null()
    last = await Run.objects().where(finished).order_by(Run.id, ascending=False).first()
    return last is None or last.day != today or last.suspended != is_suspended(day)


async def settle_promises_of_today(now: datetime) -> int:
    """End what was promised and is now kept or broken, where Xero has been read today; the number ended.

    On yesterday's data a payment that we have not seen yet would break a promise.
    """
    ended = 0
    for organisation, last_good_sync_at in await _set_up():
        zone = ZoneInfo(organisation.timezone)
        today = now.astimezone(zone).date()
        if last_good_sync_at.astimezone(zone).date() == today:
            with for_its_own(organisation.id):
                working_days = calendar_of(organisation).add_working_days
                ended += await settle_promises(organisation.id, today, now, add_working_days=working_days)
    return ended


async def _set_up() -> list[tuple[Organisation, datetime]]:
    """Organisations that are set up, with the instant of their last good sync."""
    rows = await fetch(
        "SELECT o.id, c.last_good_sync_at FROM organisation o JOIN xero_connection c ON c.organisation = o.id"
        " WHERE o.set_up_at IS NOT NULL AND c.last_good_sync_at IS NOT NULL"
    )
    synced = {row["id"]: row["last_good_sync_at"] for row in rows}
    found = await Organisation.objects().where(Organisation.id.is_in(list(synced))) if synced else []
    return [(organisation, synced[organisation.id]) for organisation in found]

"""A run's beginning and end, and what keeps facts that are stored while it is under way from being forgotten."""

from datetime import date, datetime, timedelta

from app.chasing.planner import Plan
from app.chasing.tables import Run
from app.database import execute_many, transaction

LONGEST_RUN = timedelta(minutes=5)
"""A run that began longer ago and did not end was killed."""


async def begin(organisation_id: int, now: datetime) -> tuple[int, datetime]:
    """The run, and a moment of its own with which it stamps the customers who wait to be planned: a fact that is stored
    later puts its own moment in the stamp's place, however long ago it was read."""
    stamp = now - timedelta(microseconds=1)
    async with transaction():
        await execute_many(
            "UPDATE customer SET reconsider_at = {} WHERE organisation = {} AND reconsider_at <= {}",
            [(stamp, organisation_id, now)],
        )
        run = Run(organisation=organisation_id, started_at=now)
        await run.save()
    return int(run.id), stamp


async def settle_stamped(organisation_id: int, stamp: datetime) -> None:
    """First in the transaction: syncs and acts too change a customer before its sums, so that nobody waits in a circle."""
    await execute_many(
        "UPDATE customer SET reconsider_at = NULL WHERE organisation = {} AND reconsider_at = {}", [(organisation_id, stamp)]
    )


async def is_outrun(organisation_id: int, run: int) -> bool:
    """Whether a run that began later, and knows more, has been written down already."""
    later = (Run.organisation == organisation_id) & (Run.id > run) & Run.finished_at.is_not_null()
    return bool(await Run.exists().where(later))


async def finish(run: int, found: Plan, day: date, now: datetime) -> None:
    await Run.update(
        {
            Run.day: day,
            Run.due_count: len(found.due) + len(found.proposed),
            Run.held_count: len(found.held),
            Run.finished_at: now,
            Run.suspended: found.suspended,
        }
    ).where(Run.id == run)


async def is_under_way(organisation_id: int, now: datetime) -> bool:
    mine = (Run.organisation == organisation_id) & Run.finished_at.is_null()
    return bool(await Run.exists().where(mine, Run.started_at > now - LONGEST_RUN))

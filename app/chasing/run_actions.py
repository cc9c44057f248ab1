"""A run's beginning and end, and what keeps facts that are stored while it is under way from being forgotten."""

from datetime import date, datetime, timedelta

from msgspec import Struct

from app.chasing.planner import Plan
from app.chasing.tables import Run
from app.database import execute_many, transaction


class Tally(Struct, frozen=True):
    """How many reminders a run found due and proposed, and how many invoices held."""

    due: int = 0
    proposed: int = 0
    held: int = 0
    suspended: bool = False

    def and_of(self, found: Plan) -> "Tally":
        due, proposed = self.due + len(found.due), self.proposed + len(found.proposed)
        return Tally(due, proposed, self.held + len(found.held), found.suspended)


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


async def finish(run: int, tally: Tally, day: date, now: datetime) -> None:
    await Run.update(
        {
            Run.day: day,
            Run.due_count: tally.due + tally.proposed,
            Run.held_count: tally.held,
            Run.finished_at: now,
            Run.suspended: tally.suspended,
        }
    ).where(Run.id == run)


async def is_under_way(organisation_id: int, now: datetime) -> bool:
    mine = (Run.organisation == organisation_id) & Run.finished_at.is_null()
    return bool(await Run.exists().where(mine, Run.started_at > now - LONGEST_RUN))

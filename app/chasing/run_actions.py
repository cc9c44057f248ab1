"""A run's beginning and end, and what keeps facts that are stored while it is under way from being forgotten."""

import gc
import logging
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta

from msgspec import Struct

from app.chasing.planner import Plan
from app.chasing.tables import Run
from app.database import execute_many, transaction

log = logging.getLogger(__name__)


class Tally(Struct, frozen=True):
    """How many reminders a run found due and proposed, and how many invoices held."""

    due: int = 0
    proposed: int = 0
    held: int = 0
    suspended: bool = False

    def and_of(self, found: Plan) -> "Tally":
        due, proposed = self.due + len(found.due), self.proposed + len(found.proposed)
        return Tally(due, proposed, self.held + len(found.held), found.suspended)


Wanted = Callable[[], Awaitable[bool]]
LONGEST_PORTION = timedelta(minutes=5)
"""A run that showed no life for longer, and did not end, was killed."""


class Begun:
    """A run under way, and a moment of its own with which it stamps the customers who wait to be planned: a fact that is
    stored later puts its own moment in the stamp's place, however long ago it was read."""

    def __init__(self, run: int, organisation_id: int, now: datetime) -> None:
        self.run, self.organisation_id, self.now = run, organisation_id, now
        self.stamp = stamp_of(now)
        self._clock = time.monotonic()

    async def is_alive(self) -> None:
        """With each portion: a large organisation takes longer than one may be silent."""
        so_far = timedelta(seconds=time.monotonic() - self._clock)
        await Run.update({Run.alive_at: self.now + so_far}).where(Run.id == self.run)


def stamp_of(now: datetime) -> datetime:
    return now - timedelta(microseconds=1)


async def begin(organisation_id: int, now: datetime, *, while_wanted: Wanted | None = None) -> Begun | None:
    """None where it is to come in its turn only, and another run is under way or has left nothing to do: asked once it is
    our turn to write, for that may take as long as the other's last portion."""
    stamp = stamp_of(now)
    async with transaction():
        if while_wanted and (await is_under_way(organisation_id, now) or not await while_wanted()):
            return None
        await execute_many(
            "UPDATE customer SET reconsider_at = {} WHERE organisation = {} AND reconsider_at <= {}",
            [(stamp, organisation_id, now)],
        )
        run = Run(organisation=organisation_id, started_at=now)
        await run.save()
    return Begun(int(run.id), organisation_id, now)


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
    since = now - LONGEST_PORTION
    return bool(await Run.exists().where(mine, (Run.started_at > since) | (Run.alive_at > since)))


@contextmanager
def without_cycle_collection() -> Iterator[None]:
    """A large book is frozen values by the hundred thousand: the collector would walk them over and over, find nothing,
    and make planning grow faster than the book. For no longer than a portion: what others leave behind meanwhile stays."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@contextmanager
def for_its_own(organisation_id: int) -> Iterator[None]:
    """What is wrong with one organisation goes to the log and does not keep the others from being chased."""
    try:
        yield
    except Exception:
        log.exception("organisation %s could not be planned", organisation_id)

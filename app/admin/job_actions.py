"""Failed work: noted when it fails, tried again by an admin, ended when it goes well."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from piccolo.columns import Column

from app.activity.actions import audit
from app.admin.failures import Failure, as_call
from app.admin.tables import FailedJob
from app.database import in_one_go, transaction
from app.one_go import Statement

KEPT = timedelta(days=30)

_NOTE = """
INSERT INTO failed_job (job, arguments, key, error, place, times, first_failed_at, last_failed_at, retried_by)
VALUES ({}, {}, {}, {}, {}, 1, {}, {}, '')
ON CONFLICT (key) WHERE ended_at IS NULL DO UPDATE SET error = excluded.error, place = excluded.place,
  times = failed_job.times + 1, last_failed_at = excluded.last_failed_at
RETURNING id
"""


async def note(failure: Failure, now: datetime) -> int:
    """The row's id; the same work failing again is counted in the row that is open."""
    values = (failure.job, failure.arguments, failure.key, failure.error, failure.place, now, now)
    rows = await in_one_go([Statement(_NOTE, values)])
    assert rows is not None
    return int(rows[0][0]["id"])


async def end(key: str, now: datetime) -> None:
    """The work has gone well."""
    await FailedJob.update({FailedJob.ended_at: now}).where(FailedJob.key == key, FailedJob.ended_at.is_null())


async def open_keys() -> set[str]:
    rows: list[str] = await FailedJob.select(FailedJob.key).where(FailedJob.ended_at.is_null()).output(as_list=True)
    return set(rows)


async def forget(now: datetime) -> None:
    """What has not failed for a month is no longer of use to anybody."""
    await FailedJob.delete().where(FailedJob.last_failed_at < now - KEPT)


async def try_again(
    ring: Callable[[str, Sequence[Any]], bool], user_id: int, name: str, now: datetime, *, number: int | None = None
) -> Counter[str]:
    """Ring what is open (only `number`, where given) once more; of each job how many. What `ring` does not know was work
    of an earlier version: it is ended, for nobody can do it any more."""
    wanted = FailedJob.ended_at.is_null()
    mine = wanted & (FailedJob.id == number) if number is not None else wanted
    rows = await FailedJob.objects().where(mine).order_by(FailedJob.id)
    rung: Counter[str] = Counter()
    async with transaction():
        for row in rows:
            if ring(row.job, as_call(row.arguments)):
                rung[row.job] += 1
                facts: dict[Column | str, Any] = {FailedJob.retried_at: now, FailedJob.retried_by: name}
                await FailedJob.update(facts).where(FailedJob.id == row.id)
            else:
                await end(row.key, now)
        subject = f"failed job {number}" if number is not None else f"{len(rows)} failed jobs"
        if rows:
            await audit(organisation_id=None, user_id=user_id, act="retry jobs", subject=subject, now=now, is_by_admin=True)
    return rung

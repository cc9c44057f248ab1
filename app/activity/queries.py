"""Reads of the timeline, tasks and notices."""

from datetime import datetime
from typing import Any

from app.activity.showing import EVERY_OTHER, KINDS, Part, Showing
from app.activity.tables import Activity, Notice, Task
from app.database import fetch
from app.problems import NotFound


async def notices_of(organisation_id: int) -> tuple[Notice, ...]:
    """The notices that still hold, the oldest first."""
    standing = (Notice.organisation_id == organisation_id) & Notice.cleared_at.is_null()
    return tuple(await Notice.objects().where(standing).order_by(Notice.raised_at, Notice.id))


async def timeline_of_customer(
    organisation_id: int, customer_id: int, part: Part = Part(), limit: int = 100
) -> tuple[Activity, ...]:
    """The newest first."""
    here = (Activity.organisation_id == organisation_id) & (Activity.customer_id == customer_id)
    if part.showing is Showing.CHANGES:
        here = here & Activity.kind.not_in(list(EVERY_OTHER))
    elif part.showing in KINDS:
        here = here & Activity.kind.is_in(list(KINDS[part.showing]))
    if part.before:
        here = here & (await _earlier(organisation_id, part.before))
    found = await Activity.objects().where(here).order_by(Activity.happened_at, Activity.id, ascending=False).limit(limit)
    return tuple(found)


async def _earlier(organisation_id: int, line_id: int) -> Any:
    """What happened before this line; lines of one instant are in the order of their ids."""
    mine = (Activity.id == line_id) & (Activity.organisation_id == organisation_id)
    row = await Activity.select(Activity.happened_at).where(mine).first()
    if row is None:
        raise NotFound
    at = row["happened_at"]
    return (Activity.happened_at < at) | ((Activity.happened_at == at) & (Activity.id < line_id))


async def timeline_of_invoice(organisation_id: int, invoice_id: int, limit: int = 100) -> tuple[Activity, ...]:
    """The newest first."""
    here = (Activity.organisation_id == organisation_id) & (Activity.invoice_id == invoice_id)
    found = await Activity.objects().where(here).order_by(Activity.happened_at, Activity.id, ascending=False).limit(limit)
    return tuple(found)


async def recent(organisation_id: int, limit: int = 20) -> tuple[Activity, ...]:
    here = Activity.organisation_id == organisation_id
    found = await Activity.objects().where(here).order_by(Activity.happened_at, Activity.id, ascending=False).limit(limit)
    return tuple(found)


async def open_tasks(organisation_id: int, limit: int = 50) -> tuple[Task, ...]:
    """The most urgent first; those without a date come last."""
    return await _tasks("organisation_id = {} AND done_at IS NULL", [organisation_id], limit)


async def tasks_for(organisation_id: int, member_id: int, limit: int = 200) -> tuple[Task, ...]:
    """What waits for this member or for anyone."""
    mine = "organisation_id = {} AND done_at IS NULL AND (assigned_to = {} OR assigned_to IS NULL)"
    return await _tasks(mine, [organisation_id, member_id], limit)


async def tasks_of_customer(organisation_id: int, customer_id: int, limit: int = 50) -> tuple[Task, ...]:
    here = "organisation_id = {} AND customer_id = {} AND done_at IS NULL"
    return await _tasks(here, [organisation_id, customer_id], limit)


async def done_tasks(
    organisation_id: int, *, since: datetime | None = None, customer_id: int | None = None, limit: int = 50
) -> tuple[Task, ...]:
    """The last done first."""
    here = (Task.organisation_id == organisation_id) & Task.done_at.is_not_null()
    here = here & (Task.done_at >= since) if since is not None else here
    here = here & (Task.customer_id == customer_id) if customer_id is not None else here
    return tuple(await Task.objects().where(here).order_by(Task.done_at, Task.id, ascending=False).limit(limit))


async def task_in(organisation_id: int, task_id: int) -> Task:
    found = await Task.objects().where(Task.organisation_id == organisation_id, Task.id == task_id).first()
    if found is None:
        raise NotFound
    return found


async def task_of_key(organisation_id: int, key: str) -> Task | None:
    return await Task.objects().where(Task.organisation_id == organisation_id, Task.key == key).first()


async def count_tasks(organisation_id: int, member_id: int) -> int:
    """How many wait for this member or for anyone."""
    rows = await fetch(
        "SELECT COUNT(*) AS number FROM task WHERE organisation_id = {} AND done_at IS NULL"
        " AND (assigned_to = {} OR assigned_to IS NULL)",
        organisation_id,
        member_id,
    )
    return int(rows[0]["number"])


async def _tasks(where: str, values: list[Any], limit: int) -> tuple[Task, ...]:
    rows = await fetch(
        f"SELECT id FROM task WHERE {where} ORDER BY due_on NULLS LAST, id LIMIT {{}}",  # noqa: S608
        *values,
        limit,
    )
    ids = [row["id"] for row in rows]
    found = {task.id: task for task in await Task.objects().where(Task.id.is_in(ids))} if ids else {}
    return tuple(found[each] for each in ids)

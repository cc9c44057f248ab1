"""Reads of the timeline, tasks and notices."""

from app.activity.tables import Activity, Notice, Task


async def notices_of(organisation_id: int) -> tuple[Notice, ...]:
    """The notices that still hold, the oldest first."""
    standing = (Notice.organisation_id == organisation_id) & Notice.cleared_at.is_null()
    return tuple(await Notice.objects().where(standing).order_by(Notice.raised_at, Notice.id))


async def timeline_of_customer(organisation_id: int, customer_id: int, limit: int = 100) -> tuple[Activity, ...]:
    """The newest first."""
    here = (Activity.organisation_id == organisation_id) & (Activity.customer_id == customer_id)
    found = await Activity.objects().where(here).order_by(Activity.happened_at, Activity.id, ascending=False).limit(limit)
    return tuple(found)


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
    """The most urgent first."""
    here = (Task.organisation_id == organisation_id) & Task.done_at.is_null()
    return tuple(await Task.objects().where(here).order_by(Task.due_on, Task.id).limit(limit))

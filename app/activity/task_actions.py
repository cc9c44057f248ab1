"""Tasks: asking for something once, doing it, taking that back, handing it on."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

import msgspec
from piccolo.columns import Column

from app.activity.actions import record
from app.activity.queries import task_of_key
from app.activity.tables import Task
from app.activity.tasks import TaskKind
from app.database import insert_returning, transaction

COLUMNS = (
    "organisation_id", "key", "kind", "sentence", "customer_id", "invoice_id", "invoice_ids", "assigned_to", "due_on",
    "created_by", "done_by", "created_at",
)  # fmt: skip
BY_ITSELF = "Tactful"


async def open_task(
    kind: TaskKind,
    key: str,
    *,
    organisation_id: int,
    sentence: str,
    now: datetime,
    customer_id: int | None = None,
    invoice_id: int | None = None,
    invoice_ids: Collection[int] = (),
    assigned_to: int | None = None,
    due_on: date | None = None,
) -> int:
    """Ask for something once: a `key` such as "dispute:12" opens one task ever, however often it is called. Its id."""
    also = msgspec.json.encode(sorted(invoice_ids)).decode()
    row = (organisation_id, key, kind.value, sentence, customer_id, invoice_id, also, assigned_to, due_on, BY_ITSELF, "", now)
    async with transaction():
        opened = await insert_returning("task", COLUMNS, [row], "key")
        if key in opened:
            return opened[key]
        standing = await task_of_key(organisation_id, key)
        assert standing is not None  # the unique key let nothing in because of it
        return int(standing.id)


async def reword_task(task_id: int, sentence: str, invoice_ids: Collection[int]) -> None:
    """What it is about has grown or shrunk."""
    also = msgspec.json.encode(sorted(invoice_ids)).decode()
    await Task.update({Task.sentence: sentence, Task.invoice_ids: also}).where(Task.id == task_id)


async def finish_task(organisation_id: int, task_id: int, now: datetime, by: str = BY_ITSELF) -> bool:
    """Whether such a task was open here."""
    mine = (Task.organisation_id == organisation_id) & (Task.id == task_id) & Task.done_at.is_null()
    return await _finish(mine, now, by) > 0


async def finish_key(organisation_id: int, key: str, now: datetime, by: str = BY_ITSELF) -> bool:
    """The same, by what it was asked for."""
    mine = (Task.organisation_id == organisation_id) & (Task.key == key) & Task.done_at.is_null()
    return await _finish(mine, now, by) > 0


async def finish_tasks_of(organisation_id: int, kind: TaskKind, invoice_id: int, now: datetime, by: str = BY_ITSELF) -> bool:
    """Those of this kind that are about this invoice; whether there were any."""
    mine = (Task.organisation_id == organisation_id) & (Task.kind == kind.value) & (Task.invoice_id == invoice_id)
    return await _finish(mine & Task.done_at.is_null(), now, by) > 0


async def _finish(which: Any, now: datetime, by: str) -> int:
    async with transaction():
        rows = await Task.update({Task.done_at: now, Task.done_by: by}).where(which).returning(*Task.all_columns())
        for row in rows:
            done = "No longer needed" if by == BY_ITSELF else "Done"
            await _tell(row, "task_done", f"{done}: {row['sentence']}", by, now)
    return len(rows)


async def reopen_task(organisation_id: int, task_id: int, now: datetime, by: str) -> bool:
    """It is not done after all; whether it was."""
    return await _reopen((Task.organisation_id == organisation_id) & (Task.id == task_id), now, by)


async def reopen_key(organisation_id: int, key: str, now: datetime, by: str) -> bool:
    """The same, by what it was asked for."""
    return await _reopen((Task.organisation_id == organisation_id) & (Task.key == key), now, by)


async def _reopen(which: Any, now: datetime, by: str) -> bool:
    values: dict[Column | str, Any] = {Task.done_at: None, Task.done_by: ""}
    async with transaction():
        rows = await Task.update(values).where(which, Task.done_at.is_not_null()).returning(*Task.all_columns())
        for row in rows:
            await _tell(row, "task_reopened", f"Not done after all: {row['sentence']}", by, now)
    return bool(rows)


async def change_task(task: Task, *, assigned_to: int | None, due_on: date | None) -> None:
    values: dict[Column | str, Any] = {Task.assigned_to: assigned_to, Task.due_on: due_on}
    await Task.update(values).where(Task.id == task.id)


async def _tell(row: dict[str, Any], kind: str, sentence: str, by: str, now: datetime) -> None:
    """On the timeline of the customer, where it has one."""
    if row["customer_id"] is not None:
        await record(
            organisation_id=row["organisation_id"], kind=kind, sentence=sentence, by=by, now=now,
            customer_id=row["customer_id"], invoice_id=row["invoice_id"],
        )  # fmt: skip

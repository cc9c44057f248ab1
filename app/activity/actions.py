"""Writing the timeline, tasks, notices and the audit trail."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import msgspec
from piccolo.columns import Column

from app.activity.tables import Activity, AuditEntry, Notice, Task


async def record(
    *,
    organisation_id: int,
    kind: str,
    sentence: str,
    by: str,
    now: datetime,
    customer_id: int | None = None,
    invoice_id: int | None = None,
    message_id: int | None = None,
    facts: Mapping[str, Any] | None = None,
) -> int:
    """Put one line on the timeline and give its id; `by` is a member's name, "the customer", "Xero" or "Tactful"."""
    line = Activity(
        organisation_id=organisation_id,
        customer_id=customer_id,
        invoice_id=invoice_id,
        message_id=message_id,
        kind=kind,
        sentence=sentence,
        by=by,
        facts=_json(dict(facts or {})),
        happened_at=now,
    )
    await line.save()
    return int(line.id)


async def raise_notice(organisation_id: int, kind: str, sentence: str, what_to_do: str, now: datetime) -> bool:
    """Tell the organisation until `clear_notice`; one notice of a kind at a time. Whether it is a new one."""
    standing = (Notice.organisation_id == organisation_id) & (Notice.kind == kind) & Notice.cleared_at.is_null()
    words: dict[Column | str, Any] = {Notice.sentence: sentence, Notice.what_to_do: what_to_do}
    if await Notice.update(words).where(standing).returning(Notice.id):
        return False
    await Notice(organisation_id=organisation_id, kind=kind, sentence=sentence, what_to_do=what_to_do, raised_at=now).save()
    return True


async def clear_notice(organisation_id: int, kind: str, now: datetime) -> None:
    standing = (Notice.organisation_id == organisation_id) & (Notice.kind == kind) & Notice.cleared_at.is_null()
    await Notice.update({Notice.cleared_at: now}).where(standing)


async def add_task(
    *,
    organisation_id: int,
    sentence: str,
    now: datetime,
    customer_id: int | None = None,
    invoice_id: int | None = None,
    assigned_to: int | None = None,
    due_on: date | None = None,
) -> int:
    """Ask a member (`assigned_to`, else anyone) to do something; its id."""
    task = Task(
        organisation_id=organisation_id,
        customer_id=customer_id,
        invoice_id=invoice_id,
        sentence=sentence,
        assigned_to=assigned_to,
        due_on=due_on,
        created_at=now,
    )
    await task.save()
    return int(task.id)


async def finish_task(organisation_id: int, task_id: int, now: datetime) -> bool:
    """Whether such a task was open here."""
    mine = (Task.organisation_id == organisation_id) & (Task.id == task_id) & Task.done_at.is_null()
    return bool(await Task.update({Task.done_at: now}).where(mine).returning(Task.id))


async def audit(
    *,
    organisation_id: int | None,
    user_id: int | None,
    act: str,
    subject: str,
    now: datetime,
    fields: Sequence[str] = (),
    address: str = "",
    is_by_admin: bool = False,
) -> None:
    """Add a privileged act to the trail. `fields` are names, never values: values may have to be erased."""
    await AuditEntry(
        organisation_id=organisation_id,
        user_id=user_id,
        act=act,
        subject=subject,
        fields=_json(list(fields)),
        address=address,
        acted_at=now,
        is_by_admin=is_by_admin,
    ).save()


def _json(value: Any) -> str:
    return msgspec.json.encode(value, enc_hook=str).decode()

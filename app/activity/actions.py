"""Writing the timeline, tasks, notices and the audit trail."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import msgspec
from piccolo.columns import Column

from app.activity.tables import AuditEntry, Notice, Task
from app.database import in_one_go
from app.one_go import Statement


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
    line = recording(
        organisation_id=organisation_id, kind=kind, sentence=sentence, by=by, now=now, customer_id=customer_id,
        invoice_id=invoice_id, message_id=message_id, facts=facts,
    )  # fmt: skip
    rows = await in_one_go([line])
    assert rows is not None
    return int(rows[0][0]["id"])


def recording(
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
) -> Statement:
    """What `record` does, to be done in one go with other statements."""
    whom = (organisation_id, customer_id, invoice_id, message_id)
    return Statement(_RECORD, (*whom, kind, sentence, _json(dict(facts or {})), by, now))


_RECORD = """
INSERT INTO activity (organisation_id, customer_id, invoice_id, message_id, kind, sentence, facts, "by", happened_at)
VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {}) RETURNING id
"""


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
    by: str = "Tactful",
) -> int:
    """Ask a member (`assigned_to`, else anyone) to do something; its id. What may be asked twice over asks for
    `task_actions.open_task`."""
    task = Task(
        organisation_id=organisation_id,
        customer_id=customer_id,
        invoice_id=invoice_id,
        sentence=sentence,
        assigned_to=assigned_to,
        due_on=due_on,
        created_by=by,
        created_at=now,
    )
    await task.save()
    return int(task.id)


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
